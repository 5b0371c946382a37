"""Phylogenies as CSV in the ALife data standard, https://alife-data-standards.github.io, which phylotrackpy reads."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any, TextIO

import numpy.typing as npt

from evomod.lineage.pedigree import Pedigree

STANDARD = ("id", "ancestor_list", "origin_time", "destruction_time", "taxon_label")
AT_ONCE = 1 << 16  # individuals as Python numbers, which take ten times the room


def write(pedigree: Pedigree, file: TextIO, genomes: npt.NDArray[Any] | None = None) -> None:
    """One row for each individual, ancestors first.

    The standard's columns are id, ancestor_list (`[none]`, `[4]`, `[4,7]`), origin_time, destruction_time (the first
    generation without it, inf where it is there in the last of the log; no such column where the log does not tell) and
    taxon_label (generation:place). Ours are generation, place and, if genomes are given, genome, a byte in hex for each
    locus.

    Parameters
    ----------
    pedigree : Pedigree
    file : open text file
    genomes : uint8 (n, n_loci), optional
    """
    lines = csv.writer(file, lineterminator="\n")
    told = pedigree.last is not None
    columns = [name for name in STANDARD if told or name != "destruction_time"] + ["generation", "place"]
    lines.writerow([*columns, "genome"] if genomes is not None else columns)
    lines.writerows(_rows(pedigree, genomes))


def text(pedigree: Pedigree, genomes: npt.NDArray[Any] | None = None) -> str:
    """The same as text."""
    file = io.StringIO()
    write(pedigree, file, genomes)
    return file.getvalue()


def _rows(pedigree: Pedigree, genomes: npt.NDArray[Any] | None) -> Iterator[tuple[Any, ...]]:
    end, last = pedigree.n_generations - 1, pedigree.last
    for low in range(0, len(pedigree), AT_ONCE):
        some = slice(low, low + AT_ONCE)
        columns = (pedigree.birth, pedigree.place, pedigree.parent, pedigree.second_parent)
        individuals = zip(*(column[some].tolist() for column in columns), strict=True)
        lasts = None if last is None else last[some].tolist()
        for k, (birth, place, parent, second) in enumerate(individuals):
            ancestors = ",".join(str(row) for row in (parent, second) if row >= 0) or "none"
            gone = () if lasts is None else (lasts[k] + 1 if lasts[k] < end else "inf",)
            genome = () if genomes is None else (genomes[low + k].tobytes().hex(),)
            yield (low + k, f"[{ancestors}]", birth, *gone, f"{birth}:{place}", birth, place, *genome)

"""Genomes of whole generations as an NPZ file, which NumPy opens without pickle."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np

from evomod.errors import InputError
from evomod.lineage.births import Births
from evomod.lineage.export.aside import new_file
from evomod.lineage.pedigree import checked
from evomod.lineage.reader import LineageReader
from evomod.lineage.replay import replay
from evomod.lineage.schema import DESCRIPTIONS
from evomod.problem import Problem

MOST = 1 << 30  # bytes of genomes


def write_genomes(log: LineageReader, problem: Problem, path: Path, generations: Collection[int] | None = None) -> None:
    """Write all genomes of some generations, made again from the log, to a new file.

    Its arrays are, a row for each individual by generation and place: genomes, uint8 (n, n_loci); generation; place;
    parents, the place of the (first) parent in the generation before; second_parents, where there is crossover. And
    header, JSON text: the scenario, the seed and what the loci mean.

    Parameters
    ----------
    log : LineageReader
    problem : Problem
    path : Path
    generations : numbers of generations, optional
        By default the last one of the log.

    Raises
    ------
    InputError
        If there is no such generation, they are too many, or the file is there already or cannot be written.
    """
    wanted = sorted(set([log.n_generations - 1] if generations is None else generations))
    checked(log, [(generation, 0) for generation in wanted])
    s, n_loci = problem.population, problem.encoding.n_loci
    if len(wanted) * s * n_loci > MOST:
        raise InputError(
            f"{log.folder}: genomes of {len(wanted):,} generations are {len(wanted) * s * n_loci >> 20:,} MiB; "
            f"ask for at most {MOST // (s * n_loci):,} at a time"
        )
    arrays: dict[str, Any] = {
        "genomes": np.empty((len(wanted), s, n_loci), np.uint8),
        "generation": np.repeat(np.array(wanted, np.uint32), s),
        "place": np.tile(np.arange(s, dtype=log.layout.place), len(wanted)),
        "header": np.array(json.dumps(_header(log, problem))),
    }
    row = {generation: k for k, generation in enumerate(wanted)}
    for generation, genomes in replay(log, problem, max(g for g in log.snapshot_generations if g <= wanted[0])):
        if generation in row:
            arrays["genomes"][row[generation]] = genomes
        if generation == wanted[-1]:
            break
    arrays["genomes"] = arrays["genomes"].reshape(-1, n_loci)
    arrays |= _parents(log, problem, row)
    with new_file(path) as aside, aside.open("wb") as file:
        np.savez_compressed(file, **arrays)


def _parents(log: LineageReader, problem: Problem, row: dict[int, int]) -> dict[str, Any]:
    """Parents of the generations of `row`, in its order."""
    first = np.tile(np.arange(problem.population, dtype=log.layout.place), (len(row), 1))  # founders have no others
    second = first.copy()
    for window in Births(log, problem).onwards(max(1, min(row)), max(row) + 1):
        for generation in row.keys() & range(window.low, window.last + 1):
            first[row[generation]] = window.first[generation - window.low]
            second[row[generation]] = window.second[generation - window.low]
    found = {"parents": first.reshape(-1)}
    return found | {"second_parents": second.reshape(-1)} if log.layout.sexual else found


def _header(log: LineageReader, problem: Problem) -> dict[str, Any]:
    """What made the genomes, and what stands at each locus: gene, part (−1: an output) and number of alleles."""
    encoding = problem.encoding
    meanings = zip(encoding.gene.tolist(), encoding.part.tolist(), encoding.alleles.tolist(), strict=True)
    return {
        "format": "evomod-genomes",
        "seed": int(log.attributes["seed"]),
        "scenario": log.stated("scenario"),
        "software": log.stated("provenance").get("software"),
        "genome": DESCRIPTIONS["champions"].split("genome: ")[1],
        "loci": [{"gene": gene, "part": part, "alleles": n} for gene, part, n in meanings],
    }

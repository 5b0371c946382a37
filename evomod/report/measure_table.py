"""Measurements as a table for people: each specimen while they are few, the spread over them when they are many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.measures.base import Specimen
from evomod.measures.census import tally

Array = npt.NDArray[Any]
N_LISTED = 24
N_CLASSES = 5  # that are listed
N_ACROSS = 8  # columns; with more, the table is turned


def as_text(
    name: str, columns: Sequence[str], specimens: Sequence[Specimen], values: Array, classes: Sequence[str] = ()
) -> str:
    """The table of one measure, values float64 (n_specimens, n_columns), and how often each class came."""
    if len(specimens) > N_LISTED:
        shown = [("n", *(f"{int(n)}" for n in np.isfinite(values).sum(axis=0)))]
        shown += [(word, *map(_number, numbers)) for word, numbers in _spread(values).items()]
        title = f"{name}: {len(specimens):,} specimens"
    else:
        shown = [(_named(specimen), *map(_number, row)) for specimen, row in zip(specimens, values, strict=True)]
        title = name if specimens else f"{name}: nobody to be measured"
    rows = [("", *columns), *shown]
    if len(columns) > N_ACROSS and len(rows) <= N_ACROSS + 1:
        rows = list(zip(*rows, strict=True))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join([row[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(row[1:], widths[1:], strict=True))])
        for row in rows
    ]
    text = [title, *(f"  {line}".rstrip() for line in lines)]
    if len(specimens) <= N_LISTED and np.isnan(values).any():
        text.append("  - is not defined there; `python -m evomod list` says when a number is")
    return "\n".join([*text, *([classes_as_text(classes)] if classes else [])])


def _named(specimen: Specimen) -> str:
    """Its name, and how much it gets right unless that is everything."""
    right = np.isnan(specimen.benefit) or specimen.benefit == 1
    return specimen.name if right else f"{specimen.name} (benefit {specimen.benefit:.3g})"


def classes_as_text(labels: Sequence[str]) -> str:
    """How often each class of circuits came, the most frequent first."""
    counted = tally(labels)
    lines = [f"  {one.count:>6}  {one.label}" for one in counted[:N_CLASSES]]
    if len(counted) > N_CLASSES:
        lines.append(f"          … and {len(counted) - N_CLASSES} classes more")
    return "\n".join([f"  {len(counted)} classes of {len(labels)} circuits; isomorphic ones are one", *lines])


def _spread(values: Array) -> dict[str, list[float]]:
    """Statistics of each column over those for whom it is defined."""
    found: dict[str, list[float]] = {"mean": [], "sd": [], "min": [], "median": [], "max": []}
    for column in values.T:
        known = column[np.isfinite(column)]
        for word, of in (("mean", np.mean), ("min", np.min), ("median", np.median), ("max", np.max)):
            found[word].append(float(of(known)) if len(known) else np.nan)
        found["sd"].append(float(np.std(known, ddof=1)) if len(known) > 1 else np.nan)
    return found


def _number(value: float) -> str:
    if np.isnan(value):
        return "-"
    return f"{value:,.0f}" if float(value).is_integer() and abs(value) < 1e9 else f"{value:.4g}"

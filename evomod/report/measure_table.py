"""Measurements as a table for people: each specimen while they are few, the spread over them when they are many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.measures.census import tally

Array = npt.NDArray[Any]
N_LISTED = 24
N_CLASSES = 5  # that are listed
N_ACROSS = 8  # columns; with more, the table is turned


def as_text(name: str, columns: Sequence[str], specimens: Sequence[str], values: Array) -> str:
    """The table of one measure, values float64 (n_specimens, n_columns)."""
    if len(specimens) > N_LISTED:
        shown = [("n", *(f"{int(n)}" for n in np.isfinite(values).sum(axis=0)))]
        shown += [(word, *map(_number, numbers)) for word, numbers in _spread(values).items()]
        title = f"{name}: {len(specimens):,} specimens"
    else:
        shown = [(specimen, *map(_number, row)) for specimen, row in zip(specimens, values, strict=True)]
        title = name
    rows = [("", *columns), *shown]
    if len(columns) > N_ACROSS and len(rows) <= N_ACROSS + 1:
        rows = list(zip(*rows, strict=True))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join([row[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(row[1:], widths[1:], strict=True))])
        for row in rows
    ]
    return "\n".join([title, *(f"  {line}".rstrip() for line in lines)])


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
    return "-" if np.isnan(value) else f"{value:.4g}"

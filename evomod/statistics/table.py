"""The table of a campaign: a row a run, as mappings from column to value.

What is None, or not there, is not known of a run. Results are of three kinds. `all_solved` and `solved.<goal>` are
times: the generation of the event or, where that is None, censored at the row's `generation`; where the key itself is
not there, the run never had that goal. Columns of booleans are shares, all others numbers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from evomod.errors import InputError
from evomod.statistics.sample import Floats

Row = Mapping[str, Any]
Kind = Literal["time", "share", "number"]


def is_time(result: str) -> bool:
    """Whether a column holds times to an event."""
    return result == "all_solved" or result.startswith("solved.")


def kind_of(rows: Sequence[Row], result: str) -> Kind:
    """What a column's values are: times, yes or no, or numbers."""
    if is_time(result):
        return "time"
    values = [row[result] for row in known(rows, result)]
    return "share" if values and all(isinstance(value, bool | np.bool_) for value in values) else "number"


def known(rows: Sequence[Row], result: str) -> list[Row]:
    """The rows of which a result can be said: it has a value or, if it is a time, an end of waiting.

    Raises
    ------
    InputError
        If a value is neither a number nor a boolean.
    """
    waits = is_time(result)
    found = [row for row in rows if result in row and (not _missing(row[result]) or (waits and _waited(row)))]
    for row in found:
        if not isinstance(row.get(result), int | float | np.number | np.bool_ | None):
            raise InputError(f"column {result}: numbers are needed; run {row.get('run', '?')} has {row[result]!r:.40}")
    return found


def numbers(rows: Sequence[Row], result: str) -> Floats:
    """Values of the rows of which a result is known, shape (n,); yes is 1."""
    return np.array([float(row[result]) for row in known(rows, result)])


def times(rows: Sequence[Row], result: str) -> tuple[Floats, NDArray[np.bool_]]:
    """Generation of the event, or until which it was waited for, and whether it came; two arrays of shape (n,)."""
    found = known(rows, result)
    came = [not _missing(row.get(result)) for row in found]
    generations = [row[result if seen else "generation"] for row, seen in zip(found, came, strict=True)]
    return np.array(generations, dtype=np.float64), np.array(came, dtype=bool)


def label(level: Any) -> str:
    """How a level of a factor is written; levels that are written alike are one."""
    if level is None:
        return "–"
    if isinstance(level, bool):
        return str(level).lower()
    return str(int(level)) if isinstance(level, float) and level.is_integer() else str(level)


def by_level(rows: Sequence[Row], factor: str) -> dict[str, list[Row]]:
    """The rows of each level of a factor, under its label, in the order of first appearance."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(label(row.get(factor)), []).append(row)
    return groups


def baseline_of(rows: Sequence[Row], factor: str, wanted: Any = None) -> str:
    """Label of the level that the others of a factor are compared with: the wanted one, or else the first.

    Raises
    ------
    InputError
        If there is no such level.
    """
    levels = list(by_level(rows, factor))
    chosen = levels[0] if wanted is None else label(wanted)
    if chosen not in levels:
        raise InputError(f"baseline: {factor} has no level {chosen}; there are: {', '.join(levels)}")
    return chosen


def check_columns(rows: Sequence[Row], wanted: Sequence[str]) -> None:
    """Raise InputError if some columns are in no row."""
    if absent := [column for column in wanted if not any(column in row for row in rows)]:
        there = dict.fromkeys(column for row in rows for column in row)
        raise InputError(f"no column {', '.join(absent)} in the table; there are: {', '.join(there) or 'none'}")


def _missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _waited(row: Row) -> bool:
    return not _missing(row.get("generation"))

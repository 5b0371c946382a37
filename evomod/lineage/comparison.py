"""Are two logs the same? Byte for byte, and where they are not, the first place at which they differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.lineage.reader import LineageReader
from evomod.lineage.schema import decided_at

Array = npt.NDArray[Any]

# Keys of a scenario that change nothing of what evolves: how long a run is, and what is measured (of which there are
# tables, which are compared).
IDLE = ("generations", "stop", "measures")


@dataclass(frozen=True)
class Place:
    """Where two datasets, or attributes of the log, differ for the first time.

    Attributes
    ----------
    dataset : str
        Its name in the log; `attribute seed` and the like for an attribute.
    generation : int or None
        None where the difference belongs to no generation.
    place : int or None
        Row of the population, where there is one.
    column : str or None
        The first column that differs, in a table.
    """

    dataset: str
    generation: int | None = None
    place: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        """As part of a sentence."""
        named = (("generation", self.generation), ("place", self.place), ("column", self.column))
        return ", ".join([self.dataset, *(f"{name} {value}" for name, value in named if value is not None)])


@dataclass(frozen=True)
class Comparison:
    """Two logs side by side, as far as the shorter goes.

    Attributes
    ----------
    n_datasets : int
        Datasets compared; all but wall times.
    n_generations : int
        Generations compared, generation 0 included.
    places : tuple of Place
        The first difference of each dataset that has one: the earliest generation first.
    """

    n_datasets: int
    n_generations: int
    places: tuple[Place, ...]

    @property
    def same(self) -> bool:
        """Not one byte differs."""
        return not self.places

    def __str__(self) -> str:
        """One sentence."""
        if self.same:
            return f"the same bytes: {self.n_datasets} datasets, {self.n_generations:,} generations"
        more = "" if len(self.places) == 1 else f" (and {len(self.places) - 1} more datasets or attributes differ)"
        return f"they differ, first at {self.places[0]}{more}"


def compare(left: LineageReader, right: LineageReader) -> Comparison:
    """Compare every dataset but wall times, and what the logs say of themselves but provenance and length.

    Raises
    ------
    LogError
        If a log cannot be read, or lacks a dataset that its layout promises.
    """
    attributes = tuple(_attributes(left, right))
    if any(place.dataset == "attribute layout" for place in attributes):
        return Comparison(0, 0, attributes)  # other shapes: there is nothing to lay side by side
    n = min(left.n_generations, right.n_generations)
    checks = _checks(left, n, both_end=left.n_generations == right.n_generations)
    found = [place for check in checks if (place := check(left, right))]
    found.sort(key=lambda place: -1 if place.generation is None else place.generation)
    return Comparison(len(checks), n, (*attributes, *found))


Check = Callable[[LineageReader, LineageReader], Place | None]


def _checks(log: LineageReader, n: int, both_end: bool) -> list[Check]:
    """One for each dataset that logs of this layout have, causes before effects."""
    layout = log.layout
    checks: list[Check] = [partial(_snapshot_generations, n=n), partial(_snapshots, n=n)]
    if layout.births == "all":
        checks.append(partial(_per_generation, name="births/parents", n=n))
        if layout.sexual:
            checks.append(partial(_per_generation, name="births/second_parents", n=n))
    elif layout.births == "survivors":
        checks.append(partial(_events, name="births/survivors", n=n))
        if both_end:  # who is undecided depends on where the log ends
            checks.append(_undecided)
    checks.append(partial(_per_generation, name="generations", n=n))
    fronts = ("fronts",) if layout.objectives else ()
    tables = ("champions", "epoch_ends", *fronts, *(f"measures/{name}" for name in layout.measures))
    return checks + [partial(_events, name=name, n=n) for name in tables]


def _attributes(left: LineageReader, right: LineageReader) -> Iterator[Place]:
    for name in ("format", "layout", "seed"):
        if left.attributes.get(name) != right.attributes.get(name):
            yield Place(f"attribute {name}")
    scenarios = (log.stated("scenario") for log in (left, right))
    a, b = ({key: value for key, value in one.items() if key not in IDLE} for one in scenarios)
    if a != b:
        yield Place(f"attribute scenario ({next(key for key in [*a, *b] if a.get(key) != b.get(key))})")


def _per_generation(left: LineageReader, right: LineageReader, name: str, n: int) -> Place | None:
    step = left.layout.block
    for low in range(0, n, step):
        a, b = (log.per_generation(name, low, min(low + step, n)) for log in (left, right))
        if (row := _first(a, b)) is not None:
            if a.dtype.names:
                return Place(name, low + row, column=_column(a[row], b[row]))
            return Place(name, low + row, _first(a[row], b[row]))
    return None


def _events(left: LineageReader, right: LineageReader, name: str, n: int) -> Place | None:
    a, b = (_written(log.events(name), name, n) for log in (left, right))
    shorter = min(len(a), len(b))
    row = _first(a[:shorter], b[:shorter])
    if row is None:
        if len(a) == len(b):
            return None
        extra = (a if len(a) > len(b) else b)[shorter]
        return Place(name, int(extra["generation"]), _place(extra))
    return Place(name, int(a[row]["generation"]), _place(a[row]), _column(a[row], b[row]))


def _place(row: Any) -> int | None:
    return int(row["place"]) if "place" in row.dtype.names else None


def _written(rows: Array, name: str, n: int) -> Array:
    """Rows that a log of `n` generations has."""
    generation = decided_at(rows["generation"]) if name == "births/survivors" else rows["generation"]
    return rows[generation < n]


def _snapshot_generations(left: LineageReader, right: LineageReader, n: int) -> Place | None:
    a, b = ({g for g in log.snapshot_generations if g < n} for log in (left, right))
    return Place("snapshots/generation", min(a ^ b)) if a != b else None


def _snapshots(left: LineageReader, right: LineageReader, n: int) -> Place | None:
    for generation in sorted(set(left.snapshot_generations) & set(right.snapshot_generations)):
        if generation < n:
            place = _first(left.snapshot(generation), right.snapshot(generation))
            if place is not None:
                return Place("snapshots/genomes", generation, place)
    return None


def _undecided(left: LineageReader, right: LineageReader) -> Place | None:
    a, b = (log.undecided for log in (left, right))
    first = int(a["recent_first"]) if "recent_first" in a else 0
    for name in sorted(a.keys() | b.keys()):
        if name not in a or name not in b or a[name].shape != b[name].shape:
            return Place(f"births/{name}")
        if (row := _first(np.atleast_1d(a[name]), np.atleast_1d(b[name]))) is not None:
            place = _first(a[name][row], b[name][row]) if a[name].ndim > 1 else None
            return Place(f"births/{name}", first + row, place)
    return None


def _first(a: Array, b: Array) -> int | None:
    """The first index along the first axis at which two arrays differ in a byte; 0 if they are not of one kind."""
    if a.dtype != b.dtype or a.shape != b.shape:
        return 0
    if a.tobytes() == b.tobytes():
        return None
    left, right = (np.frombuffer(array.tobytes(), np.uint8).reshape(len(array), -1) for array in (a, b))
    return int(np.nonzero((left != right).any(axis=1))[0][0])


def _column(a: Any, b: Any) -> str:
    """The first column in which two rows of a table differ."""
    names: tuple[str, ...] = a.dtype.names
    return next(name for name in names if a[name].tobytes() != b[name].tobytes())

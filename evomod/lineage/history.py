"""All births of a run, from the last generation back to the first, a stretch at a time."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.errors import LogError
from evomod.lineage.births import parents_between
from evomod.lineage.reader import LineageReader
from evomod.lineage.schema import decided_at
from evomod.problem import Problem

Array = npt.NDArray[Any]
REMARKED = 2_000  # generations made again of which it is said


@dataclass(frozen=True)
class Births:
    """Consecutive generations, `first` and on; arrays are (generation, place).

    Attributes
    ----------
    first : int
    parents, second_parents : places in the generation before; the same array where nobody has two parents
    stayed : bool
        Whoever is there was there in the generation before, and is no birth. Nobody in generation 0.
    """

    first: int
    parents: Array
    second_parents: Array
    stayed: Array

    @classmethod
    def of(cls, first: int, parents: Array, second_parents: Array, n_kept: int) -> Births:
        """Of all places: who was kept, and where it was, stayed."""
        places = np.arange(parents.shape[1])
        return cls(first, parents, second_parents, (places < n_kept) & (parents == places))


def backwards(log: LineageReader, problem: Problem, earliest: int, latest: int) -> Iterator[Births]:
    """All generations down to generation 0, the later ones first, a block or the distance of two snapshots at a time.

    They begin with the last of the log, so that it is known how long everybody was there; with `births: survivors`,
    which does not tell that, with `latest`.

    Parameters
    ----------
    log : LineageReader
    problem : Problem
    earliest, latest : int
        Generations of those whose ancestors are sought. With `births: survivors` others may be missing: at their
        places it looks as if somebody had stayed.

    Notes
    -----
    What was not recorded is made again by the engine, which takes as long as it took to evolve it.
    """
    if log.layout.births == "survivors":
        # Who has descendants in `earliest` was, by then, known to last if it was old enough.
        lasting = int(np.searchsorted(decided_at(np.arange(latest + 1)), earliest, "right"))
        yield from between(log, problem, lasting, latest + 1)
        yield from _lasting(log, lasting)
    else:
        yield from between(log, problem, 0, log.n_generations)


def between(log: LineageReader, problem: Problem, start: int, stop: int) -> Iterator[Births]:
    """All births of generations `start` … `stop` − 1, the later ones first."""
    recorded, n_kept = log.layout.births == "all", problem.selection.n_elite
    if not recorded and stop - start > REMARKED:
        text = "%s: not all births were recorded; the engine makes %s generations again"
        logging.getLogger("evomod").info(text, log.folder, f"{stop - start:,}")
    edges = range(0, stop, log.layout.block) if recorded else [g + 1 for g in log.snapshot_generations]
    lows = sorted({max(start, 1), *(g for g in edges if max(start, 1) < g < stop)})
    for low, high in reversed(list(pairwise([*lows, stop]))):
        parents, second_parents = parents_between(log, problem, low, high)
        _check(log, parents, second_parents)
        yield Births.of(low, parents, second_parents, n_kept)
    if start == 0:
        founders = np.arange(problem.population, dtype=log.layout.place)[None]
        yield Births(0, founders, founders, np.zeros(founders.shape, bool))


def _lasting(log: LineageReader, stop: int) -> Iterator[Births]:
    """Generations before `stop`, of which only births that last are recorded."""
    rows, s, block = log.events("births/survivors"), log.layout.population, log.layout.block
    _check(log, *(rows[name] for name in log.layout.birth_dtype.names or () if name != "generation"))
    for low in reversed(range(0, stop, block)):
        high = min(low + block, stop)
        parents = np.tile(np.arange(s, dtype=log.layout.place), (high - low, 1))
        second = parents.copy() if log.layout.sexual else parents
        stayed = np.ones(parents.shape, bool)
        listed = rows[slice(*np.searchsorted(rows["generation"], (low, high)))]
        at = listed["generation"].astype(np.int64) - low, listed["place"]
        parents[at], stayed[at] = listed["parent"], False
        if log.layout.sexual:
            second[at] = listed["second_parent"]
        if low == 0:
            stayed[0] = False
        yield Births(low, parents, second, stayed)


def _check(log: LineageReader, *places: Array) -> None:
    """Kernels trust places; LogError if there are others than the population has."""
    for array in places:
        if array.size and array.max() >= log.layout.population:
            raise LogError(
                f"{log.folder}: is damaged: somebody's parent is at place {array.max()}, and there are places 0 to "
                f"{log.layout.population - 1}"
            )

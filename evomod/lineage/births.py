"""Who descended from whom, generation by generation, whatever was recorded of births."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from evomod.engine import Start
from evomod.engines import evolve
from evomod.errors import LogError
from evomod.lineage.schema import last_decided
from evomod.problem import Problem

if TYPE_CHECKING:
    from evomod.lineage.reader import LineageReader

Array = npt.NDArray[Any]
WINDOW_BYTES = 4 << 20
REMARKED = 2_000  # generations made again of which it is said


class Window(NamedTuple):
    """Parents of everybody in some generations in a row, (n, S) each: their places in the generation before.

    `second` differs from `first` only where a child came by crossover; without crossover it is the same array.
    """

    low: int  # the generation of row 0
    first: Array
    second: Array

    @property
    def last(self) -> int:
        """The generation of the last row."""
        return self.low + len(self.first) - 1

    def stayed(self, n_kept: int) -> Array:
        """Who was there in the generation before, and is no birth, where so many are kept: bool (n, S)."""
        places = np.arange(self.first.shape[1])
        stayed: Array = (places < n_kept) & (self.first == places)
        stayed[: self.low == 0] = False  # nobody was there before the founders
        return stayed


class Births:
    """The births of a run, in windows of bounded size, onwards or backwards; LogError where parents cannot be.

    Where all were recorded they are read. Where only the lasting ones were, their table is enough for the ancestors of
    whoever lived long afterwards. Else the engine runs again, from the nearest snapshot.

    Parameters
    ----------
    log, problem
    of : int, optional
        Parents need only be right for the ancestors of who lives in this generation; by default they are for all.
    """

    def __init__(self, log: LineageReader, problem: Problem, of: int | None = None) -> None:
        self.log, self.problem = log, problem
        row = log.layout.population * log.layout.place.itemsize * (2 if log.layout.sexual else 1)
        block = log.layout.block  # so that each chunk of the file is read once
        self.rows = max(1, WINDOW_BYTES // row // block) * block
        self.remade: dict[int, Array] = {}  # genomes of generations from which the engine can run, beside snapshots
        # Until which generation, itself excluded, which way.
        self.ways: list[tuple[int, Callable[[int, int], Window]]] = [(log.n_generations, self._evolved)]
        if log.layout.births == "all":
            self.ways = [(log.n_generations, self._recorded)]
        elif log.undecided:
            listed = 1 if of is None else last_decided(of) + 1
            self.ways = [(listed, self._listed), (int(log.undecided["recent_first"]), self._evolved)]
            self.ways += [(log.n_generations, self._undecided)]

    def onwards(self, start: int, stop: int) -> Iterator[Window]:
        """Windows that cover generations `start` ≥ 1 to `stop` − 1, the oldest first."""
        for low, high, way in self._spans(start, stop):
            yield self._checked(way(low, high))

    def backwards(self, start: int, stop: int) -> Iterator[Window]:
        """The same, the youngest first."""
        for low, high, way in reversed(self._spans(start, stop)):
            yield self._checked(way(low, high))

    def _checked(self, window: Window) -> Window:
        """The kernels that follow parents trust them with addresses into arrays."""
        for parents in {id(parents): parents for parents in window[1:]}.values():
            if parents.size and parents.max() >= self.log.layout.population:
                row, place = np.argwhere(parents >= self.log.layout.population)[0]
                raise self._damaged(f"generation {window.low + row}, place {place} has parent {parents[row, place]}")
        return window

    def _damaged(self, what: str) -> LogError:
        last = self.log.layout.population - 1
        return LogError(f"{self.log.folder}: the log is damaged: {what}, but places are 0 to {last}")

    def _spans(self, start: int, stop: int) -> list[tuple[int, int, Callable[[int, int], Window]]]:
        spans, low = [], start
        for end, way in self.ways:
            while low < min(end, stop):
                high = min(end, stop, (low // self.rows + 1) * self.rows)
                spans.append((low, high, way))
                low = high
        if (n := sum(high - low for low, high, way in spans if way == self._evolved)) > REMARKED:
            text = "%s: not all births were recorded; the engine makes %s generations again"
            logging.getLogger("evomod").info(text, self.log.folder, f"{n:,}")
        return spans

    def _recorded(self, low: int, high: int) -> Window:
        first = self.log.per_generation("births/parents", low, high)
        sexual = self.log.layout.sexual
        return Window(low, first, self.log.per_generation("births/second_parents", low, high) if sexual else first)

    def _undecided(self, low: int, high: int) -> Window:
        recent, begin = self.log.undecided, int(self.log.undecided["recent_first"])
        first = recent["recent_parents"][low - begin : high - begin]
        sexual = self.log.layout.sexual
        return Window(low, first, recent["recent_second_parents"][low - begin : high - begin] if sexual else first)

    def _listed(self, low: int, high: int) -> Window:
        layout = self.log.layout
        first = np.tile(np.arange(layout.population, dtype=layout.place), (high - low, 1))  # who is not listed stayed
        second = first.copy() if layout.sexual else first
        births = self.log.survivors
        births = births[slice(*np.searchsorted(births["generation"], [low, high]))]
        if births.size and births["place"].max() >= layout.population:
            raise self._damaged(f"somebody was born at place {births['place'].max()}")
        where = births["generation"] - low, births["place"]
        first[where] = births["parent"]
        if layout.sexual:
            second[where] = births["second_parent"]
        return Window(low, first, second)

    def _evolved(self, low: int, high: int) -> Window:
        layout, log = self.log.layout, self.log
        begin = max(g for g in (*log.snapshot_generations, *self.remade) if g < low)
        genomes = self.remade[begin] if begin in self.remade else log.snapshot(begin)
        first = np.empty((high - low, layout.population), layout.place)
        second = np.empty_like(first) if layout.sexual else first
        again = evolve(self.problem, int(log.attributes["seed"]), Start(begin, genomes))
        for generation in islice(again, 1, high - begin):
            population = generation.population
            if population.generation >= low:
                second[population.generation - low] = population.second_parents
                first[population.generation - low] = population.parents
            if (population.generation + 1) % self.rows == 0:  # the next window begins here, or the one before did
                self.remade[population.generation] = population.genomes.copy()
        return Window(low, first, second)


def to_the_founders(log: LineageReader, problem: Problem, earliest: int, latest: int) -> Iterator[Window]:
    """All generations, the last first, generation 0 included, in which each founder has its own place as parent.

    They begin with the last of the log, so that it is known how long everybody was there; with `births: survivors`,
    which does not tell that, with `latest`.

    Parameters
    ----------
    earliest, latest : int
        Generations of those whose ancestors are sought. With `births: survivors` others may be missing: at their
        places it looks as if somebody had stayed.
    """
    survivors = log.layout.births == "survivors"
    births = Births(log, problem, earliest if survivors else None)
    yield from births.backwards(1, latest + 1 if survivors else log.n_generations)
    founders = np.arange(problem.population, dtype=log.layout.place)[None]
    yield Window(0, founders, founders)


def parents_between(log: LineageReader, problem: Problem, start: int, stop: int) -> tuple[Array, Array]:
    """First and second parents of everybody in generations `start` ≥ 1 to `stop` − 1: (stop − start, S) each."""
    windows = list(Births(log, problem).onwards(start, stop))
    none = np.empty((0, log.layout.population), log.layout.place)
    first = np.concatenate([none, *(window.first for window in windows)])
    return first, np.concatenate([none, *(window.second for window in windows)]) if log.layout.sexual else first

"""The pedigree of a run: its individuals as a table, each born once, with parents and with how long it was there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.errors import InputError
from evomod.lineage.births import to_the_founders
from evomod.lineage.individual import Individual, named
from evomod.lineage.reader import LineageReader
from evomod.lineage.replay import replay
from evomod.lineage.trace import BIRTH, LAST, PARENT, PLACE, SECOND, Trace
from evomod.problem import Problem

Array = npt.NDArray[Any]
MOST = 20_000_000  # individuals in one table


@dataclass(frozen=True)
class Pedigree:
    """Individuals in order of birth, by place within a generation; the row is the number of an individual.

    Attributes
    ----------
    birth, place : int32 (n,)
        Generation and place of birth: the identity of an individual. Founders were born in generation 0.
    parent, second_parent : int32 (n,)
        Rows, −1 for none: founders have no parents, and only who came by crossover has two.
    last : int32 (n,) or None
        The last generation in which the individual is there; None where the log does not tell (`births: survivors`).
    asked : int64 (n_asked,)
        Rows of those whose ancestors these are, in the order in which they were asked for.
    n_generations : int
        Of the log: who is there in its last generation may live on.
    """

    birth: Array
    place: Array
    parent: Array
    second_parent: Array
    last: Array | None
    asked: Array
    n_generations: int

    def __len__(self) -> int:
        return len(self.birth)

    @property
    def labels(self) -> list[str]:
        """`generation:place` of birth."""
        return [f"{g}:{p}" for g, p in zip(self.birth.tolist(), self.place.tolist(), strict=True)]

    @property
    def sexual(self) -> bool:
        """Does anybody have two parents?"""
        return bool((self.second_parent >= 0).any())

    @cached_property
    def kept(self) -> Array:
        """Who is a founder, was asked for, or has several children here: bool (n,)."""
        n_children = np.bincount(self.parent[self.parent >= 0], minlength=len(self))
        kept: Array = (self.parent < 0) | (n_children > 1)
        kept[self.asked] = True
        return kept

    def branching(self) -> Pedigree:
        """The same tree without those who only pass on a line: parents are the nearest that are left.

        Raises
        ------
        InputError
            If there are two parents, where lines do not part for good.
        """
        if self.sexual:
            raise InputError(
                "a pedigree with two parents is no tree and has no branchings of its own; each gene has: "
                "export it as a tree sequence, --format tskit"
            )
        row = np.cumsum(self.kept) - 1
        parent = _nearest(self.parent, self.kept)[self.kept]
        columns = {name: getattr(self, name)[self.kept] for name in ("birth", "place", "second_parent")}
        last = None if self.last is None else self.last[self.kept]
        parent = np.where(parent < 0, -1, row[parent]).astype(np.int32)
        return replace(self, **columns, last=last, parent=parent, asked=row[self.asked])

    def below(self) -> Array:
        """The nearest descendant, or self, that `branching` keeps, as a row: int64 (n,)."""
        child = np.arange(len(self))
        born = np.flatnonzero(self.parent >= 0)
        child[self.parent[born]] = born  # who is not kept has one
        return np.where(self.kept, np.arange(len(self)), _nearest(child, self.kept))

    def genomes(self, log: LineageReader, problem: Problem) -> Array:
        """Everybody's genome, made again from the log: uint8 (n, n_loci)."""
        found = np.empty((len(self), problem.encoding.n_loci), np.uint8)
        first = max(g for g in log.snapshot_generations if g <= self.birth[0])
        for generation, genomes in replay(log, problem, first):
            low, high = np.searchsorted(self.birth, (generation, generation + 1))
            found[low:high] = genomes[self.place[low:high]]
            if high == len(self):
                break
        return found


def pedigree(
    log: LineageReader,
    problem: Problem,
    individuals: Collection[Individual] | None = None,
    *,
    everybody: bool = False,
) -> Pedigree:
    """The ancestors of individuals, and these.

    Parameters
    ----------
    log : LineageReader
    problem : Problem
    individuals : optional
        'best', 'last' (the best of the last generation), or generation and place of anybody who was there then,
        whenever it was born; by default the whole last generation of the log.
    everybody : bool
        All individuals of the run, at most 20,000,000.

    Raises
    ------
    InputError
        If there is no such generation or place, or there are too many individuals.
    """
    asked = last_generation(log) if individuals is None else checked(log, individuals)
    if everybody:
        _can_be_all(log)
    generations = [generation for generation, _ in asked]
    trace = None
    for window in to_the_founders(log, problem, min(generations), max(generations)):
        trace = trace or Trace(problem.population, window.last, asked, everybody)
        trace.back(*window, window.stayed(problem.selection.n_elite))
        if trace.n > MOST:
            raise InputError(
                f"{log.folder}: they have more than {MOST:,} ancestors; ask for those of an earlier generation, or, "
                "as a tree sequence, for those of their genes"
            )
    assert trace is not None  # noqa: S101 - there is a generation 0
    return table(log, trace)


def table(log: LineageReader, trace: Trace) -> Pedigree:
    """What a trace has found, once it has come to generation 0."""
    rows, asked = trace.individuals()
    last = None if log.layout.births == "survivors" else rows[:, LAST]
    columns = (rows[:, BIRTH], rows[:, PLACE], rows[:, PARENT], rows[:, SECOND])
    return Pedigree(*columns, last, asked, log.n_generations)


def last_generation(log: LineageReader) -> list[tuple[int, int]]:
    """All places of the last generation of a log."""
    last, _ = named(log, "last")
    return [(last, place) for place in range(log.layout.population)]


def checked(log: LineageReader, individuals: Collection[Individual]) -> list[tuple[int, int]]:
    """Generation and place of each; InputError if one of them is not there, or nobody is meant."""
    if not individuals:
        raise InputError(f"{log.folder}: nobody was asked for; name at least one individual or generation")
    return [named(log, individual) for individual in individuals]


def _can_be_all(log: LineageReader) -> None:
    most = log.n_generations * log.layout.population
    if log.layout.births == "survivors":
        raise InputError(
            f"{log.folder}: was recorded with births: survivors and does not know everybody; "
            "ask for the ancestors of some, which it knows"
        )
    if most > MOST:
        raise InputError(
            f"{log.folder}: has up to {most:,} individuals, and a table can have {MOST:,}; "
            "ask for the ancestors of some, as of the last generation"
        )


def _nearest(step: Array, kept: Array) -> Array:
    """Follow `step` (rows, or −1 at the end) from each row, once at least, until it comes to one that is kept."""
    there = step.astype(np.int64)
    while len(moving := np.flatnonzero((there >= 0) & ~kept[there])):
        there[moving] = there[there[moving]]  # each round goes twice as far
    return there

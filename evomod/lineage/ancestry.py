"""Who descends from whom across generations: ancestors, descendants, the most recent common ancestor.

Everybody counts as an ancestor and a descendant of themselves. Descent is by first parents, from whom a genome comes
but for what crossover exchanged, or by `all` parents: the pedigree. Without crossover the two are the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from evomod.errors import InputError
from evomod.kernel import kernel
from evomod.lineage.births import Births, Window
from evomod.lineage.individual import named
from evomod.problem import Problem

if TYPE_CHECKING:
    from evomod.lineage.reader import LineageReader

Array = npt.NDArray[Any]
Parents = Literal["first", "all"]


def ancestors(
    log: LineageReader, problem: Problem, generation: int, places: Iterable[int], at: int, parents: Parents = "first"
) -> Array:
    """Places, in generation `at`, of the ancestors of some individuals: int64 (n,), in order.

    Raises
    ------
    InputError
        If there is no such generation or place, or `at` lies after `generation`.
    """
    _which(parents)
    marks = _marked(log, generation, places)
    _before(log, at, generation)
    for window in Births(log, problem, generation).backwards(at + 1, generation + 1):
        marks = _ancestors(window.first, _others(window, parents), marks)
    return np.flatnonzero(marks)


def descendants(
    log: LineageReader, problem: Problem, generation: int, places: Iterable[int], at: int, parents: Parents = "first"
) -> Array:
    """Places, in generation `at`, of the descendants of some individuals: int64 (n,), in order; perhaps none.

    Raises
    ------
    InputError
        If there is no such generation or place, or `at` lies before `generation`.
    """
    _which(parents)
    marks = _marked(log, generation, places)
    _before(log, generation, at)
    for window in Births(log, problem).onwards(generation + 1, at + 1):
        marks = _descendants(window.first, _others(window, parents), marks)
    return np.flatnonzero(marks)


def common_ancestor(
    log: LineageReader, problem: Problem, generation: int, places: Iterable[int], parents: Parents = "first"
) -> tuple[int, int] | None:
    """Generation and place of the most recent common ancestor of some individuals of one generation.

    In a pedigree several may be equally recent; of these it is the one with the lowest place.

    Returns
    -------
    generation and place; None if they have no common ancestor in the log

    Raises
    ------
    InputError
        If there is no such generation or place.
    """
    _which(parents)
    members = np.flatnonzero(_marked(log, generation, places))
    if len(members) == 1:
        return generation, int(members[0])
    # A bit for each of them: who of them descends from the individual in this place?
    bits = np.zeros((log.layout.population, -(-len(members) // 64)), np.uint64)
    numbers = np.arange(len(members))
    bits[members, numbers // 64] = np.uint64(1) << (numbers % 64).astype(np.uint64)
    everybody = np.bitwise_or.reduce(bits)
    for window in Births(log, problem, generation).backwards(1, generation + 1):
        row, place = _common(window.first, _others(window, parents), bits, everybody)
        if row >= 0:
            return window.low + row - 1, place
    return None


def _marked(log: LineageReader, generation: int, places: Iterable[int]) -> Array:
    """uint8 (S,): 1 at the places that are asked for; InputError if there are none such."""
    if not isinstance(places, Iterable):
        raise InputError(f"places are several, such as [3] [got {places!r}]")
    wanted = [named(log, (generation, place))[1] for place in places]
    if not wanted:
        raise InputError("whose ancestors? Name at least one place")
    marks = np.zeros(log.layout.population, np.uint8)
    marks[wanted] = 1
    return marks


def _before(log: LineageReader, early: int, late: int) -> None:
    for generation in (early, late):
        named(log, (generation, 0))
    if early > late:
        raise InputError(f"{log.folder}: generation {early} does not come before generation {late}")


def _which(parents: Parents) -> None:
    if parents not in ("first", "all"):
        raise InputError(f"parents are 'first' or 'all' [got {parents!r}]")


def _others(window: Window, parents: Parents) -> Array:
    return window.second if parents == "all" else window.first


@kernel
def _ancestors(first: Any, other: Any, marks: Any) -> Any:
    """Marks, uint8 (S,), in the generation before the window, of the parents of parents … of who is marked after it."""
    for g in range(first.shape[0] - 1, -1, -1):
        before = np.zeros_like(marks)
        for i in range(marks.size):
            if marks[i]:
                before[first[g, i]] = 1
                before[other[g, i]] = 1
        marks = before
    return marks


@kernel
def _descendants(first: Any, other: Any, marks: Any) -> Any:
    """The other way round."""
    for g in range(first.shape[0]):
        after = np.zeros_like(marks)
        for i in range(marks.size):
            after[i] = marks[first[g, i]] | marks[other[g, i]]
        marks = after
    return marks


@kernel
def _common(first: Any, other: Any, bits: Any, everybody: Any) -> Any:
    """Row of the window and place, in the generation before it, of the first met who has all bits, else −1, −1.

    Sets `bits`, uint64 (S, n), to those of the generation before the window.
    """
    n, n_words = bits.shape
    before = np.empty_like(bits)
    for g in range(first.shape[0] - 1, -1, -1):
        before[:] = np.uint64(0)
        for i in range(n):
            for w in range(n_words):
                before[first[g, i], w] |= bits[i, w]
                before[other[g, i], w] |= bits[i, w]
        bits[:] = before
        for i in range(n):
            missing = np.uint64(0)
            for w in range(n_words):
                missing |= everybody[w] & ~bits[i, w]
            if not missing:
                return g, i
    return -1, -1

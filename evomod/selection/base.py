"""Selection: fitness to parents of the next generation. How equals are ordered is a named choice everywhere.

Wherever a cut is made among equally fit individuals, `ties` decides: `stable` keeps the order of places, so that old
elites stay and neutral drift inside the elite is frozen; `random` shuffles before sorting, every generation. No paper
of the field states it, and it decides results as much as any published parameter.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field

from evomod.component import Component, Int
from evomod.kernel import kernel
from evomod.rng import TIES, permutation

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Objectives:
    """What is to be as small as possible beside a great fitness: float64 (n, …), a column each.

    Attributes
    ----------
    costs
        Of which a selection may let each count by chance.
    certain
        All others.
    apart : bool
        Whether they say all that fitness says, as where it is a mean over goals and each goal is one of them.
    """

    costs: Array
    certain: Array
    apart: bool = False


@dataclass(slots=True)
class Fronts:
    """Who dominates whom, where there are several objectives.

    Attributes
    ----------
    points : float64 (k, m)
        Distinct objectives, to be minimised: −fitness, costs, others; least first, in this order.
    counts : int64 (k,)
        Individuals on each.
    chances : float64 (m,)
        Probability with which each objective counts in a domination test.
    point, front : int32 (n,)
        On which point and in which front everybody is, 0 the first.
    crowding : float64 (n,)
    fittest : uint32 (n,)
        Places by fitness, then by each further objective.
    """

    points: Array
    counts: Array
    chances: Array
    point: Array
    front: Array
    crowding: Array
    fittest: Array


@dataclass(slots=True)
class Ranking:
    """Who is how good: places, best first, and the distinct values of fitness, best first, with their counts."""

    order: Array  # uint32 (n,)
    values: Array  # float64 (n_distinct,)
    counts: Array  # int64 (n_distinct,)
    right: Array | None = None  # uint64 (n, n_words), a bit for each case, where selection looks at single cases
    fronts: Fronts | None = None  # where selection has several objectives

    @property
    def fittest(self) -> Array:
        """Places by fitness, the greatest first; of equals the one that costs less, where costs are objectives."""
        return self.order if self.fronts is None else self.fronts.fittest


class Selection(Component, ABC):
    """Chooses parents from a ranking."""

    by_case: ClassVar[bool] = False  # True: wants to know who is right in which case
    in_deap: ClassVar[bool] = False  # True: `engine: deap` has a counterpart of this very class
    by_objectives: ClassVar[bool] = False  # True: costs are objectives of their own and lower no fitness
    ties: Literal["stable", "random"] = Field(
        "stable", description="Order of equally fit individuals: that of their places, or shuffled every generation."
    )

    @abstractmethod
    def choose(self, ranking: Ranking, parents: Array, seed: int, generation: int) -> int:
        """Write the parent of every place into uint32 (n,); returns how many first places pass on unvaried."""

    @property
    @abstractmethod
    def n_elite(self) -> int:
        """How many places are kept; must be smaller than the population."""

    @property
    def compares_answers(self) -> bool:
        """Does it want to know how differently individuals answer?"""
        return False

    def within(self, population: int) -> Self:
        """The same with what follows from the population written out."""
        return self

    def misfit(self, n_costs: int) -> tuple[str, str] | None:
        """Why it does not go with so many costs: field and sentence; None if it does."""
        return None

    def mistake(self, population: int) -> tuple[str, str] | None:
        """Why so many individuals cannot be selected from: field and sentence; None if they can."""
        if self.n_elite >= population:
            return "elite", f"is {self.n_elite}, but must be smaller than the population of {population}"
        return None

    def rank(
        self, fitness: Array, seed: int, generation: int, blind: bool = False, objectives: Objectives | None = None
    ) -> Ranking:
        """Order of float64 (n,) fitness, best first, ties as named; shuffled where selection is to be `blind`.

        Further `objectives` are given to who is `by_objectives`.
        """
        n = fitness.size
        order, values, counts = np.empty(n, np.uint32), np.empty(n), np.empty(n, np.int64)
        shuffled = blind or self.ties == "random"
        n_distinct = _rank(fitness, fitness.view(np.uint64), shuffled, order, values, counts, seed, generation)
        return Ranking(order, values[:n_distinct], counts[:n_distinct])


class Elitist(Selection, ABC):
    """Draws parents at random for all places but the first, to which the best pass unchanged."""

    elite: Annotated[Int, Field(ge=0)] = Field(0, description="Best individuals that pass unchanged.")

    @property
    def n_elite(self) -> int:
        """Individuals that pass unchanged."""
        return self.elite


@kernel
def _rank(
    fitness: Any, bits: Any, shuffled: bool, order: Any, values: Any, counts: Any, seed: Any, generation: Any
) -> int:
    """Counting sort over the few distinct values of fitness: stable and linear."""
    n = fitness.size
    size = 4
    while size < 2 * n:
        size *= 2
    slots = np.full(size, -1, np.int32)
    level = np.empty(n, np.int32)
    n_distinct = 0
    for i in range(n):
        key = bits[i]
        # Two halves of the word are folded, since fractions with few digits differ in the high bits only.
        slot = np.int64(((key >> np.uint64(32)) ^ (key >> np.uint64(47)) ^ key) & np.uint64(size - 1))
        while slots[slot] >= 0 and values[slots[slot]] != fitness[i]:
            slot = (slot + 1) & (size - 1)
        if slots[slot] < 0:
            slots[slot] = n_distinct
            values[n_distinct] = fitness[i]
            counts[n_distinct] = 0
            n_distinct += 1
        level[i] = slots[slot]
        counts[level[i]] += 1

    by_value = np.argsort(-values[:n_distinct])
    values[:n_distinct] = values[:n_distinct][by_value]
    counts[:n_distinct] = counts[:n_distinct][by_value]
    next_place = np.empty(n_distinct, np.int64)
    place = 0
    for k in range(n_distinct):
        next_place[by_value[k]] = place
        place += counts[k]
    if shuffled:
        for i in permutation(n, seed, generation, TIES):
            order[next_place[level[i]]] = i
            next_place[level[i]] += 1
    else:
        for i in range(n):
            order[next_place[level[i]]] = i
            next_place[level[i]] += 1
    return n_distinct

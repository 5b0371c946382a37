"""Selection: fitness to parents of the next generation. How equals are ordered is a named choice everywhere.

Wherever a cut is made among equally fit individuals, `ties` decides: `stable` keeps the order of places, so that old
elites stay and neutral drift inside the elite is frozen; `random` shuffles before sorting, every generation. No paper
of the field states it, and it decides results as much as any published parameter.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from evomod.component import Component, Count, Int
from evomod.kernel import kernel
from evomod.rng import PARENT, TIES, below, draw4, permutation

Array = npt.NDArray[Any]


@dataclass(slots=True)
class Ranking:
    """Who is how good: places, best first, and the distinct values of fitness, best first, with their counts."""

    order: Array  # uint32 (n,)
    values: Array  # float64 (n_distinct,)
    counts: Array  # int64 (n_distinct,)


class Selection(Component, ABC):
    """Chooses parents from a ranking."""

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

    def mistake(self, population: int) -> tuple[str, str] | None:
        """Why so many individuals cannot be selected from: field and sentence; None if they can."""
        if self.n_elite >= population:
            return "elite", f"is {self.n_elite}, but must be smaller than the population of {population}"
        return None

    def rank(self, fitness: Array, seed: int, generation: int) -> Ranking:
        """Order of float64 (n,) fitness, best first, ties as named."""
        n = fitness.size
        order, values, counts = np.empty(n, np.uint32), np.empty(n), np.empty(n, np.int64)
        shuffled = self.ties == "random"
        n_distinct = _rank(fitness, fitness.view(np.uint64), shuffled, order, values, counts, seed, generation)
        return Ranking(order, values[:n_distinct], counts[:n_distinct])


class EliteReplacement(Selection):
    """The L best pass unchanged, the L worst are replaced by copies of them, all but the elite vary (KA05, KNA07)."""

    kind: Literal["elite_replacement"] = "elite_replacement"
    elite: Count = Field(300, description="L, the individuals that pass unchanged and are copied once.")

    @property
    def n_elite(self) -> int:
        """L."""
        return self.elite

    def mistake(self, population: int) -> tuple[str, str] | None:
        """The L worst are replaced, so that there must be L beside the elite."""
        if self.elite > population // 2:
            return "elite", (
                f"is {self.elite}, but can be at most half of the population of {population}; write for example "
                f"selection: {{kind: elite_replacement, elite: {max(1, population * 3 // 10)}}}"
            )
        return None

    def choose(self, ranking: Ranking, parents: Array, seed: int, generation: int) -> int:
        """The order itself, with the first L again in place of the last L."""
        n = parents.size
        parents[: n - self.elite] = ranking.order[: n - self.elite]
        parents[n - self.elite :] = ranking.order[: self.elite]
        return self.elite


class Tournament(Selection):
    """Each parent is the best of `size` individuals drawn with replacement; the `elite` best pass unchanged."""

    kind: Literal["tournament"] = "tournament"
    size: Annotated[Count, Field(le=1_000_000)] = Field(2, description="Individuals per tournament.")
    elite: Annotated[Int, Field(ge=0)] = Field(0, description="Best individuals that pass unchanged.")

    @property
    def n_elite(self) -> int:
        """Individuals that pass unchanged."""
        return self.elite

    def choose(self, ranking: Ranking, parents: Array, seed: int, generation: int) -> int:
        """Best rank of `size` uniform draws."""
        _tournament(ranking.order, self.size, self.elite, parents, seed, generation)
        return self.elite


class Boltzmann(Selection):
    """Parents are drawn with replacement with probability ∝ exp(strength · fitness) (PKA08, strength 30)."""

    kind: Literal["boltzmann"] = "boltzmann"
    strength: Annotated[float, Field(ge=0, le=1e6)] = Field(30.0, description="t in exp(t·F), per unit of fitness.")
    elite: Annotated[Int, Field(ge=0)] = Field(0, description="Best individuals that pass unchanged.")

    @property
    def n_elite(self) -> int:
        """Individuals that pass unchanged."""
        return self.elite

    def choose(self, ranking: Ranking, parents: Array, seed: int, generation: int) -> int:
        """A distinct value of fitness by its weight, then one of its holders, all alike."""
        best = float(ranking.values[0])
        # Few distinct values exist, and libm's exp is the same with and without the compiler.
        weights = [
            n * math.exp(self.strength * (v - best))
            for v, n in zip(ranking.values.tolist(), ranking.counts.tolist(), strict=True)
        ]
        _roulette(ranking.order, np.cumsum(weights), ranking.counts, self.elite, parents, seed, generation)
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


@kernel
def _tournament(order: Any, size: int, elite: int, parents: Any, seed: Any, generation: Any) -> None:
    n = parents.size
    for i in range(n):
        if i < elite:
            parents[i] = order[i]
            continue
        best = n
        for first in range(0, size, 4):
            words = draw4(seed, generation, i, PARENT, first // 4)
            for k in range(min(4, size - first)):
                best = min(best, below(words[k], n))
        parents[i] = order[best]


@kernel
def _roulette(order: Any, cumulative: Any, counts: Any, elite: int, parents: Any, seed: Any, generation: Any) -> None:
    total = cumulative[cumulative.size - 1]
    for i in range(parents.size):
        if i < elite:
            parents[i] = order[i]
            continue
        words = draw4(seed, generation, i, PARENT, 0)
        share = (words[0] * 4294967296.0 + words[1]) / 18446744073709551616.0
        k, first = 0, 0
        while k < counts.size - 1 and cumulative[k] <= share * total:
            first += counts[k]
            k += 1
        parents[i] = order[first + below(words[2], counts[k])]

"""What mutations and crossovers have in common."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from decimal import Decimal, localcontext
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from evomod.component import Component
from evomod.genotypes.base import Encoding
from evomod.kernel import kernel
from evomod.population import Population
from evomod.rng import MUTATION, below, draw4


class Mutation(Component, ABC):
    """Changes genomes in place, from `population.n_kept` on, and sets `changed` where the phenotype may differ."""

    in_deap: ClassVar[bool] = False  # True: `engine: deap` has a counterpart of this very class

    @abstractmethod
    def mutate(self, encoding: Encoding, population: Population, seed: int) -> None:
        """Vary everybody who was not kept."""

    def mistake(self, encoding: Encoding) -> tuple[str, str] | None:
        """Why genomes of this encoding cannot be mutated so: field and sentence; None if they can."""
        return None


class Crossover(Component, ABC):
    """Exchanges genes between individuals that were not kept."""

    in_deap: ClassVar[bool] = False  # as of mutations

    @abstractmethod
    def cross(self, encoding: Encoding, population: Population, seed: int) -> None:
        """Cross in place; writes `second_parents`, sets `changed` where a genome differs afterwards."""


@lru_cache(maxsize=32)
def binomial_thresholds(n: int, rate: float) -> npt.NDArray[np.uint64]:
    """How many of n units are hit, each with probability `rate`, as thresholds for a uniform 32-bit word.

    t[k] = 2^32 · P(K <= k) for K ~ Binomial(n, rate), k = 0 … n − 1; K is the number of thresholds that a word reaches.
    """
    with localcontext() as context:
        context.prec = 40  # a hundred units are never hit together with 10^-300, which a float would take for never
        hit, miss, total, thresholds = Decimal(rate), 1 - Decimal(rate), Decimal(0), []
        for k in range(n):
            total += math.comb(n, k) * (hit**k if k else 1) * miss ** (n - k)  # Decimal knows no 0**0
            thresholds.append(min(1 << 32, int(total * (1 << 32))))
            if thresholds[-1] == 1 << 32:
                break
    return np.array(thresholds, np.uint64)


@kernel
def draw_units(i: int, n_units: int, thresholds: Any, seed: Any, generation: Any, units: Any, words: Any) -> int:
    """Draw which of `n_units` loci, genes or bits of individual i are hit, each at most once: how many there are.

    Writes them into `units`, int64 (n_units,), and two more random words for each into `words`, uint32 (n_units, 2).
    """
    first = draw4(seed, generation, i, MUTATION, 0)
    n_hits = 0
    while n_hits < thresholds.size and first[0] >= thresholds[n_hits]:
        n_hits += 1
    draw, k = 1, 0
    while k < n_hits:
        four = draw4(seed, generation, i, MUTATION, draw)
        draw += 1
        unit = below(four[0], n_units)
        seen = False
        for j in range(k):
            seen |= units[j] == unit
        if not seen:
            units[k] = unit
            words[k, 0], words[k, 1] = four[1], four[2]
            k += 1
    return n_hits


@kernel
def draw_three(start: int, stop: int, seed: Any, generation: Any) -> Any:
    """Three words for the mutation of each individual, uint32 (stop − start,) each: is it hit, where, to what.

    Apart from the loop that uses them, so that the compiler can make several at once.
    """
    n = stop - start
    hit, where, what = np.empty(n, np.uint32), np.empty(n, np.uint32), np.empty(n, np.uint32)
    for k in range(n):
        words = draw4(seed, generation, start + k, MUTATION, 0)
        hit[k] = words[0]
        where[k] = words[1]
        what[k] = words[2]
    return hit, where, what


@kernel
def expressed(part: Any, effective: Any) -> Any:
    """A change in a part without a path to an output is silent: the phenotype that was inherited stands."""
    return ((np.uint64(effective) >> np.uint64(max(part, 0))) & np.uint64(1)) | np.uint64(part < 0)

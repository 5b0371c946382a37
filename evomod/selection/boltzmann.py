"""Boltzmann selection."""

from __future__ import annotations

import math
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from evomod.kernel import kernel
from evomod.rng import PARENT, below, draw4
from evomod.selection.base import Array, Elitist, Ranking


class Boltzmann(Elitist):
    """Parents are drawn with replacement with probability ∝ exp(strength · fitness) (PKA08, strength 30)."""

    kind: Literal["boltzmann"] = "boltzmann"
    in_deap: ClassVar[bool] = True
    strength: Annotated[float, Field(ge=0, le=1e6)] = Field(30.0, description="t in exp(t·F), per unit of fitness.")

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

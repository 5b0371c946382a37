"""Linear ranking selection (Baker 1985)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field

from evomod.kernel import kernel
from evomod.rng import PARENT, draw4
from evomod.selection.base import Array, Elitist, Ranking


class LinearRank(Elitist):
    """Parents are drawn with replacement; expected offspring fall linearly from `pressure` (best) to 2 − `pressure`.

    Baker 1985, "Adaptive selection methods for genetic algorithms", ICGA 1:101. Of n individuals the one at rank i,
    best first, is drawn with probability (s − (2s − 2)·i/(n − 1)) / n.
    """

    kind: Literal["rank"] = "rank"
    pressure: Annotated[float, Field(ge=1, le=2)] = Field(
        2.0, description="s, expected offspring of the best, 1 (no selection) to 2 (the worst has none)."
    )

    def choose(self, ranking: Ranking, parents: Array, seed: int, generation: int) -> int:
        """By bisection of the cumulative probability."""
        n = parents.size
        ranks = np.arange(1, n + 1)  # Σ of the first k ranks: k·s − (s − 1)·k·(k − 1)/(n − 1)
        cumulative = ranks * self.pressure - (self.pressure - 1) * ranks * (ranks - 1) / max(1, n - 1)
        _ranked(ranking.order, cumulative, self.elite, parents, seed, generation)
        return self.elite


@kernel
def _ranked(order: Any, cumulative: Any, elite: int, parents: Any, seed: Any, generation: Any) -> None:
    n = parents.size
    for i in range(n):
        if i < elite:
            parents[i] = order[i]
            continue
        words = draw4(seed, generation, i, PARENT, 0)
        share = (words[0] * 4294967296.0 + words[1]) / 18446744073709551616.0
        low, high = 0, n - 1
        while low < high:
            middle = (low + high) // 2
            if cumulative[middle] <= share * cumulative[n - 1]:
                low = middle + 1
            else:
                high = middle
        parents[i] = order[low]

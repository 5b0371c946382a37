"""Linear ranking selection (Baker 1985)."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from evomod.kernel import kernel
from evomod.rng import PARENT, below, draw4, threshold
from evomod.selection.base import Array, Elitist, Ranking


class LinearRank(Elitist):
    """Parents are drawn with replacement; expected offspring fall linearly from `pressure` (best) to 2 − `pressure`.

    Baker 1985, "Adaptive selection methods for genetic algorithms", ICGA 1:101. Of n individuals the one at rank i,
    best first, is drawn with probability (s − (2s − 2)·i/(n − 1)) / n.
    """

    kind: Literal["rank"] = "rank"
    in_deap: ClassVar[bool] = True
    pressure: Annotated[float, Field(ge=1, le=2)] = Field(
        2.0, description="s, expected offspring of the best, 1 (no selection) to 2 (the worst has none)."
    )

    def choose(self, ranking: Ranking, parents: Array, seed: int, generation: int) -> int:
        """With probability s − 1 the better of two different individuals, else anybody: the same, drawn faster."""
        _ranked(ranking.order, self.pressure - 1.0, self.elite, parents, seed, generation)
        return self.elite


@kernel
def _ranked(order: Any, share: float, elite: int, parents: Any, seed: Any, generation: Any) -> None:
    n = parents.size
    for i in range(n):
        if i < elite:
            parents[i] = order[i]
            continue
        words = draw4(seed, generation, i, PARENT, 0)
        rank = below(words[0], n)
        if words[2] < threshold(share):
            # The lower of two different ranks is i in n − 1 − i of n(n − 1)/2 cases. To count the other among those
            # that are left is enough: where it is not below the first it does not matter which it is.
            rank = min(rank, below(words[1], n - 1))
        parents[i] = order[rank]

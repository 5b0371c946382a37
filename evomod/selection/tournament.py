"""Tournament selection."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from evomod.component import Count
from evomod.kernel import kernel
from evomod.rng import PARENT, below, draw4
from evomod.selection.base import Array, Elitist, Ranking


class Tournament(Elitist):
    """Each parent is the best of `size` individuals drawn with replacement; the `elite` best pass unchanged."""

    kind: Literal["tournament"] = "tournament"
    in_deap: ClassVar[bool] = True
    size: Annotated[Count, Field(le=1_000_000)] = Field(2, description="Individuals per tournament.")

    def choose(self, ranking: Ranking, parents: Array, seed: int, generation: int) -> int:
        """Best rank of `size` uniform draws."""
        _tournament(ranking.order, self.size, self.elite, parents, seed, generation)
        return self.elite


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

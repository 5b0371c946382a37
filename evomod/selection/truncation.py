"""Truncation selection: the breeder's."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import Field

from evomod.component import Count
from evomod.kernel import kernel
from evomod.rng import PARENT, below, draw4
from evomod.selection.base import Array, Elitist, Ranking


class Truncation(Elitist):
    """Each parent is drawn with replacement from the `best` individuals, all alike; the others have no offspring."""

    kind: Literal["truncation"] = "truncation"
    in_deap: ClassVar[bool] = True
    best: Count = Field(500, description="Individuals that may have offspring.")

    def mistake(self, population: int) -> tuple[str, str] | None:
        """A cut lies within the population."""
        if self.best > population:
            return "best", f"is {self.best}, but there are only {population} individuals"
        return super().mistake(population)

    def choose(self, ranking: Ranking, parents: Array, seed: int, generation: int) -> int:
        """Uniform over the first `best` ranks."""
        _truncation(ranking.order, min(self.best, parents.size), self.elite, parents, seed, generation)
        return self.elite


@kernel
def _truncation(order: Any, best: int, elite: int, parents: Any, seed: Any, generation: Any) -> None:
    for i in range(parents.size):
        words = draw4(seed, generation, i, PARENT, 0)
        parents[i] = order[i if i < elite else below(words[0], best)]

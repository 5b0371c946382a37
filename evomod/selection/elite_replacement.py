"""Elite replacement: the scheme of Kashtan & Alon."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from evomod.component import Count
from evomod.selection.base import Array, Ranking, Selection


class EliteReplacement(Selection):
    """The L best pass unchanged, the L worst are replaced by copies of them, all but the elite vary (KA05, KNA07)."""

    kind: Literal["elite_replacement"] = "elite_replacement"
    in_deap: ClassVar[bool] = True
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

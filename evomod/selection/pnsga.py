"""PNSGA: NSGA-II with objectives that count by chance."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from evomod.component import AsTuple, Rate
from evomod.selection.pareto import Pareto


class Pnsga(Pareto):
    """NSGA-II in which a cost counts in each domination test with a probability only, so that it weighs less.

    Clune, Mouret & Lipson 2013, doi 10.1098/rspb.2012.2863. Sorting and tournaments alike; each test draws afresh.
    Fronts are peeled off one by one, by chance, until the survivors are known; who is left is in the one after.
    """

    kind: Literal["pnsga"] = "pnsga"
    probability: Rate | Annotated[tuple[Rate, ...], Field(min_length=1, max_length=16), AsTuple] = Field(
        0.25, description="That a cost counts in a test, 0 to 1; a list has one for each cost, in order."
    )

    @property
    def chance(self) -> float | tuple[float, ...]:
        """As the scenario says."""
        return self.probability

    def misfit(self, n_costs: int) -> tuple[str, str] | None:
        """A list has one number for each cost."""
        if isinstance(self.probability, tuple) and len(self.probability) != n_costs:
            return "probability", f"lists {len(self.probability)} numbers, but `fitness` has {n_costs} cost(s)"
        return None

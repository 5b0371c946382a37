"""Fitness: benefit minus weighted costs."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

from evomod.component import AsTuple, OneOf
from evomod.costs.base import Cost
from evomod.kernel import kernel


class Fitness(BaseModel):
    """Benefit (share of right answers on the goal in force, 0 to 1) − Σ weight · max(0, cost − above)."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)
    costs: Annotated[tuple[Annotated[Cost, OneOf()], ...], Field(max_length=16), AsTuple] = Field(
        (), description="Wiring costs, each with its weight; none by default."
    )

    success: Annotated[float, Field(gt=0, le=1)] = Field(
        1.0, description="Benefit from which a goal counts as solved; KA05's retina nets: 0.95."
    )

    def tables(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Weights and free amounts, float64 (n_costs,), as `score` wants them."""
        return np.array([c.weight for c in self.costs], float), np.array([c.above for c in self.costs], float)


@kernel
def score(rescored: Any, hits: Any, costs: Any, max_hits: int, weights: Any, above: Any, fitness: Any) -> None:
    """Write float64 (n,) fitness of everybody whose `rescored` is set."""
    for i in range(rescored.size):
        if rescored[i]:
            value = hits[i] / max_hits
            for c in range(weights.size):
                value -= weights[c] * max(0.0, costs[i, c] - above[c])
            fitness[i] = value

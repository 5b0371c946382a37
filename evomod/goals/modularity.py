"""A goal that is no task: a network of a given modularity, or of the greatest.

It makes two controls of Kashtan & Alon 2005 (doi 10.1073/pnas.0503610102): Q_max, "the best network that the same GA
finds when the goal is to maximise Q", and networks that are as modular as the evolved ones and never had to compute.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from evomod.component import Count
from evomod.goals.base import Cases, Goal, truth_table_inputs
from evomod.networks.modularity_batch import best_modularity
from evomod.rng import Stream

Array = npt.NDArray[Any]
RESTARTS = 8  # on graphs of some 15 nodes no proof is needed to find the best partition


class ModularityGoal(Goal):
    """Benefit is the modularity Q of the effective network, or how near it comes to a given one; no answers count."""

    kind: Literal["modularity"] = "modularity"
    structural: ClassVar[bool] = True
    reach: Annotated[float, Field(gt=-0.5, lt=1)] | None = Field(
        None, description="The Q that is wanted: benefit falls with the distance from it; without it, Q is maximised."
    )
    tolerance: Annotated[float, Field(ge=0, le=0.5)] = Field(
        0.01, description="A network whose Q is so near to `reach` is perfect."
    )
    outputs: Annotated[Count, Field(le=64)] = Field(1, description="Number of outputs.")

    @property
    def n_outputs(self) -> int:
        """Number of outputs."""
        return self.outputs

    def cases(self, input_names: Sequence[str], stream: Stream) -> Cases:
        """All rows, and no right answer to any: the targets are never looked at."""
        inputs = truth_table_inputs(len(input_names))
        return Cases(inputs, np.zeros((len(inputs), self.outputs), bool))

    def grade(self, graphs: Array) -> Array:
        """Benefit: Q, or 1 less the distance to `reach` beyond the tolerance; 0 at least, and without any link."""
        benefit = best_modularity(graphs, RESTARTS, steps=0).q
        if self.reach is not None:
            benefit = 1 - np.maximum(0, np.abs(benefit - self.reach) - self.tolerance)
        clipped: Array = np.nan_to_num(np.clip(benefit, 0, 1))
        return clipped

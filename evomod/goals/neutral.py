"""No goal at all: epochs without selection, in which a population drifts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from evomod.component import Count
from evomod.goals.base import Cases, Goal, truth_table_inputs
from evomod.rng import Stream


class NeutralGoal(Goal):
    """Nothing is asked: while it is in force everybody's fitness is 0, and chance selects (VG0 of KNA07)."""

    kind: Literal["neutral"] = "neutral"
    named: ClassVar[bool] = False
    selects: ClassVar[bool] = False
    outputs: Annotated[Count, Field(le=64)] = Field(1, description="Number of outputs, that of the other goals.")

    @property
    def n_outputs(self) -> int:
        """Number of outputs."""
        return self.outputs

    def cases(self, input_names: Sequence[str], stream: Stream) -> Cases:
        """All rows, and no right answer to any: the targets are never looked at."""
        inputs = truth_table_inputs(len(input_names))
        return Cases(inputs, np.zeros((len(inputs), self.outputs), bool))

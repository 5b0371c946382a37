"""Goals drawn at random: what a varying goal is when it shares nothing with the last one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from evomod.component import Count, Int
from evomod.goals.base import Cases, Goal, truth_table_inputs
from evomod.rng import Stream


class RandomGoal(Goal):
    """A random Boolean function of all inputs; alternate it with a named goal for RVGv (new) or RVGc (same)."""

    kind: Literal["random"] = "random"
    named: ClassVar[bool] = False
    draw: Literal["each_epoch", "once"] = Field(
        "each_epoch", description="A new function in each epoch (RVG, RVGv), or the same one throughout (RVGc)."
    )
    balanced: bool = Field(False, description="Exactly half of the rows are 1; otherwise each row is a fair coin.")
    ones: Annotated[Int, Field(ge=0)] | None = Field(
        None, description="Exactly so many rows are 1, say as many as in a goal that it is to be compared with."
    )
    outputs: Annotated[Count, Field(le=64)] = Field(1, description="Number of outputs, drawn independently.")

    @property
    def n_outputs(self) -> int:
        """Number of outputs."""
        return self.outputs

    def cases(self, input_names: Sequence[str], stream: Stream) -> Cases:
        """The function of the epoch that begins at `stream.generation`."""
        inputs = truth_table_inputs(len(input_names))
        n_rows = len(inputs)
        if self.draw == "once":
            stream = replace(stream, generation=0)
        words = stream.words(n_rows * self.outputs).reshape(n_rows, self.outputs)
        ones = n_rows // 2 if self.balanced else self.ones
        if ones is None:
            return Cases(inputs, words >= np.uint32(1 << 31))
        # The upper part of a random order is a uniformly drawn set of rows.
        ranks = words.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable")
        return Cases(inputs, ranks >= n_rows - ones)

    def mistake(self, input_names: Sequence[str]) -> tuple[str, str] | None:
        """A number of ones that contradicts `balanced`, or is larger than the table."""
        if self.ones is None:
            return None
        n_rows = 1 << len(input_names)
        if self.balanced:
            return "ones", f"contradicts `balanced: true`, which is `ones: {n_rows // 2}` of {n_rows} rows; give one"
        if self.ones > n_rows:
            return "ones", f"is {self.ones}, but {len(input_names)} input(s) give {n_rows} rows"
        return None

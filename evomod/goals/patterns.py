"""Goals of one output over all patterns of the inputs, of which a random sample may count instead of all of them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, Self

import numpy as np
from pydantic import Field

from evomod.component import Count
from evomod.goals.base import Cases, Goal, truth_table_inputs
from evomod.goals.function import Bits, function_of, multiplicity
from evomod.rng import Stream


class PatternGoal(Goal):
    """A Boolean function of all inputs that is asked in all of its rows, or in a sample of them.

    A sample is drawn once a run, without replacement and from the seed alone: goals with samples of one size have the
    same sample.
    """

    sample: Literal["all"] | Count = Field(
        "all", description="How many random patterns count, drawn once a run, the same for all goals; or all of them."
    )

    @property
    def n_outputs(self) -> int:
        """One."""
        return 1

    @property
    def sample_size(self) -> int | None:
        """Patterns in the sample."""
        return None if self.sample == "all" else self.sample

    def whole(self) -> Self:
        """Without the sample."""
        return self.model_copy(update={"sample": "all"})

    @abstractmethod
    def table(self, input_names: Sequence[str]) -> Bits:
        """The right answers, bool (2^n_inputs,), row r with input i equal to bit i of r."""

    def cases(self, input_names: Sequence[str], stream: Stream) -> Cases:
        """All rows, and which of them are in the sample."""
        inputs, targets = truth_table_inputs(len(input_names)), self.table(input_names)[:, None]
        if self.sample == "all":
            return Cases(inputs, targets)
        words = replace(stream, generation=0, individual=0).words(len(inputs))
        counted = np.zeros(len(inputs), bool)
        counted[words.argsort(kind="stable")[: self.sample]] = True
        return Cases(inputs, targets, counted)

    def mistake(self, input_names: Sequence[str]) -> tuple[str, str] | None:
        """A sample that is larger than the table."""
        n_rows = 1 << len(input_names)
        if self.sample != "all" and self.sample > n_rows:
            return "sample", f"is {self.sample}, but {len(input_names)} inputs have {n_rows} patterns"
        return None


def named_parts(parts: dict[str, Bits]) -> dict[int, str]:
    """Sub-goals as `Goal.subgoals` wants them, of truth tables by text; without what reads fewer than two inputs."""
    found: dict[int, str] = {}
    for text, table in parts.items():
        function, n = function_of(table[:, None]), len(table).bit_length() - 1
        if sum(multiplicity(function, n, [i]) > 1 for i in range(n)) > 1:
            found.setdefault(function ^ ((1 << len(table)) - 1) if function & 1 else function, text)
    return found

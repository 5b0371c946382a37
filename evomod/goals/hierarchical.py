"""A tree of two-input functions, one kind a level: by default the AND of XORs of ANDs over eight inputs.

Its sub-goals lie within one another, which the two detectors of a retina do not. Goals that vary modularly exchange
the function of a level: all levels below it are shared.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from evomod.component import AsTuple
from evomod.goals.function import Bits
from evomod.goals.logic import SYMBOLS, truth_table
from evomod.goals.patterns import PatternGoal, named_parts

Operator = Literal["and", "or", "xor", "nand", "nor", "eq"]


class Hierarchical(PatternGoal):
    """Two-input functions in levels: each reads two neighbours of the level below, the first ones two inputs."""

    kind: Literal["hierarchical"] = "hierarchical"
    levels: Annotated[tuple[Operator, ...], Field(min_length=1, max_length=3), AsTuple] = Field(
        ("and", "xor", "and"), description="The function of each level, from the inputs upwards; k levels, 2^k inputs."
    )

    def table(self, input_names: Sequence[str]) -> Bits:
        """The top of the tree."""
        return truth_table(self.texts(input_names)[-1][0], input_names)

    def mistake(self, input_names: Sequence[str]) -> tuple[str, str] | None:
        """Another number of inputs than levels need."""
        if len(input_names) != 1 << len(self.levels):
            n, needed = len(self.levels), 1 << len(self.levels)
            return "levels", f"are {n}, which need {needed} inputs; there are {len(input_names)}"
        return super().mistake(input_names)

    def subgoals(self, input_names: Sequence[str]) -> dict[int, str]:
        """All functions below the top, the upper ones first."""
        texts = [text for level in reversed(self.texts(input_names)[:-1]) for text in level]
        return named_parts({text: truth_table(text, input_names) for text in texts})

    def texts(self, input_names: Sequence[str]) -> list[list[str]]:
        """The functions of each level as expressions of the inputs."""
        signs = {word: symbol for symbol, word in SYMBOLS.items()}
        below, found = list(input_names), list[list[str]]()
        for level in self.levels:
            sign = signs.get(level, level)
            pairs = zip(below[::2], below[1::2], strict=True)
            own = [f"{a} {sign} {b}" for a, b in pairs]
            found.append(own)
            below = [f"({text})" for text in own]
        return found

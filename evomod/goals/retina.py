"""The retina of Kashtan & Alon 2005 (doi 10.1073/pnas.0503610102): is there an object on the left, and on the right?

The retina is four pixels wide and two high. Inputs 0 to 3 are its left half and inputs 4 to 7 its right half, each row
by row, so that the columns on the outside are inputs 0 and 2, and inputs 5 and 7:

    0 1 | 4 5
    2 3 | 6 7

A pattern of a half is a whole number from 0 to 15, its first input as the lowest bit; row r of a truth table shows
pattern r mod 16 on the left and pattern r div 16 on the right.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from evomod.component import AsTuple, Int
from evomod.goals.function import Bits, function_of, multiplicity
from evomod.goals.logic import ExpressionError, truth_table
from evomod.goals.patterns import PatternGoal, named_parts

N_PIXELS = 8
HALVES = ("left", "right")
OUTER = {"left": 0b0101, "right": 0b1010}  # the pixels of a half that lie in its outer column

Patterns = Annotated[tuple[Int, ...], AsTuple]
ALL = range(16)  # the patterns of a half


class Listed(BaseModel):
    """Objects written out, as the patterns that are objects."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    left: Patterns = Field(description="Patterns of the left half that are objects, 0 to 15, bit i being input i.")
    right: Patterns = Field(
        description="Patterns of the right half that are objects, 0 to 15, bit i being input 4 + i."
    )


def _which(node: Any) -> str:
    return "rule" if isinstance(node, str) else "listed"


Objects = Annotated[Annotated[Literal["ka05"], Tag("rule")] | Annotated[Listed, Tag("listed")], Discriminator(_which)]


def patterns(objects: Literal["ka05"] | Listed, half: str) -> tuple[int, ...]:
    """The patterns of a half that are objects, sorted.

    By the rule of KA05 an object has three or four black pixels, or one or two that all lie in the outer column.
    """
    if isinstance(objects, Listed):
        return tuple(sorted(getattr(objects, half)))
    inner = 0b1111 ^ OUTER[half]
    return tuple(p for p in range(1, 16) if p.bit_count() >= 3 or not p & inner)


def detector(objects: Literal["ka05"] | Listed, half: str) -> Bits:
    """In which of the 256 patterns of the retina a half shows an object: bool (256,)."""
    shown = np.arange(256) >> (4 * HALVES.index(half)) & 15
    return np.asarray(np.isin(shown, patterns(objects, half)), bool)


def _mistake_in(listed: Sequence[int]) -> tuple[str, str] | None:
    """What is wrong with patterns that are listed as objects: where, and a sentence."""
    for k, p in enumerate(listed):
        if p not in ALL:
            return f"[{k}]", f"is {p}; patterns of four pixels are whole numbers from 0 to 15"
        if p in listed[:k]:
            return f"[{k}]", f"lists {p} a second time"
    if len(listed) in (0, len(ALL)):
        which = "all 16 patterns" if listed else "no pattern"
        return "", f"lists {which}, so that there is nothing to be told apart"
    return None


class RetinaGoal(PatternGoal):
    """Is there an object on the left, and on the right? Any function of the two answers."""

    objects: Objects = Field(
        "ka05",
        description="What an object is: ka05 (three or more black pixels, or one or two in the outer column only), "
        "or {left: [patterns], right: [patterns]}.",
    )

    def mistake(self, input_names: Sequence[str]) -> tuple[str, str] | None:
        """Inputs that are no retina; objects that are no patterns, listed twice, none or all."""
        if len(input_names) != N_PIXELS:
            return "", f"needs {N_PIXELS} inputs, four for each half of the retina; there are {len(input_names)}"
        if isinstance(self.objects, Listed):
            for half in HALVES:
                if found := _mistake_in(getattr(self.objects, half)):
                    return f"objects.{half}{found[0]}", found[1]
        return super().mistake(input_names)


class Retina(RetinaGoal):
    """A Boolean function of two detectors, one for each half of a retina of eight pixels (KA05)."""

    kind: Literal["retina"] = "retina"
    ask: str = Field(
        "left & right",
        description="What is asked: any expression of the detectors `left` and `right`, such as left ^ right.",
    )

    def table(self, input_names: Sequence[str]) -> Bits:
        """What `ask` makes of the two detectors."""
        left, right = (detector(self.objects, half).astype(int) for half in HALVES)
        answers: Bits = truth_table(self.ask, HALVES)[left + 2 * right]
        return answers

    def mistake(self, input_names: Sequence[str]) -> tuple[str, str] | None:
        """Syntax of `ask`; and what is wrong with retina, objects and sample."""
        try:
            truth_table(self.ask, HALVES)
        except ExpressionError as error:
            return "ask", str(error).replace("unknown input", "unknown detector").replace("inputs are", "detectors are")
        return super().mistake(input_names)

    def subgoals(self, input_names: Sequence[str]) -> dict[int, str]:
        """The detectors that the answer depends on."""
        asked = function_of(truth_table(self.ask, HALVES)[:, None])
        used = [half for i, half in enumerate(HALVES) if multiplicity(asked, 2, [i]) > 1]
        return named_parts({half: detector(self.objects, half) for half in used})

"""Sub-tasks one after the other: what is asked of the right half of a retina depends on what the left half shows.

A serial twin of the retina goals of Kashtan & Alon 2005 (doi 10.1073/pnas.0503610102), whose sub-tasks are parallel.
With x the left detector and q1, q2 the two questions, the answer is q1 where x is 1 and q2 where it is 0.

Goals that vary modularly share detectors: with `swapped` the questions change places, or one of them is another.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from pydantic import Field

from evomod.goals.base import truth_table_inputs
from evomod.goals.function import Bits
from evomod.goals.logic import ExpressionError, truth_table
from evomod.goals.patterns import named_parts
from evomod.goals.retina import RetinaGoal, detector, patterns

QUESTIONS = ("object", "mirrored", "dark")


class Serial(RetinaGoal):
    """The left object decides what is asked of the right half: one question where there is one, another where not.

    A question is an expression of the four pixels of the right half, by their names, and of three detectors: `object`,
    is there an object on the right (8 of its 16 patterns, with the objects of KA05); `mirrored`, would there be one if
    the half were mirrored (8; the two agree on 10); `dark`, are three or more of its pixels black (5).
    """

    kind: Literal["serial"] = "serial"
    if_left: str = Field("object", description="What is asked of the right half where the left one shows an object.")
    otherwise: str = Field("mirrored", description="What is asked of it where the left half shows none.")

    def table(self, input_names: Sequence[str]) -> Bits:
        """The one question or the other."""
        first, second = (_asked(self, question, input_names) for question in (self.if_left, self.otherwise))
        return np.where(detector(self.objects, "left"), first, second)

    def mistake(self, input_names: Sequence[str]) -> tuple[str, str] | None:
        """Syntax of the questions, pixels that are called as detectors are; and what is wrong with the retina."""
        if found := super().mistake(input_names):
            return found
        if taken := set(input_names[4:]).intersection(QUESTIONS):
            return "", f"has a detector {min(taken)!r}, and so is an input of the right half called; rename the input"
        for field, question in (("if_left", self.if_left), ("otherwise", self.otherwise)):
            try:
                _asked(self, question, input_names)
            except ExpressionError as error:
                known = str(error).replace("unknown input", "unknown detector or right pixel")
                return field, known.replace("inputs are", "possible are")
        return None

    def subgoals(self, input_names: Sequence[str]) -> dict[int, str]:
        """The left detector and the two questions."""
        questions = dict.fromkeys((self.if_left, self.otherwise))
        parts = {question: _asked(self, question, input_names) for question in questions}
        return named_parts({"left": detector(self.objects, "left"), **parts})


def _asked(goal: Serial, question: str, input_names: Sequence[str]) -> Bits:
    """The answers to a question about the right half, bool (256,)."""
    pixels = truth_table_inputs(8)[:, 4:].astype(int)
    shown = pixels @ [1, 2, 4, 8]
    objects = patterns(goal.objects, "right")
    found = {
        "object": np.isin(shown, objects),
        "mirrored": np.isin(pixels @ [2, 1, 8, 4], objects),
        "dark": pixels.sum(axis=1) >= 3,
    }
    columns = {name: pixels[:, i] for i, name in enumerate(input_names[4:])} | found
    rows = sum(column.astype(int) << i for i, column in enumerate(columns.values()))
    return np.asarray(truth_table(question, list(columns))[rows], bool)

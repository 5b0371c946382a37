"""Goals whose sub-tasks come one after the other, or lie within one another: by plain Python, and counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.document import Document
from evomod.errors import ScenarioError
from evomod.goals.hierarchical import Hierarchical
from evomod.goals.serial import Serial
from evomod.rng import GOAL, Stream
from evomod.scenario import parse
from tests.generators import examples

NAMES = tuple("abcdefgh")
LEFT, RIGHT = (1, 4, 5, 7, 11, 13, 14, 15), (2, 7, 8, 10, 11, 13, 14, 15)  # KA05's objects
PLAIN = {
    "and": lambda a, b: a and b,
    "or": lambda a, b: a or b,
    "xor": lambda a, b: a != b,
    "nand": lambda a, b: not (a and b),
    "nor": lambda a, b: not (a or b),
    "eq": lambda a, b: a == b,
}
TEXT = """\
name: tree
inputs: [a, b, c, d, e, f, g, h]
genotype: {kind: circuit, n_gates: 24}
goals: {it: GOAL}
schedule: {kind: fixed, goal: it}
"""


def ones(**fields):
    return int(Serial(**fields).table(NAMES).sum())


def refused(text):
    with pytest.raises(ScenarioError) as error:
        parse(Document.parse(text))
    (line,) = error.value.lines
    return line


# Serial ---------------------------------------------------------------------------------------------------------------


def test_the_left_object_decides_what_is_asked_of_the_right_half() -> None:
    mirror = {p: (p & 5) << 1 | (p & 10) >> 1 for p in range(16)}
    questions = {
        "object": lambda p: p in RIGHT,
        "mirrored": lambda p: mirror[p] in RIGHT,
        "dark & ~f": lambda p: p.bit_count() >= 3 and not p & 2,
        "e ^ h": lambda p: bool(p & 1) != bool(p & 8),
    }
    for one, first in questions.items():
        for two, second in questions.items():
            table = Serial(if_left=one, otherwise=two).table(NAMES)
            assert table.tolist() == [(first if row % 16 in LEFT else second)(row // 16) for row in range(256)]


def test_what_it_asks_has_as_many_ones_as_counted_by_hand() -> None:
    assert ones() == ones(if_left="mirrored", otherwise="object") == 8 * 8 + 8 * 8
    assert ones(otherwise="dark") == 8 * 8 + 8 * 5
    assert ones(if_left="object", otherwise="0") == 64  # what L AND R is
    plain, swapped = Serial().table(NAMES), Serial(if_left="mirrored", otherwise="object").table(NAMES)
    assert (plain == swapped).sum() == 16 * 10
    assert (plain == Serial(otherwise="dark").table(NAMES)).sum() == 8 * 16 + 8 * 13


def test_goals_that_swap_or_change_a_question_share_sub_goals() -> None:
    plain = Serial().subgoals(NAMES)
    assert list(plain.values()) == ["left", "object", "mirrored"]
    assert plain.keys() == Serial(if_left="mirrored", otherwise="object").subgoals(NAMES).keys()
    assert list(Serial(otherwise="dark").subgoals(NAMES).values()) == ["left", "object", "dark"]
    assert list(Serial(otherwise="e").subgoals(NAMES).values()) == ["left", "object"]  # a pixel is no sub-task


@pytest.mark.parametrize(
    ("goal", "line"),
    [
        ("{kind: serial, if_left: up}", "goals.it.if_left: unknown detector or right pixel 'up'; possible are e, f"),
        ("{kind: serial, otherwise: a}", "goals.it.otherwise: unknown detector or right pixel 'a'"),
        ("{kind: serial, otherwise: dark &}", "goals.it.otherwise: ends too early"),
        ("{kind: hierarchical, levels: [and, xor]}", "goals.it.levels: are 2, which need 4 inputs; there are 8"),
        ("{kind: hierarchical, levels: [and, minus, or]}", "goals.it.levels[1]: must be one of and, or, xor"),
        ("{kind: hierarchical, sample: 300}", "goals.it.sample: is 300, but 8 inputs have 256 patterns"),
    ],
)
def test_what_cannot_be_asked_is_told_in_one_sentence(goal: str, line: str) -> None:
    assert line in refused(TEXT.replace("GOAL", goal))


def test_a_pixel_may_not_be_called_as_a_detector_is() -> None:
    text = TEXT.replace("GOAL", "{kind: serial}").replace("g, h]", "dark, h]")
    assert "has a detector 'dark', and so is an input of the right half called; rename the input" in refused(text)


# Hierarchical ---------------------------------------------------------------------------------------------------------


@given(levels=st.lists(st.sampled_from(sorted(PLAIN)), min_size=1, max_size=3).map(tuple))
@examples(40)
def test_a_tree_is_what_plain_python_makes_of_it(levels) -> None:
    n = 1 << len(levels)
    for row, found in enumerate(Hierarchical(levels=levels).table(NAMES[:n]).tolist()):
        values = [bool(row >> i & 1) for i in range(n)]
        for level in levels:
            values = [PLAIN[level](a, b) for a, b in zip(values[::2], values[1::2], strict=True)]
        assert [found] == values


def test_trees_have_as_many_ones_as_counted_by_hand() -> None:
    top = {level: Hierarchical(levels=("and", "xor", level)).table(NAMES) for level in ("and", "or")}
    # An AND is 1 in 1 of 4 cases, an XOR of two in 6 of 16, and both of these in 36 of 256.
    assert {level: int(table.sum()) for level, table in top.items()} == {"and": 36, "or": 256 - 100}
    assert (top["and"] == top["or"]).sum() == 36 + 100


def test_all_levels_below_the_top_are_sub_goals_and_shared_where_the_top_is_exchanged() -> None:
    found = Hierarchical().subgoals(NAMES)
    assert list(found.values()) == ["(a & b) ^ (c & d)", "(e & f) ^ (g & h)", "a & b", "c & d", "e & f", "g & h"]
    assert found == Hierarchical(levels=("and", "xor", "or")).subgoals(NAMES)
    other = Hierarchical(levels=("and", "or", "and")).subgoals(NAMES)
    assert found.keys() & other.keys() == set(list(found)[2:])


def test_samples_are_those_of_any_goal_of_the_run() -> None:
    goals = (Hierarchical(sample=30), Serial(sample=30))
    one, two = (goal.cases(NAMES, Stream(5, k, k, GOAL)).counted for k, goal in enumerate(goals))
    assert np.array_equal(one, two)

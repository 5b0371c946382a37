"""The retina of KA05: which patterns are objects, what is asked of them, and which of them count."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.document import Document
from evomod.errors import InputError, ScenarioError
from evomod.goals.base import Cases, truth_table_inputs
from evomod.goals.logic import LogicGoal
from evomod.goals.neutral import NeutralGoal
from evomod.goals.patterns import PatternGoal
from evomod.goals.retina import HALVES, Listed, Retina, detector, patterns
from evomod.rng import GOAL, Stream
from evomod.scenario import parse
from tests.generators import evaluated, examples, logic_gates, seeds, shapes

NAMES = tuple("abcdefgh")
LEFT, RIGHT = (1, 4, 5, 7, 11, 13, 14, 15), (2, 7, 8, 10, 11, 13, 14, 15)  # as published
TEXT = """\
name: retina
inputs: [a, b, c, d, e, f, g, h]
genotype: {kind: circuit, n_gates: 24}
goals:
  and: {kind: retina, sample: 100}
schedule: {kind: fixed, goal: and}
seed: 1
"""


def cases(goal: PatternGoal, seed: int = 1, generation: int = 0, individual: int = 7) -> Cases:
    return goal.cases(NAMES, Stream(seed, generation, individual, GOAL))


def two(**changes):
    goals = {"and": Retina(sample=100), "or": Retina(ask="left | right", sample=100)}
    return logic_gates(**{"inputs": NAMES, "goals": goals, **changes})


# What an object is ----------------------------------------------------------------------------------------------------


def test_the_rule_gives_the_objects_of_ka05() -> None:
    assert patterns("ka05", "left") == LEFT
    assert patterns("ka05", "right") == RIGHT


def test_right_objects_are_left_ones_in_the_mirror() -> None:
    def mirrored(p: int) -> int:
        return (p & 0b0101) << 1 | (p & 0b1010) >> 1

    assert sorted(map(mirrored, LEFT)) == list(RIGHT)


def test_an_object_is_told_from_the_pixels_as_they_lie_on_the_retina() -> None:
    for row, pixels in enumerate(truth_table_inputs(8)):
        left, right = pixels[:4].reshape(2, 2), pixels[4:].reshape(2, 2)
        retina = np.hstack([left, right])  # two rows of four
        for half, shown, inner in (("left", retina[:, :2], retina[:, 1]), ("right", retina[:, 2:], retina[:, 2])):
            is_object = shown.sum() >= 3 or (shown.sum() > 0 and not inner.any())
            assert detector("ka05", half)[row] == is_object


@given(left=shapes, right=shapes)
@examples(30)
def test_listed_patterns_are_the_objects(left, right) -> None:
    for half, listed, column in zip(HALVES, (left, right), (0, 4), strict=True):
        found = detector(Listed(left=left, right=right), half)
        shown = truth_table_inputs(8)[:, column : column + 4] @ [1, 2, 4, 8]
        assert np.array_equal(found, [p in listed for p in shown])


# What is asked --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ask", "ones"),
    [("left & right", 64), ("left | right", 192), ("left ^ right", 128), ("left eq right", 128), ("~left", 128)],
)
def test_questions_have_as_many_ones_as_counted_by_hand(ask: str, ones: int) -> None:
    assert cases(Retina(ask=ask)).targets.sum() == ones


def test_and_and_or_agree_on_half_of_the_patterns() -> None:
    both = [cases(Retina(ask=ask)).targets for ask in ("left & right", "left | right")]
    assert (both[0] == both[1]).sum() == 128


def test_sub_goals_are_the_detectors_that_are_asked() -> None:
    assert list(Retina(ask="left ^ right").subgoals(NAMES).values()) == ["left", "right"]
    assert list(Retina(ask="left & (right | ~right)").subgoals(NAMES).values()) == ["left"]
    shared = set(Retina().subgoals(NAMES)) & set(Retina(ask="left | right").subgoals(NAMES))
    assert len(shared) == 2


# Which patterns count -------------------------------------------------------------------------------------------------


@given(seed=seeds, n=st.integers(1, 256))
@examples(30)
def test_all_goals_of_a_run_are_asked_in_the_same_patterns(seed, n) -> None:
    one = cases(Retina(sample=n), seed, generation=0, individual=3).counted
    assert one.sum() == n
    other = Retina(ask="left ^ right", sample=n, objects=Listed(left=(1,), right=(2,)))
    assert np.array_equal(cases(other, seed, generation=40, individual=9).counted, one)


def test_another_seed_draws_other_patterns_and_each_is_as_likely() -> None:
    drawn = np.array([cases(Retina(sample=100), seed).counted for seed in range(400)])
    assert len(np.unique(drawn, axis=0)) == 400
    deviation = (drawn.mean(axis=0) - 100 / 256) / np.sqrt(100 / 256 * 156 / 256 / 400)
    assert np.abs(deviation).max() < 4.5


def test_benefit_is_the_share_of_the_sample_that_is_answered_right() -> None:
    problem = two()
    assert (problem.full_hits, problem.n_counted) == (100 * problem.encoding.n_states, 100)
    rng = np.random.default_rng(1)
    genomes = rng.integers(0, problem.encoding.alleles, (30, problem.encoding.n_loci)).astype(np.uint8)
    population = evaluated(problem.encoding, genomes)
    for goal in problem.goals:
        asked, hits = problem.cases(goal, 0, 1), np.zeros(30, np.int32)
        problem.count_hits(goal, problem.targets(goal, 0, 1), population, np.ones(30, np.uint8), hits)
        for genome, found in zip(genomes, hits, strict=True):
            answers = [problem.encoding.develop(genome).respond(row)[0] for row in asked.inputs[asked.counted]]
            right = [a if wanted else 1 - a for a, wanted in zip(answers, asked.targets[asked.counted, 0], strict=True)]
            assert found / problem.full_hits == pytest.approx(sum(right) / 100)


# What is refused ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("d, e, f, g, h]", "d]", "goals.and: needs 8 inputs, four for each half of the retina; there are 4"),
        ("100", "257", "goals.and.sample: is 257, but 8 inputs have 256 patterns"),
        ("100", "0", "goals.and.sample: must be all or at least 1"),
        ("sample: 100", "ask: left & up", "goals.and.ask: unknown detector 'up'; detectors are left, right"),
        ("sample: 100", "objects: round", "goals.and.objects: must be ka05"),
        (
            "sample: 100",
            "objects: {left: [16], right: [1]}",
            "goals.and.objects.left[0]: is 16; patterns of four pixels are whole numbers from 0 to 15",
        ),
        ("sample: 100", "objects: {left: [2, 1, 2], right: [1]}", "goals.and.objects.left[2]: lists 2 a second time"),
        (
            "sample: 100",
            "objects: {left: [], right: [1]}",
            "goals.and.objects.left: lists no pattern, so that there is nothing to be told apart",
        ),
        ("sample: 100", "objects: {left: [1]}", "goals.and.objects.right: is missing"),
        (
            "sample: 100",
            f"objects: {{left: [1], right: {list(range(16))}}}",
            "goals.and.objects.right: lists all 16 patterns, so that there is nothing to be told apart",
        ),
        (
            "schedule",
            "  or: a | b\nschedule",
            "goals.or: asks all cases, but 'and' asks a sample of 100; all goals must agree",
        ),
    ],
)
def test_what_cannot_be_asked_is_told_in_one_sentence(old: str, new: str, sentence: str) -> None:
    with pytest.raises(ScenarioError) as error:
        parse(Document.parse(TEXT.replace(old, new, 1)))
    (line,) = error.value.lines
    assert sentence in line


def test_a_goal_that_asks_nothing_goes_with_any_sample() -> None:
    goals = {"nothing": NeutralGoal(), "and": Retina(sample=100)}
    assert two(goals=goals, schedule=two().schedule.model_copy(update={"goals": ("and", "nothing")})).n_counted == 100


def test_goals_of_the_user_whose_cases_do_not_agree_are_refused_when_they_are_drawn() -> None:
    class Some(LogicGoal):
        """Asks the first two rows alone."""

        kind: Literal["first-two-rows"] = "first-two-rows"

        def cases(self, input_names, stream=None):
            found = super().cases(input_names)
            return Cases(found.inputs, found.targets, np.arange(len(found.inputs)) < 2)

    problem = logic_gates(goals={"and": LogicGoal(outputs=("x & y",)), "or": Some(outputs=("x",))})
    with pytest.raises(InputError, match=r"goals.or: 2 of its cases count, of other goals 16"):
        problem.targets("or", 0, 1)

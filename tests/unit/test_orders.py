"""The orders in which goals come, and what is said about orders that cannot be."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.errors import InputError
from evomod.goals.logic import LogicGoal
from evomod.goals.neutral import NeutralGoal
from evomod.problem import Problem
from evomod.rng import SCHEDULE, Stream
from evomod.schedules.fixed import Fixed, Together
from evomod.schedules.orders import Alternating, Drawn, Shuffled, StarWalk
from tests.generators import AND, examples, logic_gates, seeds

LETTERS = "abcdefg"
NAMED = {name: LogicGoal(outputs=(AND,)) for name in ("g1", "g2", "g10", "h")}


def goals_of(schedule, n_epochs, seed):
    """One generation each."""
    schedule = schedule.model_copy(update={"every": 1})
    return [schedule.at(generation, seed).goal for generation in range(n_epochs)]


# Shuffled -------------------------------------------------------------------------------------------------------------


@pytest.mark.jitless
@given(n=st.integers(1, 7), seed=seeds)
@examples(80)
def test_shuffled_goals_come_once_a_round_and_never_twice_running(n, seed):
    found = goals_of(Shuffled(goals=tuple(LETTERS[:n])), 12 * n, seed)
    for lap in range(12):
        assert sorted(found[lap * n : (lap + 1) * n]) == list(LETTERS[:n])
    assert n == 1 or all(a != b for a, b in pairwise(found))


@pytest.mark.jitless
def test_rounds_and_seeds_differ_where_there_are_several_orders():
    schedule = Shuffled(goals=tuple(LETTERS[:5]))
    rounds = {tuple(goals_of(schedule, 100, 1)[5 * k : 5 * k + 5]) for k in range(20)}
    assert len(rounds) > 10
    assert len({tuple(goals_of(schedule, 5, seed)) for seed in range(20)}) > 10
    assert {tuple(goals_of(Shuffled(goals=("a", "b")), 2, seed)) for seed in range(20)} == {("a", "b"), ("b", "a")}


# Drawn ----------------------------------------------------------------------------------------------------------------


@pytest.mark.jitless
@given(weights=st.lists(st.integers(1, 9), min_size=1, max_size=6), seed=seeds)
@examples(60)
def test_a_goal_is_drawn_by_its_ticket(weights, seed):
    names = LETTERS[: len(weights)]
    tickets = "".join(name * weight for name, weight in zip(names, weights, strict=True))
    expected = [tickets[int(Stream(seed, k, 0, SCHEDULE).words(1)[0]) * len(tickets) >> 32] for k in range(40)]
    assert goals_of(Drawn(goals=tuple(names), weights=tuple(weights)), 40, seed) == expected
    if set(weights) == {1}:
        assert goals_of(Drawn(goals=tuple(names)), 40, seed) == expected


@pytest.mark.jitless
def test_a_drawn_goal_may_come_again_at_once():
    found = goals_of(Drawn(goals=("a", "b")), 200, 1)
    assert 60 < sum(a == b for a, b in pairwise(found)) < 140


# Star walk ------------------------------------------------------------------------------------------------------------


@pytest.mark.jitless
@given(n=st.integers(1, 6), seed=seeds)
@examples(60)
def test_every_other_epoch_of_a_star_walk_is_the_centre(n, seed):
    leaves = tuple(LETTERS[:n])
    found = goals_of(StarWalk(centre="c0", goals=leaves), 400, seed)
    assert set(found[::2]) == {"c0"}
    assert set(found[1::2]) == set(leaves)
    assert StarWalk(centre="c0", goals=leaves).goal_names == ("c0", *leaves)


# Together -------------------------------------------------------------------------------------------------------------


def test_goals_together_are_one_epoch_without_end():
    schedule = Together(goals=("and", "or"), weights=(3, 1))
    epoch = schedule.at(0, 1)
    assert epoch == schedule.at(10**9, 7)
    assert (epoch.index, epoch.start, epoch.stop, epoch.goal) == (0, 0, None, "and + or")
    assert epoch.together == (("and", 3), ("or", 1))
    assert (schedule.total_weight, Together(goals=("and", "or")).total_weight) == (4, 2)


# Patterns -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schedule", "goals"),
    [
        (Alternating(goals=("h", "g*")), ("h", "g1", "g2", "g10")),
        (Alternating(goals=("g?", "h", "g1")), ("g1", "g2", "h", "g1")),
        (Shuffled(goals=("g[12]*",)), ("g1", "g2", "g10")),
        (Drawn(goals=("*",), weights=(1, 2, 3, 4)), ("g1", "g2", "g10", "h")),
        (Together(goals=("g*", "h")), ("g1", "g2", "g10", "h")),
        (StarWalk(centre="g1", goals=("g*",)), ("g2", "g10")),
        (StarWalk(centre="h", goals=("h", "g1")), ("g1",)),
    ],
    ids=lambda value: getattr(value, "kind", None),
)
def test_patterns_stand_for_the_goals_that_match_in_the_order_of_the_file(schedule, goals):
    problem = logic_gates(goals=NAMED, schedule=schedule)
    assert problem.schedule.goals == goals
    assert schedule.over(tuple(NAMED)) == problem.schedule
    assert type(problem.schedule) is type(schedule)


def test_a_goal_whose_name_is_a_pattern_is_meant_literally_too():
    goals = {"a*": LogicGoal(outputs=(AND,)), "b": LogicGoal(outputs=(AND,))}
    assert logic_gates(goals=goals, schedule=Alternating(goals=("a*", "b"))).schedule.goals == ("a*", "b")


# Mistakes -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        (Fixed(goal="nor"), r"schedule: names the goal 'nor', which is not defined; goals are g1, g2, g10, h"),
        (Alternating(goals=("x*", "h")), r"'x\*', which is not defined"),
        (Alternating(goals=("g*",), every=(1, 2)), r"schedule.every: lists 2 lengths for 3 goals"),
        (Shuffled(goals=("g1", "g*")), "schedule.goals: names a goal twice"),
        (Drawn(goals=("g1", "h"), weights=(1, 2, 3)), "schedule.weights: lists 3 weights for 2 goals"),
        (Drawn(goals=("g*",), weights=(1, 2)), "schedule.weights: lists 2 weights for 3 goals"),
        (Together(goals=("g1", "h"), weights=(1,)), "schedule.weights: lists 1 weights for 2 goals"),
        (Together(goals=("g1", "g*")), "schedule.goals: names a goal twice; give it a larger weight"),
        (StarWalk(centre="h", goals=("h",)), "schedule.goals: names no goal but the centre"),
        (StarWalk(centre="h", goals=("h*",)), "schedule.goals: names no goal but the centre"),
        (StarWalk(centre="i", goals=("g*",)), "names the goal 'i', which is not defined"),
    ],
    ids=lambda value: getattr(value, "kind", None),
)
def test_an_order_that_cannot_be_is_refused_in_a_sentence(schedule, words):
    with pytest.raises(InputError, match=words):
        logic_gates(goals=NAMED, schedule=schedule)


@pytest.mark.parametrize("cls", [Drawn, Together])
@pytest.mark.parametrize("weights", [(0, 1), (-1, 1), (1001, 1), (0.5, 1)])
def test_weights_are_whole_numbers_from_1_to_1000(cls, weights):
    with pytest.raises(ValueError, match="weights"):
        cls(goals=("a", "b"), weights=weights)


def test_a_neutral_goal_cannot_be_one_of_several_at_once():
    goals = {"and": LogicGoal(outputs=(AND,)), "nothing": NeutralGoal()}
    with pytest.raises(InputError, match=r"schedule\.goals: names 'nothing', which asks nothing"):
        logic_gates(goals=goals, schedule=Together(goals=("and", "nothing")))


def test_weights_that_32_bits_cannot_bear_are_refused():
    names = [f"i{k}" for k in range(12)]  # 4,096 rows × 20 states = 81,920 for each unit of weight
    goals = {f"g{k}": LogicGoal(outputs=("i0",)) for k in range(30)}
    parts = {**vars(logic_gates()), "inputs": tuple(names), "goals": goals}
    for weight, ok in ((26214 // 30, True), (26214 // 30 + 1, False)):
        schedule = Together(goals=tuple(f"g{k}" for k in range(30)), weights=(weight,) * 30)
        if ok:
            assert Problem(**{**parts, "schedule": schedule}).max_hits < 2**31
        else:
            with pytest.raises(
                InputError, match=r"schedule\.weights: add up to 26220; with so many rows at most 26214"
            ):
                Problem(**{**parts, "schedule": schedule})


def test_names_that_count_as_solved_are_those_that_may_be_in_force():
    problem = logic_gates(goals=NAMED, schedule=StarWalk(centre="h", goals=("g1",)))
    assert problem.named_goals == ("h", "g1")
    assert problem.goal_labels == tuple(NAMED)
    together = logic_gates(goals=NAMED, schedule=Together(goals=("g1", "h")))
    assert together.goal_labels == (*NAMED, "g1 + h")

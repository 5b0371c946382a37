from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.engine import evolve
from evomod.errors import InputError
from evomod.goals.logic import LogicGoal
from evomod.goals.random import RandomGoal
from evomod.problem import Problem
from evomod.rng import GOAL, Stream
from evomod.schedules.base import Epoch, Schedule
from evomod.schedules.fixed import Fixed
from evomod.schedules.orders import Alternating
from tests.generators import AND, STRATEGIES, examples, logic_gates, seeds
from tests.schedules import alternating

NAMES = ("x", "y", "z", "w")


def in_force(schedule, n):
    return [schedule.at(generation, 1).goal for generation in range(n)]


def table(goal, generation, seed=1, individual=0, names=NAMES):
    return goal.cases(names, Stream(seed, generation, individual, GOAL)).targets


# Epochs ---------------------------------------------------------------------------------------------------------------


@pytest.mark.jitless
def test_a_goal_switches_every_20_generations_and_not_every_10():
    goals = in_force(Alternating(goals=("and", "or"), every=20), 100)
    assert goals == ["and"] * 20 + ["or"] * 20 + ["and"] * 20 + ["or"] * 20 + ["and"] * 20


@pytest.mark.jitless
def test_the_default_is_20_generations():
    assert Alternating(goals=("and", "or")).every == 20


@pytest.mark.jitless
def test_each_goal_may_have_its_own_length():
    goals = in_force(Alternating(goals=("a", "b", "c"), every=(1, 3, 2)), 13)
    assert "".join(goals) == "abbbccabbbcca"


@pytest.mark.jitless
def test_a_name_may_come_more_than_once():
    schedule = Alternating(goals=("g1", "g4", "g2", "g4", "g3", "g4"), every=2)
    assert in_force(schedule, 14)[::2] == ["g1", "g4", "g2", "g4", "g3", "g4", "g1"]
    assert in_force(schedule, 14)[::2] == in_force(schedule, 14)[1::2]
    assert schedule.goal_names == ("g1", "g4", "g2", "g3")
    assert "".join(in_force(Alternating(goals=("a", "a", "b"), every=(1, 2, 1)), 8)) == "aaabaaab"


@pytest.mark.jitless
@given(schedule=alternating(), generation=st.integers(0, 10**9))
@examples(200)
def test_an_epoch_is_the_same_from_each_of_its_generations(schedule, generation):
    epoch = schedule.at(generation, 1)
    assert epoch.start <= generation < epoch.stop
    assert schedule.at(epoch.start, 1) == schedule.at(epoch.stop - 1, 1) == epoch
    assert schedule.at(epoch.stop, 1).index == epoch.index + 1
    assert schedule.at(epoch.stop, 1).start == epoch.stop
    assert epoch.start == 0 or schedule.at(epoch.start - 1, 1).index == epoch.index - 1
    assert epoch.goal == schedule.goals[epoch.index % len(schedule.goals)]


@pytest.mark.jitless
@given(schedule=alternating())
@examples(100)
def test_epochs_follow_each_other_generation_by_generation(schedule):
    every = schedule.every if isinstance(schedule.every, tuple) else (schedule.every,) * len(schedule.goals)
    expected = [
        (k + len(every) * cycle, name)
        for cycle in range(3)
        for k, (name, length) in enumerate(zip(schedule.goals, every, strict=True))
        for _ in range(length)
    ]
    assert [(e.index, e.goal) for e in (schedule.at(g, 1) for g in range(len(expected)))] == expected


@pytest.mark.jitless
def test_a_fixed_goal_is_one_epoch_without_end():
    schedule = Fixed(goal="and")
    assert schedule.at(0, 1) == schedule.at(10**9, 7) == Epoch(0, 0, None, "and")
    assert schedule.goal_names == ("and",)


@pytest.mark.jitless
@pytest.mark.parametrize("strategy", STRATEGIES[Schedule].values(), ids=STRATEGIES[Schedule])
@given(data=st.data())
@examples(50)
def test_a_schedule_puts_only_goals_in_force_that_it_names(strategy, data):
    schedule = data.draw(strategy)
    assert schedule.mistake() is None
    named = set(schedule.goal_names)
    seen = {name for goal in in_force(schedule, 300) for name in goal.split(" + ")}  # two laps, wherever they begin
    inner = getattr(schedule, "schedule", schedule)
    by_chance = inner.kind in ("drawn", "star_walk") or getattr(inner, "timing", "strict") == "random"
    assert seen <= named if by_chance else seen == named
    assert len(named) == len(schedule.goal_names)


@pytest.mark.jitless
def test_lengths_must_be_as_many_as_goals():
    field, sentence = Alternating(goals=("and", "or"), every=(20, 20, 20)).mistake()
    assert (field, sentence) == ("every", "lists 3 lengths for 2 goals; give one number or one each")
    with pytest.raises(InputError, match="names the goal 'nor'"):
        logic_gates(schedule=Alternating(goals=("and", "nor")))


def test_the_engine_follows_the_schedule():
    problem = logic_gates(schedule=Alternating(goals=("and", "or"), every=(3, 4)))
    generations = evolve(problem, 1)
    seen = [(g.population.generation, g.epoch.goal) for g, _ in zip(generations, range(16), strict=False)]
    assert seen == list(enumerate(in_force(problem.schedule, 16)))


# Random goals ---------------------------------------------------------------------------------------------------------


@pytest.mark.jitless
@given(seed=seeds)
@examples(60)
def test_a_varying_random_goal_is_a_new_function_in_each_epoch(seed):
    tables = [table(RandomGoal(), 20 * k, seed, names=(*NAMES, "q", "r")).tobytes() for k in range(20)]
    assert len(set(tables)) == 20


@pytest.mark.jitless
@given(seed=seeds, generation=st.integers(0, 2**32 - 1))
@examples(60)
def test_a_constant_random_goal_is_the_same_function_throughout(seed, generation):
    goal = RandomGoal(draw="once")
    assert np.array_equal(table(goal, 0, seed), table(goal, generation, seed))


@pytest.mark.jitless
def test_the_goal_of_an_epoch_does_not_depend_on_where_one_looks_from():
    problem = logic_gates(
        goals={"and": LogicGoal(outputs=(AND,)), "noise": RandomGoal()},
        schedule=Alternating(goals=("and", "noise"), every=5),
    )
    starts = {problem.epoch(generation, 1).start for generation in range(5, 10)}
    assert starts == {5}
    tables = {g: problem.targets("noise", problem.epoch(g, 1).start, 1).tobytes() for g in (5, 7, 9, 15, 25)}
    assert tables[5] == tables[7] == tables[9]
    assert len(set(tables.values())) == 3


@pytest.mark.jitless
@given(seed=seeds, draw=st.sampled_from(["once", "each_epoch"]))
@examples(60)
def test_random_goals_of_one_problem_are_independent(seed, draw):
    names = (*NAMES, "q", "r")
    goals = {f"noise{k}": RandomGoal(draw=draw) for k in range(4)}
    problem = Problem(**{**vars(logic_gates()), "inputs": names, "goals": goals, "schedule": Fixed(goal="noise0")})
    tables = [problem.targets(name, 40, seed).tobytes() for name in goals]
    assert len(set(tables)) == 4


@pytest.mark.jitless
@given(seed=seeds)
@examples(60)
def test_different_seeds_draw_different_functions(seed):
    tables = [table(RandomGoal(draw="once"), 0, (seed + k) % 2**63, names=(*NAMES, "q", "r")) for k in range(20)]
    assert all(not np.array_equal(a, b) for a, b in pairwise(tables))


@pytest.mark.jitless
@given(seed=seeds, generation=st.integers(0, 10**6), n_inputs=st.integers(1, 7), outputs=st.integers(1, 3))
@examples(100)
def test_a_balanced_function_is_1_in_exactly_half_of_the_rows(seed, generation, n_inputs, outputs):
    names = (*NAMES, "q", "r", "s")[:n_inputs]
    targets = table(RandomGoal(balanced=True, outputs=outputs), generation, seed, names=names)
    assert targets.shape == (2**n_inputs, outputs)
    assert (targets.sum(axis=0) == 2 ** (n_inputs - 1)).all()


@pytest.mark.jitless
def test_only_named_goals_count_when_it_is_asked_whether_all_are_solved():
    goals = {"and": LogicGoal(outputs=(AND,)), "noise": RandomGoal(), "unused": LogicGoal(outputs=("x",))}
    problem = logic_gates(goals=goals, schedule=Alternating(goals=("and", "noise", "and")))
    assert problem.named_goals == ("and",)

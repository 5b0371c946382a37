"""A schedule that goes on: the goals that would have come, in the generations of the run that it goes on in."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.engine import evolve
from evomod.errors import InputError
from evomod.goals.logic import LogicGoal
from evomod.goals.random import RandomGoal
from evomod.schedules.base import Epoch, Schedule
from evomod.schedules.continued import Continued, continued
from evomod.schedules.fixed import Fixed
from evomod.schedules.orders import Alternating
from tests.generators import AND, examples, logic_gates, seeds
from tests.schedules import SOME, switching

afters = st.integers(0, 400)


@given(schedule=switching(SOME), after=afters, generation=st.integers(0, 300), seed=seeds, own=seeds)
@examples(200)
def test_a_continued_schedule_has_the_goals_that_would_have_come(
    schedule: Schedule, after: int, generation: int, seed: int, own: int
) -> None:
    was, now = schedule.at(after + generation, seed), continued(schedule, after, seed).at(generation, own)
    assert (now.goal, now.start, now.stop) == (was.goal, was.start - after, was.stop - after)
    assert now.share_of_the_goal_before(generation) == was.share_of_the_goal_before(after + generation)
    assert now.before == (was.before and (was.before[0], was.before[1] - after))
    assert now.index == was.index - schedule.at(after, seed).index


@given(schedule=switching(SOME), first=afters, second=afters, seed=seeds)
@examples(100)
def test_a_branch_of_a_branch_goes_on_where_that_one_was(
    schedule: Schedule, first: int, second: int, seed: int
) -> None:
    twice = continued(continued(schedule, first, seed), second, seed=7)
    assert twice == continued(schedule, first + second, seed)


def test_without_a_seed_the_order_is_that_of_the_runs_own() -> None:
    schedule = Alternating(goals=("and", "or"), every=7, timing="random")
    ends = {seed: Continued(schedule=schedule, after=50).at(0, seed).stop for seed in range(20)}
    assert ends == {seed: schedule.at(50, seed).stop - 50 for seed in range(20)}
    assert len(set(ends.values())) > 1


def test_goals_that_stay_just_stay_and_a_schedule_that_nobody_can_join_is_refused() -> None:
    assert continued(Fixed(goal="and"), 100, 1) == Fixed(goal="and")

    own = SimpleNamespace(kind="own", at=lambda *_: Epoch(0, 0, 9, "and"))
    with pytest.raises(InputError, match="'own' cannot be joined where it was"):
        continued(own, 100, 1)


@given(after=afters, seed=seeds, own=seeds, draw=st.sampled_from(["each_epoch", "once"]))
@examples(50)
def test_goals_drawn_at_random_are_those_of_the_earlier_run(after: int, seed: int, own: int, draw: str) -> None:
    goals = {"and": LogicGoal(outputs=(AND,)), "noise": RandomGoal(draw=draw)}
    schedule = Alternating(goals=("noise", "and"), every=10)
    before = logic_gates(goals=goals, schedule=schedule)
    now = replace(before, schedule=continued(schedule, after, seed))
    for generation in range(0, 60, 7):
        old, new = before.epoch(after + generation, seed), now.epoch(generation, own)
        cases = before.cases(old.goal, old.start, seed), now.cases(new.goal, new.start, own)
        assert np.array_equal(cases[0].targets, cases[1].targets)


def test_evolution_under_it_begins_with_the_goal_that_was_in_force() -> None:
    problem = logic_gates(population=20, schedule=continued(Alternating(goals=("and", "or"), every=20), 35, 1))
    goals = [generation.epoch.goal for generation, _ in zip(evolve(problem, 1), range(26), strict=False)]
    assert goals == ["or"] * 5 + ["and"] * 20 + ["or"]

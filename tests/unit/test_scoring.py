"""Corners of scoring: goals that fade into themselves or from nothing, one goal "together"."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import Literal

import numpy as np
import pytest

from evomod.engine import evolve
from evomod.genotypes.circuit import Circuit
from evomod.goals.logic import LogicGoal
from evomod.goals.neutral import NeutralGoal
from evomod.population import Population
from evomod.schedules.fixed import Fixed, Together
from evomod.schedules.orders import Alternating
from evomod.scoring import Scorer, targets_in
from evomod.selection.nsga2 import Nsga2
from tests.generators import AND, OR, logic_gates

GOALS = {"and": LogicGoal(outputs=(AND,)), "or": LogicGoal(outputs=(OR,)), "nothing": NeutralGoal()}


def course(schedule, n=12):
    return [
        (g.population.genomes.copy(), g.population.fitness.copy(), g.ranking.order.copy())
        for g in islice(evolve(logic_gates(goals=GOALS, schedule=schedule), 1), n)
    ]


def same(one, other):
    return all(np.array_equal(a, b) for p, q in zip(one, other, strict=True) for a, b in zip(p, q, strict=True))


@pytest.mark.jitless
def test_a_goal_that_fades_into_itself_changes_nothing_and_forgets_nobody():
    schedule = Alternating(goals=("and", "and"), every=4, fade=3)
    for generation in islice(evolve(logic_gates(goals=GOALS, schedule=schedule), 1), 12):
        assert list(generation.hits) == ["and"]
        assert np.array_equal(generation.hits["and"], generation.population.hits)
        assert generation.population.hits.any()
    assert same(course(schedule), course(Fixed(goal="and")))


@pytest.mark.jitless
def test_one_goal_together_is_that_goal_whatever_its_weight():
    assert same(course(Together(goals=("and",), weights=(7,))), course(Fixed(goal="and")))
    assert not same(course(Together(goals=("and", "or"))), course(Together(goals=("and", "or"), weights=(1, 5))))


@pytest.mark.jitless
def test_nothing_does_not_fade():
    problem = logic_gates(goals=GOALS, schedule=Alternating(goals=("and", "nothing", "or"), every=4, fade=3))
    for generation in (8, 9, 10, 11):
        (target,) = targets_in(problem, problem.epoch(generation, 1), generation, 1)
        assert (target.goal, target.facing) == ("or", None)
    assert [len(targets_in(problem, problem.epoch(g, 1), g, 1)) for g in (12, 13, 14, 15)] == [2, 2, 2, 1]


@pytest.mark.jitless
def test_a_fade_longer_than_the_epoch_never_comes_to_its_end():
    problem = logic_gates(goals=GOALS, schedule=Alternating(goals=("and", "or"), every=2, fade=9))
    for generation in range(2, 12):
        old, new = problem.epoch(generation, 1).before[0], problem.epoch(generation, 1).goal
        assert [t.goal for t in targets_in(problem, problem.epoch(generation, 1), generation, 1)] == [new, old]


class Half(LogicGoal):
    kind: Literal["half_of_logic"] = "half_of_logic"
    upper: bool = False

    def cases(self, input_names, stream):
        return replace(super().cases(input_names, stream), counted=(np.arange(16) >= 8) == self.upper)


@pytest.mark.jitless
@pytest.mark.parametrize("goals", [("low",), ("low", "high")])
def test_answers_differ_in_the_cases_of_all_goals_in_force(goals):
    problem = logic_gates(
        genotype=Circuit(feedback=False),
        goals={"low": Half(outputs=(AND,)), "high": Half(outputs=(OR,), upper=True)},
        schedule=Together(goals=goals),
        selection=Nsga2(diversity=True),
    )
    scorer, genomes = Scorer(problem, 3), problem.initial.found(problem.founding(3))
    assert scorer.ask(problem.epoch(0, 3), 0)
    population = Population.empty(len(genomes), problem.encoding.n_loci, problem.encoding.response_shape, 1)
    population.genomes[:] = genomes
    scorer.score(population, population.changed)
    fronts = scorer.rank(population).fronts
    found = -fronts.points[fronts.point, problem.objectives.index("diversity")]
    rows = problem.cases("low", 0, 3).inputs[: 8 * len(goals)]
    answers = np.array([[problem.encoding.develop(genome).respond(row)[0] for row in rows] for genome in genomes])
    assert found == pytest.approx((answers[:, None] != answers).mean(axis=(1, 2)))

"""By which goal a genome is measured, and that it is measured once."""

from __future__ import annotations

import numpy as np
import pytest

from evomod.goals.logic import LogicGoal
from evomod.goals.random import RandomGoal
from evomod.measures.base import MeasureError, Specimen
from evomod.measures.once import goal_of, take_once
from evomod.schedules.orders import Alternating
from tests.generators import AND, OR, logic_gates
from tests.networks import CYCLIC
from tests.unit.test_logic_gates_facts import G1, G2, ONE, genome

X = [*ONE[:12], 0]  # the output is x, which is right about either goal in half of the rows
GOALS = {"and": LogicGoal(outputs=(AND,)), "or": LogicGoal(outputs=(OR,)), "noise": RandomGoal()}


def individual(genes, goal="", names=("and", "or", "noise")):
    problem = logic_gates(goals=GOALS, schedule=Alternating(goals=names))
    return Specimen("it", problem=problem, genome=genome(genes), goal=goal)


def test_the_goal_in_force_counts_however_bad_the_genome_is_at_it():
    assert goal_of(individual(G1, "or")) == "or"


@pytest.mark.parametrize("goal", ["", "noise"])
def test_otherwise_it_is_the_goal_that_the_genome_is_best_at(goal):
    assert (goal_of(individual(G1, goal)), goal_of(individual(G2, goal))) == ("and", "or")


def test_of_goals_that_it_is_equally_good_at_the_first_one_of_the_schedule_wins():
    for names in (("and", "or"), ("or", "and")):
        assert goal_of(individual(X, names=names)) == names[0]


def test_where_all_goals_in_force_are_drawn_at_random_there_is_none():
    assert goal_of(individual(G1, "noise", names=("noise",))) == ""


def test_a_genome_is_measured_once_for_each_goal_that_it_is_measured_by():
    asked = []

    def take(problem, goal, specimens):
        asked.extend((goal, specimen.name) for specimen in specimens)
        return np.array([[len(asked)] for _ in specimens])

    problem = individual(G1).problem
    some = [
        Specimen(name, problem=problem, genome=genome(genes), goal=goal)
        for name, genes, goal in (("a", G1, "and"), ("b", G2, "or"), ("c", G1, ""), ("d", G1, "or"))
    ]
    values = take_once(some, 1, take)
    assert asked == [("and", "a"), ("or", "b"), ("or", "d")]
    assert values.ravel().tolist() == [1, 3, 1, 3]


def test_a_network_alone_has_no_goal():
    with pytest.raises(MeasureError, match="bare: has no genome"):
        goal_of(Specimen("bare", bare=CYCLIC))

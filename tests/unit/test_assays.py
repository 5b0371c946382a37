"""Adaptation and competition of populations whose fate is known."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from evomod.engine import Start, evolve
from evomod.errors import InputError
from evomod.goals.logic import LogicGoal
from evomod.goals.neutral import NeutralGoal
from evomod.goals.random import RandomGoal
from evomod.measures.assays import competition
from evomod.measures.assays.adaptation import generations_to
from evomod.measures.assays.competition import Competition, compete
from evomod.measures.assays.founding import drawn, seed_of
from evomod.schedules.fixed import Fixed
from evomod.variation.crossovers import OnePoint
from evomod.variation.redraw import Redraw
from evomod.variation.variation import Variation
from tests.generators import AND, examples, logic_gates, seeds
from tests.unit.test_logic_gates_facts import G1, G2, ONE, genome

AND_PERFECT, OR_PERFECT, CONSTANT = (genome(genes)[None] for genes in (G1, G2, ONE))
FROZEN = Variation(mutation=Redraw(rate=0.0))


# Adaptation -----------------------------------------------------------------------------------------------------------


def test_who_is_perfect_needs_no_generation_and_who_never_varies_waits_for_ever():
    problem = logic_gates(variation=FROZEN)
    found = generations_to(problem, AND_PERFECT, "and", 5, [1, 2])
    assert (found.times.tolist(), found.observed.tolist()) == ([0, 0], [True, True])
    assert found.as_row()["median"] == 0
    found = generations_to(problem, AND_PERFECT, "or", 5, [1, 2, 3])
    assert (found.times.tolist(), found.observed.tolist()) == ([5, 5, 5], [False, False, False])
    row = found.as_row()
    assert (row["goal"], row["runs"], row["solved"], row["limit"], row["median"]) == ("or", 3, 0, 5, math.inf)


def test_the_time_is_the_first_generation_with_a_perfect_individual():
    problem = logic_gates(population=200, elite=60)
    found = generations_to(problem, AND_PERFECT, "or", 300, range(4))
    assert found.observed.any()
    changed = replace(problem, schedule=Fixed(goal="or"))
    for seed, time, seen in zip(range(4), found.times, found.observed, strict=True):
        solved = []
        for generation in evolve(changed, seed, Start(0, np.repeat(AND_PERFECT, 200, axis=0))):
            solved.append(generation.population.hits.max() == 320)
            if solved[-1] or len(solved) > 300:
                break
        assert seen == solved[-1]
        assert time == len(solved) - 1
    assert found.as_row()["solved"] == found.observed.sum()
    last = int(found.times[found.observed].max())
    assert generations_to(problem, AND_PERFECT, "or", last, range(4)).observed.sum() == found.observed.sum()
    shorter = generations_to(problem, AND_PERFECT, "or", last - 1, range(4))
    assert shorter.observed.sum() == found.observed.sum() - (found.times[found.observed] == last).sum()
    assert shorter.times.max() == last - 1


def test_goals_that_the_problem_does_not_have_can_be_asked():
    problem = logic_gates(variation=FROZEN)
    nand = LogicGoal(outputs=(f"({AND}) | 0",))
    assert generations_to(problem, AND_PERFECT, nand, 3, [1]).observed.all()
    found = generations_to(problem, AND_PERFECT, RandomGoal(), 3, range(6))
    assert not found.observed.any()
    assert found.goal == "assayed"


def test_fewer_founders_come_in_turn():
    problem = logic_gates(variation=FROZEN)
    found = generations_to(problem, np.concatenate([CONSTANT, OR_PERFECT]), "or", 3, [1])
    assert found.times.tolist() == [0]


@pytest.mark.parametrize(
    ("genomes", "goal", "limit", "seeds", "sentence"),
    [
        (AND_PERFECT, "xor", 3, [1], "names the goal 'xor', which is not defined"),
        (AND_PERFECT, NeutralGoal(), 3, [1], "asks nothing"),
        (AND_PERFECT, LogicGoal(outputs=("x", "y")), 3, [1], "has 2 output"),
        (AND_PERFECT, LogicGoal(outputs=("v",)), 3, [1], "unknown input 'v'"),
        (AND_PERFECT[:, :20], "or", 3, [1], r"founders must be at least one genome, uint8 \(n, 25\)"),
        (AND_PERFECT[:0], "or", 3, [1], "founders must be at least one genome"),
        (AND_PERFECT + np.uint8(16), "or", 3, [1], "genome 0 has an illegal allele at locus 0"),
        (np.repeat(AND_PERFECT, 21, axis=0), "or", 3, [1], "founders are 21, but the population has 20 places"),
        (AND_PERFECT, "or", 0, [1], "limit of at least 1"),
        (AND_PERFECT, "or", 3, [], "a seed are needed"),
    ],
)
def test_what_cannot_adapt_is_refused(genomes, goal, limit, seeds, sentence):
    with pytest.raises(InputError, match=sentence):
        generations_to(logic_gates(), genomes, goal, limit, seeds)


# Competition ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("crossover", [{}, {"crossover": OnePoint(rate=1.0)}])
def test_who_solves_the_goal_beats_who_does_not(crossover):
    problem = logic_gates(variation=Variation(**crossover))
    found = compete(problem, OR_PERFECT, CONSTANT, "or", 6, 30, 1)
    assert found.wins == (6, 0)
    assert found.share.value == 1
    found = compete(problem, OR_PERFECT, AND_PERFECT, "and", 6, 30, 1)
    assert found.wins == (0, 6)
    row = found.as_row()
    assert (row["wins_a"], row["wins_b"], row["runs"], row["share"], row["low"]) == (0, 6, 6, 0, 0)


def test_without_variation_the_worse_half_is_gone_at_once_or_kept_for_ever():
    # The six best of 20 replace the six worst: of ten constant circuits four are left, then none.
    problem = logic_gates(variation=FROZEN)
    assert compete(problem, OR_PERFECT, CONSTANT, "or", 4, 1, 3).ancestry.tolist() == [0.8] * 4
    found = compete(problem, OR_PERFECT, CONSTANT, "or", 4, 2, 3)
    assert found.ancestry.tolist() == [1] * 4
    assert found.as_row()["fixed"] == 4


def test_in_a_child_of_two_parents_either_counts_half(monkeypatch):
    seen = []

    def watched(*given):
        for generation in evolve(*given):
            population = generation.population
            seen.append([array.copy() for array in (population.genomes, population.parents, population.second_parents)])
            yield generation

    monkeypatch.setattr(competition, "evolve", watched)
    problem = logic_gates(variation=Variation(crossover=OnePoint(rate=1.0)))
    (found,) = compete(problem, OR_PERFECT, AND_PERFECT, LogicGoal(outputs=("x",)), 1, 3, 4).ancestry
    both = [float(np.array_equal(founder, OR_PERFECT[0])) for founder in seen[0][0]]
    assert (len(seen), sum(both)) == (4, 10)
    first = both
    for _, one, other in seen[1:]:
        both = [(both[a] + both[b]) / 2 for a, b in zip(one, other, strict=True)]
        first = [first[a] for a in one]
    assert found == pytest.approx(np.mean(both))
    assert found != np.mean(first)


def test_a_place_is_drawn_anew_in_each_run():
    problem = logic_gates(variation=FROZEN)
    found = compete(problem, OR_PERFECT, OR_PERFECT, "or", 40, 3, 1)
    assert len(set(found.ancestry)) > 3
    again = compete(problem, OR_PERFECT, OR_PERFECT, "or", 40, 3, 1)
    assert np.array_equal(found.ancestry, again.ancestry)
    assert not np.array_equal(found.ancestry, compete(problem, OR_PERFECT, OR_PERFECT, "or", 40, 3, 2).ancestry)


def test_an_even_end_is_nobodys_win():
    even = Competition("it", 1, np.array([0.5, 0.5]))
    assert even.wins == (0, 0)
    assert math.isnan(even.share.value)
    assert Competition("it", 1, np.array([0.5, 0.6, 0.1, 1.0])).share.value == pytest.approx(2 / 3)


def test_an_odd_place_goes_to_either_in_turn():
    problem = logic_gates(population=21, variation=FROZEN)
    # Of 21 places the worst six go: ten or eleven constant circuits become four or five.
    found = compete(problem, OR_PERFECT, CONSTANT, "or", 2, 1, 1)
    assert found.ancestry.tolist() == [pytest.approx(16 / 21), pytest.approx(17 / 21)]


@pytest.mark.parametrize(
    ("a", "runs", "generations", "sentence"),
    [
        (AND_PERFECT[:, :3], 1, 1, "population A must be at least one genome"),
        (AND_PERFECT, 0, 1, "at least one run and one generation"),
        (AND_PERFECT, 1, 0, "at least one run and one generation"),
    ],
)
def test_what_cannot_compete_is_refused(a, runs, generations, sentence):
    with pytest.raises(InputError, match=sentence):
        compete(logic_gates(), a, OR_PERFECT, "or", runs, generations, 1)


# Draws ----------------------------------------------------------------------------------------------------------------


@given(seed=seeds)
@examples(20)
def test_founders_come_once_before_any_comes_twice(seed):
    rows = np.arange(7)
    some = drawn(rows, 17, seed, 0)
    assert sorted(some[:7]) == sorted(some[7:14]) == list(range(7))
    assert len(set(some[14:])) == 3
    assert np.array_equal(drawn(rows, 17, seed, 0), some)


@given(seed=seeds)
@examples(20)
def test_repetitions_have_seeds_of_their_own(seed):
    found = [seed_of(seed, run) for run in range(50)]
    assert len(set(found)) == 50
    assert all(0 <= one < 2**63 for one in found)
    assert max(found) > 2**61

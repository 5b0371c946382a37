"""Epochs without selection: nobody is better than anybody, elites turn over, and afterwards everybody is asked anew."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

from evomod.engine import Start, evolve
from evomod.goals.logic import LogicGoal
from evomod.goals.neutral import NeutralGoal
from evomod.lineage.reader import LineageReader
from evomod.runner import run
from evomod.schedules.fixed import Fixed
from evomod.schedules.orders import Alternating
from evomod.selection.elite_replacement import EliteReplacement
from evomod.selection.lexicase import Lexicase
from evomod.selection.pnsga import Pnsga
from evomod.selection.tournament import Tournament
from tests.generators import AND, logic_gates
from tests.whole.conftest import tiny
from tests.whole.test_engine import snapshot

GOALS = {"and": LogicGoal(outputs=(AND,)), "nothing": NeutralGoal()}
SELECTIONS = [EliteReplacement(elite=6), Tournament(size=4, elite=3), Lexicase(elite=2), Pnsga(parents=6)]
every_selection = pytest.mark.parametrize("selection", SELECTIONS, ids=lambda selection: selection.kind)


def problem(selection, schedule=None):
    return logic_gates(goals=GOALS, selection=selection, schedule=schedule or Fixed(goal="nothing"))


@pytest.mark.jitless
@every_selection
def test_without_selection_everybody_has_fitness_0_whatever_it_costs(selection):
    for generation in islice(evolve(problem(selection), 1), 8):
        population = generation.population
        assert not population.fitness.any()
        assert not population.hits.any()
        assert generation.hits == {}
        assert generation.ranking.values.tolist() == [0.0]
        assert generation.ranking.counts.tolist() == [20]


@pytest.mark.jitless
@every_selection
def test_the_order_is_shuffled_anew_each_generation_even_where_ties_are_stable(selection):
    assert selection.ties == "stable"
    orders = [tuple(g.ranking.order.tolist()) for g in islice(evolve(problem(selection), 1), 12)]
    assert len(set(orders)) == 12
    assert all(sorted(order) == list(range(20)) for order in orders)


@pytest.mark.jitless
@every_selection
def test_elites_turn_over(selection):
    elite = range(selection.n_elite)
    generations = islice(evolve(problem(selection), 1), 1, 60)
    kept = [set(g.population.parents[: len(elite)].tolist()) for g in generations]
    stayed = np.mean([len(parents & set(elite)) for parents in kept])
    assert stayed < 0.6 * len(elite)  # as if drawn from all: 0.3 at most
    assert set().union(*kept) == set(range(20))


@pytest.mark.jitless
@every_selection
def test_coming_back_everybody_is_scored_again(selection):
    schedule = Alternating(goals=("and", "nothing"), every=(4, 3))
    for generation in islice(evolve(problem(selection, schedule), 1), 30):
        population, encoding = generation.population, problem(selection).encoding
        if generation.epoch.goal == "and":
            hits = np.zeros(20, np.int32)
            encoding.evaluate(population)
            targets = problem(selection).targets("and", 0, 1)
            encoding.count_hits(population, np.ones(20, np.uint8), targets, hits)
            assert np.array_equal(population.hits, hits)
            assert np.array_equal(generation.hits["and"], hits)
            assert population.hits.any()


@pytest.mark.parametrize("first", [1, 4, 5, 6, 7, 12])
@every_selection
def test_a_run_that_starts_within_an_epoch_without_selection_continues_as_the_whole_one(selection, first):
    case = problem(selection, Alternating(goals=("and", "nothing"), every=(4, 3), fade=2))
    whole = [snapshot(g) for g in islice(evolve(case, 3), 30)]
    part = [snapshot(g) for g in islice(evolve(case, 3, Start(first, whole[first][3])), 30 - first)]
    for one, other in zip(part[1:], whole[first + 1 :], strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_a_log_notes_who_is_first_by_chance_once_an_epoch_and_at_its_end(tmp_path):
    settings = ("goals.nothing={kind: neutral}", "schedule.goals=[and, nothing]", "schedule.every=[20, 30]")
    run(tiny(*settings, "generations=200"), tmp_path / "run")
    with LineageReader(tmp_path / "run") as log:
        champions, ends, rows = (log.events("champions"), log.events("epoch_ends"), log.per_generation("generations"))
    assert ends["generation"].tolist() == [19, 49, 69, 99, 119, 149, 169, 199]
    neutral = champions[champions["goal"] == 3]
    assert neutral["generation"].tolist() == [20, 70, 120, 170]
    assert not neutral["fitness"].any()
    assert not rows["best_fitness"][rows["goal"] == 3].any()

"""DEAP's individuals, operators and toolbox: what they are to mean, and a loop of DEAP's own that runs with them."""

from __future__ import annotations

import copy
import importlib
import pickle
import random
import sys
from typing import Literal

import numpy as np
import pytest
from deap import algorithms, tools
from hypothesis import given
from hypothesis import strategies as st

from evomod import engines
from evomod.component import members
from evomod.deap_engine import toolbox
from evomod.deap_engine.individual import Fitness, Individual, clone, individuals
from evomod.deap_engine.selection import SELECTIONS
from evomod.deap_engine.variation import CROSSOVERS, MUTATIONS
from evomod.engine import evolve
from evomod.errors import InputError
from evomod.goals.logic import LogicGoal
from evomod.goals.neutral import NeutralGoal
from evomod.schedules.orders import Alternating
from evomod.selection.base import Selection
from evomod.selection.boltzmann import Boltzmann
from evomod.selection.elite_replacement import EliteReplacement
from evomod.selection.lexicase import Lexicase
from evomod.selection.tournament import Tournament
from evomod.variation.base import Crossover, Mutation
from evomod.variation.crossovers import OnePoint, TwoPoint
from evomod.variation.redraw import Redraw
from evomod.variation.variation import Variation
from tests.generators import AND, OR, examples, logic_gates, problems, seeds


def test_eas_simple_of_deap_runs_with_the_toolbox_and_improves():
    crossed = logic_gates(population=200, selection=Tournament(size=4), variation=Variation(crossover=OnePoint()))
    random.seed(3)
    box, hall, stats = toolbox(crossed), tools.HallOfFame(3), tools.Statistics(lambda one: one.fitness.values[0])
    stats.register("max", max)
    population, log = algorithms.eaSimple(
        box.population(), box, box.cxpb, box.mutpb, ngen=30, stats=stats, halloffame=hall, verbose=False
    )
    assert isinstance(log, tools.Logbook)
    assert log.select("nevals")[0] == 200
    best = log.select("max")
    assert best[-1] > best[0]
    assert hall[0].fitness.values == (max(best),)
    assert all(one.fitness.values == box.evaluate(one) for one in [*hall, *population])


@given(problem=problems().filter(lambda it: it.selection.in_deap), seed=seeds, late=st.integers(0, 40))
@examples(25)
def test_the_toolbox_scores_as_the_engine_does(problem, seed, late):
    generations = evolve(problem, seed)
    generation = next(generations)
    while generation.population.generation < late:
        generation = next(generations)
    box, crowd = toolbox(problem, seed), individuals(problem.encoding, generation.population.genomes)
    box.begin(late)
    assert box.evaluate_population(crowd) == [(value,) for value in generation.population.fitness]
    if not generation.epoch.share_of_the_goal_before(late):  # then places are asked, see below
        assert box.evaluate(crowd[3]) == (generation.population.fitness[3],)


def test_begin_tells_when_what_is_known_is_void():
    box = toolbox(logic_gates(every=5))
    assert [generation for generation in range(1, 21) if box.begin(generation)] == [5, 10, 15, 20]
    assert box.begin(2)  # back in time: whatever was known is of another epoch
    one = box.individual()
    value = box.evaluate(one)
    assert not box.begin(3)
    assert box.evaluate(one) == value


def test_while_a_goal_fades_places_are_asked_and_not_individuals():
    problem = logic_gates(schedule=Alternating(goals=("and", "or"), every=10, fade=5))
    box = toolbox(problem, seed=1)
    crowd = box.population()
    assert box.evaluate(crowd[0])
    box.begin(12)
    with pytest.raises(InputError, match="a goal fades"):
        box.evaluate(crowd[0])
    assert len(box.evaluate_population(crowd)) == len(crowd)


@given(
    levels=st.lists(st.integers(0, 3), min_size=12, max_size=12),
    elite=st.integers(1, 6),
    blind=st.booleans(),
    ties=st.sampled_from(["stable", "random"]),
)
@examples(50)
def test_elite_replacement_of_both_engines_is_the_same(levels, elite, blind, ties):
    goals = {"and": LogicGoal(outputs=(AND,)), "none": NeutralGoal()}
    problem = logic_gates(
        population=12,
        goals=goals,
        schedule=Alternating(goals=("none", "and") if blind else ("and", "none"), every=5),
        selection=EliteReplacement(elite=elite, ties=ties),
    )
    box = toolbox(problem)
    crowd = box.population()
    for one, level in zip(crowd, levels, strict=True):
        one.fitness.values = (float(level),)
    chosen = [one.place for one in box.select(crowd, 12)]
    parents = np.zeros(12, np.uint32)
    problem.selection.choose(problem.selection.rank(np.array(levels, float), 1, 1), parents, 1, 1)
    assert [levels[place] for place in chosen] == [levels[place] for place in parents]
    assert chosen[:elite] == chosen[12 - elite :]
    if ties == "stable" and not blind:
        assert chosen == parents.tolist()


def test_where_nothing_is_asked_selection_is_blind():
    goals = {"none": NeutralGoal(), "and": LogicGoal(outputs=(AND,)), "or": LogicGoal(outputs=(OR,))}
    for selection in (EliteReplacement(elite=6), Lexicase(elite=2), Boltzmann(elite=2), Tournament(elite=2)):
        box = toolbox(logic_gates(goals=goals, schedule=Alternating(goals=("none", "and")), selection=selection))
        crowd = box.population()
        for one, value in zip(crowd, box.evaluate_population(crowd), strict=True):
            one.fitness.values = value
        assert {one.fitness.values for one in crowd} == {(0.0,)}
        assert {one.place for _ in range(200) for one in box.select(crowd, 20)[:2]} == set(range(20))


def test_children_know_their_parents_and_crossovers_keep_genes_whole():
    problem = logic_gates(variation=Variation(mutation=Redraw(rate=0.0), crossover=TwoPoint(rate=1.0)))
    box = toolbox(problem)
    for _ in range(50):
        one, other = box.population(2)
        a, b = box.mate(box.clone(one), box.clone(other))
        assert (a.place, a.partner, b.place, b.partner) == (0, 1, 1, 0)
        assert a[-1] == one[-1]
        assert all({x, y} == {p, q} for x, y, p, q in zip(a, b, one, other, strict=True))
    assert [len(gene) for gene in one] == [2] * 12 + [1]


def test_individuals_survive_pickling_and_copying_and_so_does_their_evaluation():
    box = toolbox(logic_gates())
    one = box.individual()
    one.fitness.values = box.evaluate(one)
    for again in (pickle.loads(pickle.dumps(one)), copy.deepcopy(one), clone(one)):  # noqa: S301
        assert (type(again), again, type(again.fitness), again.fitness) == (Individual, one, Fitness, one.fitness)
        assert again is not one
    assert pickle.loads(pickle.dumps(box.evaluate))(one) == one.fitness.values  # noqa: S301
    assert box.population() != box.population()


class Own(Boltzmann):
    kind: Literal["own_boltzmann"] = "own_boltzmann"


def test_a_selection_without_a_counterpart_is_refused_with_a_sentence():
    with pytest.raises(InputError, match=r"no selection of kind 'own_boltzmann'; it has .*tournament"):
        engines.ready(logic_gates(selection=Own(), engine="deap"))


def test_what_says_that_deap_has_it_is_what_deap_has():
    for family, here in ((Selection, SELECTIONS), (Mutation, MUTATIONS), (Crossover, CROSSOVERS)):
        assert {cls for cls in members(family).values() if vars(cls).get("in_deap")} == here.keys()


def test_without_deap_a_sentence_says_how_to_get_it(monkeypatch):
    for name in [name for name in sys.modules if name.startswith(("deap", "evomod.deap_engine"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr(importlib.import_module("evomod"), "deap_engine")
    monkeypatch.setitem(sys.modules, "deap", None)
    engines.ready(logic_gates())
    with pytest.raises(InputError, match=r"needs DEAP, which is not installed: pip install '.\[deap\]'"):
        engines.evolve(logic_gates(engine="deap"), 1)

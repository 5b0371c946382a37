"""Pareto selection: kernels against their twins, moocore and DEAP; who survives, and where."""

from __future__ import annotations

import moocore
import numpy as np
import pytest
from deap import base, tools
from hypothesis import given
from hypothesis import strategies as st

from evomod.errors import InputError
from evomod.selection.answers import diversity
from evomod.selection.base import Objectives
from evomod.selection.crowding import crowd, sort_by
from evomod.selection.fronts import distinct, peel_pairs, peel_points, sort_points
from evomod.selection.nsga2 import Nsga2
from evomod.selection.pnsga import Pnsga
from tests.generators import examples, logic_gates, rates, seeds
from tests.pareto import chance_to_dominate, dominates, fronts, peeled_by_chances, tournament

pytestmark = pytest.mark.jitless


some = st.integers(1, 4)


@st.composite
def objectives(draw, columns=some, max_size=40):
    """Rows with many equals, and some with none."""
    m, few = draw(columns), st.sampled_from([-1.0, -0.5, 0.0, 0.25, 3.0])
    values = draw(st.sampled_from([few, few, st.floats(-1e6, 1e6, width=32)]))
    rows = draw(st.lists(st.tuples(*[values] * m), min_size=1, max_size=max_size))
    return np.array(rows, float).reshape(-1, m) + 0.0


def ranked(rows):
    points, _, point = distinct(rows)
    front = np.empty(len(points), np.int32)
    return front, point, points, sort_points(points, front)


def split(rows):
    """Fitness and costs, as a selection is given them."""
    return -rows[:, 0], Objectives(rows[:, 1:], np.empty((len(rows), 0)))


# Fronts ---------------------------------------------------------------------------------------------------------------


@given(rows=objectives())
@examples(60)
def test_distinct_points_are_numpys(rows):
    points, counts, point = distinct(rows)
    expected = np.unique(rows, axis=0, return_inverse=True, return_counts=True)
    assert np.array_equal(points, expected[0])
    assert np.array_equal(point, expected[1].ravel())
    assert np.array_equal(counts, expected[2])


@given(rows=objectives())
@examples(60)
def test_fronts_are_those_of_the_definition_of_moocore_and_of_deap(rows):
    front, point, points, n_fronts = ranked(rows)
    assert front[point].tolist() == fronts(rows.tolist())
    assert n_fronts == front.max() + 1
    if rows.shape[1] > 1:  # moocore ranks the second of two equal points later, so that it is asked about points
        assert np.array_equal(moocore.pareto_rank(points), front)
    by_deap = tools.sortNondominated(individuals(rows), len(rows))
    assert [sorted(one.place for one in members) for members in by_deap] == [
        np.flatnonzero(front[point] == f).tolist() for f in range(n_fronts)
    ]


class Lower(base.Fitness):
    """Of any number of objectives, to be minimised."""

    weights = (-1.0,) * 4


def individuals(rows):
    """DEAP's, of rows."""
    made = []
    for place, row in enumerate(rows.tolist()):
        one = type("One", (), {})()
        one.fitness, one.place = Lower(), place
        one.fitness.wvalues = tuple(-value for value in row)
        made.append(one)
    return made


# Peels ----------------------------------------------------------------------------------------------------------------


def peeled(rows, chances, enough, seed, generation, pairs):
    points, counts, point = distinct(rows)
    front = np.full(len(rows), -1, np.int32)
    if pairs:
        members = np.argsort(point, kind="stable")
        start = np.concatenate([[0], np.cumsum(counts)])
        peel_pairs(points, start, members, chances[1], enough, seed, generation, front)
    else:
        peel_points(points, counts, point, np.array(chances), enough, seed, generation, front)
    return front.tolist()


@given(rows=objectives(st.just(2)), p=rates, enough=st.integers(1, 40), seed=seeds)
@examples(20)
def test_peels_of_two_objectives_follow_the_closed_form(rows, p, enough, seed):
    enough = min(enough, len(rows))
    expected = peeled_by_chances(rows.tolist(), [1.0, p], enough, seed, 7)
    assert peeled(rows, (1.0, p), enough, seed, 7, pairs=True) == expected
    assert peeled(rows, (1.0, p), enough, seed, 7, pairs=False) == expected


@given(rows=objectives(st.just(3), max_size=15), chances=st.tuples(st.just(1.0), rates, rates), seed=seeds)
@examples(40)
def test_peels_of_more_objectives_follow_the_product_over_tests(rows, chances, seed):
    expected = peeled_by_chances(rows.tolist(), chances, len(rows), seed, 7)
    assert peeled(rows, chances, len(rows), seed, 7, pairs=False) == expected


@given(rows=objectives(st.just(2)), seed=seeds)
@examples(40)
def test_costs_that_always_count_give_the_fronts_of_nsga2_and_costs_that_never_do_those_of_performance(rows, seed):
    n = len(rows)
    assert peeled(rows, (1.0, 1.0), n, seed, 7, pairs=True) == fronts(rows.tolist())
    assert peeled(rows, (1.0, 0.0), n, seed, 7, pairs=True) == fronts(rows[:, :1].tolist())


@given(rows=objectives(st.just(2), max_size=12), p=st.floats(0.01, 0.99))
@examples(40)
def test_the_closed_form_is_the_product_over_tests(rows, p):
    rows = rows.tolist()
    for one in rows:
        product = np.prod([1 - chance_to_dominate(other, one, (1.0, p)) for other in rows])
        better = [other for other in rows if other[0] < one[0]]
        cheaper = [other for other in rows if other[0] == one[0] and other[1] < one[1]]
        blocked = any(other[1] <= one[1] for other in better)
        assert product == pytest.approx(0.0 if blocked else (1 - p) ** len(cheaper) * p ** len(better))


# Crowding -------------------------------------------------------------------------------------------------------------


@given(rows=objectives())
@examples(60)
def test_crowding_is_that_of_deap_if_the_second_of_equals_is_asked_last(rows):
    front, point, points, n_fronts = ranked(rows)
    front, sequence = front[point], np.arange(len(rows))
    by_point, ordered = np.empty((2, len(rows)), np.uint32)
    sort_by(point, sequence, by_point)
    sort_by(front, by_point, ordered)
    crowding, made = np.zeros(len(rows)), individuals(rows)
    crowd(points, point, front, ordered, 0, crowding)
    for f in range(n_fronts):
        line = []
        for k in np.unique(point[front == f]):
            equals = np.flatnonzero((front == f) & (point == k)).tolist()
            line += equals[:1] + equals[2:] + equals[1:2]
        tools.emo.assignCrowdingDist([made[i] for i in line])
    assert crowding.tolist() == [one.fitness.crowding_dist for one in made]


# Survival -------------------------------------------------------------------------------------------------------------


@given(rows=objectives(), parents=st.integers(1, 39), ties=st.sampled_from(["stable", "random"]), p=rates, seed=seeds)
@examples(30)
def test_the_best_survive_and_who_was_a_survivor_stays_in_place(rows, parents, ties, p, seed):
    n, parents = len(rows) + 1, min(parents, len(rows))
    rows = np.concatenate([rows, rows[:1]])
    selection = Pnsga(parents=parents, ties=ties, probability=p)
    fitness, others = split(rows)
    ranking, chosen = selection.rank(fitness, seed, 3, objectives=others), np.empty(n, np.uint32)
    assert selection.choose(ranking, chosen, seed, 4) == parents
    survivors = set(ranking.order[:parents].tolist())
    assert set(chosen[:parents].tolist()) == survivors
    for place in range(parents):
        assert chosen[place] == place if place in survivors else chosen[place] >= parents
    newcomers = [place for place in chosen[:parents].tolist() if place >= parents]
    assert newcomers == sorted(newcomers)
    fronts, line = ranking.fronts, chosen[:parents].tolist()
    for place in range(parents, n):
        winner = tournament(rows.tolist(), fronts.crowding, fronts.chances, line, seed, 4, place)
        assert chosen[place] == winner


@given(rows=objectives(), ties=st.sampled_from(["stable", "random"]), seed=seeds)
@examples(40)
def test_the_order_is_by_front_then_crowding_and_the_fittest_by_fitness_then_costs(rows, ties, seed):
    fitness, others = split(rows)
    ranking = Nsga2(parents=1, ties=ties).rank(fitness, seed, 3, objectives=others)
    fronts, order, fittest = ranking.fronts, ranking.order.tolist(), ranking.fittest.tolist()
    assert sorted(order) == sorted(fittest) == list(range(len(rows)))
    keys = [(fronts.front[i], -fronts.crowding[i], i if ties == "stable" else 0) for i in order]
    assert keys == sorted(keys)
    keys = [(*rows[i].tolist(), i if ties == "stable" else 0) for i in fittest]
    assert keys == sorted(keys)
    values, counts = np.unique(fitness, return_counts=True)
    assert np.array_equal(ranking.values, values[::-1])
    assert np.array_equal(ranking.counts, counts[::-1])


def test_among_equals_those_who_survived_before_do_so_again_with_stable_ties_only():
    fitness, chosen = np.ones(60), np.empty(60, np.uint32)
    kept = {}
    for ties in ("stable", "random"):
        selection = Nsga2(parents=30, ties=ties)
        selection.choose(selection.rank(fitness, 1, 3), chosen, 1, 4)
        kept[ties] = chosen[:30].tolist() == list(range(30))
    assert kept == {"stable": True, "random": False}


def test_of_two_who_do_not_dominate_each_other_the_less_crowded_has_the_offspring():
    # All are equal: the first two are infinitely far from others, and stand for one tournament in five.
    selection, chosen, n = Nsga2(parents=20), np.empty(200, np.uint32), 0
    ranking = selection.rank(np.ones(200), 1, 3)
    crowding = ranking.fronts.crowding
    assert crowding.tolist() == [np.inf, np.inf] + [0.0] * 198
    selection.choose(ranking, chosen, 1, 4)
    for place in range(20, 200):
        assert chosen[place] == tournament([(-1.0,)] * 20, crowding, (1.0,), range(20), 1, 4, place)
        n += chosen[place] < 2
    assert n > 20


def test_what_says_all_of_fitness_apart_crowds_in_its_place():
    # Two goals: fitness is their mean, and the two of equal fitness do not dominate each other.
    goals = np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5], [0.25, 0.25]])
    others = Objectives(np.empty((4, 0)), -goals, apart=True)
    ranking = Nsga2(parents=2).rank(goals.mean(axis=1), 1, 1, objectives=others)
    assert ranking.fronts.front.tolist() == [0, 0, 0, 1]
    assert ranking.fronts.crowding[:3].tolist() == [np.inf, np.inf, 1.0]


# Answers --------------------------------------------------------------------------------------------------------------


@given(data=st.data(), n=st.integers(1, 6), n_outputs=st.integers(1, 2), n_planes=st.sampled_from([1, 5]))
@examples(60)
def test_diversity_is_the_mean_share_of_cases_answered_differently(data, n, n_outputs, n_planes):
    word, n_states = st.integers(0, 2**64 - 1), 1 if n_planes == 1 else 20
    draw = st.lists(word, min_size=n_outputs, max_size=n_outputs)
    asked = np.array(data.draw(draw), np.uint64)[:, None]
    counts = data.draw(st.integers(0, 2**32 - 1).map(np.random.default_rng)).integers(
        0, n_states + 1, (n, n_outputs, 64)
    )
    planes = [(counts >> p & 1).astype(bool) for p in range(n_planes)]
    packed = [np.packbits(plane, axis=-1, bitorder="little").view("<u8") for plane in planes]
    answers = np.stack(packed, axis=1).astype(np.uint64)
    mask = np.array([[int(asked[o, 0]) >> c & 1 for c in range(64)] for o in range(n_outputs)], bool)
    shares = counts[:, mask] / n_states
    apart = shares[:, None] * (1 - shares) + (1 - shares[:, None]) * shares
    expected = apart.sum(axis=2).mean(axis=1) / max(1, mask.sum())
    assert diversity(answers, asked, n_states) == pytest.approx(expected)


# Mistakes -------------------------------------------------------------------------------------------------------------


def test_numbers_of_parents_and_probabilities_that_cannot_be_are_refused():
    assert logic_gates(population=21, selection=Nsga2()).selection.parents == 10
    assert logic_gates(population=20, selection=Pnsga(probability=(0.5,))).selection.parents == 10
    with pytest.raises(InputError, match=r"selection\.parents: is 20, but must be smaller"):
        logic_gates(population=20, selection=Nsga2(parents=20))
    with pytest.raises(InputError, match=r"selection\.probability: lists 2 numbers, but `fitness` has 1 cost"):
        logic_gates(population=20, selection=Pnsga(probability=(0.5, 0.1)))


def test_domination_wants_one_objective_that_is_better():
    assert dominates((0, 1), (0, 2))
    assert not dominates((0, 1), (0, 1))
    assert not dominates((0, 1), (1, 0))
    assert dominates((0, 1), (1, 0), (True, False))

"""What every selection keeps, and that ranking is a plain stable sort."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.errors import InputError
from evomod.rng import PARENT, Stream, below
from evomod.selection.base import Selection
from evomod.selection.boltzmann import Boltzmann
from evomod.selection.elite_replacement import EliteReplacement
from evomod.selection.lexicase import Lexicase
from evomod.selection.linear_rank import LinearRank
from evomod.selection.tournament import Tournament
from evomod.selection.truncation import Truncation
from tests.generators import components, examples, logic_gates, seeds, shipped

every_selection = pytest.mark.parametrize("cls", shipped(Selection).values(), ids=shipped(Selection))
generations = st.integers(0, 2**32 - 1)


def arrays_of(values, max_size=300):
    # Fitness is a difference of numbers that are never −0.0, and so is never −0.0 itself.
    return st.lists(values, min_size=1, max_size=max_size).map(lambda row: np.array(row, float) + 0.0)


def benefit_minus_costs(size):
    """What fitness looks like: few values, many ties."""
    return arrays_of(st.builds(lambda hits, gates: hits / 320 - 0.2 * max(0.0, gates - 11.0), size, st.integers(9, 15)))


fitnesses = st.one_of(
    benefit_minus_costs(st.sampled_from([80, 160, 240, 320])),
    benefit_minus_costs(st.integers(0, 320)),
    arrays_of(st.floats(-1e300, 1e300)),
    arrays_of(st.floats(-1, 1, width=16)),
    st.builds(lambda value, n: np.full(n, value + 0.0), st.floats(-5, 1), st.integers(1, 200)),
    st.builds(lambda seed, n: np.random.default_rng(seed).normal(size=n), seeds, st.integers(1, 1000)),
)


def equal_blocks(fitness):
    """The sets of places of equal fitness, best first."""
    return [set(np.flatnonzero(fitness == value).tolist()) for value in np.unique(fitness)[::-1]]


def ranked(selection, fitness, seed, generation):
    """A ranking with what the selection wants to know besides: as good as random cases, drawn by the place."""
    ranking = selection.rank(fitness, seed, generation)
    if selection.by_case:
        cases = np.random.default_rng(len(fitness)).integers(0, 2**64, (len(fitness), 2), np.uint64)
        ranking.right = cases & np.uint64(0x8001000100010001)
    return ranking


# Ranking --------------------------------------------------------------------------------------------------------------


@pytest.mark.jitless
@given(fitness=fitnesses, seed=seeds, generation=generations)
@examples(300)
def test_stable_ranking_is_numpys_stable_argsort(fitness, seed, generation):
    ranking = Tournament(ties="stable").rank(fitness, seed, generation)
    assert np.array_equal(ranking.order, np.argsort(-fitness, kind="stable"))


@pytest.mark.jitless
@given(fitness=fitnesses, seed=seeds, generation=generations)
@examples(300)
def test_random_ties_shuffle_within_equal_blocks_only(fitness, seed, generation):
    order = Tournament(ties="random").rank(fitness, seed, generation).order.tolist()
    assert sorted(order) == list(range(len(fitness)))
    for block in equal_blocks(fitness):
        assert set(order[: len(block)]) == block
        del order[: len(block)]


@pytest.mark.jitless
@given(fitness=fitnesses, ties=st.sampled_from(["stable", "random"]), seed=seeds)
@examples(200)
def test_distinct_values_and_their_counts_come_best_first(fitness, ties, seed):
    ranking = Tournament(ties=ties).rank(fitness, seed, 3)
    values, counts = np.unique(fitness, return_counts=True)
    assert np.array_equal(ranking.values, values[::-1])
    assert np.array_equal(ranking.counts, counts[::-1])


@pytest.mark.jitless
@given(seed=seeds, generation=st.integers(0, 2**32 - 2))
@examples(60)
def test_random_ties_are_shuffled_anew_every_generation_and_the_same_way_again(seed, generation):
    fitness = np.repeat([0.5, 1.0], 100)
    selection = Tournament(ties="random")
    first, again, later = (selection.rank(fitness, seed, g).order for g in (generation, generation, generation + 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, later)
    assert not np.array_equal(first[:100], np.arange(100, 200))


@pytest.mark.jitless
@given(fitness=fitnesses)
@examples(60)
def test_ranking_leaves_fitness_as_it_was(fitness):
    before = fitness.copy()
    Tournament(ties="random").rank(fitness, 1, 2)
    assert np.array_equal(fitness, before)


# Every member ---------------------------------------------------------------------------------------------------------


@pytest.mark.jitless
@every_selection
@given(data=st.data(), fitness=fitnesses, seed=seeds, generation=generations)
@examples(150)
def test_parents_exist_and_the_best_are_kept_in_front(cls, data, fitness, seed, generation):
    selection = data.draw(components(Selection, cls))
    fitness = np.resize(fitness, max(len(fitness), 2 * selection.n_elite, 1))
    parents = np.full(len(fitness), 2**32 - 1, np.uint32)
    ranking = ranked(selection, fitness, seed, generation)
    n_kept = selection.choose(ranking, parents, seed, generation)
    assert n_kept == selection.n_elite
    assert (parents < len(fitness)).all()
    kept, best = parents[:n_kept], ranking.order[:n_kept]
    assert np.array_equal(np.sort(kept), np.sort(best)) if selection.by_objectives else np.array_equal(kept, best)


@pytest.mark.jitless
@every_selection
@given(data=st.data(), fitness=fitnesses, seed=seeds, generation=generations)
@examples(60)
def test_the_same_place_chooses_the_same_parents(cls, data, fitness, seed, generation):
    selection = data.draw(components(Selection, cls))
    fitness = np.resize(fitness, max(len(fitness), 2 * selection.n_elite, 1))
    first, second = np.zeros((2, len(fitness)), np.uint32)
    for parents in (first, second):
        selection.choose(ranked(selection, fitness, seed, generation), parents, seed, generation)
    assert np.array_equal(first, second)


@pytest.mark.jitless
@given(
    data=st.data(),
    fitness=arrays_of(st.sampled_from([0.25, 0.5, 0.75, 1.0])),
    ties=st.sampled_from(["stable", "random"]),
)
@examples(200)
def test_elite_replacement_is_the_formula_of_the_decisions(data, fitness, ties):
    fitness = np.resize(fitness, max(2, len(fitness)))
    S = len(fitness)
    L = data.draw(st.integers(1, S - 1))
    selection = EliteReplacement(elite=L, ties=ties)
    ranking = selection.rank(fitness, 5, 6)
    o, new = ranking.order.tolist(), np.zeros(S, np.uint32)
    assert selection.choose(ranking, new, 5, 6) == L
    assert new[: S - L].tolist() == [o[i] for i in range(S - L)]
    assert new[S - L :].tolist() == [o[j] for j in range(L)]


@pytest.mark.jitless
def test_an_elite_of_more_than_half_the_population_is_refused():
    # There are not L others to replace, and L best cannot both pass unchanged and be copied once.
    assert logic_gates(population=20, elite=10)
    with pytest.raises(InputError, match="elite"):
        logic_gates(population=20, elite=11)


@pytest.mark.jitless
def test_old_elites_keep_their_place_with_stable_ties():
    ranking = EliteReplacement(elite=3).rank(np.array([1.0, 0.5, 1.0, 1.0, 0.5, 1.0]), 1, 1)
    assert ranking.order.tolist() == [0, 2, 3, 5, 1, 4]


@pytest.mark.jitless
@pytest.mark.parametrize("size", [4, 64, 1001])
def test_a_large_tournament_among_few_is_won_by_the_best(size):
    fitness, parents = np.array([0.1, 0.9, 0.3]), np.zeros(3, np.uint32)
    selection = Tournament(size=size)
    chosen = [selection.choose(selection.rank(fitness, s, 1), parents, s, 1) or parents.tolist() for s in range(30)]
    share = np.mean(np.array(chosen) == 1)
    assert abs(share - (1 - (2 / 3) ** size)) < 0.2


@pytest.mark.jitless
def test_strong_boltzmann_selection_takes_the_best_alone_and_each_of_them():
    fitness = np.array([0.0, 1.0, 1.0, -1e6] * 10)
    selection, parents = Boltzmann(strength=1e5), np.zeros(40, np.uint32)
    seen = set()
    for seed in range(30):
        selection.choose(selection.rank(fitness, seed, 1), parents, seed, 1)
        seen |= set(parents.tolist())
    assert seen == set(np.flatnonzero(fitness == 1.0).tolist())


@pytest.mark.jitless
def test_boltzmann_selection_of_strength_0_is_blind():
    fitness = np.array([0.0, 1.0, 0.5, -3.0])
    selection, parents = Boltzmann(strength=0.0), np.zeros(4, np.uint32)
    counts = np.zeros(4)
    for seed in range(500):
        selection.choose(selection.rank(fitness, seed, 1), parents, seed, 1)
        counts += np.bincount(parents, minlength=4)
    assert abs(counts / counts.sum() - 0.25).max() < 0.05


@pytest.mark.jitless
@given(n=st.integers(1, 40), pressure=st.floats(1, 2), seed=seeds)
@examples(60)
def test_rank_selection_takes_the_better_of_two_different_ones(n, pressure, seed):
    selection, parents = LinearRank(pressure=pressure), np.zeros(n, np.uint32)
    selection.choose(selection.rank(-np.arange(float(n)), seed, 9), parents, seed, 9)
    for place in range(n):
        one, two, chance, _ = Stream(seed, 9, place, PARENT).words(4).tolist()
        rank = int(below(one, n))
        others = [other for other in range(n) if other != rank] or [rank]
        if chance < int((pressure - 1) * 2**32):
            rank = min(rank, others[int(below(two, len(others)))])
        assert parents[place] == rank


@pytest.mark.jitless
@given(n=st.integers(2, 40), best=st.integers(1, 40), seed=seeds)
@examples(60)
def test_truncation_draws_among_the_best(n, best, seed):
    selection, parents = Truncation(best=min(best, n)), np.zeros(n, np.uint32)
    selection.choose(selection.rank(-np.arange(float(n)), seed, 9), parents, seed, 9)
    words = [int(Stream(seed, 9, place, PARENT).words(1)[0]) for place in range(n)]
    assert parents.tolist() == [int(below(word, min(best, n))) for word in words]


@pytest.mark.jitless
def test_no_more_can_be_the_best_than_there_are():
    assert logic_gates(population=20, selection=Truncation(best=20))
    with pytest.raises(InputError, match=r"selection\.best: is 21, but there are only 20 individuals"):
        logic_gates(population=20, selection=Truncation(best=21))
    for selection in (Truncation(best=5, elite=20), LinearRank(elite=20), Lexicase(elite=20)):
        with pytest.raises(InputError, match=r"selection\.elite: is 20, but must be smaller"):
            logic_gates(population=20, selection=selection)

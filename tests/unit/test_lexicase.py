"""The compiled lexicase selection against its slow definition: whom it may choose, place by place."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.errors import InputError
from evomod.rng import PARENT, Stream, below
from evomod.selection.lexicase import Lexicase
from tests.generators import examples, seeds
from tests.lexicase import as_bits, survivors


@st.composite
def populations(draw: Any, max_n: int = 90, max_cases: int = 9) -> tuple[Any, Any, Any]:
    """Answers (n, n_cases), the bits that they are, fitness with many ties; cases anywhere in up to three words."""
    n, n_cases, n_words = draw(st.integers(1, max_n)), draw(st.integers(1, max_cases)), draw(st.integers(1, 3))
    random = np.random.default_rng(draw(seeds))
    right = random.random((n, n_cases)) < draw(st.sampled_from([0.05, 0.5, 0.8, 0.95]))
    if draw(st.booleans()):
        right = right[random.integers(0, draw(st.integers(1, n)), n)]  # few kinds
    places = random.permutation(64 * n_words)[:n_cases]
    fitness = random.integers(0, draw(st.sampled_from([1, 2, 1000])), n) / 8
    return right, as_bits(right, places, n_words), fitness


def chosen(selection, bits, fitness, seed, generation=5):
    ranking = selection.rank(fitness, seed, generation)
    ranking.right = np.array(bits, np.uint64).reshape(len(fitness), -1)
    parents = np.zeros(len(fitness), np.uint32)
    assert selection.choose(ranking, parents, seed, generation) == selection.elite
    return parents, ranking


def by_hand(bits, fitness, order, place, seed, generation):
    """The parent of one place, from the same random words, case by case over all individuals."""
    n, n_cases = len(bits), 64 * len(bits[0])
    words = [int(word) for word in Stream(seed, generation, place, PARENT).words(n_cases + 1)]
    informative = [c for c in range(n_cases) if any(row[c // 64] >> (c % 64) & 1 for row in bits)]
    left = list(range(n))
    for k in range(len(informative)):
        other = k + int(below(words[1 + k], len(informative) - k))
        informative[k], informative[other] = informative[other], informative[k]
        case = informative[k]
        left = [i for i in left if bits[i][case // 64] >> (case % 64) & 1] or left
    best = max(fitness[i] for i in left)
    fittest = [i for i in order.tolist() if i in left and fitness[i] == best]
    return fittest[int(below(words[0], len(fittest)))]


@pytest.mark.jitless
@given(population=populations(max_n=80), seed=seeds, ties=st.sampled_from(["stable", "random"]))
@examples(60)
def test_each_place_gets_the_parent_that_the_definition_gives_with_the_same_draws(population, seed, ties):
    _, bits, fitness = population
    parents, ranking = chosen(Lexicase(ties=ties), bits, fitness, seed)
    for place in range(0, len(fitness), 1 + len(fitness) // 8):
        assert parents[place] == by_hand(bits, fitness, ranking.order, place, seed, 5)


@pytest.mark.jitless
@given(population=populations(max_n=12, max_cases=4), seed=seeds)
@examples(60)
def test_a_parent_is_one_whom_some_order_of_cases_leaves(population, seed):
    right, bits, fitness = population
    possible = {i for order in permutations(range(right.shape[1])) for i in survivors(right, fitness, order)}
    assert set(chosen(Lexicase(), bits, fitness, seed)[0].tolist()) <= possible


@pytest.mark.jitless
@given(population=populations(), seed=seeds, elite=st.integers(0, 12))
@examples(60)
def test_the_elite_is_the_fittest_whatever_they_are_right_in(population, seed, elite):
    _, bits, fitness = population
    parents, ranking = chosen(Lexicase(elite=min(elite, len(fitness) - 1)), bits, fitness, seed)
    n_kept = min(elite, len(fitness) - 1)
    assert np.array_equal(parents[:n_kept], ranking.order[:n_kept])


@pytest.mark.jitless
@given(population=populations(), seed=seeds, elite=st.integers(1, 12))
@examples(30)
def test_places_behind_the_elite_choose_as_without_one(population, seed, elite):
    _, bits, fitness = population
    n_kept = min(elite, len(fitness) - 1)
    with_elite, without = (chosen(Lexicase(elite=k), bits, fitness, seed)[0] for k in (n_kept, 0))
    assert np.array_equal(with_elite[n_kept:], without[n_kept:])


@pytest.mark.jitless
def test_where_nobody_is_right_the_fittest_are_drawn():
    fitness = np.array([0.5, 0.9, 0.9, 0.1] * 5)
    parents = chosen(Lexicase(), [[0]] * 20, fitness, 1)[0]
    assert set(fitness[parents]) == {0.9}
    assert len(set(parents.tolist())) > 4


@pytest.mark.jitless
def test_specialists_are_chosen_whom_a_mean_would_forget():
    # One is right in two cases of three, the other in the third alone.
    parents = np.concatenate([chosen(Lexicase(), [[0b011], [0b100]], np.array([2.0, 1.0]), s)[0] for s in range(200)])
    assert 0.2 < np.mean(parents == 1) < 0.47


@pytest.mark.jitless
def test_costs_decide_among_those_who_are_right_in_the_same_cases():
    parents = chosen(Lexicase(), [[7], [7], [7]], np.array([0.5, 0.8, 0.3]), 1)[0]
    assert parents.tolist() == [1, 1, 1]


def test_without_cases_lexicase_says_what_it_needs():
    selection = Lexicase()
    ranking = selection.rank(np.zeros(3), 1, 1)
    with pytest.raises(InputError, match="needs to know who is right in which case"):
        selection.choose(ranking, np.zeros(3, np.uint32), 1, 1)

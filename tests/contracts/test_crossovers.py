"""Two-point and uniform crossover: which genes change hands, and what is said of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.rng import CROSSOVER, PAIRING, Stream, below, permutation
from evomod.variation.base import Crossover
from evomod.variation.crossovers import OnePoint, TwoPoint, Uniform
from tests.contracts.test_variation import N, genes, offspring
from tests.generators import components, encodings, examples, rates, seeds

some = st.floats(0.1, 0.9)
sexual = {
    "one_point": st.builds(OnePoint, rate=some) | components(Crossover, OnePoint),
    "two_point": st.builds(TwoPoint, rate=some) | components(Crossover, TwoPoint),
    "uniform": st.builds(Uniform, rate=some, swap=some) | components(Crossover, Uniform),
}


def swapped_by_hand(crossover, pair, n_genes, seed, generation):
    """The genes that a pair swaps; None where it is not crossed."""
    words = [int(word) for word in Stream(seed, generation, pair, CROSSOVER).words(4 + 4 * n_genes)]
    if words[0] >= int(crossover.rate * 2**32):
        return None
    if isinstance(crossover, OnePoint):
        return set(range(1 + int(below(words[1], n_genes - 1)), n_genes))
    if isinstance(crossover, TwoPoint):
        one = int(below(words[1], n_genes))
        other = [*range(one + 1, n_genes), *range(one)][int(below(words[2], n_genes - 1))]
        return set(range(min(one, other), max(one, other)))
    return {g for g in range(n_genes) if words[4 + g] < int(crossover.swap * 2**32)}


@pytest.mark.jitless
@pytest.mark.parametrize("kind", sexual)
@given(data=st.data(), seed=seeds)
@examples(100)
def test_crossover_is_what_one_does_by_hand(kind, data, seed):
    crossover = data.draw(sexual[kind])
    encoding, population = data.draw(offspring(encodings(max_inputs=3)))
    before, n_kept = [genes(encoding, row) for row in population.genomes], population.n_kept
    expected, second = [list(row) for row in before], population.parents.copy()
    order = (n_kept + permutation(N - n_kept, seed, population.generation, PAIRING)).tolist()
    for pair, (i, j) in enumerate(zip(order[::2], order[1::2], strict=False)):
        if swapped := swapped_by_hand(crossover, pair, len(before[0]), seed, population.generation):
            second[i], second[j] = population.parents[j], population.parents[i]
            for g in swapped:
                expected[i][g], expected[j][g] = before[j][g], before[i][g]
    crossover.cross(encoding, population, seed)
    assert [genes(encoding, row) for row in population.genomes] == expected
    assert np.array_equal(population.second_parents, second)
    assert population.changed.tolist() == [int(a != b) for a, b in zip(before, expected, strict=True)]


@pytest.mark.jitless
@given(data=st.data(), seed=seeds)
@examples(60)
def test_between_two_points_one_stretch_changes_hands_and_never_the_whole_genome(data, seed):
    encoding, population = data.draw(offspring(encodings(max_inputs=3)))
    population.genomes[:] = np.arange(N)[:, None]  # whose genes these are; nobody looks at alleles here
    TwoPoint(rate=1.0).cross(encoding, population, seed)
    for i in range(N):
        foreign = [g[0] != i for g in genes(encoding, population.genomes[i])]
        assert not all(foreign)
        assert sum(a != b for a, b in zip(foreign, [*foreign[1:], foreign[0]], strict=True)) in (0, 2)


@pytest.mark.jitless
@given(data=st.data(), swap=rates, seed=seeds)
@examples(60)
def test_uniform_crossover_swaps_nothing_at_0_and_everything_at_1(data, swap, seed):
    encoding, population = data.draw(offspring(encodings(max_inputs=3)))
    swap = round(swap)
    before = population.genomes.copy()
    Uniform(rate=1.0, swap=float(swap)).cross(encoding, population, seed)
    if not swap:
        assert np.array_equal(population.genomes, before)
        assert np.array_equal(population.second_parents, population.parents)
    else:
        place = {int(parent): i for i, parent in enumerate(population.parents)}
        assert np.array_equal(population.genomes, before[[place[int(p)] for p in population.second_parents]])

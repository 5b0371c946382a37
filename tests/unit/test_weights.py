"""Normal numbers, random weights, and the sum and the product rule, against theory."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from evomod.genotypes.weighted_drawing import log, normal
from evomod.genotypes.weighted_net import WeightedNet
from evomod.goals.base import truth_table_inputs
from evomod.kernel import kernel
from evomod.rng import MEASURE
from evomod.variation.weights import Product, Sum
from tests.generators import evaluated, examples

NET = WeightedNet(hidden=(6, 3)).encode(truth_table_inputs(6), 1)
RARE = 1e-6  # of a test that is right


@kernel
def _fill(numbers, seed, individual):
    for k in range(numbers.size):
        numbers[k] = normal(seed, 0, individual, MEASURE, k)


@kernel
def _log(x):
    return log(x)


def normals(n, seed=1, individual=0):
    numbers = np.empty(n)
    _fill(numbers, seed, individual)
    return numbers


@pytest.mark.jitless
@given(x=st.floats(5e-324, 1e308))
@examples(300)
def test_the_logarithm_is_the_logarithm(x):
    assert _log(x) == pytest.approx(math.log(x), rel=4e-15, abs=1e-15)


def test_normal_numbers_are_normal_and_independent():
    numbers = normals(60_000)
    assert stats.kstest(numbers, "norm").pvalue > RARE
    assert stats.kstest(numbers * 1.06, "norm").pvalue < RARE  # a standard deviation that is 6 % too large is seen
    assert abs(stats.kurtosistest(numbers).statistic) < 5
    for other in (numbers[1:], normals(59_999, individual=1), normals(59_999, seed=2)):
        assert stats.pearsonr(numbers[:-1], other).pvalue > RARE
        assert stats.pearsonr(np.abs(numbers[:-1]), np.abs(other)).pvalue > RARE


def children(mutation, n=4000, value=2.0, absent=0.25, generation=1):
    """Weights before and after, float32 (n, n_numbers): `value` everywhere, but for the first links, which are 0."""
    before = np.full((n, len(NET.is_link)), value, np.float32)
    before[:, NET.link_places[: int(absent * NET.n_links)]] = 0
    population = evaluated(NET, before.view(np.uint8))
    population.generation = generation
    mutation.mutate(NET, population, 3)
    return before, NET.numbers(population.genomes)


def test_each_weight_is_hit_at_the_rate_none_more_than_another():
    before, after = children(Sum(rate=0.05))
    hit = before != after
    assert stats.binomtest(int(hit.sum()), hit.size, 0.05).pvalue > RARE
    assert stats.binomtest(int(hit.sum()), hit.size, 0.055).pvalue < RARE
    assert stats.chisquare(hit.sum(axis=0)).pvalue > RARE


@pytest.mark.parametrize(("mutation", "mean", "sd"), [(Sum, 2.0, 0.5), (Product, 2.0, 1.0)])
def test_a_sum_adds_and_a_product_multiplies(mutation, mean, sd):
    before, after = children(mutation(rate=0.2, sigma=0.5), value=2.0)
    new = after[(before != 0) & (before != after)]
    assert stats.kstest(new, stats.norm(mean, sd).cdf).pvalue > RARE
    assert stats.kstest(new, stats.norm(mean, 1.5 - sd).cdf).pvalue < RARE  # the other rule


def test_links_come_and_go_as_they_are_told_to():
    for mutation, expected, scale in (
        (Sum(rate=1.0, addition=1.0), 1.0, 0.5),
        (Sum(rate=1.0, addition=0.0), 0.0, 0.5),
        (Product(rate=1.0), 0.0, 1.0),
        (Product(rate=1.0, addition=0.3), 0.3, 1.0),
    ):
        before, after = children(mutation, n=500)
        come = after[before == 0]
        share = np.count_nonzero(come) / come.size
        assert share == pytest.approx(expected, abs=0.02)
        assert not share or stats.kstest(come[come != 0], stats.norm(0, scale).cdf).pvalue > RARE
    before, after = children(Product(rate=1.0, deletion=0.4), n=500)
    there = (before != 0) & NET.is_link
    assert np.count_nonzero(after[there] == 0) / there.sum() == pytest.approx(0.4, abs=0.02)
    assert (after[:, NET.bias_places] != 0).all()  # a bias is no link


def test_what_would_not_be_finite_stays():
    before, after = children(Product(rate=1.0, sigma=9.0), n=4, value=3e38)
    assert np.isfinite(after).all()
    assert (after == before).any()
    assert (after != before).any()


@pytest.mark.parametrize(("share", "scale"), [(1.0, 1.0), (0.3, 1.0), (0.0, 2.5)])
def test_founders_are_as_dense_and_as_large_as_told(share, scale):
    numbers = NET.numbers(NET.draw_weights(2000, share, scale, 7))
    links, biases = numbers[:, NET.link_places], numbers[:, NET.bias_places]
    assert stats.binomtest(np.count_nonzero(links), links.size, share).pvalue > RARE
    assert stats.kstest(biases.ravel(), stats.norm(0, scale).cdf).pvalue > RARE
    assert not share or stats.kstest(links[links != 0], stats.norm(0, scale).cdf).pvalue > RARE
    assert stats.kstest(biases.ravel(), stats.norm(0, 1.1 * scale).cdf).pvalue < RARE
    assert np.array_equal(NET.draw_weights(5, share, scale, 7, 20), NET.draw_weights(25, share, scale, 7)[20:])

"""Two groups side by side, against textbooks, scipy and brute force; corrections for many tests."""

from __future__ import annotations

import math
import warnings
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from evomod.errors import InputError
from evomod.statistics.comparison import (
    compare,
    compare_shares,
    hedges_g,
    holm,
    mann_whitney,
    permutation_p,
    superiority,
)
from tests.generators import examples

few = st.lists(st.integers(0, 5), min_size=1, max_size=4)
samples = st.lists(st.integers(0, 9) | st.floats(-10, 10, width=16), min_size=1, max_size=15)
chances = st.floats(0, 1)
RNG = np.random.default_rng(2)
A, B = RNG.normal(0, 1, 40), RNG.normal(0.8, 2, 55)


def deals(x, y):
    """All ways to deal the values to two groups as large as these."""
    pool = np.array([*x, *y], float)
    for chosen in combinations(range(len(pool)), len(x)):
        left = np.isin(np.arange(len(pool)), chosen)
        yield pool[left], pool[~left]


def two_sided(seen, null):
    null = np.array(null)
    return min(1.0, 2 * min(np.mean(null >= seen - 1e-9), np.mean(null <= seen + 1e-9)))


@examples(30)
@given(a=few, b=few)
def test_with_few_runs_p_values_are_exact_with_ties_too(a, b):
    means = [y.mean() - x.mean() for x, y in deals(a, b)]
    assert permutation_p(a, b) == pytest.approx(two_sided(np.mean(b) - np.mean(a), means))
    wins = [superiority(x, y).value for x, y in deals(a, b)]
    assert mann_whitney(a, b) == pytest.approx(two_sided(superiority(a, b).value, wins))


@examples(60)
@given(a=samples, b=samples)
def test_superiority_counts_pairs_and_mirrors(a, b):
    forth, back = superiority(a, b), superiority(b, a)
    pairs = [(y > x) + (y == x) / 2 for x in a for y in b]
    assert forth.value == pytest.approx(np.mean(pairs))
    assert (back.value, back.low, back.high) == pytest.approx((1 - forth.value, 1 - forth.high, 1 - forth.low))
    assert 0 <= forth.low <= forth.value <= forth.high <= 1
    assert forth.high - forth.low > 0.1  # thirty runs know no more


@examples(40)
@given(a=samples, b=samples)
def test_no_two_samples_make_a_comparison_warn(a, b):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = compare(a, b)
    assert 0 < found.mann_whitney_p <= 1
    assert 0 < found.permutation_p <= 1


def test_many_runs_are_compared_as_scipy_does():
    found = compare(A, B)
    theirs = stats.permutation_test((B, A), lambda x, y, axis: x.mean(axis) - y.mean(axis), rng=5)
    assert found.mann_whitney_p == stats.mannwhitneyu(A, B).pvalue
    assert found.permutation_p == pytest.approx(theirs.pvalue, abs=0.01)
    assert found.superiority.value == stats.mannwhitneyu(B, A).statistic / (len(A) * len(B))
    assert (found.n_a, found.n_b, found.mean_a, found.mean_b) == (40, 55, A.mean(), B.mean())
    assert found.difference.value == pytest.approx(B.mean() - A.mean())
    assert found == compare(A, B)


def test_runs_that_never_ended_are_later_than_all():
    never = math.inf
    assert superiority([1, 2, 3], [never, never, never]).value == 1
    assert mann_whitney([1, 2, never], [4, never, never]) == mann_whitney([1, 2, 9], [4, 9, 9])


def test_the_superiority_interval_is_newcombes():
    a, b = np.arange(10), np.arange(10) + 100
    z, n = 1.959964, 10
    low = superiority(a, b).low  # for groups that do not overlap his equation has one root below 1
    variance = low * (1 - low) / n**2 * (1 + (n - 1) * ((1 - low) / (2 - low) + low / (1 + low)))
    assert (1 - low) ** 2 == pytest.approx(z**2 * variance)
    assert superiority(a, a).value == 0.5


def test_hedges_g_is_the_standardized_difference_made_smaller():
    pooled = math.sqrt((39 * A.var(ddof=1) + 54 * B.var(ddof=1)) / 93)
    assert hedges_g(A, B) == pytest.approx((B.mean() - A.mean()) / pooled * (1 - 3 / (4 * 93 - 1)), rel=1e-4)
    assert hedges_g([1, 1], [2, 2]) == math.inf
    assert hedges_g([1, 1], [1, 1]) == 0
    assert math.isnan(hedges_g([1], [2]))


def test_shares_are_compared_by_fisher_and_newcombe():
    tea = compare_shares(1, 4, 3, 4)  # the lady tasting tea
    assert tea.p == pytest.approx(0.4857, abs=1e-4)
    found = compare_shares(48, 80, 56, 70).difference  # Newcombe 1998, table II, example (a)
    assert (round(found.value, 4), round(found.low, 4), round(found.high, 4)) == (0.2, 0.0524, 0.3339)
    assert compare_shares(0, 5, 0, 5).p == 1


@given(p_values=st.lists(chances, max_size=12))
def test_holm_is_monotone_and_no_smaller_than_the_p_values(p_values):
    corrected = holm(p_values)
    for p, found in zip(p_values, corrected, strict=True):
        assert p <= found <= max(p, min(1.0, p * len(p_values)) * (1 + 1e-9))
    order = np.argsort(p_values, kind="stable")
    assert np.all(np.diff(np.array(corrected)[order]) >= 0)


def test_holm_gives_the_textbook_values():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    with pytest.raises(InputError, match="from 0 to 1"):
        holm([0.5, math.nan])

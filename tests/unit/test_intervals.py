"""How far estimates can be trusted: intervals of means, medians, shares and differences, at their edges too."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from evomod.errors import InputError
from evomod.statistics.intervals import FEW, Interval, bootstrap, difference, mean_of, share
from tests.generators import examples

numbers = st.lists(st.floats(-1e6, 1e6, width=32) | st.integers(-3, 3), min_size=1, max_size=30)
SKEWED = np.random.default_rng(3).exponential(size=40)


@examples(40)
@given(values=numbers, statistic=st.sampled_from(["mean", "median"]))
def test_a_bootstrap_interval_lies_around_its_value_and_never_warns(values, statistic):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = bootstrap(values, statistic)
    rounding = 1e-9 * (1 + abs(found.value))
    assert found.low - rounding <= found.value <= found.high + rounding
    if len(values) >= FEW:
        assert min(values) - rounding <= found.low
        assert found.high <= max(values) + rounding


def test_the_same_values_give_the_same_interval():
    assert bootstrap(SKEWED) == bootstrap(SKEWED.copy())


def test_a_mean_gets_bca_and_a_median_percentiles():
    mean, median = bootstrap(SKEWED), bootstrap(SKEWED, "median")
    assert (mean.method, median.method) == ("BCa", "percentile")
    assert (mean.value, median.value) == (SKEWED.mean(), np.median(SKEWED))
    assert mean.high - mean.value > mean.value - mean.low  # it leans the way that the data do


def test_many_values_give_the_interval_of_the_normal_theory():
    x = np.random.default_rng(1).normal(5, 2, 2000)
    found, half = bootstrap(x), 1.96 * x.std() / math.sqrt(len(x))
    assert found.low == pytest.approx(x.mean() - half, abs=half / 10)
    assert found.high == pytest.approx(x.mean() + half, abs=half / 10)


def test_a_higher_level_makes_a_wider_interval():
    narrow, wide = bootstrap(SKEWED, level=0.5), bootstrap(SKEWED, level=0.99)
    assert wide.low < narrow.low < narrow.high < wide.high


def test_of_few_values_a_mean_has_students_interval_and_a_median_none():
    few = [1.0, 2.0, 4.0]
    ends = stats.t.interval(0.95, 2, np.mean(few), stats.sem(few))
    found = bootstrap(few)
    assert (found.low, found.high) == pytest.approx(ends)
    assert found.method == "t"
    assert bootstrap(few, "median") == Interval(2.0, -math.inf, math.inf, "too few")
    assert bootstrap([1, 2, 4, 7, 11]).method == "BCa"


def test_one_value_sets_no_limits_and_constant_ones_leave_no_width():
    alone, constant = bootstrap([3]), bootstrap([3, 3, 3], "median")
    assert (alone.value, alone.low, alone.high, alone.method) == (3, -math.inf, math.inf, "too few")
    assert (constant.value, constant.low, constant.high, constant.method) == (3, 3, 3, "constant")


def test_wilsons_interval_is_that_of_the_textbook_and_stays_within_0_and_1():
    found = share(15, 148)  # Newcombe 1998, doi 10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E
    assert (round(found.low, 4), round(found.high, 4)) == (0.0624, 0.1605)
    assert share(0, 10).low == 0
    assert share(10, 10).high == 1
    assert 0 < share(0, 10).high < 0.31


@pytest.mark.filterwarnings("ignore:Precision loss")  # scipy's, where one side is constant
@examples(40)
@given(a=numbers, b=numbers)
def test_the_interval_of_a_difference_is_welchs(a, b):
    found = difference(mean_of(a), mean_of(b))
    assert found.value == pytest.approx(np.mean(b) - np.mean(a), abs=1e-6)
    if min(len(a), len(b)) == 1:
        assert (found.low, found.high) == (-math.inf, math.inf)
    elif max(np.ptp(a), np.ptp(b)) > 1e-3:
        theirs = stats.ttest_ind(b, a, equal_var=False).confidence_interval()
        assert (found.low, found.high) == pytest.approx(tuple(theirs), rel=1e-6, abs=1e-6)
    elif not np.ptp(a) and not np.ptp(b):
        assert found.low == found.value == found.high


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: bootstrap([]), "at least one number"),
        (lambda: bootstrap([1, math.nan]), "value 1 is nan; leave such runs out"),
        (lambda: bootstrap([1, math.inf]), "value 1 is inf"),
        (lambda: bootstrap(["fast"]), "numbers are needed"),
        (lambda: bootstrap([None, {}]), "numbers are needed"),
        (lambda: bootstrap([1, 2], level=95), "such as 0.95; got 95"),
        (lambda: share(3, 2), "3 out of 2 cannot be"),
        (lambda: share(0, 0), "at least one run is needed"),
    ],
)
def test_what_is_no_sample_is_refused_in_a_sentence(call, words):
    with pytest.raises(InputError, match=words):
        call()

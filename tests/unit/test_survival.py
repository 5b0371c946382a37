"""Times to an event with censoring: against textbooks and scipy, and at the edges where others give up."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from evomod.errors import InputError
from evomod.statistics.intervals import share
from evomod.statistics.logrank import logrank
from evomod.statistics.survival import kaplan_meier, restricted_mean, restricted_mean_difference
from tests.generators import examples

# Weeks of remission of 21 pairs of patients: Freireich et al. 1963, in Cox 1972 and in every textbook since.
DRUG = kaplan_meier(
    [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35], [True] * 9 + [False] * 12
)
PLACEBO = kaplan_meier([1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23], [True] * 21)

runs = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=20)
times = st.lists(st.integers(0, 12), min_size=1, max_size=20)


def curve(found):
    return kaplan_meier(*zip(*found, strict=True))


def test_the_curves_of_freireich_are_those_of_the_textbooks():
    survivors = [1, 0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    np.testing.assert_array_equal(DRUG.at, [0, 6, 7, 10, 13, 16, 22, 23])
    np.testing.assert_allclose(1 - DRUG.share, survivors, atol=5e-4)
    np.testing.assert_array_equal(DRUG.n_at_risk, [21, 21, 17, 15, 12, 11, 7, 6])
    np.testing.assert_array_equal(DRUG.n_events, [0, 3, 1, 1, 1, 1, 1, 1])
    assert (DRUG.median.value, PLACEBO.median.value) == (23, 8)
    assert DRUG.median.high == math.inf
    assert (PLACEBO.median.low, PLACEBO.median.high) == (4, 11)  # as R's survfit has it with conf.type="log-log"
    assert (DRUG.horizon, PLACEBO.horizon) == (35, math.inf)


def test_the_log_rank_test_of_freireich_is_that_of_the_textbooks():
    found = logrank(DRUG, PLACEBO)
    assert found.chi_squared == pytest.approx(16.79, abs=0.005)
    assert found.p == pytest.approx(4.17e-5, rel=0.01)
    assert found.hazard_ratio.value == pytest.approx(math.exp(1.5092), rel=1e-4)  # Cox's model, ties by Breslow
    assert 1 < found.hazard_ratio.low < 2.2
    assert 9.2 < found.hazard_ratio.high < 10.5


def test_restricted_means_of_freireich():
    found = restricted_mean(DRUG, 35)
    assert found.value == pytest.approx(23.29, abs=0.005)
    error = (found.high - found.low) / 2 / stats.t.ppf(0.975, 20)
    assert error == pytest.approx(2.83 * math.sqrt(21 / 20), abs=0.01)  # Klein & Moeschberger, example 4.2
    between = restricted_mean_difference(DRUG, PLACEBO, 35)
    assert between.value == pytest.approx(26 / 3 - 23.287, abs=0.001)
    assert between.low < between.value < between.high < -5


@examples(60)
@given(found=runs)
def test_the_band_holds_the_curve_for_any_runs_and_nothing_warns(found):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        survival = curve(found)
    assert np.all((survival.low >= 0) & (survival.low <= survival.share + 1e-12))
    assert np.all((survival.high <= 1) & (survival.high >= survival.share - 1e-12))
    assert np.all(survival.high - survival.low > 0.1)
    assert np.all(np.diff(survival.share) > 0)
    assert survival.n_events.sum() == sum(seen for _, seen in found)
    assert survival.median.low <= survival.median.value <= survival.median.high
    assert [survival.waiting(t) for t in survival.at[1:]] == survival.n_at_risk[1:].tolist()


@examples(60)
@given(found=runs)
def test_the_curve_is_scipys(found):
    survival = curve(found)
    seen = [t for t, event in found if event]
    theirs = stats.ecdf(stats.CensoredData(seen, right=[t for t, event in found if not event])).cdf
    np.testing.assert_allclose(survival.share[1:], theirs.evaluate(survival.at[1:]), atol=1e-12)


@examples(60)
@given(seen=times)
def test_without_censoring_all_is_as_for_plain_numbers(seen):
    survival, n = kaplan_meier(seen, [True] * len(seen)), len(seen)
    for at, found, low, high in zip(survival.at, survival.share, survival.low, survival.high, strict=True):
        k = sum(t <= at for t in seen) if found else 0
        wilson = share(k, n)
        assert (found, low, high) == pytest.approx((wilson.value, wilson.low, wilson.high))
    assert survival.median.value == sorted(seen)[(n - 1) // 2]
    assume(n > 1)
    mean = restricted_mean(survival, 13)
    assert mean.value == pytest.approx(np.mean(seen))
    if np.ptp(seen):
        theirs = stats.ttest_1samp(seen, 0).confidence_interval()
        assert (mean.low, mean.high) == pytest.approx((max(theirs.low, 0), min(theirs.high, 13)))


@examples(60)
@given(a=runs, b=runs)
def test_the_interval_of_the_hazard_ratio_agrees_with_the_test(a, b):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        forth, back = logrank(curve(a), curve(b)), logrank(curve(b), curve(a))
    assert forth.p == pytest.approx(back.p)
    ratio, mirror = forth.hazard_ratio, back.hazard_ratio
    if math.isnan(ratio.value):
        assert forth.p == 1
        return
    assert ratio.low <= ratio.value <= ratio.high
    assert mirror.low == pytest.approx(1 / ratio.high if ratio.high else math.inf, rel=1e-6)
    if abs(forth.p - 0.05) > 1e-6:
        assert (ratio.low <= 1 <= ratio.high) == (forth.p > 0.05)


def test_the_ends_of_the_hazard_ratio_are_where_the_test_just_does_not_reject():
    p = logrank(DRUG, PLACEBO).p
    assert logrank(DRUG, PLACEBO, level=1 - p).hazard_ratio.low == pytest.approx(1, rel=1e-6)


def test_who_was_censored_before_all_were_through_is_missed_in_the_band():
    survival = kaplan_meier([1] * 8 + [5, 6, 6], [0] * 8 + [1, 1, 1])
    assert survival.share[-1] == 1
    assert survival.low[-1] == pytest.approx(share(3, 3).low)


def test_a_run_censored_together_with_the_last_event_ends_the_curve():
    assert kaplan_meier([3, 5, 5], [1, 1, 0]).horizon == 5
    assert kaplan_meier([3, 5, 5], [1, 1, 1]).horizon == math.inf


def test_nobody_all_at_once_and_a_single_run_are_defined():
    nobody, at_once, alone = kaplan_meier([5, 9], [0, 0]), kaplan_meier([4] * 10, [1] * 10), kaplan_meier([4], [1])
    assert (nobody.median.value, nobody.median.high, nobody.horizon) == (math.inf, math.inf, 9)
    assert restricted_mean(nobody, 9).value == 9
    assert (at_once.median.low, at_once.median.value, at_once.median.high) == (4, 4, 4)
    assert (alone.median.low, alone.median.value, alone.median.high) == (0, 4, math.inf)
    assert (restricted_mean(alone, 5).low, restricted_mean(alone, 5).high) == (0, 5)
    assert logrank(nobody, nobody).p == 1
    assert logrank(nobody, at_once).hazard_ratio.value == math.inf
    assert logrank(at_once, nobody).hazard_ratio.value == 0
    assert at_once.ranked.tolist() == [4] * 10
    assert nobody.ranked.tolist() == [math.inf] * 2


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: kaplan_meier([], []), "at least one number"),
        (lambda: kaplan_meier([1, 2], [True]), "2 from 1 on, and 1 of these"),
        (lambda: kaplan_meier([-1], [True]), "a time from 0 on"),
        (lambda: kaplan_meier([math.inf], [False]), "value 0 is inf"),
        (lambda: restricted_mean(DRUG, 36), "known \\(to 35\\); got 36"),
        (lambda: restricted_mean(PLACEBO, math.inf), "a finite time"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(call, words):
    with pytest.raises(InputError, match=words):
        call()

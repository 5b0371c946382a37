"""What intervals and tests promise, in simulation: coverage, false alarms, power; with negative twins."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import norm

from evomod.statistics.comparison import compare_shares, holm, mann_whitney, permutation_p, superiority
from evomod.statistics.intervals import Interval, bootstrap, difference, mean_of, share
from evomod.statistics.logrank import logrank
from evomod.statistics.power import runs_needed
from evomod.statistics.survival import kaplan_meier, restricted_mean
from tests.verification.fit import fits

pytestmark = pytest.mark.verification
N = 1000  # simulated studies
LEVEL, ALPHA = 0.95, 0.05


def rate(study, n=N, seed=1):
    """In what share of simulated studies something happens."""
    rng = np.random.default_rng(seed)
    return np.mean([study(rng) for _ in range(n)])


def is_about(observed, expected, n=N):
    return fits([observed * n, (1 - observed) * n], [expected, 1 - expected])


def no_more_than(observed, expected, n=N):
    return observed <= expected or is_about(observed, expected, n)


def covers(interval, truth):
    return interval.low <= truth <= interval.high


def narrower(interval, by):
    """The negative twin: the same interval, as if its error were smaller."""
    low, high = (interval.value + by * (end - interval.value) for end in (interval.low, interval.high))
    return type(interval)(interval.value, low, high)


def spread(statistic, sampler, truth):
    """A study of one sample, by name: does the interval hold the truth, and does a narrower one?"""
    return lambda rng, by=1.0: covers(narrower(statistic(sampler(rng)), by), truth)


def two_normal(shift, n_a, n_b, scale=1.0):
    return lambda rng: (rng.normal(0, 1, n_a), rng.normal(shift, scale, n_b))


def censored(rng, n, scale=1.0):
    """Exponential times, of which about a third are censored."""
    times, end = rng.exponential(scale, n), rng.uniform(0.5, 3, n)
    return kaplan_meier(np.minimum(times, end), times <= end)


def mean_until(survival, horizon=0.4):  # all of 25 runs are known until then
    return restricted_mean(survival, horizon)


def at(survival, time=0.7):
    step = int(np.searchsorted(survival.at, time, "right")) - 1
    return Interval(*(float(band[step]) for band in (survival.share, survival.low, survival.high)))


def pairs(statistic):
    return lambda samples: statistic(*samples)


INTERVALS = {
    "bootstrap of a mean": spread(bootstrap, lambda rng: rng.normal(0, 1, 30), 0),
    "bootstrap of a skewed mean": spread(bootstrap, lambda rng: rng.exponential(1, 50), 1),
    "bootstrap of a median": spread(lambda x: bootstrap(x, "median"), lambda rng: rng.exponential(1, 30), math.log(2)),
    "Wilson": spread(lambda k: share(k, 60), lambda rng: int(rng.binomial(60, 0.3)), 0.3),
    "Welch": spread(pairs(lambda a, b: difference(mean_of(a), mean_of(b))), two_normal(1, 8, 20, scale=4), 1),
    "superiority, none": spread(pairs(superiority), two_normal(0, 10, 10), 0.5),
    "superiority, large": spread(pairs(superiority), two_normal(1.5, 30, 20), norm.cdf(1.5 / math.sqrt(2))),
    "superiority, unequal": spread(pairs(superiority), two_normal(0, 15, 15, scale=3), 0.5),
    "shares": spread(
        pairs(lambda a, b: compare_shares(a, 40, b, 60).difference),
        lambda rng: (int(rng.binomial(40, 0.3)), int(rng.binomial(60, 0.7))),
        0.4,
    ),
    "Kaplan-Meier": spread(at, lambda rng: censored(rng, 40), 1 - math.exp(-0.7)),
    "restricted mean": spread(mean_until, lambda rng: censored(rng, 25), 1 - math.exp(-0.4)),
    "hazard ratio": spread(
        pairs(lambda a, b: logrank(a, b).hazard_ratio), lambda rng: (censored(rng, 25), censored(rng, 25, 0.4)), 2.5
    ),
}


@pytest.mark.slice
@pytest.mark.parametrize("name", INTERVALS)
def test_intervals_cover_the_truth_as_often_as_they_say(name):
    study = INTERVALS[name]
    assert is_about(rate(study), LEVEL)
    assert not is_about(rate(lambda rng: study(rng, by=0.6)), LEVEL)


def test_the_interval_of_a_median_with_censoring_covers_it():
    def wide(rng):
        return covers(censored(rng, 30).median, math.log(2))

    def dropped(rng):  # what is censored must not be left out
        survival = censored(rng, 30)
        seen = survival.times[survival.observed]
        return covers(kaplan_meier(seen, np.ones(len(seen))).median, math.log(2))

    assert is_about(rate(wide), LEVEL)
    assert not is_about(rate(dropped), LEVEL)


TESTS = {
    "Mann-Whitney": lambda rng, shift: mann_whitney(rng.normal(0, 1, 12), rng.normal(shift, 1, 12)),
    "Mann-Whitney, ties": lambda rng, shift: mann_whitney(rng.poisson(2, 20), rng.poisson(2 + 2 * shift, 20)),
    "permutation": lambda rng, shift: permutation_p(rng.exponential(1, 6), rng.exponential(1 + 3 * shift, 6)),
    "log-rank": lambda rng, shift: logrank(censored(rng, 20), censored(rng, 20, 1 + shift)).p,
}


@pytest.mark.parametrize("name", TESTS)
def test_without_a_difference_tests_cry_wolf_as_often_as_they_say(name):
    assert no_more_than(rate(lambda rng: TESTS[name](rng, 0) < ALPHA), ALPHA)
    assert not no_more_than(rate(lambda rng: TESTS[name](rng, 1) < ALPHA), ALPHA)


def test_among_several_tests_holm_keeps_false_alarms_rare():
    def any_of_five(rng, corrected=holm):
        p_values = [mann_whitney(rng.normal(0, 1, 10), rng.normal(0, 1, 10)) for _ in range(5)]
        return min(corrected(p_values)) < ALPHA

    assert no_more_than(rate(any_of_five), ALPHA)
    assert not no_more_than(rate(lambda rng: any_of_five(rng, corrected=list)), ALPHA)


PILOTS = {
    "normal": lambda rng, n: (rng.normal(0, 1, n), rng.normal(0.7, 1, n)),
    "ties": lambda rng, n: (rng.poisson(1, n), rng.poisson(1.7, n)),
    "censored": lambda rng, n: tuple(
        np.where(times < 1.2, times, math.inf) for times in (rng.exponential(1, n), rng.exponential(2.2, n))
    ),
}


@pytest.mark.parametrize("name", PILOTS)
def test_the_runs_needed_reach_their_power_and_half_of_them_do_not(name):
    draw = PILOTS[name]
    needed = int(runs_needed(*draw(np.random.default_rng(9), 40_000)).value)
    assert is_about(rate(lambda rng: mann_whitney(*draw(rng, needed)) < ALPHA), 0.8)
    assert not is_about(rate(lambda rng: mann_whitney(*draw(rng, needed // 2)) < ALPHA), 0.8)


@pytest.mark.parametrize("name", PILOTS)
def test_what_a_small_pilot_says_of_the_runs_needed_holds_the_truth(name):
    draw = PILOTS[name]
    truth = runs_needed(*draw(np.random.default_rng(9), 40_000)).value
    assert no_more_than(1 - rate(lambda rng: covers(runs_needed(*draw(rng, 10)), truth)), 1 - LEVEL)
    twin = rate(lambda rng: 0.5 * truth <= runs_needed(*draw(rng, 10)).value <= 2 * truth)
    assert not no_more_than(1 - twin, 1 - LEVEL)  # the number alone is not to be trusted

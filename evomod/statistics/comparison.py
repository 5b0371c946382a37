"""Two groups of runs side by side: how much they differ, and whether that could be chance.

Differences are always b - a, and superiority is that of b.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats
from scipy.optimize import brentq

from evomod.errors import InputError
from evomod.statistics.intervals import SEED, Interval, check_level, difference, mean_of, share
from evomod.statistics.sample import Floats, sample

N_PERMUTATIONS = 9999  # where there are no more, all are tried, and p is exact


@dataclass(frozen=True)
class Comparison:
    """Two samples compared; p-values are two-sided.

    `superiority` is P(b > a) + P(b = a) / 2 of two runs drawn at random. `hedges_g` is the difference of the means in
    standard deviations, without the bias of few runs: infinite if only the groups vary, NaN for two single runs.
    """

    n_a: int
    n_b: int
    mean_a: float
    mean_b: float
    difference: Interval
    mann_whitney_p: float
    permutation_p: float
    superiority: Interval
    hedges_g: float


def compare(a: ArrayLike, b: ArrayLike, level: float = 0.95) -> Comparison:
    """Compare two samples, shapes (n_a,) and (n_b,), finite, at least one value each.

    Raises
    ------
    InputError
        If a sample is empty or not finite.
    """
    x, y = sample(a, "a"), sample(b, "b")
    return Comparison(
        n_a=len(x),
        n_b=len(y),
        mean_a=float(x.mean()),
        mean_b=float(y.mean()),
        difference=difference(mean_of(x), mean_of(y), level),
        mann_whitney_p=mann_whitney(x, y),
        permutation_p=permutation_p(x, y),
        superiority=superiority(x, y, level),
        hedges_g=hedges_g(x, y),
    )


def mann_whitney(a: ArrayLike, b: ArrayLike) -> float:
    """Two-sided p of the Mann-Whitney test; values may be infinite, as only their order counts.

    Exact for few runs, with ties too; otherwise the normal approximation with the correction for ties.
    """
    x, y = sample(a, "a", infinite=True), sample(b, "b", infinite=True)
    ranks = stats.rankdata(np.concatenate([x, y]))
    if np.ptp(ranks) == 0:
        return 1.0
    few = math.comb(len(ranks), len(x)) <= N_PERMUTATIONS
    left, right = ranks[: len(x)], ranks[len(x) :]
    if few and len(np.unique(ranks)) < len(ranks):
        return permutation_p(left, right)  # U grows with the difference of the mean ranks
    return float(stats.mannwhitneyu(left, right).pvalue)


def permutation_p(a: ArrayLike, b: ArrayLike) -> float:
    """Two-sided p of the difference of means among all ways, or 9,999 random ones, to deal the runs to the groups."""
    x, y = sample(a, "a"), sample(b, "b")
    if min(len(x), len(y)) == 1:
        return _p_of_single(*((x, y) if len(x) == 1 else (y, x)))

    def between(left: Floats, right: Floats, axis: int) -> Floats:
        means: Floats = np.mean(right, axis=axis) - np.mean(left, axis=axis)
        return means

    batch = max(1, 2_000_000 // (len(x) + len(y)))
    options = {"n_resamples": N_PERMUTATIONS, "batch": batch, "rng": np.random.default_rng(SEED)}
    return float(stats.permutation_test((x, y), between, vectorized=True, **options).pvalue)


def _p_of_single(single: Floats, rest: Floats) -> float:
    """How far out is a single run among all? The difference of means grows with its value."""
    everybody = np.append(rest, single)
    return min(1.0, 2 * float(min(np.mean(everybody >= single), np.mean(everybody <= single))))


def superiority(a: ArrayLike, b: ArrayLike, level: float = 0.95) -> Interval:
    """P(b > a) + P(b = a) / 2 for two runs drawn at random, one of each sample; values may be infinite.

    Notes
    -----
    The interval is method 5 of Newcombe 2006 (doi 10.1002/sim.2324): defined, and of some width, for single runs and
    for groups that do not overlap at all. With many ties it is on the wide side.
    """
    check_level(level)
    x, y = sample(a, "a", infinite=True), sample(b, "b", infinite=True)
    n, m = len(x), len(y)
    ordered = np.sort(x)
    below, upto = np.searchsorted(ordered, y, "left"), np.searchsorted(ordered, y, "right")
    value = float((below + upto).sum()) / (2 * n * m)
    z, spread = float(stats.norm.ppf((1 + level) / 2)), (n + m) / 2 - 1

    def distance(theta: float) -> float:
        variance = theta * (1 - theta) / (n * m) * (1 + spread * ((1 - theta) / (2 - theta) + theta / (1 + theta)))
        return (value - theta) ** 2 - z**2 * variance

    inside = min(max(value, 1e-9), 1 - 1e-9)  # at 0 and 1 themselves the variance is 0
    low = 0.0 if value == 0 else float(brentq(distance, 0.0, inside, xtol=1e-12))
    high = 1.0 if value == 1 else float(brentq(distance, inside, 1.0, xtol=1e-12))
    return Interval(value, low, high, "Newcombe")


def hedges_g(a: ArrayLike, b: ArrayLike) -> float:
    """Difference of means, b - a, in pooled standard deviations, with the correction for few runs.

    Notes
    -----
    Hedges 1981 (doi 10.3102/10769986006002107), with the exact factor.
    """
    x, y = sample(a, "a"), sample(b, "b")
    between, freedom = float(y.mean() - x.mean()), len(x) + len(y) - 2
    if freedom == 0:
        return math.nan
    pooled = math.sqrt(float(((x - x.mean()) ** 2).sum() + ((y - y.mean()) ** 2).sum()) / freedom)
    if pooled == 0:
        return math.copysign(math.inf, between) if between else 0.0
    if freedom == 1:
        return 0.0  # the factor's limit: two and one run tell nothing of the scale
    factor = math.exp(math.lgamma(freedom / 2) - math.lgamma((freedom - 1) / 2)) / math.sqrt(freedom / 2)
    return factor * between / pooled


@dataclass(frozen=True)
class ShareComparison:
    """Two shares compared: the difference b - a, and the two-sided p of Fisher's exact test."""

    difference: Interval
    p: float


def compare_shares(k_a: int, n_a: int, k_b: int, n_b: int, level: float = 0.95) -> ShareComparison:
    """Compare `k_a` runs out of `n_a` with `k_b` out of `n_b`.

    Notes
    -----
    The interval is method 10 of Newcombe 1998 (doi 10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I).
    """
    a, b = share(k_a, n_a, level), share(k_b, n_b, level)
    value = b.value - a.value
    low = value - math.hypot(b.value - b.low, a.high - a.value)
    high = value + math.hypot(b.high - b.value, a.value - a.low)
    p = float(stats.fisher_exact([[k_a, n_a - k_a], [k_b, n_b - k_b]]).pvalue)
    return ShareComparison(Interval(value, low, high, "Newcombe"), p)


def holm(p_values: Sequence[float]) -> list[float]:
    """p-values corrected for their number, in the same order; below alpha with a false one at most in a share alpha.

    Raises
    ------
    InputError
        If one is not between 0 and 1.

    Notes
    -----
    Holm 1979 (https://www.jstor.org/stable/4615733).
    """
    if not all(0 <= p <= 1 for p in p_values):
        raise InputError(f"holm: p-values from 0 to 1 are needed; got {list(p_values)!r:.80}")
    order = np.argsort(p_values, kind="stable")
    steps = np.array(p_values, dtype=np.float64)[order] * np.arange(len(order), 0, -1)
    corrected = np.empty(len(order))
    corrected[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return [float(p) for p in corrected]

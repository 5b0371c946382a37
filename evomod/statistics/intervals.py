"""How far an estimate can be trusted: bootstrap intervals of means and medians, Wilson's of shares, Welch's."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from evomod.errors import InputError
from evomod.statistics.sample import sample

FEW = 5  # of fewer values, resamples are too much alike
N_RESAMPLES = 1999
SEED = 0  # of resampling: the same table gives the same intervals, always


@dataclass(frozen=True)
class Interval:
    """An estimate and the ends of its confidence interval, in the unit of what is estimated.

    An end is infinite where the data set no limit. `method` names how the interval was found.
    """

    value: float
    low: float
    high: float
    method: str = ""


def bootstrap(values: ArrayLike, statistic: Literal["mean", "median"] = "mean", level: float = 0.95) -> Interval:
    """Find the bootstrap interval of a mean or a median; the same for the same values.

    Parameters
    ----------
    values : array_like, shape (n,)
        One a run, finite.
    statistic : "mean" or "median"
        What is estimated.
    level : float in (0, 1)
        How often such an interval shall cover the truth.

    Returns
    -------
    Interval
        `method` is "BCa" (bias-corrected and accelerated) for means; "percentile" for medians, whose acceleration the
        jackknife cannot tell, and where BCa is not defined. Fewer than five values say little of their spread: the
        interval of their mean is Student's, "t"; that of their median unbounded, "too few", and so is that of one
        value. Values that are all alike give one of no width, "constant".

    Raises
    ------
    InputError
        If there is no value, or one that is not finite.

    Notes
    -----
    Efron & Tibshirani 1993, *An Introduction to the Bootstrap*, chapters 13 and 14; 1,999 resamples. On few and skewed
    values it covers less than it says: of 10 exponential ones about 87 % at level 0.95.
    """
    x = sample(values, statistic)
    check_level(level)
    estimate = np.mean if statistic == "mean" else np.median
    value = float(estimate(x))
    if len(x) > 1 and np.ptp(x) == 0:
        return Interval(value, value, value, "constant")
    if len(x) < FEW:
        known = difference(Mean(0.0, 0.0, len(x)), mean_of(x), level)
        return known if statistic == "mean" and len(x) > 1 else Interval(value, -math.inf, math.inf, "too few")
    for method in ("BCa", "percentile") if statistic == "mean" else ("percentile",):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that BCa is not defined here, which shows in its ends
            rng = np.random.default_rng(SEED)
            options = {"n_resamples": N_RESAMPLES, "confidence_level": level, "method": method, "rng": rng}
            ends = stats.bootstrap((x,), estimate, batch=max(1, 2_000_000 // len(x)), **options).confidence_interval
        if np.isfinite(ends).all():
            break
    return Interval(value, float(ends.low), float(ends.high), method)


def share(k: int, n: int, level: float = 0.95) -> Interval:
    """Wilson's interval of a share: `k` runs out of `n`.

    Raises
    ------
    InputError
        Unless 0 <= k <= n and n >= 1.
    """
    check_level(level)
    if not 0 <= k <= n or n < 1:
        raise InputError(f"share: {k} out of {n} cannot be; at least one run is needed, and 0 <= k <= n")
    ends = stats.binomtest(k, n).proportion_ci(level, method="wilson")
    return Interval(k / n, float(ends.low), float(ends.high), "Wilson")


@dataclass(frozen=True)
class Mean:
    """A mean with the square of its standard error and the number of runs behind it."""

    value: float
    squared_error: float
    n: int


def mean_of(values: ArrayLike) -> Mean:
    """Mean of a sample, shape (n,); of one value the error is unknown (infinite)."""
    x = sample(values, "mean")
    return Mean(float(x.mean()), float(x.var(ddof=1)) / len(x) if len(x) > 1 else math.inf, len(x))


def difference(a: Mean, b: Mean, level: float = 0.95) -> Interval:
    """Welch's interval of the difference b - a of two means; unbounded where a side is a single run.

    Notes
    -----
    Student's t with the degrees of freedom of Welch 1947 (doi 10.1093/biomet/34.1-2.28).
    """
    check_level(level)
    value, squared = b.value - a.value, a.squared_error + b.squared_error
    if not math.isfinite(squared):
        return Interval(value, -math.inf, math.inf, "one value")
    if squared == 0:
        return Interval(value, value, value, "constant")
    parts = [(mean.squared_error / squared, mean.n - 1) for mean in (a, b)]
    freedom = 1 / sum(part**2 / n for part, n in parts)
    half = float(stats.t.ppf((1 + level) / 2, freedom)) * math.sqrt(squared)
    return Interval(value, value - half, value + half, "t")


def check_level(level: float) -> None:
    """Raise InputError unless a confidence level lies strictly between 0 and 1."""
    if not 0 < level < 1:
        raise InputError(f"level: a share strictly between 0 and 1 is needed, such as 0.95; got {level}")

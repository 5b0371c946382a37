"""Do two groups of runs come to an event at the same rate? The log-rank test, and its hazard ratio."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.optimize import brentq

from evomod.statistics.intervals import Interval, check_level
from evomod.statistics.sample import Floats
from evomod.statistics.survival import Survival

FARTHEST = 30.0  # logarithm of a hazard ratio that might as well be infinite


@dataclass(frozen=True)
class LogRank:
    """The log-rank test: two-sided p, and its statistic, chi-squared with one degree of freedom.

    `hazard_ratio` is how many times faster than in `a` the event comes in `b`, as if that ratio were always the same:
    above 1 `b` is sooner; 0 or infinite where one group has all events before the other has any.
    """

    p: float
    chi_squared: float
    hazard_ratio: Interval


def logrank(a: Survival, b: Survival, level: float = 0.95) -> LogRank:
    """Compare two groups of runs; where nothing can be told, as without any event, p is 1 and the ratio is NaN.

    Notes
    -----
    The ratio is Cox's estimate (1972, ties by Breslow). Its interval holds the ratios that the score test does not
    reject, which for a ratio of 1 is the log-rank test: the two never contradict each other.
    """
    check_level(level)
    table = _Table.of(a, b)
    if table.variance(0.0) == 0:
        return LogRank(1.0, 0.0, Interval(math.nan, 0.0, math.inf, "no information"))
    found = stats.logrank(_censored(a), _censored(b))
    z = float(stats.norm.ppf((1 + level) / 2))
    value = _root(table.score, -FARTHEST, FARTHEST)
    low = _root(lambda x: table.score(x) - z * math.sqrt(table.variance(x)), -FARTHEST, value)
    high = _root(lambda x: table.score(x) + z * math.sqrt(table.variance(x)), value, FARTHEST)
    ratio = Interval(_exp(value), _exp(low), _exp(high), "score")
    return LogRank(float(found.pvalue), float(found.statistic) ** 2, ratio)


def _censored(survival: Survival) -> stats.CensoredData:
    return stats.CensoredData(survival.times[survival.observed], right=survival.times[~survival.observed])


def _root(falling: Callable[[float], float], low: float, high: float) -> float:
    """Where a falling function is 0; the end beyond which that would be."""
    if falling(low) <= 0:
        return low
    return high if falling(high) >= 0 else float(brentq(falling, low, high, xtol=1e-10))


def _exp(x: float) -> float:
    return math.inf if x >= FARTHEST else 0.0 if x <= -FARTHEST else math.exp(x)


@dataclass(frozen=True, eq=False)
class _Table:
    """At each time of an event, shape (n_times,): events in `b` and in both, runs still waiting in `b` and in `a`."""

    events_b: Floats
    events: Floats
    waiting_b: Floats
    waiting_a: Floats

    @classmethod
    def of(cls, a: Survival, b: Survival) -> _Table:
        seen = [survival.times[survival.observed] for survival in (a, b)]
        at = np.union1d(*seen)
        in_a, in_b = (np.searchsorted(t, at, "right") - np.searchsorted(t, at, "left") for t in seen)
        waiting_a, waiting_b = (len(s.times) - np.searchsorted(s.times, at, "left") for s in (a, b))
        return cls(*(np.asarray(n, dtype=np.float64) for n in (in_b, in_a + in_b, waiting_b, waiting_a)))

    def score(self, log_ratio: float) -> float:
        """Events of `b` beyond what the ratio makes one expect; falls with the ratio."""
        return float((self.events_b - self.events * self._share(log_ratio)).sum())

    def variance(self, log_ratio: float) -> float:
        share = self._share(log_ratio)
        waiting = self.waiting_a + self.waiting_b
        ties = (waiting - self.events) / np.maximum(waiting - 1, 1)
        return float((self.events * share * (1 - share) * ties).sum())

    def _share(self, log_ratio: float) -> Floats:
        """Probability that the next one is of `b`."""
        weight = self.waiting_b * math.exp(log_ratio)
        share: Floats = weight / (weight + self.waiting_a)
        return share

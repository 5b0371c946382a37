"""Times to an event of which some never came: runs that did not solve the goal are censored, not dropped."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from evomod.errors import InputError
from evomod.statistics.intervals import Interval, Mean, check_level, difference
from evomod.statistics.sample import Floats, sample

ROUNDING = 1e-9  # shares closer than this are the same


@dataclass(frozen=True, eq=False)
class Survival:
    """The share of runs that have had the event, as time goes on (Kaplan & Meier 1958).

    `times` and `observed`, shape (n_runs,), are the runs, earliest first: the event came at that time, or the run was
    censored then, which means that it had not come until and including that time. `at`, `share`, `low`, `high`,
    `n_events` and `n_at_risk`, shape (n_steps,), are the curve: from `at[i]` on, until the next step, `share[i]` of the
    runs have had the event, as `n_events[i]` of the `n_at_risk[i]` that had still been waiting have it just then. The
    first step is at 0, with share 0; each distinct time of an event is a further one.
    """

    times: Floats
    observed: NDArray[np.bool_]
    at: Floats
    share: Floats
    low: Floats
    high: Floats
    n_events: NDArray[np.int64]
    n_at_risk: NDArray[np.int64]

    @property
    def median(self) -> Interval:
        """The first time at which half of the runs have had the event; infinite where they never have.

        The interval holds the times at which one half lies within the band: infinite where the band never leaves it.
        """
        value, low = _first(self.at, self.share >= 0.5 - ROUNDING), _first(self.at, self.high >= 0.5 - ROUNDING)
        return Interval(value, low, _first(self.at, self.low > 0.5 + ROUNDING), "band")

    @property
    def horizon(self) -> float:
        """The time up to which the curve is known: infinite if the last runs have had the event."""
        last = self.times == self.times[-1]
        return math.inf if self.observed[last].all() else float(self.times[-1])

    @property
    def ranked(self) -> Floats:
        """The times for tests of ranks, shape (n_runs,): censored ones are infinite, later than all."""
        return np.where(self.observed, self.times, math.inf)

    def waiting(self, time: float) -> int:
        """How many runs had neither the event nor been censored just before a time."""
        return len(self.times) - int(np.searchsorted(self.times, time, "left"))


def kaplan_meier(times: ArrayLike, observed: ArrayLike, level: float = 0.95) -> Survival:
    """Estimate the share of runs that have had an event, as time goes on.

    Parameters
    ----------
    times : array_like, shape (n_runs,)
        When the event came or, for a run that has not had it, how long was waited; at least 0.
    observed : array_like of bool, shape (n_runs,)
        Whether it came.
    level : float in (0, 1)
        Of the band, at each single time.

    Raises
    ------
    InputError
        If there is no run, a time is negative or not finite, or the two are not equally long.

    Notes
    -----
    The band is Wilson's, for as many runs as would give Greenwood's variance without censoring (Rothman 1978, J.
    Chronic Dis. 31, 557-560). Without censoring it is Wilson's of the share, and it is defined from the first
    generation to the last, for a single run as well.
    """
    t, seen = sample(times, "times"), np.asarray(observed, dtype=bool)
    check_level(level)
    if seen.shape != t.shape or (t < 0).any():
        got = f"{len(t)} from {t.min():g} on, and {seen.size} of these"
        raise InputError(f"times: a time from 0 on a run is needed, and whether the event came; got {got}")
    order = np.argsort(t, kind="stable")
    t, seen = t[order], seen[order]
    waited = stats.ecdf(stats.CensoredData(uncensored=t[seen], right=t[~seen])).sf
    steps = np.isin(waited.quantiles, t[seen])
    at = waited.quantiles[steps]
    events = np.searchsorted(t[seen], at, "right") - np.searchsorted(t[seen], at, "left")
    risk = len(t) - np.searchsorted(t, at, "left")
    share = np.append(0.0, 1 - waited.probabilities[steps])
    low, high = _band(share, events, risk, len(t), float(stats.norm.ppf((1 + level) / 2)))
    n_events, n_at_risk = np.append(0, events), np.append(len(t), risk)
    return Survival(t, seen, np.append(0.0, at), share, low, high, n_events, n_at_risk)


def _band(
    share: Floats, events: NDArray[np.int64], risk: NDArray[np.int64], n_runs: int, z: float
) -> tuple[Floats, Floats]:
    """Wilson's interval at each step, for the number of runs that the variance there is worth."""
    worth = np.full(len(share), float(n_runs))
    greenwood = np.cumsum(events / (risk * np.maximum(risk - events, 1)))
    for i in range(1, len(share)):
        all_through = share[i] > 1 - ROUNDING  # the variance is 0 then, and the step before it has to serve
        worth[i] = worth[i - 1] if all_through else share[i] / ((1 - share[i]) * greenwood[i - 1])
    centre = (share + z**2 / (2 * worth)) / (1 + z**2 / worth)
    half = z / (1 + z**2 / worth) * np.sqrt(share * (1 - share) / worth + z**2 / (4 * worth**2))
    return np.clip(centre - half, 0.0, share), np.clip(centre + half, share, 1.0)


def _first(at: Floats, reached: NDArray[np.bool_]) -> float:
    return float(at[reached][0]) if reached.any() else math.inf


def restricted_mean(survival: Survival, horizon: float, level: float = 0.95) -> Interval:
    """Mean time to the event, where whatever lies after the horizon counts as the horizon.

    Parameters
    ----------
    horizon : float
        Finite, from 0 to `survival.horizon`.
    level : float in (0, 1)
        Of the interval: Student's, cut to 0 and the horizon; one run does not make it any narrower than these.

    Raises
    ------
    InputError
        If the curve is not known up to the horizon.
    """
    nothing = Mean(0.0, 0.0, len(survival.times))
    found = difference(nothing, _restricted(survival, horizon), level)
    return replace(found, low=max(found.low, 0.0), high=min(found.high, horizon))


def restricted_mean_difference(a: Survival, b: Survival, horizon: float, level: float = 0.95) -> Interval:
    """Difference b - a of two restricted means, with Welch's interval, cut to the horizon; as `restricted_mean`."""
    found = difference(_restricted(a, horizon), _restricted(b, horizon), level)
    return replace(found, low=max(found.low, -horizon), high=min(found.high, horizon))


def _restricted(survival: Survival, horizon: float) -> Mean:
    """Area over the curve (Klein & Moeschberger 2003, eqs. 4.5.1 and 4.5.2), its variance corrected for few runs."""
    if not 0 <= horizon <= survival.horizon or math.isinf(horizon):
        raise InputError(
            f"horizon: a finite time from 0 on is needed, up to which the curve is known (to {survival.horizon:g}); "
            f"got {horizon:g}"
        )
    areas = (1 - survival.share) * np.diff(np.minimum(np.append(survival.at, horizon), horizon))
    areas_after = np.cumsum(areas[::-1])[::-1]
    d, r = survival.n_events, survival.n_at_risk
    squared = float((areas_after**2 * d / (r * np.maximum(r - d, 1))).sum())
    n = len(survival.times)
    return Mean(float(areas.sum()), squared * n / (n - 1) if n > 1 else math.inf, n)

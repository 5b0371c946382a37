"""Does the speed-up S = T_FG / T grow with how hard a goal is? KNA07's slope, and what it is worth.

T_FG stands in S, and on the axis against which S is plotted: whatever is noise in T_FG raises both. A slope of log S on
log T_FG is therefore above 0 where nothing is sped up at all, and 1 where T has nothing to do with T_FG. So beside the
paper's slope stand the slope of log T on log T_FG with errors in both (York), the paper's slope with T_FG of one half
of the runs on the axis and of the other half in S, the slope of a fixed goal against itself, and of permuted pairs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.reproduce.kna07_times import N_RESAMPLES, Sample, Samples
from evomod.statistics.errors_in_variables import Line, york
from evomod.statistics.intervals import SEED, Interval

Floats = npt.NDArray[np.float64]
FEWEST = 6  # goals that a slope takes
LEAST_ERROR = 0.01  # of a log10: the runs of a goal that differ less do not bear more weight


@dataclass(frozen=True, eq=False)
class Pairs:
    """Goals with their times under a fixed goal and under a schedule, log10 of generations.

    Attributes
    ----------
    goals : names
    axis, fixed, varied : float64 (n,)
        T_FG on the axis and T_FG within S, of the same runs or of different ones; T under the schedule.
    axis_resampled, fixed_resampled, varied_resampled : float64 (n_resamples, n)
        Likewise of bootstrap samples of the runs.
    known : bool (n,)
        Neither median is the limit.
    hard : bool (n,)
        T_FG on the axis is above half of the limit.
    """

    goals: tuple[str, ...]
    axis: Floats
    fixed: Floats
    varied: Floats
    axis_resampled: Floats
    fixed_resampled: Floats
    varied_resampled: Floats
    known: npt.NDArray[np.bool_]
    hard: npt.NDArray[np.bool_]

    @property
    def speedups(self) -> Floats:
        """S: float64 (n,)."""
        return 10 ** (self.fixed - self.varied)

    def points(self) -> dict[str, Any]:
        """What a figure shows: T_FG, T and S with their standard errors, log10, and which medians are known."""
        resampled = self.axis_resampled, self.varied_resampled, self.fixed_resampled - self.varied_resampled
        errors = [found.std(axis=0, ddof=1) for found in resampled]
        names = ("fixed_error", "varied_error", "speedup_error")
        values = {"fixed": self.axis, "varied": self.varied, "speedup": self.fixed - self.varied, "known": self.known}
        return values | dict(zip(names, errors, strict=True))


def pairs(samples: Samples, schedule: str) -> Pairs:
    """Of all goals that have runs under both; the same T_FG on the axis and in S, as in the paper."""
    chosen = _both(samples, schedule)
    return _paired({goal: (a, a, b) for goal, (a, b) in chosen.items()})


def halves(samples: Samples, schedule: str) -> Pairs:
    """Likewise, with T_FG of one half of the runs on the axis and of the other half in S."""
    chosen = {goal: (a, b) for goal, (a, b) in _both(samples, schedule).items() if len(a) > 1}
    return _paired({goal: (a.half(0), a.half(1), b) for goal, (a, b) in chosen.items()})


def itself(samples: Samples) -> Pairs:
    """A fixed goal as if it were a schedule: one half of its runs against the other."""
    chosen = {goal: one["FG"] for goal, one in samples.items() if "FG" in one and len(one["FG"]) > 1}
    return _paired({goal: (one.half(0), one.half(0), one.half(1)) for goal, one in chosen.items()})


def _both(samples: Samples, schedule: str) -> dict[str, tuple[Sample, Sample]]:
    return {goal: (one["FG"], one[schedule]) for goal, one in samples.items() if {"FG", schedule} <= one.keys()}


def _paired(chosen: Mapping[str, tuple[Sample, Sample, Sample]]) -> Pairs:
    def medians(k: int) -> Floats:
        found: Floats = np.log10(np.array([trio[k].median for trio in chosen.values()], float))
        return found

    def resampled(k: int) -> Floats:
        found: Floats = np.log10(np.array([trio[k].resampled for trio in chosen.values()]).reshape(-1, N_RESAMPLES).T)
        return found

    limits = np.log10(np.array([trio[0].limit for trio in chosen.values()], float))
    axis, fixed, varied = medians(0), medians(1), medians(2)
    known = np.maximum(axis, varied) < limits - 1e-9
    hard = axis > limits - np.log10(2)
    return Pairs(tuple(chosen), axis, fixed, varied, resampled(0), resampled(1), resampled(2), known, hard)


def slope_of_speedup(of: Pairs) -> Interval | None:
    """α of S ~ T_FG^α by least squares, as in the paper; goals and runs are resampled. None of too few goals."""
    n = len(of.goals)
    if n < FEWEST or np.ptp(of.axis) == 0:
        return None
    rows = np.arange(N_RESAMPLES)[:, None]
    goals = np.random.default_rng(SEED).integers(n, size=(N_RESAMPLES, n))
    x = of.axis_resampled[rows, goals]
    found = _slopes(x, of.fixed_resampled[rows, goals] - of.varied_resampled[rows, goals])
    low, high = np.nanquantile(found, [0.025, 0.975])
    value = _slopes(of.axis[None], (of.fixed - of.varied)[None])[0]
    return Interval(float(value), float(low), float(high), "percentile")


def line_of_times(of: Pairs) -> Line | None:
    """Fit log T on log T_FG with errors in both, over goals whose medians are both known; None of too few of them.

    For times that grow as T ~ T_FG^b the slope is b, and α = 1 − b.
    """
    known = of.known
    if known.sum() < FEWEST or np.ptp(of.axis[known]) == 0:
        return None
    errors = [
        np.maximum(resampled[:, known].std(axis=0, ddof=1), LEAST_ERROR)
        for resampled in (of.axis_resampled, of.varied_resampled)
    ]
    return york(of.axis[known], of.varied[known], *errors)


def permuted(of: Pairs) -> Floats | None:
    """The paper's slopes where each goal has the T of another one, drawn at random: float64 (n_resamples,)."""
    n = len(of.goals)
    if n < FEWEST or np.ptp(of.axis) == 0:
        return None
    orders = np.random.default_rng(SEED).permuted(np.tile(np.arange(n), (N_RESAMPLES, 1)), axis=1)
    return _slopes(np.tile(of.axis, (N_RESAMPLES, 1)), of.fixed - of.varied[orders])


def _slopes(x: Floats, y: Floats) -> Floats:
    """Least squares in each row; NaN where all x are the same."""
    u = x - x.mean(axis=1, keepdims=True)
    squared = (u**2).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = np.where(squared > 1e-12, (u * y).sum(axis=1) / squared, np.nan)
    return found

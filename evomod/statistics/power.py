"""How many runs does it take to see a difference? From a pilot, before hundreds of hours are spent."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from evomod.errors import InputError
from evomod.statistics import table
from evomod.statistics.comparison import superiority
from evomod.statistics.intervals import Interval
from evomod.statistics.outcomes import common_horizon, outcome
from evomod.statistics.sample import Floats, sample
from evomod.statistics.table import Row


def runs_needed(a: ArrayLike, b: ArrayLike, power: float = 0.8, alpha: float = 0.05, level: float = 0.95) -> Interval:
    """How many runs each of two groups needs for the Mann-Whitney test to see a difference as large as the pilot's.

    Parameters
    ----------
    a, b : array_like, shapes (n_a,) and (n_b,)
        The pilot; may be infinite. For times to an event, censored ones are (`Survival.ranked`): later than all.
    power : float in (alpha, 1)
        How often the difference shall be seen.
    alpha : float in (0, 1)
        How often one shall be seen where there is none.
    level : float in (0, 1)
        Of the interval.

    Returns
    -------
    Interval
        Whole numbers of runs a group. The ends are what the ends of the interval of the superiority need: what a
        pilot of few runs does not know makes it wide. `high` is infinite where that interval holds one half, so that
        there may be no difference at all; so is `value` where the pilot shows none.

    Raises
    ------
    InputError
        If a sample is empty or holds NaN, or a share is out of range.

    Notes
    -----
    Noether 1987 (doi 10.1080/01621459.1987.10478478); ties make the variance of ranks smaller by the factor of Zhao,
    Rahardja & Qu 2008 (doi 10.1002/sim.2912). Where a handful of runs will do, it asks for some too many.
    """
    x, y = sample(a, "a", infinite=True), sample(b, "b", infinite=True)
    if not 0 < alpha < power < 1:
        raise InputError(f"power: 0 < alpha < power < 1 is needed; got alpha {alpha} and power {power}")
    seen = superiority(x, y, level)
    scale = _untied(x, y) * float(stats.norm.ppf(1 - alpha / 2) + stats.norm.ppf(power)) ** 2 / 6
    near, far = sorted((abs(seen.low - 0.5), abs(seen.high - 0.5)))
    if seen.low <= 0.5 <= seen.high:
        near = 0.0
    value, low, high = (max(2.0, np.ceil(scale / d**2)) if d else math.inf for d in (abs(seen.value - 0.5), far, near))
    return Interval(float(value), float(low), float(high), "Noether")


def runs_needed_of(
    rows: Sequence[Row], factor: str, result: str, baseline: Any = None, power: float = 0.8, alpha: float = 0.05
) -> dict[str, Interval]:
    """How many runs a level it takes to tell each level of a factor from the baseline, from the table of a pilot.

    Parameters
    ----------
    rows : sequence of mappings
        A row a run; see `evomod.statistics.table`.
    factor, result : column names
        What was varied, and what came out.
    baseline : level, optional
        Where none is given, the level that appears first.
    power, alpha : float
        As of `runs_needed`.

    Returns
    -------
    dict from label to Interval
        As `runs_needed`; without the baseline, and without levels of which the result is known of no run.

    Raises
    ------
    InputError
        If a column or the level is not there, or the result is not known of the baseline.
    """
    table.check_columns(rows, [factor, result])
    kind, base = table.kind_of(rows, result), table.baseline_of(rows, factor, baseline)
    groups = {level: outcome(runs, result, kind) for level, runs in table.by_level(rows, factor).items()}
    horizon = common_horizon(groups.values(), rows, result)
    known = {level: group.ranked(horizon) for level, group in groups.items() if group is not None}
    if base not in known:
        raise InputError(f"power: {result} is not known of any run with {factor} {base}, the baseline")
    return {level: runs_needed(known[base], known[level], power, alpha) for level in known if level != base}


def _untied(x: Floats, y: Floats) -> float:
    """Variance of the ranks in a large study of two equal groups, as a share of what it would be without ties."""
    values, at, counts = np.unique(np.concatenate([x, y]), return_inverse=True, return_counts=True)
    in_x, in_y = (np.bincount(part, minlength=len(values)) / len(part) for part in np.split(at, [len(x)]))
    tied = counts > 1  # a value that came once is one of many that are possible
    return 1 - float(((in_x + in_y)[tied] ** 3).sum()) / 8

"""A straight line through points whose both coordinates are uncertain.

Least squares takes x for exact. If it is not, the slope comes out too flat, and if x stands in y as well (as in a ratio
that is plotted against its own numerator) it comes out too steep. York's fit weighs either coordinate by its error.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from evomod.errors import InputError
from evomod.statistics.intervals import Interval, check_level
from evomod.statistics.sample import Floats, sample

STEPS = 200  # of the iteration; ten are usual
CLOSE = 1e-13  # relative


@dataclass(frozen=True)
class Line:
    """y = intercept + slope · x.

    Attributes
    ----------
    slope, intercept : float
    slope_error, intercept_error : float
        Standard errors, as the errors of the points make them.
    misfit : float
        χ² for each degree of freedom: about 1 where the points scatter as their errors say, above it where they differ
        among each other besides. NaN for two points.
    n : int
        Points.
    """

    slope: float
    intercept: float
    slope_error: float
    intercept_error: float
    misfit: float
    n: int

    def slope_interval(self, level: float = 0.95) -> Interval:
        """Student's interval of the slope; wider by the root of the misfit where that is above 1 (Birge 1932)."""
        check_level(level)
        if self.n < 3:
            return Interval(self.slope, -math.inf, math.inf, "too few")
        half = float(stats.t.ppf((1 + level) / 2, self.n - 2)) * self.slope_error * math.sqrt(max(1.0, self.misfit))
        return Interval(self.slope, self.slope - half, self.slope + half, "York")


def york(x: ArrayLike, y: ArrayLike, x_errors: ArrayLike, y_errors: ArrayLike) -> Line:
    """Fit a line to points with independent errors in both coordinates.

    Parameters
    ----------
    x, y : array_like, shape (n,)
        Two points at least, not all at the same x.
    x_errors, y_errors : array_like, shape (n,)
        Their standard errors, positive.

    Raises
    ------
    InputError
        Unless there are as many of each, the errors are positive and the line is determined.

    Notes
    -----
    York, Evensen, Martínez & De Basabe Delgado 2004 (doi 10.1119/1.1632486), equations 13a to 13f without correlations;
    the maximum likelihood solution where errors are normal.
    """
    points = [
        sample(values, name) for values, name in ((x, "x"), (y, "y"), (x_errors, "x_errors"), (y_errors, "y_errors"))
    ]
    xs, ys, sx, sy = points
    if len({len(values) for values in points}) > 1 or len(xs) < 2 or np.ptp(xs) == 0:
        raise InputError(f"york: as many x, y and errors are needed, and two different x; got {[*map(len, points)]}")
    if (sx <= 0).any() or (sy <= 0).any():
        raise InputError("york: every error must be above 0; leave points out whose error is not known")
    slope = float(np.polyfit(xs, ys, 1)[0])
    for _ in range(STEPS):
        before, (slope, _, _, _) = slope, _step(slope, xs, ys, sx, sy)
        if abs(slope - before) <= CLOSE * max(abs(slope), CLOSE):
            break
    else:
        raise InputError(f"york: these {len(xs)} points determine no line")
    slope, weights, centre, along = _step(slope, xs, ys, sx, sy)
    intercept = centre[1] - slope * centre[0]
    adjusted = float(np.average(centre[0] + along, weights=weights))
    slope_error = 1 / math.sqrt(float((weights * (centre[0] + along - adjusted) ** 2).sum()))
    intercept_error = math.sqrt(1 / float(weights.sum()) + (adjusted * slope_error) ** 2)
    chi_squared = float((weights * (ys - intercept - slope * xs) ** 2).sum())
    misfit = chi_squared / (len(xs) - 2) if len(xs) > 2 else math.nan
    return Line(slope, intercept, slope_error, intercept_error, misfit, len(xs))


def _step(
    slope: float, x: Floats, y: Floats, sx: Floats, sy: Floats
) -> tuple[float, Floats, tuple[float, float], Floats]:
    """The next slope; weights, the centre of the points, and how far along x each adjusted point lies from it."""
    weights: Floats = 1 / (sy**2 + (slope * sx) ** 2)
    centre = float(np.average(x, weights=weights)), float(np.average(y, weights=weights))
    u, v = x - centre[0], y - centre[1]
    along: Floats = weights * (u * sy**2 + slope * v * sx**2)
    return float((weights * along * v).sum() / (weights * along * u).sum()), weights, centre, along

"""Lines through points that are uncertain in both coordinates: known results, and simulation with a twin that fails."""

import math

import numpy as np
import pytest

from evomod.errors import InputError
from evomod.statistics.errors_in_variables import york

# Pearson's data with York's weights: York et al. 2004, table I, and their results in table II.
X = [0.0, 0.9, 1.8, 2.6, 3.3, 4.4, 5.2, 6.1, 6.5, 7.4]
Y = [5.9, 5.4, 4.4, 4.6, 3.5, 3.7, 2.8, 2.8, 2.4, 1.5]
X_WEIGHTS = [1000, 1000, 500, 800, 200, 80, 60, 20, 1.8, 1]
Y_WEIGHTS = [1, 1.8, 4, 8, 20, 20, 70, 70, 100, 500]


def test_the_line_through_pearsons_points_is_as_published() -> None:
    line = york(X, Y, 1 / np.sqrt(X_WEIGHTS), 1 / np.sqrt(Y_WEIGHTS))
    assert line.slope == pytest.approx(-0.480533407, abs=1e-8)
    assert line.intercept == pytest.approx(5.47991022, abs=1e-7)
    assert line.slope_error == pytest.approx(0.0579850, abs=1e-6)
    assert line.intercept_error == pytest.approx(0.2949707, abs=1e-6)
    assert line.misfit == pytest.approx(1.48329415, abs=1e-7)


def test_where_x_is_all_but_exact_the_line_is_that_of_weighted_least_squares() -> None:
    errors = np.linspace(0.1, 0.5, len(X))
    line = york(X, Y, np.full(len(X), 1e-9), errors)
    slope, intercept = np.polyfit(X, Y, 1, w=1 / errors)
    assert (line.slope, line.intercept) == pytest.approx((slope, intercept))


def test_exchanging_the_coordinates_gives_the_same_line() -> None:
    sx, sy = 1 / np.sqrt(X_WEIGHTS), 1 / np.sqrt(Y_WEIGHTS)
    there, back = york(X, Y, sx, sy), york(Y, X, sy, sx)
    assert there.slope * back.slope == pytest.approx(1)


def simulated(rng: np.random.Generator, slope: float, n: int = 30) -> tuple[np.ndarray, ...]:
    truth = rng.uniform(2, 5, n)
    sx, sy = rng.uniform(0.2, 0.6, n), rng.uniform(0.2, 0.6, n)
    return truth + sx * rng.standard_normal(n), 1 + slope * truth + sy * rng.standard_normal(n), sx, sy


def test_the_interval_covers_the_truth_and_that_of_plain_least_squares_does_not() -> None:
    rng = np.random.default_rng(1)
    covered = plain = 0
    for _ in range(200):
        x, y, sx, sy = simulated(rng, slope=0.8)
        found = york(x, y, sx, sy).slope_interval()
        covered += found.low <= 0.8 <= found.high
        (slope, _), covariance = np.polyfit(x, y, 1, cov=True)
        plain += abs(slope - 0.8) <= 1.96 * math.sqrt(covariance[0, 0])
    assert covered >= 183  # of 200; below with probability 0.004 if 95 % are covered
    assert plain < 170  # the negative twin: errors in x flatten it


def test_points_that_differ_by_more_than_their_errors_widen_the_interval() -> None:
    x, y, sx, sy = simulated(np.random.default_rng(2), slope=0.8)
    line, sure = york(x, y, sx, sy), york(x, y, sx / 100, sy / 100)
    assert sure.misfit > 1000
    assert sure.slope_error == pytest.approx(line.slope_error / 100)
    widths = [one.slope_interval().high - one.slope for one in (line, sure)]
    assert widths[1] > widths[0] / 2


@pytest.mark.parametrize(
    ("x", "y", "sx", "sy", "words"),
    [
        ([1, 1], [1, 2], [1, 1], [1, 1], "two different x"),
        ([1, 2], [1], [1, 1], [1, 1], "as many x, y and errors"),
        ([1, 2], [1, 2], [1, 0], [1, 1], "above 0"),
    ],
)
def test_what_determines_no_line_is_refused(x, y, sx, sy, words: str) -> None:
    with pytest.raises(InputError, match=words):
        york(x, y, sx, sy)


def test_two_points_have_a_line_and_no_interval() -> None:
    line = york([0, 1], [0, 2], [1, 1], [1, 1])
    assert line.slope == pytest.approx(2)
    assert math.isnan(line.misfit)
    assert line.slope_interval().low == -math.inf

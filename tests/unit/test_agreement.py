import math

import numpy as np
import pytest

from evomod.errors import InputError
from evomod.statistics.agreement import Published, agreement_of_means, agreement_of_shares, direction, judged
from evomod.statistics.intervals import Interval


def values(mean: float, sd: float, n: int) -> np.ndarray:
    x = np.random.default_rng(1).normal(size=n)
    return mean + sd * (x - x.mean()) / x.std(ddof=1)


def test_a_small_difference_that_is_known_well_agrees() -> None:
    found = agreement_of_means(Published.mean(0.12, 0.02, 50), values(0.13, 0.1, 50), margin=0.1)
    assert found.answer == "agrees"
    assert found.difference.value == pytest.approx(0.01)
    # Welch by hand: errors 0.02 and 0.1 / sqrt(50), t of 88.0 degrees of freedom at 0.975.
    assert found.difference.high == pytest.approx(0.01 + 1.98729 * math.hypot(0.02, 0.1 / math.sqrt(50)), abs=1e-5)


def test_a_large_difference_differs_and_a_vague_one_cannot_tell() -> None:
    paper = Published.mean(0.54, 0.02, 50)
    assert agreement_of_means(paper, values(0.35, 0.1, 50), margin=0.1).answer == "differs"
    assert agreement_of_means(paper, values(0.45, 0.6, 20), margin=0.1).answer == "cannot tell"


def test_more_runs_never_turn_a_difference_within_the_margin_into_a_disagreement() -> None:
    paper = Published.mean(0.54, 0.001, 5000)
    found = agreement_of_means(paper, values(0.55, 0.1, 5000), margin=0.05)
    assert found.difference.low > 0
    assert found.answer == "agrees"


def test_of_two_errors_the_one_towards_our_mean_counts() -> None:
    paper = Published(9000, error_below=2000, error_above=19000, n=36)
    above = agreement_of_means(paper, values(20000, 3000, 40), margin=4500)
    below = agreement_of_means(paper, values(1000, 3000, 40), margin=4500)
    assert above.answer == "cannot tell"
    assert below.answer == "differs"


def test_shares_are_compared_by_newcombe_and_fisher() -> None:
    assert agreement_of_shares(36, 50, 36, 50, margin=0.2).answer == "agrees"
    found = agreement_of_shares(36, 50, 5, 50, margin=0.2)
    assert found.answer == "differs"
    assert found.p < 1e-9
    assert agreement_of_shares(36, 50, 6, 8, margin=0.2).answer == "cannot tell"


def test_a_direction_shows_only_where_the_interval_leaves_zero() -> None:
    assert direction(Interval(0.2, 0.1, 0.3)) == "agrees"
    assert direction(Interval(-0.2, -0.3, -0.1)) == "differs"
    assert direction(Interval(0.05, -0.1, 0.2)) == "cannot tell"


@pytest.mark.parametrize("margin", [0, -1, math.nan, math.inf])
def test_a_margin_must_be_positive(margin: float) -> None:
    with pytest.raises(InputError, match="margin"):
        judged(Interval(0, -1, 1), margin)


def test_a_published_number_without_an_error_is_refused() -> None:
    with pytest.raises(InputError, match="no error"):
        agreement_of_means(Published(1, math.nan, math.nan, 10), [1.0, 2.0], margin=1)

"""Does a number of ours agree with a published one? Two samples, a margin set beforehand, and three answers.

That a published value lies within our interval says little: with enough runs it never does. So the published number
comes with its own error, the interval is that of the difference, and what counts as equal is fixed before anybody
looks: `agrees` if the difference is surely within the margin, `differs` if it is surely none and not within the
margin, and `cannot tell` otherwise (Schuirmann 1987, doi 10.1007/BF01068419, two one-sided tests).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from numpy.typing import ArrayLike

from evomod.errors import InputError
from evomod.statistics.comparison import compare_shares
from evomod.statistics.intervals import Interval, Mean, difference, mean_of

Answer = Literal["agrees", "differs", "cannot tell"]


@dataclass(frozen=True)
class Published:
    """A number of a paper.

    Attributes
    ----------
    value : float
    error_below, error_above : float
        Its standard errors downwards and upwards; NaN where the paper gives none.
    n : int
        Runs behind it.
    """

    value: float
    error_below: float
    error_above: float
    n: int

    @classmethod
    def mean(cls, value: float, error: float, n: int) -> Published:
        """A mean with one standard error for both sides."""
        return cls(value, error, error, n)


@dataclass(frozen=True)
class Agreement:
    """Ours minus the paper's, with its interval, the margin within which they count as equal, and the answer."""

    difference: Interval
    margin: float
    answer: Answer
    p: float = math.nan  # of Fisher's exact test, for shares


def agreement_of_means(paper: Published, ours: ArrayLike, margin: float, level: float = 0.95) -> Agreement:
    """Compare a published mean with ours.

    Parameters
    ----------
    paper : Published
        Of its two errors the one that looks towards our mean counts.
    ours : array_like, shape (n,)
        One value a run, finite.
    margin : float
        Differences up to this size count as none; positive, in the unit of the values, fixed beforehand.
    """
    mean = mean_of(ours)
    error = paper.error_above if mean.value > paper.value else paper.error_below
    if math.isnan(error):
        raise InputError("the published number has no error; compare the direction of an effect instead")
    return judged(difference(Mean(paper.value, error**2, paper.n), mean, level), margin)


def agreement_of_shares(k_paper: int, n_paper: int, k: int, n: int, margin: float, level: float = 0.95) -> Agreement:
    """Compare `k_paper` runs out of `n_paper` with our `k` out of `n`; `margin` is a difference of shares."""
    found = compare_shares(k_paper, n_paper, k, n, level)
    return judged(found.difference, margin, found.p)


def judged(found: Interval, margin: float, p: float = math.nan) -> Agreement:
    """The answer for an interval of a difference.

    Raises
    ------
    InputError
        Unless the margin is a positive number.
    """
    if not (margin > 0 and math.isfinite(margin)):
        raise InputError(f"margin: a positive number is needed, fixed before the runs; got {margin}")
    answer: Answer = "cannot tell"
    if -margin <= found.low and found.high <= margin:
        answer = "agrees"
    elif found.low > 0 or found.high < 0:
        answer = "differs"
    return Agreement(found, margin, answer, p)


def direction(effect: Interval) -> Answer:
    """Does an effect that a paper states without a number show? `effect` is its interval, as the paper has it > 0."""
    return "agrees" if effect.low > 0 else "differs" if effect.high < 0 else "cannot tell"

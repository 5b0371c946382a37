"""When did a probability change? One step in a row of shares: where, how surely, and whether there is one at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import minimize
from scipy.special import betaln, log_expit, xlog1py, xlogy

from evomod.errors import InputError
from evomod.statistics.intervals import check_level
from evomod.statistics.sample import Floats, sample

N_SHUFFLES = 1999
SEED = 0  # of the shuffles: the same row gives the same p, always


@dataclass(frozen=True)
class ChangePoint:
    """One step from a share before to a share after.

    Attributes
    ----------
    index : int
        The first trial after the most likely step, 1 … m − 1.
    low, high : int
        Ends of the credible interval of `index`.
    before, after : float
        Shares of all trials on either side of the step.
    p : float
        How often shuffled trials show as large a step.
    """

    index: int
    low: int
    high: int
    before: float
    after: float
    p: float

    @property
    def rise(self) -> float:
        """How much larger the share is afterwards."""
        return self.after - self.before


def change_point(k: ArrayLike, n: ArrayLike, level: float = 0.95) -> ChangePoint:
    """Find the step in a row of shares, `k[i]` out of `n[i]`.

    Parameters
    ----------
    k, n : array_like, shape (m,)
        Successes and trials at each point in order, 0 <= k <= n, n >= 1; at least two points.
    level : float in (0, 1)
        Of the credible interval.

    Raises
    ------
    InputError
        If they are no such rows.

    Notes
    -----
    All steps are equally likely beforehand, and so are all shares on either side (Smith 1975, doi
    10.1093/biomet/62.2.407); what follows for the step is exact, with no more than one step and nothing else that
    varies. Where points differ for other reasons too, the interval is too narrow. p is Monte Carlo's: the points are
    shuffled, so that points which all differ, in no order, give no small p; neighbours that are alike do. It compares
    a step with no change at all: a share that rises bit by bit gives as small a p. `step_or_slope` tells these apart.
    """
    check_level(level)
    hits, trials = _rows(k, n)
    weights = _evidence(hits, trials)
    posterior = np.exp(weights - weights.max())
    reached = np.cumsum(posterior / posterior.sum())
    index = int(np.argmax(weights)) + 1
    ends = [int(np.searchsorted(reached, (1 + sign * level) / 2)) + 1 for sign in (-1, 1)]
    low, high = min(ends[0], index), max(min(ends[1], len(hits) - 1), index)
    before, after = (float(part.sum() / of.sum()) for part, of in _sides(hits, trials, index))
    return ChangePoint(index, low, high, before, after, _p(hits, trials, weights))


def step_or_slope(k: ArrayLike, n: ArrayLike) -> float:
    """How much better a step describes a row of shares than a gradual change, as a difference of BICs.

    Parameters
    ----------
    k, n : array_like, shape (m,)
        As `change_point` has them.

    Returns
    -------
    float
        BIC of the gradual change less that of the step: above 0 the step is the better description, above 6 clearly
        so (Kass & Raftery 1995, doi 10.1080/01621459.1995.10476572), below 0 the gradual change is.

    Raises
    ------
    InputError
        If they are no such rows.

    Notes
    -----
    The step has three parameters, its place and a share on either side. The gradual change is logistic in the number
    of the point, with two; it goes from 0 to 1 or back in the end, and a step from none to all is a steep one of these.
    Other ways to change, as in two steps, are not asked for: the better of the two may be a bad description.
    """
    hits, trials = _rows(k, n)
    step = max(
        sum(_log_likelihood(part, of, part.sum() / of.sum()) for part, of in _sides(hits, trials, index))
        for index in range(1, len(hits))
    )
    x = np.linspace(-1, 1, len(hits))

    def misfit(line: Floats) -> float:
        logit = line[0] + line[1] * x
        return -float((hits * log_expit(logit) + (trials - hits) * log_expit(-logit)).sum())

    return float(2 * (step + minimize(misfit, np.zeros(2)).fun) - np.log(len(hits)))


def _log_likelihood(hits: Floats, trials: Floats, share: float) -> float:
    return float((xlogy(hits, share) + xlog1py(trials - hits, -share)).sum())


def _rows(k: ArrayLike, n: ArrayLike) -> tuple[Floats, Floats]:
    hits, trials = sample(k, "k"), sample(n, "n")
    if len(hits) != len(trials) or len(hits) < 2 or (hits < 0).any() or (hits > trials).any() or (trials < 1).any():
        raise InputError("change_point: two rows of at least two points are needed, 0 <= k <= n and n >= 1 in each")
    return hits, trials


def _sides(hits: Floats, trials: Floats, index: int) -> list[tuple[Floats, Floats]]:
    return [(hits[:index], trials[:index]), (hits[index:], trials[index:])]


def _evidence(hits: Floats, trials: Floats) -> Floats:
    """Logarithm of how likely the row is if the step is before point 1, …, m − 1, but for a constant: (…, m − 1)."""
    k, n = np.cumsum(hits, axis=-1), np.cumsum(trials, axis=-1)
    k_before, n_before = k[..., :-1], n[..., :-1]
    k_after, n_after = k[..., -1:] - k_before, n[..., -1:] - n_before
    found: Floats = betaln(k_before + 1, n_before - k_before + 1) + betaln(k_after + 1, n_after - k_after + 1)
    return found


def _p(hits: Floats, trials: Floats, weights: Floats) -> float:
    """Share of shuffled rows whose best step explains them as well."""
    rng = np.random.default_rng(SEED)
    orders = rng.permuted(np.tile(np.arange(len(hits)), (N_SHUFFLES, 1)), axis=1)
    best = _evidence(hits[orders], trials[orders]).max(axis=-1)
    return float((1 + (best >= weights.max() - 1e-9).sum()) / (1 + N_SHUFFLES))

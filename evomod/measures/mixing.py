"""Can the mean of a sample from chains be believed? Agreement between chains that share nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Mixing:
    """How far independent chains agree on the mean of a quantity.

    Attributes
    ----------
    chains : int
    found : int
        Chains with any sample; they share nothing, not even an origin.
    arrivals : int
        How often a chain came to its samples anew, from anywhere.
    samples : int
    effective : float
        Independent samples with which the mean would be as sure: from how the chains' means differ.
    r_hat : float
        Split R̂ of Gelman et al. 2013 (Bayesian Data Analysis, 3rd edition, §11.4): 1 where half chains differ no more
        than they must.
    lowest, highest : float
        Of the chains' means.
    """

    chains: int
    found: int
    arrivals: int
    samples: int
    effective: float
    r_hat: float
    lowest: float
    highest: float


def mixing(values: Array, arrivals: int) -> Mixing:
    """Of values float64 (n_chains, n_times), NaN where a chain had no sample."""
    there = np.isfinite(values)
    counts, found = there.sum(axis=1), there.any(axis=1)
    means = np.array([row[here].mean() for row, here in zip(values[found], there[found], strict=True)])
    samples = int(counts.sum())
    lowest, highest = (float(means.min()), float(means.max())) if samples else (np.nan, np.nan)
    error = standard_error(values)
    spread = float(values[there].std()) if samples else np.nan
    effective = min(float(samples), (spread / error) ** 2) if error > 0 else np.nan
    return Mixing(len(values), int(found.sum()), arrivals, samples, effective, split_r_hat(values), lowest, highest)


def standard_error(values: Array) -> float:
    """Of the mean over all samples, from the chains' own means alone; NaN for fewer than two chains with samples.

    Chains have unequally many samples, so this is the error of a ratio (Cochran 1977, Sampling Techniques, §6.3).
    """
    there = np.isfinite(values)
    n, counts = len(values), there.sum(axis=1)
    if there.any(axis=1).sum() < 2:
        return np.nan
    mean = values[there].mean()
    offsets = np.where(there, values - mean, 0.0).sum(axis=1)
    return float(np.sqrt((offsets**2).sum() * n / (n - 1)) / counts.sum())


def split_r_hat(values: Array) -> float:
    """R̂ over the halves of all chains, those with fewer than two samples left out; NaN for fewer than two halves."""
    half = values.shape[1] // 2
    halves = [row[np.isfinite(row)] for row in np.concatenate([values[:, :half], values[:, half : 2 * half]])]
    halves = [row for row in halves if len(row) > 1]
    if len(halves) < 2:
        return np.nan
    n = np.mean([len(row) for row in halves])
    within = np.mean([row.var(ddof=1) for row in halves])
    between = np.var([row.mean() for row in halves], ddof=1)
    return float(np.sqrt((n - 1) / n + between / within)) if within > 0 else np.nan

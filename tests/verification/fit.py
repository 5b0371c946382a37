"""How counts are compared with theory. All seeds are fixed, so that a check passes always or never."""

from __future__ import annotations

import numpy as np
from scipy.stats import chi2

N_CHECKS = 200  # in this folder, rounded up: together they would cry wolf once in a thousand
THRESHOLD = 1e-3 / N_CHECKS


def fits(observed, shares):
    """Do counts come from these probabilities? Chi-square over cells of at least five expected counts."""
    observed, shares = np.asarray(observed, float).ravel(), np.asarray(shares, float).ravel()
    expected = shares / shares.sum() * observed.sum()
    if observed[expected == 0].any():
        return False
    large = expected >= 5
    cells = [(observed[large], expected[large])]
    if (rest := expected[~large].sum()) > 0:
        cells.append((observed[~large].sum(keepdims=True), np.array([rest])))
    statistic = sum(((o - e) ** 2 / e).sum() for o, e in cells)
    degrees = sum(len(o) for o, _ in cells) - 1
    return degrees == 0 or chi2.sf(statistic, degrees) > THRESHOLD  # where only one thing can be, it was

"""k-means, compiled: SciPy's never stops early, and takes a hundred times as long for a small network."""

from __future__ import annotations

from typing import Any

import numpy as np

from evomod.kernel import kernel
from evomod.rng import MEASURE, draw4

MOST_STEPS = 300


@kernel
def k_means(points: Any, k: int, n_starts: int) -> Any:
    """The clusters with the least inertia of some starts; the same points always give the same.

    Parameters
    ----------
    points : float64 (n, d)
    k : int
        Clusters; some may be empty in the end, where points coincide.
    n_starts : int
        Each begins with centres drawn by k-means++ (Arthur & Vassilvitskii 2007) and goes on after Lloyd until nothing
        changes.

    Returns
    -------
    int64 (n,)
        The cluster of each point, 0 … k - 1.
    """
    best, least = np.zeros(len(points), np.int64), np.inf
    for start in range(n_starts):
        centres = _spread_centres(points, k, start)
        groups = np.full(len(points), -1)
        for _ in range(MOST_STEPS):
            inertia, changed = _assign(points, centres, groups)
            if not changed:
                break
            for c in range(k):
                inside = groups == c
                if inside.any():  # an emptied cluster keeps its centre
                    centres[c] = points[inside].sum(0) / inside.sum()
        if inertia < least:
            best, least = groups, inertia
    return best


@kernel
def _squared_distance(a: Any, b: Any) -> Any:
    total = 0.0
    for i in range(len(a)):
        total += (a[i] - b[i]) ** 2
    return total


@kernel
def _spread_centres(points: Any, k: int, start: int) -> Any:
    """Points drawn one after the other, each in proportion to its squared distance from those drawn before."""
    centres = np.empty((k, points.shape[1]))
    nearest = np.ones(len(points))
    for c in range(k):
        at = draw4(0, start, 0, MEASURE, c)[0] / 4294967296.0 * nearest.sum()
        chosen = 0
        while chosen < len(points) - 1 and at >= nearest[chosen]:
            at -= nearest[chosen]
            chosen += 1
        centres[c] = points[chosen]
        for i in range(len(points)):
            distance = _squared_distance(points[i], centres[c])
            nearest[i] = distance if c == 0 else min(nearest[i], distance)
    return centres


@kernel
def _assign(points: Any, centres: Any, groups: Any) -> Any:
    """Put each point to its nearest centre, into `groups`; sum of squared distances, and whether anything changed."""
    inertia, changed = 0.0, False
    for i in range(len(points)):
        nearest, least = 0, np.inf
        for c in range(len(centres)):
            distance = _squared_distance(points[i], centres[c])
            if distance < least:
                nearest, least = c, distance
        changed |= groups[i] != nearest
        groups[i] = nearest
        inertia += least
    return inertia, changed

"""Crowding distance, and the order of survival that follows from fronts and crowding."""

from __future__ import annotations

from typing import Any

import numpy as np

from evomod.kernel import kernel


@kernel
def crowd(points: Any, point: Any, front: Any, ordered: Any, first: int, crowding: Any) -> None:
    """Write the crowding distance of each individual within its front into float64 (n,), 0 at first.

    Deb, Pratap, Agarwal & Meyarivan 2002, doi 10.1109/4235.996017: per objective, the gap between an individual's two
    neighbours, as a share of the front's extent, averaged over the objectives; infinite at either end. Of equals, who
    stand side by side, the first in `ordered` has the neighbour on the lower side, the second the one on the upper
    side, and the others, between equals, have none: 0.

    Parameters
    ----------
    points : float64 (k, m), as `fronts.distinct` gives them
    point, front : int32 (n,)
    ordered : uint32 (n,)
        Individuals by front, then by point, then by the order of equals.
    first : int
        Objectives before this column do not count.
    """
    n, m = ordered.size, points.shape[1]
    low = 0
    groups = np.empty(n + 1, np.int64)  # where equals begin in `ordered`
    while low < n:
        high, n_groups = low, 0
        while high < n and front[ordered[high]] == front[ordered[low]]:
            if high == low or point[ordered[high]] != point[ordered[high - 1]]:
                groups[n_groups] = high
                n_groups += 1
            high += 1
        groups[n_groups] = high
        line = np.arange(n_groups)
        for c in range(first, m):
            values = np.empty(n_groups)
            for t in range(n_groups):
                values[t] = points[point[ordered[groups[line[t]]]], c]
            by_value = np.argsort(values, kind="mergesort")
            line, values = line[by_value], values[by_value]
            extent = (m - first) * (values[n_groups - 1] - values[0])
            for t in range(n_groups):
                begin = groups[line[t]]
                lower = ordered[begin]
                upper = ordered[begin + 1] if groups[line[t] + 1] - begin > 1 else lower
                if t == 0:
                    crowding[lower] = np.inf
                if t == n_groups - 1:
                    crowding[upper] = np.inf
                if extent == 0:
                    continue
                if lower == upper and 0 < t < n_groups - 1:
                    crowding[lower] += (values[t + 1] - values[t - 1]) / extent
                if lower != upper and t > 0:
                    crowding[lower] += (values[t] - values[t - 1]) / extent
                if lower != upper and t < n_groups - 1:
                    crowding[upper] += (values[t + 1] - values[t]) / extent
        low = high


@kernel
def sort_by(keys: Any, sequence: Any, order: Any) -> None:
    """Counting sort of individuals by int32 (n,) keys from 0 on; equals stay in the order of `sequence`."""
    begin = np.zeros(keys.max() + 2, np.int64)
    for i in range(keys.size):
        begin[keys[i] + 1] += 1
    for key in range(begin.size - 1):
        begin[key + 1] += begin[key]
    for i in sequence:
        order[begin[keys[i]]] = i
        begin[keys[i]] += 1


@kernel
def sort_fronts(front: Any, crowding: Any, order: Any) -> None:
    """Put `order`, uint32 (n,) by front, in order of crowding within each, widest first; equals stay as they were."""
    n = order.size
    low = 0
    wide, others = np.empty(n, np.uint32), np.empty(n, np.uint32)
    while low < n:
        high, n_wide, n_others = low, 0, 0
        while high < n and front[order[high]] == front[order[low]]:
            if crowding[order[high]] > 0:
                wide[n_wide] = order[high]
                n_wide += 1
            else:
                others[n_others] = order[high]
                n_others += 1
            high += 1
        by_width = np.argsort(-crowding[wide[:n_wide]], kind="mergesort")
        order[low : low + n_wide] = wide[:n_wide][by_width]
        order[low + n_wide : high] = others[:n_others]
        low = high

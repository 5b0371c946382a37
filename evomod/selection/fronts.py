"""Fronts: who is dominated by nobody, who by nobody but those, and so on; over distinct points, of which there are few.

A point is a row of objectives, all to be minimised, of which the first one counts in every domination test. One point
dominates another if it is nowhere worse and somewhere better in the objectives that count.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.kernel import inlined, kernel
from evomod.rng import PEEL, draw4, threshold

Array = npt.NDArray[Any]

_LOW = np.uint64(0xFFFFFFFF)


def distinct(rows: Array) -> tuple[Array, Array, Array]:
    """Distinct rows of float64 (n, m), least first, by the first column, then the second, and so on.

    Returns
    -------
    points : float64 (k, m)
    counts : int64 (k,)
    point : int32 (n,)
        Which point each row is.
    """
    rows = rows + 0.0  # −0.0 and 0.0 are one value
    first, point, counts = np.empty(len(rows), np.int64), np.empty(len(rows), np.int32), np.zeros(len(rows), np.int64)
    k = _distinct(rows, rows.view(np.uint64), first, point, counts)
    points = rows[first[:k]]
    order = np.lexsort(points.T[::-1])
    rank = np.empty(k, np.int32)
    rank[order] = np.arange(k, dtype=np.int32)
    return points[order], counts[order], rank[point]


@kernel
def _distinct(rows: Any, bits: Any, first: Any, point: Any, counts: Any) -> int:
    n, m = rows.shape
    size = 4
    while size < 2 * n:
        size *= 2
    slots = np.full(size, -1, np.int32)
    k = 0
    for i in range(n):
        key = np.uint64(0)
        for c in range(m):
            key ^= bits[i, c]
            key = (key & _LOW) * np.uint64(0x9E3779B9) ^ (key >> np.uint64(32)) * np.uint64(0x85EBCA6B)
            key ^= key >> np.uint64(29)
        slot = np.int64(key & np.uint64(size - 1))
        while slots[slot] >= 0:
            same = True
            for c in range(m):
                same &= rows[first[slots[slot]], c] == rows[i, c]
            if same:
                break
            slot = (slot + 1) & (size - 1)
        if slots[slot] < 0:
            slots[slot] = k
            first[k] = i
            k += 1
        point[i] = slots[slot]
        counts[point[i]] += 1
    return k


@kernel
def sort_points(points: Any, front: Any) -> int:
    """Write the front of each of `distinct` points, 0 the first, into int32 (k,); returns the number of fronts.

    Efficient non-dominated sort with binary search (Zhang, Tian, Cheng & Jin 2015, doi 10.1109/TEVC.2014.2308305):
    only an earlier point can dominate. Of one or two objectives the last member of a front speaks for all of them.
    """
    k, m = points.shape
    last, before = np.empty(k, np.int64), np.empty(k, np.int64)
    n_fronts = 0
    for i in range(k):
        low, high = 0, n_fronts
        while low < high:
            middle = (low + high) // 2
            j, dominated = last[middle], False
            while j >= 0 and not dominated:
                dominated = True
                for c in range(m):
                    dominated &= points[j, c] <= points[i, c]
                j = before[j] if m > 2 else -1
            if dominated:
                low = middle + 1
            else:
                high = middle
        if low == n_fronts:
            last[low] = -1
            n_fronts += 1
        before[i] = last[low]
        last[low] = i
        front[i] = low
    return n_fronts


@inlined
def power(base: Any, exponent: Any) -> Any:
    """By repeated squaring, the same with and without the compiler; 0^0 is 1."""
    result, square, left = 1.0, base, exponent
    while left > 0:
        if left & 1:
            result *= square
        square *= square
        left >>= 1
    return result


@kernel
def peel_pairs(
    points: Any, start: Any, members: Any, p: float, enough: int, seed: Any, generation: Any, front: Any
) -> None:
    """Peel individuals of two objectives off by chance, until `enough` have gone; int32 (n,) fronts, −1 at first.

    The second objective counts in each test with probability `p`. Who remains is dominated by nobody with probability 0
    if a better one in the first objective costs no more, else (1 − p)^b · p^a, with b the remaining equals in the first
    objective that cost less and a the remaining better ones: an equal that costs less dominates when the cost counts, a
    better one that costs more when it does not, and nobody else can. Each test has two ends of which one can lose, so
    that the draws of different individuals are independent. Chances below 2^−32 are 0.

    Parameters
    ----------
    points : float64 (k, 2), as `distinct` gives them
    start : int64 (k + 1,)
    members : int64 (n,)
        Individuals on point k: members[start[k]] … members[start[k + 1] − 1].
    """
    k = len(points)
    left = start[1:] - start[:-1]
    following = np.arange(1, k + 1)  # of points that are not empty, a linked list
    head, done, peel = 0, 0, 0
    while done < enough:
        better, cheapest = 0, np.inf  # remaining ones of better levels, and what the cheapest of them costs
        i, previous = head, -1
        while i < k:
            level, cost = points[i, 0], points[i, 1]
            ahead = power(p, better)
            if threshold(ahead) == 0:
                break
            equals, n_level, mine = 1.0, 0, min(cheapest, cost)
            while i < k and points[i, 0] == level:
                here = left[i]
                chance = threshold(ahead * equals) if points[i, 1] < cheapest else threshold(0.0)
                if chance:
                    for m in range(start[i], start[i + 1]):
                        who = members[m]
                        if front[who] < 0 and draw4(seed, generation, who, PEEL, peel)[0] < chance:
                            front[who] = peel
                            left[i] -= 1
                            done += 1
                equals *= power(1.0 - p, here)
                n_level += here
                if left[i]:
                    previous = i
                elif previous < 0:
                    head = following[i]
                else:
                    following[previous] = following[i]
                i = following[i]
            better += n_level
            cheapest = mine
        peel += 1
    for who in range(front.size):
        if front[who] < 0:
            front[who] = peel


@kernel
def peel_points(
    points: Any, counts: Any, point: Any, chances: Any, enough: int, seed: Any, generation: Any, front: Any
) -> None:
    """As `peel_pairs`, for any number of objectives: `chances`, float64 (m,), that each counts in a test.

    A test is of one individual by another, and draws afresh which objectives count: with two costs, either of two
    individuals may so dominate the other. Where everybody is dominated by somebody, those go whom nobody dominates in
    all objectives. Quadratic in the number of points.
    """
    k = len(points)
    left, after, bound = counts.copy(), counts.copy(), np.zeros(k, np.uint64)
    done, peel = 0, 0
    while done < enough:
        for i in range(k):
            chance = 1.0
            for j in range(k if left[i] else 0):
                if points[j, 0] > points[i, 0] or threshold(chance) == 0:
                    break
                if left[j] and j != i:
                    chance *= power(1.0 - _dominates(points, j, i, chances), left[j])
            bound[i] = threshold(chance)
        before = done
        for who in range(front.size):
            i = point[who]
            if front[who] < 0 and bound[i] and draw4(seed, generation, who, PEEL, peel)[0] < bound[i]:
                front[who] = peel
                after[i] -= 1
                done += 1
        if done == before:
            for who in range(front.size):
                if front[who] < 0 and not _dominated(points, left, point[who]):
                    front[who] = peel
                    after[point[who]] -= 1
                    done += 1
        left[:] = after
        peel += 1
    for who in range(front.size):
        if front[who] < 0:
            front[who] = peel


@kernel
def _dominates(points: Any, j: int, i: int, chances: Any) -> Any:
    """Probability that point j dominates point i: what is worse does not count, and something better does."""
    worse_out, better_out = 1.0, 1.0
    for c in range(chances.size):
        if points[j, c] > points[i, c]:
            worse_out *= 1.0 - chances[c]
        elif points[j, c] < points[i, c]:
            better_out *= 1.0 - chances[c]
    return worse_out * (1.0 - better_out)


@kernel
def _dominated(points: Any, left: Any, i: int) -> Any:
    """Whether a point with somebody on it dominates point i in all objectives."""
    for j in range(i):
        if left[j]:
            nowhere_worse = True
            for c in range(points.shape[1]):
                nowhere_worse &= points[j, c] <= points[i, c]
            if nowhere_worse:
                return True
    return False

"""Climbing to the partition of a set of nodes that gains most by what it puts together.

`pairs[i, j]` is what is gained by putting nodes i and j into one module, of any sign: the clique partitioning problem
(Grötschel & Wakabayashi 1990, doi 10.1007/BF01580870). Every modularity is of this form. The kernels take int64 and
float64 alike; with integers all comparisons are exact, and the answer is the same on all machines.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from evomod.kernel import inlined, kernel
from evomod.rng import MEASURE, below, draw4

CLIMBS = 0  # what tells these draws from others that measures make (the place of the individual)


@inlined
def _move(pairs: Any, sums: Any, labels: Any, v: int, to: int) -> None:
    """Put node v into module `to`; `sums[c, u]` stays what node u gains by being in module c."""
    old = labels[v]
    for u in range(labels.size):
        sums[old, u] -= pairs[v, u]
        sums[to, u] += pairs[v, u]
    labels[v] = to


@kernel
def _move_nodes(pairs: Any, sums: Any, sizes: Any, labels: Any, order: Any, least: Any) -> None:
    """Move nodes, one after the other, each to where it gains most, until none gains more than `least`."""
    n, i, still = labels.size, 0, 0
    while still < n:
        v = order[i]
        i = i + 1 if i + 1 < n else 0
        old, to, still = labels[v], labels[v], still + 1
        best = sums[old, v] + least
        alone = sizes[old] == 1  # then an empty module is no change; and all empty ones are alike
        for c in range(n):
            if sizes[c] == 0:
                if alone:
                    continue
                alone = True
            if sums[c, v] > best:
                best, to = sums[c, v], c
        if to != old:
            _move(pairs, sums, labels, v, to)
            sizes[old] -= 1
            sizes[to] += 1
            still = 0


@kernel
def _merge_modules(pairs: Any, sums: Any, sizes: Any, labels: Any, least: Any) -> bool:
    """Merge the two modules that gain most by it, if that is more than `least`."""
    n = labels.size
    between = np.zeros((n, n), pairs.dtype)
    for b in range(n):
        if sizes[b]:
            for v in range(n):
                between[b, labels[v]] += sums[b, v]
    best, first, second = least, -1, -1
    for a in range(n):
        for b in range(a):
            if between[a, b] > best:
                best, first, second = between[a, b], a, b
    if first < 0:
        return False
    for v in range(n):
        if labels[v] == first:
            _move(pairs, sums, labels, v, second)
    sizes[second] += sizes[first]
    sizes[first] = 0
    return True


@kernel
def climb(pairs: Any, labels: Any, order: Any, least: Any) -> Any:
    """Move nodes and merge modules until neither helps; what is gained over all pairs, each counted once.

    Parameters
    ----------
    pairs : int64 or float64 (n, n), symmetric, 0 on the diagonal
    labels : int64 (n,), 0 … n − 1, written
        Where to start, and where it ended.
    order : int64 (n,)
        In which nodes are looked at.
    least : number ≥ 0, of the type of `pairs`
        Gains up to this do not count: 0 for integers, for floats what rounding may feign.
    """
    n = labels.size
    sums = np.zeros((n, n), pairs.dtype)
    sizes = np.zeros(n, np.int64)
    for v in range(n):
        sizes[labels[v]] += 1
        for u in range(n):
            sums[labels[v], u] += pairs[v, u]
    _move_nodes(pairs, sums, sizes, labels, order, least)
    while _merge_modules(pairs, sums, sizes, labels, least):
        _move_nodes(pairs, sums, sizes, labels, order, least)
    return gained(pairs, labels)


@kernel
def gained(pairs: Any, labels: Any) -> Any:
    """What a partition gains: the sum of `pairs` within modules, each pair counted once."""
    total = pairs.dtype.type(0)
    for v in range(labels.size):
        for u in range(v):
            if labels[u] == labels[v]:
                total += pairs[u, v]
    return total


@kernel
def climb_often(pairs: Any, restarts: int, seed: Any, least: Any, best: Any) -> Any:
    """Best of `restarts` ≥ 1 climbs from random places: what it gains, and how many climbs found as much.

    Every other climb starts from single nodes, the rest from random modules, a random number of them; all look at the
    nodes in a random order. The best labels are written into `best`, int64 (n,).
    """
    n = best.size
    labels, order = np.empty(n, np.int64), np.empty(n, np.int64)
    top, found = least, 0
    for r in range(restarts):
        n_modules = 1 + below(draw4(seed, r, CLIMBS, MEASURE, n)[0], n)
        for i in range(n):
            order[i] = i
        for i in range(n - 1, -1, -1):
            words = draw4(seed, r, CLIMBS, MEASURE, i)
            j = below(words[0], i + 1)
            order[i], order[j] = order[j], order[i]
            labels[i] = below(words[1], n_modules) if r % 2 else i
        value = climb(pairs, labels, order, least)
        if found == 0 or value > top + least:
            top, found = value, 1
            best[:] = labels
        elif value >= top - least:
            found += 1
    return top, found

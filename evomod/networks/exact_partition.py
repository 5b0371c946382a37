"""The best partition with proof: a branch and bound in the manner of Russian dolls.

Nodes are put, one after the other, into a module that is there or into a new one. What the nodes still to come can add
is at most what they gain among themselves in their own best partition, plus what each of them gains from its best
module so far. The first part is the same problem with a node less, solved before: from the last node to all of them
(Verfaillie, Lemaître & Schiex 1996, "Russian doll search", AAAI 96). Sparse graphs of 15 nodes take some 1,000 steps.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from evomod.kernel import kernel


@kernel
def contract(pairs: Any, joined: Any) -> Any:
    """Join nodes that are together in some best partition; what these joints gain.

    Node i may follow node j if that gains at least as much as all other ties of i are worth: wherever i is, moving it
    to j loses nothing. Leaves of a graph always follow their neighbour (Brandes et al. 2008, doi
    10.1109/TKDE.2007.190689).

    Parameters
    ----------
    pairs : (n, n), symmetric, 0 on the diagonal, written
        Rows of nodes that stand for others hold what these gain together.
    joined : int64 (n,), written
        Which node stands for each.
    """
    n = joined.size
    zero = pairs.dtype.type(0)
    gain = zero
    for i in range(n):
        joined[i] = i
    left = n  # nodes in a row that were looked at and stay
    i = 0
    while left > 0:
        left -= 1
        if joined[i] == i:
            total, strongest, to = zero, zero, -1
            for j in range(n):
                if j != i and joined[j] == j:
                    total += abs(pairs[i, j])
                    if pairs[i, j] > strongest:
                        strongest, to = pairs[i, j], j
            if to >= 0 and 2 * strongest >= total:
                gain += strongest
                for j in range(n):
                    if joined[j] == i:
                        joined[j] = to
                    if j != to:
                        pairs[to, j] += pairs[i, j]
                        pairs[j, to] = pairs[to, j]
                left = n
        i = i + 1 if i + 1 < n else 0
    return gain


@kernel
def _grow(w: Any, sums: Any, t: int, module: int, n_modules: int, rest: Any) -> Any:
    """Put node t into `module`: the sums one level deeper, and the most that later nodes can add.

    `sums[t, c, u]` is what node u gains by joining module c, when the nodes before t are placed; `rest` is the best
    that the nodes after t gain among themselves.
    """
    n, zero = w.shape[0], w.dtype.type(0)
    for c in range(max(n_modules, module + 1)):
        for u in range(t + 1, n):
            above = sums[t, c, u] if c < n_modules else zero
            sums[t + 1, c, u] = above + w[t, u] if c == module else above
    for u in range(t + 1, n):
        most = zero
        for c in range(max(n_modules, module + 1)):
            most = max(most, sums[t + 1, c, u])
        rest += most
    return rest


@kernel
def certify(pairs: Any, labels: Any, incumbent: Any, limit: int, least: Any) -> Any:
    """Improve a partition to the best one; what it gains, and the steps that were left, −1 if they did not suffice.

    Parameters
    ----------
    pairs : int64 or float64 (n, n), symmetric, 0 on the diagonal
    labels : int64 (n,), written
        A good partition, replaced if there is a better one.
    incumbent : number
        What it gains.
    limit : int
        Most placements of a node that are tried; the answer may be suboptimal only if they run out.
    least : number ≥ 0
        Partitions that gain more by up to this need not be found: 0 for integers.
    """
    n, zero = labels.size, pairs.dtype.type(0)
    strength = np.zeros(n, np.float64)
    for i in range(n):
        for j in range(n):
            strength[i] -= abs(pairs[i, j])
    order = np.argsort(strength, kind="mergesort")  # strongest first: bounds are met early
    w = pairs[order][:, order]
    sums = np.zeros((n + 1, n, n), pairs.dtype)
    best_from = np.zeros(n + 1, pairs.dtype)  # what the nodes from k on gain in their own best partition
    value = np.zeros(n + 1, pairs.dtype)
    module, n_modules, todo = np.zeros(n, np.int64), np.zeros(n + 1, np.int64), np.zeros(n + 1, np.int64)
    for k in range(n - 1, -1, -1):
        best = best_from[k + 1] if k else incumbent
        ceiling = best_from[k + 1]
        for u in range(k + 1, n):
            ceiling += max(w[k, u], zero)
        t, n_modules[k], todo[k] = k, 0, 0
        while t >= k and best + least < ceiling:
            c, todo[t] = todo[t], todo[t] + 1
            if c > n_modules[t]:  # all modules were tried, and a new one
                t -= 1
                continue
            limit -= 1
            if limit < 0:
                return incumbent if k else best, limit
            value[t + 1] = value[t] + sums[t, c, t] if c < n_modules[t] else value[t]
            if value[t + 1] + _grow(w, sums, t, c, n_modules[t], best_from[t + 1]) <= best + least:
                continue
            module[t] = c
            if t + 1 < n:
                n_modules[t + 1], todo[t + 1] = max(n_modules[t], c + 1), 0
                t += 1
                continue
            best = value[n]
            if k == 0:
                for i in range(n):
                    labels[order[i]] = module[i]
        best_from[k] = best
    return best_from[0], limit

"""The best cut of a network into exactly two modules, by Newman and Girvan's modularity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.kernel import ctz, kernel, popcount
from evomod.networks.network import Network, NetworkError

Array = npt.NDArray[Any]

MAX_NODES = 64  # a module is one machine word
MAX_EXACT = 20  # nodes up to which all cuts are tried: 2^19, two milliseconds
MAX_TIES = 256

_ZERO, _ONE = np.uint64(0), np.uint64(1)


@dataclass(frozen=True)
class Bisection:
    """The best cuts into two modules.

    Attributes
    ----------
    q : float
        Modularity Q of the cut, at most 1/2; below 0 where every cut is worse than chance.
    sides : bool (n_best, n_parts)
        The module of each part, in every cut that is as good (the first 256 of them).
    exact : bool
        Were all cuts tried? Otherwise these are the best that were found.
    """

    q: float
    sides: Array
    exact: bool


def best_bisection(network: Network) -> Bisection:
    """Cut the undirected simple graph of a network into two modules, neither empty, such that Q is largest.

    Parameters
    ----------
    network : Network
        2 to 64 parts. Outputs, directions, weights, self-loops and parallel edges do not count.

    Returns
    -------
    Bisection
        By trying all cuts up to 20 nodes. Above, by moving single nodes uphill, from the leading eigenvector of the
        modularity matrix (Newman 2006, doi 10.1073/pnas.0601602103) and from around every node.

    Raises
    ------
    NetworkError
        If there is no edge between two nodes, or there are too many nodes.
    """
    network = network.parts()
    joined = network.simple()
    n, m = network.n_nodes, int(joined.sum()) // 2
    if not m:
        raise NetworkError(f"{network.title}: no two nodes are joined, so that it cannot be cut into two modules")
    if n > MAX_NODES:
        raise NetworkError(f"{network.title}: has {n} nodes; at most {MAX_NODES} can be cut into two modules")
    words = (joined.astype(np.uint64) << np.arange(n, dtype=np.uint64)).sum(axis=1, dtype=np.uint64)
    found = np.zeros(MAX_TIES, np.uint64)
    if n <= MAX_EXACT:
        n_best, score = _try_all(words, m, found)
    else:
        n_best, score = _climb(words, m, _starts(joined, words), found)
    sides = (found[:n_best, None] >> np.arange(n, dtype=np.uint64) & _ONE).astype(bool)
    return Bisection(score / (4 * m * m), sides, n <= MAX_EXACT)


def _starts(joined: Array, words: Array) -> Array:
    """Sides to climb from: the leading eigenvector's, and each node with its neighbours."""
    degrees = joined.sum(axis=1)
    vector = np.linalg.eigh(joined - np.outer(degrees, degrees) / degrees.sum())[1][:, -1]
    bits = _ONE << np.arange(len(words), dtype=np.uint64)
    return np.array([bits[vector > 0].sum(dtype=np.uint64), *(words | bits)])


@kernel
def _score(cut: Any, volume: Any, m: int) -> Any:
    """4m²·Q of two modules with `cut` edges between them, one of which has degrees that add up to `volume`."""
    return 4 * m * (m - cut) - volume * volume - (2 * m - volume) * (2 * m - volume)


@kernel
def _moved(words: Any, node: Any, side: Any) -> Any:
    """What moving a node to the other side adds to the cut and to the volume of `side`."""
    degree, inside = np.int64(popcount(words[node])), np.int64(popcount(words[node] & side))
    if side >> np.uint64(node) & _ONE:
        return 2 * inside - degree, -degree
    return degree - 2 * inside, degree


@kernel
def _keep(side: Any, score: Any, best: Any, n_best: int, found: Any) -> Any:
    """Enter a side among the best, if it is one and new."""
    if score < best:
        return n_best, best
    n = n_best if score == best else 0
    for k in range(n):
        if found[k] == side:
            return n, best
    if n < found.size:
        found[n] = side
        n += 1
    return n, score


@kernel
def _try_all(words: Any, m: int, found: Any) -> Any:
    """Go through all sides of the nodes but the last, one move at a time (Gray's code); how many are best, and 4m²Q."""
    side, cut, volume, n_best, best = _ZERO, 0, 0, 0, np.int64(-(2**62))
    for k in range(1, 1 << (words.size - 1)):
        node = np.int64(ctz(np.uint64(k)))
        more_cut, more_volume = _moved(words, node, side)
        side ^= _ONE << np.uint64(node)
        cut, volume = cut + more_cut, volume + more_volume
        score = _score(cut, volume, m)
        if score >= best:
            n_best, best = _keep(side, score, best, n_best, found)
    return n_best, best


@kernel
def _climb(words: Any, m: int, starts: Any, found: Any) -> Any:
    """Move the best single node until none helps, from each start; how many sides are best, and 4m²Q."""
    n, n_best, best = words.size, 0, np.int64(-(2**62))
    everybody = ~_ZERO >> np.uint64(64 - n)
    for s in range(starts.size):
        side, cut, volume = _ZERO, 0, 0
        for node in range(n):
            if starts[s] >> np.uint64(node) & _ONE:
                more_cut, more_volume = _moved(words, node, side)
                side |= _ONE << np.uint64(node)
                cut, volume = cut + more_cut, volume + more_volume
        score = np.int64(-(2**62)) if side in (_ZERO, everybody) else _score(cut, volume, m)
        while True:
            chosen, top = -1, score
            for node in range(n):
                other = side ^ (_ONE << np.uint64(node))
                more_cut, more_volume = _moved(words, node, side)
                new = _score(cut + more_cut, volume + more_volume, m)
                if new > top and other != _ZERO and other != everybody:
                    chosen, top = node, new
            if chosen < 0:
                break
            more_cut, more_volume = _moved(words, chosen, side)
            side ^= _ONE << np.uint64(chosen)
            cut, volume, score = cut + more_cut, volume + more_volume, top
        if side >> np.uint64(n - 1) & _ONE:
            side = everybody ^ side  # a cut and its mirror image are one
        if side != _ZERO:
            n_best, best = _keep(side, score, best, n_best, found)
    return n_best, best

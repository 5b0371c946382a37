"""Random graphs with the same degrees: what a graph would look like if nothing but its degrees mattered."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.kernel import ctz, inlined, kernel
from evomod.networks.modularity_batch import check_graphs
from evomod.networks.network import NetworkError
from evomod.rng import MEASURE, below, draw4

Array = npt.NDArray[Any]
REWIRING = 1  # what tells these draws from others that measures make (the place of the individual)
_ZERO, _ONE = np.uint64(0), np.uint64(1)


def random_rewired(
    adjacency: Array, n_samples: int, swaps: int = 100, seed: int = 0, connected: bool = True, title: str = "the graph"
) -> Array:
    """Sample simple undirected graphs in which every node has its own degree, all equally likely.

    Parameters
    ----------
    adjacency : uint64 (n_nodes,)
        Bit j of word i: nodes i and j are joined; a word of 0 is no node. See `best_modularity`.
    n_samples : int
        Each from a chain of its own, which begins at the graph.
    swaps : int
        Swaps that are tried in each chain for each edge. Milo et al. 2003 (arXiv cond-mat/0312028) advise 100.
    seed : int
    connected : bool
        Only connected graphs; the given one must be.
    title : str
        What messages call the graph.

    Returns
    -------
    uint64 (n_samples, n_nodes)

    Raises
    ------
    NetworkError
        If the graph is not simple and undirected, has no edge, or is not connected where it must be.

    Notes
    -----
    A swap takes two edges, each pair as likely as any other, and exchanges two of their ends. What would not be simple,
    or not connected, leaves the graph as it is, and counts: so each step is as likely as its reverse, and the chain
    ends at every graph equally often. Swaps lead from any connected graph to any other with the same degrees (Taylor
    1981, doi 10.1007/BFb0091828).
    """
    adjacency = np.ascontiguousarray(adjacency, np.uint64)
    check_graphs(adjacency[None], title)
    joined = (adjacency[:, None] >> np.arange(len(adjacency), dtype=np.uint64)) & _ONE
    edges = np.argwhere(np.triu(joined))
    if not len(edges):
        raise NetworkError(f"{title}: has no edge; there is nothing to rewire")
    nodes = np.flatnonzero(adjacency)
    if connected and any(not _reaches(adjacency, nodes[0], node) for node in nodes[1:]):
        raise NetworkError(f"{title}: is not connected, so it cannot be kept so while it is rewired")
    samples = np.repeat(adjacency[None], n_samples, axis=0)
    for start in range(n_samples):
        rewire(samples[start], edges.copy(), swaps * len(edges), connected, seed, start)
    return samples


@inlined
def _bit(node: Any) -> Any:
    return _ONE << np.uint64(node)


@kernel
def _reaches(words: Any, start: int, goal: int) -> bool:
    """Is there a path?"""
    reached, todo = _bit(start), _bit(start)
    while todo:
        node = np.int64(ctz(todo))
        new = words[node] & ~reached
        reached |= new
        if (reached >> np.uint64(goal)) & _ONE:
            return True
        todo = (todo & ~_bit(node)) | new
    return False


@inlined
def _exchange(words: Any, a: int, b: int, c: int, d: int) -> None:
    """Turn edges ab and cd into ad and cb, or back."""
    words[a] ^= _bit(b) | _bit(d)
    words[c] ^= _bit(b) | _bit(d)
    words[b] ^= _bit(a) | _bit(c)
    words[d] ^= _bit(a) | _bit(c)


@kernel
def rewire(words: Any, edges: Any, n_steps: int, connected: bool, seed: Any, sample: int) -> None:
    """Walk `n_steps` from the graph `words`, uint64 (n_nodes,), with edges int64 (n_edges, 2), both written."""
    for step in range(n_steps):
        draws = draw4(seed, sample, REWIRING, MEASURE, step)
        e, f = below(draws[0], len(edges)), below(draws[1], len(edges))
        flip = np.int64(draws[2] & np.uint32(1))
        a, b, c, d = edges[e, 0], edges[e, 1], edges[f, flip], edges[f, 1 - flip]
        # Where both are one edge, or share a node, one of these holds.
        if a == d or b == c or (words[a] & _bit(d)) or (words[b] & _bit(c)):
            continue
        _exchange(words, a, b, c, d)
        # Every piece has one of the four nodes in it, a and d are joined, and so are b and c.
        if connected and not _reaches(words, a, b):
            _exchange(words, a, b, c, d)
            continue
        edges[e, 1], edges[f, 0], edges[f, 1] = d, c, b

"""The null `degree_preserving`: networks in which every node has as many neighbours as here, wired at random.

The first control of Kashtan & Alon 2005 (doi 10.1073/pnas.0503610102). Directions are dropped before; a network that is
connected stays so, one that is not is rewired freely.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.kernel import ctz, kernel
from evomod.measures.annealing import anneal
from evomod.measures.calibration import SEED, Calibration, Null, maximised, summary
from evomod.networks.null_models import random_rewired, rewire

Array = npt.NDArray[Any]

SWAPS = 100  # tried for each edge: Milo et al. 2003, arXiv cond-mat/0312028
N_RANDOM = 1000
SEARCHES, STEPS = 50, 5_000  # a third of a second; 20,000 steps found no more on six graphs of KA05's size

_ZERO, _ONE = np.uint64(0), np.uint64(1)


def degree_preserving(degrees: Sequence[int], connected: bool) -> Null:
    """Simple graphs with these degrees.

    Parameters
    ----------
    degrees : of all nodes that have neighbours, in any order; of some simple graph
    connected : bool
        Only connected graphs.
    """
    falling = sorted(map(int, degrees), reverse=True)
    key = {"null": "degree_preserving", "degrees": falling, "connected": connected}
    return Null(key, lambda: _calibrate(falling, connected))


def _calibrate(degrees: Sequence[int], connected: bool) -> Calibration:
    graph = realised(degrees)
    null = maximised(random_rewired(graph, N_RANDOM, SWAPS, SEED, connected))
    most = anneal(RewiringWalk(graph, SEARCHES, connected, SEED), STEPS, SEED)
    how = (
        f"{N_RANDOM} graphs, {SWAPS} swaps tried for each edge; annealing of rewirings and partitions at once, "
        f"{SEARCHES} restarts of {STEPS} steps"
    )
    return summary(null, None, most, how)


def realised(degrees: Sequence[int]) -> Array:
    """A simple graph with these degrees, connected if there is any such: uint64 (n_nodes,).

    Notes
    -----
    The node that lacks fewest neighbours is joined to those that lack most (Horvát & Modes 2021, doi
    10.1088/2632-072X/abced5).
    """
    left, rows = list(degrees), np.zeros(len(degrees), np.uint64)
    while any(left):
        node = min((v for v, lacks in enumerate(left) if lacks), key=left.__getitem__)
        others = sorted((v for v in range(len(left)) if v != node), key=lambda v: -left[v])[: left[node]]
        for other in others:
            rows[node] |= np.uint64(1 << other)
            rows[other] |= np.uint64(1 << node)
            left[other] -= 1
        left[node] = 0
    return rows


@kernel
def is_connected(rows: Any) -> bool:
    """Are all nodes that have neighbours, uint64 (n_nodes,), in one piece?"""
    present, reached = _ZERO, _ZERO
    for a in range(rows.size):
        if rows[a]:
            present |= _ONE << np.uint64(a)
    todo = present & (~present + _ONE)
    while todo:
        reached |= todo
        new = _ZERO
        while todo:
            new |= rows[np.int64(ctz(todo))]
            todo &= todo - _ONE
        todo = new & ~reached
    return bool(reached == present)


class RewiringWalk:
    """Walkers over the graphs with the degrees of one graph, a swap of two edges at a time; see `annealing.Walk`."""

    def __init__(self, graph: Array, n: int, connected: bool, seed: int) -> None:
        self.connected, self.seed = connected, seed
        joined = (graph[:, None] >> np.arange(len(graph), dtype=np.uint64)) & _ONE
        self.edges = np.repeat(np.argwhere(np.triu(joined))[None], n, axis=0)
        self.graphs = np.repeat(graph[None], n, axis=0)
        self.distance = self.new_distance = np.zeros(n)
        self.new_graphs, self.new_edges = self.graphs.copy(), self.edges.copy()

    def propose(self, step: int) -> None:
        """One swap for each, which may not be possible."""
        self.new_graphs[:], self.new_edges[:] = self.graphs, self.edges
        _swap(self.new_graphs, self.new_edges, self.connected, np.uint64(self.seed << 32 | step))

    def keep(self, taken: Array) -> None:
        """Go where bool (n,) says so."""
        self.graphs[taken], self.edges[taken] = self.new_graphs[taken], self.new_edges[taken]


@kernel
def _swap(graphs: Any, edges: Any, connected: bool, seed: Any) -> None:
    for i in range(graphs.shape[0]):
        rewire(graphs[i], edges[i], 1, connected, seed, i)

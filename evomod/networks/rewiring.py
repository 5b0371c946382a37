"""Random networks with the degrees of a given one: the null against which motifs are counted.

Two edges a → b and c → d, drawn at random, become a → d and c → b, unless that would make a self-loop or a parallel
edge; then the network stays as it is for this step, which is what makes the samples uniform. Such switches alone cannot
reverse a directed triangle, and so do not reach every network of the same degrees: Rao, Jana & Bandyopadhyay 1996
(Sankhya A 58:225) show that with that second move they do. Two edges in a row, a → b → d, can never be switched, so
here they try to reverse the triangle that they may be part of: either move is as likely as its way back.

Steps that keep a network acyclic one by one do not reach all acyclic networks either (4 nodes are enough to be stuck).
So there the walk goes on through networks with cycles, and a fair coin says when it is looked at: it stays if it is
acyclic by then, and else goes back to where it was last looked at.
"""

from __future__ import annotations

from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from evomod.kernel import kernel
from evomod.networks.network import Network, NetworkError
from evomod.rng import MEASURE, below, draw4

Array = npt.NDArray[Any]
Null = Literal["degrees", "layers", "acyclic"]

MAX_NODES = 4096  # of a matrix that holds every pair of nodes
MAX_EDGES = 10**8  # of all samples together: 800 MB, a few minutes
BURN_IN, BETWEEN = 100, 20  # steps an edge; Milo et al. 2003, arXiv cond-mat/0312028, find 100 ample from any start


def simple_edges(network: Network) -> Array:
    """Edges between parts, each once, in order: int32 (n_edges, 2); no self-loops, and no outputs.

    Raises
    ------
    NetworkError
        If there are more than 4,096 parts.
    """
    parts = network.parts()
    if parts.n_nodes > MAX_NODES:
        raise NetworkError(f"{network.title}: has {parts.n_nodes} nodes; motifs are counted in at most {MAX_NODES}")
    edges = sorted({(source, target) for source, target in parts.edges if source != target})
    return np.array(edges, np.int32).reshape(-1, 2)


def rewired(network: Network, samples: int, null: Null = "degrees", seed: int = 0) -> Array:
    """Draw networks uniformly among all with the same nodes and degrees.

    Parameters
    ----------
    network : Network
        Self-loops, parallel edges and outputs are dropped. Nothing leads into an input before or after.
    samples : int
        How many networks, one after the other along one chain: 20 steps an edge between two, 100 before the first.
    null : 'degrees', 'layers' or 'acyclic'
        What is kept beside the in-degree and the out-degree of each node. 'layers': for each node how many edges it
        has from and to each layer (`given_layers`, or the depth). 'acyclic': that there is no cycle, where there is
        none to begin with.
    seed : int
        The same network and seed give the same samples.

    Returns
    -------
    int32 (samples, n_edges, 2)
        Source and target of each edge, as indices of `network.parts()`.

    Raises
    ------
    NetworkError
        If there is no edge between two nodes, more than 4,096 nodes, or more than 10^8 edges in all samples; if the
        null is unknown.
    """
    if null not in get_args(Null):
        raise NetworkError(f"unknown null {null!r}; possible: {', '.join(get_args(Null))}")
    edges = simple_edges(network)
    if not len(edges):
        raise NetworkError(f"{network.title}: has no edge between two nodes; there is nothing to rewire")
    if samples * len(edges) > MAX_EDGES:
        raise NetworkError(
            f"{network.title}: {samples} samples of {len(edges)} edges are too many; at most "
            f"{MAX_EDGES // len(edges)} samples are possible"
        )
    parts = network.parts()
    place = np.full((parts.n_nodes, parts.n_nodes), -1, np.int32)
    place[edges[:, 0], edges[:, 1]] = np.arange(len(edges))
    layer = np.zeros(parts.n_nodes, np.int64)
    if null == "layers":
        layer[:] = parts.given_layers or parts.layers()
    _, joins = np.unique(layer[edges], axis=0, return_inverse=True)
    acyclic = null == "acyclic" and is_acyclic(edges, parts.n_nodes)
    out = np.empty((samples, *edges.shape), np.int32)
    _walk(edges, joins.astype(np.int32).ravel(), place, acyclic, np.uint64(seed), out)
    return out


@kernel
def is_acyclic(edges: Any, n_nodes: int) -> bool:
    """Is nothing left of edges (n_edges, 2) when those from nodes that nothing leads to are taken away, and again?"""
    unfed = np.zeros(n_nodes, np.bool_)
    n_unfed = -1
    while n_unfed < unfed.sum():
        n_unfed = unfed.sum()
        fed = np.zeros(n_nodes, np.bool_)
        for e in range(len(edges)):
            if not unfed[edges[e, 0]]:
                fed[edges[e, 1]] = True
        unfed = ~fed
    return n_unfed == n_nodes


@kernel
def _walk(edges: Any, joins: Any, place: Any, acyclic: bool, seed: Any, out: Any) -> None:
    """Walk from `edges` on and write a sample now and then; `edges` and `place` are overwritten."""
    m, last = len(edges), edges.copy()
    for sample in range(len(out)):
        n_steps = m * (BETWEEN if sample else BURN_IN)
        for draw in range(n_steps // 2):
            words = draw4(seed, sample, 0, MEASURE, draw)
            _step(edges, joins, place, below(words[0], m), below(words[1], m))
            _step(edges, joins, place, below(words[2], m), below(words[3], m))
            # The lowest bit says nothing about the edge that the word stands for.
            if acyclic and words[3] & 1:
                if is_acyclic(edges, len(place)):
                    last[:] = edges
                else:
                    _go_back(edges, place, last)
        if acyclic:
            _go_back(edges, place, last)
        out[sample] = edges


@kernel
def _step(edges: Any, joins: Any, place: Any, e: int, f: int) -> None:
    """Switch the targets of two edges, or reverse the triangle that they are part of; or nothing."""
    if joins[e] != joins[f]:
        return
    a, b, c, d = edges[e, 0], edges[e, 1], edges[f, 0], edges[f, 1]
    if b == c:
        g = place[d, a]  # where e and f join the same layers, all three are of one layer
        if g >= 0 and place[b, a] < 0 and place[d, b] < 0 and place[a, d] < 0:
            place[a, b] = place[b, d] = place[d, a] = -1
            _put(edges, place, e, b, a)
            _put(edges, place, f, d, b)
            _put(edges, place, g, a, d)
    elif a != d and place[a, d] < 0 and place[c, b] < 0:
        place[a, b] = place[c, d] = -1
        _put(edges, place, e, a, d)
        _put(edges, place, f, c, b)


@kernel
def _put(edges: Any, place: Any, e: int, source: int, target: int) -> None:
    edges[e, 0], edges[e, 1] = source, target
    place[source, target] = e


@kernel
def _go_back(edges: Any, place: Any, last: Any) -> None:
    for e in range(len(edges)):
        place[edges[e, 0], edges[e, 1]] = -1
    for e in range(len(edges)):
        _put(edges, place, e, last[e, 0], last[e, 1])

"""Maximal modularity of many small graphs at once: undirected, simple, unweighted; in integers, hence exact."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from evomod.kernel import kernel, popcount
from evomod.networks.maximisation import best_partition
from evomod.networks.network import Network, NetworkError

Array = npt.NDArray[Any]
NO_NODE = 255  # the label of what is no node
STEPS = 1_000_000  # some 30 ms: sparse graphs of 30 nodes are certified within


class BestModularity(NamedTuple):
    """The best partitions of n graphs of at most n_nodes nodes.

    Attributes
    ----------
    q : float64 (n,)
        Modularity, −½ … 1; NaN where there is no edge. Equal graphs give equal numbers, on any machine.
    labels : uint8 (n, n_nodes)
        The module of each node, numbered by first occurrence; 255 (`NO_NODE`) where there is no node.
    certified : bool (n,)
        Is it proved that no partition is better?
    found : int32 (n,)
        How many of the climbs from random places ended at q.
    """

    q: Array
    labels: Array
    certified: Array
    found: Array


def best_modularity(adjacency: Array, restarts: int = 8, seed: int = 0, steps: int = STEPS) -> BestModularity:
    """Maximise Newman–Girvan modularity of each graph, with proof. Equal graphs are looked at once.

    Parameters
    ----------
    adjacency : uint64 (n, n_nodes)
        Bit j of word i: nodes i and j are joined. Symmetric, no node with itself, at most 64 nodes; a word of 0 is no
        node, so that graphs of several sizes fit one array.
    restarts : int ≥ 1
        Climbs from random places, made first.
    seed : int
        Of these places. A result does not depend on the other graphs of the batch.
    steps : int ≥ 0
        What the proof may cost for each graph; where it costs more, the best that was found is not certified. With 0
        there is no proof, but where joining what belongs together already settles the matter.

    Raises
    ------
    NetworkError
        If a graph is not symmetric, joins a node with itself, or has too many nodes; or without a restart.

    Notes
    -----
    4 m² Q = Σ_c (4 m l_c − d_c²), with m edges, l_c of them within module c, and d_c the sum of its degrees (Newman &
    Girvan 2004, doi 10.1103/PhysRevE.69.026113): an integer.
    """
    adjacency = np.ascontiguousarray(adjacency, np.uint64)
    check_graphs(adjacency)
    if restarts < 1:
        raise NetworkError(f"modularity is maximised by at least 1 climb; got {restarts} restarts")
    graphs, place = np.unique(adjacency, axis=0, return_inverse=True)
    n, n_nodes = graphs.shape
    best = BestModularity(
        np.empty(n), np.full((n, n_nodes), NO_NODE, np.uint8), np.zeros(n, np.bool_), np.zeros(n, np.int32)
    )
    _best_modularity(graphs, restarts, seed, steps, *best)
    return BestModularity(*(column[place.reshape(-1)] for column in best))


def adjacency_bits(networks: Sequence[Network]) -> Array:
    """The graphs of networks as `best_modularity` takes them, outputs left out: uint64 (n, largest n_nodes)."""
    parts = [network.parts() for network in networks]
    rows = np.zeros((len(parts), max((part.n_nodes for part in parts), default=0)), np.uint64)
    for i, part in enumerate(parts):
        if part.n_nodes > 64:
            raise NetworkError(f"{part.title}: has {part.n_nodes} nodes; a graph in one word a node has at most 64")
        powers = np.uint64(1) << np.arange(part.n_nodes, dtype=np.uint64)
        rows[i, : part.n_nodes] = np.where(part.simple(), powers, np.uint64(0)).sum(axis=1, dtype=np.uint64)
    return rows


def check_graphs(adjacency: Array, title: str = "graph") -> None:
    """Are these words, (n, n_nodes), simple undirected graphs? NetworkError otherwise."""
    if adjacency.ndim != 2 or adjacency.shape[1] > 64:
        raise NetworkError(f"graphs of at most 64 nodes are wanted, a word for each; got the shape {adjacency.shape}")
    exists = np.arange(64) < adjacency.shape[1]
    bits = ((adjacency[:, :, None] >> np.arange(64, dtype=np.uint64)) & np.uint64(1)).astype(bool)
    joined = bits[:, :, exists]
    wrong = (joined != joined.transpose(0, 2, 1)).any(axis=(1, 2)) | joined.diagonal(axis1=1, axis2=2).any(axis=1)
    wrong |= bits[:, :, ~exists].any(axis=(1, 2))
    if wrong.any():
        raise NetworkError(
            f"{title}{f' {int(np.argmax(wrong))}' if len(adjacency) > 1 else ''}: is not simple and undirected; words "
            f"must be symmetric, and no node joined with itself or with one that does not exist"
        )


@kernel
def _pairs(words: Any, nodes: Any) -> Any:
    """2 m A_ij − d_i d_j of the given nodes, 0 on the diagonal: int64 (n, n); and Σ d_i², 2 m."""
    n = nodes.size
    pairs = np.zeros((n, n), np.int64)
    squares, ends = np.int64(0), np.int64(0)
    for i in range(n):
        d = np.int64(popcount(words[nodes[i]]))
        squares += d * d
        ends += d
    for i in range(n):
        word = words[nodes[i]]
        for j in range(n):
            if i != j:
                pairs[i, j] = -np.int64(popcount(word)) * np.int64(popcount(words[nodes[j]]))
                if (word >> np.uint64(nodes[j])) & np.uint64(1):
                    pairs[i, j] += ends
    return pairs, squares, ends


@kernel
def _best_modularity(
    graphs: Any, restarts: int, seed: Any, steps: int, q: Any, labels: Any, certified: Any, found: Any
) -> None:
    """`best_modularity`, graph by graph."""
    for g in range(graphs.shape[0]):
        nodes = np.flatnonzero(graphs[g])
        if nodes.size == 0:
            q[g] = np.nan
            continue
        pairs, squares, ends = _pairs(graphs[g], nodes)
        modules = np.empty(nodes.size, np.int64)
        value, certified[g], found[g] = best_partition(pairs, restarts, seed, steps, 0, modules)
        q[g] = (2 * value - squares) / (ends * ends)
        names, n_modules = np.full(nodes.size, -1), 0
        for i in range(nodes.size):
            if names[modules[i]] < 0:
                names[modules[i]], n_modules = n_modules, n_modules + 1
            labels[g, nodes[i]] = names[modules[i]]

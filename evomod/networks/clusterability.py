"""How well a net falls apart into clusters: n-cut under spectral clustering, beside nets with shuffled weights.

Filan, Casper, Hod, Wild, Critch & Russell 2021, "Clusterability in neural networks", arXiv 2103.03386.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from evomod.networks.k_means import k_means
from evomod.networks.network import Network, NetworkError
from evomod.rng import MEASURE, permutation

Array = npt.NDArray[Any]
Null = Literal["all", "nonzero"]
N_STARTS = 50  # of k-means; the one with the least inertia counts
EQUAL = 1e-9  # n-cuts that differ by less are equal: a net that only changed places has the same


@dataclass(frozen=True)
class Clustering:
    """Clusters of a network, and what they are worth.

    Attributes
    ----------
    n_cut : float
        Sum over clusters of the weight that leads out over the weight of all their nodes; 0 to `n_clusters`, lower is
        more clusterable.
    groups : int64 (n_nodes,)
        The cluster of each node, from 0; -1 for nodes that were dropped.
    n_clusters : int
        How many there are.
    """

    n_cut: float
    groups: Array
    n_clusters: int


@dataclass(frozen=True)
class Clusterability:
    """The n-cut of a net among those of `samples` nets with shuffled weights; shuffles without a path do not count.

    `z` is (n_cut - mean) / sd, so that negative is more clusterable than chance, NaN if all shuffled nets are alike;
    `percentile` is (r + 1) / (samples + 1), where r shuffled nets have an n-cut as low or lower.
    """

    clustering: Clustering
    n_cut_random: float
    n_cut_sd: float
    z: float
    percentile: float


def strengths(network: Network) -> Array:
    """Undirected weights |w| without self-loops, those of both directions added up: float64 (n, n), symmetric."""
    return _undirected(network.matrix())


def _undirected(matrix: Array) -> Array:
    weights = np.abs(matrix)
    np.fill_diagonal(weights, 0)
    return weights + weights.T


def n_cut_of(weights: Array, groups: Array) -> float:
    """The n-cut of a given partition: sum over groups of cut / volume.

    Parameters
    ----------
    weights : float64 (n, n), symmetric, not negative
    groups : int64 (n,)
        The group of each node; nodes with -1, and groups without any weight, count for nothing.
    """
    there = groups >= 0
    weights, groups = weights[np.ix_(there, there)], groups[there]
    total = 0.0
    for group in np.unique(groups):
        inside = groups == group
        volume = weights[inside].sum()
        total += weights[np.ix_(inside, ~inside)].sum() / volume if volume > 0 else 0.0
    return float(total)


def cluster(network: Network, k: int = 12) -> Clustering:
    """Cluster a network by its |w|, by normalised spectral clustering.

    Parameters
    ----------
    network : Network
        Directions, signs, self-loops and outputs are dropped. So are nodes without edges and, where layers are given,
        connected parts that do not reach from the first layer to the last.
    k : int
        Clusters wanted, at least 2. In a small network there are at most half as many as nodes: a cluster of one node
        has cut / volume 1 whatever the network, and would say nothing.

    Raises
    ------
    NetworkError
        If no edge is left.

    Notes
    -----
    The k eigenvectors of the normalised Laplacian with the smallest eigenvalues, scaled back by the square root of the
    degrees (Shi & Malik 2000, doi 10.1109/34.868688), clustered by k-means with fifty fixed starts.
    """
    network = network.parts()
    return _cluster(strengths(network), _layers(network), k, network.title)


def _layers(network: Network) -> Array:
    return np.array(network.given_layers, np.int64)


def _cluster(weights: Array, layers: Array, k: int, title: str) -> Clustering:
    kept = np.flatnonzero(_connected(weights, layers))
    if len(kept) < 2:
        across = " that belongs to a path from the first layer to the last" if len(layers) and weights.any() else ""
        raise NetworkError(f"{title}: n-cut needs an edge between two nodes{across}; there is none")
    inner = weights[np.ix_(kept, kept)]
    groups = np.full(len(weights), -1)
    groups[kept] = np.unique(_spectral(inner, max(2, min(k, len(kept) // 2))), return_inverse=True)[1]
    return Clustering(n_cut_of(weights, groups), groups, int(groups.max()) + 1)


def _connected(weights: Array, layers: Array) -> Array:
    """Which nodes count: bool (n,)."""
    from scipy.sparse.csgraph import connected_components  # slow to import, and most of evomod never needs it

    there = weights.any(1)
    if len(layers) == 0 or not there.any():
        return np.asarray(there)
    part = connected_components(weights, directed=False)[1]
    across = np.intersect1d(part[layers == layers.min()], part[layers == layers.max()])
    return there & np.isin(part, across)


def _spectral(weights: Array, k: int) -> Array:
    """Cluster of each node, some perhaps empty; every node has an edge."""
    from scipy.linalg import eigh

    root = np.sqrt(weights.sum(1))
    laplacian = np.eye(len(weights)) - weights / np.outer(root, root)
    points = eigh(laplacian, subset_by_index=(0, k - 1))[1] / root[:, None]
    return np.asarray(k_means(np.ascontiguousarray(points), k, N_STARTS))


def clusterability(
    network: Network, k: int = 12, null: Null = "all", samples: int = 100, seed: int = 0
) -> Clusterability:
    """The n-cut of a layered net, and where it lies among nets with the weights of each layer shuffled.

    Parameters
    ----------
    network, k : as for `cluster`; layers must be given
    null : 'all' or 'nonzero'
        What is shuffled among the weights that lead from one layer to another: all entries, zeros included, or the
        non-zero ones among themselves, which leaves the topology as it is.
    samples : int
        Number of shuffled nets, at least 2.
    seed : int
        Of the shuffles, 0 to 2^63 - 1.

    Raises
    ------
    NetworkError
        If no edge is left, or the layers are not given: in a circuit, say, there is no matrix of weights to shuffle.
    """
    network = network.parts()
    layers = _layers(network)
    clustering = cluster(network, k)
    if len(layers) == 0:
        raise NetworkError(f"{network.title}: has no given layers within which n-cut could shuffle weights")
    values = []
    for sample in range(samples):
        shuffled = shuffled_within_layers(network, null, seed, sample)
        try:
            values.append(_cluster(_undirected(shuffled), layers, k, network.title).n_cut)
        except NetworkError:
            continue  # so sparse that the shuffle cut every path: no net to compare with
    return _compared(clustering, np.array(values))


def _compared(clustering: Clustering, values: Array) -> Clusterability:
    if len(values) < 2:
        return Clusterability(clustering, *[float("nan")] * 4)
    mean, sd = float(values.mean()), float(values.std(ddof=1))
    z = (clustering.n_cut - mean) / sd if sd > EQUAL else float("nan")
    rank = int((values <= clustering.n_cut + EQUAL).sum())
    return Clusterability(clustering, mean, sd, z, (rank + 1) / (len(values) + 1))


def shuffled_within_layers(network: Network, null: Null, seed: int, sample: int) -> Array:
    """One shuffled net: weights from row to column, float64 (n_nodes, n_nodes); see `clusterability`.

    Each pair of layers between which there are edges has its weights permuted uniformly; self-loops are dropped.
    """
    matrix = network.matrix()
    layers = np.unique(_layers(network), return_inverse=True)[1]
    n_layers = int(layers.max()) + 1
    block = layers[:, None] * n_layers + layers
    shuffled = np.zeros_like(matrix)
    for number in np.unique(block[matrix != 0]):
        inside = (block == number) & ~np.eye(len(matrix), dtype=bool)
        places = np.nonzero(inside & (matrix != 0) if null == "nonzero" else inside)
        order = permutation(len(places[0]), seed, sample * n_layers**2 + int(number), MEASURE)
        shuffled[places] = matrix[places][order]
    return shuffled

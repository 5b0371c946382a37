"""How often each small subgraph occurs, and how often it would in random networks of the same degrees.

A subgraph is induced: of the chosen nodes all edges count. Classes carry the numbers of mfinder (Milo et al. 2002,
doi 10.1126/science.298.5594.824): the smallest number that the adjacency matrix gives when its rows are read as bits,
row by row from the lowest, over all orders of the nodes. Subgraphs are enumerated by ESU (Wernicke 2006,
doi 10.1109/TCBB.2006.51).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import combinations, permutations
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from evomod.kernel import kernel
from evomod.networks.network import Network, NetworkError
from evomod.networks.rewiring import Null, rewired, simple_edges

Array = npt.NDArray[Any]

# Sizes and mfinder's numbers. The diamond of Kashtan & Alon 2005, a → b, a → c, b → d, c → d, is the bi-parallel of
# Milo et al. 2002: one class with two names.
NAMED = {
    3: {"ffl": 38, "feedback_loop": 98},
    4: {"diamond": 904, "bifan": 204, "feedback_loop_4": 4740},
}
MAX_SUBGRAPHS = 10**11  # about ten minutes


class Classes(NamedTuple):
    """Isomorphism classes of connected directed graphs: their numbers, and the class of every pattern of edges.

    Attributes
    ----------
    numbers : int64 (13,) for 3 nodes, (199,) for 4
        mfinder's, ascending; a class is its place in here.
    table : int16 (64,) or (4096,)
        The class of a pattern, −1 where it is not connected. Two bits for each pair of nodes i < j, in the order of
        `combinations`: i → j, j → i.
    """

    numbers: Array
    table: Array


@cache
def classes(size: int) -> Classes:
    """The classes of 3 or 4 nodes."""
    if size not in NAMED:
        raise NetworkError(f"motifs have 3 or 4 nodes; got {size}")
    pairs = list(combinations(range(size), 2))
    patterns = np.arange(1 << 2 * len(pairs))
    matrix = np.zeros((size, size, len(patterns)), np.int64)
    for p, (i, j) in enumerate(pairs):
        matrix[i, j], matrix[j, i] = patterns >> 2 * p & 1, patterns >> 2 * p + 1 & 1
    weights = 1 << np.arange(size * size).reshape(size, size, 1)
    orders = [np.ix_(order, order) for order in permutations(range(size))]
    numbers = np.min([(matrix[order] * weights).sum((0, 1)) for order in orders], axis=0)
    reach = (matrix + matrix.swapaxes(0, 1) + np.eye(size, dtype=np.int64)[:, :, None]).transpose(2, 0, 1) > 0
    connected = (np.linalg.matrix_power(reach.astype(np.int64), size - 1) > 0).all((1, 2))
    found = np.unique(numbers[connected])
    return Classes(found, np.where(connected, np.searchsorted(found, numbers), -1).astype(np.int16))


def count_motifs(network: Network, size: int = 3) -> Array:
    """How often each class occurs: int64 (13,) or (199,), in the order of `classes(size).numbers`.

    Parameters
    ----------
    network : Network
        Self-loops, parallel edges and outputs are dropped. Need not be connected.
    size : 3 or 4
        Number of nodes.

    Raises
    ------
    NetworkError
        If there are more than 4,096 nodes, or more subgraphs than can be counted in about ten minutes.
    """
    counts: Array = count_all(network, simple_edges(network)[None], size)[0]
    return counts


def count_all(network: Network, edges: Array, size: int) -> Array:
    """The same for many networks with these nodes and degrees, int32 (n, n_edges, 2): int64 (n, n_classes)."""
    numbers, table = classes(size)
    n_nodes = network.parts().n_nodes
    degrees = np.bincount(edges[0].ravel(), minlength=n_nodes)
    ends = degrees[edges[0]] - 1
    most = int((degrees * (degrees - 1) // 2).sum())
    if size == 4:
        most = int(ends.prod(axis=1).sum() + (degrees * (degrees - 1) * (degrees - 2) // 6).sum())
    if most * len(edges) > MAX_SUBGRAPHS:
        raise NetworkError(
            f"{network.title}: up to {most:.1e} subgraphs of {size} nodes in each of {len(edges)} networks are too "
            f"many to count; take {'fewer samples' if size == 3 else 'size 3 or fewer samples'}, or prune the network"
        )
    counts = np.zeros((len(edges), len(numbers)), np.int64)
    _count(edges, n_nodes, int(degrees.max(initial=0)), size, table, counts)
    return counts


@dataclass(frozen=True)
class Motif:
    """A class of subgraphs in a network, against its null.

    Attributes
    ----------
    number, name : mfinder's number; its name, "" for most
    count : how often it occurs
    mean, sd : of the null; the standard deviation with n − 1
    z : (count − mean) / sd; NaN where the null does not vary
    p : share of the null with as many or more, (r + 1) / (n + 1)
    significance : z over the length of the vector of all z (Milo et al. 2004, doi 10.1126/science.1089167)
    """

    number: int
    name: str
    count: int
    mean: float
    sd: float
    z: float
    p: float
    significance: float


def profile(
    network: Network, size: int = 3, samples: int = 1000, null: Null = "degrees", seed: int = 0
) -> tuple[Motif, ...]:
    """All classes of `size` nodes against `samples` rewired networks; see `rewired` for what the null keeps.

    Raises
    ------
    NetworkError
        As `rewired` and `count_motifs` do, and for fewer than 2 samples.

    Notes
    -----
    For 4 nodes Milo et al. 2002 also keep the counts of all 3-node subgraphs; here degrees alone are kept, so a 4-node
    class can be frequent because a 3-node class within it is.
    """
    scores = score(network, rewired(network, samples, null, seed), size)
    length = float(np.sqrt(np.nansum(scores[:, 3] ** 2))) or 1.0
    names = {number: name for name, number in NAMED[size].items()}
    return tuple(
        Motif(number, names.get(number, ""), int(count), mean, sd, z, p, z / length)
        for number, (count, mean, sd, z, p) in zip(classes(size).numbers.tolist(), scores.tolist(), strict=True)
    )


def score(network: Network, null: Array, size: int) -> Array:
    """Count each class, and again in random networks, int32 (n, n_edges, 2) as `rewired` gives them.

    Returns
    -------
    float64 (n_classes, 5)
        count, mean, sd, z and p, as in `Motif`.

    Raises
    ------
    NetworkError
        As `count_motifs` does, and where there are fewer than 2 random networks.
    """
    if len(null) < 2:
        raise NetworkError(f"a Z-score needs at least 2 samples of the null; got {len(null)}")
    counts = count_all(network, np.concatenate([simple_edges(network)[None], null]), size)
    count, drawn = counts[0], counts[1:]
    mean, sd = drawn.mean(axis=0), drawn.std(axis=0, ddof=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        z = np.where(sd > 0, (count - mean) / sd, np.nan)
    return np.stack([count, mean, sd, z, (1 + (drawn >= count).sum(axis=0)) / (1 + len(null))], axis=1)


@kernel
def _count(edges: Any, n_nodes: int, max_degree: int, size: int, table: Any, counts: Any) -> None:
    pairs = np.empty((n_nodes, n_nodes), np.int16)  # bit 0: row to column; bit 1: column to row
    neighbours = np.empty((n_nodes, max_degree), np.int32)
    degree = np.empty(n_nodes, np.int32)
    extension = np.empty((3, n_nodes), np.int32)
    for sample in range(len(edges)):
        pairs[:], degree[:] = 0, 0
        for e in range(edges.shape[1]):
            i, j = edges[sample, e]
            if not pairs[i, j]:
                neighbours[i, degree[i]], neighbours[j, degree[j]] = j, i
                degree[i] += 1
                degree[j] += 1
            pairs[i, j] |= 1
            pairs[j, i] |= 2
        _enumerate(pairs, neighbours, degree, extension, size, table, counts[sample])


@kernel
def _enumerate(pairs: Any, neighbours: Any, degree: Any, extension: Any, size: int, table: Any, counts: Any) -> None:
    """Visit every connected set of nodes once: v, the lowest, and then neighbours that no node before has brought."""
    first, second, third = extension
    for v in range(len(pairs)):
        n_first = 0
        for k in range(degree[v]):
            if neighbours[v, k] > v:
                first[n_first] = neighbours[v, k]
                n_first += 1
        for a in range(n_first):
            u = first[a]
            n_second = n_first - a - 1
            second[:n_second] = first[a + 1 : n_first]
            for k in range(degree[u]):
                new = neighbours[u, k]
                if new > v and not pairs[v, new]:
                    second[n_second] = new
                    n_second += 1
            for b in range(n_second):
                w = second[b]
                three = pairs[v, u] | pairs[v, w] << 2
                if size == 3:
                    counts[table[three | pairs[u, w] << 4]] += 1
                    continue
                n_third = n_second - b - 1
                third[:n_third] = second[b + 1 : n_second]
                for k in range(degree[w]):
                    new = neighbours[w, k]
                    if new > v and not pairs[v, new] and not pairs[u, new]:
                        third[n_third] = new
                        n_third += 1
                for c in range(n_third):
                    x = third[c]
                    rest = pairs[u, w] << 6 | pairs[u, x] << 8 | pairs[w, x] << 10
                    counts[table[three | pairs[v, x] << 4 | rest]] += 1

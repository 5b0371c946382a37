"""Modularity Q: the share of links within modules, minus what the nodes' degrees alone would give.

Undirected: Newman & Girvan 2004 (doi 10.1103/PhysRevE.69.026113); directed: Leicht & Newman 2008
(doi 10.1103/PhysRevLett.100.118703); weighted: Newman 2004 (doi 10.1103/PhysRevE.70.056131).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.networks.network import Network, NetworkError
from evomod.networks.partition import Partition
from evomod.networks.partition_search import gained

Array = npt.NDArray[Any]
MOST_NODES = 4096  # modularity is computed, and maximised, on a few n_nodes × n_nodes tables


@dataclass(frozen=True)
class Gains:
    """Modularity as a sum over pairs: Q = (alone + Σ of `pairs` within modules, each pair once) / scale.

    Attributes
    ----------
    pairs : int64 or float64 (n_nodes, n_nodes)
        What is gained by having two nodes in one module; symmetric, 0 on the diagonal. Whole numbers without weights.
    alone : number
        What there is when every node is a module of its own.
    scale : number > 0
    """

    pairs: Array
    alone: Any
    scale: Any

    @property
    def least(self) -> Any:
        """What is lost in rounding: gains up to this are no gains. 0 for integers, 1e-13 Q for floats."""
        return self.pairs.dtype.type(0 if self.pairs.dtype == np.int64 else 1e-13 * self.scale)

    def q(self, labels: Array) -> float:
        """Modularity of the modules `labels`, int64 (n_nodes,)."""
        return float((self.alone + gained(self.pairs, labels)) / self.scale)


def gains(network: Network, directed: bool = False, weighted: bool = False) -> Gains:
    """What each pair of a network's parts gains; see `modularity`."""
    parts = network.parts()
    if parts.n_nodes > MOST_NODES:
        raise NetworkError(f"{network.title}: has {parts.n_nodes} nodes; modularity is taken of {MOST_NODES} at most")
    if weighted:
        if (parts.weight_array < 0).any():
            e = int(np.argmax(parts.weight_array < 0))
            ends = " to ".join(parts.names[end] for end in parts.edges[e])
            raise NetworkError(
                f"{network.title}: weighted modularity means nothing where a weight is negative, as that from {ends} "
                f"({parts.weights[e]:g}); take absolute values, or leave weights out"
            )
        with np.errstate(over="ignore"):
            links = parts.matrix()
            total = links.sum()
        if not np.isfinite(total):
            raise NetworkError(f"{network.title}: the weights add up to more than a float holds; scale them down")
    else:
        links = np.zeros((parts.n_nodes, parts.n_nodes), np.int64)
        links[tuple(np.array(parts.edges, np.int64).reshape(-1, 2).T)] = 1
        if not directed:
            links |= links.T
    np.fill_diagonal(links, 0)
    if not links.any():
        raise NetworkError(f"{network.title}: modularity is not defined where no two different nodes are linked")
    if weighted:  # of sum 1, so that rounding is the same for all units
        links /= links.sum()
        links = links if directed else (links + links.T) / 2
    scale = links.sum()
    surplus = scale * links - np.outer(links.sum(axis=1), links.sum(axis=0))  # B of Leicht & Newman, times m
    alone = surplus.trace()
    np.fill_diagonal(surplus, 0)
    return Gains(surplus + surplus.T, alone, scale * scale)


def modularity(network: Network, partition: Partition, directed: bool = False, weighted: bool = False) -> float:
    """Modularity of a network with given modules.

    Parameters
    ----------
    network : Network
        Outputs are left out, and links of a node with itself. Unweighted, parallel links count once.
    partition : Partition
        Of `network.parts()`.
    directed : bool
        With expected links by out- and in-degrees; otherwise a link is one whichever way it leads, and with weights
        those of both ways add up.
    weighted : bool
        Count weights instead of links: finite, none negative.

    Returns
    -------
    float
        Q, from −½ to below 1.

    Raises
    ------
    NetworkError
        If no two different nodes are linked, a weight is negative, there are more than 4,096 nodes, or the partition is
        of another number of them.

    Notes
    -----
    Defined as Q = (1/m) Σ_ij (A_ij − k_i^out k_j^in / m) δ(c_i, c_j). Computed from pairs i < j, symmetrised, in
    integers where there are no weights: equal networks have equal numbers.
    """
    summands = gains(network, directed, weighted)
    has, got = len(summands.pairs), len(partition.labels)
    if got != has:
        raise NetworkError(f"{network.title}: has {has} nodes, outputs left out, but the partition is of {got}")
    return summands.q(np.array(partition.labels, np.int64))

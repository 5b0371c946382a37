"""The partition of a network that maximises modularity: the best of many climbs, or the best there is, with proof."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from evomod.kernel import kernel
from evomod.networks.exact_partition import certify, contract
from evomod.networks.modularity import Gains, gains
from evomod.networks.network import Network, NetworkError
from evomod.networks.partition import Partition
from evomod.networks.partition_search import climb_often, gained
from evomod.networks.spectral import bisected

Method = Literal["exact", "fast", "spectral"]
METHODS = get_args(Method)
Array = npt.NDArray[Any]
STEPS = 100_000_000  # about ten seconds: sparse graphs of 35 nodes and dense ones of 25 are proved within
MOST_CERTIFIED = 64  # nodes: the tables of the proof grow with their cube, its time much faster


@dataclass(frozen=True)
class Modularity:
    """Modularity, and how it was found.

    Attributes
    ----------
    q : float
    partition : Partition
        Of the network without outputs. A node without a link is a module of its own.
    method : 'exact', 'fast' or 'spectral'
    restarts : int
        Climbs from random places.
    found : int
        How many of them ended at q; without climbs, as with *spectral*, all of them.
    certified : bool
        Is it proved that no partition is better (weighted: by more than 1e-11)?
    """

    q: float
    partition: Partition
    method: Method
    restarts: int
    found: int
    certified: bool


def maximise(
    network: Network,
    method: Method = "exact",
    *,
    directed: bool = False,
    weighted: bool = False,
    restarts: int = 50,
    seed: int = 0,
) -> Modularity:
    """Maximise modularity over all partitions of a network; see `modularity` for what it is of.

    Parameters
    ----------
    network : Network
        At most 4,096 nodes. *exact* suffices for about 30 (sparse ones: 35).
    method : 'exact', 'fast' or 'spectral'
        *fast* takes the best of the climbs: vertex moves, then merges of modules, until neither helps. *exact* goes on
        from there with a branch and bound. *spectral* cuts by the leading eigenvector, which finds less.
    restarts : int ≥ 1
        Climbs, each from another random place.
    seed : int
        Of these places.

    Raises
    ------
    NetworkError
        If no two different nodes are linked, a weighted link is negative, the network is too large, or *exact* came to
        no end within 100 million steps.

    Notes
    -----
    To maximise modularity is NP-hard (Brandes et al. 2008, doi 10.1109/TKDE.2007.190689).
    """
    best = maximise_gains(gains(network, directed, weighted), method, restarts, seed)
    if method == "exact" and not best.certified:
        raise NetworkError(
            f"{network.title}: exact modularity is out of reach, with {len(best.partition.labels)} nodes and so many "
            f"links; take the method fast, which finds {best.q:.4f}, in {best.found} of {restarts} climbs"
        )
    return best


def maximise_gains(
    summands: Gains, method: Method = "exact", restarts: int = 50, seed: int = 0, steps: int = STEPS
) -> Modularity:
    """Maximise any sum over pairs; with *exact*, not `certified` if the proof takes more than `steps`."""
    if method not in METHODS:
        raise NetworkError(f"modularity is maximised by one of {', '.join(METHODS)}; got {method!r}")
    if restarts < 1:
        raise NetworkError(f"modularity is maximised by at least 1 climb; got {restarts} restarts")
    if method == "spectral":
        labels = bisected(summands.pairs)
        return Modularity(summands.q(labels), _partition(summands, labels), method, restarts, restarts, False)
    labels = np.empty(len(summands.pairs), np.int64)
    steps = steps if method == "exact" else 0
    _, certified, found = best_partition(summands.pairs, restarts, seed, steps, summands.least, labels)
    return Modularity(summands.q(labels), _partition(summands, labels), method, restarts, int(found), bool(certified))


def _partition(summands: Gains, labels: Array) -> Partition:
    """With a module of its own for each node that has no link."""
    alone = ~summands.pairs.any(axis=1)
    return Partition(tuple(np.where(alone, len(labels) + np.arange(len(labels)), labels).tolist()))


@kernel
def best_partition(pairs: Any, restarts: int, seed: Any, steps: int, least: Any, labels: Any) -> Any:
    """The best partition: labels, written into int64 (n,); what it gains, is it certified, how many climbs found it.

    Parameters are those of `certify` and `climb_often`. Nodes that belong together anyway are joined first.
    """
    n = labels.size
    small = pairs.copy()
    joined = np.empty(n, np.int64)
    contract(small, joined)
    kept = np.flatnonzero(joined == np.arange(n))
    small = small[kept][:, kept]
    modules = np.empty(kept.size, np.int64)
    climbed, found = climb_often(small, restarts, seed, least, modules)
    top, left = climbed, -1
    if kept.size <= MOST_CERTIFIED:
        top, left = certify(small, modules, climbed, steps, least)
    place = np.empty(n, np.int64)
    place[kept] = np.arange(kept.size)
    for i in range(n):
        labels[i] = modules[place[joined[i]]]
    return gained(pairs, labels), left >= 0, found if top <= climbed + least else 0

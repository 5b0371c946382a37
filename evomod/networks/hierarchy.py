"""How hierarchical a directed network is: global reaching centrality.

Mones, Vicsek & Vicsek 2012, "Hierarchy measure for complex networks", doi 10.1371/journal.pone.0033799.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.kernel import kernel
from evomod.networks.network import Network, NetworkError

Array = npt.NDArray[Any]


def global_reaching_centrality(network: Network, weighted: bool = False) -> float:
    """By how much the best-placed node reaches more of the network than the others do: 0 none, 1 a star.

    Parameters
    ----------
    network : Network
        Directed. Outputs and self-loops are dropped.
    weighted : bool
        False: a node counts by the share of the others that it reaches along edges, whatever their weights. True:
        strengths |w|, those of parallel edges added up, and an edge of weight 0 is none; each node that is reached
        counts by the mean strength along the shortest path to it, over that of all edges. An edge is 1 / strength long;
        of equally short paths that with the fewest edges counts, then the strongest.

    Returns
    -------
    float
        Mean over nodes of the greatest local reaching centrality less the node's own, with n - 1 for n: 0 to 1, or
        above where weights differ.

    Raises
    ------
    NetworkError
        If there are fewer than two nodes, or no edge between two of them, or with `weighted` none but of weight 0.
    """
    network = network.parts()
    strengths = network.strengths() if weighted else (replace(network, weights=()).strengths() > 0).astype(float)
    if not strengths.any():
        what = "an edge of weight other than 0" if weighted else "an edge"
        raise NetworkError(f"{network.title}: hierarchy needs {what} between two nodes; there is none")
    local = _local_reaching_centralities(strengths) / strengths[strengths > 0].mean()
    return float((local.max() - local).sum() / (len(local) - 1))


@kernel
def _local_reaching_centralities(strengths: Any) -> Any:
    """Mean strength along the shortest path to each other node, over n - 1: float64 (n,). Dijkstra's algorithm."""
    n = len(strengths)
    local = np.zeros(n)
    for source in range(n):
        distance, steps = np.full(n, np.inf), np.zeros(n, np.int64)
        carried, done = np.zeros(n), np.zeros(n, np.bool_)
        distance[source] = 0.0
        for _ in range(n):
            node = -1
            for i in range(n):
                if not done[i] and distance[i] < np.inf and (node < 0 or distance[i] < distance[node]):
                    node = i
            if node < 0:
                break
            done[node] = True
            if node != source:
                local[source] += carried[node] / steps[node] / (n - 1)
            for target in range(n):
                if strengths[node, target] > 0:
                    there = distance[node] + 1 / strengths[node, target]
                    new_steps, new_carried = steps[node] + 1, carried[node] + strengths[node, target]
                    stronger = new_steps == steps[target] and new_carried > carried[target]
                    preferred = new_steps < steps[target] or stronger
                    if there < distance[target] or (there == distance[target] and preferred):
                        distance[target], steps[target], carried[target] = there, new_steps, new_carried
    return local

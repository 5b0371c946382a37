"""Adding up over the connections of many individuals, whatever their genotype."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.genotypes.base import Encoding, Links
from evomod.genotypes.net import NetEncoding
from evomod.kernel import kernel

Array = npt.NDArray[Any]


def no_weights(encoding: Encoding) -> tuple[str, str] | None:
    """Why weights cannot be counted in this encoding: field and sentence; None if they can."""
    if isinstance(encoding, NetEncoding):
        return None
    return "weighted", "asks for the weights of links, and those of this genotype have none; leave it out"


def add_up(links: Links, table: Array, strengths: Array | None, longest: bool, counts: Array) -> None:
    """Write the sum, or the largest, of table[source, target] · |strength| over connections into float64 (n,).

    Parameters
    ----------
    table : float64 (n_nodes, n_nodes)
    strengths : (k, most) or None
        None is 1 for each.
    """
    _add_up(links.who, links.n, links.sources, links.targets, table, strengths, longest, counts)


def number_layers(links: Links, n_inputs: int, n_nodes: int) -> None:
    """Replace the nodes in `links` by their layers: 0 for inputs, for a part one more than the lowest of its sources.

    Parts that no input reaches are in the layer above all others.
    """
    _number_layers(links.n, links.sources, links.targets, n_inputs, n_nodes)


@kernel
def _add_up(
    who: Any, n: Any, sources: Any, targets: Any, table: Any, strengths: Any, longest: bool, counts: Any
) -> None:
    for row in range(who.size):
        total = 0.0
        for k in range(n[row]):
            value = table[sources[row, k], targets[row, k]]
            if strengths is not None:
                value *= abs(strengths[row, k])
            total = max(total, value) if longest else total + value
        counts[who[row]] = total


@kernel
def _number_layers(n: Any, sources: Any, targets: Any, n_inputs: int, n_nodes: int) -> None:
    layer = np.empty(n_nodes, np.int64)
    for row in range(n.size):
        layer[:n_inputs], layer[n_inputs:] = 0, -1
        top, grown = 0, True
        while grown:
            top, grown = top + 1, False
            for k in range(n[row]):
                if layer[targets[row, k]] < 0 and layer[sources[row, k]] == top - 1:
                    layer[targets[row, k]], grown = top, True
        for k in range(n[row]):
            a, b = layer[sources[row, k]], layer[targets[row, k]]
            sources[row, k], targets[row, k] = a if a >= 0 else top, b if b >= 0 else top

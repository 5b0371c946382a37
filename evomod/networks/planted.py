"""Networks that are made as modular as they are: what measures of modularity are tried on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from evomod.networks import planted_weights as made
from evomod.networks.conversion import from_weights
from evomod.networks.network import Network

Array = npt.NDArray[Any]
Series = Literal["graded", "pair", "twin"]
SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.6, 1.0)  # of edges rewired; denser where measures still tell them apart
N_SERIES = 5
TWINNED = 0.2
ORIGINAL = f"rewired {TWINNED:.0%} #0"


@dataclass(frozen=True)
class Planted:
    """A layered net of two halves, and what is known of it.

    Attributes
    ----------
    name : str
    network : Network
    truth : float
        How modular it is made: 1 entirely, 0 no more than chance.
    groups : tuple of int, length n_nodes
        The planted partition: 0 left, 1 right, 2 what joins them.
    series : 'graded', 'pair' or 'twin'
    note : str
        What it is.
    beside : str
        The name of what it is compared with: the control of a modular net, the original of a twin; or "".
    """

    name: str
    network: Network
    truth: float
    groups: tuple[int, ...]
    series: Series
    note: str
    beside: str = ""


def planted(seed: int = 0) -> tuple[Planted, ...]:
    """All planted networks: a graded series, pairs of a modular net and its control, twins that should measure alike.

    The same seed, 0 to 2^63 - 1, gives the same networks.
    """
    return (*graded(seed), *pairs(seed), *twins(seed))


def graded(seed: int = 0) -> list[Planted]:
    """Two disjoint nets, and the same with ever more edges led anywhere; five such series."""
    return [
        _planted(
            f"rewired {share:.0%} #{number}",
            made.rewired(made.two_nets(seed, number), share, seed, number),
            1 - share,
            "graded",
            f"two disjoint nets, {share:.0%} of the edges led to any neuron of the next layer",
        )
        for number in range(N_SERIES)
        for share in SHARES
    ]


def pairs(seed: int = 0) -> list[Planted]:
    """Modular nets, and a control of each, as large, from which the modularity was taken out."""
    retina, weak, cancelling = made.retina(), made.weak_links(seed), made.cancelling(seed)
    random = [abs(matrix) * made.signs(seed, 30 + k, matrix.shape) for k, matrix in enumerate(cancelling)]
    return [
        _planted(name, weights, truth, "pair", note, beside)
        for name, weights, truth, note, beside in (
            ("retina", retina, 1, "computes L AND R; two halves that meet at the top", "retina, rewired"),
            ("retina, rewired", made.rewired(retina, 1, seed, N_SERIES), 0, "the same edges, led anywhere", ""),
            ("weak links", weak, 1, "all neurons joined; weights between the halves 1/20", "weak links, shuffled"),
            ("weak links, shuffled", made.shuffled(weak, seed), 0, "the same weights in any order", ""),
            ("cancelling", cancelling, 1, "all joined alike; what halves get from each other cancels", "random signs"),
            ("random signs", random, 0, "the same as `cancelling`, with any signs", ""),
        )
    ]


def twins(seed: int = 0) -> list[Planted]:
    """Twins of one of the graded nets."""
    original = next(net for net in graded(seed) if net.name == ORIGINAL)
    weights = made.rewired(made.two_nets(seed, 0), TWINNED, seed, 0)
    nodes = made.order(seed, made.NODES, 0, original.network.n_nodes)
    truth, note = original.truth, "each hidden neuron's weights times c before and 1 / c behind it: the same to ReLUs"
    return [
        Planted(
            "permuted",
            _reordered(original.network, nodes, "permuted"),
            truth,
            tuple(original.groups[i] for i in nodes),
            "twin",
            "nodes and edges in another order",
            ORIGINAL,
        ),
        _planted("scaled", [10 * matrix for matrix in weights], truth, "twin", "all weights times ten", ORIGINAL),
        _planted("rescaled", made.rescaled(weights, seed), truth, "twin", note, ORIGINAL),
    ]


def _planted(name: str, weights: Sequence[Array], truth: float, series: Series, note: str, beside: str = "") -> Planted:
    widths = [len(weights[0]), *(matrix.shape[1] for matrix in weights)]
    groups = tuple(int(group) for n in widths for group in made.halves(n))
    return Planted(name, from_weights(weights, name), truth, groups, series, note, beside)


def _reordered(network: Network, nodes: Array, title: str) -> Network:
    """The same network, node `nodes[i]` in place `i`, edges in the order of their new ends."""
    place = np.argsort(nodes).tolist()
    ends = [(place[source], place[target]) for source, target in network.edges]
    edges = sorted(zip(ends, network.weights, strict=True))
    return Network(
        names=tuple(network.names[i] for i in nodes),
        roles=tuple(network.roles[i] for i in nodes),
        labels=tuple(network.labels[i] for i in nodes),
        edges=tuple(end for end, _ in edges),
        weights=tuple(weight for _, weight in edges),
        given_layers=tuple(network.given_layers[i] for i in nodes),
        positions=tuple(network.positions[i] for i in nodes),
        title=title,
    )

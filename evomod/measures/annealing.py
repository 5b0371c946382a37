"""The most modular network that can be had: simulated annealing over networks and their partitions at once.

Kirkpatrick, Gelatt & Vecchi 1983 (doi 10.1126/science.220.4598.671). A state is a network with a partition, and its
energy is minus the modularity of that partition, so that no step has to look for the best one; only what is found in
the end is partitioned anew, and exactly.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from evomod.kernel import ctz, kernel, popcount
from evomod.rng import MEASURE, below, draw4

Array = npt.NDArray[Any]

HOT, COLD = 0.02, 0.002  # temperatures, in units of Q
PENALTY = 0.1  # what a unit of distance from what is asked costs, in units of Q
SEARCHES, STEPS = 100, 50_000  # some five seconds; one search in twenty finds the best of KA05's circuits
RELABELS = 4  # moves of nodes between modules for each step of the network

_ZERO, _ONE, _32 = np.uint64(0), np.uint64(1), np.float64(2**32)


class Walk(Protocol):
    """Networks that take steps: see `GenomeWalk` and `RewiringWalk`."""

    graphs: Array
    distance: Array
    new_graphs: Array
    new_distance: Array

    def propose(self, step: int) -> None:
        """Make a proposal for each."""

    def keep(self, taken: Array) -> None:
        """Accept some."""


def anneal(walk: Walk, steps: int, seed: int) -> Array:
    """The most modular network that each walker came by: uint64 (n, n_nodes); zeros where none was what is asked."""
    n, n_nodes = walk.graphs.shape
    labels = np.tile(np.arange(n_nodes), (n, 1))
    best, highest, taken = np.zeros_like(walk.graphs), np.full(n, -1.0), np.empty(n, bool)
    for step in range(1, steps + 1):
        temperature = HOT * (COLD / HOT) ** (step / steps)
        _relabel(walk.graphs, labels, temperature, seed, step)
        walk.propose(step)
        _choose(walk.graphs, walk.new_graphs, walk.distance, walk.new_distance, labels, temperature, seed, step, taken)
        walk.keep(taken)
        _remember(walk.graphs, walk.distance, labels, highest, best)
    return best


@kernel
def _modularity(rows: Any, labels: Any, inside: Any, degrees: Any) -> float:
    """Q of a partition of one graph; 0 without edges. `inside` and `degrees`, int64 (n_nodes,), are room to work in."""
    n = rows.size
    inside[:] = 0
    degrees[:] = 0
    for a in range(n):
        rest = rows[a]
        degrees[labels[a]] += np.int64(popcount(rest))
        while rest:
            inside[labels[a]] += labels[np.int64(ctz(rest))] == labels[a]
            rest &= rest - _ONE
    ends = within = squares = np.int64(0)
    for c in range(n):
        ends, within, squares = ends + degrees[c], within + inside[c], squares + degrees[c] * degrees[c]
    return (ends * within - squares) / (ends * ends) if ends else 0.0


@kernel
def _choose(
    graphs: Any,
    new_graphs: Any,
    distance: Any,
    new_distance: Any,
    labels: Any,
    temperature: float,
    seed: Any,
    step: Any,
    taken: Any,
) -> None:
    """Write into bool (n,) who takes its step (Metropolis)."""
    inside, degrees = np.empty((2, labels.shape[1]), np.int64)
    for i in range(taken.size):
        gain = _modularity(new_graphs[i], labels[i], inside, degrees) - _modularity(
            graphs[i], labels[i], inside, degrees
        )
        gain -= PENALTY * (new_distance[i] - distance[i])
        chance = draw4(seed, step, i, MEASURE, 0)[0] / _32
        taken[i] = gain >= 0 or chance < np.exp(gain / temperature)


@kernel
def _remember(graphs: Any, distance: Any, labels: Any, highest: Any, best: Any) -> None:
    """Copy the graphs that are what is asked, and more modular than all before."""
    inside, degrees = np.empty((2, labels.shape[1]), np.int64)
    for i in range(highest.size):
        if distance[i] == 0:
            value = _modularity(graphs[i], labels[i], inside, degrees)
            if value > highest[i]:
                highest[i] = value
                best[i] = graphs[i]


@kernel
def _relabel(graphs: Any, labels: Any, temperature: float, seed: Any, step: Any) -> None:
    """Offer some nodes another module, that of a neighbour or any (Metropolis)."""
    n_nodes = labels.shape[1]
    degrees = np.empty(n_nodes, np.int64)
    for i in range(graphs.shape[0]):
        rows, label = graphs[i], labels[i]
        degrees[:] = 0
        ends = np.int64(0)
        for a in range(n_nodes):
            degree = np.int64(popcount(rows[a]))
            degrees[label[a]] += degree
            ends += degree
        for k in range(RELABELS if ends else 0):
            words = draw4(seed, step, i, MEASURE, k + 1)
            a = below(words[0], n_nodes)
            old, new = label[a], below(words[1], n_nodes)
            neighbours = rows[a]
            if neighbours and words[2] & np.uint32(3):
                for _ in range(below(words[1], popcount(neighbours))):
                    neighbours &= neighbours - _ONE
                new = label[np.int64(ctz(neighbours))]
            if new == old:
                continue
            gain = _gain(rows, label, degrees, ends, a, new)
            if gain >= 0 or words[3] / _32 < np.exp(gain / temperature):
                label[a] = new
                degree = np.int64(popcount(rows[a]))
                degrees[old] -= degree
                degrees[new] += degree


@kernel
def _gain(rows: Any, label: Any, degrees: Any, ends: Any, a: int, new: int) -> Any:
    """What Q gains by node `a` in module `new`; `degrees`, int64 (n_nodes,), are sums over modules, `ends` over all."""
    links, rest, old = np.int64(0), rows[a], label[a]
    while rest:
        there = label[np.int64(ctz(rest))]
        links += np.int64(there == new) - np.int64(there == old)
        rest &= rest - _ONE
    degree = np.int64(popcount(rows[a]))
    return 2.0 * (links * ends - degree * (degrees[new] - degrees[old] + degree)) / (ends * ends)

"""What genomes that compute a function look like: their modularity, their size, and what mutations make of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from evomod.landscape.model import Array, Model, Unit
from evomod.landscape.mutations import mutations, n_mutants_computing
from evomod.networks.modularity_batch import best_modularity


class Properties(NamedTuple):
    """Of n genomes.

    Attributes
    ----------
    q : float64 (n,)
        Modularity of the effective circuit as an undirected simple graph, inputs among the nodes: the optimum.
    gates, connections : int64 (n,)
        Effective gates; links between them and with inputs, parallel wires once.
    robustness : float64 (n,)
        Share of one-mutants that compute the same function.
    switches : int64 (n,)
        Number of one-mutants that compute the other function.
    """

    q: Array
    gates: Array
    connections: Array
    robustness: Array
    switches: Array


def properties(model: Model, genomes: Array, function: int, other: int, unit: Unit = "bit") -> Properties:
    """Measure genomes uint8 (n, n_loci) that compute `function`; how near they are to computing `other`."""
    graphs, present = model.encoding.adjacency(genomes)
    robust = n_mutants_computing(model, genomes, function, unit) / len(mutations(model, unit)[0])
    return Properties(
        best_modularity(graphs).q,
        np.bitwise_count(present >> np.uint64(model.n_inputs)).astype(np.int64),
        np.bitwise_count(graphs).sum(axis=1, dtype=np.int64) // 2,
        robust,
        n_mutants_computing(model, genomes, other, unit),
    )


def quantiles(values: Array, everybody: Array) -> Array:
    """Where values land among those of everybody: the share that is smaller, and half of those that are equal.

    If everybody is equally likely to be drawn, the mean is ½, however many are equal.
    """
    ordered = np.sort(np.asarray(everybody, float))
    # Rounding must not tell apart what is equal.
    below, up_to = (np.searchsorted(ordered, np.asarray(values, float) + e) for e in (-1e-9, 1e-9))
    return (below + up_to) / (2 * len(ordered))

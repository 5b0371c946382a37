"""What every part of a network computes, not its outputs alone: gates of circuits, and units of nets.

A unit of a net computes a function of the inputs as a gate does: it is 1 where its value is above 0.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from evomod.genotypes.base import Array, Encoding
from evomod.genotypes.circuit import Circuit, CircuitEncoding
from evomod.genotypes.circuit_phenotype import GATES
from evomod.genotypes.circuit_states import gate_states
from evomod.genotypes.layered import LayeredEncoding
from evomod.genotypes.net import NetEncoding

UNITS: dict[str, Callable[[Array], Array]] = {
    "threshold": lambda x: (x > 0).astype(float),
    "sign": np.sign,
    "tanh": np.tanh,
    "relu": lambda x: np.maximum(0.0, x),
}


def knows_parts(encoding: Encoding) -> bool:
    """Is it known what the parts compute?"""
    return isinstance(encoding, CircuitEncoding | LayeredEncoding)


def part_letter(encoding: Encoding) -> str:
    """What the names of parts begin with: g0, g1, … are gates, n0, n1, … units."""
    return "n" if isinstance(encoding, NetEncoding) else "g"


def part_states(encoding: Encoding, genomes: Array) -> tuple[Array, Array]:
    """How much of the time each part is 1, in each case, and which parts are effective; see `gate_states`.

    Parameters
    ----------
    genomes : uint8 (n, n_loci)

    Returns
    -------
    share : float64 (n, n_parts, n_cases)
        0 or 1 where the part settles, as it does in nets; 0 for parts that are not effective.
    effective : bool (n, n_parts)
        In nets, the parts that are alive.
    """
    if isinstance(encoding, NetEncoding):
        return _units(encoding, genomes)
    if isinstance(encoding, LayeredEncoding):
        return _layered_gates(encoding, genomes)
    assert isinstance(encoding, CircuitEncoding)  # noqa: S101 - who asks has looked
    return gate_states(encoding, genomes)


def _units(encoding: NetEncoding, genomes: Array) -> tuple[Array, Array]:
    n, n_inputs, parts = len(genomes), encoding.n_inputs, np.arange(encoding.n_parts)
    weights, biases = encoding.weights(genomes).astype(float), encoding.biases(genomes).astype(float)
    values = np.empty((n, encoding.n_nodes, len(encoding.cases)))
    values[:, :n_inputs] = np.where(encoding.cases.T, 1.0, encoding.low)
    share = np.empty((n, encoding.n_parts, len(encoding.cases)))
    for k in parts:
        links = slice(encoding.first_link[k], encoding.first_link[k + 1])
        sums = (weights[:, links, None] * values[:, encoding.sources[links]]).sum(axis=1) + biases[:, k, None]
        values[:, n_inputs + k], share[:, k] = UNITS[encoding.unit](sums), sums > 0
    alive = (encoding.anatomy(genomes)[2][:, 1, None] >> parts.astype(np.uint64) & np.uint64(1)).astype(bool)
    return np.where(alive[..., None], share, 0.0), alive


def _layered_gates(encoding: LayeredEncoding, genomes: Array) -> tuple[Array, Array]:
    """By the same circuits without layers."""
    kinds, rows = list(GATES), list[list[int]]()
    for genome in genomes:
        circuit: Any = encoding.develop(genome, (), ())
        gates = zip(circuit.sources, circuit.kinds, strict=True)
        rows.append([locus for (a, b), kind in gates for locus in (a, b, kinds.index(kind))] + [*circuit.outputs])
    free = Circuit(n_gates=encoding.n_parts, gates=tuple(kinds), feedback=False)
    return gate_states(free.encode(encoding.cases, encoding.n_outputs), np.array(rows, np.uint8))

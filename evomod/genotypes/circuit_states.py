"""What every gate of a circuit computes, not its outputs alone."""

from __future__ import annotations

import numpy as np

from evomod.genotypes.base import Array
from evomod.genotypes.circuit import CircuitEncoding
from evomod.population import Population


def gate_states(encoding: CircuitEncoding, genomes: Array) -> tuple[Array, Array]:
    """How much of the time each gate is 1, in each case, and which gates are effective.

    Parameters
    ----------
    genomes : uint8 (n, n_loci)

    Returns
    -------
    share : float64 (n, n_gates, n_cases)
        Of the states that count: 0 or 1 where the gate settles; 0 for gates that are not effective.
    effective : bool (n, n_gates)
    """
    n_inputs, n_gates, _, stride = encoding.shape
    genomes, n = np.asarray(genomes, np.uint8), len(genomes)
    effective = (_evaluated(encoding, genomes).effective[:, None] >> np.arange(n_gates, dtype=np.uint64) & 1).astype(
        bool
    )
    # The same circuits with an output at every effective gate: no other gate then runs that would not have run before.
    probe = encoding.circuit.encode(encoding.cases, n_gates)
    outputs = np.where(effective, n_inputs + np.arange(n_gates), 0).astype(np.uint8)
    probed = _evaluated(probe, np.concatenate([genomes[:, : n_gates * stride], outputs], axis=1))
    octets = np.ascontiguousarray(probe.answers(probed).astype("<u8")).view(np.uint8)
    share = np.zeros((n, n_gates, len(encoding.cases)))
    for plane in range(octets.shape[1]):
        share += np.unpackbits(octets[:, plane], axis=-1, count=share.shape[2], bitorder="little") * (1 << plane)
    return np.where(effective[..., None], share / probe.n_states, 0.0), effective


def _evaluated(encoding: CircuitEncoding, genomes: Array) -> Population:
    population = Population.empty(len(genomes), encoding.n_loci, encoding.response_shape, 0)
    population.genomes[:] = genomes
    encoding.evaluate(population)
    return population

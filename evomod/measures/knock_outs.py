"""Circuits of which one gate fails: its output is held at 0, or at 1."""

from __future__ import annotations

import numpy as np

from evomod.genotypes.circuit import CircuitEncoding
from evomod.measures.base import Array

NEVER, ALWAYS = "xor", "eq"  # of one node with itself: 0, and 1


def knocked_out(encoding: CircuitEncoding, genomes: Array, effective: Array) -> tuple[CircuitEncoding, Array, Array]:
    """All single knock-outs of the effective gates of genomes.

    The gate reads one node twice and is XOR, so that it stays at 0, or EQ: at 1 from the first sweep on. What served
    that gate alone is out of work with it.

    Parameters
    ----------
    genomes : uint8 (n, n_loci)
    effective : uint64 (n,)
        Bit g: gate g is effective.

    Returns
    -------
    encoding : CircuitEncoding
        The same circuits, with these two kinds of gates where they were missing.
    failing : uint8 (n_failing, n_loci)
        Genomes of that encoding: for each effective gate of each genome one with the gate at 0 and, next to it, one
        with the gate at 1.
    owner : int64 (n_failing,)
        Which of the genomes it was.
    """
    _, n_gates, n_outputs, stride = encoding.shape
    circuit = encoding.circuit
    kinds = (*circuit.gates, *(kind for kind in (NEVER, ALWAYS) if kind not in circuit.gates))
    wider = circuit.model_copy(update={"gates": kinds}).encode(encoding.cases, n_outputs)
    owner, gate = np.nonzero(effective[:, None] >> np.arange(n_gates, dtype=np.uint64) & np.uint64(1))
    owner, gate = np.repeat(owner, 2), np.repeat(gate, 2)
    failing = np.zeros((len(owner), wider.n_loci), np.uint8)
    for column in range(stride):
        failing[:, column : n_gates * 3 : 3] = genomes[owner, column : n_gates * stride : stride]
    failing[:, n_gates * 3 :] = genomes[owner, n_gates * stride :]
    row = np.arange(len(owner))
    failing[row, gate * 3] = failing[row, gate * 3 + 1] = 0
    failing[row, gate * 3 + 2] = np.where(row % 2, kinds.index(ALWAYS), kinds.index(NEVER))
    return wider, failing, owner

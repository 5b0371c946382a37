"""Circuits that fail in one part: the output of a gate, or one wire to it, is held at 0 or at 1.

What is constant, or hangs on one wire alone, is a gate of another kind that reads one node twice. So these are circuits
as good as any, and what has no way left to an output is out of work.
"""

from __future__ import annotations

import numpy as np

from evomod.genotypes.circuit import CircuitEncoding
from evomod.genotypes.circuit_phenotype import GATES, UNARY
from evomod.measures.base import Array


class Failures:
    """All single failures of the effective gates of genomes, and of the wires that these read.

    Parameters
    ----------
    genomes : uint8 (n, n_loci)
    effective : uint64 (n,)
        Bit g: gate g is effective.

    Attributes
    ----------
    encoding : CircuitEncoding
        The same circuits, with all kinds of gates that a failure can make.
    """

    def __init__(self, encoding: CircuitEncoding, genomes: Array, effective: Array) -> None:
        _, n_gates, n_outputs, stride = encoding.shape
        circuit = encoding.circuit
        self.kinds = (*circuit.gates, *(kind for kind in UNARY if kind not in circuit.gates))
        self.encoding = circuit.model_copy(update={"gates": self.kinds}).encode(encoding.cases, n_outputs)
        self.genomes = np.zeros((len(genomes), self.encoding.n_loci), np.uint8)
        for column in range(stride):
            self.genomes[:, column : n_gates * 3 : 3] = genomes[:, column : n_gates * stride : stride]
        self.genomes[:, n_gates * 3 :] = genomes[:, n_gates * stride :]
        self.owner, self.gate = np.nonzero(effective[:, None] >> np.arange(n_gates, dtype=np.uint64) & np.uint64(1))

    def of_gates(self) -> tuple[Array, Array]:
        """Each effective gate held at 0, and at 1: uint8 (n_failures, n_loci), and whose failure each is."""
        owner, gate = np.repeat(self.owner, 2), np.repeat(self.gate, 2)
        at_one = np.arange(len(owner)) % 2
        return self._with(owner, gate, np.zeros_like(gate), 3 * at_one), owner

    def of_wires(self) -> tuple[Array, Array]:
        """Each wire to an effective gate held at 0, and at 1: uint8 (n_failures, n_loci), and whose failure each is."""
        owner, gate = np.repeat(self.owner, 4), np.repeat(self.gate, 4)
        column, value = np.arange(len(owner)) // 2 % 2, np.arange(len(owner)) % 2
        tables = np.array([GATES[kind] for kind in self.kinds])[self.genomes[owner, gate * 3 + 2]]
        # A table has a + 2·b as its row; the wire that fails is a in column 0 and b in column 1.
        held, free = value << column, 1 << (1 - column)
        unary = (tables >> held & 1) + 2 * (tables >> (held + free) & 1)
        return self._with(owner, gate, self.genomes[owner, gate * 3 + 1 - column], unary), owner

    def _with(self, owner: Array, gate: Array, source: Array, unary: Array) -> Array:
        """Genomes in which a gate is a function of one source."""
        genomes, row = self.genomes[owner], np.arange(len(owner))
        genomes[row, gate * 3] = genomes[row, gate * 3 + 1] = source
        genomes[row, gate * 3 + 2] = np.array([self.kinds.index(kind) for kind in UNARY])[unary]
        return genomes

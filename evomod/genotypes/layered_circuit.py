"""Logic circuits in layers, each gate reading two nodes of the layer below: models 2 and 2-small of KNA07.

Kashtan, Noor & Alon 2007, doi 10.1073/pnas.0611630104. A genome lists for each gate its two sources and its kind. The
smaller model has layers of 4, 2 and 1 gates over four inputs, and 38 bits: 4 · (2 + 2 + 2) + 2 · (2 + 2 + 2) + 2, that
is, the output gate reads both gates below it and only its kind is in the genome (`wired_outputs`). Two bits are four
codes for a kind, of which the paper names three, AND, OR and NAND; what the fourth stands for is not stated, so that a
kind may be named twice: `gates: [and, or, nand, nand]`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, field_validator

from evomod.component import AsTuple, Count
from evomod.disturbance import Disturbance
from evomod.errors import InputError
from evomod.genotypes import circuit_changes
from evomod.genotypes.base import Array, Genotype
from evomod.genotypes.circuit import Circuit, CircuitEncoding, algebra
from evomod.genotypes.circuit_failing import evaluate_failing
from evomod.genotypes.circuit_phenotype import GATES, CircuitPhenotype
from evomod.genotypes.layered import layers_mistake
from evomod.genotypes.layered_circuit_evaluation import evaluate_layers
from evomod.genotypes.slots import BLOCK, SlotEncoding
from evomod.population import Population


class LayeredCircuit(Genotype):
    """Two-input gates in layers, each of which reads the layer below; the last layer are the outputs."""

    network_word: ClassVar[str] = "circuit"
    part_word: ClassVar[str] = "gate"
    kind: Literal["layered_circuit"] = "layered_circuit"
    hidden: Annotated[tuple[Count, ...], AsTuple] = Field(
        (8, 4, 2), description="Gates in each hidden layer, from the inputs up; output gates come on top."
    )
    gates: Annotated[tuple[str, ...], Field(min_length=1, max_length=64), AsTuple] = Field(
        ("and", "or", "nand"),
        description=f"What each code for a gate's kind stands for: {', '.join(GATES)}; a kind may have several codes.",
    )
    wired_outputs: bool = Field(
        False,
        description="Do output gates read both nodes of a layer of two, so that the genome has only their kind (the "
        "38-bit genome of KNA07)? Otherwise their sources evolve like others.",
    )

    @field_validator("gates")
    @classmethod
    def _gates_exist(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := [name for name in names if name not in GATES]:
            raise ValueError(f"unknown gate {unknown[0]!r}; possible: {', '.join(GATES)}")
        return names

    def mistake(self, n_inputs: int, n_outputs: int) -> tuple[str, str] | None:
        """Layers of a size, and two nodes below outputs that are wired."""
        below = (n_inputs, *self.hidden)[-1]
        if self.wired_outputs and below != 2:
            return "wired_outputs", (
                f"needs two nodes below the outputs, and there are {below}; end `hidden` with 2, or leave this out"
            )
        if self.wired_outputs and len(self.gates) == 1:
            return "wired_outputs", "with one kind of gate leaves nothing of an output gate to evolve; leave it out"
        return layers_mistake(self.hidden, n_inputs, n_outputs)

    def encode(self, inputs: Array, n_outputs: int) -> LayeredCircuitEncoding:
        """The encoding for cases `inputs`, bool (n_cases, n_inputs)."""
        return LayeredCircuitEncoding(self, inputs, n_outputs)


class LayeredCircuitEncoding(SlotEncoding):
    """Layered circuits with given inputs and outputs; a gene is a gate: two sources, and its kind if there are several.

    Attributes
    ----------
    kind_locus : int64 (n_parts,), −1 where there is one kind
    """

    disturbances: ClassVar[frozenset[str]] = CircuitEncoding.disturbances

    def __init__(self, circuit: LayeredCircuit, inputs: Array, n_outputs: int) -> None:
        sizes = (inputs.shape[1], *circuit.hidden, n_outputs)
        alleles: list[int] = []
        part: list[int] = []
        slots: list[list[tuple[int, int]]] = []
        kind_locus: list[int] = []
        several = len(circuit.gates) > 1
        for layer in range(1, len(sizes)):
            wired = circuit.wired_outputs and layer == len(sizes) - 1
            for _ in range(sizes[layer]):
                first = len(alleles)
                slots.append([(-1, -1), (-2, -1)] if wired else [(first, -1), (first + 1, -1)])
                alleles += ([] if wired else [sizes[layer - 1]] * 2) + [len(circuit.gates)] * several
                kind_locus.append(len(alleles) - 1 if several else -1)
                part += [len(slots) - 1] * (len(alleles) - first)
        super().__init__(inputs, circuit.hidden, n_outputs, alleles, slots)
        self.circuit, self.kind_locus = circuit, np.array(kind_locus, np.int64)
        self.part, self.gene = np.array(part, np.int32), np.array(part, np.int32)
        pairs = self.slots[:, 0].reshape(-1, 2)
        one, other = pairs[pairs[:, 0] >= 0].T
        self.twin[one], self.twin[other] = other, one
        self.algebra = np.array([algebra(GATES[name]) for name in circuit.gates], "<u8")
        self.functions = np.repeat(self.algebra, BLOCK).view(np.uint8)
        self.n_fallible = 2 * self.n_parts

    @cached_property
    def bits(self) -> tuple[Array, Array]:
        """As many bits for each locus as its alleles take."""
        if (odd := self.alleles & (self.alleles - 1) != 0).any():
            raise InputError(
                "`bit` needs a power of two of inputs, of gates in each hidden layer and of `gates`, so that every bit "
                f"pattern is an address; here is a locus of {self.alleles[odd][0]} alleles (a kind may be named twice)"
            )
        widths = [int(n - 1).bit_length() for n in self.alleles]
        loci = [locus for locus, width in enumerate(widths) for _ in range(width)]
        masks = [1 << b for width in widths for b in range(width)]
        return np.array(loci, np.int32), np.array(masks, np.uint8)

    def evaluate(self, population: Population) -> None:
        """Write responses, effective and settled of everybody whose `changed` is set."""
        p = population
        evaluate_layers(
            p.storage,
            p.changed,
            p.responses,
            p.effective,
            p.settled,
            self.input_blocks,
            self.row_mask,
            self.slots,
            self.first_slot,
            self.below,
            self.kind_locus,
            self.functions,
            self.shape,
        )

    def evaluate_disturbed(self, population: Population, disturbance: Disturbance) -> None:
        """As circuits without layers: wire c of gate g is link 2·g + c."""
        if disturbance.of_answers:
            tables = (self.inputs, self.algebra.astype(np.uint64), self.row_mask)
            shape = (self.n_inputs, self.n_parts, self.n_outputs, 3)
            evaluate_failing(population, self._without_layers(population.genomes), disturbance, tables, shape, True)
        super().evaluate_disturbed(population, disturbance)

    def without_layers(self, genomes: Array) -> tuple[CircuitEncoding, Array]:
        """The same circuits as genomes of the genotype circuit, and the encoding of these; parts keep their numbers.

        That genotype has no more than 64 inputs and gates together.
        """
        circuit = Circuit(n_gates=self.n_parts, gates=self.circuit.gates, feedback=False)
        loose = self._without_layers(genomes)
        if len(self.circuit.gates) == 1:
            loose = np.delete(loose, np.s_[2 : 3 * self.n_parts : 3], axis=1)
        return circuit.encode(self.cases, self.n_outputs), loose

    def _without_layers(self, genomes: Array) -> Array:
        """Two sources and a kind of each gate, then the outputs, as in genomes of circuits: uint8 (n, n_loci)."""
        locus, n = self.slots[:, 0], len(genomes)
        loose = np.zeros((n, self.n_parts, 3), np.uint8)
        sources = np.where(locus >= 0, genomes[:, locus], -1 - locus) + np.repeat(self.below, 2)
        loose[:, :, :2] = sources.reshape(n, self.n_parts, 2)
        loose[:, :, 2] = np.where(self.kind_locus >= 0, genomes[:, self.kind_locus], 0)
        outputs = np.tile(np.arange(self.n_nodes - self.n_outputs, self.n_nodes, dtype=np.uint8), (n, 1))
        return np.concatenate([loose.reshape(n, -1), outputs], axis=1)

    def develop(
        self, genome: Array, input_names: Sequence[str] = (), output_names: Sequence[str] = ()
    ) -> CircuitPhenotype:
        """The readable twin: a circuit without feedback, gates layer by layer."""
        read = [int(genome[locus]) if locus >= 0 else -1 - int(locus) for locus in self.slots[:, 0]]
        nodes = [int(self.below[slot // 2]) + source for slot, source in enumerate(read)]
        return CircuitPhenotype(
            input_names=tuple(input_names) or tuple(f"i{i}" for i in range(self.n_inputs)),
            output_names=tuple(output_names) or tuple(f"o{o}" for o in range(self.n_outputs)),
            kinds=tuple(self.circuit.gates[genome[locus] if locus >= 0 else 0] for locus in self.kind_locus),
            sources=tuple(zip(nodes[::2], nodes[1::2], strict=True)),
            outputs=tuple(range(self.n_nodes - self.n_outputs, self.n_nodes)),
        )

    def changes(self, before: Array, after: Array, input_names: Sequence[str]) -> tuple[str, ...]:
        """Which gate now reads what, or is of another kind."""
        return circuit_changes.changes(*(self.develop(genome, input_names) for genome in (before, after)))

"""Logic circuits of two-input gates, with or without feedback: the genotype of Kashtan & Alon 2005.

doi 10.1073/pnas.0503610102. A genome lists for each gate the addresses of its two sources among all nodes, inputs
first, and one address for each output. How a circuit with cycles is scored: `circuit_evaluation`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, field_validator

from evomod import byte_vector
from evomod.component import AsTuple, Count
from evomod.disturbance import Disturbance
from evomod.errors import InputError
from evomod.genotypes import circuit_blocks, circuit_changes, circuit_failing, circuit_placing, circuit_shuffle
from evomod.genotypes import circuit_evaluation as rule
from evomod.genotypes.base import Array, Genotype, Links
from evomod.genotypes.circuit_phenotype import GATES, CircuitPhenotype
from evomod.genotypes.packed import PackedEncoding
from evomod.population import Population

MAX_OUTPUTS = 64


def _gate_must_exist(names: tuple[str, ...]) -> tuple[str, ...]:
    unknown = [name for name in names if name not in GATES]
    if unknown:
        raise ValueError(f"unknown gate {unknown[0]!r}; possible: {', '.join(GATES)}")
    if len(set(names)) != len(names):
        raise ValueError("names a gate twice")
    return names


class Circuit(Genotype):
    """Circuits of two-input gates; sources are addresses among inputs and gates."""

    network_word: ClassVar[str] = "circuit"
    part_word: ClassVar[str] = "gate"
    kind: Literal["circuit"] = "circuit"
    n_gates: Annotated[Count, Field(le=rule.MAX_NODES)] = Field(
        12, description="Gates in the genome, used or not; with the inputs at most 64 nodes."
    )
    gates: Annotated[tuple[str, ...], Field(min_length=1), AsTuple] = Field(
        ("nand",), description=f"Kinds of gates to choose from: {', '.join(GATES)}."
    )
    feedback: bool = Field(True, description="May a gate read from itself and from later gates?")

    _gates_exist = field_validator("gates")(_gate_must_exist)

    def mistake(self, n_inputs: int, n_outputs: int) -> tuple[str, str] | None:
        """Limits of the compiled evaluation."""
        if n_inputs + self.n_gates > rule.MAX_NODES:
            return "n_gates", (
                f"{n_inputs} inputs and {self.n_gates} gates are {n_inputs + self.n_gates} nodes; "
                f"at most {rule.MAX_NODES} fit the compiled evaluation"
            )
        if n_outputs > MAX_OUTPUTS:
            return "n_gates", f"{n_outputs} outputs; at most {MAX_OUTPUTS} are possible"
        return None

    def compact(self, n_inputs: int, n_parts: int, n_used: int) -> tuple[Circuit, int]:
        """As many gates and inputs as count, of one kind.

        Which gates are effective says nothing about how they are wired: the gates left out, and the inputs, can be
        renamed, and each circuit of the smaller genotype stands for equally many of this one's genomes.
        """
        return Circuit(n_gates=max(1, n_parts), feedback=self.feedback), max(1, n_used)

    def encode(self, inputs: Array, n_outputs: int) -> CircuitEncoding:
        """The encoding for cases `inputs`, bool (n_cases, n_inputs)."""
        return CircuitEncoding(self, inputs, n_outputs)


class CircuitEncoding(PackedEncoding):
    """Circuits with given inputs and outputs: `alleles`, `gene` and `part` of each locus, and the kernels' tables."""

    disturbances: ClassVar[frozenset[str]] = frozenset(
        {"noise.input", "noise.target", "failure.parts", "failure.links"}
    )

    def __init__(self, circuit: Circuit, inputs: Array, n_outputs: int) -> None:
        n_cases, n_inputs = inputs.shape
        n_gates, n_kinds = circuit.n_gates, len(circuit.gates)
        n_nodes, stride = n_inputs + n_gates, 3 if n_kinds > 1 else 2
        n_loci = n_gates * stride + n_outputs
        reachable = np.full(n_gates, n_nodes) if circuit.feedback else n_inputs + np.arange(n_gates)
        alleles, part = np.full(n_loci, n_nodes, np.int32), np.full(n_loci, -1, np.int32)
        for column in range(stride):
            alleles[column : n_gates * stride : stride] = reachable if column < 2 else n_kinds
            part[column : n_gates * stride : stride] = np.arange(n_gates)
        super().__init__(inputs, n_outputs, alleles, n_gates, rule.N_STATES if circuit.feedback else 1)
        self.circuit, self.stride, self.part = circuit, stride, part
        self.shape, self.n_fallible = (n_inputs, n_gates, n_outputs, stride), 2 * n_gates
        self.gene = np.where(part < 0, n_gates, part).astype(np.int32)
        first = np.arange(0, n_gates * stride, stride)
        self.twin[first], self.twin[first + 1] = first + 1, first
        self.algebra = np.array([algebra(GATES[name]) for name in circuit.gates], np.uint64)
        self.block_tables = self._block_tables()
        self.shuffled = byte_vector.available() and n_nodes <= 16 and n_cases <= 16
        if self.shuffled:
            self._prepare_shuffle()

    def _block_tables(self) -> tuple[Array, Array]:
        """Tables of `evaluate_blocks`: inputs in blocks, and the functions of the gates."""
        n_blocks = -(-self.n_words // circuit_blocks.BLOCK)
        padded = np.repeat(self.inputs[:, :1], n_blocks * circuit_blocks.BLOCK, axis=1)
        padded[:, : self.n_words] = self.inputs
        blocks = padded.reshape(self.n_inputs, n_blocks, circuit_blocks.BLOCK).swapaxes(0, 1)
        functions = np.repeat(self.algebra, circuit_blocks.BLOCK)
        inputs = np.ascontiguousarray(blocks).astype("<u8").view(np.uint8).reshape(n_blocks, -1)
        return inputs, functions.astype("<u8").view(np.uint8)

    def _prepare_shuffle(self) -> None:
        """Tables of `evaluate_shuffled`."""
        n_inputs, n_gates, _, stride = self.shape
        words = self.inputs[:, 0]
        start = np.zeros((2, 16), np.uint8)
        start[0, :n_inputs] = words & np.uint64(255)
        start[1, :n_inputs] = (words >> np.uint64(8)) & np.uint64(255)
        passes, idle = 15, 14  # kinds of our own: an input reads itself twice and passes it on; no node is constant
        n_pieces = -(-n_gates * stride // 16)
        wiring = np.full((1 + n_pieces, 3, 2, 16), 128, np.uint8)
        wiring[0, :2], wiring[0, 2] = 0, idle
        wiring[0, :2, :, :n_inputs], wiring[0, 2, :, :n_inputs] = np.arange(n_inputs), passes
        wiring[0, 2, :, n_inputs : n_inputs + n_gates] = 0
        for gate in range(n_gates):
            for column in range(stride):
                piece, byte = divmod(gate * stride + column, 16)
                wiring[1 + piece, column, :, n_inputs + gate] = byte
        algebra = np.zeros((4, 2, 16), np.uint8)
        algebra[:, :, : len(self.algebra)] = (self.algebra & np.uint64(255)).T[:, None, :]
        algebra[3, :, passes] = 255
        self.shuffle_tables = (start.ravel(), wiring.reshape(-1, 3, 32), algebra.reshape(4, 32))

    @cached_property
    def bits(self) -> tuple[Array, Array]:
        """Four bits an address, as in Kashtan & Alon's binary genome; outputs fill whole genes of two addresses."""
        n_inputs, n_gates, n_outputs, _ = self.shape
        n_nodes, n_kinds = n_inputs + n_gates, len(self.circuit.gates)
        if not self.circuit.feedback:
            raise InputError("`bit` needs `feedback: true`: a flipped bit may address any node")
        if n_nodes & (n_nodes - 1) or n_kinds & (n_kinds - 1):
            raise InputError(
                f"`bit` needs a power of two of nodes and of gate kinds, so that every bit pattern is an address; "
                f"here are {n_nodes} nodes ({n_inputs} inputs + {n_gates} gates) and {n_kinds} kind(s)"
            )
        loci = [locus for locus in range(self.n_loci) for _ in range((int(self.alleles[locus]) - 1).bit_length())]
        masks = [1 << b for locus in range(self.n_loci) for b in range((int(self.alleles[locus]) - 1).bit_length())]
        neutral = (n_outputs % 2) * (n_nodes - 1).bit_length()
        return np.array(loci + [-1] * neutral, np.int32), np.array(masks + [0] * neutral, np.uint8)

    def evaluate(self, population: Population) -> None:
        """Write responses, effective and settled of everybody whose `changed` is set."""
        p = population
        arrays = (p.storage, p.changed, p.responses, p.effective, p.settled)
        if self.shuffled:
            circuit_shuffle.evaluate_shuffled(*arrays, *self.shuffle_tables, self.row_mask, self.shape)
        else:
            circuit_blocks.evaluate_blocks(*arrays, *self.block_tables, self.row_mask, self.shape)

    def evaluate_disturbed(self, population: Population, disturbance: Disturbance) -> None:
        """Wire c of gate g is link 2·g + c; wires to outputs do not fail."""
        if disturbance.of_answers:
            tables = (self.inputs, self.algebra, self.row_mask)
            circuit_failing.evaluate_failing(population, population.storage, disturbance, tables, self.shape)
        super().evaluate_disturbed(population, disturbance)

    def count_connections(self, population: Population, who: Array, counts: Array) -> None:
        """Pairs (source, effective gate): a gate that reads one node twice has one connection."""
        rule.count_connections(population.storage, who, population.effective, counts, self.stride)

    def adjacency(self, genomes: Array) -> tuple[Array, Array]:
        """Straight from the addresses."""
        rows, present = np.empty((len(genomes), self.n_nodes), np.uint64), np.empty(len(genomes), np.uint64)
        rule.adjacency(genomes, self.shape, rows, present)
        return rows, present

    def links(self, population: Population, who: Array) -> Links:
        """Pairs (source, effective gate), without weights."""
        p, chosen, n_gates = population, np.flatnonzero(who), self.n_parts
        n, ends = np.empty(len(chosen), np.int32), np.empty((2, len(chosen), 2 * n_gates), np.uint8)
        rule.list_links(p.storage, chosen, p.effective, self.n_inputs, self.stride, n, ends[0], ends[1])
        return Links(chosen, n, ends[0], ends[1], None, p.genomes[chosen, n_gates * self.stride :])

    def develop(
        self, genome: Array, input_names: Sequence[str] = (), output_names: Sequence[str] = ()
    ) -> CircuitPhenotype:
        """The readable twin."""
        n_inputs, n_gates, n_outputs, stride = self.shape
        values = [int(value) for value in genome]
        return CircuitPhenotype(
            input_names=tuple(input_names) or tuple(f"i{i}" for i in range(n_inputs)),
            output_names=tuple(output_names) or tuple(f"o{o}" for o in range(n_outputs)),
            kinds=tuple(self.circuit.gates[values[g * stride + 2] if stride == 3 else 0] for g in range(n_gates)),
            sources=tuple((values[g * stride], values[g * stride + 1]) for g in range(n_gates)),
            outputs=tuple(values[n_gates * stride : n_gates * stride + n_outputs]),
        )

    def changes(self, before: Array, after: Array, input_names: Sequence[str]) -> tuple[str, ...]:
        """Which gate or output now reads what."""
        names = [f"out{o + 1}" for o in range(self.n_outputs)]
        return circuit_changes.changes(*(self.develop(genome, input_names, names) for genome in (before, after)))

    def genome_of(
        self, circuit: CircuitPhenotype, input_names: Sequence[str] = (), output_names: Sequence[str] = ()
    ) -> Array:
        """The inverse of `develop`: uint8 (n_loci,); InputError where the circuit has no place here.

        Names are those of this encoding, in order; without them the circuit's order counts. Unused gates read node 0.
        """
        return circuit_placing.genome_of(self, circuit, input_names, output_names)


def algebra(table: int) -> list[int]:
    """Coefficients of f(a, b) = c0 ^ c1·a ^ c2·b ^ c3·a·b over GF(2), as words without or with all bits."""
    f00, f10, f01, f11 = (table >> row & 1 for row in range(4))
    return [c * 0xFFFFFFFFFFFFFFFF for c in (f00, f00 ^ f10, f00 ^ f01, f00 ^ f10 ^ f01 ^ f11)]

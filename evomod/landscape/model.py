"""Layered circuits of one output whose genotype space is small enough to be counted."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from evomod.errors import InputError
from evomod.genotypes.base import Encoding
from evomod.genotypes.circuit_phenotype import GATES
from evomod.genotypes.layered_circuit import LayeredCircuit, LayeredCircuitEncoding
from evomod.goals.base import truth_table_inputs
from evomod.kernel import kernel

Array = npt.NDArray[Any]
Unit = Literal["bit", "allele"]
MAX_INPUTS = 4  # there are 2^32 functions of five
MAX_LAYERS = 1 << 22  # first layers, by what their gates compute


@dataclass(frozen=True)
class Model:
    """Gates in three layers: `n_first` that read two inputs each, two that read two of those, and one that reads both.

    Parameters
    ----------
    gates : tuple of str
        What each code of a kind means; a gate that is named twice has two codes. Two bits of which three kinds of gates
        are known leave one code open (see Notes).
    n_inputs, n_first : int
        At most 4 inputs, and so many gates that there are at most 4 million first layers.

    Raises
    ------
    InputError
        If a gate is unknown, or the model is too large to be counted.

    Notes
    -----
    KNA07 names AND, OR and NAND, and a genome of 38 bits, hence two for each kind; what the fourth code stands for is
    not stated. Here it is a second NAND (inferred): half of the codes then invert, and none of the paper's kinds is
    left out. `reproduce solution-space` shows what the other readings change.
    """

    gates: tuple[str, ...] = ("and", "or", "nand", "nand")
    n_inputs: int = 4
    n_first: int = 4

    def __post_init__(self) -> None:
        for name in self.gates:
            if name not in GATES:
                raise InputError(f"unknown gate {name!r}; possible: {', '.join(GATES)}")
        if len(self.gates) < 2 or not 1 <= self.n_inputs <= MAX_INPUTS or self.n_first < 1:
            raise InputError(
                f"a space that can be counted has 1 to {MAX_INPUTS} inputs, a first layer and two kinds of gates; "
                f"got {self.n_inputs} inputs, {self.n_first} gates and {len(self.gates)} kinds"
            )
        if (n := len(self.first_functions) ** self.n_first) > MAX_LAYERS:
            raise InputError(f"{self.n_first} gates make {n:.2g} different first layers; at most {MAX_LAYERS:,} can be")

    @classmethod
    def of(cls, encoding: Encoding) -> Model:
        """The model whose genomes an encoding's are.

        Raises
        ------
        InputError
            Unless it is of a `layered_circuit` with hidden layers [n, 2], wired outputs, one output and few inputs.
        """
        if isinstance(encoding, LayeredCircuitEncoding) and encoding.circuit.wired_outputs:
            n_inputs, *hidden, n_outputs = encoding.layers
            if n_outputs == 1 and len(hidden) == 2:
                return cls(encoding.circuit.gates, n_inputs, hidden[0])
        raise InputError(
            "only spaces of circuits in three layers are counted: genotype: {kind: layered_circuit, hidden: [4, 2], "
            "wired_outputs: true}, with one output"
        )

    @cached_property
    def encoding(self) -> LayeredCircuitEncoding:
        """The genotype that these genomes are of, for all rows of a truth table."""
        genotype = LayeredCircuit(hidden=(self.n_first, 2), gates=self.gates, wired_outputs=True)
        return genotype.encode(truth_table_inputs(self.n_inputs), 1)

    @property
    def alleles(self) -> npt.NDArray[np.int32]:
        """Values of each locus: int32 (n_loci,)."""
        return self.encoding.alleles

    @property
    def n_genomes(self) -> int:
        """All of them."""
        return math.prod(self.alleles.tolist())

    @property
    def n_rows(self) -> int:
        """Rows of a truth table."""
        return 1 << self.n_inputs

    @cached_property
    def inputs(self) -> npt.NDArray[np.int64]:
        """The function that each input is: int64 (n_inputs,)."""
        rows = np.arange(self.n_rows)
        return np.array([((rows >> i & 1) << rows).sum() for i in range(self.n_inputs)], np.int64)

    @cached_property
    def tables(self) -> npt.NDArray[np.int64]:
        """Truth table of each code of a kind, as in `GATES`: int64 (n_codes,)."""
        return np.array([GATES[name] for name in self.gates], np.int64)

    @cached_property
    def first_codes(self) -> npt.NDArray[np.int64]:
        """What each gate of the first layer computes, by its code (source · n_inputs + source) · n_kinds + kind."""
        codes: npt.NDArray[np.int64] = layer(self.inputs, self.tables, self.n_rows)
        return codes

    @cached_property
    def first_functions(self) -> npt.NDArray[np.int64]:
        """All functions that a gate of the first layer can compute, ascending."""
        return np.unique(self.first_codes)

    def functions(self, genomes: Array) -> npt.NDArray[np.int64]:
        """What genomes uint8 (n, n_loci) compute: int64 (n,)."""
        found = np.empty(len(genomes), np.int64)
        _functions(np.ascontiguousarray(genomes), self.inputs, self.tables, self.n_rows, self.n_first, found)
        return found


@kernel
def gate(table: Any, a: Any, b: Any, n_rows: int) -> Any:
    """The function that a gate computes from two functions."""
    found = np.int64(0)
    if table & 1:
        found |= ~a & ~b
    if table & 2:
        found |= a & ~b
    if table & 4:
        found |= ~a & b
    if table & 8:
        found |= a & b
    return found & ((np.int64(1) << n_rows) - 1)


@kernel
def layer(below: Any, tables: Any, n_rows: int) -> Any:
    """What each code of a gate computes that reads two of the functions `below`: int64 (n_below² · n_kinds,)."""
    n = below.size
    found = np.empty(n * n * tables.size, np.int64)
    for code in range(found.size):
        pair, kind = divmod(code, tables.size)
        found[code] = gate(tables[kind], below[pair // n], below[pair % n], n_rows)
    return found


@kernel
def _functions(genomes: Any, inputs: Any, tables: Any, n_rows: int, n_first: int, found: Any) -> None:
    first = np.empty(n_first, np.int64)
    for i in range(genomes.shape[0]):
        found[i] = compute(genomes[i], inputs, tables, n_rows, first)


@kernel
def compute(genome: Any, inputs: Any, tables: Any, n_rows: int, first: Any) -> Any:
    """What one genome computes; `first` is room for the first layer."""
    for k in range(first.size):
        first[k] = gate(tables[genome[3 * k + 2]], inputs[genome[3 * k]], inputs[genome[3 * k + 1]], n_rows)
    at = 3 * first.size
    left = gate(tables[genome[at + 2]], first[genome[at]], first[genome[at + 1]], n_rows)
    right = gate(tables[genome[at + 5]], first[genome[at + 3]], first[genome[at + 4]], n_rows)
    return gate(tables[genome[at + 6]], left, right, n_rows)

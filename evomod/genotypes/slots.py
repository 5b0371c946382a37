"""Layered encodings whose parts have a fixed number of slots, each of which names one node of the layer below.

Two slots may name the same node: their weights add up, and where they cancel there is no link.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from evomod.byte_vector import WIDTH
from evomod.errors import InputError
from evomod.genotypes.base import Array
from evomod.genotypes.layered import LayeredEncoding, reached_from_input, reaching_output
from evomod.genotypes.packed import WORD
from evomod.kernel import ctz, kernel, popcount
from evomod.population import Population

BLOCK = WIDTH // 8  # words of 64 cases that are evaluated together
MAX_SLOTS = 15  # of a part: what a counter of four bits holds

_ZERO, _ONE, _ALL = np.uint64(0), np.uint64(1), np.uint64(0xFFFFFFFFFFFFFFFF)


class SlotEncoding(LayeredEncoding):
    """Adds to a layered encoding where in the genome the slots stand.

    Parameters
    ----------
    inputs, hidden, n_outputs, alleles : as for a layered encoding
    slots : for each part the slots, at most 15, as pairs
        First the locus of the source, or −1 − j where the slot always reads node j of the layer below; second the
        locus of the weight, of which allele 0 is −1 and allele 1 is +1, or −1 where the weight is always +1.

    Attributes
    ----------
    slots : int64 (n_slots, 2), those of part 0 first
    first_slot : int64 (n_parts + 1,)
    n_fed : int
        So many parts, from the first, have a path from an input whatever the genome is.
    """

    def __init__(
        self,
        inputs: Array,
        hidden: Sequence[int],
        n_outputs: int,
        alleles: Sequence[int],
        slots: Sequence[Sequence[tuple[int, int]]],
    ) -> None:
        super().__init__(inputs, hidden, n_outputs, alleles)
        self.slots = np.array([slot for part in slots for slot in part], np.int64)
        self.first_slot = np.cumsum([0, *map(len, slots)])
        # An odd number of weights of ±1 cannot cancel everywhere, nor can weights of +1.
        sure = [len(part) % 2 == 1 or all(sign < 0 for _, sign in part) for part in slots]
        self.n_fed = sure.index(False) if False in sure else len(sure)
        # Whether a case is there or not, vectors of cases are 32 bytes long.
        n_blocks = -(-self.n_words // BLOCK)
        padded = np.zeros((self.n_inputs, n_blocks * BLOCK), "<u8")
        padded[:, : self.n_words] = self.inputs
        blocks = padded.reshape(self.n_inputs, n_blocks, BLOCK).swapaxes(0, 1)
        self.input_blocks = np.ascontiguousarray(blocks).view(np.uint8).reshape(n_blocks, -1)
        self.shape = (self.n_inputs, n_outputs)

    def weights(self, genomes: Array) -> Array:
        """The sum of the slots of each link, int8."""
        weights = np.zeros((len(genomes), self.n_links), np.int8)
        _add_slots(np.ascontiguousarray(genomes), self.slots, self.first_slot, self.first_link, weights)
        return weights

    def count_parts(self, population: Population, who: Array, counts: Array) -> None:
        """Parts that are alive, straight from the slots."""
        p = population
        tables = (self.slots, self.first_slot, self.below)
        _count_alive(p.storage, who, p.effective, *tables, self.n_inputs, self.n_fed, counts)

    def adjacency(self, genomes: Array) -> tuple[Array, Array]:
        """Straight from the slots."""
        if self.n_nodes > WORD:
            raise InputError(f"{self.n_nodes} nodes; at most {WORD} fit a graph of one word a node")
        rows, present = np.zeros((len(genomes), self.n_nodes), np.uint64), np.zeros(len(genomes), np.uint64)
        _join(genomes, self.slots, self.first_slot, self.below, self.shape, rows, present)
        return rows, present


@kernel
def read_slots(genome: Any, slots: Any, first_slot: Any, below: Any, first: int, reads: Any, wires: Any) -> None:
    """What the slots of all parts from part `first` on are connected to.

    Parameters
    ----------
    reads : uint64 (n_parts,), written
        Bit j of word k: part k has a link from node j of the layer below. The sums of the weights are kept for all
        nodes at once, as two's complement numbers over four bit-planes.
    wires : int64 (n_slots, 2), written
        Of each slot, where the states of its source stand, in bytes, and 1 where its weight is −1.
    """
    for k in range(first, reads.size):
        p0 = p1 = p2 = p3 = _ZERO
        for slot in range(first_slot[k], first_slot[k + 1]):
            source, sign = slots[slot, 0], slots[slot, 1]
            node = np.uint64(genome[np.uint64(source)] if source >= 0 else -1 - source)
            minus = np.uint64(genome[np.uint64(sign)] ^ 1) if sign >= 0 else _ZERO
            wires[slot, 0], wires[slot, 1] = (below[k] + np.int64(node)) * WIDTH, np.int64(minus)
            bit, down = _ONE << node, minus * _ALL
            carry = (p0 ^ down) & bit
            p0 ^= bit
            carry2 = (p1 ^ down) & carry
            p1 ^= carry
            p3 ^= (p2 ^ down) & carry2
            p2 ^= carry2
        reads[k] = p0 | p1 | p2 | p3


@kernel
def _count_alive(
    genomes: Any,
    who: Any,
    effective: Any,
    slots: Any,
    first_slot: Any,
    below: Any,
    n_inputs: int,
    n_fed: int,
    counts: Any,
) -> None:
    reads, wires, surely = np.empty(below.size, np.uint64), np.empty(slots.shape, np.int64), _ZERO
    for k in range(n_fed):
        surely |= _ONE << np.uint64(k)
    for i in range(who.size):
        if who[i]:
            read_slots(genomes[i], slots, first_slot, below, n_fed, reads, wires)
            fed = reached_from_input(reads, below, n_inputs, surely, n_fed)
            counts[i] = np.int64(popcount(effective[i] & fed))


@kernel
def _join(genomes: Any, slots: Any, first_slot: Any, below: Any, shape: Any, rows: Any, present: Any) -> None:
    """Write who is joined to whom, either way, among living nodes, and who these are."""
    n_inputs, n_outputs = shape
    reads, wires = np.empty(below.size, np.uint64), np.empty(slots.shape, np.int64)
    inputs = (_ONE << np.uint64(n_inputs)) - _ONE
    for i in range(genomes.shape[0]):
        read_slots(genomes[i], slots, first_slot, below, 0, reads, wires)
        fed = reached_from_input(reads, below, n_inputs, _ZERO, 0)
        alive = reaching_output(reads, below, n_inputs, n_outputs) & fed
        present[i], heard = alive << np.uint64(n_inputs), inputs | fed << np.uint64(n_inputs)
        while alive:
            k = np.int64(ctz(alive))
            alive &= alive - _ONE
            sources = reads[k] << np.uint64(below[k]) & heard
            rows[i, n_inputs + k] |= sources
            present[i] |= sources
            while sources:
                rows[i, np.int64(ctz(sources))] |= _ONE << np.uint64(n_inputs + k)
                sources &= sources - _ONE


@kernel
def _add_slots(genomes: Any, slots: Any, first_slot: Any, first_link: Any, weights: Any) -> None:
    for i in range(genomes.shape[0]):
        for k in range(first_slot.size - 1):
            for slot in range(first_slot[k], first_slot[k + 1]):
                source, sign = slots[slot, 0], slots[slot, 1]
                link = first_link[k] + (np.int64(genomes[i, source]) if source >= 0 else -1 - source)
                weights[i, link] += 2 * np.int64(genomes[i, sign]) - 1 if sign >= 0 else 1

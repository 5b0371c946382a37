"""What nets of threshold neurons answer, for 256 cases at once.

A wire of weight −1 is one of weight +1 from the negated source, with a threshold higher by 1: a neuron fires where at
least k of its wires are 1. That is counted in bit-planes, one bit a case, by a counter that begins at 16 − k: the
neuron fires where it overflows.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from evomod.byte_vector import WIDTH, both, differ, either, load, store
from evomod.genotypes.layered import reaching_output
from evomod.genotypes.slots import BLOCK, MAX_SLOTS, read_slots
from evomod.kernel import kernel

N_PLANES = 5
_FULL = MAX_SLOTS + 1


def _counters() -> tuple[Any, Any]:
    """Where counters begin for k = 0 … 16, five planes of 32 bytes each, and what negates wires of weight +1 and −1."""
    planes = (_FULL - np.arange(_FULL + 1))[:, None] >> np.arange(N_PLANES) & 1
    begin = np.repeat(planes * 255, WIDTH, axis=1)
    return begin.astype(np.uint8).ravel(), np.repeat(np.array([0, 255], np.uint8), WIDTH)


_BEGIN, _NEGATE = _counters()


@kernel
def _fire(wires: Any, first_slot: Any, at_least: Any, states: Any, n_inputs: int, counters: Any, negate: Any) -> None:
    """Write the states of all neurons, in order, behind those of the inputs."""
    for k in range(at_least.size):
        need = at_least[k]
        for slot in range(first_slot[k], first_slot[k + 1]):
            need += wires[slot, 1]
        begin = min(max(need, 0), _FULL) * N_PLANES * WIDTH
        p0, p1 = load(counters, begin), load(counters, begin + WIDTH)
        p2, p3 = load(counters, begin + 2 * WIDTH), load(counters, begin + 3 * WIDTH)
        fires = load(counters, begin + 4 * WIDTH)
        for slot in range(first_slot[k], first_slot[k + 1]):
            one = differ(load(states, wires[slot, 0]), load(negate, wires[slot, 1] * WIDTH))
            carry = both(p0, one)
            p0 = differ(p0, one)
            carry2 = both(p1, carry)
            p1 = differ(p1, carry)
            carry3 = both(p2, carry2)
            p2 = differ(p2, carry2)
            fires = either(fires, both(p3, carry3))
            p3 = differ(p3, carry3)
        store(states, (n_inputs + k) * WIDTH, fires)


@kernel
def evaluate_thresholds(
    genomes: Any,
    changed: Any,
    responses: Any,
    effective: Any,
    settled: Any,
    inputs: Any,
    row_mask: Any,
    slots: Any,
    first_slot: Any,
    below: Any,
    threshold_locus: Any,
    thresholds: Any,
    shape: Any,
) -> None:
    """Evaluate the nets whose `changed` is set.

    Parameters
    ----------
    genomes, changed, responses, effective, settled : as in a population
    inputs : uint8 (n_blocks, n_inputs · 32)
        Cases, 256 to a block.
    row_mask : uint64 (n_words,)
        The cases that exist, 64 to a word.
    slots, first_slot, below : as in a `SlotEncoding`
    threshold_locus : int64 (n_parts,)
    thresholds : int64, the threshold that each allele stands for
    shape : n_inputs, n_outputs
    """
    n_inputs, n_outputs = shape
    n_parts, n_words, n_blocks = below.size, row_mask.size, inputs.shape[0]
    words = np.zeros((n_blocks, (n_inputs + n_parts) * BLOCK), np.uint64)
    states = words.view(np.uint8)
    states[:, : inputs.shape[1]] = inputs
    reads = np.empty(n_parts, np.uint64)
    wires, at_least = np.empty(slots.shape, np.int64), np.empty(n_parts, np.int64)
    for i in range(genomes.shape[0]):
        if not changed[i]:
            continue
        read_slots(genomes[i], slots, first_slot, below, 0, reads, wires)
        effective[i] = reaching_output(reads, below, n_inputs, n_outputs)
        settled[i] = 1
        for k in range(n_parts):
            at_least[k] = thresholds[genomes[i, threshold_locus[k]]] + 1
        for block in range(n_blocks):
            _fire(wires, first_slot, at_least, states[block], n_inputs, _BEGIN, _NEGATE)
            for o in range(n_outputs):
                place = (n_inputs + n_parts - n_outputs + o) * BLOCK
                for w in range(block * BLOCK, min((block + 1) * BLOCK, n_words)):
                    responses[i, 0, o, w] = words[block, place + w - block * BLOCK] & row_mask[w]

"""What layered circuits answer, for 256 cases at once: gates in order, since none reads a later one."""

from __future__ import annotations

from typing import Any

import numpy as np

from evomod.byte_vector import WIDTH, both, differ, load, store
from evomod.genotypes.layered import reaching_output
from evomod.genotypes.slots import BLOCK, read_slots
from evomod.kernel import kernel


@kernel
def _compute(wires: Any, kinds: Any, states: Any, n_inputs: int, functions: Any) -> None:
    """Write the states of all gates behind those of the inputs."""
    for k in range(kinds.size):
        a, b, f = load(states, wires[2 * k, 0]), load(states, wires[2 * k + 1, 0]), kinds[k] * 4 * WIDTH
        linear = differ(load(functions, f), both(load(functions, f + WIDTH), a))
        rest = differ(both(load(functions, f + 2 * WIDTH), b), both(load(functions, f + 3 * WIDTH), both(a, b)))
        store(states, (n_inputs + k) * WIDTH, differ(linear, rest))


@kernel
def evaluate_layers(
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
    kind_locus: Any,
    functions: Any,
    shape: Any,
) -> None:
    """Evaluate the circuits whose `changed` is set; parameters as in `evaluate_thresholds`, and

    Parameters
    ----------
    kind_locus : int64 (n_parts,)
        Locus of each gate's kind, −1 where there is but one.
    functions : uint8 (n_kinds · 4 · 32,)
        Coefficients over GF(2) of each kind of gate, each 32 bytes without or with all bits.
    """
    n_inputs, n_outputs = shape
    n_parts, n_words, n_blocks = below.size, row_mask.size, inputs.shape[0]
    words = np.zeros((n_blocks, (n_inputs + n_parts) * BLOCK), np.uint64)
    states = words.view(np.uint8)
    states[:, : inputs.shape[1]] = inputs
    reads, wires, kinds = np.empty(n_parts, np.uint64), np.empty(slots.shape, np.int64), np.zeros(n_parts, np.int64)
    for i in range(genomes.shape[0]):
        if not changed[i]:
            continue
        read_slots(genomes[i], slots, first_slot, below, 0, reads, wires)
        effective[i] = reaching_output(reads, below, n_inputs, n_outputs)
        settled[i] = 1
        for k in range(n_parts):
            if kind_locus[k] >= 0:
                kinds[k] = genomes[i, kind_locus[k]]
        for block in range(n_blocks):
            _compute(wires, kinds, states[block], n_inputs, functions)
            for o in range(n_outputs):
                place = (n_inputs + n_parts - n_outputs + o) * BLOCK
                for w in range(block * BLOCK, min((block + 1) * BLOCK, n_words)):
                    responses[i, 0, o, w] = words[block, place + w - block * BLOCK] & row_mask[w]

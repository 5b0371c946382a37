"""Circuits of any size, in blocks of 256 rows: 32 bytes for each node."""

from __future__ import annotations

from typing import Any

import numpy as np

from evomod.byte_vector import WIDTH, both, differ, either, is_zero, load, store
from evomod.genotypes.circuit_evaluation import (
    EXTRA_SWEEPS,
    N_STATES,
    count_alternating,
    count_state,
    effective_gates,
)
from evomod.kernel import ctz, kernel, popcount

BLOCK = WIDTH // 8  # words of 64 rows that are simulated together

_ZERO, _ONE = np.uint64(0), np.uint64(1)


@kernel
def in_order(genome: Any, gates: Any, order: Any, n_inputs: int, stride: int) -> bool:
    """List the gates of the set `gates` in `order`, sources before targets where there is no cycle; is there none?"""
    ready = (_ONE << np.uint64(n_inputs)) - _ONE
    n, waiting = 0, gates
    while waiting:
        before = n
        pending = waiting
        while pending:
            gate = np.int64(ctz(pending))
            pending &= pending - _ONE
            gene = gate * stride
            if (ready >> np.uint64(genome[gene])) & (ready >> np.uint64(genome[gene + 1])) & _ONE:
                order[n] = gate
                n += 1
                ready |= _ONE << np.uint64(n_inputs + gate)
                waiting &= ~(_ONE << np.uint64(gate))
        if n == before:
            while waiting:
                order[n] = np.int64(ctz(waiting))
                waiting &= waiting - _ONE
                n += 1
            return False
    return True


@kernel
def lay_wires(genome: Any, order: Any, n: Any, wires: Any, n_inputs: int, stride: int) -> None:
    """Write into int64 (n, 4) where first source, second source, the gate itself and its function stand, in bytes."""
    for k in range(n):
        gene = order[k] * stride
        wires[k, 0] = np.int64(genome[gene]) * WIDTH
        wires[k, 1] = np.int64(genome[gene + 1]) * WIDTH
        wires[k, 2] = (n_inputs + order[k]) * WIDTH
        wires[k, 3] = np.int64(genome[gene + 2] if stride == 3 else 0) * 4 * WIDTH


@kernel
def _sweep(wires: Any, n: Any, states: Any, now: int, then: int, functions: Any) -> Any:
    """Write the state after that at `now` to `then`; bit 0: they are equal; bit 1: `then` held the same before."""
    c0 = c1 = c2 = c3 = load(functions, 0)
    from_now = from_then = differ(c0, c0)
    function = -1
    for k in range(n):
        if function != wires[k, 3]:  # hardly ever: most circuits have one kind of gate
            function = wires[k, 3]
            c0, c1 = load(functions, function), load(functions, function + WIDTH)
            c2, c3 = load(functions, function + 2 * WIDTH), load(functions, function + 3 * WIDTH)
        a, b = load(states, now + wires[k, 0]), load(states, now + wires[k, 1])
        new = differ(differ(c0, both(c1, a)), differ(both(c2, b), both(c3, both(a, b))))
        from_now = either(from_now, differ(new, load(states, now + wires[k, 2])))
        from_then = either(from_then, differ(new, load(states, then + wires[k, 2])))
        store(states, then + wires[k, 2], new)
    return (1 if is_zero(from_now) else 0) + (2 if is_zero(from_then) else 0)


@kernel
def _copy(source: Any, start: int, target: Any, place: int, size: int) -> None:
    for k in range(0, size, WIDTH):
        store(target, place + k, load(source, start + k))


@kernel
def _simulate(
    wires: Any, n: Any, acyclic: bool, n_sweeps: int, states: Any, size: int, inputs: Any, functions: Any
) -> int:
    """Run one block of rows; `states` has room for N_STATES + 1 states of `size` bytes.

    Returns the period: 1, the state is the first; 2, the states are the first two; 0, longer, 20 states after the
    first.
    """
    _copy(inputs, 0, states, 0, inputs.size)
    if acyclic:  # one steady state, whatever the order of update
        _sweep(wires, n, states, 0, 0, functions)
        return 1
    _copy(inputs, 0, states, size, inputs.size)
    nothing = differ(load(states, 0), load(states, 0))
    for k in range(n):
        store(states, wires[k, 2], nothing)
    now = 0
    for sweep in range(n_sweeps):
        same = _sweep(wires, n, states, now, size - now, functions)
        now = size - now
        if same & 1:  # both places hold it
            return 1
        if same & 2 and sweep > 0:
            return 2
    _copy(states, now, states, 0, size)
    for t in range(N_STATES):
        _copy(inputs, 0, states, (t + 1) * size, inputs.size)
        _sweep(wires, n, states, t * size, (t + 1) * size, functions)
    return 0


@kernel
def answer(
    outputs: Any,
    wires: Any,
    acyclic: bool,
    n_sweeps: int,
    words: Any,
    size: int,
    inputs: Any,
    functions: Any,
    row_mask: Any,
    responses: Any,
) -> int:
    """Run one circuit over all blocks; does it settle in all of them?

    Parameters
    ----------
    outputs : (n_outputs,)
        The nodes that outputs read.
    words : uint64
        Room for N_STATES + 1 states of `size` bytes.
    responses : uint64 (n_planes, n_outputs, n_words), written
    """
    states, n_words, settled = words.view(np.uint8), row_mask.size, 1
    for block in range(inputs.shape[0]):
        period = _simulate(wires, wires.shape[0], acyclic, n_sweeps, states, size, inputs[block], functions)
        first = block * BLOCK
        if period != 1 and settled:
            settled = 0
            for o in range(outputs.size):  # the blocks before this one had settled: equal states, counted 20 times
                for w in range(first):
                    count_alternating(responses[:, o, w], responses[0, o, w], responses[0, o, w])
        for o in range(outputs.size):
            place = np.int64(outputs[o]) * BLOCK
            for w in range(first, min(first + BLOCK, n_words)):
                word, mask, planes = place + w - first, row_mask[w], responses[:, o, w]
                if settled:
                    planes[0] = words[word] & mask
                elif period == 0:
                    planes[:] = _ZERO
                    for t in range(1, N_STATES + 1):
                        count_state(planes, words[t * size // 8 + word] & mask)
                else:
                    odd = words[word] if period == 1 else words[size // 8 + word]
                    count_alternating(planes, words[word] & mask, odd & mask)
    return settled


@kernel
def evaluate_blocks(
    genomes: Any,
    changed: Any,
    responses: Any,
    effective: Any,
    settled: Any,
    inputs: Any,
    functions: Any,
    row_mask: Any,
    shape: Any,
) -> None:
    """Evaluate the circuits whose `changed` is set, of any size; other parameters as in `evaluate_shuffled`.

    Parameters
    ----------
    inputs : uint8 (n_blocks, n_inputs · 32)
        Rows of the truth table, 256 to a block.
    functions : uint8 (n_kinds · 4 · 32,)
        Coefficients over GF(2) of each kind of gate, each 32 bytes without or with all bits.
    row_mask : uint64 (n_words,)
        The rows that exist, 64 to a word.
    """
    n_inputs, n_gates, n_outputs, stride = shape
    size = (n_inputs + n_gates) * WIDTH
    words = np.zeros((N_STATES + 1) * size // 8, np.uint64)
    order, wires = np.empty(n_gates, np.int64), np.empty((n_gates, 4), np.int64)
    for i in range(genomes.shape[0]):
        if not changed[i]:
            continue
        genome = genomes[i]
        gates, _ = effective_gates(genome, n_inputs, n_gates, n_outputs, stride)
        effective[i] = gates
        n = np.int64(popcount(gates))
        acyclic = in_order(genome, gates, order, n_inputs, stride)
        lay_wires(genome, order, n, wires, n_inputs, stride)
        outputs = genome[n_gates * stride : n_gates * stride + n_outputs]
        n_sweeps = n_gates + EXTRA_SWEEPS
        settled[i] = answer(
            outputs, wires[:n], acyclic, n_sweeps, words, size, inputs, functions, row_mask, responses[i]
        )

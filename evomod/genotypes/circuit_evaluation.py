"""Compiled evaluation of circuits: which gates matter, and what the outputs do.

A circuit with feedback is simulated as `decisions` of the project say: effective gates start at 0 in every row; n_gates
+ 4 synchronous sweeps; if nothing changed in the last one the circuit has settled, otherwise the next 20 states count,
each as much as the others. What is kept of an unsettled output is, for each row, how many of the 20 states were 1, as
five bit-planes, so that any goal can be scored later without running the circuit again.

Two ways to the same numbers. `evaluate_shuffled`: up to 16 nodes and 16 rows the whole state is 32 bytes, and a
synchronous sweep is two byte shuffles and a few bitwise operations. `evaluate_words`: any size, in blocks of 256
rows, 32 bytes for each node. Rows never interact, so that a block, or a row, may stop on its own: a settled row counts as 20
equal states, and no early stop can be told from the full simulation.

Genomes are rows of uint8: for each gate its two sources, and its kind where there are several (`stride` 2 or 3), then
one source per output. Nodes are numbered inputs first, then gates.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from evomod.byte_vector import WIDTH, both, differ, either, gather, is_zero, load, load_twice, spread, store
from evomod.kernel import clz, ctz, kernel, popcount

N_STATES = 20  # states of an unsettled circuit that count (Parter, Kashtan & Alon 2008)
N_PLANES = 5  # bits of a count 0 … 20
EXTRA_SWEEPS = 4  # sweeps before them: n_gates + 4
BLOCK = WIDTH // 8  # words of 64 rows that are simulated together

_ZERO, _ONE, _63 = np.uint64(0), np.uint64(1), np.uint64(63)


@kernel
def effective_gates(genome: Any, n_inputs: int, n_gates: int, n_outputs: int, stride: int) -> Any:
    """Bit g is set if gate g has a directed path to an output; and, second, the inputs that have one."""
    inputs = (_ONE << np.uint64(n_inputs)) - _ONE
    reached = _ZERO
    for o in range(n_outputs):
        reached |= _ONE << np.uint64(genome[n_gates * stride + o])
    todo = reached & ~inputs
    while todo:
        # The lowest and the highest of the set at once: half as many steps that wait for each other.
        low, high = np.int64(ctz(todo)), np.int64(_63 - clz(todo))
        g, h = (low - n_inputs) * stride, (high - n_inputs) * stride
        new = (_ONE << np.uint64(genome[g])) | (_ONE << np.uint64(genome[g + 1]))
        new |= (_ONE << np.uint64(genome[h])) | (_ONE << np.uint64(genome[h + 1]))
        new &= ~reached
        reached |= new
        todo = (todo & ~((_ONE << np.uint64(low)) | (_ONE << np.uint64(high)))) | (new & ~inputs)
    return reached >> np.uint64(n_inputs), reached & inputs


@kernel
def _count(planes: Any, word: Any) -> None:
    """Add a word of ones to the vertical counters `planes`: ripple carry over bit-planes."""
    for p in range(N_PLANES):
        carry = planes[p] & word
        planes[p] ^= word
        word = carry


@kernel
def _count_alternating(planes: Any, even: Any, odd: Any) -> None:
    """Counts over 20 states of period 2: 20 where both are 1 (binary 10100), 10 where one is (01010)."""
    both, one = even & odd, even ^ odd
    planes[0], planes[1], planes[2], planes[3], planes[4] = _ZERO, one, both, one, both


@kernel
def evaluate_shuffled(
    genomes: Any,
    changed: Any,
    responses: Any,
    effective: Any,
    settled: Any,
    start: Any,
    wiring: Any,
    algebra: Any,
    row_mask: Any,
    shape: Any,
) -> None:
    """Evaluate the circuits whose `changed` is set; at most 16 nodes and 16 rows.

    All sweeps are made without looking, ineffective gates along with the others: that is cheaper than a branch that
    the processor cannot foresee. Only at the end is it asked what the effective gates did.

    Parameters
    ----------
    genomes : uint8 (n, 16·k)
    changed : uint8 (n,)
    responses : uint64 (n, 5, n_outputs, 1), written
        Bit-planes; of a settled circuit the first is the output and the others are left as they were.
    effective : uint64 (n,), written
        Bit g set: gate g has a directed path to an output.
    settled : uint8 (n,), written
    start : uint8 (32,)
        The first state: inputs as in the truth table, gates 0.
    wiring : uint8 (1 + n_pieces, 3, 32)
        Where first source, second source and kind of each node stand: row 0 what does not depend on the genome, row
        1 + p the places within the genome's p-th 16 bytes, 128 where it is not there.
    algebra : uint8 (4, 32)
        Coefficients of f(a, b) = c0 ^ c1·a ^ c2·b ^ c3·a·b over GF(2), byte k of both halves for kind k.
    row_mask : uint64 (1,)
        The rows that exist.
    shape : (n_inputs, n_gates, n_outputs, stride)
    """
    n_inputs, n_gates, n_outputs, stride = shape
    n_bytes, octets = genomes.shape[1], genomes.reshape(-1)
    tables, functions = wiring.reshape(-1), algebra.reshape(-1)
    first = load(start, 0)
    f0, f1, f2, f3 = load(functions, 0), load(functions, 32), load(functions, 64), load(functions, 96)
    planes = np.zeros(N_PLANES * 32, np.uint8)
    nothing = load(planes, 0)
    for i in range(genomes.shape[0]):
        if not changed[i]:
            continue
        source_a, source_b, kind = load(tables, 0), load(tables, 32), load(tables, 64)
        for piece in range(wiring.shape[0] - 1):
            genes, table = load_twice(octets, i * n_bytes + 16 * piece), 96 * (1 + piece)
            source_a = differ(source_a, gather(genes, load(tables, table)))
            source_b = differ(source_b, gather(genes, load(tables, table + 32)))
            kind = differ(kind, gather(genes, load(tables, table + 64)))
        c0, c1, c2, c3 = gather(f0, kind), gather(f1, kind), gather(f2, kind), gather(f3, kind)

        earlier = before = state = first
        for _ in range(n_gates + EXTRA_SWEEPS):
            a, b = gather(state, source_a), gather(state, source_b)
            earlier, before = before, state
            state = differ(differ(c0, both(c1, a)), differ(both(c2, b), both(c3, both(a, b))))

        genome = genomes[i]
        gates, _ = effective_gates(genome, n_inputs, n_gates, n_outputs, stride)
        effective[i] = gates
        live = spread(gates << np.uint64(n_inputs))
        still = is_zero(both(differ(state, before), live))
        settled[i] = still
        store(planes, 0, state)
        if still or is_zero(both(differ(state, earlier), live)):  # period 2, as most oscillators have
            store(planes, 32, before)
            for o in range(n_outputs):
                node = np.int64(genome[n_gates * stride + o])
                now, then = _rows_of(planes, node) & row_mask[0], _rows_of(planes, 32 + node) & row_mask[0]
                if still:
                    responses[i, 0, o, 0] = now
                else:
                    _count_alternating(responses[i, :, o, 0], now, then)
            continue

        p0 = p1 = p2 = p3 = p4 = nothing
        for _ in range(N_STATES):
            a, b = gather(state, source_a), gather(state, source_b)
            state = differ(differ(c0, both(c1, a)), differ(both(c2, b), both(c3, both(a, b))))
            # Vertical counters: the carry ripples through the planes.
            carry, p0 = both(p0, state), differ(p0, state)
            carry, p1 = both(p1, carry), differ(p1, carry)
            carry, p2 = both(p2, carry), differ(p2, carry)
            carry, p3 = both(p3, carry), differ(p3, carry)
            p4 = differ(p4, carry)
        store(planes, 0, p0)
        store(planes, 32, p1)
        store(planes, 64, p2)
        store(planes, 96, p3)
        store(planes, 128, p4)
        for o in range(n_outputs):
            node = np.int64(genome[n_gates * stride + o])
            for p in range(N_PLANES):
                responses[i, p, o, 0] = _rows_of(planes, 32 * p + node) & row_mask[0]


@kernel
def _rows_of(state: Any, node: Any) -> Any:
    return np.uint64(state[node]) | (np.uint64(state[node + 16]) << np.uint64(8))


@kernel
def _in_order(genome: Any, gates: Any, order: Any, n_inputs: int, stride: int) -> bool:
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
def _lay_wires(genome: Any, order: Any, n: Any, wires: Any, n_inputs: int, stride: int) -> None:
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
        if same & 1:
            _copy(states, now, states, 0, size)
            return 1
        if same & 2 and sweep > 0:
            return 2
    _copy(states, now, states, 0, size)
    for t in range(N_STATES):
        _copy(inputs, 0, states, (t + 1) * size, inputs.size)
        _sweep(wires, n, states, t * size, (t + 1) * size, functions)
    return 0


@kernel
def evaluate_words(
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
    """Evaluate the circuits whose `changed` is set, of any size; other parameters as above.

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
    size, n_words = (n_inputs + n_gates) * WIDTH, row_mask.size
    words = np.zeros((N_STATES + 1) * size // 8, np.uint64)
    states = words.view(np.uint8)
    order, wires = np.empty(n_gates, np.int64), np.empty((n_gates, 4), np.int64)
    for i in range(genomes.shape[0]):
        if not changed[i]:
            continue
        genome = genomes[i]
        gates, _ = effective_gates(genome, n_inputs, n_gates, n_outputs, stride)
        effective[i] = gates
        n = np.int64(popcount(gates))
        acyclic = _in_order(genome, gates, order, n_inputs, stride)
        _lay_wires(genome, order, n, wires, n_inputs, stride)
        settled[i] = 1
        for block in range(inputs.shape[0]):
            period = _simulate(wires, n, acyclic, n_gates + EXTRA_SWEEPS, states, size, inputs[block], functions)
            first = block * BLOCK
            if period != 1 and settled[i]:
                settled[i] = 0
                for o in range(n_outputs):  # the blocks before this one had settled: equal states, counted 20 times
                    for w in range(first):
                        _count_alternating(responses[i, :, o, w], responses[i, 0, o, w], responses[i, 0, o, w])
            for o in range(n_outputs):
                place = np.int64(genome[n_gates * stride + o]) * BLOCK
                for w in range(first, min(first + BLOCK, n_words)):
                    word, mask, planes = place + w - first, row_mask[w], responses[i, :, o, w]
                    if settled[i]:
                        planes[0] = words[word] & mask
                    elif period == 0:
                        planes[:] = _ZERO
                        for t in range(1, N_STATES + 1):
                            _count(planes, words[t * size // 8 + word] & mask)
                    else:
                        odd = words[word] if period == 1 else words[size // 8 + word]
                        _count_alternating(planes, words[word] & mask, odd & mask)


@kernel
def count_hits(who: Any, responses: Any, settled: Any, targets: Any, row_mask: Any, weight: int, hits: Any) -> None:
    """Benefit as a count: right (row, output) pairs, and over `weight` states where circuits may oscillate.

    Parameters
    ----------
    who : uint8 (n,)
        Which individuals to look at.
    responses, settled
        As written by the evaluation.
    targets : uint64 (n_outputs, n_words)
    weight : int
        What a right row of a settled circuit counts: 20 with feedback, 1 without.
    hits : int32 (n,), written
    """
    n_outputs, n_words = targets.shape
    for i in range(who.size):
        if not who[i]:
            continue
        total = np.int64(0)
        for o in range(n_outputs):
            for w in range(n_words):
                ones, zeros = targets[o, w] & row_mask[w], ~targets[o, w] & row_mask[w]
                if settled[i]:
                    word = responses[i, 0, o, w]
                    total += weight * np.int64(popcount((word & ones) | (~word & zeros)))
                else:
                    total += weight * np.int64(popcount(zeros))
                    for p in range(N_PLANES):
                        plane = responses[i, p, o, w]
                        total += (np.int64(popcount(plane & ones)) - np.int64(popcount(plane & zeros))) << p
        hits[i] = total


@kernel
def count_gates(who: Any, effective: Any, counts: Any) -> None:
    """Write into int32 (n,) the number of effective gates of everybody whose flag is set."""
    for i in range(who.size):
        if who[i]:
            counts[i] = np.int64(popcount(effective[i]))


@kernel
def count_connections(genomes: Any, who: Any, effective: Any, counts: Any, stride: int) -> None:
    """Write into int32 (n,) the number of pairs (source, effective gate); two wires from one source are one."""
    for i in range(who.size):
        if not who[i]:
            continue
        gates, n = effective[i], 0
        while gates:
            gene = np.int64(ctz(gates)) * stride
            gates &= gates - _ONE
            n += 1 if genomes[i, gene] == genomes[i, gene + 1] else 2
        counts[i] = n

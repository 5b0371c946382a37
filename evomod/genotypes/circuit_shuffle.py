"""Circuits of at most 16 nodes and 16 rows: the whole state is 32 bytes, a sweep two byte shuffles and some logic."""

from __future__ import annotations

from typing import Any

import numpy as np

from evomod.byte_vector import both, differ, gather, is_zero, load, load_twice, spread, store
from evomod.genotypes.circuit_evaluation import EXTRA_SWEEPS, N_PLANES, N_STATES, count_alternating, effective_gates
from evomod.kernel import kernel


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
                    count_alternating(responses[i, :, o, 0], now, then)
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

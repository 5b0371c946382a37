"""What circuits have in common, however they are evaluated: the rule, which gates matter, how outputs are counted.

A circuit with feedback is simulated like this: effective gates start at 0 in every row; n_gates + 4 synchronous sweeps;
if nothing changed in the last one the circuit has settled, otherwise the next 20 states count, each as much as the
others. What is kept of an unsettled output is, for each row, how many of the 20 states were 1, as five bit-planes, so
that any goal can be scored later without running the circuit again.

`circuit_shuffle` and `circuit_blocks` are two ways to the same numbers. Rows never interact, so that a row, or a block
of rows, may stop on its own: a settled row counts as 20 equal states, and no early stop can be told from the full
simulation.

Genomes are rows of uint8: for each gate its two sources, and its kind where there are several (`stride` 2 or 3), then
one source per output. Nodes are numbered inputs first, then gates.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from evomod.kernel import clz, ctz, kernel

N_STATES = 20  # states of an unsettled circuit that count (Parter, Kashtan & Alon 2008)
N_PLANES = 5  # bits of a count 0 … 20
MAX_NODES = 64  # sets of nodes are one machine word
EXTRA_SWEEPS = 4  # sweeps before them: n_gates + 4

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
def count_state(planes: Any, word: Any) -> None:
    """Add a word of ones to the vertical counters `planes`: ripple carry over bit-planes."""
    for p in range(N_PLANES):
        carry = planes[p] & word
        planes[p] ^= word
        word = carry


@kernel
def count_alternating(planes: Any, even: Any, odd: Any) -> None:
    """Counts over 20 states of period 2: 20 where both are 1 (binary 10100), 10 where one is (01010)."""
    both, one = even & odd, even ^ odd
    planes[0], planes[1], planes[2], planes[3], planes[4] = _ZERO, one, both, one, both


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


@kernel
def adjacency(genomes: Any, shape: Any, rows: Any, present: Any) -> None:
    """Write who is joined to whom, either way, among the inputs that are used and the effective gates.

    Parameters
    ----------
    genomes : uint8 (n, n_loci)
    rows : uint64 (n, n_nodes), written
        Bit b of word a: a wire leads from a to b or from b to a; none from a gate to itself.
    present : uint64 (n,), written
        Bit a: node a is there; it may be joined to no other.
    """
    n_inputs, n_gates, n_outputs, stride = shape
    rows[:] = _ZERO
    for i in range(genomes.shape[0]):
        gates, inputs = effective_gates(genomes[i], n_inputs, n_gates, n_outputs, stride)
        present[i] = inputs | (gates << np.uint64(n_inputs))
        while gates:
            g = np.int64(ctz(gates))
            gates &= gates - _ONE
            node = n_inputs + g
            for source in (np.int64(genomes[i, g * stride]), np.int64(genomes[i, g * stride + 1])):
                if source != node:
                    rows[i, node] |= _ONE << np.uint64(source)
                    rows[i, source] |= _ONE << np.uint64(node)


@kernel
def list_links(
    genomes: Any, chosen: Any, effective: Any, n_inputs: int, stride: int, n: Any, sources: Any, targets: Any
) -> None:
    """Write the pairs (source, effective gate) of the individuals `chosen`, int64 (k,), as nodes, gate by gate.

    Parameters
    ----------
    n : int32 (k,), written
    sources, targets : uint8 (k, 2 * n_gates), written
    """
    for row in range(chosen.size):
        i, k = chosen[row], 0
        gates = effective[i]
        while gates:
            gate = np.int64(ctz(gates))
            gates &= gates - _ONE
            a, b = genomes[i, gate * stride], genomes[i, gate * stride + 1]
            sources[row, k], targets[row, k] = a, n_inputs + gate
            # The second is written all the same: there is room, and no branch to be mispredicted.
            sources[row, k + 1], targets[row, k + 1] = b, n_inputs + gate
            k += 1 if a == b else 2
        n[row] = k

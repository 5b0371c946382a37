"""Ternary nets, compiled: a byte for each case, as many at once as a vector register holds."""

from __future__ import annotations

from typing import Any

import numpy as np

from evomod.kernel import inlined, kernel

MAX_SOURCES = 62  # 62 weights of 2 and a bias of 2 still fit a signed byte
_ONE = np.uint64(1)


@kernel
def reaching(genome: Any, first_link: Any, sources: Any, n_inputs: int, n_outputs: int) -> Any:
    """Parts with a path of links to an output, as bits; links of part k begin at locus first_link[k] + k."""
    n_parts = first_link.size - 1
    found = np.uint64(0)
    for k in range(n_parts - n_outputs, n_parts):
        found |= _ONE << np.uint64(k)
    for k in range(n_parts - 1, -1, -1):
        if found >> np.uint64(k) & _ONE and sources[first_link[k]] >= n_inputs:
            for link in range(first_link[k], first_link[k + 1]):
                there = np.uint64(genome[link + k] != 0)
                found |= there << np.uint64(sources[link] - n_inputs)
    return found


@inlined
def _gather(genome: Any, k: int, first: int, last: int, sources: Any, wires: Any) -> int:
    """Rows that a unit adds up, without a branch, as nobody can foresee which links are there; how many."""
    n = 0
    for link in range(first, last):
        allele = np.int64(genome[link + k])
        wires[n] = np.int64(sources[link]) * 5 + allele
        n += allele != 0
    return n


@inlined
def _sum(bias: Any, wires: Any, n: int, rows: Any, total: Any) -> None:
    """The bias and the rows, four at a time; row 0 holds zeros."""
    wires[n : n + 3] = 0
    total[:] = np.int8(bias)
    for j in range(0, n, 4):
        p, q, r, s = wires[j], wires[j + 1], wires[j + 2], wires[j + 3]
        for c in range(total.size):
            total[c] = np.int8(total[c] + rows[p, c] + rows[q, c] + rows[r, c] + rows[s, c])


@inlined
def _answer(total: Any, rows: Any, first: int) -> None:
    """The sign of each sum, times the weight of each allele."""
    for c in range(total.size):
        sign = np.int8(np.int8(total[c] > 0) - np.int8(total[c] < 0))
        rows[first + 1, c] = np.int8(-sign - sign)
        rows[first + 2, c] = np.int8(-sign)
        rows[first + 3, c] = sign
        rows[first + 4, c] = np.int8(sign + sign)


@kernel
def pack_positive(total: Any, flags: Any, words: Any) -> None:
    """Bit c of the words: sum c is above 0. `flags` is uint64, room for a byte for each sum."""
    octets = flags.view(np.uint8)
    for c in range(total.size):
        octets[c] = np.uint8(total[c] > 0)
    for w in range(words.size):
        word = np.uint64(0)
        for k in range(8):  # eight bytes of 0 or 1 are folded into one
            eight = flags[8 * w + k]
            eight |= eight >> np.uint64(7)
            eight |= eight >> np.uint64(14)
            eight |= eight >> np.uint64(28)
            word |= (eight & np.uint64(255)) << np.uint64(8 * k)
        words[w] = word


@kernel
def evaluate(
    genomes: Any,
    changed: Any,
    responses: Any,
    effective: Any,
    settled: Any,
    lanes: Any,
    row_mask: Any,
    first_link: Any,
    sources: Any,
    n_outputs: int,
) -> None:
    """Evaluate the nets whose `changed` is set.

    Parameters
    ----------
    lanes : int8 (n_inputs, 5, n_cases padded to 64 · n_words)
        Inputs times the weight of each allele.
    row_mask : uint64 (n_words,)
        The cases that exist.
    first_link, sources
        As in `LayeredEncoding`.
    """
    n_inputs, _, n_lanes = lanes.shape
    n_parts = first_link.size - 1
    rows = np.zeros(((n_inputs + n_parts) * 5, n_lanes), np.int8)
    rows[: n_inputs * 5] = lanes.reshape(-1, n_lanes)
    total, flags = np.empty(n_lanes, np.int8), np.empty(n_lanes // 8, np.uint64)
    wires = np.empty(MAX_SOURCES + 4, np.int64)
    for i in range(genomes.shape[0]):
        if not changed[i]:
            continue
        genome = genomes[i]
        parts = reaching(genome, first_link, sources, n_inputs, n_outputs)
        effective[i], settled[i] = parts, 1
        for k in range(n_parts):
            if not parts >> np.uint64(k) & _ONE:
                continue
            n = _gather(genome, k, first_link[k], first_link[k + 1], sources, wires)
            _sum(np.int64(genome[first_link[k + 1] + k]) - 2, wires, n, rows, total)
            output = k - (n_parts - n_outputs)
            if output < 0:
                _answer(total, rows, (n_inputs + k) * 5)
            else:
                pack_positive(total, flags, responses[i, 0, output])
                for w in range(row_mask.size):
                    responses[i, 0, output, w] &= row_mask[w]

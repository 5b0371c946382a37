"""Nets of continuous weights, compiled: single precision, a lane for each case, sums in the order of the sources.

Nothing here but additions, multiplications and divisions, which IEEE 754 rounds in one way everywhere: the same weights
give the same answers on any machine.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from evomod.genotypes.ternary_evaluation import pack_positive
from evomod.kernel import inlined, kernel

RELU, TANH = range(2)
BLOCK = 256  # cases at once: what a net works on stays in the fastest memory
_ONE = np.uint64(1)


@inlined
def tanh(x: Any) -> Any:
    """Within 1e-10 of itself, in double precision, by 2x = 64 y and expm1(2y) = m·(m + 2), six times over.

    That all comes of expm1, and nothing is subtracted from 1, keeps small values as exact as large ones.
    """
    y = min(abs(np.float64(x)), 10.0) * -0.03125  # beyond 10 it is 1, in single precision
    m = 1.0 + y * 0.1
    for k in range(9, 1, -1):
        m = 1.0 + y * m * (1.0 / k)
    m = m * y
    for _ in range(6):
        m = m * (m + 2.0)
    t = -m / (m + 2.0)
    return np.float32(t if x > 0.0 else -t)


@kernel
def _reaching(weights: Any, first_link: Any, sources: Any, n_inputs: int, n_outputs: int) -> Any:
    """Parts with a path of links to an output, as bits; links of part k begin at first_link[k] + k."""
    n_parts = first_link.size - 1
    found = np.uint64(0)
    for k in range(n_parts - n_outputs, n_parts):
        found |= _ONE << np.uint64(k)
    for k in range(n_parts - 1, -1, -1):
        if found >> np.uint64(k) & _ONE and sources[first_link[k]] >= n_inputs:
            for link in range(first_link[k], first_link[k + 1]):
                there = np.uint64(weights[link + k] != 0)
                found |= there << np.uint64(sources[link] - n_inputs)
    return found


@kernel
def _sum(weights: Any, first: int, last: int, k: int, sources: Any, rows: Any, total: Any) -> None:
    """The bias and, one after the other, what comes along the links."""
    total[:] = weights[last + k]
    for link in range(first, last):
        weight, row = weights[link + k], sources[link]
        if weight != 0:
            for c in range(total.size):
                total[c] += weight * rows[row, c]


@kernel
def _rectify(total: Any, rows: Any, row: int) -> None:
    for c in range(total.size):
        rows[row, c] = total[c] if total[c] > 0 else np.float32(0)


@kernel
def _squash(total: Any, rows: Any, row: int) -> None:
    for c in range(total.size):
        rows[row, c] = tanh(total[c])


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
    unit: int,
) -> None:
    """Evaluate the nets whose `changed` is set.

    Parameters
    ----------
    genomes : float32 (n, …)
        For each part the weights of all possible links, then its bias.
    lanes : float32 (n_blocks, n_inputs, 64 or more cases)
        Inputs, as many cases in a block as are computed at once.
    row_mask, first_link, sources
        As for ternary nets.
    unit : RELU or TANH
    """
    n_blocks, n_inputs, n_lanes = lanes.shape
    n_parts = first_link.size - 1
    rows = np.zeros((n_inputs + n_parts, n_lanes), np.float32)
    total, flags = np.empty(n_lanes, np.float32), np.empty(n_lanes // 8, np.uint64)
    for i in range(genomes.shape[0]):
        if not changed[i]:
            continue
        weights = genomes[i]
        parts = _reaching(weights, first_link, sources, n_inputs, n_outputs)
        effective[i], settled[i] = parts, 1
        for block in range(n_blocks):
            rows[:n_inputs] = lanes[block]
            words = slice(block * (n_lanes // 64), (block + 1) * (n_lanes // 64))
            for k in range(n_parts):
                if not parts >> np.uint64(k) & _ONE:
                    continue
                _sum(weights, first_link[k], first_link[k + 1], k, sources, rows, total)
                output = k - (n_parts - n_outputs)
                if output >= 0:
                    pack_positive(total, flags, responses[i, 0, output, words])
                elif unit == RELU:
                    _rectify(total, rows, n_inputs + k)
                else:
                    _squash(total, rows, n_inputs + k)
        for o in range(n_outputs):
            for w in range(row_mask.size):
                responses[i, 0, o, w] &= row_mask[w]

"""Circuits with inputs of their own, and with gates and wires that fail.

A gate is c0 ^ c1·a ^ c2·b ^ c3·a·b over GF(2). One that fails has no coefficients, and one of whose wires fails has
none that go with what the wire carries. So a circuit that fails in part is one with other gates, and is run as such.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from evomod.byte_vector import WIDTH
from evomod.disturbance import Disturbance
from evomod.genotypes.base import Array
from evomod.genotypes.circuit_blocks import BLOCK, answer, in_order, lay_wires
from evomod.genotypes.circuit_evaluation import EXTRA_SWEEPS, N_STATES
from evomod.kernel import ctz, kernel, popcount
from evomod.population import Population

_ONE = np.uint64(1)


def evaluate_failing(
    population: Population,
    genomes: Array,
    disturbance: Disturbance,
    tables: tuple[Array, Array, Array],
    shape: Any,
    in_layers: bool = False,
) -> None:
    """Write responses and settled of everybody; who is effective is known.

    Parameters
    ----------
    genomes : uint8 (n, n_loci)
        As circuits, `shape` being (n_inputs, n_gates, n_outputs, stride). Wire c of gate g is link 2·g + c.
    tables : inputs, uint64 (n_inputs, n_words); coefficients of each kind of gate, uint64 (n_kinds, 4), words without
        or with all bits; and the rows that exist, uint64 (n_words,)
    in_layers : bool
        No gate reads a later one; then there may be more than 64 nodes.
    """
    n, (inputs, _, _) = len(population), tables
    flipped = disturbance.inputs
    _evaluate(
        genomes,
        population.effective,
        np.zeros((1, *inputs.shape), np.uint64) if flipped is None else flipped,
        np.zeros(n, np.uint64) if disturbance.parts is None else disturbance.parts,
        np.zeros((n, 2), np.uint64) if disturbance.links is None else disturbance.links,
        *tables,
        shape,
        in_layers,
        population.responses,
        population.settled,
    )


@kernel
def _evaluate(
    genomes: Any,
    effective: Any,
    flipped: Any,
    broken: Any,
    cut: Any,
    inputs: Any,
    algebra: Any,
    row_mask: Any,
    shape: Any,
    in_layers: bool,
    responses: Any,
    settled: Any,
) -> None:
    n_inputs, n_gates, n_outputs, stride = shape
    size, n_blocks = (n_inputs + n_gates) * WIDTH, (row_mask.size + BLOCK - 1) // BLOCK
    words = np.zeros((N_STATES + 1) * size // 8, np.uint64)
    rows = np.zeros((n_blocks, n_inputs * BLOCK), np.uint64)
    functions = np.zeros(n_gates * 4 * BLOCK, np.uint64)
    order, wires = np.empty(n_gates, np.int64), np.empty((n_gates, 4), np.int64)
    for i in range(genomes.shape[0]):
        genome, flips = genomes[i], flipped[min(i, flipped.shape[0] - 1)]
        n = np.int64(popcount(effective[i]))
        if in_layers:
            acyclic = _by_number(effective[i], order)
        else:
            acyclic = in_order(genome, effective[i], order, n_inputs, stride)
        lay_wires(genome, order, n, wires, n_inputs, stride)
        for k in range(n):
            wires[k, 3] = order[k] * 4 * WIDTH  # each gate has a function of its own
            _fill_functions(genome, order[k], stride, broken[i], cut[i], algebra, functions)
        for node in range(n_inputs):
            for w in range(row_mask.size):
                rows[w // BLOCK, node * BLOCK + w % BLOCK] = inputs[node, w] ^ flips[node, w]
            for w in range(row_mask.size, n_blocks * BLOCK):  # a copy: a row that is none must not run longer
                rows[w // BLOCK, node * BLOCK + w % BLOCK] = inputs[node, 0] ^ flips[node, 0]
        outputs = genome[n_gates * stride : n_gates * stride + n_outputs]
        settled[i] = answer(
            outputs,
            wires[:n],
            acyclic,
            n_gates + EXTRA_SWEEPS,
            words,
            size,
            rows.view(np.uint8),
            functions.view(np.uint8),
            row_mask,
            responses[i],
        )


@kernel
def _by_number(gates: Any, order: Any) -> bool:
    n = 0
    while gates:
        order[n] = np.int64(ctz(gates))
        gates &= gates - _ONE
        n += 1
    return True


@kernel
def _fill_functions(genome: Any, gate: Any, stride: int, broken: Any, cut: Any, algebra: Any, functions: Any) -> None:
    kind = np.int64(genome[gate * stride + 2] if stride == 3 else 0)
    works = broken >> np.uint64(gate) & _ONE == 0
    first = cut[gate // 32] >> np.uint64(2 * gate % 64) & _ONE == 0
    second = cut[gate // 32] >> np.uint64((2 * gate + 1) % 64) & _ONE == 0
    for c in range(4):
        there = works and (first or not c & 1) and (second or not c & 2)
        for w in range(BLOCK):
            functions[(gate * 4 + c) * BLOCK + w] = algebra[kind, c] if there else np.uint64(0)

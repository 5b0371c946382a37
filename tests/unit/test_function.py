"""Boolean functions as whole numbers: there and back, and decomposition against brute force."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.goals.function import answers, function_of, is_made_of, multiplicity
from evomod.goals.logic import truth_table
from tests.generators import AND, NAMES, OR, examples

XYZ, XYZW = NAMES[:3], NAMES[:4]
NBVG = "(x & (w nand z)) | (w nor z)"  # of Parter, Kashtan & Alon 2008


def table(text, names=XYZW):
    return function_of(truth_table(text, names)[:, None])


@pytest.mark.jitless
@given(n_inputs=st.integers(0, 8), n_outputs=st.integers(1, 3), data=st.data())
@examples(100)
def test_a_function_is_read_back_from_its_answers(n_inputs, n_outputs, data):
    function = data.draw(st.integers(0, 2 ** (n_outputs << n_inputs) - 1))
    targets = answers(function, n_inputs, n_outputs)
    assert targets.shape == (1 << n_inputs, n_outputs)
    assert function_of(targets) == function
    assert sum(int(bit) << k for k, bit in enumerate(targets.T.ravel())) == function


@pytest.mark.jitless
def test_functions_are_the_hex_tables_of_goals():
    assert (table(AND), table(OR), table(NBVG)) == (0x0660, 0x6FF6, 0x0AAF)


def composed(block, n_inputs=3):
    """All functions F(M(block), the others), by trying every M and F."""
    others = [i for i in range(n_inputs) if i not in block]
    rows = [[row >> i & 1 for i in range(n_inputs)] for row in range(1 << n_inputs)]
    found = set()
    for m in range(1 << (1 << len(block))):
        inner = [m >> sum(bits[i] << k for k, i in enumerate(block)) & 1 for bits in rows]
        index = [
            value + sum(bits[i] << k for k, i in enumerate(others, 1)) for value, bits in zip(inner, rows, strict=True)
        ]
        for f in range(1 << (2 << len(others))):
            found.add(sum((f >> index[row] & 1) << row for row in range(1 << n_inputs)))
    return found


@pytest.mark.jitless
@pytest.mark.parametrize("block", [[0, 1], [1, 0], [0, 2], [1, 2]])
def test_two_restrictions_at_most_mean_that_a_function_of_the_block_can_be_taken_out(block):
    assert {f for f in range(256) if multiplicity(f, 3, block) <= 2} == composed(block)


@pytest.mark.jitless
@pytest.mark.parametrize("part", ["x ^ y", "x & z", "y", "x ^ y ^ z", "1"])
def test_a_function_is_made_of_a_part_if_it_is_some_f_of_it_that_needs_it(part):
    inner = truth_table(part, XYZ)
    block = {"x ^ y": [0, 1], "x & z": [0, 2], "y": [1], "x ^ y ^ z": [0, 1, 2], "1": []}[part]
    others = [truth_table(XYZ[i], XYZ) for i in range(3) if i not in block]
    expected = set()
    for bits in product([0, 1], repeat=2 << len(others)):
        index = inner + sum(column.astype(int) << k for k, column in enumerate(others, 1))
        half = np.array(bits).reshape(-1, 2)
        if (half[:, 0] != half[:, 1]).any() and block:  # F depends on the part
            expected.add(function_of(np.array(bits, bool)[index][:, None]))
    assert {f for f in range(256) if is_made_of(f, table(part, XYZ), 3)} == expected


@pytest.mark.jitless
def test_the_modular_goals_decompose_and_the_neighbour_of_pka08_does_not():
    multiplicities = {t: [multiplicity(table(t), 4, pair) for pair in ([0, 1], [2, 3])] for t in (AND, OR, NBVG)}
    assert multiplicities == {AND: [2, 2], OR: [2, 2], NBVG: [2, 3]}
    made = {t: [is_made_of(table(t), table(part), 4) for part in ("x ^ y", "w ^ z")] for t in (AND, OR, NBVG)}
    assert made == {AND: [True, True], OR: [True, True], NBVG: [False, False]}

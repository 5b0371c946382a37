"""Layered circuits: what they compute, the 38-bit genome, and what does not fit."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.errors import InputError
from evomod.genotypes.circuit import Circuit
from evomod.genotypes.circuit_phenotype import GATES
from evomod.genotypes.layered_circuit import LayeredCircuit
from evomod.goals.base import truth_table_inputs
from evomod.goals.logic import truth_table
from tests.generators import encodings, evaluated, examples, genomes, ones

SMALL = LayeredCircuit(hidden=(4, 2), gates=("and", "or", "nand", "nand"), wired_outputs=True)
ENCODING = SMALL.encode(truth_table_inputs(4), 1)


def test_the_small_model_of_kashtan_noor_and_alon_has_38_bits():
    loci, masks = ENCODING.bits
    assert len(loci) == len(masks) == 38
    assert np.bincount(loci).tolist() == [2] * 19
    assert set(masks.tolist()) == {1, 2}
    assert ENCODING.alleles.tolist() == [4] * 19
    assert ENCODING.gene.tolist() == [gate for gate in range(6) for _ in range(3)] + [6]
    assert ENCODING.twin[:3].tolist() == [1, 0, -1]
    assert ENCODING.layers == (4, 4, 2, 1)


@pytest.mark.jitless
def test_a_circuit_by_hand_is_two_xors_and_an_or():
    xor = [[0, 1, 2], [0, 1, 1]], [[2, 3, 2], [2, 3, 1]]  # a NAND and an OR of one pair of inputs, then an AND of both
    genome = [*xor[0][0], *xor[0][1], *xor[1][0], *xor[1][1], 0, 1, 0, 2, 3, 0, 1]
    population = evaluated(ENCODING, np.array([genome], np.uint8))
    answers = ones(population, 16)[0, 0] // 20
    assert answers.tolist() == truth_table("(x ^ y) | (z ^ w)", ("x", "y", "z", "w")).astype(int).tolist()
    assert population.effective[0] == 0b1111111
    assert population.costs.tolist() == [[7, 14]]


@pytest.mark.jitless
@pytest.mark.parametrize("gate", GATES)
def test_every_kind_of_gate_is_its_truth_table(gate):
    encoding = LayeredCircuit(hidden=(), gates=(gate,)).encode(truth_table_inputs(2), 1)
    for a, b in product((0, 1), repeat=2):
        answers = int(evaluated(encoding, np.array([[a, b]], np.uint8)).responses[0, 0, 0, 0])
        for r, case in enumerate(truth_table_inputs(2).astype(int)):
            assert answers >> r & 1 == GATES[gate] >> (case[a] + 2 * case[b]) & 1


@pytest.mark.jitless
@given(data=st.data())
@examples(60)
def test_a_layered_circuit_is_a_circuit_without_feedback(data):
    encoding = data.draw(encodings(LayeredCircuit, max_inputs=4))
    rows = data.draw(genomes(encoding, 4))
    kinds = tuple(dict.fromkeys(encoding.circuit.gates))
    free = Circuit(n_gates=encoding.n_parts, gates=kinds, feedback=False).encode(encoding.cases, encoding.n_outputs)
    same = np.array([free.genome_of(encoding.develop(genome)) for genome in rows])
    layered, other = evaluated(encoding, rows), evaluated(free, same)
    n_cases = len(encoding.cases)
    assert np.array_equal(ones(layered, n_cases), ones(other, n_cases))
    assert np.array_equal(layered.costs, other.costs)


@pytest.mark.jitless
@given(data=st.data())
@examples(30)
def test_flipping_any_bit_of_a_binary_genome_gives_a_legal_one(data):
    genome = data.draw(genomes(ENCODING, 1))[0]
    for locus, mask in zip(*ENCODING.bits, strict=True):
        assert genome[locus] ^ mask < ENCODING.alleles[locus]


def test_changes_are_told_as_those_of_circuits():
    before = np.zeros(19, np.uint8)
    after = before.copy()
    after[[0, 2, 18]] = 3, 1, 2
    assert ENCODING.changes(before, after, "xyzw") == (
        "g0: AND became OR and reads w instead of x",
        "g6: AND became NAND",
    )
    after[5] = 1
    assert ENCODING.changes(before, after, "xyzw")[1] == "silent: g1: AND became OR"


def test_a_circuit_says_what_does_not_fit():
    assert SMALL.mistake(4, 1) is None
    field, sentence = LayeredCircuit(hidden=(8, 4), wired_outputs=True).mistake(8, 2)
    assert field == "wired_outputs"
    assert "two nodes below the outputs, and there are 4" in sentence
    assert "leaves nothing" in LayeredCircuit(hidden=(2,), gates=("nand",), wired_outputs=True).mistake(4, 1)[1]
    assert "at most 64" in LayeredCircuit(hidden=(64,)).mistake(8, 1)[1]
    with pytest.raises(ValueError, match="unknown gate 'nannd'"):
        LayeredCircuit(gates=("nannd",))
    with pytest.raises(InputError, match="a locus of 3 alleles"):
        _ = LayeredCircuit(hidden=(4, 2)).encode(truth_table_inputs(4), 1).bits
    with pytest.raises(InputError, match="a locus of 6 alleles"):
        _ = SMALL.encode(truth_table_inputs(6), 1).bits

"""`genome_of` is the inverse of `develop`, and says why a circuit has no place in a genome."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.errors import InputError
from evomod.genotypes.circuit import Circuit
from evomod.genotypes.circuit_phenotype import CircuitPhenotype
from evomod.goals.base import truth_table_inputs
from evomod.netlists.synthesis import synthesise
from tests.generators import NAMES, OR, encodings, evaluated, examples, genomes


def encoding(n_gates=12, gates=("nand",), feedback=True, n_inputs=4, n_outputs=1):
    return Circuit(n_gates=n_gates, gates=gates, feedback=feedback).encode(truth_table_inputs(n_inputs), n_outputs)


def wires(circuit):
    """Kinds and sources of the effective gates, and the outputs: all that acts."""
    return {g: (circuit.kinds[g], circuit.sources[g]) for g in circuit.effective()}, circuit.outputs


@given(data=st.data())
@examples(200)
def test_a_genome_comes_back_from_its_circuit_with_its_idle_gates_at_0(data):
    bound = data.draw(encodings())
    genome = data.draw(genomes(bound, 1))[0]
    circuit = bound.develop(genome)
    again = bound.genome_of(circuit)
    assert again.dtype == np.uint8
    assert (again < bound.alleles).all()
    assert wires(bound.develop(again)) == wires(circuit)
    used = np.isin(bound.part, [-1, *circuit.effective()])
    assert np.array_equal(again[used], genome[used])
    assert not again[~used].any()
    assert np.array_equal(bound.genome_of(bound.develop(again)), again)


@given(data=st.data())
@examples(100)
def test_any_order_of_gates_computes_the_same_in_a_genome_without_feedback(data):
    source = data.draw(encodings(max_inputs=4, max_nodes=16).filter(lambda each: not each.circuit.feedback))
    rows = data.draw(genomes(source, 1))
    circuit = source.develop(rows[0])
    n, n_inputs = len(circuit.kinds), source.n_inputs
    order = data.draw(st.permutations(range(n)))  # gate g goes to order[g]
    node = [*range(n_inputs), *(n_inputs + k for k in order)]
    at = sorted(range(n), key=lambda g: order[g])
    shuffled = CircuitPhenotype(
        circuit.input_names,
        circuit.output_names,
        tuple(circuit.kinds[g] for g in at),
        tuple((node[circuit.sources[g][0]], node[circuit.sources[g][1]]) for g in at),
        tuple(node[source] for source in circuit.outputs),
    )
    placed = source.genome_of(shuffled)
    assert (placed < source.alleles).all()
    assert np.array_equal(evaluated(source, placed[None]).responses, evaluated(source, rows).responses)


def test_inputs_and_outputs_are_matched_by_name_where_names_are_given():
    circuit = CircuitPhenotype(("b", "a"), ("p", "q"), ("andnot",), ((0, 1),), (2, 0))  # p = b & ~a, q = b
    bound = encoding(2, ("andnot",), n_inputs=2, n_outputs=2)
    assert bound.genome_of(circuit).tolist() == [0, 1, 0, 0, 2, 0]
    assert bound.genome_of(circuit, ("a", "b"), ("q", "p")).tolist() == [1, 0, 0, 0, 1, 2]


def test_gates_of_high_numbers_move_together_where_the_genome_is_shorter():
    circuit = CircuitPhenotype(("x", "y"), ("f",), ("nand",) * 9, (*[(0, 0)] * 7, (10, 0), (0, 1)), (9,))
    assert encoding(2, n_inputs=2, feedback=False).genome_of(circuit).tolist() == [0, 1, 2, 0, 3]
    assert encoding(9, n_inputs=2).genome_of(circuit).tolist() == [0] * 14 + [10, 0, 0, 1, 9]


LATCH = CircuitPhenotype(NAMES[:4], ("f",), ("nand", "nand"), ((0, 5), (1, 4)), (5,))
RENAMED = CircuitPhenotype(("p", "q", "z", "w"), ("f",), (), (), (0,))


@pytest.mark.parametrize(
    ("bound", "circuit", "names", "sentence"),
    [
        (
            encoding(10),
            synthesise([OR], NAMES[:4], ["nand"]),
            (),
            "has 11 gates .* room for 10; set `genotype.n_gates` to",
        ),
        (
            encoding(),
            synthesise(["x ^ y"], NAMES[:4], ["xor"]),
            (),
            "gate g0 of the circuit is 'xor', .* has nand; add it",
        ),
        (encoding(feedback=False), LATCH, (), r"has feedback \(g0 -> g1 -> g0\).*; set `genotype.feedback: true`"),
        (encoding(n_inputs=3), LATCH, (), r"has 4 input\(s\) \(x, y, z, w\), and 3 are asked for"),
        (encoding(n_outputs=2), LATCH, (), r"has 1 output\(s\) \(f\), and 2 are asked for"),
        (encoding(), RENAMED, NAMES[:4], "inputs are p, q, z, w, and x, y, z, w are asked for; rename them"),
    ],
)
def test_a_circuit_without_a_place_is_answered_with_the_way_out(bound, circuit, names, sentence):
    with pytest.raises(InputError, match=sentence):
        bound.genome_of(circuit, names)

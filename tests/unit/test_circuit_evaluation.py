"""Compiled circuits against the rule of the decisions, written out literally: n_gates + 4 sweeps, then 20 states."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.genotypes.circuit import Circuit
from evomod.goals.base import truth_table_inputs
from tests.generators import bound, evaluated, examples, genomes, ones, seeds

FUNCTIONS = {
    "and": lambda a, b: a & b,
    "or": lambda a, b: a | b,
    "xor": lambda a, b: a ^ b,
    "nand": lambda a, b: ~(a & b),
    "nor": lambda a, b: ~(a | b),
    "eq": lambda a, b: ~(a ^ b),
    "andnot": lambda a, b: a & ~b,
    "ornot": lambda a, b: a | ~b,
}


def literal(encoding, genome, inputs, n_states=20):
    """Outputs in the states that count, bool (20, n_outputs, n_cases); the set of effective gates; did it settle?"""
    n_inputs, n_gates, n_outputs, stride = encoding.shape
    genes = [[int(v) for v in genome[g * stride : (g + 1) * stride]] for g in range(n_gates)]
    outputs = [int(v) for v in genome[n_gates * stride : n_gates * stride + n_outputs]]
    effective = {node - n_inputs for node in outputs if node >= n_inputs}
    for _ in range(n_gates):
        effective |= {node - n_inputs for g in effective for node in genes[g][:2] if node >= n_inputs}
    state = [*inputs.T, *(np.zeros(len(inputs), bool) for _ in range(n_gates))]
    states = [state]
    for _ in range(n_gates + 4 + n_states):
        state = list(state)
        for g in effective:
            a, b, *kind = genes[g]
            function = FUNCTIONS[encoding.circuit.gates[kind[0] if kind else 0]]
            state[n_inputs + g] = function(states[-1][a], states[-1][b])
        states.append(state)
    last, before = states[n_gates + 4], states[n_gates + 3]
    settled = all(np.array_equal(a, b) for a, b in zip(last, before, strict=True))
    return np.array([[state[node] for node in outputs] for state in states[-n_states:]]), effective, settled


def period(encoding, genome, inputs):
    """The smallest number of states after which all outputs in all rows repeat, at most 50."""
    states = literal(encoding, genome, inputs, 100)[0]
    return next((p for p in range(1, 50) if np.array_equal(states[p:], states[:-p])), 50)


def check(encoding, rows, inputs):
    """All ways of compiled evaluation, and the phenotype, against the literal one."""
    expected = [literal(encoding, genome, inputs) for genome in rows]
    for shuffled in {encoding.shuffled, False}:
        encoding.shuffled, before = shuffled, encoding.shuffled
        population = evaluated(encoding, rows)
        encoding.shuffled = before
        found = ones(population, len(inputs))
        for i, (states, effective, settled) in enumerate(expected):
            assert population.settled[i] == settled
            assert int(population.effective[i]) == sum(1 << g for g in effective)
            assert np.array_equal(found[i], states.sum(axis=0))
            assert not (population.responses[i, 0] & ~encoding.row_mask).any()
    for genome, (states, effective, _) in zip(rows, expected, strict=True):
        phenotype, r = encoding.develop(genome), len(inputs) // 3
        assert phenotype.effective() == tuple(sorted(effective))
        assert np.array_equal(phenotype.trajectory(inputs[r]), states[:, :, r])


def encode(n_inputs, gates, genes, outputs):
    """An encoding and one genome in it, of genes written as (source, source, kind)."""
    encoding = Circuit(n_gates=len(genes), gates=gates).encode(truth_table_inputs(n_inputs), len(outputs))
    wires = [v for gene in genes for v in (gene[:2] if len(gates) == 1 else (*gene[:2], gates.index(gene[2])))]
    return encoding, np.array([[*wires, *outputs]], np.uint8)


def ring(first, length, gate=None):
    """One inverter and buffers in a ring from node `first` on; `gate` is a node that lets the signal pass."""
    last = first + length - 1
    inverter = [(last, last, "nand")]
    return inverter + [
        (k - 1, gate if k == last and gate is not None else k - 1, "and") for k in range(first + 1, last + 1)
    ]


# Against the literal rule ---------------------------------------------------------------------------------------------


@pytest.mark.jitless
@given(data=st.data())
@examples(600)
def test_small_circuits_follow_the_literal_rule_both_ways(data):
    encoding, inputs = data.draw(bound(max_inputs=4, max_nodes=16))
    check(encoding, data.draw(genomes(encoding, 8)), inputs)


@given(data=st.data())
@examples(300)
def test_larger_circuits_follow_the_literal_rule(data):
    encoding, inputs = data.draw(bound(max_inputs=9, max_nodes=29))
    check(encoding, data.draw(genomes(encoding, 4)), inputs)


@given(data=st.data(), n_inputs=st.integers(8, 12), n_gates=st.integers(1, 6))
@examples(60)
def test_tables_of_several_blocks_follow_the_literal_rule(data, n_inputs, n_gates):
    inputs = truth_table_inputs(n_inputs)
    encoding = Circuit(n_gates=n_gates).encode(inputs, 2)
    rows = data.draw(genomes(encoding, 4))
    check(encoding, np.where(rows < 4, n_inputs - 1 - rows, rows), inputs)  # the inputs that tell blocks apart


@given(data=st.data(), n_cases=st.integers(1, 200), seed=seeds)
@examples(150)
def test_cases_need_not_be_a_whole_truth_table(data, n_cases, seed):
    inputs = np.random.default_rng(seed).integers(0, 2, (n_cases, data.draw(st.integers(1, 6)))) == 1
    encoding = Circuit(n_gates=data.draw(st.integers(1, 9))).encode(inputs, 2)
    check(encoding, data.draw(genomes(encoding, 4)), inputs)


@given(data=st.data())
@examples(150)
def test_acyclic_circuits_in_order_are_the_settled_simulation(data):
    encoding, inputs = data.draw(bound(max_inputs=5))
    circuit = encoding.circuit.model_copy(update={"feedback": False})
    ordered = circuit.encode(inputs, encoding.n_outputs)
    rows = data.draw(genomes(ordered, 6))
    check(ordered, rows, inputs)
    looping = circuit.model_copy(update={"feedback": True}).encode(inputs, encoding.n_outputs)
    check(looping, rows, inputs)
    assert evaluated(ordered, rows).settled.all()
    assert np.array_equal(ones(evaluated(ordered, rows), len(inputs)), ones(evaluated(looping, rows), len(inputs)))


@pytest.mark.jitless
@pytest.mark.parametrize("kinds", [("nand",), ("nand", "or", "eq")])
def test_a_source_is_any_node_with_feedback_and_an_earlier_one_without(kinds):
    n_kinds = [3] * (len(kinds) > 1)
    looping = Circuit(n_gates=3, gates=kinds).encode(truth_table_inputs(4), 2)
    ordered = Circuit(n_gates=3, gates=kinds, feedback=False).encode(truth_table_inputs(4), 2)
    assert looping.alleles.tolist() == [7, 7, *n_kinds] * 3 + [7, 7]
    assert ordered.alleles.tolist() == [4, 4, *n_kinds, 5, 5, *n_kinds, 6, 6, *n_kinds, 7, 7]
    per_gate = 2 + len(n_kinds)
    assert looping.gene.tolist() == [0] * per_gate + [1] * per_gate + [2] * per_gate + [3, 3]
    assert looping.part.tolist() == [0] * per_gate + [1] * per_gate + [2] * per_gate + [-1, -1]


# Oscillators ----------------------------------------------------------------------------------------------------------


@pytest.mark.jitless
@pytest.mark.parametrize("n_inputs", [1, 5])
def test_an_inverter_that_reads_itself_is_right_half_of_the_time(n_inputs):
    encoding, rows = encode(n_inputs, ("nand",), [(n_inputs, n_inputs)], [n_inputs])
    population, n_cases = evaluated(encoding, rows), 2**n_inputs
    check(encoding, rows, truth_table_inputs(n_inputs))
    encoding.count_hits(population, population.changed, encoding.pack(np.ones((n_cases, 1), bool)), population.hits)
    assert population.hits[0] * 2 == encoding.max_hits == 20 * n_cases


@pytest.mark.jitless
@pytest.mark.parametrize("length", [3, 5, 7])
@pytest.mark.parametrize("n_inputs", [1, 5])
def test_rings_whose_period_does_not_divide_20_are_counted_over_20_states(length, n_inputs):
    encoding, rows = encode(n_inputs, ("nand", "and"), ring(n_inputs, length), range(n_inputs, n_inputs + length))
    check(encoding, rows, truth_table_inputs(n_inputs))
    assert period(encoding, rows[0], truth_table_inputs(n_inputs)) == 2 * length


@pytest.mark.parametrize("length", [3, 7])
@pytest.mark.parametrize("n_inputs", [2, 5])
def test_rings_of_inverters_that_an_input_holds_or_lets_go_are_counted(length, n_inputs):
    last = n_inputs + length - 1
    genes = [(last, 0), *((k - 1, k - 1 if k % 2 else 1) for k in range(n_inputs + 1, last + 1))]
    encoding, rows = encode(n_inputs, ("nand",), genes, [last, n_inputs])
    check(encoding, rows, truth_table_inputs(n_inputs))
    assert not evaluated(encoding, rows).settled[0]


@pytest.mark.parametrize("n_inputs", [1, 5])
def test_coupled_rings_have_the_period_of_both(n_inputs):
    last = n_inputs + 6
    genes = [*ring(n_inputs, 3), *ring(n_inputs + 3, 4), (n_inputs, last, "xor")]
    encoding, rows = encode(n_inputs, ("nand", "and", "xor"), genes, [last + 1])
    check(encoding, rows, truth_table_inputs(n_inputs))
    assert period(encoding, rows[0], truth_table_inputs(n_inputs)) == 24


def test_random_circuits_whose_periods_do_not_divide_20_agree():
    inputs = truth_table_inputs(4)
    encoding = Circuit(gates=("nand", "and", "eq")).encode(inputs, 1)
    rows = (np.random.default_rng(1).integers(0, 255, (4000, encoding.n_loci)) % encoding.alleles).astype(np.uint8)
    counts = ones(evaluated(encoding, rows), 16)
    unusual = rows[[bool(set(np.unique(c)) - {0, 10, 20}) for c in counts]][:100]
    periods = {period(encoding, genome, inputs) for genome in unusual}
    assert len({p for p in periods if 20 % p}) >= 4
    check(encoding, unusual, inputs)


@given(data=st.data())
@examples(150)
def test_nand_circuits_settle_or_alternate(data):
    # NAND is antitone: from all 0, even states only rise and odd states only fall, so that both stop somewhere.
    inputs = truth_table_inputs(4)
    encoding = Circuit(n_gates=data.draw(st.integers(1, 12))).encode(inputs, 1)
    for genome in data.draw(genomes(encoding, 4)):
        assert period(encoding, genome, inputs) in (1, 2)


# Blocks ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [1, 3])
@pytest.mark.parametrize("n_inputs", [9, 10, 12])
@pytest.mark.parametrize("negated", [False, True])
def test_some_blocks_of_256_rows_may_settle_and_others_not(length, n_inputs, negated):
    inputs, first = truth_table_inputs(n_inputs), n_inputs + 1
    for switch in range(8, n_inputs):  # inputs from 8 on are constant within a block
        gate = n_inputs if negated else switch
        loop = [(first, gate, "nand")] if length == 1 else ring(first, length, gate)
        genes = [(switch, switch, "nand"), *loop]
        encoding, rows = encode(n_inputs, ("nand", "and"), genes, [n_inputs + length, 0])
        check(encoding, rows, inputs)
        counts = ones(evaluated(encoding, rows), len(inputs))[0, 0]
        assert np.array_equal((counts > 0) & (counts < 20), inputs[:, switch] != negated)


def test_blocks_may_settle_alternate_and_circle_in_one_circuit():
    inputs = truth_table_inputs(12)
    genes = [(12, 10, "nand"), *ring(13, 3, 11)]
    encoding, rows = encode(12, ("nand", "and"), genes, [12, 15, 9])
    check(encoding, rows, inputs)
    for high, expected in ((0b0000, 1), (0b0100, 2), (0b1000, 6)):  # inputs 8 to 11
        assert period(encoding, rows[0], inputs[256 * high :][:256]) == expected

"""Individuals under noise and failure, compiled, against their phenotypes and what is left of these."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.disturbance import Disturbance, Failure, Noise, draw
from evomod.errors import InputError
from evomod.genotypes.base import Encoding
from evomod.genotypes.circuit import Circuit
from evomod.genotypes.layered_circuit import LayeredCircuit
from evomod.genotypes.ternary_net import TernaryNet
from evomod.genotypes.threshold_net import ThresholdNet
from evomod.genotypes.weighted_net import WeightedNet
from evomod.goals.base import truth_table_inputs
from tests.generators import bound, evaluated, examples, genomes, ones, rates, seeds
from tests.nets import PlainNet

NOTHING = Disturbance()
MEMBERS = {
    "circuit": Circuit(n_gates=9, gates=("nand", "xor")),
    "without feedback": Circuit(n_gates=9, feedback=False),
    "layered_circuit": LayeredCircuit(hidden=(6, 3)),
    "more than 64 nodes": LayeredCircuit(hidden=(30, 30)),
    "wired outputs": LayeredCircuit(hidden=(4, 2), wired_outputs=True),
    "threshold_net": ThresholdNet(hidden=(5, 3), thresholds=(-1, 0), fan_in=2),
    "ternary_net": TernaryNet(hidden=(5, 3)),
    "relu": WeightedNet(hidden=(5, 3), unit="relu"),
    "tanh": WeightedNet(hidden=(5, 3), unit="tanh"),
}
every_member = pytest.mark.parametrize("genotype", MEMBERS.values(), ids=MEMBERS)


def disturbed(encoding, population, disturbance):
    """A copy of the population as it is under a disturbance."""
    copy = replace(population, responses=population.responses.copy(), settled=population.settled.copy())
    encoding.evaluate_disturbed(copy, disturbance)
    return copy


def flipped(encoding, words, i, n):
    """Bits of individual i: bool (n_cases, n)."""
    if words is None:
        return np.zeros((len(encoding.cases), n), bool)
    octets = np.ascontiguousarray(words[i]).view(np.uint8)
    return np.unpackbits(octets, axis=-1, count=len(encoding.cases), bitorder="little").T.astype(bool)


def numbers(words, i):
    """The numbers of the bits that are set."""
    row = [] if words is None else np.atleast_1d(words[i]).tolist()
    return {64 * w + b for w, word in enumerate(row) for b in range(64) if word >> b & 1}


def by_hand(encoding, genome, disturbance, i):
    """The share of time that each output is judged to be 1: (n_outputs, n_cases)."""
    d, phenotype = disturbance, encoding.develop(genome)
    phenotype = phenotype.failing(numbers(d.parts, i), numbers(d.links, i))
    inputs = encoding.cases ^ flipped(encoding, d.inputs, i, encoding.n_inputs)
    turned = flipped(encoding, d.targets, i, encoding.n_outputs)
    shares = np.array([phenotype.respond(case) for case in inputs.tolist()])
    return np.where(turned, 1 - shares, shares).T


@st.composite
def disturbances(draw_one, encoding, n):
    """Whatever may be disturbed, at any rate."""
    noise = Noise(input=draw_one(rates), target=draw_one(rates))
    failure = Failure(parts=draw_one(st.just(0.0) | st.just(0.2)), links=draw_one(st.just(0.0) | st.just(0.2)))
    return draw(noise, failure, encoding, draw_one(seeds), 3, 0, n)


@pytest.mark.jitless
@given(pair=bound(max_inputs=4, max_nodes=14), data=st.data())
@examples(25)
def test_circuits_are_those_that_are_left(pair, data):
    encoding, inputs = pair
    population = evaluated(encoding, data.draw(genomes(encoding, 4)))
    disturbance = data.draw(disturbances(encoding, 4))
    found = disturbed(encoding, population, disturbance)
    counts = ones(found, len(inputs))
    for i, genome in enumerate(population.genomes):
        assert np.array_equal(counts[i], np.rint(20 * by_hand(encoding, genome, disturbance, i)))
    assert np.array_equal(found.effective, population.effective)


@pytest.mark.jitless
@given(
    hidden=st.lists(st.integers(1, 4), max_size=2),
    n_inputs=st.integers(1, 5) | st.just(7),
    unit=st.sampled_from(["threshold", "sign", "relu", "tanh"]),
    low=st.sampled_from([0.0, -1.0]),
    data=st.data(),
)
@examples(25)
def test_nets_are_those_that_are_left(hidden, n_inputs, unit, low, data):
    encoding = PlainNet(truth_table_inputs(n_inputs), hidden, 2, unit, low)
    population = evaluated(encoding, data.draw(genomes(encoding, 3)), ())
    disturbance = data.draw(disturbances(encoding, 3))
    found = ones(disturbed(encoding, population, disturbance), len(encoding.cases)) // 20
    for i, genome in enumerate(population.genomes):
        expected = by_hand(encoding, genome, disturbance, i)
        if unit == "tanh":  # sums near 0 may be on either side of it
            near = (found[i] != expected).any(axis=0)
            d = disturbance
            net = encoding.develop(genome).failing(numbers(d.parts, i), numbers(d.links, i))
            cases = encoding.cases ^ flipped(encoding, d.inputs, i, n_inputs)
            assert all(abs(x) < 1e-5 for case in cases[near].tolist() for x in net.states(case)[-1])
        else:
            assert np.array_equal(found[i], expected)


@pytest.mark.jitless
@given(pair=bound(), data=st.data())
@examples(25)
def test_where_nothing_is_disturbed_circuits_answer_as_they_do(pair, data):
    encoding, _ = pair
    population = evaluated(encoding, data.draw(genomes(encoding, 4)))
    whole = replace(NOTHING, parts=np.zeros(4, np.uint64))  # goes through the kernel
    for nothing in (NOTHING, whole):
        found = disturbed(encoding, population, nothing)
        assert np.array_equal(found.settled, population.settled)
        assert np.array_equal(encoding.answers(found), encoding.answers(population))


@every_member
@pytest.mark.parametrize("n_inputs", [5, 7])
def test_every_member_answers_as_it_does_where_nothing_is_disturbed(genotype, n_inputs):
    encoding = genotype.encode(truth_table_inputs(n_inputs), 1)
    population = evaluated(encoding, encoding.draw(40, 1), ())
    found = disturbed(encoding, population, replace(NOTHING, parts=np.zeros(40, np.uint64)))
    assert np.array_equal(found.settled, population.settled)
    assert np.array_equal(encoding.answers(found), encoding.answers(population))


@pytest.mark.jitless
@every_member
def test_every_member_is_what_is_left(genotype):
    encoding = genotype.encode(truth_table_inputs(4), 1)
    population = evaluated(encoding, encoding.draw(12, 2), ())
    both = Noise(input=0.1, target=0.1), Failure(parts=0.1, links=0.1)
    for noise, failure in ((both[0], Failure()), (Noise(), both[1]), both):
        disturbance = draw(noise, failure, encoding, 1, 1, 0, 12)
        found = ones(disturbed(encoding, population, disturbance), 16)
        expected = [by_hand(encoding, genome, disturbance, i) for i, genome in enumerate(population.genomes)]
        assert np.array_equal(found, np.rint(20 * np.array(expected)))
        changed = ones(population, 16) != found
        assert changed.any() or noise.target == 0


@pytest.mark.parametrize("unit", ["threshold", "sign", "relu", "tanh"])
def test_where_nothing_is_disturbed_nets_answer_as_they_do(unit):
    encoding = PlainNet(truth_table_inputs(5), (4, 3), 1, unit, scale=0.37)
    rows = np.random.default_rng(1).integers(0, 5, (30, encoding.n_loci)).astype(np.uint8)
    population = evaluated(encoding, rows, ())
    whole = disturbed(encoding, population, replace(NOTHING, links=np.zeros((30, 1), np.uint64)))
    assert np.array_equal(encoding.answers(whole), encoding.answers(population))


@pytest.mark.jitless
def test_an_input_is_shifted_by_what_is_drawn():
    encoding = PlainNet(truth_table_inputs(1), (), 1, "threshold")
    population = evaluated(encoding, np.array([[3, 2]] * 2, np.uint8), ())  # weight 1, bias 0: right where x > 0
    shifts = np.array([[[0.5, -1.5]], [[-0.5, 0.5]]], np.float32)
    found = disturbed(encoding, population, replace(NOTHING, shifts=shifts))
    assert (found.responses[:, 0, 0, 0] & np.uint64(3)).tolist() == [0b01, 0b10]


@pytest.mark.jitless
def test_a_target_that_is_turned_counts_an_oscillating_answer_the_other_way_round():
    encoding = Circuit(n_gates=3, gates=("eq", "and")).encode(truth_table_inputs(2), 1)
    ring = np.array([[3, 4, 0, 2, 2, 1, 3, 3, 1, 2]], np.uint8)  # a shift register of period 7
    population = evaluated(encoding, ring)
    assert not population.settled[0]
    turned = disturbed(encoding, population, replace(NOTHING, targets=np.full((1, 1, 1), 0b0110, np.uint64)))
    before, after = ones(population, 4)[0, 0], ones(turned, 4)[0, 0]
    assert 10 not in before.tolist()
    assert after.tolist() == [before[0], 20 - before[1], 20 - before[2], before[3]]


def test_an_encoding_that_knows_nothing_of_it_says_so():
    with pytest.raises(InputError, match="not defined for this genotype"):
        Encoding.evaluate_disturbed(PlainNet(truth_table_inputs(1), (), 1, "relu"), None, NOTHING)
    assert Encoding.disturbances == frozenset()

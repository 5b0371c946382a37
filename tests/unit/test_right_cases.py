"""Who is right in which case: the compiled marks against the states that the phenotype goes through."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.genotypes.base import Genotype
from evomod.genotypes.net_phenotype import NetPhenotype
from evomod.genotypes.packed import _mark_right
from tests.generators import bound, evaluated, examples, genomes, seeds, shipped

every_genotype = pytest.mark.parametrize("cls", shipped(Genotype).values(), ids=shipped(Genotype))


@pytest.mark.jitless
@every_genotype
@given(data=st.data())
@examples(150)
def test_a_case_is_right_if_the_phenotype_is_right_in_all_of_its_states(cls, data):
    encoding, inputs = data.draw(bound(cls, max_inputs=7))
    rows = data.draw(genomes(encoding, 5))
    n_outputs, n_words = encoding.response_shape[1:]
    random = np.random.default_rng(data.draw(seeds))
    targets = random.integers(0, 2, (len(inputs), n_outputs)) == 1
    population, who = evaluated(encoding, rows), random.integers(0, 2, len(rows)).astype(np.uint8)
    right = np.full((len(rows), n_outputs * n_words), 77, np.uint64)
    encoding.mark_right(population, who, encoding.pack(targets), right)
    cases = random.permutation(len(inputs))[:12]
    for i, genome in enumerate(rows):
        if not who[i]:
            assert (right[i] == 77).all()
            continue
        bits = np.unpackbits(right[i].astype("<u8").view(np.uint8), bitorder="little").reshape(n_outputs, -1)
        assert not bits[:, len(inputs) :].any()
        for r in cases:
            net = encoding.develop(genome)
            states = [net.respond(inputs[r])] if isinstance(net, NetPhenotype) else net.trajectory(inputs[r])
            for o in range(n_outputs):
                assert bits[o, r] == all(state[o] == targets[r, o] for state in states)


@pytest.mark.jitless
@every_genotype
@given(data=st.data())
@examples(100)
def test_who_is_right_in_all_cases_has_benefit_1_and_nobody_else(cls, data):
    encoding, inputs = data.draw(bound(cls, max_inputs=4))
    rows = data.draw(genomes(encoding, 8))
    population, everybody = evaluated(encoding, rows), np.ones(8, np.uint8)
    # The goal is what one of them computes, so that somebody is right, unless it oscillates.
    shares = [encoding.develop(rows[0]).respond(case) for case in inputs]
    targets = encoding.pack(np.array(shares) >= 0.5)
    right = np.zeros((8, targets[0].size), np.uint64)
    encoding.mark_right(population, everybody, targets, right)
    encoding.count_hits(population, everybody, targets, population.hits)
    n_right = np.unpackbits(right.view(np.uint8), axis=1).sum(axis=1, dtype=int)
    n_cases = len(inputs) * encoding.response_shape[1]
    assert np.array_equal(n_right == n_cases, population.hits == encoding.max_hits)
    assert (n_right * (encoding.max_hits // n_cases) <= population.hits).all()


@pytest.mark.jitless
@every_genotype
@given(data=st.data())
@examples(100)
def test_answers_are_equal_where_all_responses_are(cls, data):
    encoding, inputs = data.draw(bound(cls, max_inputs=3, max_nodes=8))
    rows = data.draw(genomes(encoding, 16))
    answers = encoding.answers(evaluated(encoding, rows))
    responses = [[encoding.develop(genome).respond(case) for case in inputs] for genome in rows]
    for i in range(16):
        for j in range(i):
            assert np.array_equal(answers[i], answers[j]) == (responses[i] == responses[j])


@pytest.mark.jitless
def test_of_all_counts_only_20_is_always_and_only_0_is_never():
    counts = np.arange(21)  # of 20 states, one in each row; circuits of NAND alone reach 0, 10 and 20 only
    planes = np.array(
        [sum(int(count >> p & 1) << row for row, count in enumerate(counts)) for p in range(5)], np.uint64
    )
    responses, mask = planes.astype(np.uint64).reshape(1, 5, 1, 1), np.array([(1 << 21) - 1], np.uint64)
    for target, right_in in (((1 << 21) - 1, 20), (0, 0)):
        right = np.zeros((1, 1), np.uint64)
        targets = np.array([[[target & int(mask[0])]], [[~target & int(mask[0])]]], np.uint64)
        _mark_right(np.ones(1, np.uint8), responses, np.zeros(1, np.uint8), targets, 20, right)
        assert right[0, 0] == 1 << right_in

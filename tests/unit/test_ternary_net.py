"""Nets of whole weights: what makes small integers enough, and what the loci say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.errors import InputError
from evomod.genotypes.ternary_evaluation import MAX_SOURCES
from evomod.genotypes.ternary_net import TernaryNet
from evomod.goals.base import truth_table_inputs
from evomod.problem import Problem
from evomod.variation.links import Links
from evomod.variation.variation import Variation
from tests.generators import encodings, evaluated, examples, genomes, logic_gates, ones

UNIT = np.float32(20)


def tanh_net(encoding, genome, case):
    """The paper's own arithmetic, in single precision: does each output exceed 0?"""
    weights, biases = (getattr(encoding, name)(genome[None])[0].astype(np.float32) for name in ("weights", "biases"))
    layer, k = np.where(case, 1, -1).astype(np.float32), 0
    for size in encoding.layers[1:]:
        rows = [weights[encoding.first_link[j] : encoding.first_link[j + 1]] for j in range(k, k + size)]
        layer = np.tanh(UNIT * (np.array(rows) @ layer + biases[k : k + size]))
        k += size
    return layer > 0


def net_of(n_inputs, hidden, weights, biases, n_outputs=1):
    """An encoding, and the genome with these weights, by link, and biases, by unit."""
    encoding = TernaryNet(hidden=hidden).encode(truth_table_inputs(n_inputs), n_outputs)
    genome = np.zeros(encoding.n_loci, np.uint8)
    genome[encoding.link_loci] = [(0, -2, -1, 1, 2).index(w) for w in weights]
    genome[encoding.bias_loci] = [b + 2 for b in biases]
    return encoding, genome


def test_the_papers_unit_answers_exactly_minus_one_zero_or_one():
    sums = np.arange(-130, 131).astype(np.float32)
    assert np.array_equal(np.tanh(UNIT * sums), np.sign(sums))
    assert not np.array_equal(np.tanh(np.float32(5) * sums), np.sign(sums))  # a flatter unit is none of this kind


@pytest.mark.jitless
@given(data=st.data())
@examples(60)
def test_answers_are_those_of_units_of_tanh(data):
    encoding = data.draw(encodings(TernaryNet, max_inputs=6))
    rows = data.draw(genomes(encoding, 4))
    found = ones(evaluated(encoding, rows), len(encoding.cases))
    for i, genome in enumerate(rows):
        for r in range(0, len(encoding.cases), 5):
            assert np.array_equal(found[i, :, r] > 0, tanh_net(encoding, genome, encoding.cases[r]))


@pytest.mark.parametrize("sign", [1, -1])
def test_the_largest_sum_that_can_be_still_fits_a_byte(sign):
    encoding = TernaryNet(hidden=()).encode(np.ones((2, MAX_SOURCES), bool), 1)
    genome = np.array([4 if sign > 0 else 1] * MAX_SOURCES + [2 + 2 * sign], np.uint8)
    assert encoding.develop(genome).states([True] * MAX_SOURCES)[-1] == (sign * (2 * MAX_SOURCES + 2),)
    assert ones(evaluated(encoding, genome[None]), 2).tolist() == [[[20 * (sign > 0)] * 2]]


def test_an_unread_unit_is_ineffective_and_one_without_inputs_a_constant_that_counts():
    #   x → n0, n1 reads nothing and has a bias, n2 is not read; the output reads n0 and n1.
    encoding, genome = net_of(2, (3,), [1, 0, 0, 0, 1, 1, 1, 1, 0], [0, 1, 0, 0])
    population = evaluated(encoding, genome[None])
    assert population.effective[0] == 0b1011
    assert population.costs[0].tolist() == [2, 2]  # x to n0 to the output; a constant is not paid for
    assert ones(population, 4)[0, 0].tolist() == [0, 20, 0, 20]


def test_what_changed_is_told_in_words():
    encoding, before = net_of(2, (2,), [1, 0, -1, 0, 2, 0], [0, 0, 0])
    _, after = net_of(2, (2,), [0, -2, 1, 0, 1, 0], [0, 1, -2])
    assert encoding.changes(before, after, ("x", "y")) == (
        "n0 no longer reads x",
        "n0 now reads y, with weight -2",
        "silent: n1 reads x with weight 1 instead of -1",
        "silent: the bias of n1 is 1 instead of 0",
        "n2 reads n0 with weight 1 instead of 2",
        "the bias of n2 is -2 instead of 0",
    )


def test_layers_that_do_not_fit_are_refused_in_a_sentence():
    assert TernaryNet(hidden=(62,)).mistake(8, 2) is None
    assert "65 parts" in TernaryNet(hidden=(62,)).mistake(8, 3)[1]
    assert "up to 63 others" in TernaryNet(hidden=(63,)).mistake(8, 1)[1]
    with pytest.raises(InputError, match=r"variation\.mutation\.kind: `links` is for the genotype"):
        logic_gates(variation=Variation(mutation=Links()))
    assert isinstance(logic_gates(genotype=TernaryNet(), variation=Variation(mutation=Links())), Problem)

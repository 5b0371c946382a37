"""Nets of continuous weights: exact sums, a tanh of additions and divisions alone, and genomes that are bytes."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.engine import Start, evolve
from evomod.errors import InputError
from evomod.genotypes.weighted_evaluation import tanh
from evomod.genotypes.weighted_net import WeightedNet
from evomod.goals.base import truth_table_inputs
from evomod.initial.links import RandomLinks
from evomod.initial.weights import RandomWeights
from evomod.kernel import kernel
from evomod.variation.flip_bit import FlipBit
from evomod.variation.redraw import Redraw
from evomod.variation.variation import Variation
from evomod.variation.weights import Product, Sum
from tests.generators import encodings, evaluated, examples, genomes, logic_gates, ones


@kernel
def _squashed(x, found):
    for k in range(x.size):
        found[k] = tanh(x[k])


def squashed(x):
    found = np.empty_like(x)
    _squashed(x, found)
    return found


def by_numpy(encoding, genome, squash):
    """Sums of the output units in all cases, in single precision, source after source: float32 (n_outputs, n_cases)."""
    weights, biases = encoding.weights(genome[None])[0], encoding.biases(genome[None])[0]
    layer, k = np.where(encoding.cases.T, 1, encoding.low).astype(np.float32), 0
    for size in encoding.layers[1:]:
        sums = np.repeat(biases[k : k + size, None], layer.shape[1], axis=1)
        for j in range(size):
            row = weights[encoding.first_link[k + j] : encoding.first_link[k + j + 1]]
            for weight, values in zip(row, layer, strict=True):
                sums[j] += weight * values
        layer, k = squash(sums), k + size
    return sums


@pytest.mark.jitless
@given(data=st.data(), signed=st.booleans())
@examples(60)
def test_answers_are_those_of_single_precision_sums_in_order(data, signed):
    net = WeightedNet(hidden=(4, 3), unit="relu", inputs="signed" if signed else "binary")
    encoding = net.encode(truth_table_inputs(data.draw(st.sampled_from([2, 5, 7]))), 2)
    rows = data.draw(genomes(encoding, 3))
    found = ones(evaluated(encoding, rows), len(encoding.cases)) > 0
    for answers, genome in zip(found, rows, strict=True):
        assert np.array_equal(answers, by_numpy(encoding, genome, lambda sums: np.maximum(sums, np.float32(0))) > 0)


@pytest.mark.jitless
@given(data=st.data())
@examples(60)
def test_answers_are_those_of_double_precision_but_where_a_sum_is_all_but_0(data):
    encoding = data.draw(encodings(WeightedNet, max_inputs=5))
    rows = data.draw(genomes(encoding, 4))
    found = ones(evaluated(encoding, rows), len(encoding.cases)) > 0
    n_clear = 0
    for answers, genome in zip(found, rows, strict=True):
        phenotype = encoding.develop(genome)
        for r, case in enumerate(encoding.cases):
            sums = phenotype.states(case.tolist())[-1]
            for answer, total in zip(answers[:, r], sums, strict=True):
                n_clear += abs(total) > 1e-4
                assert answer == (total > 0) or abs(total) < 1e-4
    assert n_clear > 0.9 * found.size


@pytest.mark.jitless
def test_tanh_is_exact_to_single_precision_over_its_whole_range():
    x = np.concatenate([np.linspace(-12, 12, 20_001), np.geomspace(1e-37, 1e37, 5_000)]).astype(np.float32)
    exact = np.tanh(x.astype(np.float64))
    error = np.abs(squashed(x) - exact)
    assert (error <= 0.5001 * np.spacing(np.abs(exact).astype(np.float32))).all()
    assert np.array_equal(squashed(-x), -squashed(x))
    extreme = squashed(np.array([0, np.inf, -np.inf], np.float32))
    assert extreme.tolist() == [0, 1, -1]


def test_more_cases_than_a_block_are_all_computed():
    encoding = WeightedNet(hidden=(3,)).encode(truth_table_inputs(10), 2)
    rows = encoding.draw(3, 1)
    found = ones(evaluated(encoding, rows), 1024) > 0
    for answers, genome in zip(found, rows, strict=True):
        sums = by_numpy(encoding, genome, lambda sums: squashed(sums.ravel()).reshape(sums.shape))
        assert np.array_equal(answers, sums > 0)
        assert len(set(map(tuple, answers.reshape(8, -1).tolist()))) > 1


def test_a_weight_of_0_is_no_link_and_neither_is_minus_0():
    encoding = WeightedNet(hidden=(2,)).encode(truth_table_inputs(2), 1)
    numbers = np.array([[0.5, -0.0, 0.3, 0.0, 2.0, 0.1, 1.5, 0.0, -0.25]], np.float32)
    population = evaluated(encoding, numbers.view(np.uint8))
    assert population.effective[0] == 0b101  # n1 is not read
    assert population.costs[0].tolist() == [2, 2]
    phenotype = encoding.develop(population.genomes[0])
    assert phenotype.weights == ((0.5, 0.0), (0.0, 2.0), (1.5, 0.0))
    assert phenotype.biases == tuple(map(float, np.float32([0.3, 0.1, -0.25])))
    after = numbers.copy()
    after[0, [0, 4, 8]] = 0, 1, 0.5
    assert encoding.changes(population.genomes[0], after.view(np.uint8)[0], ("x", "y")) == (
        "n0 no longer reads x",
        "silent: n1 reads y with weight 1 instead of 2",
        "the bias of n2 is 0.5 instead of -0.25",
    )


def weighted(**changes):
    mutation = changes.pop("mutation", Sum())
    return logic_gates(genotype=WeightedNet(hidden=(3,)), variation=Variation(mutation=mutation), **changes)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_weight_that_is_no_finite_number_is_refused_where_genomes_come_in(value):
    problem = weighted()
    rows = problem.encoding.draw(problem.population, 1)
    next(evolve(problem, 1, Start(0, rows)))
    rows.view(np.float32)[4, 7] = value
    with pytest.raises(InputError, match=rf"genome 4 to start from has a weight of {value} in unit n1; all must be"):
        next(evolve(problem, 1, Start(0, rows)))


@pytest.mark.parametrize("mutation", [Redraw(), FlipBit()])
def test_mutations_of_single_alleles_are_refused(mutation):
    with pytest.raises(InputError, match=r"variation\.mutation\.kind: .* continuous weights; use {kind: sum} or"):
        weighted(mutation=mutation)


def test_what_is_for_another_genotype_is_refused():
    with pytest.raises(InputError, match=r"initial\.kind: `links` founds ternary nets"):
        weighted(initial=RandomLinks())
    for wrong in ({"variation": Variation(mutation=Product())}, {"initial": RandomWeights()}):
        with pytest.raises(InputError, match=r"kind: `(product|weights)` is for continuous weights: use"):
            logic_gates(**wrong)
    assert weighted(initial=RandomWeights(share=0.3)).population == 20

"""Measures of nets: all cases count, units and links fail, and what continuous weights cannot be asked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evomod.errors import InputError
from evomod.genotypes.layered_circuit import LayeredCircuit
from evomod.genotypes.ternary_net import TernaryNet
from evomod.genotypes.weighted_net import WeightedNet
from evomod.goals.base import truth_table_inputs
from evomod.goals.retina import Retina
from evomod.measures.base import MeasureError, Specimen
from evomod.measures.evolvability import Evolvability
from evomod.measures.q_m import NormalisedModularity
from evomod.measures.robustness import Robustness
from evomod.neighbourhood import count_genomes
from evomod.schedules.fixed import Fixed
from evomod.variation.variation import Variation
from evomod.variation.weights import Sum
from tests.generators import logic_gates

PIXELS = tuple("abcdefgh")


def retina(sample, genotype):
    return logic_gates(
        inputs=PIXELS, goals={"and": Retina(sample=sample)}, schedule=Fixed(goal="and"), genotype=genotype
    )


def taken(measure, problem, genome, seed=0):
    (values,) = measure.checked([Specimen("it", problem=problem, genome=genome, goal="and", seed=seed)])
    return dict(zip(measure.columns, values, strict=True))


def benefit(problem, net):
    """Share of right answers in all cases, in plain Python."""
    cases = problem.whole.cases("and", 0, 0)
    right = [net.respond(row)[0] == wanted for row, (wanted,) in zip(cases.inputs, cases.targets, strict=True)]
    return float(np.mean(right))


def test_measures_look_at_all_cases_whatever_the_run_has_drawn():
    genotype = TernaryNet(hidden=(2,))
    sampled, whole = retina(20, genotype), retina("all", genotype)
    genome = sampled.encoding.draw(1, 1)[0]
    one, other, all_cases = (
        taken(Robustness(), problem, genome, seed) for problem, seed in ((sampled, 1), (sampled, 2), (whole, 3))
    )
    assert one == other == all_cases


def test_failures_of_a_net_are_those_of_plain_python():
    problem = retina(20, TernaryNet(hidden=(3,)))
    for genome in problem.encoding.draw(3, 5):
        net = problem.encoding.develop(genome)
        effective = [k for k in range(3) if net.weights[3][k]] + [3]
        first = problem.encoding.first_link
        links = [first[k] + s for k in effective for s, weight in enumerate(net.weights[k]) if weight]
        found = taken(Robustness(), problem, genome)
        assert found["knock_out"] == pytest.approx(np.mean([benefit(problem, net.failing([k])) for k in effective]))
        assert found["cut"] == pytest.approx(np.mean([benefit(problem, net.failing((), [link])) for link in links]))


def test_layered_circuits_fail_as_the_same_circuits_without_layers():
    for gates in (("nand",), ("and", "or", "nand")):
        layered = LayeredCircuit(hidden=(4, 2), gates=gates).encode(truth_table_inputs(4), 1)
        genomes = layered.draw(5, 1)
        encoding, same = layered.without_layers(genomes)
        assert encoding.illegal(same) is None
        for genome, other in zip(genomes, same, strict=True):
            assert layered.develop(genome) == encoding.develop(other, layered.develop(genome).input_names)
        problem = logic_gates(genotype=layered.circuit)
        plain = replace(problem, genotype=encoding.circuit)
        for genome, other in zip(genomes, same, strict=True):
            found, expected = taken(Robustness(), problem, genome), taken(Robustness(), plain, other)
            assert (found["knock_out"], found["cut"]) == (expected["knock_out"], expected["cut"])


def continuous():
    return logic_gates(genotype=WeightedNet(hidden=(3,)), variation=Variation(mutation=Sum()))


def test_mutations_of_continuous_weights_are_not_gone_through():
    problem = continuous()
    genome = problem.encoding.draw(1, 1)[0]
    found = taken(Robustness(), problem, genome)
    assert np.isnan([found["robustness"], found["mean_effect"], found["lethal"]]).all()
    assert found["knock_out"] > 0
    with pytest.raises(MeasureError, match="cannot be gone through where weights are continuous"):
        taken(Evolvability(), problem, genome)
    with pytest.raises(InputError, match=r"nothing for continuous weights; use .*degree_preserving"):
        taken(NormalisedModularity(), problem, genome)


def test_a_changed_weight_is_one_change_however_many_bytes_it_has():
    encoding = continuous().encoding
    before = encoding.draw(2, 1)
    after = before.copy()
    encoding.numbers(after)[0, :2] = 7.25, -3.5
    assert (before[0] != after[0]).sum() > 2
    assert encoding.count_changes(before, after).tolist() == [2, 0]


def test_more_genomes_than_any_float_holds_are_too_many_to_count():
    with pytest.raises(InputError, match=r"e\+\d+ genomes are too many to go through"):
        count_genomes(logic_gates(genotype=WeightedNet(hidden=(20,)), variation=Variation(mutation=Sum())))

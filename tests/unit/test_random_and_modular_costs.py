"""Costs that are no wiring: modularity itself, and the random amount that is the control of the others."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest
from scipy.stats import kstest

import evomod
from evomod.costs.modularity import ModularityCost
from evomod.costs.parts import Gates
from evomod.costs.random import RandomCost
from evomod.engine import Start
from evomod.fitness import Fitness
from evomod.genotypes.circuit import Circuit
from evomod.goals.base import truth_table_inputs
from tests.costs import SmallNet, costed
from tests.generators import logic_gates

CIRCUITS = Circuit().encode(truth_table_inputs(4), 1)
GENOMES = np.random.default_rng(5).integers(0, CIRCUITS.alleles, (2000, CIRCUITS.n_loci)).astype(np.uint8)


def test_random_amounts_are_uniform_and_others_for_another_seed():
    one, other = (costed(CIRCUITS, GENOMES, RandomCost(), seed=seed)[:, 0] for seed in (1, 2))
    _, first = np.unique(one, return_index=True)  # circuits that read an input have no gates, and are few
    assert len(first) > 1500
    assert kstest(one[first], "uniform").pvalue > 1e-3
    assert kstest(one[first] ** 1.2, "uniform").pvalue < 1e-3  # what is not uniform would be noticed
    assert abs(np.corrcoef(one[first], other[first])[0, 1]) < 0.1


def test_random_amounts_know_nothing_of_sizes():
    amounts, gates = costed(CIRCUITS, GENOMES, RandomCost(), Gates()).T
    many = gates > 3  # all circuits that read the same input have the same amount
    assert many.sum() > 1000
    assert abs(np.corrcoef(amounts[many], gates[many])[0, 1]) < 0.1


def test_any_expressed_allele_changes_the_amount_wherever_it_stands():
    genome = GENOMES[np.argmax(costed(CIRCUITS, GENOMES, Gates())[:, 0])]
    mutants = np.repeat(genome[None], CIRCUITS.n_loci, axis=0)
    mutants[np.arange(CIRCUITS.n_loci), np.arange(CIRCUITS.n_loci)] ^= 1
    found = costed(CIRCUITS, np.concatenate([genome[None], mutants]), RandomCost(), Gates())
    silent = CIRCUITS.n_loci + 1 - len(np.unique(found[:, 0]))
    assert silent == 2 * (12 - int(found[0, 1]))  # two loci for each gate that is not effective


def test_a_run_that_is_resumed_draws_the_same_amounts():
    problem = logic_gates(fitness=Fitness(costs=(RandomCost(weight=0.3),)))
    whole = [(g.population.genomes.copy(), g.population.costs.copy()) for g in islice(evomod.evolve(problem, 7), 12)]
    assert len(np.unique(whole[-1][1])) > 3
    again = evomod.evolve(problem, 7, Start(6, whole[6][0]))
    for (rows, costs), generation in zip(whole[6:], again, strict=False):
        assert np.array_equal(rows, generation.population.genomes)
        assert np.array_equal(costs, generation.population.costs)


def test_a_cost_of_weight_0_is_counted_and_costs_nothing():
    free, without = (
        next(islice(evomod.evolve(logic_gates(fitness=Fitness(costs=costs)), 3), 9, 10)).population
        for costs in ((Gates(weight=0.0),), ())
    )
    assert np.array_equal(free.genomes, without.genomes)
    assert np.array_equal(free.fitness, without.fitness)
    assert set(free.costs[:, 0]) - {0.0}


def test_the_cost_of_modularity_is_what_is_missing_to_1():
    # Two paths of three links each, one such path, and nothing.
    net = SmallNet(2, (2, 2), 2)
    link = {(s, t): k for k, (s, t) in enumerate(zip(net.sources.tolist(), net.targets.tolist(), strict=True))}
    genomes = np.zeros((3, net.n_loci), np.uint8)
    for ends in [(0, 2), (2, 4), (4, 6), (1, 3), (3, 5), (5, 7)]:
        genomes[0, link[ends]] = 7
    for ends in [(0, 2), (2, 4), (4, 6)]:
        genomes[1, link[ends]] = 7
    # A path of three links in halves: Q = 2/3 - 2 (3/6)^2 = 1/6.
    assert costed(net, genomes, ModularityCost())[:, 0].tolist() == pytest.approx([1 / 2, 5 / 6, 1])


def test_networks_of_too_many_nodes_have_no_cost_of_modularity():
    field, said = ModularityCost().mistake(SmallNet(8, (40, 20), 1)) or ("", "")
    assert (field, "at most 64 nodes; these have 69" in said) == ("kind", True)

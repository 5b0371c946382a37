"""Facts about the two goals of Kashtan & Alon 2005 and about their modular circuits, counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from evomod.goals.logic import truth_table
from tests.generators import AND, OR, evaluated, logic_gates


def xor(a, b, first):
    """Four NANDs from gate node `first` on; the last one is the result."""
    return [(a, b), (a, first), (b, first), (first + 1, first + 2)]


MODULES = [*xor(0, 1, 4), *xor(3, 2, 8)]  # x ^ y in node 7, w ^ z in node 11
G2 = [*MODULES, (7, 7), (11, 11), (12, 13), (15, 15), 14]  # or: eleven gates; the twelfth is not used
G1 = [*MODULES, (7, 11), (11, 11), (12, 12), (15, 15), 14]  # and: two wires differ, and one gate less is used
ONE = [(0, 0), (0, 4), *[(0, 0)] * 10, 5]  # x nand not x


def genome(genes):
    return np.array([v for gene in genes for v in (gene if isinstance(gene, tuple) else (gene,))], np.uint8)


def hits(genes, goal):
    problem = logic_gates()
    population = evaluated(problem.encoding, genome(genes)[None])
    problem.encoding.count_hits(population, population.changed, problem.targets(goal, 0, 1), population.hits)
    return population.hits[0] / problem.encoding.max_hits, int(population.costs[0, 0]), bool(population.settled[0])


@pytest.mark.jitless
def test_the_goals_have_4_and_12_ones_and_agree_on_8_rows():
    first, second = (truth_table(text, ("x", "y", "z", "w")) for text in (AND, OR))
    assert (first.sum(), second.sum(), (first == second).sum()) == (4, 12, 8)


@pytest.mark.jitless
def test_the_modular_circuits_of_11_and_10_gates_are_perfect_and_half_right_after_a_switch():
    assert hits(G2, "or") == (1.0, 11, True)
    assert hits(G1, "and") == (1.0, 10, True)
    assert hits(G2, "and") == (0.5, 11, True)
    assert hits(G1, "or") == (0.5, 10, True)


@pytest.mark.jitless
def test_two_rewirings_lead_from_one_modular_circuit_to_the_other():
    assert (genome(G1) != genome(G2)).sum() == 2


@pytest.mark.jitless
@pytest.mark.parametrize(("genes", "gates", "wires"), [(G2, 11, 20), (G1, 10, 19)])
def test_the_modular_circuits_have_20_and_19_wires_as_simple_graphs(genes, gates, wires):
    network = logic_gates().encoding.develop(genome(genes)).network()
    inner = {frozenset(e) for e in network.edges if network.roles[e[1]] == "gate"}
    assert (network.roles.count("gate"), len({e for e in inner if len(e) == 2})) == (gates, wires)


@pytest.mark.jitless
def test_a_constant_output_scores_three_quarters_on_its_goal():
    zero = [*ONE[:2], (5, 5), *ONE[3:12], 6]
    assert hits(ONE, "or") == (0.75, 2, True)
    assert hits(ONE, "and") == (0.25, 2, True)
    assert hits(zero, "and") == (0.75, 3, True)

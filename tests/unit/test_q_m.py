"""Normalised modularity: the modular circuits, the columns, whole populations, and what cannot be measured."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from evomod.component import build
from evomod.fitness import Fitness
from evomod.genotypes.circuit import Circuit
from evomod.goals.base import truth_table_inputs
from evomod.goals.random import RandomGoal
from evomod.goals.retina import Retina
from evomod.measures import calibration, degree_preserving, solutions
from evomod.measures.base import Measure, MeasureError, Specimen
from evomod.measures.q_m import NormalisedModularity
from evomod.measures.random_genomes import random_genomes
from evomod.networks.network import Network
from evomod.schedules.fixed import Fixed
from tests.generators import logic_gates
from tests.networks import circuit
from tests.unit.test_logic_gates_facts import G1, G2, ONE, genome

PROBLEM = logic_gates()
RING = Network(tuple("abcdefgh"), ("unit",) * 8, tuple("abcdefgh"), tuple((i, (i + 1) % 8) for i in range(8)))


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(calibration, "_known", {})


def take(*specimens, **fields):
    measure = NormalisedModularity(**fields)
    return [dict(zip(measure.columns, row, strict=True)) for row in values(*specimens, **fields)]


def values(*specimens, **fields):
    return NormalisedModularity(**fields).checked(specimens)


def individual(genes, **more):
    row = genome(genes) if isinstance(genes, list) else genes
    return Specimen(name="the specimen", problem=PROBLEM, genome=row, **more)


def test_it_is_found_as_a_measure():
    assert build(Measure, {"kind": "q_m", "against": "solutions"}) == NormalisedModularity(against="solutions")


@pytest.mark.parametrize(("genes", "gates", "edges", "q"), [(G2, 11, 20, 0.51625), (G1, 10, 19, 349 / 722)])
def test_the_modular_circuits_lie_halfway_from_chance_to_the_most(genes, gates, edges, q):
    (found,) = take(individual(genes))
    null = calibration.calibrated(random_genomes(Circuit(), 4, 1, (gates, 4)))
    assert found["q"] == pytest.approx(q, abs=1e-12)
    assert (found["gates"], found["inputs"], found["edges"], found["found"]) == (gates, 4, edges, 1)
    assert found["density"] == pytest.approx(2 * edges / ((gates + 4) * (gates + 3)))
    assert (found["q_random"], found["q_random_sd"]) == (null.q_random, null.q_random_sd)
    assert (found["q_max"], found["null_samples"]) == (null.q_max, null.n)
    assert found["z"] == pytest.approx((q - null.q_random) / null.q_random_sd)
    assert found["q_m"] == pytest.approx((q - null.q_random) / (null.q_max - null.q_random))
    # Kashtan & Alon's own reading of Q_max, a mean over searches, makes 0.52 and 0.59 of them.
    theirs = (q - null.q_random) / (null.q_max_mean - null.q_random)
    assert theirs == pytest.approx({10: 0.52, 11: 0.59}[gates], abs=0.03)
    assert 0.45 < found["q_m"] < theirs


def test_the_order_of_gates_and_idle_ones_do_not_matter():
    shifted = [(0, 0), *[tuple(n + (n > 3) for n in gene) for gene in G1[:11]], 15]
    assert take(individual(shifted)) == take(individual(G1))


def test_a_specimen_has_the_same_numbers_in_any_company():
    rng = np.random.default_rng(1)
    others = [individual(rng.integers(0, 16, 25).astype(np.uint8)) for _ in range(5)]
    together = values(*others, individual(G2), individual(G1), individual(G2))
    for row, specimen in zip(together, [*others, individual(G2), individual(G1), individual(G2)], strict=True):
        assert np.array_equal(values(specimen)[0], row, equal_nan=True)


def test_a_population_takes_a_second_once_it_is_calibrated():
    rng = np.random.default_rng(2)
    genomes = np.tile(genome(G2), (1000, 1))
    hit = rng.integers(0, 25, (1000, 2))
    np.put_along_axis(genomes, hit, rng.integers(0, 16, hit.shape).astype(np.uint8), axis=1)
    population = [Specimen(name=str(i), problem=PROBLEM, genome=g) for i, g in enumerate(genomes)]
    found = values(*population)
    start = time.perf_counter()
    assert np.array_equal(values(*population), found, equal_nan=True)
    assert time.perf_counter() - start < 3  # a second on a quiet machine


def test_where_nothing_is_linked_there_is_no_modularity():
    constant = [*ONE[:12], 3]  # the output is an input
    (found,) = take(individual(constant))
    assert np.isnan([found[name] for name in ("q_m", "q", "q_random", "q_max", "z", "density")]).all()
    assert (found["gates"], found["inputs"], found["edges"]) == (0, 1, 0)


TREE = [(0, 1), (2, 3), (4, 5), *[(0, 0)] * 9, 6]


@pytest.mark.parametrize("genes", [ONE, TREE])
def test_where_all_networks_of_a_size_are_alike_there_is_no_scale(genes):
    (found,) = take(individual(genes))
    assert found["q"] == found["q_max"] == pytest.approx(found["q_random"], abs=1e-12)
    assert np.isnan(found["q_m"])
    assert np.isnan(found["z"])


# Degrees --------------------------------------------------------------------------------------------------------------


def test_a_network_alone_is_compared_with_its_rewirings(monkeypatch):
    monkeypatch.setattr(degree_preserving, "STEPS", 1000)
    (found,) = take(Specimen(name="ring", bare=RING), against="degree_preserving")
    # Connected, and two neighbours each: all are rings.
    assert found["q"] == found["q_random"] == found["q_max"] == pytest.approx(5 / 8 - 88 / 16**2)
    assert np.isnan(found["q_m"])
    assert (found["gates"], found["inputs"], found["edges"], found["null_samples"]) == (8, 0, 8, 1000)


def test_a_network_in_two_pieces_is_compared_with_networks_in_pieces(monkeypatch):
    monkeypatch.setattr(degree_preserving, "STEPS", 1000)
    edges = tuple((4 * k + i, 4 * k + (i + 1) % 4) for k in range(2) for i in range(4))
    (found,) = take(Specimen(name="two rings", bare=replace(RING, edges=edges)), against="degree_preserving")
    # Of eight nodes with two neighbours each no network is more modular; a connected one has 0.28.
    assert found["q"] == found["q_max"] == 0.5
    assert 5 / 8 - 88 / 16**2 < found["q_random"] < 0.5
    assert found["q_m"] == 1


def test_an_individual_and_its_network_have_the_same_degrees(monkeypatch):
    monkeypatch.setattr(degree_preserving, "STEPS", 1000)
    one = individual(G1)
    alone = Specimen(name="alone", bare=one.network)
    assert take(one, against="degree_preserving") == take(alone, against="degree_preserving")
    (found,) = take(one, against="degree_preserving")
    assert 0 < found["q_m"] < 1


@pytest.mark.parametrize("null", ["random_genomes", "solutions"])
def test_a_network_alone_has_no_other_null(null):
    with pytest.raises(MeasureError, match=rf"ring: q_m against {null} needs a genome.*degree_preserving"):
        take(Specimen(name="ring", bare=RING), against=null)


@pytest.mark.parametrize("gates", [[], [(2, 2)], [(2, 2), (3, 3)]], ids=["no gate", "one node", "loops only"])
def test_a_network_alone_without_links_is_an_error(gates):
    bare = circuit(2, gates, [])
    with pytest.raises(MeasureError, match="nothing: q_m is not defined"):
        take(Specimen(name="nothing", bare=bare), against="degree_preserving")


def test_a_network_too_large_for_a_word_a_node_is_an_error():
    with pytest.raises(MeasureError, match=r"q_m: .* 70 nodes"):
        take(Specimen(name="big", bare=circuit(2, [(0, 1)] * 68, [])), against="degree_preserving")


# Solutions ------------------------------------------------------------------------------------------------------------


def test_against_solutions_a_goal_needs_fixed_answers():
    for goal, wrong in (("", "'no goal'"), ("nand", "'nand'")):
        with pytest.raises(MeasureError, match=rf"the specimen: .*{wrong} has no fixed answers; these have: and, or"):
            take(individual(G1, goal=goal), against="solutions")
    random = logic_gates(goals={**PROBLEM.goals, "noise": RandomGoal()})
    (found,) = take(Specimen(name="s", problem=random, genome=genome(G1), goal="noise"), against="solutions")
    assert np.isnan(found["q_m"])  # a run has such epochs, and its other epochs are to be measured


@pytest.mark.parametrize(
    ("problem", "enough"),
    [
        (replace(PROBLEM, fitness=Fitness(success=0.9)), "a benefit of 0.9"),
        (
            logic_gates(inputs=tuple("abcdefgh"), goals={"and": Retina(sample=40)}, schedule=Fixed(goal="and")),
            "a sample of its cases",
        ),
    ],
)
def test_against_solutions_nothing_less_may_be_enough(problem, enough):
    some = problem.initial.found(problem.founding(1))[0]
    with pytest.raises(MeasureError, match=f"right in all cases, but here {enough} is enough; choose another null"):
        take(Specimen(name="s", problem=problem, genome=some, goal="and"), against="solutions")


def test_what_does_not_solve_the_goal_is_not_compared_with_solutions():
    (found,) = take(individual(G1, goal="or"), against="solutions")
    assert found["q"] == pytest.approx(349 / 722)
    assert np.isnan([found["q_m"], found["q_random"], found["null_samples"]]).all()


def test_a_modular_solution_is_compared_with_shipped_solutions():
    (found,) = take(individual(G1, goal="and"), against="solutions")
    assert found["q_m"] == pytest.approx(1, abs=1e-9)  # no smaller or equal AND circuit is more modular
    (other,) = take(individual(G2, goal="or"), against="solutions")
    assert 0.7 < other["q_m"] < 1


def test_solutions_of_a_small_goal_are_sampled_on_demand(monkeypatch):
    monkeypatch.setattr(solutions, "SETTLING", 200)
    monkeypatch.setattr(solutions, "TIMES", 20)
    monkeypatch.setattr(solutions, "THIN", 20)
    monkeypatch.setattr(solutions, "STEPS", 200)
    inputs = truth_table_inputs(2)
    cases = solutions.Cases(inputs, (inputs[:, :1] & inputs[:, 1:]))
    found = solutions.solutions(Circuit(n_gates=4), cases, (2, 2)).compute()
    assert found.q_random == found.q_max == 0  # NAND and its inverse: a star
    assert found.mixing.found == found.mixing.chains
    nothing = solutions.solutions(Circuit(n_gates=4), cases, (1, 2)).compute()
    assert nothing.n == 0
    assert np.isnan([nothing.q_random, nothing.q_max, nothing.mixing.r_hat]).all()

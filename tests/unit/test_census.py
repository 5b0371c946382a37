"""The census: XOR modules worked out by hand, classes counted, and connections that differ."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.genotypes.circuit_phenotype import CircuitPhenotype
from evomod.measures.base import MeasureError, Specimen
from evomod.measures.census import Census, Class, changed_connections, classes, n_xor_modules, tally
from evomod.problem import Problem
from tests.digraphs import units
from tests.generators import evaluated, examples, logic_gates
from tests.unit.test_isomorphism import phenotypes


def xor(a: int, b: int, t: int) -> list[tuple[int, int]]:
    """Gates t to t + 3 of the canonical module on signals a and b."""
    return [(a, b), (a, t), (t, b), (t + 1, t + 2)]


def circuit(sources: list[tuple[int, int]], output: int, kinds: tuple[str, ...] = ()) -> CircuitPhenotype:
    return CircuitPhenotype(tuple("xyzw"), ("f",), kinds or ("nand",) * len(sources), tuple(sources), (output,))


# The modular circuits of Kashtan & Alon 2005: modules on x, y and w, z, then OR in three gates or AND in two.
MODULES = xor(0, 1, 4) + xor(2, 3, 8)
G2 = circuit([*MODULES, (7, 7), (11, 11), (12, 13), (0, 0)], 14)
G1 = circuit([*MODULES, (7, 11), (11, 11), (12, 12), (0, 0)], 14)


def modules(sources: list[tuple[int, int]], output: int | None = None, kinds: tuple[str, ...] = ()) -> int:
    return n_xor_modules(circuit(sources, 3 + len(sources) if output is None else output, kinds).network())


def random_genomes(problem: Problem, n: int) -> np.ndarray:
    draws = np.random.default_rng(1).integers(0, 1 << 30, (n, problem.encoding.n_loci))
    return (draws % problem.encoding.alleles).astype(np.uint8)


def test_both_circuits_of_kashtan_and_alon_have_two_modules():
    rows = Census().checked([Specimen("g1", bare=G1.network()), Specimen("g2", bare=G2.network())])
    assert rows.tolist() == [[2, 10, 19, 0], [2, 11, 20, 0]]  # the numbers of edges behind 0.483 and 0.516


def test_modules_that_share_a_gate_count_once():
    joined = [*xor(0, 1, 4), (4, 0), (8, 6), (7, 9)]  # a second u, and so a second o, on the same t and v
    assert modules(joined) == 1


def test_the_most_modules_are_found_that_fit_together():
    # The module of 4 to 7 shares gates with those of 4, 8, 6, 9 and of 7, 10, 11, 12, and these two share none.
    sources = [*xor(0, 1, 4), (0, 4), (8, 6), (5, 7), (6, 7), (10, 11), (9, 12)]
    assert modules(sources) == 2


def test_a_module_may_read_what_another_computes():
    assert modules([*xor(0, 1, 4), *xor(7, 2, 8), *xor(11, 3, 12)]) == 3


def test_a_module_may_read_any_two_signals_but_not_one_twice():
    assert modules(xor(0, 1, 4)) == 1
    assert modules([(0, 1), *xor(4, 2, 5)]) == 1
    assert modules([(0, 0), (0, 4), (4, 0), (5, 6)]) == 0
    assert modules(xor(7, 1, 4)) == 0  # nor what itself computes


@pytest.mark.parametrize("place", range(4))
def test_without_one_of_its_gates_there_is_no_module(place):
    kinds = tuple("and" if k == place else "nand" for k in range(4))
    assert modules(xor(0, 1, 4), 7, kinds) == 0
    assert modules([pair if k != place else (2, pair[1]) for k, pair in enumerate(xor(0, 1, 4))], 7) == 0


def test_a_ring_is_feedback_and_so_is_a_gate_that_reads_itself():
    for sources in ([(5, 0), (4, 1)], [(4, 0)]):
        assert Census().checked([Specimen("ring", bare=circuit(sources, 4).network())])[0, 3] == 1


def test_gates_and_connections_are_those_that_the_costs_count():
    problem = logic_gates()
    rows = random_genomes(problem, 50)
    census = Census().checked([Specimen(f"{k}", problem=problem, genome=row) for k, row in enumerate(rows)])
    assert census[:, 1:3].tolist() == evaluated(problem.encoding, rows).costs.tolist()


def test_a_network_that_is_no_circuit_has_no_modules():
    assert Census().checked([Specimen("units", bare=units(3, [(0, 1), (1, 0)]))]).tolist() == [[0, 3, 2, 1]]


def test_classes_are_of_circuits_with_their_outputs():
    problem = logic_gates()
    genome = random_genomes(problem, 1)[0]
    swapped = genome.copy()
    swapped[:2] = genome[1::-1]
    a, b = (Specimen("", problem=problem, genome=g) for g in (genome, swapped))
    first, second, third = classes([a, b, Specimen("g1", bare=G1.network())])
    assert first == second != third
    assert third.endswith("f=#10")


def test_classes_are_counted_the_most_frequent_first():
    assert tally(list("bacab")) == [Class("b", 2, 0.4, 0), Class("a", 2, 0.4, 1), Class("c", 1, 0.2, 2)]
    assert tally([]) == []


def test_the_solutions_of_kashtan_and_alon_differ_in_two_connections():
    assert changed_connections(G1, G2) == changed_connections(G2, G1) == 2


def test_gates_without_effect_and_the_order_of_sources_do_not_differ():
    sources = list(G1.sources)
    sources[13 - 4], sources[11], sources[0] = (3, 3), (5, 5), sources[0][::-1]
    assert changed_connections(G1, replace(G1, sources=tuple(sources))) == 0
    ordered = circuit([(0, 1)], 4, ("ornot",))
    assert changed_connections(ordered, replace(ordered, sources=((1, 0),))) == 2
    assert changed_connections(ordered, replace(ordered, outputs=(0,))) == 1


def test_wires_into_gates_count_that_are_effective_in_either_circuit():
    a, b = circuit([(0, 1), (2, 3)], 4), circuit([(0, 2), (3, 3)], 5)
    assert (a.effective(), b.effective()) == ((0,), (1,))
    assert changed_connections(a, b) == changed_connections(b, a) == 3  # one into either gate, and the output's


@given(phenotypes(), st.data())
@examples(100)
def test_one_address_changes_one_connection_at_most(a, data):
    gate = data.draw(st.integers(0, len(a.sources) - 1))
    address = data.draw(st.integers(0, len(a.input_names) + len(a.sources) - 1))
    pairs = [(pair[0], address) if g == gate else pair for g, pair in enumerate(a.sources)]
    b = replace(a, sources=tuple(pairs))
    effective = gate in a.effective() and a.sources[gate][1] != address
    assert changed_connections(a, b) == int(effective)
    assert changed_connections(a, a) == 0


def test_circuits_of_two_sizes_cannot_be_compared():
    with pytest.raises(MeasureError, match=r"one encoding .* got 4 inputs, 12 gates, 1 outputs and 4 inputs, 1 gates"):
        changed_connections(G1, circuit([(0, 1)], 4))

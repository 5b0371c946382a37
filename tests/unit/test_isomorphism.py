"""Canonical forms: equal for isomorphic circuits and for no others, as networkx's VF2 sees it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from networkx.algorithms.isomorphism import DiGraphMatcher

from evomod.genotypes.circuit_phenotype import GATES, CircuitPhenotype
from evomod.networks.isomorphism import ORDERED, canonical
from evomod.networks.network import Network, NetworkError
from tests.digraphs import digraphs, units
from tests.generators import NAMES, examples


@st.composite
def phenotypes(draw: st.DrawFn, max_inputs: int = 4, max_gates: int = 12) -> CircuitPhenotype:
    n_inputs, n_gates = draw(st.integers(1, max_inputs)), draw(st.integers(1, max_gates))
    address = st.integers(0, n_inputs + n_gates - 1)
    kinds = st.sampled_from(draw(st.sampled_from([("nand",), ("nand", "andnot"), tuple(GATES)])))
    return CircuitPhenotype(
        NAMES[:n_inputs],
        ("f", "g")[: (n_outputs := draw(st.integers(1, 2)))],
        tuple(draw(st.lists(kinds, min_size=n_gates, max_size=n_gates))),
        tuple(draw(st.lists(st.tuples(address, address), min_size=n_gates, max_size=n_gates))),
        tuple(draw(st.lists(address, min_size=n_outputs, max_size=n_outputs))),
    )


def renumbered(circuit: CircuitPhenotype, order: list[int], flips: list[bool]) -> CircuitPhenotype:
    """Gate `order[k]` becomes gate k; symmetric gates read their sources the other way round where `flips` says so."""
    n_inputs = len(circuit.input_names)
    new = {n_inputs + old: n_inputs + k for k, old in enumerate(order)} | {i: i for i in range(n_inputs)}
    sources = []
    for gate in order:
        a, b = (new[source] for source in circuit.sources[gate])
        sources.append((b, a) if flips[gate] and circuit.kinds[gate].upper() not in ORDERED else (a, b))
    kinds = tuple(circuit.kinds[gate] for gate in order)
    return replace(circuit, kinds=kinds, sources=tuple(sources), outputs=tuple(new[o] for o in circuit.outputs))


def vf2(network: Network) -> nx.DiGraph:
    graph = nx.DiGraph()
    for node, role in enumerate(network.roles):
        said = {"gate": network.labels, "unit": ("",) * network.n_nodes}.get(role, network.names)
        graph.add_node(node, colour=(role, said[node]))
    wires, seen = defaultdict(list), defaultdict(int)
    for source, target in network.edges:
        wires[source, target].append(seen[target] if network.labels[target] in ("ANDNOT", "ORNOT") else 0)
        seen[target] += 1
    graph.add_edges_from((*ends, {"colour": sorted(places)}) for ends, places in wires.items())
    return graph


def are_isomorphic(a: Network, b: Network) -> bool:
    same = nx.algorithms.isomorphism.categorical_node_match("colour", None)
    return DiGraphMatcher(vf2(a), vf2(b), same, lambda one, other: one == other).is_isomorphic()


def test_the_gates_whose_sources_cannot_be_exchanged_are_the_ordered_ones():
    assert {name.upper() for name, table in GATES.items() if (table >> 1 & 1) != (table >> 2 & 1)} == ORDERED


@given(phenotypes(), st.data())
@examples(200)
def test_a_circuit_with_other_numbers_has_the_same_form(circuit, data):
    n = len(circuit.kinds)
    order = data.draw(st.permutations(range(n)))
    flips = data.draw(st.lists(st.booleans(), min_size=n, max_size=n))
    assert canonical(renumbered(circuit, order, flips).network()) == canonical(circuit.network())


@given(phenotypes(2, 4), phenotypes(2, 4))
@examples(300)
def test_forms_are_equal_exactly_where_vf2_finds_an_isomorphism(a, b):
    a, b = a.network(), b.network()
    assert (canonical(a) == canonical(b)) == are_isomorphic(a, b)


@given(phenotypes(), st.data())
@examples(200)
def test_one_wire_elsewhere_changes_the_form_unless_vf2_finds_an_isomorphism(circuit, data):
    gate = data.draw(st.integers(0, len(circuit.sources) - 1))
    address = data.draw(st.integers(0, len(circuit.input_names) + len(circuit.sources) - 1))
    sources = [(address, pair[1]) if g == gate else pair for g, pair in enumerate(circuit.sources)]
    a, b = circuit.network(), replace(circuit, sources=tuple(sources)).network()
    assert (canonical(a) == canonical(b)) == are_isomorphic(a, b)


@given(digraphs(max_nodes=6), digraphs(max_nodes=6), st.data())
@examples(100)
def test_units_can_be_exchanged_like_gates(a, b, data):
    order = data.draw(st.permutations(range(a.n_nodes)))
    assert canonical(units(a.n_nodes, [(order[s], order[t]) for s, t in a.edges])) == canonical(a)
    assert (canonical(a) == canonical(b)) == are_isomorphic(a, b)


def circuit(gates: list[tuple[str, int, int]], inputs: str = "xy") -> Network:
    kinds, sources = tuple(kind for kind, _, _ in gates), tuple((a, b) for _, a, b in gates)
    return CircuitPhenotype(tuple(inputs), ("f",), kinds, sources, (len(inputs) + len(gates) - 1,)).network()


def test_the_form_can_be_read():
    xor = circuit([("nand", 0, 1), ("nand", 2, 1), ("nand", 0, 2), ("nand", 3, 4)])
    digest, text = canonical(xor).split(": ")
    assert len(digest) == 10
    assert text == "#1=NAND(x,y) #2=NAND(x,#1) #3=NAND(y,#1) #4=NAND(#2,#3) f=#4"


def test_inputs_kinds_of_gates_order_weights_and_outputs_count():
    andnot = circuit([("andnot", 0, 1)])
    others = [
        circuit([("andnot", 1, 0)]),
        circuit([("and", 0, 1)]),
        circuit([("andnot", 0, 1)], inputs="xz"),
        replace(andnot, weights=(1.0, 2.0, 1.0)),
        replace(andnot, names=(*andnot.names[:-1], "out:g")),
        andnot.parts(),
    ]
    assert len({canonical(network) for network in (andnot, *others)}) == 7
    assert "2*y" in canonical(others[3])


def test_two_wires_from_one_source_are_not_one():
    assert canonical(circuit([("nand", 0, 0)])) != canonical(units(1, []))
    double = units(2, [(0, 1), (0, 1)])
    assert canonical(double) != canonical(units(2, [(0, 1)]))


def fed_rings(*lengths: int) -> list[tuple[int, int]]:
    """Rings of 12 units in all, and a unit of its own that leads into each of these."""
    starts = [sum(lengths[:k]) for k in range(len(lengths))]
    rings = [(s + k, s + (k + 1) % length) for s, length in zip(starts, lengths, strict=True) for k in range(length)]
    return [*rings, *((12 + k, k) for k in range(12))]


@given(st.permutations(range(24)))
@examples(6)
def test_nodes_that_refinement_cannot_tell_apart_are_told_apart(order):
    forms = {
        lengths: canonical(units(24, [(order[a], order[b]) for a, b in fed_rings(*lengths)]))
        for lengths in ((6, 3, 3), (3, 6, 3), (4, 4, 4))
    }
    assert forms[6, 3, 3] == forms[3, 6, 3] == canonical(units(24, fed_rings(3, 3, 6)))
    assert forms[6, 3, 3] != forms[4, 4, 4]


def test_twins_cost_no_time():
    n = 20  # 20! orders look alike, but any two nodes can be exchanged
    assert canonical(units(n, [(a, b) for a in range(n) for b in range(n) if a != b]))


def test_too_much_symmetry_is_said():
    rings = [(3 * ring + k, 3 * ring + (k + 1) % 3) for ring in range(7) for k in range(3)]
    with pytest.raises(NetworkError, match="seven rings: is too symmetric for a canonical form; more than 1000 orders"):
        canonical(units(21, rings, title="seven rings"))

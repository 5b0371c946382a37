"""Networks: what is refused, and that layers and feedback are what they claim on any graph."""

from __future__ import annotations

import subprocess
import sys

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.errors import EvomodError
from evomod.networks.network import Network, NetworkError


@st.composite
def networks(draw: st.DrawFn) -> Network:
    n_inputs, n_gates, n_outputs = (draw(st.integers(0, most)) for most in (4, 12, 3))
    roles = ("input",) * n_inputs + ("gate",) * n_gates + ("output",) * n_outputs
    order = draw(st.permutations(range(len(roles))))
    roles = tuple(roles[i] for i in order)
    sources = [i for i, role in enumerate(roles) if role != "output"]
    targets = [i for i, role in enumerate(roles) if role != "input"]
    pairs = [(s, t) for s in sources for t in targets]
    edges = draw(st.lists(st.sampled_from(pairs), max_size=40)) if pairs else []
    names = tuple(f"n{i}" for i in range(len(roles)))
    return Network(names, roles, names, tuple(edges))


def test_an_empty_network_is_a_network():
    empty = Network((), (), (), ())
    assert (empty.n_nodes, empty.layers(), empty.feedback_edges()) == (0, (), frozenset())


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ((("a",), ("gate", "gate"), ("A",), ()), "1, 2 and 1"),
        ((("a", "a"), ("gate", "gate"), ("A", "B"), ()), "'a'"),
        ((("a",), ("neuron",), ("A",), ()), "'neuron'"),
        ((("a",), ("gate",), ("A",), ((0, 1),)), "edge 0"),
        ((("a",), ("gate",), ("A",), ((-1, 0),)), "got -1"),
        ((("a", "x"), ("gate", "input"), ("A", "x"), ((0, 1),)), "input 'x'"),
        ((("a", "f"), ("gate", "output"), ("A", "f"), ((1, 0),)), "output 'f'"),
    ],
)
def test_what_is_no_network_is_refused_with_the_place(fields, message):
    with pytest.raises(NetworkError, match=message):
        Network(*fields)
    assert issubclass(NetworkError, EvomodError)


def test_a_ring_with_a_self_loop_and_parallel_wires_has_the_expected_layers():
    #         x → a ⇉ b → c → f, c → a (back), b → b
    edges = ((0, 1), (1, 2), (1, 2), (2, 3), (3, 4), (3, 1), (2, 2))
    ring = Network(
        ("x", "a", "b", "c", "f"), ("input", "gate", "gate", "gate", "output"), ("x", "A", "B", "C", "f"), edges
    )
    assert ring.feedback_edges() == {5, 6}
    assert ring.layers() == (0, 1, 2, 3, 4)


def test_a_cycle_that_no_input_reaches_is_cut_too():
    pair = Network(("a", "b"), ("gate", "gate"), ("A", "B"), ((0, 1), (1, 0)))
    assert pair.feedback_edges() == {1}
    assert pair.layers() == (1, 2)


def test_given_layers_are_the_layers():
    given = Network(("a", "b"), ("unit",) * 2, ("a", "b"), ((0, 1),), given_layers=(5, -1))
    assert given.layers() == (5, -1)


def test_an_output_wired_to_an_input_lies_right_of_it():
    assert Network(("x", "f"), ("input", "output"), ("x", "f"), ((0, 1),)).layers() == (0, 1)


def test_a_chain_deeper_than_the_recursion_limit_is_layered():
    n = 3 * sys.getrecursionlimit()
    names = tuple(map(str, range(n)))
    chain = Network(names, ("gate",) * n, names, tuple((i, i + 1) for i in range(n - 1)))
    assert chain.layers() == tuple(range(1, n + 1))


@given(networks())
def test_without_feedback_the_graph_is_acyclic_and_every_feedback_edge_closes_a_cycle(network):
    feedback = network.feedback_edges()
    graph = network.to_networkx()
    for e in feedback:
        source, target = network.edges[e]
        assert nx.has_path(graph, target, source)
    graph.remove_edges_from([(*network.edges[e], e) for e in feedback])
    assert nx.is_directed_acyclic_graph(graph)


@given(networks())
def test_layers_rise_along_all_other_edges(network):
    layers, feedback = network.layers(), network.feedback_edges()
    for e, (source, target) in enumerate(network.edges):
        assert e in feedback or layers[source] < layers[target]
    for layer, role in zip(layers, network.roles, strict=True):
        assert (layer == 0) == (role == "input")
    before = [at for at, role in zip(layers, network.roles, strict=True) if role != "output"]
    last = {at for at, role in zip(layers, network.roles, strict=True) if role == "output"}
    assert len(last) <= 1
    assert not before or all(at > max(before) for at in last)


@given(networks())
def test_a_gate_lies_one_layer_right_of_its_last_source(network):
    layers, feedback = network.layers(), network.feedback_edges()
    for i, role in enumerate(network.roles):
        if role == "gate":
            sources = [s for e, (s, t) in enumerate(network.edges) if t == i and e not in feedback]
            assert layers[i] == 1 + max((layers[s] for s in sources), default=0)


@given(networks())
def test_the_same_network_gives_the_same_answers(network):
    twin = Network(network.names, network.roles, network.labels, network.edges)
    assert twin == network
    assert twin.layers() == network.layers()
    assert twin.feedback_edges() == network.feedback_edges()


@given(networks())
def test_networkx_gets_every_node_and_edge(network):
    graph = network.to_networkx()
    assert sorted(graph.edges(keys=True)) == sorted((s, t, e) for e, (s, t) in enumerate(network.edges))
    expected = zip(network.names, network.roles, network.labels, strict=True)
    assert [tuple(graph.nodes[i][key] for key in ("name", "role", "label")) for i in graph] == list(expected)


def test_networkx_is_imported_only_when_asked_for():
    check = "import sys, evomod.networks.network; raise SystemExit('networkx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0

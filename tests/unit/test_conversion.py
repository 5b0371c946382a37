"""Networks made from and given to others: nothing is lost on the way, and what is no network is refused by name."""

from __future__ import annotations

import igraph
import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.genotypes.circuit_phenotype import CircuitPhenotype
from evomod.netlists import graphml as netlists_graphml
from evomod.networks import graphml
from evomod.networks.conversion import from_adjacency, from_networkx, from_weights
from evomod.networks.files import read_network
from evomod.networks.network import Network, NetworkError
from tests.generators import examples

numbers = st.floats(allow_nan=False, allow_infinity=False)
GRAPHML = (
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph edgedefault="{}"><node id="a"/><node id="b"/>'
    '<edge source="b" target="a"/></graph></graphml>'
)


@st.composite
def full_networks(draw: st.DrawFn) -> Network:
    """Networks with anything that a Network can hold and GraphML can."""
    names = draw(st.lists(st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"])), unique=True))
    names = [name for name in names if name.isprintable()]
    n, roles = len(names), st.sampled_from(["input", "gate", "unit", "output"])
    who = [draw(roles) for _ in names]
    pairs = [(s, t) for s in range(n) for t in range(n) if who[s] != "output" and who[t] != "input"]
    directed = draw(st.booleans())
    if not directed:  # each edge is written in one way only
        flow = {"input": 0, "output": 2}
        pairs = [(s, t) for s, t in pairs if (flow.get(who[s], 1), s) <= (flow.get(who[t], 1), t)]
    edges = tuple(draw(st.lists(st.sampled_from(pairs), max_size=20))) if pairs else ()
    size, dimensions = st.lists(numbers, min_size=len(edges), max_size=len(edges)), draw(st.integers(2, 3))
    place = st.tuples(*[numbers] * dimensions)
    return Network(
        names=tuple(names),
        roles=tuple(who),
        labels=tuple(draw(st.sampled_from(["NAND", "", "x y", "<&>"])) for _ in names),
        edges=edges,
        weights=tuple(draw(st.just([]) | size)),
        given_layers=tuple(draw(st.just([]) | st.lists(st.integers(-2, 9), min_size=n, max_size=n))),
        positions=tuple(draw(st.just([]) | st.lists(place, min_size=n, max_size=n))),
        directed=directed,
        title="a test",
    )


@examples(200)
@given(full_networks())
def test_a_network_comes_back_from_networkx_and_graphml_as_it_was(network):
    for back in (from_networkx(network.to_networkx()), graphml.read(graphml.write(network), "a test")):
        assert back == network
        assert back.title == network.title


def test_networkx_gets_a_graph_that_is_directed_if_the_network_is():
    for directed, kind in ((True, nx.MultiDiGraph), (False, nx.MultiGraph)):
        names = ("a", "b")
        assert type(Network(names, ("unit",) * 2, names, ((0, 1),), directed=directed).to_networkx()) is kind


@pytest.mark.parametrize(
    ("name", "text", "directed"),
    [
        ("a.gml", "graph [ node [ id 1 ] node [ id 2 ] edge [ source 2 target 1 ] ]", False),
        ("a.gml", "graph [ directed 1 node [ id 1 ] node [ id 2 ] edge [ source 2 target 1 ] ]", True),
        ("a.graphml", GRAPHML.format("undirected"), False),
        ("a.graphml", GRAPHML.format("directed"), True),
        ("a.edgelist", "a b", True),
        ("a.txt", "a b", True),
        ("a.csv", "a,b", True),
    ],
)
def test_a_file_says_whether_its_network_is_directed_and_lists_of_edges_always_are(tmp_path, name, text, directed):
    (tmp_path / name).write_text(text)
    assert read_network(tmp_path / name).directed is directed


def test_an_undirected_graphml_gives_each_edge_once(tmp_path):
    nx.write_graphml(nx.karate_club_graph(), tmp_path / "karate.graphml")
    karate = read_network(tmp_path / "karate.graphml")
    assert not karate.directed
    assert (karate.n_nodes, len(karate.edges), karate.simple().sum()) == (34, 78, 156)
    assert set(karate.roles) == {"unit"}
    assert karate.title.endswith("karate.graphml")
    assert sum(karate.weights) == nx.karate_club_graph().size("weight")


def test_what_igraph_and_our_own_export_write_is_read(tmp_path):
    graph = igraph.Graph.Ring(4, directed=True)
    graph.vs["name"], graph.es["weight"] = ["a", "b", "c", "d"], [1.5, 2, 3, 4]
    graph.write_graphml(str(tmp_path / "ring.graphml"))
    ring = read_network(tmp_path / "ring.graphml")
    assert (ring.names, ring.weights) == (("a", "b", "c", "d"), (1.5, 2, 3, 4))
    assert ring.edges == ((0, 1), (1, 2), (2, 3), (3, 0))
    circuit = CircuitPhenotype(("x", "y"), ("f",), ("nand", "nor", "nand"), ((0, 1), (2, 2), (3, 1)), (4,))
    assert graphml.read(netlists_graphml.write(circuit, "a circuit")) == circuit.network()


def test_undirected_edges_lead_away_from_inputs_and_towards_outputs():
    graph = nx.Graph([("g", "x"), ("f", "g"), ("h", "g")])
    nx.set_node_attributes(graph, {"g": "gate", "h": "gate", "x": "input", "f": "output"}, "role")
    network = from_networkx(graph)
    assert not network.directed
    ends = {(network.names[s], network.names[t]) for s, t in network.edges}
    assert ends == {("x", "g"), ("g", "f"), ("g", "h")}


def test_attributes_that_not_all_nodes_have_are_left_and_weights_that_not_all_edges_have_are_1():
    graph = nx.DiGraph([("a", "b"), ("b", "c")])
    graph.nodes["a"]["name"] = "another"
    graph.nodes["b"]["pos"] = np.array([0.0, 1.0])
    graph.edges["b", "c"]["weight"] = "2.5"
    network = from_networkx(graph, "three")
    assert (network.names, network.weights, network.positions) == (("a", "b", "c"), (1.0, 2.5), ())


def test_defaults_that_a_graphml_declares_hold_where_nothing_else_is_said():
    text = """<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
      <key id="w" for="edge" attr.name="weight" attr.type="double"><default>3</default></key>
      <graph edgedefault="directed"><node id="a"/><node id="b"/>
      <edge source="a" target="b"/><edge source="b" target="a"><data key="w">7</data></edge></graph></graphml>"""
    assert graphml.read(text).weights == (3.0, 7.0)


def test_weight_matrices_make_a_layered_net():
    net = from_weights([[[1.0, 0.0], [-2.0, 3.0], [0.0, 0.0]], [[0.5], [0.25]]], "a net")
    assert net.names == ("i0", "i1", "i2", "l1n0", "l1n1", "l2n0")
    assert net.roles == ("input",) * 3 + ("unit",) * 3
    assert net.edges == ((0, 3), (1, 3), (1, 4), (3, 5), (4, 5))
    assert net.weights == (1.0, -2.0, 3.0, 0.5, 0.25)
    assert net.layers() == net.given_layers == (0, 0, 0, 1, 1, 2)
    assert net.positions == ((-1, 0), (0, 0), (1, 0), (-0.5, 1), (0.5, 1), (0, 2))


@examples(50)
@given(st.integers(0, 6), st.randoms(use_true_random=False))
def test_a_network_of_a_matrix_has_that_matrix(n, random):
    matrix = np.array([[random.choice([0, 0, 1, -0.5]) for _ in range(n)] for _ in range(n)]).reshape(n, n)
    assert np.array_equal(from_adjacency(matrix).matrix(), matrix)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: from_weights([]), "at least one"),
        (lambda: from_adjacency(np.ones((2, 3))), "must be square"),
        (lambda: from_adjacency(np.ones((2, 2)), ["a"]), "2 names are needed; got 1"),
        (lambda: from_adjacency([[1, 2], [3]]), "must hold numbers"),
        (lambda: from_networkx(nx.DiGraph([(0, 1, {"weight": "heavy"})])), "got 'heavy'"),
        (lambda: graphml.write(Network(("\n",), ("unit",), ("a",), ())), "GraphML cannot hold"),
        (lambda: graphml.write(Network("a", ("unit",), "a", (), positions=((1.0,),))), "two or three coordinates"),
        (lambda: Network(("a", "b"), ("unit",) * 2, ("a", "b"), (), positions=((1.0,), (1.0, 2.0))), "equally many"),
        (lambda: Network(("a",), ("unit",), ("a",), (), positions=((np.inf,),)), "must be finite"),
    ],
)
def test_what_cannot_be_converted_is_said(make, message):
    with pytest.raises(NetworkError, match=message):
        make()


def test_a_layer_that_is_no_whole_number_is_refused():
    graph = nx.DiGraph()
    graph.add_node("a", layer=1.5)
    with pytest.raises(NetworkError, match=r"a layer must be a whole number; got 1\.5"):
        from_networkx(graph)

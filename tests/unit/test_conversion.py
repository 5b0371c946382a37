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


@st.composite
def full_networks(draw: st.DrawFn) -> Network:
    """Networks with anything that a Network can hold and GraphML can."""
    names = draw(st.lists(st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"])), unique=True))
    names = [name for name in names if name.isprintable()]
    n, roles = len(names), st.sampled_from(["input", "gate", "unit", "output"])
    who = [draw(roles) for _ in names]
    pairs = [(s, t) for s in range(n) for t in range(n) if who[s] != "output" and who[t] != "input"]
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
        title="a test",
    )


@examples(200)
@given(full_networks())
def test_a_network_comes_back_from_networkx_and_graphml_as_it_was(network):
    for back in (from_networkx(network.to_networkx()), graphml.read(graphml.write(network), "a test")):
        assert back == network
        assert back.title == network.title


def test_an_undirected_graphml_gives_each_edge_once(tmp_path):
    nx.write_graphml(nx.karate_club_graph(), tmp_path / "karate.graphml")
    karate = read_network(tmp_path / "karate.graphml")
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


def test_gml_edge_lists_and_weight_files_are_read(tmp_path):
    (tmp_path / "a.gml").write_text(
        'graph [ node [ id 7 label "p" ] node [ id 9 label "q" ] edge [ source 7 target 9 ] ]'
    )
    assert read_network(tmp_path / "a.gml").names == ("p", "q")
    (tmp_path / "a.txt").write_text("# from to weight\nx y 2\ny z\n\nz,x,-1 # back\n")
    listed = read_network(tmp_path / "a.txt")
    assert (listed.names, listed.edges, listed.weights) == (("x", "y", "z"), ((0, 1), (1, 2), (2, 0)), (2, 1, -1))
    matrices = [np.full((2, 1), 3.0), *(np.ones((1, 1)) for _ in range(10))]
    np.savez(tmp_path / "a.npz", *matrices)
    np.savez(tmp_path / "b.npz", **{f"w{k}": matrix for k, matrix in enumerate(matrices)})
    assert read_network(tmp_path / "a.npz") == read_network(tmp_path / "b.npz") == from_weights(matrices)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"", "one of .graphml, .gml, .npz, .edgelist, .txt; got '.csv'"),
        ("a.graphml", b"<graphml", "is no XML, line 1"),
        ("a.graphml", b"<a/>", "is no GraphML"),
        ("a.graphml", b"\xff\xfe\xfa", "UTF-8"),
        ("a.gml", b"graph [", "is no GML"),
        ("a.txt", b"a b\na", "line 2: expected `source target`"),
        ("a.txt", b"a b one", "line 1: a weight must be a number; got 'one'"),
        ("a.txt", b"a b nan", "weight of edge 0, from a to b, is nan"),
        ("a.npz", b"no zip", "is no NPZ file"),
    ],
)
def test_a_file_that_is_no_network_is_named_with_what_is_wrong(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(NetworkError, match=message) as refused:
        read_network(tmp_path / name)
    assert str(refused.value).startswith(str(tmp_path / name))


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"w1": np.ones((1, 1))}, "expected weight matrices w0, w1, .* got w1"),
        ({}, "got none"),
        ({"w0": np.array([["a"]])}, "must hold numbers"),
        ({"w0": np.ones(3)}, "two dimensions"),
        ({"w0": np.ones((2, 3)), "w1": np.ones((2, 3))}, "the neurons between them"),
        ({"w0": np.array([[1.0, np.nan]])}, r"\[0, 1\] is nan"),
        ({"w0": np.array([[{}]], object)}, "is no NPZ file of numbers"),
    ],
)
def test_weight_files_that_hold_no_net_are_refused(tmp_path, arrays, message):
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(NetworkError, match=message):
        read_network(tmp_path / "a.npz")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(NetworkError, match=r"no\.graphml: cannot be read: No such file"):
        read_network(tmp_path / "no.graphml")


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

"""Network files: what other tools write is read as they meant it, and what is no network is refused by name."""

from __future__ import annotations

import zipfile
from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.networks.conversion import from_networkx, from_weights
from evomod.networks.files import read_network
from evomod.networks.network import NetworkError
from tests.generators import examples


def test_gml_and_lists_of_edges_are_read(tmp_path):
    (tmp_path / "a.gml").write_text(
        'graph [ node [ id 7 label "p" ] node [ id 9 label "q" ] edge [ source 7 target 9 ] ]'
    )
    assert read_network(tmp_path / "a.gml").names == ("p", "q")
    (tmp_path / "a.txt").write_text("# from to weight\nx y 2\ny z\n\nz,x,-1 # back\n")
    listed = read_network(tmp_path / "a.txt")
    assert (listed.names, listed.edges, listed.weights) == (("x", "y", "z"), ((0, 1), (1, 2), (2, 0)), (2, 1, -1))


@pytest.mark.parametrize("titles", ["", "source,target,weight\n", '"Source","Target"\n', "from,to,weight\n"])
def test_in_a_csv_names_may_have_spaces_and_the_first_line_may_be_titles(tmp_path, titles):
    (tmp_path / "a.csv").write_text(titles + '"the gate, first",y,2\n\ny, z z,\nz z,y\n', "utf-8-sig")
    listed = read_network(tmp_path / "a.csv")
    assert listed.names == ("the gate, first", "y", "z z")
    assert (listed.edges, listed.weights) == (((0, 1), (1, 2), (2, 1)), (2, 1, 1))


@pytest.mark.parametrize("data", [True, False, ["weight"]])
def test_a_list_of_edges_that_networkx_wrote_is_read(tmp_path, data):
    graph = nx.DiGraph([("a", "b", {"weight": 2.5, "colour": "red {#}"}), ("b", "c", {"weight": -1})])
    nx.write_edgelist(graph, tmp_path / "a.edgelist", data=data)
    network = read_network(tmp_path / "a.edgelist")
    assert network == from_networkx(graph if data else nx.DiGraph(graph.edges()))


def test_after_a_dictionary_and_before_one_there_may_be_a_comment(tmp_path):
    (tmp_path / "a.txt").write_text("a b {} # {no\nb c # {'weight': 3}\nc a {'colour': 1}\n")
    assert read_network(tmp_path / "a.txt").edges == ((0, 1), (1, 2), (2, 0))
    assert read_network(tmp_path / "a.txt").weights == ()


@examples(50)
@given(st.lists(st.integers(1, 4), min_size=3, max_size=13), st.randoms(use_true_random=False))
def test_weight_matrices_are_read_in_either_orientation_and_by_number(tmp_path_factory, widths, random):
    rng = np.random.default_rng(random.randrange(2**32))
    matrices = [rng.normal(size=size) for size in pairwise(widths)]
    folder, given, turned = tmp_path_factory.mktemp("npz"), {}, {}
    for k in random.sample(range(len(matrices)), len(matrices)):
        given[f"W{k + 1}"], given[f"b{k + 1}"] = matrices[k], np.ones(widths[k + 1])
        turned[f"layers.{2 * k}.weight"], turned[f"layers.{2 * k}.bias"] = matrices[k].T, np.ones(widths[k + 1])
    np.savez(folder / "a.npz", **given)
    np.savez(folder / "b.npz", **turned)
    np.savez(folder / "c.npz", *matrices)
    net = from_weights(matrices)
    assert read_network(folder / "a.npz") == net == read_network(folder / "c.npz")
    if not all(a.shape[0] == b.shape[1] for a, b in pairwise(matrices)):  # otherwise either way fits, and ours is taken
        assert read_network(folder / "b.npz") == net


def test_matrices_whose_names_have_no_order_are_taken_as_they_were_saved(tmp_path):
    matrices = [np.full((3, 2), 2.0), np.ones((2, 3))]
    np.savez(tmp_path / "a.npz", encoder=matrices[0], decoder=matrices[1])
    assert read_network(tmp_path / "a.npz") == from_weights(matrices)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.xls", b"", "one of .graphml, .gml, .npz, .edgelist, .txt, .csv; got '.xls'"),
        ("a.graphml", b"<graphml", "is no XML, line 1"),
        ("a.graphml", b"<a/>", "is no GraphML"),
        ("a.graphml", b"\xff\xfe\xfa", "UTF-8"),
        ("a.gml", b"graph [", "is no GML"),
        ("a.txt", b"a b\na", "line 2: expected `source target`"),
        ("a.txt", b"a b one", "line 1: a weight must be a number; got 'one'"),
        ("a.txt", b"a b nan", "weight of edge 0, from a to b, is nan"),
        ("a.txt", b"a b {'weight': 2", "line 1: expected"),
        ("a.txt", b"a {'weight': 2}", "line 1: expected"),
        ("a.txt", b"a b 1 {'weight': 2}", "line 1: expected"),
        ("a.txt", b"a b {2}", "line 1: expected"),
        ("a.txt", b"a b {'weight': 'two'}", "line 1: a weight must be a number; got 'two'"),
        ("a.csv", b"a,b\na;b", "line 2: expected `source,target` or `source,target,weight`; got 'a;b'"),
        ("a.csv", b"a,,2", "line 1: expected"),
        ("a.csv", b"a,b,c,d", "line 1: expected"),
        ("a.csv", b"a,b,c", "line 1: a weight must be a number; got 'c'"),
        ("a.csv", b'a,"b', "is no CSV"),
        ("a.csv", b"\xff", "UTF-8"),
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
        ({}, "got nothing"),
        ({"w0": np.ones(3)}, r"expected weight matrices, of two dimensions, .* got w0 \(3,\)"),
        ({"w0": np.ones((2, 2)), "conv": np.ones((2, 2, 3, 3))}, r"conv \(2, 2, 3, 3\)"),
        ({"w0": np.ones((1, 1)), "w2": np.ones((1, 1))}, "w2 comes next after w0; what is between them is missing"),
        ({"w0": np.array([["a"]])}, "must hold numbers"),
        ({"w0": np.array([[1j]])}, "must hold numbers"),
        ({"w0": np.ones((2, 3)), "w1": np.ones((2, 3))}, r"must have as many inputs .* got w0 \(2, 3\), w1 \(2, 3\)"),
        ({"w0": np.array([[1.0, np.nan]])}, r"\[0, 1\] is nan"),
        ({"w0": np.array([[{}]], object)}, "is no NPZ file of numbers"),
    ],
)
def test_weight_files_that_hold_no_net_are_refused(tmp_path, arrays, message):
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(NetworkError, match=message):
        read_network(tmp_path / "a.npz")


def test_a_weight_file_that_was_damaged_is_refused(tmp_path):
    np.savez_compressed(tmp_path / "a.npz", w0=np.random.default_rng(0).normal(size=(20, 20)))
    damaged = bytearray((tmp_path / "a.npz").read_bytes())
    damaged[300:320] = bytes(20)
    (tmp_path / "a.npz").write_bytes(damaged)
    with pytest.raises(NetworkError, match="is no NPZ file"):
        read_network(tmp_path / "a.npz")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(NetworkError, match=r"no\.graphml: cannot be read: No such file"):
        read_network(tmp_path / "no.graphml")


def test_a_file_that_says_too_much_of_itself_is_a_sentence(tmp_path: Path) -> None:
    text = (
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><key id="l" for="node" attr.name="layer" '
        'attr.type="double"/><graph edgedefault="directed"><node id="a"><data key="l">LAYER</data></node></graph>'
        "</graphml>"
    )
    for layer in ("nan", "inf", "0.5"):
        (tmp_path / "layer.graphml").write_text(text.replace("LAYER", layer))
        with pytest.raises(NetworkError, match=r"layer\.graphml: a layer must be a whole number"):
            read_network(tmp_path / "layer.graphml")
    (tmp_path / "deep.gml").write_text("graph [ " + "a [ " * 5000 + "] " * 5000 + "]")
    with pytest.raises(NetworkError, match=r"deep\.gml: says that it is larger, or nested deeper"):
        read_network(tmp_path / "deep.gml")
    head = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000, 1000000), }"
    head += b" " * (-(len(head) + 11) % 64) + b"\n"
    with zipfile.ZipFile(tmp_path / "huge.npz", "w") as archive:
        archive.writestr("w0.npy", b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head)
    with pytest.raises(NetworkError, match=r"huge\.npz: says that it is larger"):
        read_network(tmp_path / "huge.npz")

"""The measure q: its columns, individuals without modularity, and files without it."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from evomod.component import build, members
from evomod.measures import q as module
from evomod.measures.base import Measure, MeasureError, Specimen
from evomod.measures.q import Q
from evomod.networks.maximisation import maximise
from evomod.networks.network import Network
from tests.graphs import CANONICAL_OR, network
from tests.networks import UNLINKED


def row(measure, net):
    return dict(zip(measure.columns, measure.checked([Specimen("it", net)])[0].tolist(), strict=True))


def test_it_is_found_by_its_kind_and_q_stands_first():
    assert members(Measure)["q"] is Q
    assert build(Measure, {"kind": "q", "directed": True}) == Q(directed=True)
    assert Q().columns[0] == "q"


def test_a_canonical_circuit_has_the_numbers_worked_by_hand():
    found = row(Q(), CANONICAL_OR)
    assert found["q"] == pytest.approx(18 / 20 - (17**2 + 17**2 + 6**2) / 40**2, abs=1e-15)
    assert [found[key] for key in ("modules", "nodes", "edges", "certified")] == [3, 15, 20, 1]
    assert found["density"] == 20 / (15 * 14 / 2)
    assert 0 < found["found"] <= 1


def test_directed_and_weighted_are_those_of_the_network():
    graph = nx.gnm_random_graph(12, 40, 1, directed=True)
    for i, (a, b) in enumerate(graph.edges()):
        graph[a][b]["weight"] = 1 + i % 5
    net = network(graph, weighted=True)
    for keys in ({"directed": True}, {"weighted": True}, {"directed": True, "weighted": True}):
        assert row(Q(**keys), net)["q"] == maximise(net, **keys).q
    assert row(Q(directed=True), net)["edges"] == 40
    assert row(Q(directed=True), net)["density"] == 40 / (12 * 11)
    assert row(Q(), net)["edges"] == nx.Graph(graph).number_of_edges()


def test_nodes_without_links_are_neither_nodes_nor_modules_here():
    names = ("a", "b", "c")
    found = row(Q(), Network(names, ("unit",) * 3, names, ((0, 1),)))
    assert [found[key] for key in ("q", "modules", "nodes", "edges", "density")] == [0, 1, 2, 1, 1]


def test_the_fast_method_makes_as_many_climbs_as_it_is_told_and_proves_nothing():
    net = network(nx.gnm_random_graph(40, 90, 3))
    found = row(Q(method="fast", restarts=7), net)
    best = maximise(net, "fast", restarts=7)
    assert (found["q"], found["found"], found["certified"]) == (best.q, best.found / 7, 0)


def test_an_individual_in_which_nothing_is_linked_has_no_modularity_but_is_no_error():
    values = Q().checked([UNLINKED, Specimen("it", CANONICAL_OR)])
    of = dict(zip(Q().columns, values[0].tolist(), strict=True))
    assert np.isnan([of[key] for key in ("q", "modules", "density", "found", "certified")]).all()
    assert (of["nodes"], of["edges"]) == (0, 0)
    assert values[1, 0] == row(Q(), CANONICAL_OR)["q"]


@pytest.mark.parametrize(
    ("edges", "weights", "measure", "message"),
    [
        ((), (), Q(), "file.graphml: q is not defined where no two different nodes are linked"),
        (((0, 0),), (), Q(), "file.graphml: q is not defined where no two different nodes are linked"),
        (((0, 1),), (-1.0,), Q(weighted=True), "file.graphml: weighted modularity means nothing"),
        (((0, 1),), (0.0,), Q(weighted=True), "file.graphml: modularity is not defined"),
    ],
)
def test_a_network_that_has_no_modularity_is_an_error_in_a_sentence(edges, weights, measure, message):
    bad = Network(("a", "b"), ("unit",) * 2, ("a", "b"), edges, weights)
    with pytest.raises(MeasureError, match=message):
        measure.checked([Specimen("file.graphml", bad)])


def test_equal_networks_are_looked_at_once(monkeypatch):
    calls = []
    original = module.maximise_gains
    monkeypatch.setattr(module, "maximise_gains", lambda *given: calls.append(given) or original(*given))
    values = Q().checked([Specimen(name, CANONICAL_OR) for name in "abcde"])
    assert len(calls) == 1
    assert len(np.unique(values, axis=0)) == 1


def test_of_no_specimens_there_are_no_rows():
    assert Q().checked([]).shape == (0, 7)

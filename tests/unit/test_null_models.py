"""Rewiring: its readable twin, what it keeps, what cannot be rewired. Uniformity is tested in verification."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from evomod.networks.network import NetworkError
from evomod.networks.null_models import REWIRING, random_rewired
from evomod.rng import MEASURE, draw4
from tests.generators import examples, seeds
from tests.graphs import connected_graphs, graph_of, simple_graphs, words


def literal_rewiring(graph, swaps, seed, sample, connected):
    edges = sorted((min(edge), max(edge)) for edge in graph.edges())
    graph = graph.copy()
    for step in range(swaps * len(edges)):
        draws = [int(word) for word in draw4(seed, sample, REWIRING, MEASURE, step)]
        e, f = (draw * len(edges) >> 32 for draw in draws[:2])
        (a, b), (c, d) = edges[e], edges[f]
        if draws[2] % 2:
            c, d = d, c
        if e == f or len({a, b, c, d}) < 4 or graph.has_edge(a, d) or graph.has_edge(c, b):
            continue
        new = graph.copy()
        new.remove_edges_from([(a, b), (c, d)])
        new.add_edges_from([(a, d), (c, b)])
        if connected and not nx.is_connected(new.subgraph(v for v in new if new.degree(v))):
            continue
        graph, edges[e], edges[f] = new, (a, d), (c, b)
    return graph


def in_one_piece(graph):
    return nx.is_connected(graph.subgraph(v for v in graph if graph.degree(v)))


@pytest.mark.jitless
@given(simple_graphs(9) | connected_graphs(), seeds, st.integers(0, 4), st.booleans())
@examples(100)
def test_rewiring_is_its_readable_twin_and_keeps_every_degree(graph, seed, swaps, connected):
    assume(not connected or in_one_piece(graph))
    start = words(graph)
    samples = random_rewired(start, 3, swaps, seed, connected)
    assert np.array_equal(start, words(graph))
    for sample, rows in enumerate(samples):
        assert np.array_equal(rows, words(literal_rewiring(graph, swaps, seed, sample, connected)))
        assert [int(row).bit_count() for row in rows] == [graph.degree(v) for v in graph]
        assert not connected or in_one_piece(graph_of(rows))


def test_samples_differ_and_come_back_with_the_seed():
    start = words(nx.connected_watts_strogatz_graph(16, 4, 0.2, seed=1))
    samples = random_rewired(start, 50, seed=7)
    assert len(np.unique(samples, axis=0)) == 50
    assert np.array_equal(samples[:20], random_rewired(start, 20, seed=7))
    assert not np.array_equal(samples, random_rewired(start, 50, seed=8))


@pytest.mark.jitless
def test_swaps_that_would_break_a_path_are_undone():
    path, start = nx.path_graph(8), words(nx.path_graph(8))
    for sample, rows in enumerate(random_rewired(start, 4, swaps=12, seed=1)):
        assert np.array_equal(rows, words(literal_rewiring(path, 12, 1, sample, True)))
    assert not np.array_equal(rows, words(literal_rewiring(path, 12, 1, 3, False)))


def test_without_the_demand_samples_fall_into_pieces():
    start = words(nx.path_graph(8))
    assert all(in_one_piece(graph_of(rows)) for rows in random_rewired(start, 50))
    assert not all(in_one_piece(graph_of(rows)) for rows in random_rewired(start, 50, connected=False))


@pytest.mark.parametrize("graph", [nx.star_graph(5), nx.complete_graph(5), nx.path_graph(2)])
def test_a_graph_that_its_degrees_determine_stays(graph):
    samples = random_rewired(words(graph), 5)
    assert (samples == words(graph)).all()


@pytest.mark.parametrize(
    ("graph", "message"),
    [
        (nx.empty_graph(3), "pair: has no edge"),
        (nx.empty_graph(0), "pair: has no edge"),
        (nx.Graph([(0, 1), (2, 3)]), "pair: is not connected"),
    ],
)
def test_what_cannot_be_rewired_is_refused(graph, message):
    with pytest.raises(NetworkError, match=message):
        random_rewired(words(graph), 3, title="pair")


def test_what_is_no_simple_graph_is_refused():
    with pytest.raises(NetworkError, match="loop: is not simple"):
        random_rewired(np.array([1], np.uint64), 3, title="loop")

"""Many small graphs at once: the numbers of one graph alone, whatever the company, and what is no graph."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.networks.maximisation import maximise
from evomod.networks.modularity_batch import NO_NODE, adjacency_bits, best_modularity
from evomod.networks.network import NetworkError
from evomod.networks.partition import Partition
from tests.generators import examples
from tests.graphs import CANONICAL_AND, CANONICAL_OR, literal_modularity, network, partitions, simple_graphs, words


def batch(graphs, width=None):
    width = width or max(map(len, graphs))
    return np.array([np.pad(words(graph), (0, width - len(graph))) for graph in graphs])


@pytest.mark.jitless
@given(simple_graphs())
@examples(100)
def test_it_is_the_best_of_all_partitions_to_the_last_bit(graph):
    best = best_modularity(batch([graph]))
    n = len(graph)
    assert best.q[0] == float(max(literal_modularity(graph, labels) for labels in partitions(n)))
    labels = [int(label) if label != NO_NODE else n + v for v, label in enumerate(best.labels[0])]
    assert best.q[0] == float(literal_modularity(graph, labels))
    assert best.certified[0]


@given(st.lists(simple_graphs(10), min_size=1, max_size=6), st.integers(10, 64))
@examples(50)
def test_a_graph_has_the_same_numbers_alone_and_in_company(graphs, width):
    together = best_modularity(batch(graphs, width))
    for i, graph in enumerate(graphs):
        for column, alone in zip(together, best_modularity(batch([graph], width)), strict=True):
            assert np.array_equal(column[i], alone[0])


@given(simple_graphs(12))
@examples(50)
def test_it_is_what_one_network_alone_is_told(graph):
    best, alone = best_modularity(batch([graph])), maximise(network(graph))
    assert best.q[0] == alone.q
    labels = best.labels[0]
    assert [label == NO_NODE for label in labels] == [graph.degree(v) == 0 for v in graph]
    real = labels[labels != NO_NODE]
    assert Partition(tuple(real.tolist())).labels == tuple(real.tolist())


def test_networks_become_graphs_without_outputs_directions_and_parallel_links():
    rows = adjacency_bits([CANONICAL_OR, CANONICAL_AND])
    assert rows.shape == (2, 15)
    assert [sum(int(word).bit_count() for word in row) // 2 for row in rows] == [20, 19]
    assert np.array_equal(rows[0], words(nx.Graph(CANONICAL_OR.parts().to_networkx())))
    best = best_modularity(rows)
    assert best.q.tolist() == [maximise(CANONICAL_OR).q, maximise(CANONICAL_AND).q]
    assert adjacency_bits([]).shape == (0, 0)


def test_a_graph_without_edges_has_no_modularity():
    best = best_modularity(np.zeros((2, 5), np.uint64))
    assert np.isnan(best.q).all()
    assert (best.labels == NO_NODE).all()
    assert not best.found.any()


def test_of_no_graphs_there_is_nothing_to_say():
    best = best_modularity(np.zeros((0, 7), np.uint64))
    assert [len(column) for column in best] == [0, 0, 0, 0]


def test_sixty_four_nodes_fit_and_where_the_steps_end_nothing_is_certified():
    crowd = batch([nx.gnm_random_graph(64, 200, 1), nx.star_graph(20)])
    best = best_modularity(crowd, restarts=20, steps=1000)
    assert best.certified.tolist() == [False, True]
    assert best.q[1] == 0
    assert best.found[0] >= 1
    assert best_modularity(crowd, restarts=1, steps=0).q[0] <= best.q[0]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([[2, 0]], "graph: is not simple and undirected"),
        ([[2, 1], [1, 0]], "graph 1: is not simple"),
        ([[2, 5]], "graph: is not simple"),
        ([[0] * 65], r"at most 64 nodes.*\(1, 65\)"),
        ([2, 1], r"got the shape \(2,\)"),
    ],
)
def test_what_is_no_simple_undirected_graph_is_refused(rows, message):
    with pytest.raises(NetworkError, match=message):
        best_modularity(np.array(rows, np.uint64))


def test_a_network_of_more_than_64_nodes_is_refused_by_name():
    with pytest.raises(NetworkError, match="crowd: has 65 nodes"):
        adjacency_bits([network(nx.path_graph(65), title="crowd")])


def test_without_a_climb_there_is_no_answer():
    with pytest.raises(NetworkError, match="at least 1 climb; got 0"):
        best_modularity(batch([nx.path_graph(3)]), restarts=0)

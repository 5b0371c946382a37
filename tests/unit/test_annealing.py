"""The search for the most modular network: its modularity, its walks, and optima that are known."""

from __future__ import annotations

from itertools import product

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from evomod.genotypes.circuit import Circuit
from evomod.measures.annealing import _modularity, _relabel, anneal
from evomod.measures.degree_preserving import RewiringWalk, is_connected, realised
from evomod.measures.walk import GenomeWalk, sizes
from evomod.networks.modularity_batch import best_modularity
from tests.generators import examples


@st.composite
def graphs(draw, max_nodes=12):
    n = draw(st.integers(2, max_nodes))
    pairs = draw(st.sets(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)).filter(lambda e: e[0] != e[1])))
    graph = nx.Graph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from(pairs)
    return graph


def bits(graph):
    return np.array([sum(1 << b for b in graph[a]) for a in graph], np.uint64)


@pytest.mark.jitless
@given(graph=graphs(), data=st.data())
@examples(150)
def test_modularity_of_a_partition_is_that_of_networkx(graph, data):
    n = len(graph)
    labels = np.array(data.draw(st.lists(st.integers(0, n - 1), min_size=n, max_size=n)))
    found = _modularity(bits(graph), labels, *np.empty((2, n), np.int64))
    modules = [set(np.flatnonzero(labels == c).tolist()) for c in set(labels.tolist())]
    wanted = nx.community.modularity(graph, modules) if graph.number_of_edges() else 0
    assert found == pytest.approx(wanted, abs=1e-12)


@pytest.mark.jitless
@given(graph=graphs(), seed=st.integers(0, 2**32), start=st.integers(1, 12))
@examples(60)
def test_a_cold_walk_of_labels_never_loses_modularity(graph, seed, start):
    rows, room = bits(graph)[None], np.empty((2, len(graph)), np.int64)
    labels = np.arange(len(graph))[None] % start
    before = _modularity(rows[0], labels[0], *room)
    for step in range(30):
        _relabel(rows, labels, 1e-9, seed, step)
        after = _modularity(rows[0], labels[0], *room)
        assert after >= before - 1e-12
        before = after
    assert (labels >= 0).all()
    assert (labels < len(graph)).all()


@pytest.mark.parametrize("feedback", [True, False])
def test_the_most_modular_circuit_of_a_small_space_is_found(feedback):
    circuit, size = Circuit(n_gates=3, feedback=feedback), (3, 2)
    encoding = circuit.encode(np.zeros((2, 2), bool), 1)
    every = np.array(list(product(*(range(n) for n in encoding.alleles))), np.uint8)
    rows, present = encoding.adjacency(every)
    there = rows[(sizes(encoding, present) == size).all(axis=1)]
    found = anneal(GenomeWalk(encoding, size, 20, 1), 2000, 1)
    assert set(map(bytes, found)) <= set(map(bytes, there))
    assert best_modularity(found).q.max() == best_modularity(there).q.max()
    assert best_modularity(there).q.min() < best_modularity(there).q.max()


def test_where_nothing_is_of_the_size_nothing_is_found():
    encoding = Circuit(n_gates=2).encode(np.zeros((2, 4), bool), 1)
    assert not anneal(GenomeWalk(encoding, (2, 4), 5, 1), 200, 1).any()


def test_the_same_seed_finds_the_same_networks():
    encoding = Circuit(n_gates=5).encode(np.zeros((2, 3), bool), 1)
    first, again, other = (anneal(GenomeWalk(encoding, (5, 3), 8, seed), 300, seed) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


# Graphs with given degrees --------------------------------------------------------------------------------------------


@given(graph=graphs())
@examples(200)
def test_degrees_are_realised_by_a_simple_graph_connected_if_one_is(graph):
    graph.remove_nodes_from(list(nx.isolates(graph)))
    assume(len(graph))
    degrees = sorted((d for _, d in graph.degree()), reverse=True)
    rows = realised(degrees)
    joined = nx.from_numpy_array((rows[:, None] >> np.arange(len(rows), dtype=np.uint64) & np.uint64(1)).astype(int))
    assert [d for _, d in joined.degree()] == degrees
    assert not nx.number_of_selfloops(joined)
    assert bool(is_connected(rows)) == nx.is_connected(joined)
    assert nx.is_connected(joined) or not nx.is_connected(graph)


@given(graph=graphs(9), seed=st.integers(0, 2**31))
@examples(60)
def test_rewiring_keeps_degrees_and_connection(graph, seed):
    graph.remove_nodes_from(list(nx.isolates(graph)))
    assume(len(graph))
    rows = realised([d for _, d in graph.degree()])
    connected = bool(is_connected(rows))
    walk = RewiringWalk(rows, 3, connected, seed)
    for step in range(1, 20):
        walk.propose(step)
        walk.keep(np.array([True, step % 2 == 0, False]))
    assert np.array_equal(walk.graphs[2], rows)
    assert np.array_equal(np.bitwise_count(walk.graphs), np.repeat(np.bitwise_count(rows)[None], 3, axis=0))
    assert all(is_connected(one) for one in walk.graphs) or not connected


def test_rewirings_of_a_ring_reach_their_optimum():
    ring = realised([2] * 12)
    found = best_modularity(anneal(RewiringWalk(ring, 10, False, 1), 2000, 1)).q
    assert found.max() == pytest.approx(0.75)  # four triangles: 1 − 4 · (6/24)²
    assert best_modularity(anneal(RewiringWalk(ring, 10, True, 1), 500, 1)).q.max() == pytest.approx(
        best_modularity(bits(nx.cycle_graph(12))[None]).q[0]
    )

"""Maximal modularity: kernels against readable twins and against all partitions, known optima, what is out of reach."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.networks.exact_partition import certify, contract
from evomod.networks.maximisation import best_partition, maximise, maximise_gains
from evomod.networks.modularity import gains, modularity
from evomod.networks.network import NetworkError
from evomod.networks.partition import Partition
from evomod.networks.partition_search import climb, climb_often, gained
from tests.generators import examples, seeds
from tests.graphs import (
    CANONICAL_AND,
    CANONICAL_OR,
    MODULES_AND,
    MODULES_OR,
    network,
    pair_tables,
    partitions,
    simple_graphs,
)


def literal_gain(pairs, labels):
    n = len(labels)
    return sum(pairs[i][j] for i in range(n) for j in range(i) if labels[i] == labels[j])


def literal_climb(pairs, labels, order):
    """Move nodes and merge modules, each gain looked up anew."""
    n, labels = len(pairs), list(labels)

    def gain(v, c):
        return sum(pairs[v][u] for u in range(n) if u != v and labels[u] == c)

    def move_nodes():
        still, i = 0, 0
        while still < n:
            v, still, i = order[i], still + 1, (i + 1) % n
            best = max(gain(v, c) for c in range(n))
            if best > gain(v, labels[v]):
                labels[v], still = next(c for c in range(n) if gain(v, c) == best), 0

    move_nodes()
    while True:
        pairs_of = {
            (a, b): sum(gain(v, b) for v in range(n) if labels[v] == a)
            for a in set(labels)
            for b in set(labels)
            if b < a
        }
        best = max(pairs_of.values(), default=0)
        if best <= 0:
            return labels
        a, b = min(pair for pair, value in pairs_of.items() if value == best)
        labels = [b if label == a else label for label in labels]
        move_nodes()


def optimum(pairs):
    return max(literal_gain(pairs, labels) for labels in partitions(len(pairs)))


@pytest.mark.jitless
@given(pair_tables(), st.data())
@examples(200)
def test_a_climb_is_its_readable_twin(pairs, data):
    n = len(pairs)
    start = np.array(data.draw(st.lists(st.integers(0, n - 1), min_size=n, max_size=n)))
    order = np.array(data.draw(st.permutations(range(n))))
    labels = start.copy()
    value = climb(pairs, labels, order, 0)
    assert labels.tolist() == literal_climb(pairs, start, order)
    assert value == gained(pairs, labels) == literal_gain(pairs, labels)


@pytest.mark.jitless
@given(pair_tables(), seeds, st.integers(1, 9))
@examples(100)
def test_many_climbs_give_the_best_of_them_and_count_it(pairs, seed, restarts):
    labels = np.empty(len(pairs), np.int64)
    value, found = climb_often(pairs, restarts, seed, 0, labels)
    assert 1 <= found <= restarts
    assert value == literal_gain(pairs, labels)
    more, found_then = climb_often(pairs, restarts + 1, seed, 0, labels)  # the same climbs, and another
    assert (more, found_then) in {(value, found), (value, found + 1)} or (more > value and found_then == 1)


@pytest.mark.jitless
def test_where_all_ends_are_one_all_climbs_find_it():
    pairs = 1 - np.eye(6, dtype=np.int64)
    assert climb_often(pairs, 9, 1, 0, np.empty(6, np.int64)) == (15, 9)


@pytest.mark.jitless
@given(pair_tables())
@examples(200)
def test_nodes_that_are_joined_are_together_in_some_best_partition(pairs):
    small, joined = pairs.copy(), np.empty(len(pairs), np.int64)
    gain = contract(small, joined)
    kept = sorted(set(joined.tolist()))
    assert [joined[i] for i in kept] == kept
    assert gain == literal_gain(pairs, joined)
    left = small[np.ix_(kept, kept)]
    assert gain + optimum(left) == optimum(pairs)
    assert len(kept) == 1 or all(row.max() <= 0 or 2 * row.max() < abs(row).sum() for row in left)  # none is overlooked


@pytest.mark.jitless
@given(pair_tables(), st.integers(0, 60))
@examples(200)
def test_a_certified_partition_is_the_best_of_all(pairs, limit):
    labels = np.arange(len(pairs))
    value, left = certify(pairs, labels, 0, 10**6, 0)
    assert left >= 0
    assert value == literal_gain(pairs, labels) == optimum(pairs)
    labels = np.arange(len(pairs))
    value, left = certify(pairs, labels, 0, limit, 0)
    assert value == literal_gain(pairs, labels)
    assert left < 0 or value == optimum(pairs)


@given(pair_tables(), seeds)
@examples(100)
def test_floats_give_what_integers_give(pairs, seed):
    labels = np.empty(len(pairs), np.int64)
    value, certified, _ = best_partition(pairs, 3, seed, 10**6, 0, labels)
    scaled, certified_too, _ = best_partition(pairs / 7, 3, seed, 10**6, 1e-12, labels)
    assert certified
    assert certified_too
    assert scaled * 7 == pytest.approx(value, abs=1e-10)


@pytest.mark.parametrize("keys", [{}, {"directed": True}, {"weighted": True}, {"directed": True, "weighted": True}])
@given(seed=seeds)
@examples(20)
def test_exact_modularity_is_that_of_the_best_of_all_partitions(keys, seed):
    rng = np.random.default_rng(seed)
    graph = nx.gnm_random_graph(7, int(rng.integers(1, 15)), seed=rng, directed=True)
    for a, b in graph.edges():
        graph[a][b]["weight"] = float(rng.exponential())
    net = network(graph, weighted=True)
    best = maximise(net, **keys)
    values = [modularity(net, Partition(tuple(labels)), **keys) for labels in partitions(7)]
    assert best.q == pytest.approx(max(values), abs=1e-12)
    assert modularity(net, best.partition, **keys) == best.q
    assert best.certified
    assert 0 <= best.found <= best.restarts


@given(simple_graphs(9), st.data())
@examples(30)
def test_how_nodes_are_ordered_and_named_does_not_matter(graph, data):
    order = data.draw(st.permutations(list(graph)))
    shuffled = nx.Graph()
    shuffled.add_nodes_from(order)
    shuffled.add_edges_from(graph.edges())
    assert maximise(network(shuffled)).q == maximise(network(graph)).q


def test_the_karate_club_has_its_known_maximum():
    best = maximise(network(nx.karate_club_graph()))
    assert round(best.q, 4) == 0.4198
    assert best.certified
    assert best.partition.n_modules == 4
    assert 0 < best.found < 50


@pytest.mark.parametrize(("n_cliques", "size"), [(4, 4), (6, 5), (7, 4)])
def test_the_best_modules_of_a_ring_of_cliques_are_the_cliques(n_cliques, size):
    best = maximise(network(nx.ring_of_cliques(n_cliques, size)))
    assert best.partition.groups == tuple(tuple(range(i * size, (i + 1) * size)) for i in range(n_cliques))


def test_a_long_ring_of_small_cliques_shows_the_resolution_limit():
    # Fortunato & Barthélemy 2007: from n(n − 1) + 2 cliques of n nodes on, pairs of cliques win.
    assert maximise(network(nx.ring_of_cliques(10, 3))).partition.n_modules < 10


@pytest.mark.parametrize(
    ("circuit", "modules"), [(CANONICAL_OR, MODULES_OR), (CANONICAL_AND, MODULES_AND)], ids=["or", "and"]
)
def test_the_modules_of_the_canonical_circuits_are_their_best(circuit, modules):
    assert maximise(circuit).partition == Partition.of(circuit, modules)


def test_a_node_without_a_link_is_a_module_of_its_own():
    lonely = nx.path_graph(4)
    lonely.add_nodes_from(["a", "b"])
    assert maximise(network(lonely)).partition.labels == (0, 0, 1, 1, 2, 3)


def test_the_fast_method_says_how_many_climbs_found_its_best_and_is_deterministic():
    net = network(nx.gnm_random_graph(60, 120, 1))
    best = maximise(net, "fast", restarts=20, seed=4)
    assert best == maximise(net, "fast", restarts=20, seed=4)
    assert 1 <= best.found <= 20
    assert not best.certified
    assert best.q == modularity(net, best.partition)
    assert best.q >= max(maximise(net, "fast", restarts=r, seed=4).q for r in (1, 5))
    assert len({maximise(net, "fast", restarts=1, seed=s).q for s in range(5)}) > 1


def test_a_network_too_large_for_a_proof_is_refused_with_what_fast_finds():
    crowd = network(nx.gnm_random_graph(80, 300, 1), title="crowd")
    with pytest.raises(
        NetworkError, match=r"crowd: .* with 80 nodes .* the method fast, which finds 0\.\d{4}, in \d+ of"
    ):
        maximise(crowd)
    dense = gains(network(nx.gnm_random_graph(24, 140, 1)))
    assert not maximise_gains(dense, steps=1000).certified
    assert maximise_gains(dense).certified


def test_what_has_no_modularity_is_refused():
    with pytest.raises(NetworkError, match="dust: modularity is not defined"):
        maximise(network(nx.empty_graph(4), title="dust"))


def test_a_method_that_does_not_exist_and_no_climb_at_all_are_refused():
    with pytest.raises(NetworkError, match="one of exact, fast, spectral; got 'exakt'"):
        maximise(CANONICAL_AND, "exakt")
    with pytest.raises(NetworkError, match="at least 1 climb; got 0"):
        maximise(CANONICAL_AND, restarts=0)


def test_climbs_on_a_thousand_larger_tables_are_their_readable_twin_too():
    rng = np.random.default_rng(1)
    for _ in range(1000):
        pairs = np.tril(rng.integers(-9, 10, (10, 10)), -1)
        pairs += pairs.T
        start, order = rng.integers(0, 10, 10), rng.permutation(10)
        labels = start.copy()
        climb(pairs, labels, order, 0)
        assert labels.tolist() == literal_climb(pairs.tolist(), start.tolist(), order.tolist())

"""The best cut into two modules, against all cuts and against networkx."""

from __future__ import annotations

from itertools import product

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.networks import bisection
from evomod.networks.bisection import best_bisection
from evomod.networks.network import Network, NetworkError
from tests.generators import examples


def network(n, edges):
    names = tuple(f"n{i}" for i in range(n))
    return Network(names, ("unit",) * n, names, tuple(edges), title="the tangle")


def cliques(k, n):
    """A ring of `k` cliques of `n`."""
    edges = [(c * n + i, c * n + j) for c in range(k) for i in range(n) for j in range(i)]
    return network(k * n, [*edges, *((c * n, (c + 1) % k * n + 1) for c in range(k))])


def plainly(n, edges):
    """Q of the best cut, and all cuts that reach it, node n − 1 on side 0, by networkx."""
    graph = nx.Graph([(a, b) for a, b in edges if a != b])
    graph.add_nodes_from(range(n))
    q = {}
    for bits in product((False, True), repeat=n - 1):
        side = (*bits, False)
        if any(bits):
            parts = [{i for i in range(n) if side[i] == value} for value in (False, True)]
            q[side] = nx.community.modularity(graph, parts)
    best = max(q.values())
    return best, {side for side, value in q.items() if value > best - 1e-12}


graphs = st.integers(2, 7).flatmap(
    lambda n: st.tuples(
        st.just(n), st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), min_size=1, max_size=14)
    )
)


@given(graph=graphs.filter(lambda graph: any(a != b for a, b in graph[1])))
@examples(60)
def test_the_best_cut_is_the_best_of_all(graph):
    n, edges = graph
    found = best_bisection(network(n, edges))
    q, sides = plainly(n, edges)
    assert found.q == pytest.approx(q, abs=1e-12)
    assert {tuple(map(bool, side)) for side in found.sides} == sides
    assert found.exact


@pytest.mark.parametrize(("k", "n", "q"), [(2, 4, 12 / 14 - 1 / 2), (2, 8, 56 / 58 - 1 / 2), (4, 6, 62 / 64 - 1 / 2)])
def test_rings_of_cliques_are_cut_between_cliques(k, n, q):
    # Of k cliques with n·(n−1)/2 edges each and k links, two links are cut, and both halves have as many edges.
    found = best_bisection(cliques(k, n))
    assert found.q == pytest.approx(q)
    assert all(len(set(side[c * n : (c + 1) * n])) == 1 for side in found.sides for c in range(k))
    assert found.exact == (k * n <= 20)


def test_the_karate_club_is_cut_as_newman_found():
    club = nx.karate_club_graph()
    found = best_bisection(network(34, club.edges))
    assert found.q == pytest.approx(0.3718, abs=5e-5)  # Newman 2006: the optimum of two modules
    assert not found.exact


@given(seed=st.integers(0, 2**32 - 1))
@examples(15)
def test_climbing_finds_what_trying_all_finds_or_hardly_less(seed):
    graph = nx.gnm_random_graph(12, 20, seed=seed)
    exact = best_bisection(network(12, graph.edges))
    before, bisection.MAX_EXACT = bisection.MAX_EXACT, 1
    try:
        climbed = best_bisection(network(12, graph.edges))
    finally:
        bisection.MAX_EXACT = before
    assert exact.q - 0.03 <= climbed.q <= exact.q + 1e-12
    if climbed.q == exact.q:
        assert {side.tobytes() for side in climbed.sides} <= {side.tobytes() for side in exact.sides}


@pytest.mark.parametrize("edges", [[], [(0, 0), (1, 1)]])
def test_without_an_edge_between_two_nodes_there_is_no_cut(edges):
    with pytest.raises(NetworkError, match="the tangle: no two nodes are joined"):
        best_bisection(network(3, edges))
    with pytest.raises(NetworkError, match="no two nodes"):
        best_bisection(network(1, edges[:1]))


def test_more_nodes_than_a_machine_word_has_bits_are_refused():
    assert best_bisection(network(64, [(i, i + 1) for i in range(63)])).q == pytest.approx(62 / 63 - 1 / 2, abs=1e-3)
    with pytest.raises(NetworkError, match="has 65 nodes; at most 64"):
        best_bisection(network(65, [(0, 64)]))


def test_names_and_order_of_nodes_do_not_matter():
    edges = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 0)]  # a ring: three equal cuts
    order = np.array([3, 0, 5, 1, 4, 2])
    found = best_bisection(network(6, edges))
    moved = best_bisection(network(6, [(int(order[a]), int(order[b])) for a, b in edges]))
    assert (len(found.sides), len(moved.sides)) == (3, 3)
    assert found.q == moved.q

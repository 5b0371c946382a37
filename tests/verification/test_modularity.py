"""Maximal modularity against igraph's optimum and an integer program; rewired graphs against all that there are."""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from evomod.networks.maximisation import maximise
from evomod.networks.modularity import gains
from evomod.networks.modularity_batch import best_modularity
from evomod.networks.null_models import random_rewired
from tests.graphs import graph_of, network, words
from tests.verification.fit import fits

pytestmark = pytest.mark.verification

# Maximal modularity ---------------------------------------------------------------------------------------------------


def random_graphs(n, seed):
    """Sparse and dense, of 5 to 18 nodes."""
    rng = np.random.default_rng(seed)
    for i in range(n):
        n_nodes = int(rng.integers(5, 19))
        most = min(n_nodes * (n_nodes - 1) // 2, 4 * n_nodes)
        yield nx.gnm_random_graph(n_nodes, int(rng.integers(n_nodes - 2, most)), seed=i)


def igraph_optimum(graph):
    import igraph

    twin = igraph.Graph(len(graph), list(graph.edges()))
    return twin.community_optimal_modularity().modularity


def largest_difference(graphs, **how):
    rows = np.zeros((len(graphs), 18), np.uint64)
    for row, graph in zip(rows, graphs, strict=True):
        row[: len(graph)] = words(graph)
    best = best_modularity(rows, **how)
    return max(abs(q - igraph_optimum(graph)) for q, graph in zip(best.q, graphs, strict=True)), best.certified


@pytest.mark.parametrize(
    "n", [pytest.param(30, marks=pytest.mark.slice), pytest.param(1000, marks=pytest.mark.timeout(1800))]
)
def test_exact_modularity_is_igraphs_optimum(n):
    difference, certified = largest_difference(list(random_graphs(n, 1)))
    assert difference < 1e-9
    assert certified.all()


@pytest.mark.slice
def test_one_climb_without_proof_is_not_and_does_not_say_so():
    difference, certified = largest_difference(list(random_graphs(30, 1)), restarts=1, steps=0)
    assert difference > 1e-3
    assert not certified.all()


def milp_optimum(summands):
    """Clique partitioning as an integer program, with all triangle inequalities (Grötschel & Wakabayashi 1989)."""
    n = len(summands.pairs)
    place = {pair: k for k, pair in enumerate(combinations(range(n), 2))}
    triangles = [[place[a, b], place[b, c], place[a, c]] for a, b, c in combinations(range(n), 3)]
    columns = [[t[i], t[j], t[k]] for t in triangles for i, j, k in ((0, 1, 2), (1, 2, 0), (2, 0, 1))]
    signs = np.tile([1.0, 1.0, -1.0], len(columns))
    rows = np.repeat(np.arange(len(columns)), 3)
    table = csr_array((signs, (rows, np.ravel(columns))), shape=(len(columns), len(place)))
    gain = np.array([summands.pairs[pair] for pair in place], float) / float(summands.scale)
    solved = milp(
        -gain, constraints=LinearConstraint(table, -np.inf, 1), integrality=np.ones(len(place)), bounds=Bounds(0, 1)
    )
    return float(summands.alone / summands.scale) - solved.fun


@pytest.mark.parametrize("keys", [{"directed": True}, {"weighted": True}, {"directed": True, "weighted": True}])
def test_directed_and_weighted_optima_are_those_of_an_integer_program(keys):
    rng = np.random.default_rng(7)
    for seed in range(12):
        n = int(rng.integers(8, 15))
        graph = nx.gnm_random_graph(n, int(rng.integers(n, 3 * n)), seed=seed, directed=True)
        for a, b in graph.edges():
            graph[a][b]["weight"] = float(rng.exponential())
        net = network(graph, weighted=True)
        best, expected = maximise(net, **keys), milp_optimum(gains(net, **keys))
        assert best.certified
        assert best.q == pytest.approx(expected, abs=1e-6)  # the solver's own gap


# Rewiring -------------------------------------------------------------------------------------------------------------

DEGREES = (3, 2, 2, 2, 2, 1), (3, 3, 2, 2, 2, 1, 1)


@cache
def every_graph(degrees, connected=True):
    """Bit rows of all simple graphs with these degrees."""
    n, found = len(degrees), []
    for edges in combinations(combinations(range(n), 2), sum(degrees) // 2):
        if np.array_equal(np.bincount(np.ravel(edges), minlength=n), degrees):
            graph = nx.empty_graph(n)
            graph.add_edges_from(edges)
            if not connected or nx.is_connected(graph):
                found.append(tuple(words(graph).tolist()))
    return found


def counts(samples, graphs):
    of = Counter(map(tuple, np.asarray(samples).tolist()))
    assert set(of) <= set(graphs)
    return [of[graph] for graph in graphs]


@pytest.mark.parametrize("degrees", DEGREES)
@pytest.mark.parametrize("connected", [True, False])
def test_rewired_graphs_are_uniform_over_all_with_these_degrees(degrees, connected):
    graphs = every_graph(degrees, connected)
    assert len(graphs) > 20
    start = np.array(every_graph(degrees)[0], np.uint64)
    samples = random_rewired(start, 30_000, seed=5, connected=connected)
    assert fits(counts(samples, graphs), np.ones(len(graphs)))


@pytest.mark.slice
def test_after_too_few_swaps_they_are_not():
    graphs = every_graph(DEGREES[0])
    samples = random_rewired(np.array(graphs[0], np.uint64), 30_000, swaps=2)
    assert not fits(counts(samples, graphs), np.ones(len(graphs)))


def one_swap_away(rows):
    """Every connected graph that a swap leads to, as often as swaps do."""
    graph = graph_of(rows)
    for (a, b), edge in combinations(graph.edges(), 2):
        for c, d in (edge, edge[::-1]):
            if len({a, b, c, d}) == 4 and not graph.has_edge(a, d) and not graph.has_edge(b, c):
                other = graph.copy()
                other.remove_edges_from([(a, b), (c, d)])
                other.add_edges_from([(a, d), (b, c)])
                if nx.is_connected(other):
                    yield tuple(words(other).tolist())


def test_refused_swaps_must_count_or_graphs_with_many_neighbours_come_too_often():
    graphs = every_graph((4, 3, 2, 2, 2, 1))
    assert fits(counts(random_rewired(np.array(graphs[0], np.uint64), 8_000), graphs), np.ones(len(graphs)))
    next_to = {graph: list(one_swap_away(graph)) for graph in graphs}
    rng, impatient = np.random.default_rng(3), []
    for _ in range(8_000):
        graph = graphs[0]
        for _ in range(20):
            graph = next_to[graph][rng.integers(len(next_to[graph]))]
        impatient.append(graph)
    assert not fits(counts(impatient, graphs), np.ones(len(graphs)))

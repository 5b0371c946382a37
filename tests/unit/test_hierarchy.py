"""Global reaching centrality: known values, and equal to networkx where that is defined."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from evomod.measures.base import MeasureError, Specimen
from evomod.measures.hierarchy import Hierarchy
from evomod.networks.conversion import from_adjacency, from_networkx
from evomod.networks.hierarchy import global_reaching_centrality
from evomod.networks.network import Network, NetworkError
from tests.generators import examples
from tests.networks import UNLINKED


@pytest.mark.parametrize(
    ("edges", "value"),
    [
        ([(0, 1), (0, 2), (0, 3)], 1),  # a star: one reaches all, the others nobody
        ([(0, 1), (1, 2), (2, 3), (3, 0)], 0),  # a ring: all reach all
        ([(0, 1), (1, 2), (2, 3)], (0 + 1 / 3 + 2 / 3 + 1) / 3),
        ([(0, 1), (0, 1), (0, 2), (2, 1), (1, 1)], (0 + 1 + 0.5) / 2),
    ],
)
@pytest.mark.parametrize("weighted", [False, True])
def test_known_values(edges, value, weighted):
    n = 1 + max(map(max, edges))
    if weighted:
        edges = list(dict.fromkeys(edges))  # parallel edges would be one of double strength
    names = tuple(map(str, range(n)))
    network = Network(names, ("unit",) * n, names, tuple(edges))
    assert global_reaching_centrality(network, weighted) == pytest.approx(value)


@examples(100)
@given(st.integers(2, 12), st.floats(0.05, 0.6), st.integers(0, 2**32 - 1))
def test_it_is_that_of_networkx_with_and_without_weights(n, density, seed):
    rng = np.random.default_rng(seed)
    matrix = rng.uniform(0.1, 2, (n, n)) * (rng.random((n, n)) < density)
    np.fill_diagonal(matrix, 0)
    assume(matrix.any())
    graph = nx.from_numpy_array(matrix, create_using=nx.DiGraph)
    network = from_networkx(graph)
    assert global_reaching_centrality(network) == pytest.approx(nx.global_reaching_centrality(graph))
    expected = nx.global_reaching_centrality(graph, weight="weight")
    assert global_reaching_centrality(network, weighted=True) == pytest.approx(expected)


def test_strong_edges_are_short_and_their_sign_does_not_count():
    # From 0, the way to 2 over 1 has length 1/2 + 1/2 and mean strength 2, the direct edge length 2.
    matrix = np.array([[0, 2, 0.5], [0, 0, 2], [0, 0, 0]])
    local = np.array([(2 + 2) / 2, 2 / 2, 0]) / 1.5
    expected = pytest.approx((local.max() - local).sum() / 2)
    assert global_reaching_centrality(from_adjacency(matrix), True) == expected
    assert global_reaching_centrality(from_adjacency(-10 * matrix), True) == expected


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4, 5), (0, 4, 5, 2, 3, 1), (1, 3, 5, 0, 4, 2)])
def test_of_equally_short_paths_the_one_with_the_fewest_edges_counts_and_then_the_strongest(order):
    # From 0 to 5 all paths are 4 long. Over 1 and 2 there are three edges; over 4 and over 3 two, strong ones over 3.
    edges = {(0, 1): 4, (1, 2): 4, (2, 5): 2 / 7, (0, 3): 2 / 7, (3, 5): 2, (0, 4): 1, (4, 5): 1 / 3}
    matrix = np.zeros((6, 6))
    for (source, target), strength in edges.items():
        matrix[order[source], order[target]] = strength
    local = np.zeros(6)
    local[order[0]] = (4 + 4 + 2 / 7 + 1 + (2 / 7 + 2) / 2) / 5
    local[order[1]] = (4 + (4 + 2 / 7) / 2) / 5
    for k, strength in ((2, 2 / 7), (3, 2), (4, 1 / 3)):
        local[order[k]] = strength / 5
    local /= np.mean(list(edges.values()))
    expected = (local.max() - local).sum() / 5
    assert global_reaching_centrality(from_adjacency(matrix), True) == pytest.approx(expected)


@pytest.mark.parametrize("weights", [(0, 0, 0, 0), (1, -1, 2, 3), (1e308, 1e308, 1e-300, 1)])
def test_without_weights_an_edge_is_an_edge_whatever_it_weighs(weights):
    # Two parallel edges, which may cancel each other or add up to more than a float holds.
    network = Network(tuple("abc"), ("unit",) * 3, tuple("abc"), ((0, 1), (0, 1), (1, 2), (2, 2)), weights)
    assert global_reaching_centrality(network) == pytest.approx((0 + 0.5 + 1) / 2)


def test_strengths_of_parallel_edges_add_up_without_their_signs():
    double = Network(tuple("abc"), ("unit",) * 3, tuple("abc"), ((0, 1), (0, 1), (1, 2)), (1, -1, 1))
    assert global_reaching_centrality(double, True) == global_reaching_centrality(
        from_adjacency([[0, 2, 0], [0, 0, 1], [0, 0, 0]]), True
    )


@pytest.mark.parametrize("unit", [1e308, 1e-308, 5e-324])
def test_the_unit_of_weights_does_not_count_however_large_or_small(unit):
    matrix = unit * np.array([[0, 1, 0, 1], [0, 0, 1, 0], [0, 0, 0, 1], [1, 0, 0, 0]])
    matrix[0, 0] = 1e308  # a self-loop, which does not count
    ones = (matrix != 0) & ~np.eye(4, dtype=bool)
    expected = pytest.approx(global_reaching_centrality(from_adjacency(ones), True))
    assert global_reaching_centrality(from_adjacency(matrix), True) == expected


def test_weights_of_0_alone_are_no_strengths():
    network = Network(tuple("ab"), ("unit",) * 2, tuple("ab"), ((0, 1),), (0,), title="the weak")
    with pytest.raises(NetworkError, match="the weak: hierarchy needs an edge of weight other than 0"):
        global_reaching_centrality(network, True)


def test_outputs_are_no_nodes():
    names = ("x", "a", "f")
    with_output = Network(names, ("input", "gate", "output"), names, ((0, 1), (1, 2)))
    assert global_reaching_centrality(with_output) == 1


@pytest.mark.parametrize("edges", [(), ((0, 0),)])
@pytest.mark.parametrize("n", [1, 2])
def test_a_network_without_edges_is_refused_by_name(n, edges):
    names = tuple("ab"[:n])
    with pytest.raises(NetworkError, match=r"^the loner: hierarchy needs an edge between two nodes"):
        global_reaching_centrality(Network(names, ("unit",) * n, names, edges, title="the loner"))


def test_the_measure_takes_whole_populations_and_leaves_out_individuals_without_links():
    star = from_adjacency([[0, 1, 3], [0, 0, 0], [0, 0, 0]])
    specimens = [Specimen("star", bare=star), UNLINKED, Specimen("star again", bare=star)]
    assert Hierarchy().checked(specimens)[:, 0] == pytest.approx([1, np.nan, 1], nan_ok=True)
    with pytest.raises(MeasureError, match="empty: hierarchy is not defined where no two different nodes are linked"):
        Hierarchy().checked([Specimen("star", bare=star), Specimen("empty", bare=Network((), (), (), ()))])


def test_the_measure_counts_strengths_where_it_is_told_to():
    chain = Specimen("chain", bare=from_adjacency([[0, 1, 0], [0, 0, 3], [0, 0, 0]]))
    both = [Hierarchy(weighted=weighted).checked([chain])[0, 0] for weighted in (False, True)]
    assert both == pytest.approx([0.75, 0.375])

"""Cutting by the leading eigenvector: what it finds, what it misses, and against igraph's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.networks.maximisation import maximise
from evomod.networks.modularity import gains, modularity
from evomod.networks.network import Network
from evomod.networks.spectral import bisected
from tests.generators import examples


def graph(n: int, edges: list[tuple[int, int]], directed: bool = False) -> Network:
    return Network(tuple(f"n{i}" for i in range(n)), ("unit",) * n, ("",) * n, tuple(edges), directed=directed)


def two_cliques() -> list[tuple[int, int]]:
    clique = [(a, b) for b in range(5) for a in range(b)]
    return [*clique, *((a + 5, b + 5) for a, b in clique), (0, 5)]


@pytest.mark.parametrize("directed", [False, True])
def test_two_cliques_are_two_modules(directed: bool) -> None:
    found = maximise(graph(10, two_cliques(), directed), "spectral", directed=directed)
    assert found.partition.labels == (0,) * 5 + (1,) * 5
    assert found.q == pytest.approx(maximise(graph(10, two_cliques(), directed), directed=directed).q)
    assert not found.certified


def test_a_clique_is_not_cut() -> None:
    edges = [(a, b) for b in range(6) for a in range(b)]
    assert set(bisected(gains(graph(6, edges)).pairs)) == {0}


def test_a_node_without_a_link_is_a_module_of_its_own() -> None:
    found = maximise(graph(11, two_cliques()), "spectral")
    assert len(set(found.partition.labels)) == 3


@given(st.integers(0, 2**32 - 1), st.booleans())
@examples(30)
def test_it_never_finds_more_than_the_most(seed: int, directed: bool) -> None:
    linked = np.random.default_rng(seed).random((9, 9)) < 0.25
    linked[0, 1] = True
    net = graph(9, [tuple(ends) for ends in np.argwhere(np.triu(linked, 1)).tolist()], directed)
    found = maximise(net, "spectral", directed=directed)
    assert found.q <= maximise(net, directed=directed).q + 1e-12
    assert found.q == pytest.approx(modularity(net, found.partition, directed=directed))
    assert found.q >= gains(net, directed).q(np.zeros(9, np.int64)) - 1e-12  # no cut ever loses


def test_igraph_finds_the_same_modularity() -> None:
    igraph = pytest.importorskip("igraph")
    equal = 0
    for seed in range(20):
        linked = np.triu(np.random.default_rng(seed).random((12, 12)) < 0.3, 1)
        edges = [tuple(ends) for ends in np.argwhere(linked).tolist()]
        theirs = igraph.Graph(n=12, edges=edges).community_leading_eigenvector().modularity
        equal += maximise(graph(12, edges), "spectral").q == pytest.approx(theirs, abs=1e-9)
    assert equal >= 16  # where an eigenvalue comes twice, any vector of its space may be taken

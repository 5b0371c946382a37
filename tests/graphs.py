"""Graphs, and what modularity is by definition, that the tests of modularity share."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import networkx as nx
import numpy as np
from hypothesis import strategies as st

from evomod.networks.network import Network
from tests.networks import circuit

# Two XORs of four NANDs each, then OR (11 gates) or AND (10 gates): the canonical modular circuits.
_XOR_A, _XOR_B = [(0, 1), (0, 4), (1, 4), (5, 6)], [(2, 3), (2, 8), (3, 8), (9, 10)]
CANONICAL_OR = circuit(4, [*_XOR_A, *_XOR_B, (7, 7), (11, 11), (12, 13)], [14])
CANONICAL_AND = circuit(4, [*_XOR_A, *_XOR_B, (7, 11), (12, 12)], [13])
_MODULES = [("x0", "x1", "g0", "g1", "g2", "g3"), ("x2", "x3", "g4", "g5", "g6", "g7")]
MODULES_OR, MODULES_AND = [*_MODULES, ("g8", "g9", "g10")], [*_MODULES, ("g8", "g9")]


def network(graph: nx.Graph, weighted: bool = False, title: str = "the network") -> Network:
    """Of units, in the order of the graph's nodes."""
    place = {node: i for i, node in enumerate(graph)}
    edges = tuple((place[a], place[b]) for a, b in graph.edges())
    weights = tuple(float(data["weight"]) for _, _, data in graph.edges(data=True)) if weighted else ()
    names = tuple(map(str, graph))
    return Network(names, ("unit",) * len(names), names, edges, weights, title=title)


def words(graph: nx.Graph) -> np.ndarray:
    """Bit rows, uint64 (n_nodes,)."""
    matrix = nx.to_numpy_array(graph, dtype=bool)
    return np.array([sum(1 << int(j) for j in np.flatnonzero(row)) for row in matrix], np.uint64)


def graph_of(rows: np.ndarray) -> nx.Graph:
    """The graph of bit rows, all nodes kept."""
    graph = nx.empty_graph(len(rows))
    graph.add_edges_from((i, j) for i, row in enumerate(rows) for j in range(i) if int(row) >> j & 1)
    return graph


def partitions(n: int) -> Iterator[list[int]]:
    """All partitions of n nodes, as labels in the order of first occurrence."""
    if n == 0:
        yield []
        return
    for labels in partitions(n - 1):
        for label in range(max(labels, default=-1) + 2):
            yield [*labels, label]


def literal_modularity(graph: nx.Graph, labels: list[int]) -> Fraction:
    """Σ_c l_c/m − (d_c/2m)², word for word."""
    m, q = graph.number_of_edges(), Fraction(0)
    for c in set(labels):
        nodes = [v for v, label in zip(graph, labels, strict=True) if label == c]
        q += Fraction(graph.subgraph(nodes).number_of_edges(), m)
        q -= Fraction(sum(graph.degree(v) for v in nodes), 2 * m) ** 2
    return q


@st.composite
def simple_graphs(draw: st.DrawFn, max_nodes: int = 7, min_edges: int = 1) -> nx.Graph:
    n = draw(st.integers(2, max_nodes))
    pairs = [(i, j) for i in range(n) for j in range(i)]
    graph = nx.empty_graph(n)
    graph.add_edges_from(draw(st.lists(st.sampled_from(pairs), unique=True, min_size=min_edges)))
    return graph


@st.composite
def connected_graphs(draw: st.DrawFn, max_nodes: int = 9) -> nx.Graph:
    """A tree and at most three more edges: many of its swaps would break it."""
    n = draw(st.integers(2, max_nodes))
    graph = nx.empty_graph(n)
    graph.add_edges_from((i, draw(st.integers(0, i - 1))) for i in range(1, n))
    graph.add_edges_from(draw(st.lists(st.sampled_from([(i, j) for i in range(n) for j in range(i)]), max_size=3)))
    return graph


@st.composite
def pair_tables(draw: st.DrawFn, max_nodes: int = 7) -> np.ndarray:
    """Symmetric int64 (n, n), 0 on the diagonal: small numbers, so that there are ties."""
    n = draw(st.integers(1, max_nodes))
    values = draw(st.lists(st.integers(-9, 9), min_size=n * (n - 1) // 2, max_size=n * (n - 1) // 2))
    table = np.zeros((n, n), np.int64)
    table[np.tril_indices(n, -1)] = values
    return table + table.T

"""Modularity of a given partition: worked by hand, networkx, and what it cannot be taken of."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.networks.modularity import MOST_NODES, gains, modularity
from evomod.networks.network import Network, NetworkError
from evomod.networks.partition import Partition
from tests.generators import examples
from tests.graphs import (
    CANONICAL_AND,
    CANONICAL_OR,
    MODULES_AND,
    MODULES_OR,
    literal_modularity,
    network,
    simple_graphs,
)


def labelled(labels):
    return Partition(tuple(int(label) for label in labels))


def units(n, edges, weights=(), title="the network"):
    names = tuple(f"n{i}" for i in range(n))
    return Network(names, ("unit",) * n, names, tuple(edges), tuple(weights), title=title)


@pytest.mark.parametrize(
    ("circuit", "modules", "q"),
    [
        (CANONICAL_OR, MODULES_OR, 18 / 20 - (17**2 + 17**2 + 6**2) / 40**2),
        (CANONICAL_AND, MODULES_AND, 17 / 19 - (17**2 + 17**2 + 4**2) / 38**2),
    ],
)
def test_the_canonical_circuits_have_the_values_worked_by_hand(circuit, modules, q):
    assert modularity(circuit, Partition.of(circuit, modules)) == pytest.approx(q, abs=1e-15)
    assert round(q, 3) in (0.516, 0.483)


def test_two_triangles_joined_by_a_link_by_hand():
    # 6 of 7 links inside, each triangle 7 of 14 ends: 6/7 − 2·(1/2)².
    triangles = units(6, [(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3), (2, 3)])
    assert modularity(triangles, labelled([0, 0, 0, 1, 1, 1])) == 5 / 14
    # Directed, each triangle a ring: out-ends 4 and 3, in-ends 3 and 4 of 7: 6/7 − 2·12/49.
    assert modularity(triangles, labelled([0, 0, 0, 1, 1, 1]), directed=True) == 18 / 49


@pytest.mark.parametrize(("n_cliques", "size"), [(3, 3), (5, 4), (8, 5)])
def test_a_ring_of_cliques_has_its_closed_form(n_cliques, size):
    ring = nx.ring_of_cliques(n_cliques, size)
    inner = size * (size - 1) / 2
    q = inner / (inner + 1) - 1 / n_cliques
    labels = [v // size for v in ring]
    assert modularity(network(ring), labelled(labels)) == pytest.approx(q, abs=1e-15)


@given(simple_graphs(9), st.data())
@examples(100)
def test_it_is_the_definition_to_the_last_bit(graph, data):
    labels = data.draw(st.lists(st.integers(0, 3), min_size=len(graph), max_size=len(graph)))
    assert modularity(network(graph), labelled(labels)) == float(literal_modularity(graph, labels))


@given(seed=st.integers(0, 10**6), directed=st.booleans(), weighted=st.booleans())
@examples(100)
def test_it_is_networkx_modularity_directed_and_weighted_too(seed, directed, weighted):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(3, 15))
    graph = nx.gnm_random_graph(n, int(rng.integers(1, 3 * n)), seed=seed, directed=directed)
    for a, b in graph.edges():
        graph[a][b]["weight"] = float(rng.exponential())
    labels = rng.integers(0, 4, n)
    groups = [set(np.flatnonzero(labels == c)) for c in range(4)]
    expected = nx.community.modularity(graph, groups, weight="weight" if weighted else None)
    q = modularity(network(graph, weighted), labelled(labels), directed, weighted)
    assert q == pytest.approx(expected, abs=1e-12)


def test_self_loops_parallel_links_and_outputs_do_not_count():
    clean = [(0, 1), (1, 2), (2, 0), (2, 3), (3, 4)]
    messy = [*clean, (0, 1), (1, 0), (4, 4), (3, 3)]
    partition = labelled([0, 0, 0, 1, 1])
    assert modularity(units(5, messy), partition) == modularity(units(5, clean), partition)
    assert modularity(units(5, clean), partition, directed=True) == modularity(
        units(5, [*clean, (0, 1), (4, 4)]), partition, directed=True
    )
    doubled = [2.0 if edge == (0, 1) else 1.0 for edge in clean]
    assert modularity(units(5, clean, doubled), partition, weighted=True) == pytest.approx(
        modularity(units(5, [*clean, (0, 1), (4, 4)]), partition, weighted=True), abs=1e-15
    )
    assert len(gains(CANONICAL_AND).pairs) == 14


@pytest.mark.parametrize("unit", [1e-300, 1.0, 1e300])
def test_the_unit_of_weights_does_not_matter(unit):
    edges, weights = [(0, 1), (1, 2), (2, 0), (2, 3), (3, 4)], np.array([1.0, 2, 3, 4, 5])
    partition = labelled([0, 0, 0, 1, 1])
    expected = modularity(units(5, edges, weights), partition, weighted=True)
    assert modularity(units(5, edges, weights * unit), partition, weighted=True) == pytest.approx(expected, abs=1e-14)


def test_the_table_of_pairs_is_symmetric_and_of_whole_numbers_without_weights():
    for directed in (False, True):
        table = gains(CANONICAL_OR, directed)
        assert table.pairs.dtype == np.int64
        assert (table.pairs == table.pairs.T).all()
        assert not table.pairs.diagonal().any()
        assert table.least == 0


@pytest.mark.parametrize(
    ("bad", "keys", "message"),
    [
        (units(0, [], title="void"), {}, "void: modularity is not defined where no two different nodes are linked"),
        (units(1, [], title="hermit"), {}, "hermit: modularity is not defined"),
        (units(3, [], title="dust"), {"directed": True}, "dust: modularity is not defined"),
        (units(2, [(0, 0), (1, 1)], title="loops"), {"weighted": True}, "loops: modularity is not defined"),
        (units(2, [(0, 1)], [0.0], "nought"), {"weighted": True}, "nought: modularity is not defined"),
        (units(2, [(0, 1)], [-0.5], "debt"), {"weighted": True}, r"debt: .* from n0 to n1 \(-0.5\)"),
        (units(3, [(0, 1), (1, 2)], [1e308] * 2, "heavy"), {"weighted": True}, "heavy: the weights add up"),
        (units(MOST_NODES + 1, [(0, 1)], title="crowd"), {}, "crowd: has 4097 nodes"),
    ],
)
def test_what_has_no_modularity_is_refused_in_a_sentence(bad, keys, message):
    with pytest.raises(NetworkError, match=message):
        gains(bad, **keys)


def test_negative_weights_do_no_harm_where_weights_are_left_out():
    assert modularity(units(3, [(0, 1), (1, 2)], [-1.0, 2.0]), labelled([0, 0, 0])) == 0


def test_a_partition_of_another_number_of_nodes_is_refused():
    with pytest.raises(NetworkError, match="has 14 nodes, outputs left out, but the partition is of 15"):
        modularity(CANONICAL_AND, labelled([0] * 15))

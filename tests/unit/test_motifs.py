"""Motifs: classes, counts against igraph and networkx, and what a profile says of circuits worked out by hand."""

from __future__ import annotations

from itertools import combinations, product

import igraph
import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from networkx.generators.triads import triad_graph

from evomod.networks.motifs import NAMED, classes, count_motifs, profile, score
from evomod.networks.network import Network, NetworkError
from evomod.networks.rewiring import MAX_NODES
from tests.digraphs import XOR, digraphs, random_digraph, units
from tests.generators import examples


def named(network: Network, size: int) -> dict[str, int]:
    counts = dict(zip(classes(size).numbers.tolist(), count_motifs(network, size).tolist(), strict=True))
    return {name: counts[number] for name, number in NAMED[size].items()}


def by_igraph(network: Network, size: int) -> np.ndarray:
    graph = igraph.Graph(network.n_nodes, network.edges, directed=True)
    counts = np.zeros(len(classes(size).numbers), int)
    for isoclass, count in enumerate(graph.motifs_randesu(size)):
        if count > 0:  # NaN where the class is not connected
            example = igraph.Graph.Isoclass(size, isoclass, directed=True)
            counts += int(count) * count_motifs(units(size, example.get_edgelist()), size)
    return counts


@pytest.mark.parametrize(("size", "n_classes"), [(3, 13), (4, 199)])
def test_there_are_as_many_connected_classes_as_counted_by_harary_and_palmer(size, n_classes):
    numbers, table = classes(size)
    assert len(numbers) == n_classes
    assert set(table) == set(range(-1, n_classes))
    assert (np.diff(numbers) > 0).all()


@pytest.mark.parametrize(
    ("name", "edges"),
    [
        ("ffl", ((0, 1), (0, 2), (1, 2))),
        ("feedback_loop", ((0, 1), (1, 2), (2, 0))),
        ("bifan", ((0, 2), (0, 3), (1, 2), (1, 3))),
        ("diamond", ((0, 1), (0, 2), (1, 3), (2, 3))),
        ("feedback_loop_4", ((0, 1), (1, 2), (2, 3), (3, 0))),
    ],
)
def test_a_name_stands_for_its_subgraph_in_whatever_order_its_nodes_come(name, edges):
    size = max(map(max, edges)) + 1
    for order in ((*range(size),), (*range(size - 1, -1, -1),), (1, 0, *range(2, size))):
        network = units(size, [(order[a], order[b]) for a, b in edges])
        assert named(network, size) == {**dict.fromkeys(NAMED[size], 0), name: 1}


def test_the_xor_module_has_two_feed_forward_loops_and_one_diamond():
    assert named(units(6, XOR), 3) == {"ffl": 2, "feedback_loop": 0}
    assert named(units(6, XOR), 4) == {"diamond": 1, "bifan": 0, "feedback_loop_4": 0}


@pytest.mark.parametrize("size", [3, 4])
@pytest.mark.parametrize(("n", "density"), [(5, 0.5), (9, 0.3), (16, 0.1), (16, 0.4), (80, 0.02)])
def test_counts_equal_those_of_igraph(size, n, density):
    for seed in range(5):
        network = random_digraph(n, density, seed)
        assert count_motifs(network, size).tolist() == by_igraph(network, size).tolist()


@pytest.mark.jitless
@given(digraphs())
@examples(100)
def test_every_connected_triple_and_quadruple_is_counted_once(network):
    graph = nx.Graph(network.edges)
    graph.add_nodes_from(range(network.n_nodes))
    for size in (3, 4):
        subsets = combinations(range(network.n_nodes), size)
        assert count_motifs(network, size).sum() == sum(nx.is_connected(graph.subgraph(nodes)) for nodes in subsets)


@given(digraphs())
@examples(50)
def test_triples_are_those_of_the_triadic_census(network):
    graph = nx.DiGraph(network.edges)
    graph.add_nodes_from(range(network.n_nodes))
    theirs = nx.triadic_census(graph)
    for name in set(theirs) - {"003", "012", "102"}:  # those have a node apart
        triad = units(3, [("abc".index(a), "abc".index(b)) for a, b in triad_graph(name).edges])
        assert count_motifs(network, 3)[count_motifs(triad, 3) == 1].tolist() == [theirs[name]]


def test_self_loops_parallel_wires_and_outputs_do_not_count():
    plain = units(6, XOR)
    names = ("x", "y", "t", "u", "v", "o", "out")
    roles = ("input", "input", "gate", "gate", "gate", "gate", "output")
    full = Network(names, roles, names, (*XOR, (0, 2), (3, 5), (2, 2), (5, 6)))
    for size in (3, 4):
        assert count_motifs(full, size).tolist() == count_motifs(plain, size).tolist()


def test_a_profile_counts_what_the_network_has_and_scores_it_against_the_null():
    rows = profile(units(6, XOR), 3, samples=200)
    assert [row.count for row in rows] == count_motifs(units(6, XOR), 3).tolist()
    ffl = next(row for row in rows if row.name == "ffl")
    assert ffl.z == pytest.approx((ffl.count - ffl.mean) / ffl.sd)
    assert ffl.z > 0
    assert 1 / 201 <= ffl.p <= 1
    assert np.nansum([row.significance**2 for row in rows]) == pytest.approx(1)


def test_the_mean_of_the_null_is_that_over_all_networks_of_the_same_degrees():
    edges = ((0, 1), (0, 2), (1, 2), (2, 3), (3, 4))
    cells = [(a, b) for a, b in product(range(5), repeat=2) if a != b]
    degrees = [np.bincount(ends, minlength=5).tolist() for ends in zip(*edges, strict=True)]
    same = [
        choice
        for choice in combinations(cells, len(edges))
        if [np.bincount(ends, minlength=5).tolist() for ends in zip(*choice, strict=True)] == degrees
    ]
    exact = np.mean([named(units(5, choice), 3)["ffl"] for choice in same])
    ffl = next(row for row in profile(units(5, edges), 3, samples=5000) if row.name == "ffl")
    assert abs(ffl.mean - exact) < 5 * ffl.sd / np.sqrt(5000)


def test_scores_worked_by_hand_are_not_a_number_where_the_null_does_not_vary():
    path, fan = [(0, 1), (1, 2)], [(0, 1), (0, 2)]
    scores = score(units(3, path), np.array([path, path, fan, path]), 3)
    chain, fan_out, cycle = (scores[classes(3).numbers == number][0] for number in (12, 6, 98))
    assert chain.tolist() == pytest.approx([1, 3 / 4, 1 / 2, 1 / 2, 4 / 5])
    assert fan_out.tolist() == pytest.approx([0, 1 / 4, 1 / 2, -1 / 2, 1])
    assert cycle.tolist() == pytest.approx([0, 0, 0, np.nan, 1], nan_ok=True)
    rows = profile(units(2, [(0, 1)]), 3, samples=5)
    assert all(np.isnan(row.z) and np.isnan(row.significance) for row in rows)


def test_two_profiles_of_one_seed_are_equal_and_of_two_seeds_are_not():
    network = random_digraph(9, 0.3, 1)
    assert repr(profile(network, 4, 50, seed=3)) == repr(profile(network, 4, 50, seed=3))
    assert repr(profile(network, 4, 50, seed=3)) != repr(profile(network, 4, 50, seed=4))


@pytest.mark.parametrize(
    ("network", "more", "message"),
    [
        (units(3, [], title="the empty one"), {}, "the empty one: has no edge between two nodes"),
        (units(1, [], title="the lonely one"), {}, "the lonely one: has no edge"),
        (units(2, [(0, 0), (1, 1)], title="two loops"), {}, "two loops: has no edge between two nodes"),
        (units(MAX_NODES + 1, [(0, 1)], title="the huge one"), {}, "the huge one: has 4097 nodes; .* at most 4096"),
        (units(2, [(0, 1)]), {"size": 5}, "3 or 4 nodes; got 5"),
        (units(2, [(0, 1)]), {"samples": 1}, "at least 2 samples of the null; got 1"),
        (units(2, [(0, 1)]), {"null": "chance"}, "unknown null 'chance'; possible: degrees, layers, acyclic"),
    ],
)
def test_what_cannot_be_counted_is_said(network, more, message):
    with pytest.raises(NetworkError, match=message):
        profile(network, **more)


def test_more_subgraphs_than_minutes_can_count_are_refused_at_once():
    star = units(4000, [(0, k) for k in range(1, 4000)], title="the star")
    assert count_motifs(star, 3).sum() == 3999 * 3998 // 2
    with pytest.raises(NetworkError, match=r"the star: up to 1.1e.10 subgraphs of 4 nodes .* take size 3 or fewer"):
        profile(star, 4, samples=50)

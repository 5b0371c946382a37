"""n-cut: hand-worked and known values, what is dropped, and the shuffled nets it is compared with."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.cluster import SpectralClustering

from evomod.measures.base import MeasureError, Specimen
from evomod.measures.n_cut import NCut
from evomod.networks.clusterability import cluster, clusterability, n_cut_of, shuffled_within_layers, strengths
from evomod.networks.conversion import from_adjacency, from_networkx, from_weights
from evomod.networks.k_means import k_means
from evomod.networks.network import Network, NetworkError
from tests.generators import examples
from tests.networks import CYCLIC, UNLINKED

TRIANGLES = [(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3), (2, 3)]


def triangles() -> Network:
    names = tuple("abcdef")
    return Network(names, ("unit",) * 6, names, tuple(TRIANGLES), title="two triangles")


def halves(cross: float, seed: int = 0, widths: tuple[int, ...] = (8, 8, 8, 8), share: float = 1.0) -> Network:
    """A net of two halves, all weights within 1 and those between as given."""
    rng, sides = np.random.default_rng(seed), [np.arange(n) % 2 for n in widths]
    matrices = []
    for before, after in pairwise(sides):
        weight = np.where(before[:, None] == after, 1.0, cross) * rng.choice([-1, 1], (len(before), len(after)))
        matrices.append(weight * (rng.random(weight.shape) < share))
    return from_weights(matrices, "two halves")


def test_the_n_cut_of_a_partition_is_the_sum_of_cut_over_volume():
    weights = strengths(triangles())
    assert n_cut_of(weights, np.array([0, 0, 0, 1, 1, 1])) == pytest.approx(1 / 7 + 1 / 7)
    assert n_cut_of(weights, np.array([0, 0, 1, 1, 2, 2])) == pytest.approx(2 / 4 + 4 / 6 + 2 / 4)
    assert n_cut_of(weights, np.array([0, 0, 1, 1, -1, -1])) == pytest.approx(2 / 4 + 2 / 4)
    assert n_cut_of(weights, np.zeros(6, int)) == 0


@examples(60)
@given(st.integers(2, 9), st.integers(0, 2**32 - 1))
def test_the_n_cut_of_two_groups_is_that_of_networkx(n, seed):
    rng = np.random.default_rng(seed)
    weights = np.triu(rng.random((n, n)), 1)
    weights += weights.T
    groups = np.array([0, 1, *rng.integers(0, 2, n - 2)])
    graph = nx.from_numpy_array(weights)
    expected = nx.normalized_cut_size(graph, np.flatnonzero(groups == 0), np.flatnonzero(groups == 1), "weight")
    assert n_cut_of(weights, groups) == pytest.approx(expected)


def test_two_triangles_fall_apart_where_they_are_joined():
    found = cluster(triangles(), 2)
    assert found.n_cut == pytest.approx(2 / 7)
    assert len(set(found.groups[:3])) == len(set(found.groups[3:])) == 1
    assert (found.n_clusters, found.groups.dtype) == (2, np.int64)


@examples(60)
@given(st.integers(1, 12), st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_k_means_finds_a_partition_that_no_step_of_lloyd_improves(n, k, seed):
    points = np.random.default_rng(seed).integers(0, 4, (n, 2)).astype(float)
    groups = k_means(points, k, 10)
    centres = {c: points[groups == c].mean(0) for c in set(groups)}
    distances = np.array([((points - centre) ** 2).sum(1) for centre in centres.values()]).T
    assert all(distances[i].min() == ((points[i] - centres[groups[i]]) ** 2).sum() for i in range(n))
    if k >= len(np.unique(points, axis=0)):
        assert distances.min(1).sum() == 0


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("k", [2, 4])
def test_planted_clusters_have_the_n_cut_of_scikit_learn(seed, k):
    graph = nx.gaussian_random_partition_graph(60, 60 // k, 50, 0.6, 0.06, seed=seed)
    weights = nx.to_numpy_array(graph) * np.random.default_rng(seed).uniform(0.5, 1.5, (60, 60))
    weights = np.triu(weights, 1) + np.triu(weights, 1).T
    learned = SpectralClustering(k, affinity="precomputed", assign_labels="kmeans", random_state=0, n_init=100)
    expected = n_cut_of(weights, learned.fit_predict(weights))
    assert cluster(from_adjacency(np.triu(weights)), k).n_cut == pytest.approx(expected, abs=1e-9)


def test_directions_signs_and_self_loops_do_not_count():
    matrix = np.zeros((6, 6))
    for k, (i, j) in enumerate(TRIANGLES):
        matrix[(i, j) if k % 2 else (j, i)] = (-1) ** k
    np.fill_diagonal(matrix, 9)
    assert cluster(from_adjacency(matrix), 2).n_cut == pytest.approx(2 / 7)


@pytest.mark.parametrize("unit", [1e308, 1e-308, 5e-324])
def test_the_unit_of_weights_does_not_count_however_large_or_small(unit):
    matrix = np.zeros((6, 6))
    for i, j in TRIANGLES:
        matrix[i, j] = matrix[j, i] = unit
    matrix[0, 0] = 1e308  # a self-loop, which does not count
    assert cluster(from_adjacency(matrix), 2).n_cut == pytest.approx(2 / 7)


def test_an_undirected_net_has_the_null_of_the_directed_one_whichever_way_its_edges_are_written():
    net, rng = halves(0.3, widths=(6, 6, 6)), np.random.default_rng(1)
    turned = tuple((b, a) if turn else (a, b) for (a, b), turn in zip(net.edges, rng.random(72) < 0.5, strict=True))
    roles = ("unit",) * net.n_nodes  # nothing may lead into an input
    either = replace(net, edges=turned, roles=roles, directed=False)
    for null in ("all", "nonzero"):
        one, other = (clusterability(which, 2, null, 5) for which in (net, either))
        assert (one.n_cut_random, one.z) == (other.n_cut_random, other.z)
    within = replace(either, given_layers=(0,) * net.n_nodes)
    places = shuffled_within_layers(within, "all", 0, 0)
    assert np.count_nonzero(places) == 72
    assert not ((places != 0) & (places != 0).T).any()


def test_small_networks_have_at_most_half_as_many_clusters_as_nodes():
    assert cluster(triangles(), 12).n_clusters == 3
    assert cluster(from_adjacency([[0, 1], [0, 0]])).n_cut == 2


def test_nodes_without_edges_and_parts_that_do_not_reach_across_are_dropped():
    # i0 → l1n0 → l2n0 is a path; i1 → l1n1 ends there, l1n2 has nothing, and l1n3 → l2n1 begins there.
    net = from_weights([[[1, 0, 0, 0], [0, 1, 0, 0]], [[1, 0], [0, 0], [0, 0], [0, 1]]])
    assert cluster(net).groups.tolist() == [0, -1, 1, -1, -1, -1, 1, -1] or (cluster(net).groups >= 0).tolist() == [
        name in ("i0", "l1n0", "l2n0") for name in net.names
    ]
    without_layers = from_adjacency(net.matrix())
    assert (cluster(without_layers).groups >= 0).sum() == 7


@pytest.mark.parametrize("null", ["all", "nonzero"])
def test_shuffled_nets_keep_the_weights_of_each_layer(null):
    net = halves(0.3, share=0.6, widths=(4, 6, 3))
    before, layers = net.strengths(), np.array(net.given_layers)
    nets = [shuffled_within_layers(net, null, 5, sample) for sample in range(20)]
    for after in nets:
        for a in range(3):
            for b in range(3):
                block = np.ix_(layers == a, layers == b)
                assert np.array_equal(np.sort(before[block], None), np.sort(after[block], None))
        assert null == "all" or np.array_equal(before != 0, after != 0)
    assert len({after.tobytes() for after in nets}) == 20
    assert null == "nonzero" or any(((after != 0) != (before != 0)).any() for after in nets)


def test_no_weight_lands_on_a_self_loop():
    # Within a layer every node is beside itself; the loop of the first one is dropped.
    names, layers = tuple("abcdef"), (0, 0, 0, 1, 1, 1)
    edges, weights = ((0, 0), (0, 1), (1, 2), (0, 3), (4, 3)), (9.0, 1.0, 2.0, 3.0, 4.0)
    net = Network(names, ("unit",) * 6, names, edges, weights, layers)
    nets = [shuffled_within_layers(net, "all", 1, sample) for sample in range(30)]
    assert not any(np.diag(after).any() for after in nets)
    unit = net.strengths()[0, 1]  # they are scaled
    for block, kept in (((0, 0), [1, 2]), ((0, 1), [3]), ((1, 1), [4])):
        places = np.ix_(*(np.array(layers) == layer for layer in block))
        assert all(sorted(after[places][after[places] > 0] / unit) == kept for after in nets)


def test_each_layer_is_shuffled_on_its_own_and_so_is_each_net():
    weights = np.arange(1.0, 17).reshape(4, 4)
    nets = [shuffled_within_layers(from_weights([weights] * 3), "all", 1, sample) for sample in range(20)]
    orders = [after[4 * k : 4 * k + 4, 4 * k + 4 : 4 * k + 8].tobytes() for after in nets for k in range(3)]
    assert len(set(orders)) == 60


def test_two_halves_are_more_clusterable_than_their_shuffles_and_their_shuffles_are_not():
    net = halves(0.1, share=0.7)
    apart = clusterability(net, 2, "all", 60)
    assert apart.z < -4
    assert apart.percentile == pytest.approx(1 / 61)
    assert apart.n_cut_random > apart.clustering.n_cut
    layers, mixed = net.given_layers, from_adjacency(shuffled_within_layers(net, "all", 99, 1))
    mixed = Network(mixed.names, mixed.roles, mixed.labels, mixed.edges, mixed.weights, layers)
    assert clusterability(mixed, 2, "all", 60).percentile > 0.1


def test_shuffling_the_non_zero_weights_of_equal_size_leaves_all_as_it_was():
    among = clusterability(halves(1.0, share=0.5), 2, "nonzero", 5)
    assert among.n_cut_random == pytest.approx(among.clustering.n_cut)
    assert np.isnan(among.z)
    assert among.percentile == 1


def test_the_same_seed_gives_the_same_null_and_another_one_another():
    net = halves(0.5)
    assert clusterability(net, 3, "all", 5, 1).n_cut_random == clusterability(net, 3, "all", 5, 1).n_cut_random
    assert clusterability(net, 3, "all", 5, 1).n_cut_random != clusterability(net, 3, "all", 5, 2).n_cut_random


@pytest.mark.parametrize(
    "network",
    [
        Network((), (), (), (), title="the net"),
        Network(("a",), ("unit",), ("a",), (), title="the net"),
        Network(("a",), ("unit",), ("a",), ((0, 0),), title="the net"),
        Network(("a", "f"), ("unit", "output"), ("a", "f"), ((0, 1),), title="the net"),
        from_weights([np.zeros((2, 2))], "the net"),
        from_weights([[[1.0]], [[0.0]]], "the net"),
    ],
)
def test_a_network_without_anything_to_cut_is_refused_by_name(network):
    with pytest.raises(NetworkError, match=r"^the net: n-cut needs an edge between two nodes"):
        cluster(network)


def test_a_circuit_has_no_layers_to_shuffle_within():
    with pytest.raises(NetworkError, match="the network: has no given layers"):
        clusterability(CYCLIC)


def test_the_measure_gives_each_specimen_its_own_row_in_whatever_company():
    broken = from_weights([[[1.0]], [[0.0]]])  # a weight, but no path from the first layer to the last
    nets = [halves(0.1), CYCLIC, halves(0.3, share=0.7), broken, from_networkx(nx.karate_club_graph())]
    specimens = [Specimen(str(k), bare=net, seed=k) for k, net in enumerate([*nets, nets[0]])]
    measure = NCut(k=2, samples=4)
    values = measure.take(specimens)
    for k, specimen in enumerate(specimens):
        assert np.array_equal(measure.take([specimen])[0], values[k], equal_nan=True)
    assert np.isnan(values).tolist()[:4] == [[False] * 6, [False, *[True] * 4, False], [False] * 6, [True] * 6]
    assert values[0, 0] == values[5, 0] == cluster(nets[0], 2).n_cut
    assert values[0, 1] != values[5, 1]  # other seeds, other shuffles
    assert values[5, 1] == clusterability(nets[0], 2, "all", 4, 5).n_cut_random
    assert measure.checked([]).shape == (0, 6)


def test_of_what_is_not_linked_a_net_is_refused_and_an_individual_has_no_numbers():
    net = from_weights([np.zeros((2, 2))])
    with pytest.raises(MeasureError, match="empty: n_cut is not defined where no two different nodes are linked"):
        NCut().checked([Specimen("empty", bare=net)])
    assert np.isnan(NCut().checked([UNLINKED])).all()

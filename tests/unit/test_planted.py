"""Planted networks are what they say: apart or mixed, computing or cancelling, and twins of each other."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.networks import planted_weights as made
from evomod.networks.planted import N_SERIES, ORIGINAL, SHARES, graded, pairs, planted, twins
from tests.generators import examples, seeds

BITS = np.arange(256)[:, None] >> np.arange(8) & 1
OBJECTS = {1, 4, 5, 7, 11, 13, 14, 15}, {2, 7, 8, 10, 11, 13, 14, 15}  # of the left and the right half


def across(net) -> float:
    """Share of the edges that lead from one half to the other."""
    return np.mean([net.groups[s] != net.groups[t] for s, t in net.network.edges])


def response(weights, inputs, function):
    for matrix in weights:
        inputs = function(inputs @ matrix)
    return inputs


def test_names_differ_and_what_stands_beside_something_is_there():
    nets = planted()
    assert len({net.name for net in nets}) == len(nets) == N_SERIES * len(SHARES) + 6 + 3
    assert {net.beside for net in nets} - {""} <= {net.name for net in nets}
    assert all(len(net.groups) == net.network.n_nodes for net in nets)
    assert all(net.network.title == net.name for net in nets)


@examples(10)
@given(seeds)
def test_the_same_seed_gives_the_same_networks(seed):
    assert planted(seed) == planted(seed)
    assert planted(seed)[0] != planted(seed ^ 1)[0]


@examples(10)
@given(seeds)
def test_more_rewiring_leads_more_edges_across_and_changes_nothing_else(seed):
    series = graded(seed)[: len(SHARES)]
    assert across(series[0]) == 0
    assert nx.number_connected_components(nx.Graph(series[0].network.to_networkx())) >= 2
    assert 0.2 < across(series[-1]) < 0.8
    for net in series:
        assert sorted(net.network.weights) == sorted(series[0].network.weights)
        layers = net.network.given_layers
        assert {(layers[s], layers[t]) for s, t in net.network.edges} == {(0, 1), (1, 2), (2, 3)}
        assert np.array_equal((net.network.matrix() != 0).sum(1), (series[0].network.matrix() != 0).sum(1))
    assert len({net.network for net in series}) == len(SHARES)


def test_all_edges_rewired_fall_on_either_half_alike():
    nets = [net for seed in range(40) for net in graded(seed) if net.truth == 0]
    shares = [across(net) for net in nets]
    assert 0.48 < np.mean([net.groups[target] for net in nets for _, target in net.network.edges]) < 0.52
    assert 0.47 < np.mean(shares) < 0.6  # above a half: in its own half an edge finds fewer free


def test_the_retina_net_computes_l_and_r():
    hidden = BITS @ made.retina()[0] >= [3, 1, 3, 1]
    halves = hidden.astype(int) @ made.retina()[1] >= [1, 1]
    assert np.array_equal(halves[:, 0], [value % 16 in OBJECTS[0] for value in range(256)])
    assert np.array_equal(halves[:, 1], [value // 16 in OBJECTS[1] for value in range(256)])
    top = halves.astype(int) @ made.retina()[2] >= 2
    assert top.sum() == 64
    net = pairs()[0]
    assert net.name == "retina"
    assert net.groups == (0,) * 4 + (1,) * 4 + (0, 0, 1, 1) + (0, 1) + (2,)


@examples(20)
@given(seeds, st.integers(0, 2**32 - 1))
def test_no_half_of_the_cancelling_net_depends_on_the_other_and_with_other_signs_both_do(seed, draw):
    rng = np.random.default_rng(draw)
    signals = np.repeat(rng.normal(size=(2, 4)), 2, axis=1)  # two for each half, each on two input nodes
    signals[1, :4] = signals[0, :4]
    for net, independent in ((made.cancelling(seed), True), (made.shuffled(made.cancelling(seed), seed), False)):
        left = response(net, signals, np.tanh)[:, :4]
        assert np.allclose(left[0], left[1]) == independent
        assert all(abs(matrix).min() == abs(matrix).max() == 1 for matrix in net)


@pytest.mark.parametrize("name", ["weak links", "cancelling", "retina"])
def test_a_control_is_as_large_as_its_modular_net_and_has_the_same_weights(name):
    nets = {net.name: net for net in pairs(7)}
    modular, control = nets[name], nets[nets[name].beside]
    assert (modular.truth, control.truth) == (1, 0)
    sizes = [sorted(np.abs(net.network.weights)) for net in (modular, control)]
    assert sizes[0] == sizes[1]
    assert modular.network != control.network


@examples(10)
@given(seeds)
def test_twins_are_the_same_network_in_other_clothes(seed):
    original = next(net for net in graded(seed) if net.name == ORIGINAL).network
    permuted, scaled, rescaled = (net.network for net in twins(seed))
    places = [permuted.names.index(name) for name in original.names]
    assert np.array_equal(permuted.matrix()[np.ix_(places, places)], original.matrix())
    assert permuted.names != original.names
    assert np.array_equal(scaled.matrix(), 10 * original.matrix())
    inputs = np.random.default_rng(0).normal(size=(5, 8))
    ours, theirs = (
        [net.matrix()[np.ix_(range(8 * k, 8 * k + 8), range(8 * k + 8, 8 * k + 16))] for k in range(3)]
        for net in (original, rescaled)
    )
    relu = [response(net, inputs, lambda x: np.maximum(x, 0)) for net in (ours, theirs)]
    assert np.allclose(*relu)
    assert not np.allclose(ours[0], theirs[0])

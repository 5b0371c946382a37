"""The null of n-cut: shuffles are uniform, and a net that is a shuffle itself has a uniform percentile."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
import pytest

from evomod.networks.clusterability import clusterability, shuffled_within_layers
from evomod.networks.conversion import from_weights
from tests.verification.fit import fits

pytestmark = pytest.mark.verification

N = 3000


def within_rows(network, null, seed, sample):
    """The negative twin: shuffles each neuron's own weights only, as one who misread "within a layer" would."""
    rng, matrix = np.random.default_rng((seed, sample)), network.matrix()
    layers = np.array(network.given_layers)
    for i in np.flatnonzero(layers == 0):
        matrix[i, layers == 1] = rng.permutation(matrix[i, layers == 1])
    return matrix


@pytest.mark.parametrize(("shuffle", "uniform"), [(shuffled_within_layers, True), (within_rows, False)])
def test_two_edges_fall_on_any_two_places_of_their_layer_alike(shuffle, uniform):
    net = from_weights([[[1, 0, 0], [1, 0, 0]], [[1], [1], [1]]])
    seen = Counter(tuple(np.flatnonzero(shuffle(net, "all", 1, sample)[:2, 2:5])) for sample in range(N))
    assert fits([seen[pair] for pair in combinations(range(6), 2)], np.ones(15)) == uniform


@pytest.mark.parametrize(("fair", "uniform"), [(True, True), (False, False)])
def test_the_percentile_of_a_random_net_is_uniform_and_that_of_a_modular_one_is_not(fair, uniform):
    rng, percentiles = np.random.default_rng(3), []
    side = np.arange(8) % 2
    for seed in range(400):
        scale = np.ones((8, 8)) if fair else np.where(side[:, None] == side, 1, 0.1)
        net = from_weights([scale * rng.exponential(size=(8, 8)) * (rng.random((8, 8)) < 0.7) for _ in range(3)])
        percentiles.append(clusterability(net, 2, "all", 19, seed).percentile)
    counts = np.bincount(np.rint(np.array(percentiles) * 20).astype(int), minlength=21)[1:]
    assert fits(counts, np.ones(20)) == uniform

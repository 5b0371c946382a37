"""Rewired networks are uniform over all that keep what the null keeps; walks that cut a corner must fail."""

from __future__ import annotations

from itertools import combinations, product

import networkx as nx
import numpy as np
import pytest

from evomod.networks.network import Network
from evomod.networks.rewiring import MEASURE, rewired
from evomod.rng import Stream
from tests.digraphs import units
from tests.verification.fit import fits

pytestmark = pytest.mark.verification

SAMPLES, APART = 40_000, 5  # every fifth sample: 100 steps an edge

RING = units(3, [(0, 1), (1, 2), (2, 0)])
FOUR = units(4, [(0, 1), (1, 2), (2, 0), (2, 3), (0, 3)])
MIXED = units(5, [(0, 1), (1, 2), (2, 0), (3, 4), (4, 3), (0, 3)])
FIVE = units(5, [(0, 1), (0, 2), (1, 2), (2, 3), (3, 4)])
LAYERED = units(5, [(0, 2), (0, 3), (1, 3), (1, 4), (2, 3), (3, 4), (4, 2)], given_layers=(0, 0, 1, 1, 1))
STUCK = units(4, [(0, 1), (1, 2), (3, 0)])  # switches that keep it acyclic one by one lead nowhere


def kept(network: Network, edges, null: str):
    """What all networks of the null have in common."""
    layer = network.given_layers if null == "layers" else (0,) * network.n_nodes
    into, out_of = np.zeros((2, network.n_nodes, 5), int)
    for source, target in edges:
        into[target, layer[source]] += 1
        out_of[source, layer[target]] += 1
    cyclic = null == "acyclic" and not nx.is_directed_acyclic_graph(nx.DiGraph(list(edges)))
    return into.tobytes(), out_of.tobytes(), cyclic


def states(network: Network, null: str) -> list[frozenset]:
    cells = [(a, b) for a, b in product(range(network.n_nodes), repeat=2) if a != b]
    wanted = kept(network, network.edges, null)
    return [frozenset(c) for c in combinations(cells, len(network.edges)) if kept(network, c, null) == wanted]


def counts(samples, space: list[frozenset]) -> np.ndarray:
    place = {state: k for k, state in enumerate(space)}
    return np.bincount([place[frozenset(map(tuple, sample))] for sample in samples], minlength=len(space))


@pytest.mark.parametrize(
    ("network", "null", "n_states"),
    [
        (RING, "degrees", 2),
        (FOUR, "degrees", 4),
        (MIXED, "degrees", 48),
        (FIVE, "degrees", 11),
        (LAYERED, "layers", 4),
        (STUCK, "acyclic", 2),
        (FIVE, "acyclic", 5),
    ],
)
def test_every_network_of_the_null_is_equally_likely(network, null, n_states):
    space = states(network, null)
    assert len(space) == n_states
    samples = rewired(network, SAMPLES, null, seed=1)[::APART]
    assert fits(counts(samples.tolist(), space), np.ones(len(space)))


def careless(network: Network, triangles: bool = True, wait: bool = True, acyclic: bool = False, samples: int = 3000):
    """A walk in plain Python that may leave out the reversal of triangles, or the steps in which nothing changes."""
    edges = list(network.edges)
    for sample in range(samples):
        changes = 0
        words = Stream(2, sample, 0, MEASURE).words(2 * 400).reshape(-1, 2)
        for e, f in (words.astype(np.uint64) * len(edges) >> np.uint64(32)).tolist():
            (a, b), (c, d) = edges[e], edges[f]
            new = list(edges)
            if b == c and (d, a) in edges and triangles and not {(b, a), (d, b), (a, d)} & set(edges):
                new[e], new[f], new[edges.index((d, a))] = (b, a), (d, b), (a, d)
            elif a != d and b != c and not {(a, d), (c, b)} & set(edges):
                new[e], new[f] = (a, d), (c, b)
            if new != edges and not (acyclic and not nx.is_directed_acyclic_graph(nx.DiGraph(new))):
                edges, changes = new, changes + 1
            if changes == 20 and not wait:
                break
        yield edges


def test_a_walk_that_waits_and_turns_triangles_is_uniform():
    space = states(FOUR, "degrees")
    assert fits(counts(careless(FOUR), space), np.ones(len(space)))


def test_without_triangles_not_every_network_is_reached():
    space = states(RING, "degrees")
    assert not fits(counts(careless(RING, triangles=False), space), np.ones(len(space)))


def test_a_walk_that_does_not_count_what_was_refused_is_not_uniform():
    space = states(FIVE, "degrees")
    assert not fits(counts(careless(FIVE, wait=False), space), np.ones(len(space)))


def test_steps_that_keep_a_network_acyclic_one_by_one_do_not_reach_all():
    space = states(STUCK, "acyclic")
    assert not fits(counts(careless(STUCK, acyclic=True, samples=300), space), np.ones(len(space)))

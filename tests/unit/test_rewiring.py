"""Rewiring: what each null keeps, and that the kernel walks as its readable twin does."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.networks.network import Network, NetworkError
from evomod.networks.rewiring import BETWEEN, BURN_IN, MEASURE, is_acyclic, rewired, simple_edges
from evomod.rng import Stream
from tests.digraphs import dense, digraphs, random_digraph, units
from tests.generators import examples, seeds

nulls = st.sampled_from(["degrees", "layers", "acyclic"])


def walk(network: Network, samples: int, seed: int, acyclic: bool = False) -> list[set[tuple[int, int]]]:
    """`rewired` in plain Python."""
    edges = [tuple(edge) for edge in simple_edges(network).tolist()]
    acyclic &= nx.is_directed_acyclic_graph(nx.DiGraph(edges))
    m, last, out = len(edges), list(edges), []
    for sample in range(samples):
        for words in Stream(seed, sample, 0, MEASURE).words(m * (BETWEEN if sample else BURN_IN) * 2).reshape(-1, 4):
            index = [int(word) * m >> 32 for word in words]
            for e, f in (index[:2], index[2:]):
                step(edges, e, f)
            if acyclic and words[3] & 1:
                if nx.is_directed_acyclic_graph(nx.DiGraph(edges)):
                    last = list(edges)
                else:
                    edges = list(last)
        edges = list(last) if acyclic else edges
        out.append(set(edges))
    return out


def step(edges: list[tuple[int, int]], e: int, f: int) -> None:
    (a, b), (c, d) = edges[e], edges[f]
    if b == c and (d, a) in edges:
        if not {(b, a), (d, b), (a, d)} & set(edges):
            g = edges.index((d, a))
            edges[e], edges[f], edges[g] = (b, a), (d, b), (a, d)
    elif a != d and b != c and not {(a, d), (c, b)} & set(edges):
        edges[e], edges[f] = (a, d), (c, b)


@pytest.mark.jitless
@given(digraphs(max_nodes=6), seeds, st.booleans())
@examples(25)
def test_the_kernel_walks_as_its_readable_twin(network, seed, acyclic):
    kernel = rewired(network, 3, "acyclic" if acyclic else "degrees", seed)
    assert [{(a, b) for a, b in sample} for sample in kernel.tolist()] == walk(network, 3, seed, acyclic)


@given(digraphs(max_nodes=12), nulls, seeds)
@examples(100)
def test_in_and_out_degrees_are_kept_and_no_edge_is_a_loop_or_comes_twice(network, null, seed):
    before = dense(network.edges, network.n_nodes)
    for sample in rewired(network, 3, null, seed):
        after = dense(sample, network.n_nodes)
        assert after.max() == 1
        assert not after.diagonal().any()
        assert after.sum(0).tolist() == before.sum(0).tolist()
        assert after.sum(1).tolist() == before.sum(1).tolist()


@given(digraphs(max_nodes=10), seeds, st.data())
@examples(50)
def test_with_layers_each_node_keeps_its_edges_to_and_from_each_layer(network, seed, data):
    n = network.n_nodes
    layer = data.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n).map(tuple))
    of = np.eye(4, dtype=int)[list(layer)]
    network = units(n, network.edges, given_layers=layer)
    before = dense(network.edges, n)
    for sample in rewired(network, 3, "layers", seed):
        after = dense(sample, n)
        assert (after @ of).tolist() == (before @ of).tolist()
        assert (after.T @ of).tolist() == (before.T @ of).tolist()


@given(digraphs(max_nodes=9), seeds)
@examples(100)
def test_what_has_no_cycle_gets_none_where_that_is_asked_for(network, seed):
    network = units(network.n_nodes, {(min(edge), max(edge)) for edge in network.edges})
    for sample in rewired(network, 5, "acyclic", seed):
        assert nx.is_directed_acyclic_graph(nx.DiGraph(sample.tolist()))


@given(digraphs(max_nodes=9), st.booleans())
@examples(100)
def test_cycles_are_seen(network, loop):
    edges = [*network.edges, *([(0, 0)] if loop else [])]
    graph = nx.DiGraph(edges)
    assert is_acyclic(np.array(edges, np.int32), network.n_nodes) == nx.is_directed_acyclic_graph(graph)


def test_without_given_layers_the_depth_is_kept_so_that_a_circuit_stays_acyclic():
    names = tuple("xyabcd")
    roles = ("input",) * 2 + ("gate",) * 4
    network = Network(names, roles, names, ((0, 2), (1, 2), (1, 3), (0, 3), (2, 4), (0, 4), (3, 5), (1, 5)))
    samples = {tuple(sorted(map(tuple, sample.tolist()))) for sample in rewired(network, 200, "layers")}
    assert len(samples) == 4  # who of a and b feeds c, and whether x or y does
    assert all(a < b for sample in samples for a, b in sample)


def test_nothing_leads_into_an_input_afterwards():
    names = tuple("xyzab")
    network = Network(names, ("input",) * 3 + ("gate",) * 2, names, ((0, 3), (1, 3), (2, 4), (3, 4), (4, 3)))
    assert rewired(network, 100)[..., 1].min() >= 3


def test_a_seed_gives_its_samples_however_many_are_taken():
    network = random_digraph(10, 0.2, 1)
    assert (rewired(network, 3, seed=5) == rewired(network, 8, seed=5)[:3]).all()
    assert (rewired(network, 3, seed=5) != rewired(network, 3, seed=6)).any()


def test_a_network_without_edges_cannot_be_rewired():
    with pytest.raises(NetworkError, match="the bare one: has no edge between two nodes; there is nothing to rewire"):
        rewired(units(3, [(1, 1)], title="the bare one"), 1)


def test_more_edges_than_memory_holds_are_refused_with_what_is_possible():
    with pytest.raises(NetworkError, match="the pair: 60000000 samples of 2 edges are too many; at most 50000000"):
        rewired(units(2, [(0, 1), (1, 0)], title="the pair"), 60_000_000)

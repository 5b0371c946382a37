"""Nets of threshold neurons: what they compute, and which of their neurons matter."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.errors import InputError
from evomod.genotypes.layered import LayeredEncoding
from evomod.genotypes.threshold_net import ThresholdNet
from evomod.goals.base import truth_table_inputs
from evomod.measures.random_genomes import random_genomes
from tests.generators import encodings, evaluated, examples, genomes

RETINA = ThresholdNet().encode(truth_table_inputs(8), 1)


def small(wires: int = 2, thresholds: tuple[int, ...] = (0, 1)) -> LayeredEncoding:
    """One neuron over two inputs: the sources, the weights, the threshold."""
    net = ThresholdNet(hidden=(), output_fan_in=wires, thresholds=thresholds)
    return net.encode(truth_table_inputs(2), 1)


def table(encoding: LayeredEncoding, genome: list[int]) -> list[int]:
    population = evaluated(encoding, np.array([genome], np.uint8))
    return [int(population.responses[0, 0, 0, 0]) >> r & 1 for r in range(len(encoding.cases))]


@pytest.mark.jitless
@pytest.mark.parametrize(
    ("genome", "answers"),
    [
        ([0, 1, 1, 1, 0], [0, 1, 1, 1]),  # a + b > 0
        ([0, 1, 1, 1, 1], [0, 0, 0, 1]),  # a + b > 1
        ([0, 1, 1, 0, 0], [0, 1, 0, 0]),  # a - b > 0
        ([0, 0, 1, 1, 1], [0, 1, 0, 1]),  # a + a > 1
        ([0, 0, 1, 0, 0], [0, 0, 0, 0]),  # a - a > 0
    ],
)
def test_a_neuron_fires_when_its_sum_exceeds_its_threshold(genome, answers):
    assert table(small(), genome) == answers


@pytest.mark.jitless
@pytest.mark.parametrize("wires", [1, 2, 3, 4, 15])
@pytest.mark.parametrize("threshold", [-16, -15, -2, -1, 0, 1, 2, 14, 15])
def test_every_threshold_is_compared_with_every_sum(wires, threshold):
    encoding = small(wires, (threshold,))
    rng = np.random.default_rng(wires)
    for _ in range(4):
        sources, signs = rng.integers(0, 2, wires), rng.integers(0, 2, wires)
        expected = [
            int(((2 * signs - 1) * case[sources]).sum() > threshold) for case in truth_table_inputs(2).astype(int)
        ]
        assert table(encoding, [*sources, *signs, 0]) == expected


@pytest.mark.jitless
def test_wires_that_cancel_are_no_link_and_the_neuron_is_a_constant():
    encoding = ThresholdNet(hidden=(1,), fan_in=2, output_fan_in=1, thresholds=(0, -1)).encode(truth_table_inputs(2), 1)
    genome = np.array([[0, 0, 1, 0, 1, 0, 1, 0]], np.uint8)  # n0 = [a - a > -1], n1 = [n0 > 0]
    population = evaluated(encoding, genome)
    assert population.responses[0, 0, 0, 0] == 0b1111
    assert population.effective[0] == 0b11
    assert population.costs.tolist() == [[0, 0]]  # neither drawn nor paid for
    assert encoding.develop(genome[0]).network().roles == ("output",)


@pytest.mark.jitless
@given(data=st.data())
@examples(60)
def test_effective_and_alive_are_what_paths_of_links_say(data):
    encoding = data.draw(encodings(ThresholdNet))
    rows = data.draw(genomes(encoding, 4))
    weights, effective, alive = encoding.anatomy(rows)
    population = evaluated(encoding, rows)
    everything = encoding.weights(rows)
    n_inputs, outputs = encoding.n_inputs, set(range(encoding.n_nodes - encoding.n_outputs, encoding.n_nodes))
    ends = list(zip(encoding.sources.tolist(), encoding.targets.tolist(), strict=True))
    for i in range(len(rows)):
        graph = nx.DiGraph()
        graph.add_nodes_from(range(encoding.n_nodes))
        graph.add_edges_from(link for link, w in zip(ends, everything[i], strict=True) if w)
        down = outputs.union(*(nx.ancestors(graph, o) for o in outputs))
        up = set(range(n_inputs)).union(*(nx.descendants(graph, k) for k in range(n_inputs)))
        assert effective[i] == population.effective[i] == sum(1 << k - n_inputs for k in down if k >= n_inputs)
        assert alive[i, 1] == sum(1 << k - n_inputs for k in down & up if k >= n_inputs)
        assert alive[i, 0] == sum(1 << k for k in down if k < n_inputs)
        kept = [link for link, w in zip(ends, weights[i], strict=True) if w]
        assert kept == [(s, t) for s, t in ends if graph.has_edge(s, t) and {s, t} <= down & up]
        assert population.costs[i].tolist() == [int(alive[i, 1]).bit_count(), len(kept)]


@pytest.mark.jitless
@given(data=st.data())
@examples(60)
def test_weights_are_sums_over_wires(data):
    encoding = data.draw(encodings(ThresholdNet))
    genome = data.draw(genomes(encoding, 1))[0]
    expected = np.zeros(encoding.n_links, int)
    for k in range(encoding.n_parts):
        mine = genome[encoding.part == k]
        wires = len(mine) // 2
        for source, sign in zip(mine[:wires], mine[wires : 2 * wires], strict=True):
            expected[encoding.first_link[k] + source] += 1 if sign else -1
    assert encoding.weights(genome[None])[0].tolist() == expected.tolist()


def test_the_net_of_kashtan_and_alon_has_fifteen_neurons_and_a_gene_for_each():
    assert RETINA.n_parts == 15
    assert RETINA.layers == (8, 8, 4, 2, 1)
    assert np.bincount(RETINA.gene).tolist() == [7] * 14 + [5]
    assert RETINA.alleles[:7].tolist() == [8, 8, 8, 2, 2, 2, 3]
    assert RETINA.alleles[-5:].tolist() == [2, 2, 2, 2, 3]
    with pytest.raises(InputError, match="no binary genome"):
        _ = RETINA.bits


def test_changes_are_told_in_words():
    names = "abcdefgh"
    before = np.zeros(RETINA.n_loci, np.uint8)
    before[3::7] = 1  # of each neuron, the first of three wires on node 0 weighs +1
    before[-3:-1] = 1
    after = before.copy()
    after[[0, 5, 6]] = 3, 1, 2
    after[7] = 4
    assert RETINA.changes(before, after, names) == (
        "n0 reads d instead of a and weighs a +1 instead of -1 and fires above 2 instead of 0",
        "silent: n1 reads e instead of a",
    )


def test_a_net_says_what_does_not_fit():
    assert ThresholdNet().mistake(8, 1) is None
    assert ThresholdNet().mistake(2, 1) == (
        "fan_in",
        "is 3, but the layer below a neuron of hidden layer 1 has 2 node(s); give at most 2, or a wider layer",
    )
    field, sentence = ThresholdNet(output_fan_in=3).mistake(8, 1)
    assert field == "output_fan_in"
    assert "below an output neuron has 2" in sentence
    assert "at most 64" in ThresholdNet(hidden=(60, 8)).mistake(8, 1)[1]
    with pytest.raises(ValueError, match="names a threshold twice"):
        ThresholdNet(thresholds=(1, 1))
    with pytest.raises(ValueError, match="at least 1 item"):
        ThresholdNet(thresholds=())


def test_thresholds_do_not_matter_to_random_networks_and_wires_do():
    one = random_genomes(ThresholdNet(), 8, 1, (12, 8))
    assert random_genomes(ThresholdNet(thresholds=(-1, 0, 1, 2)), 8, 1, (12, 8)).name == one.name
    for other in (ThresholdNet(fan_in=4), ThresholdNet(output_fan_in=1), ThresholdNet(hidden=(8, 4, 4))):
        assert random_genomes(other, 8, 1, (12, 8)).name != one.name


def test_the_smaller_genotype_has_the_same_networks_as_often():
    nets = [ThresholdNet(thresholds=(0, 1, 2)), ThresholdNet().compact(8, 12, 8)[0]]
    sizes = []
    for net, seed in zip(nets, (1, 2), strict=True):
        encoding = net.encode(np.zeros((2, 8), bool), 1)
        graphs, present = encoding.adjacency(encoding.draw(20_000, seed))
        sizes.append([np.bitwise_count(present).mean(), np.bitwise_count(graphs).sum(axis=1).mean() / 2])
    assert sizes[0] == pytest.approx(sizes[1], rel=0.03)

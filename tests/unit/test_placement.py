"""Where nodes lie: rows and grids, and the places in which the sum of squared lengths is least."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from evomod.costs.lengths import Length, LengthBeyond, LongestConnection, SquaredLength
from evomod.costs.parts import Connections
from evomod.costs.placement import squared_lengths
from evomod.costs.positions import Given, Sizes, coordinates, mistake
from evomod.genotypes.base import Links
from evomod.genotypes.circuit import Circuit
from evomod.goals.base import truth_table_inputs
from evomod.networks.network import Network, NetworkError
from tests.costs import SmallNet, costed, drawn, small_nets
from tests.generators import encodings, examples, genomes

RETINA = SmallNet(8, (8, 4, 2), 1)
CHAIN = SmallNet(1, (1, 1, 1), 1)
WHOLE = np.array([[6, 7, 4, 5]], np.uint8)  # weights 1, 2, -2, -1
CIRCUIT = Circuit(n_gates=3).encode(truth_table_inputs(2), 2)


def test_the_grid_of_a_retina_net_is_that_of_clune_and_others():
    points = coordinates("grid", Sizes.of(RETINA))
    assert points[:8].tolist() == [[x - 3.5, 0] for x in range(8)]
    assert points[16:].tolist() == [[-1.5, 2], [-0.5, 2], [0.5, 2], [1.5, 2], [-0.5, 3], [0.5, 3], [0, 4]]


def test_outputs_of_a_circuit_are_held_in_the_top_row_of_its_plane():
    points = coordinates("optimal", Sizes.of(CIRCUIT))
    assert points[:2].tolist() == [[-0.5, 0], [0.5, 0]]
    assert np.isnan(points[2:5]).all()
    assert points[5:].tolist() == [[-0.5, 2], [0.5, 2]]  # three gates in a square grid: rows 1 and 2


def test_a_chain_hangs_straight_and_evenly():
    even = [cls(positions="optimal") for cls in (SquaredLength, Length, LongestConnection)]
    assert costed(CHAIN, WHOLE, *even)[0].tolist() == pytest.approx([4, 4, 1])


def test_what_is_as_long_as_the_radius_counts_however_it_was_rounded():
    within = [Length(positions="optimal", radius=1 - off) for off in (-1e-12, 1e-12, 1e-6)]
    assert costed(CHAIN, WHOLE, *within)[0] == pytest.approx([4, 4, 0])


def test_where_weights_pull_a_link_is_the_shorter_the_stronger_it_is():
    cost = SquaredLength(positions="optimal", weighted=True)
    lengths = np.array([1, 1 / 2, 1 / 2, 1]) * 4 / 3  # inverse to |w|, and 4 in all
    assert costed(CHAIN, WHOLE, cost)[0] == pytest.approx([(np.array([1, 2, 2, 1]) * lengths**2).sum()])
    assert np.diff([y for _, y in drawn(cost, CHAIN, WHOLE[0]).positions[:5]]) == pytest.approx(lengths)


def test_weights_count_by_their_size():
    costs = Connections(), Connections(weighted=True), Length(positions="grid", weighted=True)
    assert costed(CHAIN, WHOLE, *costs)[0].tolist() == [4, 6, 6]


def test_what_does_not_reach_or_is_not_reached_pulls_nothing():
    genome = np.zeros((1, RETINA.n_loci), np.uint8)
    costs = [cls(positions="optimal") for cls in (SquaredLength, Length)]
    link = {(s, t): k for k, (s, t) in enumerate(zip(RETINA.sources.tolist(), RETINA.targets.tolist(), strict=True))}
    for ends in [(0, 8), (8, 16), (16, 20), (20, 22)]:  # from the leftmost input to the output
        genome[0, link[ends]] = 7
    path = costed(RETINA, genome, *costs)[0]
    assert path == pytest.approx([4 * ((3.5 / 4) ** 2 + 1), 4 * np.hypot(3.5 / 4, 1)])
    for ends in [(7, 9), (10, 17), (17, 20)]:  # one that leads nowhere, one that comes from nowhere
        genome[0, link[ends]] = 7
    assert costed(RETINA, genome, *costs)[0] == pytest.approx(path)


@pytest.mark.jitless
@given(data=st.data())
@examples(40)
@pytest.mark.parametrize("strategy", [small_nets(), encodings(max_nodes=16)], ids=["net", "circuit"])
def test_no_other_places_make_the_squares_less(strategy, data):
    encoding = data.draw(strategy)
    rows = data.draw(genomes(encoding, 2))
    found = costed(encoding, rows, SquaredLength(positions="optimal"))[:, 0]
    for genome, cost in zip(rows, found, strict=True):
        assert least_squares(encoding, genome) == pytest.approx(cost, rel=1e-5, abs=1e-6)


def least_squares(encoding, genome):
    """By a general minimiser, which starts with all parts in one place."""
    sizes, network = Sizes.of(encoding), encoding.develop(genome).network()
    fixed = coordinates("optimal", sizes)
    inputs = [f"i{i}" for i in range(sizes.n_inputs)]
    held = {n: fixed[inputs.index(name)] for n, name in enumerate(network.names) if network.roles[n] == "input"}
    n_inner = network.n_nodes - sizes.n_outputs
    readers = {n: [t - n_inner for s, t in network.edges if s == n and t >= n_inner] for n in range(n_inner)}
    tops = fixed[len(fixed) - sizes.n_outputs :]
    held |= {n: tops[outputs].mean(axis=0) for n, outputs in readers.items() if outputs and n not in held}
    free = [n for n in range(n_inner) if n not in held]
    ends = np.array(sorted({(s, t) for s, t in network.edges if t < n_inner}), int).reshape(-1, 2)
    points = np.array([held.get(n, (0.0, 0.0)) for n in range(n_inner)], float).reshape(-1, 2)

    def squares(flat):
        points[free] = flat.reshape(-1, 2)
        apart = points[ends[:, 0]] - points[ends[:, 1]]
        slope = np.zeros_like(points)
        np.add.at(slope, ends[:, 0], 2 * apart)
        np.subtract.at(slope, ends[:, 1], 2 * apart)
        return (apart**2).sum(), slope[free].ravel()

    return minimize(squares, np.zeros(2 * len(free)), jac=True, tol=1e-12).fun if free else squares(np.zeros(0))[0]


def test_what_nothing_holds_lies_in_the_middle():
    # Nodes 0 and 1 are inputs, 2 to 4 parts; the output reads 2; 3 and 4 are tied to each other alone.
    ends = np.array([[[0, 1, 3]], [[2, 2, 4]]], np.uint8)
    links = Links(np.arange(1), np.array([3], np.int32), *ends, None, np.array([[2]], np.uint8))
    fixed = np.array([[-1, 0], [1, 0], [np.nan] * 2, [np.nan] * 2, [np.nan] * 2, [0, 2]], float)
    assert squared_lengths(links, fixed, False).tolist() == [[5, 5, 0]]
    assert squared_lengths(
        Links(*(links.who, links.n, *ends[:, :, ::-1]), None, links.outputs), fixed, False
    ).tolist() == [[0, 5, 5]]


@pytest.mark.parametrize(
    ("positions", "encoding", "field", "said"),
    [
        ("grid", CIRCUIT, "positions", "have no layers; use plane or optimal"),
        (Given(inputs=((0.0,),), parts=((1.0,),) * 3), CIRCUIT, "positions.inputs", "lists 1 points, but there are 2"),
        (Given(inputs=((0.0,),) * 2, parts=((1.0,),)), CIRCUIT, "positions.parts", "lists 1 points, but there are 3"),
        (Given(inputs=((0.0,),) * 2, parts=((1.0, 2.0),) * 3), CIRCUIT, "positions", "different dimensions"),
    ],
)
def test_positions_that_do_not_fit_are_refused(positions, encoding, field, said):
    found = mistake(positions, encoding)
    assert found is not None
    assert found[0] == field
    assert said in found[1]


@pytest.mark.parametrize("cost", [Connections(weighted=True), LengthBeyond(weighted=True)], ids=lambda c: c.kind)
def test_weights_of_links_that_have_none_are_refused(cost):
    assert cost.mistake(RETINA) is None
    assert cost.mistake(CIRCUIT)[0] == "weighted"


def test_lengths_in_a_network_without_positions_are_refused():
    network = Network(("a", "b"), ("input", "gate"), ("a", "b"), ((0, 1),))
    with pytest.raises(NetworkError, match="has no positions"):
        Length().of_network(network)

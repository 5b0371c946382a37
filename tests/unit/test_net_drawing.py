"""Nets drawn: inputs in order, weights by width and sign, and nodes in their places."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.colors import to_hex

from evomod.genotypes.net_phenotype import NetPhenotype
from evomod.networks.network import Network
from evomod.report.circuit_drawing import draw_circuit
from evomod.report.circuit_layout import Layout
from evomod.report.figure import BLUE, INK
from evomod.report.place_drawing import draw_in_place
from tests.networks import CYCLIC
from tests.unit.test_circuit_drawing import boxes, patches, polyline

# n0 reads the first and the last input, n1 the middle one: in another order no wires would cross.
NET = NetPhenotype(
    ("a", "b", "c"), ("out",), (2,), ((0.5, 0, 2), (0, -1, 0), (1, -2)), (0, 1, 0), "threshold"
).network()


def test_inputs_of_a_net_stand_in_their_order_from_above():
    layout = Layout(NET)
    assert [NET.names[node] for node, _ in layout.columns[0]] == ["a", "b", "c"]
    assert layout.row[0, 0] < layout.row[1, 0] < layout.row[2, 0]


def test_sizes_of_weights_are_widths_and_those_below_0_are_dotted_and_blue():
    wires = patches(draw_circuit(NET), "wire")
    widths = {}
    for e, (_, target) in enumerate(NET.edges):
        below = NET.weights[e] < 0
        assert (wires[e].get_linestyle() not in ("-", "solid")) == below
        assert to_hex(wires[e].get_edgecolor()).upper() == (BLUE if below else INK)
        if NET.roles[target] != "output":
            widths.setdefault(abs(NET.weights[e]), set()).add(round(wires[e].get_linewidth(), 6))
    assert sorted(widths) == [0.5, 1, 2]
    assert all(len(same) == 1 for same in widths.values())
    assert [next(iter(widths[size])) for size in (0.5, 1, 2)] == sorted(next(iter(same)) for same in widths.values())


def test_each_link_of_a_net_is_drawn_from_its_source_on():
    figure = draw_circuit(NET)
    for e, wire in patches(figure, "wire").items():
        assert boxes(figure)[NET.edges[e][0]].padded(0.5).contains(*polyline(wire)[0])


def test_the_legend_says_what_widths_and_dots_mean_and_the_data_have_the_weights():
    figure = draw_circuit(NET)
    assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()] == ["|weight| 0.5 to 2", "below 0"]
    assert figure.data["weight"] == list(NET.weights)
    assert "weight" not in draw_circuit(CYCLIC).data


def test_a_threshold_of_0_has_no_sign():
    assert [NET.labels[NET.names.index(name)] for name in ("n0", "n1")] == ["> 0", "> -1"]


def placed(weights=(1.0, -2.0, 1.0)):
    return Network(
        names=("x", "y", "g0", "out:o"),
        roles=("input", "input", "gate", "output"),
        labels=("x", "y", "NAND", "o"),
        edges=((0, 2), (1, 2), (2, 3)),
        weights=weights,
        positions=((-1.0, 0.0), (1.0, 0.0), (0.0, 1.0), (0.0, 1.0)),
    )


def test_a_network_in_place_has_its_nodes_there_and_outputs_as_rings():
    figure = draw_in_place(placed(), "title")
    (ax,) = figure.axes
    dots = [tuple(np.ravel(line.get_xydata())) for line in ax.lines]
    assert dots == [(-1, 0), (1, 0), (0, 1), (0, 1)]  # the ring, and the node that the output reads
    assert [text.get_text() for text in ax.texts] == ["x", "y", "g0"]
    assert figure.data == {"node": ["x", "y", "g0"], "x": [-1.0, 1.0, 0.0], "y": [0.0, 0.0, 1.0]}
    assert len(ax.patches) == 2
    assert [to_hex(arrow.get_edgecolor()).upper() for arrow in ax.patches] == [INK, BLUE]


@pytest.mark.parametrize("network", [Network((), (), (), ()), placed(weights=())])
def test_what_has_no_weights_or_no_nodes_is_drawn_too(network):
    legend = draw_in_place(network).legends[0]
    assert [text.get_text() for text in legend.get_texts()] == ["ringed: read by an output"]

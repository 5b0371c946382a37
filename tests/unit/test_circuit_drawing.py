"""Drawn circuits: looked at with a ruler, since a test cannot say whether they are beautiful."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from evomod.networks.network import Network
from evomod.networks.partition import Partition
from evomod.report.circuit_drawing import draw_circuit
from evomod.report.figure import VERMILLION, save
from tests.generators import examples
from tests.networks import CYCLIC, circuit, circuits


def patches(figure: Figure, kind: str) -> dict[int, object]:
    found = [(patch.get_gid() or "", patch) for ax in figure.axes for patch in ax.patches]
    return {int(gid.split("-")[1]): patch for gid, patch in found if gid.startswith(kind + "-")}


def boxes(figure: Figure) -> dict[int, Bbox]:
    return {i: patch.get_window_extent() for i, patch in patches(figure, "node").items()}


def polyline(wire: object) -> np.ndarray:
    """Points along a wire in pixels, close enough together that none of its way is missed."""
    (points,) = wire.get_path().to_polygons(wire.get_transform(), closed_only=False)
    steps = np.maximum(np.hypot(*np.diff(points, axis=0).T) / 2, 1).astype(int)
    pieces = [np.linspace(a, b, n, endpoint=False) for a, b, n in zip(points[:-1], points[1:], steps, strict=True)]
    return np.concatenate([*pieces, points[-1:]])


sizes = st.sampled_from([(4.0, 3.0), (10.0, 6.0), None])


@settings(max_examples=25, deadline=None)
@given(circuits(), sizes)
def test_no_two_boxes_overlap_and_all_lie_within_the_page(network, size):
    figure = draw_circuit(network, size=size)
    all_boxes = boxes(figure)
    assert len(all_boxes) == network.n_nodes
    for a, b in combinations(all_boxes.values(), 2):
        assert not a.overlaps(b)
    for box in all_boxes.values():
        assert figure.bbox.x0 < box.x0 < box.x1 < figure.bbox.x1
        assert figure.bbox.y0 < box.y0 < box.y1 < figure.bbox.y1


@settings(max_examples=25, deadline=None)
@given(circuits(), sizes)
def test_every_label_fits_its_box_and_none_overlaps_another(network, size):
    figure = draw_circuit(network, size=size)
    FigureCanvasAgg(figure)  # one renderer for all texts, or each would make one as large as the page
    extents = [text.get_window_extent() for text in figure.axes[0].texts]
    assert len(extents) == network.n_nodes + network.roles.count("gate")
    for a, b in combinations(extents, 2):
        assert not a.padded(-0.2).overlaps(b.padded(-0.2))
    all_boxes = boxes(figure).values()
    for e in extents:
        assert any(box.x0 < e.x0 < e.x1 < box.x1 and box.y0 < e.y0 < e.y1 < box.y1 for box in all_boxes)


@settings(max_examples=25, deadline=None)
@given(circuits(), sizes)
def test_every_edge_ends_at_its_target_and_meets_no_other_box(network, size):
    figure = draw_circuit(network, size=size)
    wires, heads, all_boxes = patches(figure, "wire"), patches(figure, "head"), boxes(figure)
    assert wires.keys() == heads.keys() == set(range(len(network.edges)))
    for e, (source, target) in enumerate(network.edges):
        tip = heads[e].get_transform().transform(heads[e].get_xy()[0])
        assert all_boxes[target].padded(0.5).contains(*tip)
        points = polyline(wires[e])
        head_length = np.ptp(heads[e].get_window_extent().get_points(), axis=0).max()
        assert np.linalg.norm(points[-1] - tip) < 1.5 * head_length
        assert figure.bbox.padded(0.5).count_contains(points) == len(points)
        for i, box in all_boxes.items():
            if i not in (source, target):
                assert box.count_contains(points) == 0, f"edge {e} runs into node {i}"


@settings(max_examples=25, deadline=None)
@given(circuits())
def test_each_wire_begins_at_its_source_or_on_a_wire_of_the_same_source(network):
    figure = draw_circuit(network)
    wires, all_boxes = patches(figure, "wire"), boxes(figure)
    lines = {e: polyline(wire) for e, wire in wires.items()}
    for e, (source, _) in enumerate(network.edges):
        start = lines[e][0]
        siblings = [lines[k] for k, edge in enumerate(network.edges) if k != e and edge[0] == source]
        near = [_distance(start, line) for line in siblings]
        assert all_boxes[source].padded(0.5).contains(*start) or min(near) < 0.5


def _distance(point: np.ndarray, line: np.ndarray) -> float:
    a, b = line[:-1], line[1:]
    along = np.clip(((point - a) * (b - a)).sum(1) / np.maximum(((b - a) ** 2).sum(1), 1e-12), 0, 1)
    return float(np.linalg.norm(a + along[:, None] * (b - a) - point, axis=1).min())


@settings(max_examples=25, deadline=None)
@given(circuits(), st.sampled_from([(4.0, 3.0), None]), st.data())
def test_the_legend_of_modules_hides_nothing(network, size, data):
    n_parts = network.parts().n_nodes
    labels = data.draw(st.lists(st.integers(0, 7), min_size=n_parts, max_size=n_parts))
    figure = draw_circuit(network, size=size, modules=Partition(tuple(labels)))
    legend = figure.axes[0].get_legend().get_window_extent()
    assert figure.bbox.padded(1).containsx(legend.x0)
    for box in boxes(figure).values():
        assert not box.overlaps(legend)
    for wire in patches(figure, "wire").values():
        assert legend.count_contains(polyline(wire)) == 0


@examples(20)
@given(circuits(), st.data())
def test_nodes_of_one_module_share_a_colour_and_outputs_have_their_own(network, data):
    n_parts = network.parts().n_nodes
    modules = Partition(tuple(data.draw(st.lists(st.integers(0, 4), min_size=n_parts, max_size=n_parts))))
    figure = draw_circuit(network, modules=modules)
    colours = {i: to_hex(node.get_facecolor()) for i, node in patches(figure, "node").items()}
    parts = [i for i, role in enumerate(network.roles) if role != "output"]
    for (i, a), (j, b) in combinations(zip(parts, modules.labels, strict=True), 2):
        assert (a == b) == (colours[i] == colours[j])
    outputs = {colours[i] for i in colours if i not in parts}
    assert outputs <= {"#ffffff"}
    (told,) = {len(column) for column in figure.data.values()}
    assert told == len(network.edges)


def test_the_data_of_a_circuit_are_its_edges():
    data = draw_circuit(CYCLIC, modules=Partition((0, 0, 1, 1, 1, 1, 1))).data
    assert [(a, b) for a, b in zip(data["source"], data["target"], strict=True)] == [
        (CYCLIC.names[a], CYCLIC.names[b]) for a, b in CYCLIC.edges
    ]
    assert {e for e, flag in enumerate(data["feedback"]) if flag} == CYCLIC.feedback_edges()
    assert data["source_module"][0] == 1
    assert data["target_module"][-1] is None  # an output is in none


def test_modules_of_another_circuit_are_refused():
    with pytest.raises(ValueError, match="has 7 nodes, outputs left out; modules are of 3"):
        draw_circuit(CYCLIC, modules=Partition((0, 1, 1)))


def test_feedback_and_nothing_else_is_dashed_and_vermillion_and_has_a_legend():
    figure = draw_circuit(CYCLIC)
    feedback = CYCLIC.feedback_edges()
    assert feedback
    for e, wire in patches(figure, "wire").items():
        assert (wire.get_linestyle() not in ("-", "solid")) == (e in feedback)
        assert (to_hex(wire.get_edgecolor()).upper() == VERMILLION) == (e in feedback)
    assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()] == ["feedback"]
    assert draw_circuit(circuit(2, [(0, 1)], [2])).axes[0].get_legend() is None


def test_the_two_wires_of_an_inverter_arrive_apart():
    figure = draw_circuit(circuit(1, [(0, 0)], [1]))
    heads = patches(figure, "head")
    tips = [heads[e].get_xy()[0] for e in (0, 1)]
    assert abs(tips[0][1] - tips[1][1]) > 4


@pytest.mark.parametrize(
    "network",
    [
        Network((), (), (), ()),
        circuit(1, [], [0]),
        circuit(3, [], []),
        circuit(1, [(1, 1)], []),
        circuit(0, [(1, 0), (0, 1)], []),
    ],
    ids=["nothing", "a wire", "inputs only", "two self-loops", "no input"],
)
def test_degenerate_networks_draw(network, tmp_path):
    figure = draw_circuit(network, "title with a $ sign")
    save(figure, tmp_path / "figure.png")
    assert patches(figure, "wire").keys() == set(range(len(network.edges)))


def test_a_circuit_draws_into_given_axes():
    figure = Figure(figsize=(8, 3))
    left, right = figure.subplots(1, 2)
    assert draw_circuit(CYCLIC, "left", ax=left) is figure
    assert len(left.patches) > 10
    assert not right.patches

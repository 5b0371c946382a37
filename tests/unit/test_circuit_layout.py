"""Layout of circuits: routes, rows and lanes that keep out of each other's way, on any circuit."""

from __future__ import annotations

import subprocess
import sys
from itertools import combinations, pairwise

from hypothesis import given, settings

from evomod.report.circuit_layout import Lanes, Layout
from tests.networks import CYCLIC, circuits


@settings(max_examples=50, deadline=None)
@given(circuits())
def test_every_edge_is_feedback_or_goes_one_column_at_a_time_from_its_source_to_its_target(network):
    layout = Layout(network)
    assert layout.routes.keys() | set(layout.feedback) == set(range(len(network.edges)))
    assert not layout.routes.keys() & set(layout.feedback)
    for e, route in layout.routes.items():
        source, target = network.edges[e]
        assert route[0] == (source, layout.column[source])
        assert route[-1] == (target, layout.column[target])
        assert all(right[1] == left[1] + 1 for left, right in pairwise(route))
        assert all(node == source for node, _ in route[:-1])


@settings(max_examples=50, deadline=None)
@given(circuits())
def test_rows_follow_the_order_in_each_column_and_boxes_are_a_row_apart(network):
    layout = Layout(network)
    assert min(layout.row.values()) == 0
    assert {spot for spots in layout.columns for spot in spots} == layout.row.keys()
    for spots in layout.columns:
        for above, below in pairwise(spots):
            apart = sum(0.5 if layout.is_box(spot) else 0.2 for spot in (above, below))
            assert layout.row[below] - layout.row[above] > apart - 1e-9


@settings(max_examples=50, deadline=None)
@given(circuits())
def test_feedback_of_two_sources_shares_no_track_in_any_gap_and_no_lane(network):
    layout = Layout(network)
    lanes = Lanes(network, layout)
    assert lanes.side.keys() == {e for e in layout.feedback if len(set(network.edges[e])) == 2}
    gaps = {}
    for e, side in lanes.side.items():
        source, target = network.edges[e]
        assert lanes.track[source, side] < lanes.n_tracks[side]
        gaps.setdefault((source, side), set()).update(range(layout.column[target] - 1, layout.column[source] + 1))
    for a, b in combinations(gaps, 2):
        assert a[1] != b[1] or lanes.track[a] != lanes.track[b] or not gaps[a] & gaps[b]
    for keys in lanes.in_gap.values():
        assert len(set(keys)) == len(keys)


def test_a_ring_has_one_way_out_and_one_way_in_and_a_self_loop_needs_no_lane():
    layout = Layout(CYCLIC)
    ring, loop = layout.feedback
    assert [CYCLIC.edges[e] for e in (ring, loop)] == [(5, 2), (5, 5)]
    lanes = Lanes(CYCLIC, layout)
    assert lanes.side.keys() == {ring}
    assert lanes.track == {(5, lanes.side[ring]): 0}
    assert lanes.in_gap == {layout.column[5]: [(5, lanes.side[ring])], layout.column[2] - 1: [(ring,)]}


def test_layout_needs_no_matplotlib():
    check = "import sys, evomod.report.circuit_layout; raise SystemExit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0

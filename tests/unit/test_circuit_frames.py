"""Animated circuits: nodes keep their places, and what is new can be seen."""

from __future__ import annotations

import math
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from evomod.errors import InputError
from evomod.report.circuit_frames import HEIGHT, WIDTH, Frame, _places, _way, animate
from tests.networks import CYCLIC, circuit, circuits


def frames(*networks):
    return [Frame(network, f"step {k}", "a change") for k, network in enumerate(networks)]


def n_green(path, k):
    """Green pixels of a frame, below the legend."""
    with Image.open(path) as image:
        image.seek(k)
        picture = image.convert("RGB").crop((0, 60, *image.size))
    return sum(green > 130 and red < 60 for red, green, _ in picture.get_flattened_data())


@settings(max_examples=40, deadline=None)
@given(st.lists(circuits(), min_size=1, max_size=4))
def test_every_node_that_is_ever_there_has_a_place_of_its_own(networks):
    places = _places(networks)
    assert set(places) == {name for network in networks for name in network.names}
    for (x0, y0), (x1, y1) in combinations(places.values(), 2):
        assert abs(x0 - x1) > WIDTH or abs(y0 - y1) > HEIGHT


@settings(max_examples=40, deadline=None)
@given(circuits())
def test_no_wire_ends_where_another_begins(network):
    places = _places([network])
    pairs = {(network.names[a], network.names[b]) for a, b in network.edges}
    ways = [_way(places[a], places[b], 0.0, (0.0, 0.0)) for a, b in pairs]
    for ends in ways:
        assert all(math.dist(ends[-1], other[0]) > 0.1 for other in ways)


def test_a_gif_has_a_frame_for_each_step_and_the_same_bytes_each_time(tmp_path):
    grown = circuit(2, [(0, 5), (2, 2), (3, 1), (4, 4), (0, 5)], [6])
    for name in ("a.gif", "b.gif"):
        animate(frames(CYCLIC, grown, CYCLIC), tmp_path / name)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.gif", "b.gif"]
    assert (tmp_path / "a.gif").read_bytes() == (tmp_path / "b.gif").read_bytes()
    with Image.open(tmp_path / "a.gif") as image:
        assert image.n_frames == 3
    assert n_green(tmp_path / "a.gif", 1) > 100  # the wires that are new


def test_what_does_not_change_is_not_green(tmp_path):
    animate(frames(CYCLIC), tmp_path / "still.gif")
    assert n_green(tmp_path / "still.gif", 0) == 0


def test_without_a_frame_there_is_nothing_to_animate(tmp_path):
    with pytest.raises(InputError, match="nothing to animate"):
        animate([], tmp_path / "none.gif")
    assert not list(tmp_path.iterdir())

"""Figures on disk: whole or not at all, the same bytes each time, and no display needed."""

from __future__ import annotations

import subprocess
import sys

import matplotlib.image
import pytest

from evomod.report.circuit_drawing import draw_circuit
from evomod.report.figure import save
from tests.networks import CYCLIC


def test_a_figure_is_saved_whole_with_the_same_bytes_each_time(tmp_path):
    first, second = tmp_path / "first.png", tmp_path / "second.png"
    save(draw_circuit(CYCLIC, "A circuit"), first)
    second.write_bytes(b"old")
    save(draw_circuit(CYCLIC, "A circuit"), second)
    assert first.read_bytes() == second.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first.png", "second.png"]
    image = matplotlib.image.imread(first)
    assert 0.005 < (image[..., :3].min(axis=-1) < 0.5).mean() < 0.5


def test_a_figure_that_cannot_be_drawn_leaves_the_old_file_alone(tmp_path, monkeypatch):
    path = tmp_path / "figure.png"
    path.write_bytes(b"old")
    figure = draw_circuit(CYCLIC)
    figure.set_size_inches(1e6, 1e6)
    with pytest.raises(ValueError, match="too large"):
        save(figure, path)
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("figure.png", b"old")]


def test_no_display_backend_is_imported():
    drawing = "evomod.report.circuit_drawing, evomod.report.fitness_curve"
    check = f"import sys, {drawing}; raise SystemExit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0

"""Figures on disk: whole or not at all, the same bytes each time, and no display needed."""

from __future__ import annotations

import subprocess
import sys

import matplotlib.image
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.report.circuit_drawing import draw_circuit
from evomod.report.figure import fitted, save, spread_widely, text_width
from tests.generators import examples
from tests.networks import CYCLIC

DRAWING = ("circuit_drawing", "fitness_curve", "effects_figure", "survival_figure", "bench_figure")


def test_a_figure_is_saved_whole_with_the_same_bytes_each_time(tmp_path):
    first, second = tmp_path / "first.png", tmp_path / "second.png"
    save(draw_circuit(CYCLIC, "A circuit"), first)
    second.write_bytes(b"old")
    save(draw_circuit(CYCLIC, "A circuit"), second)
    assert first.read_bytes() == second.read_bytes()
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["first.csv", "first.png", "second.csv", "second.png"]
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
    drawing = ", ".join(f"evomod.report.{name}" for name in DRAWING)
    check = f"import sys, {drawing}; raise SystemExit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_drawing_does_not_load_scipys_statistics():
    check = "import sys, evomod.report.effects_figure, evomod.report.survival_figure as _; "
    check += "raise SystemExit('scipy.stats' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


@examples(30)
@given(text=st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=60))
def test_a_shortened_name_fits_and_keeps_both_ends(text):
    short = fitted(text, 8, 100)
    assert text_width(short, 8) <= 100
    head, _, tail = short.partition("…")
    assert text.startswith(head)
    assert text.endswith(tail)
    assert short == text or abs(len(head) - len(tail)) <= 1


def test_values_spread_widely_when_the_middle_ninety_percent_do():
    assert spread_widely([1, 31, 1000])
    assert not spread_widely([0, 10, 20])
    assert not spread_widely([1, *[500] * 100, 1000])
    assert not spread_widely([])

"""Figures on disk: whole or not at all, the same bytes each time, and no display needed."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import evomod.report
from evomod.errors import InputError
from evomod.report.circuit_drawing import draw_circuit
from evomod.report.figure import Chart, fitted, save, spread_widely, text_width
from tests.generators import examples
from tests.networks import CYCLIC

DRAWING = [path.stem for path in Path(evomod.report.__file__).parent.glob("*.py") if "matplotlib" in path.read_text()]


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


@pytest.mark.parametrize("suffix", [".svg", ".pdf"])
def test_a_figure_is_saved_for_papers_with_the_same_bytes_each_time(tmp_path, suffix):
    drawn = []
    for name in ("first", "second"):
        there = save(draw_circuit(CYCLIC, "A circuit"), tmp_path / f"{name}{suffix}")
        assert there == [tmp_path / f"{name}{suffix}", tmp_path / f"{name}.csv"]
        drawn.append([path.read_bytes() for path in there])
    assert drawn[0] == drawn[1]
    assert drawn[0][0].startswith(b"<?xml" if suffix == ".svg" else b"%PDF")


def test_a_suffix_of_no_format_is_refused_before_anything_is_drawn(tmp_path):
    with pytest.raises(InputError, match=r"figure.bmp: the suffix '.bmp' is that of no format; possible: .png, .svg"):
        save(draw_circuit(CYCLIC), tmp_path / "figure.bmp")
    assert not list(tmp_path.iterdir())


@examples(30)
@given(st.lists(st.floats(allow_infinity=False), min_size=1, max_size=20))
def test_data_read_back_the_same(tmp_path_factory, numbers):
    figure = Chart(figsize=(1, 1))
    figure.data = {"a name, with a comma": [f"“{k}”\n" for k in range(len(numbers))], "number": np.array(numbers)}
    _, path = save(figure, tmp_path_factory.mktemp("data") / "figure.png")
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["a name, with a comma"] for row in rows] == figure.data["a name, with a comma"]
    read = [float(row["number"] or "nan") for row in rows]
    assert np.array_equal(read, numbers, equal_nan=True)


def test_columns_of_different_lengths_are_no_data_and_leave_nothing_behind(tmp_path):
    figure = Chart(figsize=(1, 1))
    figure.data = {"a": [1, 2], "b": [1]}
    with pytest.raises(ValueError, match="shorter"):
        save(figure, tmp_path / "figure.png")
    assert not list(tmp_path.iterdir())


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

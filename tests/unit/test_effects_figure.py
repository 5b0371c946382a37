"""The figure of effects: all runs and estimates are drawn, where they belong, and names do not collide."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from evomod.report.effects_figure import plot_effects
from evomod.report.figure import save
from evomod.statistics.effects import effects

FACTORS, RESULTS = ["schedule.every", "population"], ["solved.and", "best.gates", "perfect"]


def campaign(levels=(5, 20), n: int = 10, generation: int = 5000) -> list[dict]:
    rng, rows = np.random.default_rng(1), []
    for size, every in enumerate(levels):
        for population in (300, 1000):
            for _ in range(n):
                time = int(np.exp(rng.normal(6 + size, 1.5)))
                row = {"schedule.every": every, "population": population, "generation": generation}
                row |= {"solved.and": time if time < generation else None, "best.gates": int(rng.integers(8, 12))}
                rows.append({**row, "perfect": bool(time < 800)})
    return rows


def drawn(ax, marker):
    """Heights of all marks of a kind, over the whole panel."""
    lines = [line for line in ax.lines if line.get_marker() == marker]
    return sorted(float(y) for line in lines for y in np.atleast_1d(line.get_ydata()))


def figure_of(rows, factors=FACTORS, results=RESULTS, **options):
    found = effects(rows, factors, results)
    return plot_effects(rows, found, **options), found


def test_each_run_and_each_estimate_is_drawn_in_every_column():
    rows = campaign()
    figure, found = figure_of(rows)
    panels = np.array(figure.axes).reshape(3, 2)
    solved = sorted(float(r["solved.and"]) for r in rows if r["solved.and"] is not None)
    for column, factor in enumerate(FACTORS):
        assert drawn(panels[0, column], "o") == solved
        assert drawn(panels[0, column], "^") == [5000.0] * (len(rows) - len(solved))
        assert drawn(panels[1, column], "o") == sorted(float(r["best.gates"]) for r in rows)
        assert drawn(panels[2, column], "o") == sorted(float(r["perfect"]) for r in rows)
        for row, result in enumerate(RESULTS):
            means = [e.description.estimate.value for e in found if (e.result, e.factor) == (result, factor)]
            assert drawn(panels[row, column], "D") == sorted(means)


def test_runs_stand_at_their_own_level():
    rows = campaign((1, 2, 3))
    ax = figure_of(rows, FACTORS[:1], ["best.gates"])[0].axes[0]
    for place, every in enumerate((1, 2, 3)):
        line = [line for line in ax.lines if line.get_marker() == "o"][place]
        assert sorted(line.get_ydata()) == sorted(r["best.gates"] for r in rows if r["schedule.every"] == every)
        assert np.all(np.abs(line.get_xdata() - place) <= 0.4)
        points = set(zip(line.get_xdata(), line.get_ydata(), strict=True))
        assert len(points) == 20  # none hides another


def test_stars_are_on_the_levels_that_differ_and_the_line_is_the_mean_of_the_baseline():
    rows = [{"f": k % 3, "y": 10 * (k % 3 == 2) + 0.1 * k} for k in range(60)]
    figure, found = figure_of(rows, ["f"], ["y"])
    stars = [line for line in figure.axes[0].lines if line.get_label().startswith("_") and line.get_markersize() == 5]
    assert [float(line.get_xdata()[0]) for line in stars] == [2]
    assert [e.p_holm < 0.05 for e in found[1:]] == [False, True]
    dashed = [line for line in figure.axes[0].lines if line.get_linewidth() == 0.6]
    assert [float(line.get_ydata()[0]) for line in dashed] == [found[0].description.mean.value]
    assert "p < 0.05 (Holm)" in [text.get_text() for text in figure.legends[0].get_texts()]


def test_only_generations_that_spread_widely_get_a_logarithmic_axis():
    rows = campaign()
    assert [ax.get_yscale() for ax in figure_of(rows)[0].axes] == ["symlog"] * 2 + ["linear"] * 4
    close = [{**row, "solved.and": 900 + k} for k, row in enumerate(rows)]
    assert figure_of(close, FACTORS, RESULTS[:1])[0].axes[0].get_yscale() == "linear"


@pytest.mark.parametrize("n_levels", [2, 5, 12])
def test_names_of_levels_do_not_overlap_and_tell_them_apart(n_levels):
    levels = [f"a condition with a long name, number {k}" for k in range(n_levels)]
    figure, _ = figure_of(campaign(levels, 3), title="A $campaign")
    figure.draw_without_rendering()
    ax = figure.axes[4]
    boxes = [label.get_window_extent() for label in ax.get_xticklabels()]
    assert len({label.get_text() for label in ax.get_xticklabels()}) == n_levels
    assert not any(a.overlaps(b) for a, b in pairwise(boxes))
    assert all(figure.bbox.y0 <= box.y0 for box in boxes)
    assert ax.get_xlabel() == "schedule.every"


def test_names_that_fit_side_by_side_are_not_turned():
    rows = [{"condition": name, "y": k} for name in ("logic_gates", "logic_gates_fixed") for k in range(3)]
    figure, _ = figure_of(rows, ["condition"], ["y"])
    figure.draw_without_rendering()
    left, right = figure.axes[0].get_xticklabels()
    assert left.get_rotation() == 0
    assert not left.get_window_extent().overlaps(right.get_window_extent())


def test_a_single_run_has_no_interval_and_a_level_without_a_value_says_so():
    rows = [{"f": "a", "y": True, "z": 1.0}, {"f": "b", "y": False, "z": None}]
    found = effects(rows, ["f"], ["y", "z"])
    figure = plot_effects(rows, found, names={"z": "zeal"}, missing={"z": "no zeal"}, across=True)
    assert [ax.get_ylabel() for ax in figure.axes] == ["y", "zeal"]
    assert not any(line.get_linewidth() == 1.6 for ax in figure.axes for line in ax.lines)
    assert [[text.get_text() for text in ax.texts] for ax in figure.axes] == [[], ["no zeal"]]
    assert "mean" in [text.get_text() for text in figure.legends[0].get_texts()]
    twice, _ = figure_of(rows * 2, ["f"], ["y"])
    assert any(line.get_linewidth() == 1.6 for line in twice.axes[0].lines)


def test_awkward_tables_are_drawn_without_a_warning(tmp_path, recwarn):
    one = [{"f": "$a_", "y": 1.0, "solved.x": None, "generation": 0}]
    gone = [{"f": 0, "y": 1.0}, {"f": 0, "y": -math.inf * 0}, {"f": 1, "y": None}]
    for k, (rows, results) in enumerate([(one, ["y", "solved.x"]), (gone, ["y"])]):
        save(figure_of(rows, ["f"], results)[0], tmp_path / f"{k}.png")
    save(plot_effects([], []), tmp_path / "none.png")
    assert not recwarn.list


def test_the_same_table_gives_the_same_bytes(tmp_path):
    for name in ("a.png", "b.png"):
        save(figure_of(campaign(), title="again")[0], tmp_path / name)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()

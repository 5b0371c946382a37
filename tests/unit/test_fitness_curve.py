"""Fitness over a run: nothing is lost between the pixels, and what is said of epochs and goals is true."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from evomod.report.epochs import GOAL_TINTS, EpochSpan
from evomod.report.figure import save
from evomod.report.fitness_curve import plot_fitness


def run(n: int, epoch: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[EpochSpan]]:
    generation = np.arange(n)
    best = 1 - 0.5 * np.exp(-(generation % epoch) / (0.2 * epoch))
    spans = [EpochSpan(start, start + epoch, "AB"[k % 2]) for k, start in enumerate(range(0, n, epoch))]
    return generation, best, 0.8 * best, spans


def n_vertices(figure: Figure) -> int:
    lines = sum(len(line.get_xdata()) for ax in figure.axes for line in ax.lines)
    return lines + sum(len(path.vertices) for ax in figure.axes for c in ax.collections for path in c.get_paths())


@pytest.mark.parametrize("epoch", [20, 300, 10_000, 100_000])
def test_what_is_drawn_is_bounded_by_the_pixels_not_by_the_run(epoch):
    assert n_vertices(plot_fitness(*run(100_000, epoch))) < 30 * 8 * 150


def test_a_dip_of_a_single_generation_in_a_long_run_is_drawn():
    generation, best, mean, spans = run(100_000, 100_000)
    best[54_321] = 0.123
    figure = plot_fitness(generation, best, mean, spans)
    lowest = min(
        c.get_paths()[0].vertices[:, 1].min()
        for c in figure.axes[0].collections
        if isinstance(c, PolyCollection) and c.get_alpha()
    )
    assert lowest == 0.123
    assert figure.axes[0].get_ylim()[0] < 0.123


def test_short_epochs_get_a_second_panel_of_the_last_ones():
    _, best, mean, _ = data = run(10_000, 20)
    top, bottom = plot_fitness(*data).axes
    assert bottom.get_xlim() == (9839.5, 9999.5)
    before = next(line for line in top.lines if line.get_label() == "best (above: just before each switch)")
    assert len(before.get_xdata()) == 499
    assert np.all(before.get_xdata() % 20 == 19)
    np.testing.assert_array_equal(before.get_ydata(), best[19:-1:20])
    average = next(line for line in top.lines if line.get_label() == "mean (above: over each epoch)")
    np.testing.assert_allclose(average.get_ydata(), mean.reshape(-1, 20)[:-1].mean(axis=1))
    switches = next(c for c in bottom.collections if c.get_paths() and len(c.get_paths()[0].vertices) == 2)
    assert len(switches.get_paths()) == 7


@pytest.mark.parametrize(("n", "epoch"), [(10_000, 1_000), (10_000, 10_000), (3, 20), (1, 20)])
def test_long_epochs_are_shaded_in_one_panel(n, epoch):
    assert len(plot_fitness(*run(n, epoch)).axes) == 1


def test_the_legend_names_the_goals_or_counts_them():
    generation, best, mean, _ = run(1_000, 100)
    few = plot_fitness(*run(1_000, 100))
    many = plot_fitness(generation, best, mean, [EpochSpan(k, k + 50, f"goal {k}") for k in range(0, 1_000, 50)])
    assert {"A", "B", "best", "mean"} <= {text.get_text() for text in few.legends[0].get_texts()}
    assert "20 goals" in {text.get_text() for text in many.legends[0].get_texts()}


def test_a_goal_has_one_colour_whichever_generations_are_seen():
    generation, best, mean, spans = run(1_000, 100)
    spans = [*spans[:-1], EpochSpan(900, 1_000, "C")]

    def colours(start):
        figure = plot_fitness(generation[start:], best[start:], mean[start:], spans, goals=["A", "B", "C"])
        patches = zip(figure.legends[0].get_patches(), figure.legends[0].get_texts()[-3:], strict=False)
        drawn = {c.get_facecolor()[0].tobytes() for c in figure.axes[0].collections if c.get_zorder() == 0}
        named = {text.get_text(): patch.get_facecolor() for patch, text in patches}
        return named, len(drawn)

    whole, part, last = colours(0), colours(750), colours(850)
    assert (whole[1], part[1], last[1]) == (3, 3, 2)
    tints = [to_rgba(tint) for tint in GOAL_TINTS]
    assert whole[0] == part[0] == dict(zip("ABC", tints, strict=False))
    assert tints[1] not in last[0].values()
    assert tints[2] in last[0].values()


def test_solved_goals_are_marked_where_they_were_solved_and_labels_do_not_overlap():
    figure = plot_fitness(*run(10_000, 1_000), title="A run", solved={"A": 740, "B": 790, "C": 9_990})
    figure.draw_without_rendering()
    notes = figure.axes[0].texts
    labels = [note for note in notes if note.get_text()]
    assert sorted(note.xy[0] for note in notes if not note.get_text()) == [740, 790, 9_990]
    assert [label.get_text() for label in labels] == ["A solved at 740", "B solved at 790", "C solved at 9,990"]
    for tick in notes:  # no tick passes through a label
        if not tick.get_text():
            pole = tick.arrow_patch.get_window_extent()
            assert not any(label.get_window_extent().overlaps(pole) for label in labels)
    for a, b in combinations([label.get_window_extent() for label in labels], 2):
        assert not a.overlaps(b)
    assert all(figure.bbox.x0 <= label.get_window_extent().x0 for label in labels)
    assert all(figure.bbox.x1 >= label.get_window_extent().x1 for label in labels)


def test_no_record_values_that_are_missing_and_epochs_to_come_are_no_trouble(tmp_path):
    save(plot_fitness([], [], [], []), tmp_path / "empty.png")
    spans = [EpochSpan(0, 5, "A"), EpochSpan(5, 10, "B"), EpochSpan(10, 15, "A")]
    figure = plot_fitness([0, 1, 2], [0.5, np.nan, -np.inf], [np.nan] * 3, spans)
    save(figure, tmp_path / "gaps.png")
    assert np.isfinite(figure.axes[0].get_ylim()).all()


def test_arrays_of_unequal_length_are_refused():
    with pytest.raises(ValueError, match=r"\(3,\), \(2,\) and \(3,\)"):
        plot_fitness([0, 1, 2], [0.5, 0.5], [0.5, 0.5, 0.5], [])

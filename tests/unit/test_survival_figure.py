"""The figure of shares solved: the curves are the estimates, and the table below counts the runs."""

from __future__ import annotations

import numpy as np
import pytest

from evomod.report.figure import save
from evomod.report.survival_figure import plot_survival
from evomod.statistics.logrank import logrank
from evomod.statistics.survival import kaplan_meier

SLOW = kaplan_meier([6, 6, 7, 10, 13, 20, 30, 30], [1, 0, 1, 1, 0, 1, 0, 0])
FAST = kaplan_meier([1, 2, 2, 3, 5, 8], [1] * 6)


def curves(ax):
    return [line for line in ax.lines if line.get_drawstyle() == "steps-post"]


def cells(below, n_rows):
    numbers = [text.get_text() for text in below.texts if text.get_text()]
    return [numbers[k : k + len(numbers) // n_rows] for k in range(0, len(numbers), len(numbers) // n_rows)]


def test_the_curves_are_the_shares_up_to_where_they_are_known():
    top, _ = plot_survival({"slow": SLOW, "fast": FAST}).axes
    slow, fast = curves(top)
    np.testing.assert_array_equal(slow.get_xdata()[:-1], SLOW.at)
    np.testing.assert_array_equal(slow.get_ydata()[:-1], SLOW.share)
    assert slow.get_xdata()[-1] == 30
    assert fast.get_xdata()[-1] == top.get_xlim()[1] > 30
    assert fast.get_ydata()[-1] == 1


def test_censored_runs_are_marked_on_the_curve():
    top, _ = plot_survival({"slow": SLOW}).axes
    marks = next(line for line in top.lines if line.get_marker() == "|")
    assert marks.get_xdata().tolist() == [6, 13, 30]
    np.testing.assert_allclose(marks.get_ydata(), [1 / 8, SLOW.share[3], SLOW.share[-1]])


def test_the_table_below_counts_who_is_still_trying():
    _, below = plot_survival({"slow": SLOW, "fast": FAST}).axes
    ticks = below.get_xticks()
    expected = [[str(sum(s.times >= tick)) for tick in ticks] for s in (SLOW, FAST)]
    assert cells(below, 2) == expected
    assert [label.get_text() for label in below.get_yticklabels()] == ["slow", "fast"]
    assert below.get_xlim() == below.figure.axes[0].get_xlim()


def test_the_log_rank_test_is_named_where_it_is_given():
    named = plot_survival({"slow": SLOW, "fast": FAST}, logrank(SLOW, FAST)).axes[0].get_title(loc="left")
    test = logrank(SLOW, FAST)
    assert f"{test.p:.3f}"[1:] in named or "p < 0.001" in named
    assert f"{test.hazard_ratio.value:.3g}" in named
    assert not plot_survival({"slow": SLOW}).axes[0].get_title(loc="left")


def test_a_hazard_ratio_without_end_is_given_by_its_bound():
    nobody, test = kaplan_meier([30] * 6, [0] * 6), logrank(kaplan_meier([30] * 6, [0] * 6), FAST)
    assert test.hazard_ratio.value == np.inf
    above = plot_survival({"nobody": nobody, "fast": FAST}, test).axes[0].get_title(loc="left")
    below = plot_survival({"fast": FAST, "nobody": nobody}, logrank(FAST, nobody)).axes[0].get_title(loc="left")
    assert f"hazard of fast over nobody above {test.hazard_ratio.low:.3g}" in above
    assert f"hazard of nobody over fast below {1 / test.hazard_ratio.low:.3g}" in below


@pytest.mark.parametrize(("spread", "scale"), [(0.2, "linear"), (2.0, "log")])
def test_the_axis_is_logarithmic_where_times_spread_widely(spread, scale):
    times = np.exp(np.random.default_rng(1).normal(6, spread, 100)).astype(int)
    for ax in plot_survival({"a": kaplan_meier(times, [1] * 100)}).axes:
        assert ax.get_xscale() == scale


def test_twelve_groups_are_told_apart_and_bands_are_drawn_for_few():
    looks = {
        (line.get_color(), line.get_linestyle())
        for line in curves(plot_survival(dict.fromkeys("abcdefghijkl", SLOW)).axes[0])
    }
    assert len(looks) == 12
    assert len(plot_survival(dict.fromkeys("abcd", SLOW)).axes[0].collections) == 4
    assert len(plot_survival(dict.fromkeys("abcde", SLOW)).axes[0].collections) == 0


def test_awkward_groups_are_drawn_without_a_warning(tmp_path, recwarn):
    nobody, at_once = kaplan_meier([100] * 3, [0] * 3), kaplan_meier([0], [1])
    mixed = kaplan_meier([0, 1, 5000], [1, 1, 1])
    for k, groups in enumerate([{"$n_": nobody}, {"": at_once}, {"nobody": nobody, "mixed": mixed}]):
        save(plot_survival(groups, title="$awkward"), tmp_path / f"{k}.png")
    save(plot_survival({"a": nobody, "b": nobody}, logrank(nobody, nobody)), tmp_path / "test.png")
    assert not recwarn.list

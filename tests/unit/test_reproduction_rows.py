"""Verdicts of a reproduction, on values that were made up so that the answer is known."""

import math

import numpy as np
import pytest

from evomod.errors import InputError
from evomod.reproduce.rows import bound_row, contrast_row, mean_row, mode_row, share_row, time_row, unjudged
from evomod.reproduce.table import answer, number, ours
from evomod.statistics.agreement import Published

PAPER = Published.mean(0.54, 0.02, 50)
SPREAD = np.linspace(-0.1, 0.1, 41)


@pytest.mark.parametrize(
    ("centre", "verdict"),
    [(0.54, "agrees"), (0.58, "agrees"), (0.35, "differs"), (0.62, "differs")],
)
def test_a_mean_agrees_within_the_margin_and_differs_outside(centre: float, verdict: str) -> None:
    row = mean_row("", "", centre + SPREAD, PAPER, "0.54 ± 0.02", 0.1)
    assert row.verdict == verdict
    assert row.n == 41
    assert (answer(row).startswith("DIFFERS by")) == (verdict == "differs")


def test_few_runs_cannot_tell() -> None:
    assert mean_row("", "", [0.3, 0.9], PAPER, "", 0.1).verdict == "cannot tell"


def test_values_that_are_not_known_are_left_out_and_no_values_are_no_runs() -> None:
    assert mean_row("", "", [0.5, np.nan, 0.6], PAPER, "", 0.1).n == 2
    for row in (
        mean_row("", "", [np.nan], PAPER, "", 0.1),
        share_row("", "", 0, 0, (36, 50), 0.2),
        mode_row("", "", [], 10, ""),
        bound_row("", "", [], 0, 5, ""),
        contrast_row("", "", [], [1.0, 2.0], ""),
        time_row("", "", [], [], 50, ""),
    ):
        assert (row.verdict, row.ours, ours(row)) == ("no runs", None, "none")


def test_a_share_is_compared_with_a_share() -> None:
    assert share_row("", "", 40, 50, (36, 50), 0.3).verdict == "agrees"
    row = share_row("", "", 5, 50, (36, 50), 0.2)
    assert row.verdict == "differs"
    assert "Fisher" in row.note
    assert ours(row).startswith("5/50 (")


def test_the_most_frequent_value_is_compared_by_a_sign_test() -> None:
    assert mode_row("", "", [10] * 12 + [11] * 8, 10, "").verdict == "agrees"
    assert mode_row("", "", [10] * 9 + [11] * 8, 11, "").verdict == "cannot tell"
    row = mode_row("", "", [10] * 19 + [11], 11, "")
    assert row.verdict == "differs"
    assert row.note == "10: 19, 11: 1"


@pytest.mark.parametrize(("paper", "mode", "verdict"), [(12, 12, "agrees"), (10, 10, "agrees"), (9, 10, "differs")])
def test_of_equally_frequent_values_the_papers_counts_or_else_the_smallest(paper, mode, verdict) -> None:
    values = [11] * 10 + [12, 10] * 10 + [9]
    for order in (values, values[::-1], sorted(values)):
        row = mode_row("", "", order, paper, "")
        assert (row.ours.value, row.verdict, row.n) == (mode, verdict, 31)


def test_a_median_agrees_where_its_interval_lies_in_the_range() -> None:
    assert bound_row("", "", np.arange(11) / 4, 0, 5, "").verdict == "agrees"
    assert bound_row("", "", 20 + np.arange(11), 0, 5, "").verdict == "differs"
    assert bound_row("", "", -20 + np.arange(11), 0, 5, "").verdict == "differs"
    assert bound_row("", "", np.arange(11.0), 0, 5, "").verdict == "cannot tell"
    assert bound_row("", "", -5 + np.arange(11.0), 0, 5, "").verdict == "cannot tell"


@pytest.mark.parametrize(("low", "high"), [(5, 5), (5, 0), (math.nan, 5)])
@pytest.mark.parametrize("values", [[], [1.0, 2.0]])
def test_a_range_that_is_none_is_refused_by_the_name_of_its_row(values, low: float, high: float) -> None:
    with pytest.raises(InputError, match=rf"^Loops, how many: .* got {low} to {high}$"):
        bound_row("Loops", "how many", values, low, high, "")


def test_a_contrast_agrees_where_it_is_surely_positive() -> None:
    assert contrast_row("", "", 1 + SPREAD, SPREAD, "larger").verdict == "agrees"
    assert contrast_row("", "", SPREAD, 1 + SPREAD, "larger").verdict == "differs"
    assert contrast_row("", "", SPREAD, SPREAD, "larger").verdict == "cannot tell"


def test_one_run_is_too_few_for_a_contrast() -> None:
    assert contrast_row("", "", [1.0], [1.0, 2.0], "").verdict == "too few runs"


def test_times_that_never_came_are_censored() -> None:
    came, never = np.ones(20, bool), np.zeros(20, bool)
    assert time_row("", "", np.arange(20.0), came, 50, "").verdict == "agrees"
    assert time_row("", "", 100 + np.arange(20.0), came, 50, "").verdict == "differs"
    row = time_row("", "", np.full(20, 1000.0), never, 50, "")
    assert row.verdict == "differs"
    assert ours(row) == "median unknown (unknown to unknown)"


def test_what_the_paper_does_not_say_is_not_judged() -> None:
    row = unjudged(bound_row("", "", 20 + np.arange(11), 0, 5, "about 5"))
    assert (row.verdict, row.paper) == ("no number in the paper", "")
    assert math.isnan(row.margin)


def test_numbers_are_rounded_to_what_they_tell() -> None:
    assert [number(x) for x in (0.125, -3.0, 1234.5, math.inf)] == ["0.12", "-3.00", "1,234", "unknown"]
    assert number(0.5, sign=True) == "+0.50"

"""A known step is found, and where there is none it is said."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit
from scipy.stats import binom

from evomod.errors import InputError
from evomod.statistics import change_point as module
from evomod.statistics.change_point import change_point, step_or_slope
from tests.generators import examples

M, N = 40, 12


def rows(rng: np.random.Generator, step: int, before: float, after: float) -> np.ndarray:
    return rng.binomial(N, np.where(np.arange(M) < step, before, after))


@given(step=st.integers(1, M - 1), rising=st.booleans())
@examples(40)
def test_a_step_from_none_to_all_is_found_exactly(step: int, rising: bool) -> None:
    k = np.where((np.arange(M) >= step) == rising, N, 0)
    found = change_point(k, np.full(M, N))
    assert (found.index, found.low, found.high) == (step, step, step)
    assert (found.before, found.after) == ((0.0, 1.0) if rising else (1.0, 0.0))
    assert found.rise == (1.0 if rising else -1.0)


@pytest.fixture
def few_shuffles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "N_SHUFFLES", 99)


def test_the_interval_covers_the_step_as_often_as_it_says_and_a_shifted_one_does_not(few_shuffles: None) -> None:
    rng = np.random.default_rng(1)
    steps = rng.integers(1, M, 400)
    found = [change_point(rows(rng, step, 0.2, 0.5), np.full(M, N)) for step in steps]
    covered = np.mean([one.low <= step <= one.high for one, step in zip(found, steps, strict=True)])
    shifted = np.mean([one.low <= step + 6 <= one.high for one, step in zip(found, steps, strict=True)])
    assert 0.92 < covered < 0.99
    assert shifted < 0.6
    assert np.mean([one.high - one.low for one in found]) < M / 3  # and says something


def test_without_a_step_p_is_as_often_small_as_by_chance(few_shuffles: None) -> None:
    rng = np.random.default_rng(2)
    same = [change_point(rows(rng, 0, 0.0, 0.3), np.full(M, N)).p for _ in range(300)]
    uneven = [change_point(rng.binomial(N, rng.uniform(0, 1, M)), np.full(M, N)).p for _ in range(300)]
    there = [change_point(rows(rng, 20, 0.2, 0.5), np.full(M, N)).p for _ in range(50)]
    for p in (same, uneven):  # also where points differ, but in no order
        assert np.mean(np.array(p) <= 0.05) < 0.09
    assert np.mean(np.array(there) <= 0.05) > 0.95


def test_a_step_and_a_gradual_rise_are_told_apart_and_p_does_not_do_it(few_shuffles: None) -> None:
    rng = np.random.default_rng(3)
    n, x = np.full(M, N), np.linspace(-1, 1, M)
    steps = [rows(rng, step, 0.1, 0.7) for step in rng.integers(8, M - 8, 60)]
    slopes = [rng.binomial(N, 1 / (1 + np.exp(-2 * x))) for _ in range(60)]
    assert np.mean([step_or_slope(k, n) > 0 for k in steps]) > 0.9
    assert np.mean([step_or_slope(k, n) > 0 for k in slopes]) < 0.1
    assert np.mean([change_point(k, n).p <= 0.05 for k in slopes]) > 0.9


def test_the_difference_is_that_of_likelihoods_and_of_one_parameter() -> None:
    k, n = np.array([1, 1, 3, 3]), np.full(4, 4)
    step = 16 * (0.25 * np.log(0.25) + 0.75 * np.log(0.75))
    line = min(-binom.logpmf(k, n, expit(b * np.linspace(-1, 1, 4))).sum() for b in np.linspace(0, 5, 5001))
    constant = np.log([4, 4, 4, 4]).sum()
    assert step_or_slope(k, n) == pytest.approx(2 * (step + line + constant) - np.log(4), abs=1e-4)
    assert step_or_slope(k, n) == pytest.approx(step_or_slope(k[::-1], n))


def test_the_posterior_is_that_of_uniform_shares_by_hand() -> None:
    # Steps before point 1, 2: B(1, 3) B(4, 2) = 1/60 and B(2, 4) B(3, 1) = 1/60; a level of 0.4 is the middle of both.
    assert np.exp(module._evidence(np.array([0.0, 1, 2]), np.array([2.0, 2, 2]))) == pytest.approx([1 / 60, 1 / 60])


def test_a_wider_level_gives_a_wider_interval() -> None:
    k, n = [1, 3, 2, 4, 5, 3, 6, 7], [8] * 8
    widths = [(one := change_point(k, n, level)).high - one.low for level in (0.2, 0.8, 0.99)]
    assert widths == sorted(set(widths))


def test_p_counts_the_row_itself_so_that_it_is_never_0(few_shuffles: None) -> None:
    assert change_point([0] * 20 + [9] * 20, [9] * 40).p == 1 / 100


def test_unequal_numbers_of_trials_are_weighed() -> None:
    found = change_point([0, 0, 1, 0, 30, 30], [20, 20, 1, 20, 40, 40])
    assert (found.index, found.before, found.after) == (4, pytest.approx(1 / 61), 0.75)


def test_the_same_row_gives_the_same_answer() -> None:
    k, n = [0, 2, 1, 5, 6, 4], [8] * 6
    assert change_point(k, n) == change_point(k, n)


@pytest.mark.parametrize(("k", "n"), [([1], [2]), ([1, 3], [2, 2]), ([1, 1], [1]), ([0, 0], [1, 0]), ([-1, 0], [1, 1])])
def test_what_is_no_row_of_shares_is_refused(k: list[int], n: list[int]) -> None:
    with pytest.raises(InputError, match=r"0 <= k <= n"):
        change_point(k, n)

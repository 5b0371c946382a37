"""A known step is found, and where there is none it is said."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.errors import InputError
from evomod.statistics import change_point as module
from evomod.statistics.change_point import change_point
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

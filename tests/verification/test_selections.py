"""Truncation, rank and lexicase selection give offspring as theory says; each check fails on its negative twin."""

from __future__ import annotations

import numpy as np
import pytest

from evomod.selection.lexicase import Lexicase
from evomod.selection.linear_rank import LinearRank
from evomod.selection.truncation import Truncation
from tests.lexicase import as_bits, shares
from tests.verification.fit import fits
from tests.verification.test_operators import founders, offspring

pytestmark = [pytest.mark.verification, pytest.mark.slice]
FALLING = -np.arange(20.0)


@pytest.mark.parametrize("best", [1, 7, 20])
def test_truncation_draws_the_best_alike_and_nobody_else(best):
    counts = offspring(Truncation(best=best), FALLING)
    assert fits(counts, np.arange(20) < best)
    assert not fits(counts, np.arange(20) < (best - 1 if best == 20 else best + 1))
    assert fits(offspring(Truncation(best=best), FALLING[::-1].copy()), np.arange(20) >= 20 - best)


def linear(n, s):
    """Baker 1985."""
    return (s - (2 * s - 2) * np.arange(n) / (n - 1)) / n


@pytest.mark.parametrize("pressure", [1.0, 1.3, 2.0])
def test_rank_selection_is_linear_in_rank(pressure):
    counts = offspring(LinearRank(pressure=pressure), FALLING)
    assert linear(20, pressure).sum() == pytest.approx(1)
    assert fits(counts, linear(20, pressure))
    assert not fits(counts, linear(20, pressure - 0.1 if pressure > 1.5 else pressure + 0.1))
    assert not fits(counts, linear(20, pressure) + np.eye(20)[0] * 0.02)  # as if the best were drawn oftener


@pytest.mark.parametrize("n", [2, 3, 5])
@pytest.mark.parametrize("pressure", [1.4, 2.0])
def test_so_it_is_among_few(n, pressure):
    counts = offspring(LinearRank(pressure=pressure), -np.arange(float(n)), generations=8000)
    assert fits(counts, linear(n, pressure))
    rank, other = np.divmod(np.arange(n * n), n)  # the better of two draws with replacement
    with_replacement = np.bincount(np.minimum(rank, other)) / n**2
    assert not fits(counts, (2 - pressure) / n + (pressure - 1) * with_replacement)


def test_elites_apart_ranks_are_drawn_as_without_them():
    counts = offspring(LinearRank(elite=5), FALLING) - 3000 * (np.arange(20) < 5)
    assert fits(counts, linear(20, 2.0))
    assert not fits(counts + 300 * (np.arange(20) < 5), linear(20, 2.0))


def cases(seed, n=12, n_cases=5):
    random = np.random.default_rng(seed)
    right = random.random((n, n_cases)) < random.choice([0.4, 0.7])
    right[right.all(axis=1), 0] = False  # nobody can do all
    right[3] = right[7]
    return right, random.integers(0, 3, n) / 4


def lexicase_counts(selection, right, fitness, places, n_generations=2500):
    counts, parents = np.zeros(len(fitness), int), np.zeros(len(fitness), np.uint32)
    for generation in range(n_generations):
        ranking = selection.rank(fitness, 1, generation)
        ranking.right = np.array(as_bits(right, places, 2), np.uint64)
        selection.choose(ranking, parents, 1, generation)
        counts += np.bincount(parents[selection.elite :], minlength=len(fitness))
    return counts


def exactly(right, fitness):
    return np.array(shares(right, fitness), float)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("elite", [0, 4])
def test_lexicase_chooses_as_the_mean_over_all_orders_of_cases(seed, elite):
    right, fitness = cases(seed)
    counts = lexicase_counts(Lexicase(elite=elite), right, fitness, [0, 5, 63, 64, 127])
    assert fits(counts, exactly(right, fitness))
    # As if each order of cases were two fixed ones, or fitness did not count at the end.
    assert not fits(counts, right.sum(axis=1) + 1e-9)
    assert not fits(counts, np.roll(exactly(right, fitness), 1) + 1e-9)


def test_costs_break_ties_of_lexicase():
    right, fitness = cases(1)
    counts = lexicase_counts(Lexicase(), right, fitness, [0, 5, 63, 64, 127])
    assert fits(counts, exactly(right, fitness))
    assert not fits(counts, exactly(right, np.zeros(12)))


@pytest.mark.parametrize(
    "selection",
    [Truncation(best=3, ties="random"), LinearRank(ties="random"), LinearRank(pressure=1.0)],
    ids=lambda selection: f"{selection.kind}-{selection.ties}",
)
def test_a_neutral_founder_is_fixed_with_probability_1_in_n(selection):
    assert fits(founders(selection, runs=1500), np.ones(8))


@pytest.mark.parametrize("selection", [Truncation(best=4), LinearRank()], ids=["truncation", "rank"])
def test_stable_ties_are_not_neutral(selection):
    assert not fits(founders(selection, runs=300), np.ones(8))

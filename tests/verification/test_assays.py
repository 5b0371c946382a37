"""Competition and triggers against theory; each check must fail on its negative twin."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from evomod.measures.assays import competition
from evomod.measures.assays.competition import compete
from evomod.measures.assays.triggers import triggers
from evomod.selection.tournament import Tournament
from evomod.variation.crossovers import OnePoint
from evomod.variation.redraw import Redraw
from evomod.variation.variation import Variation
from tests.generators import logic_gates
from tests.unit.test_logic_gates_facts import G1, genome
from tests.verification.fit import THRESHOLD, fits

pytestmark = pytest.mark.verification

N_RUNS = 2000


def halves(found):
    """Do both win as often? Two-sided, on the runs that were decided."""
    a, b = found.wins
    return a + b > N_RUNS / 2 and 2 * binom.cdf(min(a, b), a + b, 0.5) > THRESHOLD


def evolved(problem, seed, generation=30):
    for one in competition.evolve(problem, seed):
        if one.population.generation == generation:
            return one.population.genomes.copy()
    raise AssertionError


@pytest.mark.parametrize("crossover", [{}, {"crossover": OnePoint(rate=0.5)}])
def test_a_population_against_itself_wins_half(crossover):
    problem = logic_gates(variation=Variation(**crossover))
    both = evolved(problem, 1)
    assert halves(compete(problem, both, both, "or", N_RUNS, 20, 1))
    better = evolved(problem, 1, 200)
    assert not halves(compete(problem, better, both, "and", N_RUNS, 20, 1))


def test_with_places_that_are_not_drawn_a_population_against_itself_does_not_win_half(monkeypatch):
    problem, clone = logic_gates(variation=Variation(mutation=Redraw(rate=0.3))), genome(G1)[None]
    assert halves(compete(problem, clone, clone, "and", N_RUNS, 5, 1))
    monkeypatch.setattr(competition, "drawn", lambda rows, n, *_: rows[np.arange(n) % len(rows)])
    assert not halves(compete(problem, clone, clone, "and", N_RUNS, 5, 1))  # ties go to lower places


def wright_fisher(n, n_a, generations):
    """Probability of each number of A's descendants when parents are drawn with replacement."""
    step = binom.pmf(np.arange(n + 1)[None, :], n, np.arange(n + 1)[:, None] / n)
    return np.linalg.matrix_power(step, generations)[n_a]


def test_ancestry_drifts_as_in_the_model_of_wright_and_fisher():
    # Clones that never vary, a parent of each place drawn at random: tournaments of one.
    problem = logic_gates(selection=Tournament(size=1), variation=Variation(mutation=Redraw(rate=0.0)))
    clone = genome(G1)[None]
    found = compete(problem, clone, clone, "and", N_RUNS, 10, 1)
    counts = np.bincount(np.rint(found.ancestry * 20).astype(int), minlength=21)
    assert fits(counts, wright_fisher(20, 10, 10))
    assert not fits(counts, wright_fisher(20, 10, 8))


def alarms(coupling, seed):
    """In how many of 400 runs some locus of 25 is called a trigger, where locus 0 follows the goal that often."""
    rng = np.random.default_rng(seed)
    n_found = 0
    for run in range(400):
        goals = rng.permutation(["and", "or"] * 20)
        rows = rng.integers(0, 16, (40, 25)).astype(np.uint8)
        follows = rng.random(40) < coupling
        rows[follows, 0] = np.where(goals == "and", 3, 9)[follows]
        n_found += triggers(rows, goals.tolist(), run, n_permutations=99).as_row()["triggers"] > 0
    return n_found


def test_triggers_are_found_where_there_are_none_in_one_run_of_twenty():
    # p < 0.05 of 99 permutations and the order itself: 4 of 100 ranks.
    assert binom.sf(alarms(0.0, 1) - 1, 400, 0.05) > THRESHOLD
    assert binom.sf(alarms(0.6, 1) - 1, 400, 0.05) < THRESHOLD

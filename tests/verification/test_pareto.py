"""PNSGA in closed form is PNSGA by its definition, in distribution; each check fails on its negative twin."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pytest

from evomod.selection.base import Objectives
from evomod.selection.nsga2 import Nsga2
from evomod.selection.pnsga import Pnsga
from tests.pareto import dominates, peeled_by_tests
from tests.verification.fit import fits

pytestmark = pytest.mark.verification

# Equals and near equals, so that whole fronts come often: performance (to be minimised) and one or two costs.
PAIRS = [(-1.0, 3.0), (-1.0, 2.0), (-1.0, 2.0), (-0.9, 1.0), (-0.9, 2.0), (-0.8, 0.0)]
TRIPLES = [(-1.0, 3.0, 0.0), (-1.0, 1.0, 2.0), (-0.9, 0.0, 0.0), (-0.9, 3.0, 0.0), (-0.8, 0.0, 1.0)]
DRAWS = 4000


def fronts(rows, probability):
    """How often each assignment of fronts comes, by the selection."""
    rows, n = np.array(rows), len(rows)
    selection, others = Pnsga(parents=n, probability=probability), Objectives(rows[:, 1:], np.empty((n, 0)))
    return Counter(
        tuple(selection.rank(-rows[:, 0], 1, g, objectives=others).fronts.front.tolist()) for g in range(DRAWS)
    )


def defined(rows, chances, n=4 * DRAWS):
    """The same by tests of everybody against everybody, more of them."""
    rng = random.Random(1)  # noqa: S311
    return Counter(tuple(peeled_by_tests(rows, chances, rng)) for _ in range(n))


def agree(found, expected):
    """Do two counters come from one distribution? What the larger has seldom seen is one class."""
    often = [key for key, n in expected.items() if n >= 40]
    if sum(found[key] == 0 for key in often) > len(often) / 2:
        return False
    rest = [sum(counts.values()) - sum(counts[key] for key in often) for counts in (found, expected)]
    return fits([*(found[key] for key in often), rest[0]], [*(expected[key] for key in often), max(rest[1], 1)])


@pytest.mark.parametrize("p", [0.25, 0.6])
def test_fronts_come_as_often_as_pairwise_tests_make_them(p):
    found = fronts(PAIRS, p)
    assert agree(found, defined(PAIRS, (1.0, p)))
    assert not agree(found, defined(PAIRS, (1.0, p + 0.05)))


def test_fronts_of_two_costs_each_with_its_chance_come_as_often_as_pairwise_tests_make_them():
    found = fronts(TRIPLES, (0.3, 0.7))
    assert agree(found, defined(TRIPLES, (1.0, 0.3, 0.7)))
    assert not agree(found, defined(TRIPLES, (1.0, 0.7, 0.3)))


def test_one_draw_for_all_tests_of_a_peel_is_another_selection():
    # A cost that counts for everybody at once, or for nobody: the marginal chances of a pair are the same.
    def peeled(rng):
        front, left, peel = {}, set(range(len(PAIRS))), 0
        while left:
            counting = (True, rng.random() < 0.25)
            gone = {i for i in left if not any(dominates(PAIRS[j], PAIRS[i], counting) for j in left)}
            front.update(dict.fromkeys(gone, peel))
            left, peel = left - gone, peel + 1
        return tuple(front[i] for i in range(len(PAIRS)))

    rng = random.Random(2)  # noqa: S311
    assert not agree(fronts(PAIRS, 0.25), Counter(peeled(rng) for _ in range(4 * DRAWS)))


def test_tournaments_give_the_better_of_two_survivors_so_often():
    # Three survivors: 0 dominates 1 when the cost counts, 2 dominates both; crowding says nothing where all are alike.
    rows = np.array([(-1.0, 1.0), (-1.0, 2.0), (-2.0, 0.0), (0.0, 9.0)])
    others, chosen = Objectives(rows[:, 1:], np.empty((4, 0))), np.empty(4, np.uint32)

    def winners(selection):
        ranking, counts = selection.rank(-rows[:, 0], 1, 1, objectives=others), np.zeros(3, int)
        ranking.fronts.crowding[:] = 0
        for generation in range(DRAWS):
            selection.choose(ranking, chosen, 1, generation)
            counts[chosen[3]] += 1
        return counts

    def shares(p):
        even = 1 / 9 + (2 / 9) * (1 - p) / 2  # against itself; against the other of the two, when nobody dominates
        return [even + p * 2 / 9, even, 5 / 9]

    for p in (0.0, 0.25, 1.0):
        assert fits(winners(Pnsga(parents=3, probability=p)), shares(p))
    assert fits(winners(Nsga2(parents=3)), shares(1.0))
    assert not fits(winners(Pnsga(parents=3, probability=0.25)), shares(0.7))

"""Schedules that draw: how long epochs are, in which orders goals come, who faces which; with negative twins."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from scipy.stats import geom

from evomod.engine import evolve
from evomod.schedules.orders import Alternating, Drawn, Shuffled, StarWalk
from evomod.scoring import targets_in
from tests.generators import logic_gates
from tests.verification.fit import fits

pytestmark = [pytest.mark.verification, pytest.mark.slice]
SEEDS = range(3000)


def epoch_lengths(schedule, seed, n):
    found, generation = [], 0
    while len(found) < n:
        epoch = schedule.at(generation, seed)
        found.append(epoch.stop - epoch.start)
        generation = epoch.stop
    return np.array(found)


def geometric(lengths, mean, most):
    counts = np.bincount(np.minimum(lengths, most), minlength=most + 1)[1:]
    return fits(counts, [*geom.pmf(np.arange(1, most), 1 / mean), geom.sf(most - 1, 1 / mean)])


@pytest.mark.parametrize("mean", [3, 20])
def test_random_epochs_are_geometric_with_mean_e(mean):
    schedule = Drawn(goals=("a", "b"), every=mean, timing="random")
    lengths = epoch_lengths(schedule, 1, 5000)
    assert geometric(lengths, mean, 5 * mean)
    assert not geometric(lengths, mean * 1.2, 5 * mean)
    strict = epoch_lengths(schedule.model_copy(update={"timing": "strict"}), 1, 5000)
    assert not geometric(strict, mean, 5 * mean)


def test_each_goal_has_a_mean_length_of_its_own():
    lengths = epoch_lengths(Alternating(goals=("a", "b"), every=(4, 9), timing="random"), 2, 6000)
    assert geometric(lengths[::2], 4, 20)
    assert geometric(lengths[1::2], 9, 45)
    assert not geometric(lengths[::2], 9, 45)


@pytest.mark.parametrize("n", [2, 3, 4])
@pytest.mark.parametrize("lap", [0, 1, 5])
def test_all_orders_of_a_round_are_alike(n, lap):
    schedule, orders = Shuffled(goals=tuple("abcd"[:n]), every=1), list(permutations("abcd"[:n]))
    seen = [tuple(schedule.at(lap * n + k, seed).goal for k in range(n)) for seed in SEEDS]
    counts = [seen.count(order) for order in orders]
    assert fits(counts, np.ones(len(orders)))
    assert not fits(counts, [1 + (order[0] == "a") for order in orders])


def test_goals_are_drawn_by_their_weights_and_independently():
    schedule = Drawn(goals=("a", "b", "c"), weights=(5, 2, 1), every=1)
    found = ["abc".index(schedule.at(generation, 1).goal) for generation in range(8000)]
    assert fits(np.bincount(found), [5, 2, 1])
    assert not fits(np.bincount(found), [5, 2, 1.3])
    pairs = np.zeros((3, 3), int)
    np.add.at(pairs, (found[:-1:2], found[1::2]), 1)
    assert fits(pairs, np.outer([5, 2, 1], [5, 2, 1]))
    assert not fits(pairs, np.outer([5, 2, 1], [5, 2, 1]) * (2 - np.eye(3)))


def test_leaves_of_a_star_are_drawn_alike_and_independently():
    schedule = StarWalk(centre="z", goals=("a", "b", "c", "d"), every=1)
    found = ["abcd".index(schedule.at(generation, 1).goal) for generation in range(1, 12001, 2)]
    pairs = np.zeros((4, 4), int)
    np.add.at(pairs, (found[:-1:2], found[1::2]), 1)
    assert fits(pairs, np.ones(16))
    assert not fits(pairs, 2 - np.eye(4))  # as if one came rarely twice running


def facing_old(problem, epoch, generation, seed):
    targets = targets_in(problem, epoch, generation, seed)
    return targets[1].facing if len(targets) == 2 else np.zeros(problem.population, np.uint8)


def test_while_a_goal_fades_the_share_that_faces_it_falls_linearly():
    problem = logic_gates(population=60, elite=10, schedule=Alternating(goals=("and", "or"), every=10, fade=4))
    counts, epoch = np.zeros((6, 2), int), problem.epoch(10, 1)
    everybody = np.zeros((6, 60), int)
    for seed in range(400):
        for k in range(6):
            old = facing_old(problem, epoch, 10 + k, seed)
            counts[k] += int(old.sum()), 60 - int(old.sum())
            everybody[k] += old
    for k, share in enumerate([0.8, 0.6, 0.4, 0.2]):
        assert fits(counts[k], [share, 1 - share])
        assert not fits(counts[k], [share - 0.03, 1.03 - share])
        assert fits(everybody[k], np.ones(60))  # whatever one's place
    assert not counts[4:, 0].any()


def test_who_faces_the_goal_before_is_drawn_anew_each_generation():
    problem = logic_gates(population=100, elite=10, schedule=Alternating(goals=("and", "or"), every=30, fade=20))
    generations = evolve(problem, 1)
    asked = []
    for generation in generations:
        if generation.population.generation >= 35:
            break
        if generation.population.generation >= 30:
            asked.append((generation.hits["or"] > 0).astype(int) - (generation.hits["and"] > 0))
    assert len({tuple(row) for row in asked}) == 5
    assert all(abs(row).sum() > 90 for row in asked)  # nobody faces both, and hardly anybody is right in nothing

"""Scoring as the documentation tells it, from scratch and in plain Python: the readable twin of `evomod.scoring`."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from evomod.rng import FACING, Stream


@dataclass
class Scores:
    """What everybody should have: per goal and in sum, and who is right in which case as bits of words."""

    apart: dict[str, Any]
    hits: Any
    fitness: Any
    right: Any


def faced(epoch: Any, goals: Any, generation: int, seed: int, n: int) -> list[list[tuple[str, int, int]]]:
    """For each individual the goals that it faces: name, generation in which the goal came, weight."""
    if epoch.together:
        return [[(name, epoch.start, weight) for name, weight in epoch.together]] * n
    now, found = (epoch.goal, epoch.start, 1), []
    for i in range(n):
        k = generation - epoch.start  # how many generations the goal is old
        share = Fraction(epoch.fade - k, epoch.fade + 1)
        word = int(Stream(seed, generation, i, FACING).words(1)[0])
        old = epoch.before is not None and k < epoch.fade and goals[epoch.before[0]].selects
        found.append([(*epoch.before, 1) if old and word < int(float(share) * 2**32) else now])
    return found


def from_scratch(problem: Any, fresh: Any, generation: int, seed: int) -> Scores:
    """Score a freshly evaluated population, everybody apart."""
    epoch, n, encoding = problem.epoch(generation, seed), len(fresh), problem.encoding
    hits, apart, rows = np.zeros(n, np.int32), {}, []
    if not (epoch.together or problem.goals[epoch.goal].selects):
        return Scores({}, hits, np.zeros(n), None)
    facing = faced(epoch, problem.goals, generation, seed, n)
    everybody = np.ones(n, np.uint8)
    for i, goals in enumerate(facing):
        words = []
        for name, start, weight in goals:
            targets, counts = problem.targets(name, start, seed), np.zeros(n, np.int32)
            right = np.zeros((n, targets[0].size), np.uint64)
            encoding.count_hits(fresh, everybody, targets, counts)
            encoding.mark_right(fresh, everybody, targets, right)
            # A random goal may fade into another function under its name: the one in force has it.
            if name != epoch.goal or np.array_equal(targets, problem.targets(name, epoch.start, seed)):
                apart.setdefault(name, np.zeros(n, np.int32))[i] += counts[i]
            hits[i] += weight * counts[i]
            words += right[i].tolist()
        rows.append(words)
    if epoch.before and generation < epoch.start + epoch.fade and problem.goals[epoch.before[0]].selects:
        for name in (epoch.goal, epoch.before[0]):  # who is asked is drawn: it may be nobody
            apart.setdefault(name, np.zeros(n, np.int32))
    fitness = hits / problem.max_hits
    for c, cost in enumerate(() if problem.selection.by_objectives else problem.fitness.costs):
        fitness = fitness - cost.weight * np.maximum(0.0, fresh.costs[:, c] - cost.above)
    return Scores(apart, hits, fitness, np.array(rows, np.uint64))

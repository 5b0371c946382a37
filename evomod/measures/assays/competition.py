"""Two populations, mixed half and half, under a goal that is new to both: whose descendants are there in the end?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from evomod.engine import Start, evolve
from evomod.errors import InputError
from evomod.goals.base import Goal
from evomod.measures.assays.founding import checked, drawn, seed_of, under
from evomod.measures.base import Array
from evomod.problem import Problem
from evomod.statistics.intervals import Interval, share


@dataclass(frozen=True, eq=False)
class Competition:
    """Who won.

    Attributes
    ----------
    goal : str
    generations : int
    ancestry : float64 (n_runs,)
        Share of the last generation's ancestry that is of population A: 1, A has taken over; 0, B has. In a child of
        two parents either counts half.
    """

    goal: str
    generations: int
    ancestry: Array

    @property
    def wins(self) -> tuple[int, int]:
        """Runs in which A, and in which B, has the majority; the others are even."""
        return int((self.ancestry > 0.5).sum()), int((self.ancestry < 0.5).sum())

    @property
    def share(self) -> Interval:
        """A's share of the runs that were decided, with Wilson's 95 % interval; NaN if none was."""
        a, b = self.wins
        return share(a, a + b) if a + b else Interval(math.nan, 0.0, 1.0, "nothing decided")

    def as_row(self) -> dict[str, str | int | float]:
        """Runs, wins of either, in how many runs one has taken over, and A's share with its interval."""
        (a, b), won = self.wins, self.share
        return {
            "goal": self.goal,
            "generations": self.generations,
            "runs": len(self.ancestry),
            "wins_a": a,
            "wins_b": b,
            "fixed": int(((self.ancestry == 0) | (self.ancestry == 1)).sum()),
            "ancestry": float(self.ancestry.mean()),
            "share": won.value,
            "low": won.low,
            "high": won.high,
        }


def compete(
    problem: Problem, a: Array, b: Array, goal: str | Goal, runs: int, generations: int, seed: int
) -> Competition:
    """Mix two populations half and half, evolve them under one goal, and follow who descends from whom.

    Nobody carries a marker: ancestry is read off the parents. In each run the founders are drawn anew from either
    population, none twice before all have come, and stand in random places, since selection may prefer some places.

    Parameters
    ----------
    problem : Problem
        Population size, selection, variation and costs are its own; its schedule does not count.
    a, b : uint8 (n, n_loci)
        The populations; one genome alone is a clone. Of an odd number of places A has one more in every other run.
    goal : str or Goal
        One of the problem's goals, by name, or any other. A random goal is drawn anew for each run.
    runs, generations : int
        At least 1.
    seed : int
        0 to 2^63 − 1.

    Raises
    ------
    InputError
        If the goal or the genomes do not fit the problem, or runs or generations are none.
    """
    if runs < 1 or generations < 1:
        raise InputError(f"compete: at least one run and one generation are needed [got {runs} and {generations}]")
    changed, name = under(problem, goal)
    a, b = checked(changed, a, "population A"), checked(changed, b, "population B")
    ancestry = [_run(changed, a, b, run, generations, seed_of(seed, run)) for run in range(runs)]
    return Competition(name, generations, np.array(ancestry))


def _run(problem: Problem, a: Array, b: Array, run: int, generations: int, seed: int) -> float:
    """A's share of the ancestry after one run."""
    n = problem.population
    n_a = (n + run % 2) // 2
    founders = np.concatenate([drawn(a, n_a, seed, 0), drawn(b, n - n_a, seed, 1)])
    places = drawn(np.arange(n), n, seed, 2)
    ancestry = (places < n_a).astype(float)
    for generation in evolve(problem, seed, Start(0, founders[places])):
        population = generation.population
        if population.generation:
            ancestry = (ancestry[population.parents] + ancestry[population.second_parents]) / 2
        if population.generation == generations or ancestry.min() == ancestry.max():
            break
    return float(ancestry.mean())

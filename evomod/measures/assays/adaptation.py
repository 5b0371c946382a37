"""How many generations a population needs to solve a goal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evomod.engine import Start, evolve
from evomod.errors import InputError
from evomod.goals.base import Goal
from evomod.measures.assays.founding import checked, under
from evomod.measures.base import Array
from evomod.problem import Problem
from evomod.statistics.survival import kaplan_meier


@dataclass(frozen=True, eq=False)
class Adaptation:
    """Times until a goal was solved.

    Attributes
    ----------
    goal : str
    limit : int
        Generations that were waited.
    times : float64 (n_runs,)
        Generations until somebody was perfect, 0 for founders; `limit` where nobody was.
    observed : bool (n_runs,)
        False: not solved within the limit (censored).
    """

    goal: str
    limit: int
    times: Array
    observed: Array

    def as_row(self) -> dict[str, str | int | float]:
        """Runs, how many solved it, and the median time with its 95 % interval (Kaplan-Meier), infinite if unknown."""
        median = kaplan_meier(self.times, self.observed).median
        return {
            "goal": self.goal,
            "runs": len(self.times),
            "solved": int(self.observed.sum()),
            "limit": self.limit,
            "median": median.value,
            "low": median.low,
            "high": median.high,
        }


def generations_to(problem: Problem, genomes: Array, goal: str | Goal, limit: int, seeds: Sequence[int]) -> Adaptation:
    """Evolve a population under one goal until somebody is perfect on it.

    Parameters
    ----------
    problem : Problem
        Population size, selection, variation and costs are its own; its schedule does not count.
    genomes : uint8 (n, n_loci)
        The founders, by place; where they are fewer than the population they come in turn, so that one is a clone.
    goal : str or Goal
        One of the problem's goals, by name, or any other. A random goal is drawn anew for each seed.
    limit : int
        Generations to wait, at least 1.
    seeds : sequence of int
        One for each run, at least one.

    Raises
    ------
    InputError
        If the goal or the genomes do not fit the problem, or there is nothing to wait for.
    """
    if limit < 1 or not len(seeds):
        raise InputError(f"generations_to: a limit of at least 1 and a seed are needed [got {limit} and {len(seeds)}]")
    changed, name = under(problem, goal)
    genomes = checked(changed, genomes, "founders")
    if len(genomes) > changed.population:
        raise InputError(f"founders are {len(genomes)}, but the population has {changed.population} places")
    start = Start(0, genomes[np.arange(changed.population) % len(genomes)])
    times = [_time(changed, start, limit, seed) for seed in seeds]
    observed = np.array([time is not None for time in times])
    return Adaptation(name, limit, np.array([limit if time is None else time for time in times], float), observed)


def _time(problem: Problem, start: Start, limit: int, seed: int) -> int | None:
    for generation in evolve(problem, seed, start):
        if generation.population.hits.max() >= problem.solved_hits:
            return generation.population.generation
        if generation.population.generation == limit:
            break
    return None

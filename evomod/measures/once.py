"""Each genome is measured once, on the goal that it is measured by, however many specimens have it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from evomod.measures.base import Array, MeasureError, Specimen
from evomod.neighbourhood import assessed
from evomod.problem import Problem

Take = Callable[[Problem, str, list[Specimen]], Array]


def take_once(specimens: Sequence[Specimen], n_columns: int, take: Take) -> Array:
    """Ask `take` for the numbers of different genomes, those of one problem and goal together.

    The goal is that of the specimen; where that is none, or one that is drawn at random or asks nothing, the named
    goal on which the genome is best; "" where there is no such goal either.

    Parameters
    ----------
    take : callable
        (problem, goal, specimens with different genomes) to float64 (n, n_columns). Where goals ask a sample of their
        cases, the problem is the one whose goals ask all: what is measured is no matter of the run's draw.

    Returns
    -------
    float64 (n, n_columns)
    """
    groups: dict[tuple[int, str], dict[bytes, list[int]]] = {}
    for i, specimen in enumerate(specimens):
        problem, genome = known(specimen)
        places = groups.setdefault((id(problem), goal_of(specimen)), {})
        places.setdefault(genome.tobytes(), []).append(i)
    values = np.full((len(specimens), n_columns), np.nan)
    for (_, goal), places in groups.items():
        some = [specimens[rows[0]] for rows in places.values()]
        found = take(known(some[0])[0].whole, goal, some)
        for row, rows in zip(found, places.values(), strict=True):
            values[rows] = row
    return values


def known(specimen: Specimen) -> tuple[Problem, Array]:
    """The problem and the genome; MeasureError where there are none."""
    if specimen.problem is None or specimen.genome is None:
        raise MeasureError(f"{specimen.name}: has no genome, only a network")
    return specimen.problem, np.asarray(specimen.genome, np.uint8)


def goal_of(specimen: Specimen) -> str:
    """The goal that a specimen is measured by; see `take_once`."""
    problem, genome = known(specimen)
    problem = problem.whole
    goal = problem.goals.get(specimen.goal)
    if goal is not None and goal.is_task:
        return specimen.goal
    best, most = "", -1
    for name in problem.named_goals:
        if problem.goals[name].is_task:
            hits = int(assessed(problem, genome[None], name, problem.targets(name, 0, 0)).hits[0])
            if hits > most:
                best, most = name, hits
    return best

"""Who descended from whom, generation by generation, whatever was recorded of births."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from evomod.engine import Start
from evomod.engines import evolve
from evomod.problem import Problem

if TYPE_CHECKING:
    from evomod.lineage.reader import LineageReader

Array = npt.NDArray[Any]


def parents_between(log: LineageReader, problem: Problem, start: int, stop: int) -> tuple[Array, Array]:
    """Places of first and second parents in the generation before, for generations `start` ≥ 1 to `stop` − 1.

    Without recorded births the engine runs again, from the nearest snapshot before `start`.

    Returns
    -------
    two arrays (stop − start, S) of places; equal where nothing came by crossover
    """
    if log.layout.births == "all":
        first = log.per_generation("births/parents", start, stop)
        return first, log.per_generation("births/second_parents", start, stop) if log.layout.sexual else first
    begin = max(g for g in log.snapshot_generations if g < start)
    shape = (stop - start, log.layout.population)
    first = np.empty(shape, log.layout.place)
    second = np.empty(shape, log.layout.place) if log.layout.sexual else first
    made_again = evolve(problem, int(log.attributes["seed"]), Start(begin, log.snapshot(begin)))
    for generation in islice(made_again, start - begin, stop - begin):
        population = generation.population
        second[population.generation - start] = population.second_parents  # without crossover, the same array
        first[population.generation - start] = population.parents
    return first, second

"""What the engine itself says of a run's births, to compare exports with."""

from __future__ import annotations

from functools import cache
from itertools import islice

import numpy as np

from evomod.engine import evolve
from tests.unit.test_pedigree import chronicle
from tests.whole.conftest import tiny


@cache
def evolved(*settings):
    """Genomes, parents and second parents of all generations (generation, place, …)."""
    scenario = tiny(*settings)
    generations = []
    for generation in islice(evolve(scenario.problem, scenario.seed), scenario.generations + 1):
        population = generation.population
        generations.append([population.genomes.copy(), population.parents.copy(), population.second_parents.copy()])
    return [np.array(arrays) for arrays in zip(*generations, strict=True)]


@cache
def lives(*settings):
    """Who was where, everybody's parents and last generation; see `chronicle`."""
    _, parents, second = evolved(*settings)
    return chronicle(parents, second, tiny(*settings).problem.selection.n_elite)

"""Genomes evaluated once and scored on many goals: champions, and what stood on a line of descent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.costs.base import count_costs
from evomod.population import Population
from evomod.problem import Problem

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Scores:
    """What genomes are worth.

    Attributes
    ----------
    population : Population
        Evaluated, and costed.
    benefits : float64 (n, n_goals)
    parts, connections : int32 (n,)
        Effective parts; pairs (source, part).
    """

    population: Population
    benefits: Array
    parts: Array
    connections: Array


def scores(problem: Problem, genomes: Array, targets: Mapping[str, Array], seed: int) -> Scores:
    """Score genomes uint8 (n, n_loci) on goals with these packed targets, by goal; the seed is that of the run."""
    encoding, n = problem.encoding, len(genomes)
    population = Population.empty(n, encoding.n_loci, encoding.response_shape, len(problem.fitness.costs))
    population.genomes[:] = genomes
    everybody = population.changed
    encoding.evaluate(population)
    count_costs(problem.fitness.costs, encoding, population, seed)
    benefits, counts = np.zeros((n, len(targets))), np.zeros((2, n), np.int32)
    for k, (goal, packed) in enumerate(targets.items()):
        problem.count_hits(goal, packed, population, everybody, population.hits)
        benefits[:, k] = population.hits / problem.full_hits
    encoding.count_parts(population, everybody, counts[0])
    encoding.count_connections(population, everybody, counts[1])
    return Scores(population, benefits, *counts)


def fitness_of(problem: Problem, benefits: Array, costs: Array) -> Array:
    """Fitness for benefits (n, …) and costs (n, n_costs), as the engine's `score` has it."""
    weights, above = problem.cost_tables
    fitness = np.array(benefits, float)
    for c, weight in enumerate(weights):
        fitness -= (weight * np.maximum(0.0, costs[:, c] - above[c])).reshape(-1, *(1,) * (fitness.ndim - 1))
    return fitness

"""What individuals of a DEAP loop are worth: the compiled evaluation, and the goals of the generation in force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.deap_engine.individual import Individual
from evomod.errors import InputError
from evomod.population import Population
from evomod.problem import Problem
from evomod.schedules.base import Epoch
from evomod.scoring import Scorer


class Judge:
    """Scores individuals in the goals of one generation, 0 at first.

    Attributes
    ----------
    problem, seed
    epoch : Epoch
    generation : int
    """

    epoch: Epoch

    def __init__(self, problem: Problem, seed: int) -> None:
        self.problem, self.seed, self.generation = problem, seed, -1
        self.scorer = Scorer(problem, seed)
        self.begin(0)

    @property
    def blind(self) -> bool:
        """Is nothing asked, so that chance has to select?"""
        return not self.scorer.targets

    def begin(self, generation: int) -> bool:
        """Put the goals of a generation in force; True if every fitness that is known is void."""
        if generation != self.generation + 1:
            self.scorer.targets = ()  # whatever is in force, it may be of another epoch
        self.generation, self.epoch = generation, self.problem.epoch(generation, self.seed)
        return self.scorer.ask(self.epoch, generation)

    def assess(self, individuals: Sequence[Individual]) -> tuple[Population, Mapping[str, Any]]:
        """Individuals as a population, evaluated and scored; and the benefit on each goal in force."""
        problem, encoding = self.problem, self.problem.encoding
        n = len(individuals)
        if n != problem.population and any(target.facing is not None for target in self.scorer.targets):
            raise InputError(
                f"in generation {self.generation} a goal fades, and each of {problem.population} places faces the old "
                f"or the new one: give the whole population at once to evaluate_population [got {n} individual(s)]"
            )
        population = Population.empty(n, encoding.n_loci, encoding.response_shape, len(problem.fitness.costs))
        population.generation = self.generation
        alleles = chain.from_iterable(chain.from_iterable(individuals))
        population.genomes[:] = np.fromiter(alleles, np.uint8).reshape(n, encoding.n_loci)
        return population, self.scorer.score(population, population.changed)

    def evaluate(self, individual: Individual) -> tuple[float]:
        """Fitness of one individual, as DEAP wants it."""
        return self.evaluate_population([individual])[0]

    def evaluate_population(self, individuals: Sequence[Individual]) -> list[tuple[float]]:
        """Fitness of many individuals at once, which is a hundred times faster than one by one."""
        return [(value,) for value in self.assess(individuals)[0].fitness.tolist()]

    def cases(self, individuals: Sequence[Individual]) -> list[tuple[bool, ...]]:
        """Who is right where: for each individual all cases in which somebody is right and somebody else wrong."""
        population, _ = self.assess(individuals)
        right: npt.NDArray[Any] = np.asarray(self.scorer.rank(population).right)
        bits = np.unpackbits(right.astype("<u8").view(np.uint8), axis=1).astype(bool)
        return [tuple(row) for row in bits[:, bits.any(axis=0) & ~bits.all(axis=0)].tolist()]

"""The engine: a generator over generations. It knows neither files nor figures, and stops when nobody asks for more.

Nothing is evaluated twice: an individual that was not varied keeps its phenotype and its costs, and a goal switch
scores the stored outputs again without running a single circuit. Only what is drawn afresh, by noise and failure of
parts, is evaluated in every generation for everybody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.errors import InputError
from evomod.population import Population
from evomod.problem import Problem
from evomod.schedules.base import Epoch
from evomod.scoring import Scorer
from evomod.selection.base import Ranking

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Start:
    """Where to begin when not at a random generation 0: the genomes of a generation, uint8 (S, n_loci), by place."""

    generation: int
    genomes: Array


@dataclass(slots=True)
class Generation:
    """What the engine yields: the population, evaluated and scored, the epoch it lives in, and who is how good.

    The arrays are the engine's own and are reused two generations later; copy what is to be kept.

    Attributes
    ----------
    population, epoch, ranking
    hits : goal in force to int32 (n,)
        Benefit on each as a count, 0 for who faces another one; nothing in an epoch without selection.
    clean : float64 (n,) or None
        With noise or failure, fitness without it; `population.fitness` and the ranking are what selection saw, and
        `population.hits` and `hits` are counted in clean cases.
    """

    population: Population
    epoch: Epoch
    ranking: Ranking
    hits: Mapping[str, Array]
    clean: Array | None = None

    @property
    def fitness(self) -> Array:
        """Of everybody, without noise and failure: float64 (n,)."""
        return self.population.fitness if self.clean is None else self.clean

    @property
    def champion(self) -> tuple[int, int]:
        """Place and hits of the best individual; while a goal fades, of those who face the goal in force.

        With noise or failure it is the best in clean cases, of equals the one with the best draw.
        """
        order, everybodys = self.ranking.fittest, self.population.hits
        if self.clean is not None:
            order = order[np.argsort(-self.clean[order], kind="stable")]
        hits = self.hits.get(self.epoch.goal, everybodys)
        if hits is everybodys:
            return int(order[0]), int(everybodys[order[0]])
        facing = order[hits[order] > 0]  # who faces the other goal has none
        place = int(facing[0] if len(facing) else order[0])
        return place, int(hits[place])


def evolve(problem: Problem, seed: int, start: Start | None = None) -> Iterator[Generation]:
    """All generations from generation 0, or from `start` (itself included), without end.

    The same problem and seed give the same generations, wherever one starts.

    Raises
    ------
    InputError
        If the seed is not in 0 … 2^63 − 1, or the genomes of `start` are none of this problem.
    """
    check(problem, seed, start)
    engine = _Engine(problem, seed)
    generation = engine.first(start)
    while True:
        yield generation
        generation = engine.next(generation)


def check(problem: Problem, seed: int, start: Start | None) -> None:
    """Raise InputError if no run can have this seed or begin so."""
    if not 0 <= seed < 2**63:
        raise InputError(f"a seed must be a whole number from 0 to 2^63 - 1 [got {seed}]")
    if start is None:
        return
    shape = (problem.population, problem.encoding.n_loci)
    if start.genomes.shape != shape or start.genomes.dtype != np.uint8:
        raise InputError(
            f"genomes to start from must be uint8 {shape} [got {start.genomes.dtype} {start.genomes.shape}]"
        )
    # The kernels trust a genome with addresses into arrays.
    if illegal := problem.encoding.illegal(start.genomes):
        raise InputError(f"genome {illegal[0]} to start from has {illegal[1]}")


class _Engine:
    """Two populations that take turns."""

    def __init__(self, problem: Problem, seed: int) -> None:
        self.problem, self.seed, self.encoding = problem, seed, problem.encoding
        self.scorer = Scorer(problem, seed)
        size = (problem.population, self.encoding.n_loci, self.encoding.response_shape, len(problem.fitness.costs))
        self.spare, self.other = Population.empty(*size), Population.empty(*size)
        if not problem.variation.sexual:
            for population in (self.spare, self.other):
                population.second_parents = population.parents
        self.everybody = np.ones(problem.population, np.uint8)

    def first(self, start: Start | None) -> Generation:
        population, self.spare = self.spare, self.other
        population.generation = 0 if start is None else start.generation
        founders = self.problem.initial.found(self.problem.founding(self.seed)) if start is None else start.genomes
        population.genomes[:] = founders
        return self._assess(population, self.problem.epoch(population.generation, self.seed))

    def next(self, old: Generation) -> Generation:
        problem, seed = self.problem, self.seed
        population, self.spare = self.spare, old.population
        generation = population.generation = old.population.generation + 1
        population.n_kept = problem.selection.choose(old.ranking, population.parents, seed, generation)
        population.inherit(old.population)
        population.changed[:] = 0
        if problem.variation.sexual:
            population.second_parents[:] = population.parents
            problem.variation.crossover.cross(self.encoding, population, seed)
        problem.variation.mutation.mutate(self.encoding, population, seed)
        epoch = old.epoch if generation != old.epoch.stop else problem.epoch(generation, seed)
        return self._assess(population, epoch)

    def _assess(self, population: Population, epoch: Epoch) -> Generation:
        asked_anew = self.scorer.ask(epoch, population.generation)
        hits = self.scorer.score(population, self.everybody if asked_anew else population.changed)
        return Generation(population, epoch, self.scorer.rank(population), hits, self.scorer.clean)

"""Champions: the best individual of a generation, scored against all goals, not only the one in force."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.engine import Generation
from evomod.lineage.schema import Layout
from evomod.problem import Problem

Array = npt.NDArray[Any]


class Champions:
    """Makes the rows of `/champions` and `/epoch_ends`; remembers the last champion to see when it changes."""

    def __init__(self, problem: Problem, seed: int, layout: Layout, last: tuple[str, int] = ("", -1)) -> None:
        self.encoding, self.layout, self.goals = problem.encoding, layout, list(problem.goals)
        self.targets = [problem.targets(name, 0, seed) for name in layout.scored]
        self.genome, self.epoch = bytes.fromhex(last[0]), last[1]
        self.who = np.zeros(problem.population, np.uint8)
        self.counts = np.zeros(problem.population, np.int32)

    @property
    def last(self) -> tuple[str, int]:
        """Genome (hex) and epoch of the last champion, for a checkpoint."""
        return self.genome.hex(), self.epoch

    def changed(self, generation: Generation) -> bool:
        """Is the best individual another one than in the generation before, or the goal a new one?"""
        genome = generation.population.genomes[generation.ranking.order[0]].tobytes()
        if genome == self.genome and generation.epoch.index == self.epoch:
            return False
        self.genome, self.epoch = genome, generation.epoch.index
        return True

    def row(self, generation: Generation) -> Array:
        """The best individual as a row of `champion_dtype`."""
        population, encoding, counts = generation.population, self.encoding, self.counts
        place = int(generation.ranking.order[0])
        row = np.zeros((), self.layout.champion_dtype)
        self.who[place] = 1
        row["generation"], row["place"] = population.generation, place
        row["goal"] = self.goals.index(generation.epoch.goal)
        row["fitness"] = population.fitness[place]
        row["benefit"] = population.hits[place] / encoding.max_hits
        for k, targets in enumerate(self.targets):
            encoding.count_hits(population, self.who, targets, counts)
            row["benefits"][k] = counts[place] / encoding.max_hits
        encoding.count_parts(population, self.who, counts)
        row["parts"] = counts[place]
        encoding.count_connections(population, self.who, counts)
        row["connections"] = counts[place]
        row["settled"] = population.settled[place]
        row["genome"] = population.genomes[place]
        self.who[place] = 0
        return row

"""Champions: the best individual of a generation, scored against all goals, not only the one in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.engine import Generation
from evomod.lineage.schema import Layout
from evomod.lineage.scores import scores
from evomod.problem import Problem

Array = npt.NDArray[Any]


@dataclass(slots=True)
class Note:
    """What is taken down about a champion at once; the rest follows from its genome."""

    generation: int
    place: int
    goal: str
    fitness: float
    hits: int
    genome: bytes


class Champions:
    """Notes champions as they come, and makes the rows of `/champions` and `/epoch_ends` a block at a time."""

    def __init__(self, problem: Problem, seed: int, layout: Layout, last: tuple[str, int] = ("", -1)) -> None:
        self.problem, self.seed, self.layout = problem, seed, layout
        self.goal_index = {name: k for k, name in enumerate(layout.goals)}
        self.targets = {name: problem.targets(name, 0, seed) for name in layout.scored}
        self.genome, self.epoch = bytes.fromhex(last[0]), last[1]
        self.changes: list[Note] = []
        self.epoch_ends: list[Note] = []

    @property
    def last(self) -> tuple[str, int]:
        """Genome (hex) and epoch of the last champion, for a checkpoint."""
        return self.genome.hex(), self.epoch

    def look_at(self, generation: Generation) -> None:
        """Note the best individual if it, or the goal, is another than before, and at the end of an epoch."""
        population, epoch = generation.population, generation.epoch
        place, hits = generation.champion
        genome = population.genomes[place].tobytes()
        # Where nothing selects, the first in the order is first by chance, and another one each generation.
        changed = (genome != self.genome and bool(generation.hits)) or epoch.index != self.epoch
        ends = epoch.stop == population.generation + 1
        if changed or ends:
            fitness = float(generation.fitness[place])
            note = Note(population.generation, place, epoch.goal, fitness, hits, genome)
            self.genome, self.epoch = genome, epoch.index
            if changed:
                self.changes.append(note)
            if ends:
                self.epoch_ends.append(note)

    def take(self) -> dict[str, Array]:
        """Rows of `champion_dtype` for what was noted since the last call: changes and epoch ends, by table."""
        rows = {"champions": self._rows(self.changes), "epoch_ends": self._rows(self.epoch_ends)}
        self.changes, self.epoch_ends = [], []
        return rows

    def _rows(self, notes: list[Note]) -> Array:
        """Evaluate the genomes again, all at once, and score them on every goal."""
        rows = np.zeros(len(notes), self.layout.champion_dtype)
        if not notes:
            return rows
        genomes = np.array([np.frombuffer(note.genome, np.uint8) for note in notes])
        found = scores(self.problem, genomes, self.targets, self.seed)
        for column in ("generation", "place", "fitness"):
            rows[column] = [getattr(note, column) for note in notes]
        rows["benefit"] = np.array([note.hits for note in notes]) / self.layout.max_hits
        rows["goal"] = [self.goal_index[note.goal] for note in notes]
        rows["genome"], rows["settled"] = genomes, found.population.settled
        rows["parts"], rows["connections"] = found.parts, found.connections
        if self.targets:
            rows["benefits"] = found.benefits
        return rows

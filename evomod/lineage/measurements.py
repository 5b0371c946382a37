"""Measurements: what the scenario's measures say of the best individual, from time to time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.engine import Generation
from evomod.lineage.champions import Note
from evomod.lineage.schema import Layout
from evomod.measures.base import Measure, Specimen, labelled
from evomod.problem import Problem
from evomod.schedules.base import Epoch

Array = npt.NDArray[Any]


class Measurements:
    """Notes whom to measure, and makes the rows of `/measures` a block at a time.

    When somebody is measured is a function of generation and schedule alone, so that a resume cannot shift it.
    """

    def __init__(self, problem: Problem, seed: int, layout: Layout, measures: Iterable[Measure]) -> None:
        self.problem, self.seed, self.layout = problem, seed, layout
        self.measures = labelled(measures)
        self.notes: dict[str, list[Note]] = {name: [] for name in self.measures}

    def look_at(self, generation: Generation) -> None:
        """Note the best individual for each measure that is due."""
        number, epoch = generation.population.generation, generation.epoch
        for name, measure in self.measures.items():
            if not self._due(number, epoch, measure.every):
                continue
            place, hits = generation.champion
            genome = generation.population.genomes[place].tobytes()
            fitness = float(generation.fitness[place])
            self.notes[name].append(Note(number, place, epoch.goal, fitness, hits, genome))

    def _due(self, number: int, epoch: Epoch, every: int) -> bool:
        """Just after a switch nothing has adapted, and goals must be compared with themselves.

        So it is epoch ends that count, and of these the first of each goal from every multiple of `every` on: as many
        as there are goals. Within an epoch only what has had `every` generations of it is looked at.
        """
        ends = epoch.stop == number + 1
        settled = number % every == 0 and (epoch.stop is None or number - epoch.start >= every)
        if not (ends or settled) or not self.problem.goals_select(epoch):
            return False
        if settled:
            return True
        start = epoch.start
        for _ in range(len(self.problem.schedule.goal_names) - 1):
            if start <= 0:  # the first epoch may have begun before the run
                break
            start = self.problem.epoch(start - 1, self.seed).start
        return (number + 1) // every > start // every

    def take(self) -> dict[str, Array]:
        """Rows of `measure_dtype` for what was noted since the last call, by table."""
        rows = {f"measures/{name}": self._rows(name, notes) for name, notes in self.notes.items()}
        self.notes = {name: [] for name in self.measures}
        return rows

    def _rows(self, name: str, notes: list[Note]) -> Array:
        rows = np.zeros(len(notes), self.layout.measure_dtype(name))
        if not notes:
            return rows
        rows["generation"] = [note.generation for note in notes]
        rows["place"] = [note.place for note in notes]
        rows["goal"] = [self.layout.goals.index(note.goal) for note in notes]
        specimens = [
            Specimen(
                f"the best of generation {note.generation}",
                problem=self.problem,
                genome=np.frombuffer(note.genome, np.uint8),
                goal=note.goal,
                seed=self.seed,
            )
            for note in notes
        ]
        values = self.measures[name].checked(specimens)
        for k, column in enumerate(self.layout.measures[name]):
            rows[column] = values[:, k]
        return rows

"""What happened along a line of descent: each mutation, and what it did to fitness under every goal.

A step is an ancestor whose genome differs from its parent's, and the oldest one. It is *beneficial*, *neutral* or
*deleterious* as its fitness is above, equal to or below its parent's under the goal in force when it was born. It is
*hidden* if it is neutral there, and would not have been under another goal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from evomod.errors import InputError
from evomod.genotypes.base import Phenotype
from evomod.lineage.individual import Individual, phenotype
from evomod.lineage.line import Line, line_of_descent
from evomod.lineage.scores import fitness_of, scores
from evomod.population import Population
from evomod.problem import Problem

if TYPE_CHECKING:
    from evomod.lineage.reader import LineageReader

Array = npt.NDArray[Any]
EFFECTS = {-1: "deleterious", 0: "neutral", 1: "beneficial"}


@dataclass(frozen=True)
class Story:
    """A line of descent, step by step.

    Attributes
    ----------
    problem, line
    goals : names of the goals that every step is scored on: those that are not drawn at random
    in_force : names of the goals that may be in force, as the log has them; `steps["goal"]` counts in these
    steps : structured array, one row a step, oldest first

        generation, until : of its birth, and the last one before the next step
        place : where it was born
        goal : index into `in_force`
        benefit, fitness : under the goal in force when it was born; NaN where nothing selects
        gain : fitness less that of the parent under the same goal; 0 in the first step, NaN where nothing selects
        effect : −1, 0, 1, the sign of the gain: see `EFFECTS`; 0 where nothing selects
        hidden : bool
        benefits, fitnesses, effects : on each of `goals`
        costs : one for each cost of the scenario
        parts, connections, settled : effective gates; pairs (source, gate); 0 if it oscillates
        n_changed : loci, of continuous weights numbers, that differ from the parent
        expressed : does one of them belong to a part that has a path to an output, before or after?
        crossed : did it have two parents?
    genomes : uint8 (n_steps, n_loci)
    """

    problem: Problem
    line: Line
    goals: tuple[str, ...]
    in_force: tuple[str, ...]
    steps: Array
    genomes: Array

    def __len__(self) -> int:
        return len(self.steps)

    def phenotype(self, k: int) -> Phenotype:
        """The individual of step `k`, readable."""
        return phenotype(self.problem, self.genomes[k])

    def changes(self, k: int) -> tuple[str, ...]:
        """What the mutation of step `k` altered, in words; nothing for the first step."""
        if k == 0:
            return ()
        return self.problem.encoding.changes(self.genomes[k - 1], self.genomes[k], self.problem.inputs)

    def by_generation(self, column: Array) -> Array:
        """What is told of steps (n_steps, …), for every generation of the line."""
        return np.repeat(column, self.steps["until"] - self.steps["generation"] + 1, axis=0)

    def at(self, generation: npt.ArrayLike) -> Any:
        """The step that is on the line in a generation, or the steps in many."""
        return np.searchsorted(self.steps["generation"], generation, "right") - 1


def tell(
    log: LineageReader, problem: Problem, individual: Individual = "best", start: int = 0, stop: int | None = None
) -> Story:
    """The story of an individual's line of descent from generation `start` on; raises as `line_of_descent` does.

    With `stop`, only up to that generation: the story of the individual's ancestor there.
    """
    line = line_of_descent(log, problem, individual, start)
    if stop is not None and stop < start:
        raise InputError(f"{log.folder}: a line that begins in generation {start} cannot end in generation {stop}")
    return story_of(log, problem, _until(line, line.generations[-1] if stop is None else stop))


def story_of(log: LineageReader, problem: Problem, line: Line) -> Story:
    """The story of a line that is known."""
    changed = np.ones(len(line), bool)
    changed[1:] = (line.genomes[1:] != line.genomes[:-1]).any(axis=1)
    rows = np.flatnonzero(changed)
    genomes = line.genomes[rows]
    steps = np.zeros(len(rows), _dtype(len(log.layout.scored), len(log.layout.costs)))
    steps["generation"] = line.start + rows
    steps["until"] = np.append(steps["generation"][1:] - 1, line.generations[-1])
    steps["place"] = line.places[rows]
    steps["goal"] = log.generations["goal"][steps["generation"]]
    steps["n_changed"][1:] = problem.encoding.count_changes(genomes[:-1], genomes[1:])
    steps["crossed"][1:] = (line.second_parents[rows] != line.places[rows - 1])[1:]
    _score(log, problem, genomes, steps)
    return Story(problem, line, log.layout.scored, log.layout.goals, steps, genomes)


def _until(line: Line, last: int) -> Line:
    columns = {
        name: getattr(line, name)[: last + 1 - line.start] for name in ("places", "second_parents", "born", "genomes")
    }
    return Line(line.start, **columns)


def _dtype(n_goals: int, n_costs: int) -> np.dtype[np.void]:
    return np.dtype(
        [
            *((name, "<i8") for name in ("generation", "until", "place", "goal")),
            *((name, "<f8") for name in ("benefit", "fitness")),
            *(("gain", "<f8"), ("effect", "i1"), ("hidden", "?")),
            *((name, "<f8", (n_goals,)) for name in ("benefits", "fitnesses")),
            *(("effects", "i1", (n_goals,)), ("costs", "<f8", (n_costs,))),
            *((name, "<i4") for name in ("parts", "connections", "settled", "n_changed")),
            *(("expressed", "?"), ("crossed", "?")),
        ]
    )


def _score(log: LineageReader, problem: Problem, genomes: Array, steps: Array) -> None:
    seed = int(log.attributes["seed"])
    found = scores(problem, genomes, {goal: problem.targets(goal, 0, seed) for goal in log.layout.scored}, seed)
    steps["benefits"], steps["costs"] = found.benefits, found.population.costs
    steps["fitnesses"] = fitness_of(problem, found.benefits, found.population.costs)
    steps["settled"], steps["parts"], steps["connections"] = found.population.settled, found.parts, found.connections
    steps["expressed"][1:] = _expressed(problem, genomes, found.population)
    steps["effects"][1:] = np.sign(np.diff(steps["fitnesses"], axis=0))
    steps["benefit"], steps["fitness"], parents = _in_force(problem, seed, genomes, steps)
    steps["gain"] = steps["fitness"] - parents
    steps["effect"] = np.nan_to_num(np.sign(steps["gain"]))
    steps["hidden"] = (steps["effect"] == 0) & (steps["effects"] != 0).any(axis=1)


def _expressed(problem: Problem, genomes: Array, judged: Population) -> Array:
    part = problem.encoding.part
    effective = (judged.effective[:, None] >> np.maximum(part, 0).astype(np.uint64) & np.uint64(1)).astype(bool)
    read = effective | (part < 0)
    expressed: Array = ((genomes[1:] != genomes[:-1]) & (read[1:] | read[:-1])).any(axis=1)
    return expressed


def _in_force(problem: Problem, seed: int, genomes: Array, steps: Array) -> tuple[Array, Array, Array]:
    """Benefit and fitness of each step, and fitness of its parent, under the goals in force when it was born."""
    benefit, fitness, before = (np.full(len(steps), np.nan) for _ in range(3))
    epochs = [problem.epoch(int(generation), seed) for generation in steps["generation"]]
    same: dict[tuple[Any, ...], list[int]] = {}
    for k, epoch in enumerate(epochs):
        if problem.goals_select(epoch):
            weights = epoch.together or ((epoch.goal, 1),)
            always = all(problem.goals[goal].named for goal, _ in weights)  # alike in every epoch
            same.setdefault((weights, 0 if always else epoch.start), []).append(k)
    for (weights, start), members in same.items():
        rows = np.array(members)
        own = _judge(problem, seed, genomes[rows], weights, start)
        benefit[rows], fitness[rows] = own
        before[rows] = _judge(problem, seed, genomes[np.maximum(rows - 1, 0)], weights, start)[1]
    return benefit, fitness, before


def _judge(
    problem: Problem, seed: int, genomes: Array, weights: Sequence[tuple[str, int]], start: int
) -> tuple[Array, Array]:
    """Benefit and fitness on goals in force together, as the engine adds them up."""
    found = scores(problem, genomes, {goal: problem.targets(goal, start, seed) for goal, _ in weights}, seed)
    shares = np.array([weight for _, weight in weights])
    # Whole numbers add up exactly, benefits need not.
    hits = np.rint(found.benefits * problem.full_hits) @ shares
    benefit = hits / (problem.full_hits * shares.sum())
    return benefit, fitness_of(problem, benefit, found.population.costs)

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

from evomod.genotypes.base import Phenotype
from evomod.lineage.individual import phenotype
from evomod.lineage.line import Individual, Line, line_of_descent
from evomod.neighbourhood import assessed
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
        effect : −1, 0, 1: see `EFFECTS`; 0 where nothing selects
        hidden : bool
        benefits, fitnesses, effects : on each of `goals`
        costs : one for each cost of the scenario
        parts, connections, settled : effective gates; pairs (source, gate); 0 if it oscillates
        n_changed : loci that differ from the parent
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

    def at(self, generation: int) -> int:
        """The step that is on the line in a generation."""
        return int(np.searchsorted(self.steps["generation"], generation, "right")) - 1


def tell(log: LineageReader, problem: Problem, individual: Individual = "best", start: int = 0) -> Story:
    """The story of an individual's line of descent from generation `start` on; raises as `line_of_descent` does."""
    line = line_of_descent(log, problem, individual, start)
    changed = np.ones(len(line), bool)
    changed[1:] = (line.genomes[1:] != line.genomes[:-1]).any(axis=1)
    rows = np.flatnonzero(changed)
    genomes = line.genomes[rows]
    steps = np.zeros(len(rows), _dtype(len(log.layout.scored), len(log.layout.costs)))
    steps["generation"] = line.start + rows
    steps["until"] = np.append(steps["generation"][1:] - 1, line.generations[-1])
    steps["place"] = line.places[rows]
    steps["goal"] = log.generations["goal"][steps["generation"]]
    steps["n_changed"][1:] = (genomes[1:] != genomes[:-1]).sum(axis=1)
    steps["crossed"][1:] = (line.second_parents[rows] != line.places[rows - 1])[1:]
    _score(log, problem, genomes, steps)
    return Story(problem, line, log.layout.scored, log.layout.goals, steps, genomes)


def _dtype(n_goals: int, n_costs: int) -> np.dtype[np.void]:
    return np.dtype(
        [
            *((name, "<i8") for name in ("generation", "until", "place", "goal")),
            *((name, "<f8") for name in ("benefit", "fitness")),
            *(("effect", "i1"), ("hidden", "?")),
            *((name, "<f8", (n_goals,)) for name in ("benefits", "fitnesses")),
            *(("effects", "i1", (n_goals,)), ("costs", "<f8", (n_costs,))),
            *((name, "<i4") for name in ("parts", "connections", "settled", "n_changed")),
            *(("expressed", "?"), ("crossed", "?")),
        ]
    )


def _score(log: LineageReader, problem: Problem, genomes: Array, steps: Array) -> None:
    seed, encoding = int(log.attributes["seed"]), problem.encoding
    for k, goal in enumerate(log.layout.scored):
        judged = assessed(problem, genomes, goal, problem.targets(goal, 0, seed))
        steps["benefits"][:, k], steps["fitnesses"][:, k] = judged.hits / problem.full_hits, judged.fitness
    steps["costs"], steps["settled"] = judged.costs, judged.settled
    for column, count in (("parts", encoding.count_parts), ("connections", encoding.count_connections)):
        counts = np.zeros(len(genomes), np.int32)
        count(judged, np.ones(len(genomes), np.uint8), counts)
        steps[column] = counts
    steps["expressed"][1:] = _expressed(problem, genomes, judged)
    steps["effects"][1:] = np.sign(np.diff(steps["fitnesses"], axis=0))
    steps["benefit"], steps["fitness"], parents = _in_force(problem, seed, genomes, steps)
    steps["effect"][1:] = np.nan_to_num(np.sign(steps["fitness"][1:] - parents[1:]))
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
            always = all(problem.goals[goal].named for goal, _ in weights)  # the same in every epoch
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
    hits, all_weights = np.zeros(len(genomes)), sum(weight for _, weight in weights)
    for goal, weight in weights:
        judged = assessed(problem, genomes, goal, problem.targets(goal, start, seed))
        hits += weight * judged.hits
    benefit = hits / (problem.full_hits * all_weights)
    cost_weights, above = problem.fitness.tables()
    fitness = benefit.copy()
    for c, weight in enumerate(cost_weights):
        fitness -= weight * np.maximum(0.0, judged.costs[:, c] - above[c])
    return benefit, fitness

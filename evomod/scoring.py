"""Who faces which goal, and how right everybody is: one goal, several at once, or an old one that fades.

With noise or failure two things are known of everybody: the benefit in clean cases, which is kept as it is without, and
the fitness under a disturbance drawn for this generation, which is all that selection sees. Nothing of that is kept: a
lucky draw lasts for one generation, and elites are scored again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.costs.base import count_costs
from evomod.disturbance import draw
from evomod.fitness import score
from evomod.genotypes.base import Encoding
from evomod.kernel import kernel
from evomod.population import Population
from evomod.problem import Problem
from evomod.rng import FACING, draw4, threshold
from evomod.schedules.base import Epoch
from evomod.selection.answers import diversity
from evomod.selection.base import Objectives, Ranking

Array = npt.NDArray[Any]

AT_ONCE = 1024  # individuals whose disturbances are in memory


@dataclass(frozen=True, slots=True)
class Target:
    """One goal in force.

    Attributes
    ----------
    goal : str
    packed : its targets, as the encoding wants them
    weight : int
        What a right answer counts.
    facing : uint8 (n,) or None
        Who is asked; None: everybody.
    """

    goal: str
    packed: Array
    weight: int = 1
    facing: Array | None = None


class Scorer:
    """Evaluates and scores the populations of one run, and knows the goals in force.

    Attributes
    ----------
    targets : the goals in force, empty where nothing is asked
    clean : float64 (n,) or None
        With noise or failure, the fitness that everybody would have without.
    """

    def __init__(self, problem: Problem, seed: int) -> None:
        self.problem, self.seed = problem, seed
        self.tables = problem.cost_tables
        self.targets: tuple[Target, ...] = ()
        self.clean: Array | None = None
        self.seen: Population | None = None  # with the responses that selection judges
        self.hits: dict[str, Array] = {}  # on each goal in force apart, as selection judges

    def ask(self, epoch: Epoch, generation: int) -> bool:
        """Put the goals of a generation in force; True if everybody has to be scored anew."""
        if not self.problem.goals_select(epoch):
            self.targets = ()
            return True
        # While a goal fades, who faces it is drawn anew in each generation.
        fading = epoch.before is not None and generation <= epoch.start + epoch.fade
        anew = not self.targets or epoch.start == generation or fading
        if anew:
            self.targets = targets_in(self.problem, epoch, generation, self.seed)
        return anew

    def score(self, population: Population, rescored: Array) -> dict[str, Array]:
        """Evaluate who changed, count costs, and benefit and fitness of who is to be rescored.

        Returns the benefit on each goal in force apart, in clean cases; nothing where nothing is asked.
        """
        problem, encoding = self.problem, self.problem.encoding
        self.seen, self.clean = population, None
        encoding.evaluate(population)
        count_costs(problem.fitness.costs, encoding, population, self.seed)
        if not self.targets:
            population.hits[:], population.fitness[:] = 0, 0.0
            return {}
        self.hits = hits = count_hits(problem, population, rescored, self.targets)
        if problem.stochastic:
            self._disturb(population)
        else:
            score(rescored, population.hits, population.costs, problem.max_hits, *self.tables, population.fitness)
        return hits

    def _disturb(self, population: Population) -> None:
        """Write the fitness of everybody as it is in this generation, and `clean` beside."""
        problem, everybody = self.problem, np.ones(len(population), np.uint8)
        self.seen, self.clean = disturbed(problem, population, self.seed), np.empty(len(population))
        self.hits = count_hits(problem, self.seen, everybody, self.targets)
        for hits, fitness in ((population.hits, self.clean), (self.seen.hits, population.fitness)):
            score(everybody, hits, population.costs, problem.max_hits, *self.tables, fitness)

    def rank(self, population: Population) -> Ranking:
        """Who is how good, and right in which case where selection wants to know; chance where nothing is asked."""
        selection, blind = self.problem.selection, not self.targets
        objectives = self._objectives(population) if selection.by_objectives and not blind else None
        ranking = selection.rank(population.fitness, self.seed, population.generation, blind, objectives)
        if selection.by_case:
            nothing, seen = np.zeros((len(population), 1), np.uint64), self.seen or population
            ranking.right = nothing if blind else mark_right(self.problem.encoding, seen, self.targets)
        return ranking

    def _objectives(self, population: Population) -> Objectives:
        """What is weighed against benefit, as `problem.objectives` names it."""
        encoding, others = self.problem.encoding, []
        if self.problem.selection.compares_answers:
            asked = np.bitwise_or.reduce([packed for target in self.targets for packed in target.packed])
            others.append(-diversity(encoding.answers(self.seen or population), asked, encoding.n_states))
        apart = len(self.targets) > 1 and self.targets[0].facing is None
        if apart:
            others += [-self.hits[target.goal] / self.problem.full_hits for target in self.targets]
        certain = np.column_stack(others) if others else np.empty((len(population), 0))
        return Objectives(np.maximum(0.0, population.costs - self.tables[1]), certain, apart)


def disturbed(problem: Problem, population: Population, seed: int) -> Population:
    """An evaluated population with responses, settled and hits of its own, as they are in its generation."""
    seen = replace(
        population,
        responses=population.responses.copy(),
        settled=population.settled.copy(),
        hits=np.zeros_like(population.hits),
    )
    encoding: Any = problem.encoding  # one that has these disturbances has what `draw` asks for
    for first in range(0, len(seen), AT_ONCE):
        part = seen.part(slice(first, first + AT_ONCE))
        drawn = draw(problem.noise, problem.failure, encoding, seed, population.generation, first, len(part))
        encoding.evaluate_disturbed(part, drawn)
    return seen


def targets_in(problem: Problem, epoch: Epoch, generation: int, seed: int) -> tuple[Target, ...]:
    """The goals in force in a generation of an epoch."""
    if epoch.together:
        return tuple(Target(goal, problem.targets(goal, epoch.start, seed), w) for goal, w in epoch.together)
    new = problem.targets(epoch.goal, epoch.start, seed)
    share = epoch.share_of_the_goal_before(generation)
    if epoch.before is None or share == 0.0 or not problem.goals[epoch.before[0]].selects:
        return (Target(epoch.goal, new),)
    facing_old = np.empty(problem.population, np.uint8)
    _draw_facing(facing_old, share, seed, generation)
    goal, start = epoch.before
    old = problem.targets(goal, start, seed)
    return Target(epoch.goal, new, facing=1 - facing_old), Target(goal, old, facing=facing_old)


def count_hits(
    problem: Problem, population: Population, rescored: Array, targets: Sequence[Target]
) -> dict[str, Array]:
    """Write the benefit of everybody whose `rescored` is set; returns it for each goal apart."""
    if len(targets) == 1 and targets[0].weight == 1:
        problem.count_hits(targets[0].goal, targets[0].packed, population, rescored, population.hits)
        return {targets[0].goal: population.hits}
    # Whoever was not rescored is counted again all the same: this is the rare case.
    apart: dict[str, Array] = {}
    total = np.zeros_like(population.hits)
    for target in targets:
        hits = np.zeros_like(population.hits)
        who = np.ones_like(rescored) if target.facing is None else target.facing
        problem.count_hits(target.goal, target.packed, population, who, hits)
        total += target.weight * hits
        # A goal may fade into itself, and a random one into another of its name; the first is the one in force.
        if target.goal not in apart:
            apart[target.goal] = hits
        elif np.array_equal(target.packed, targets[0].packed):
            apart[target.goal] = apart[target.goal] + hits
    population.hits[:] = total
    return apart


def mark_right(encoding: Encoding, population: Population, targets: Sequence[Target]) -> Array:
    """Who is right in which case: uint64 (n, n_words), a bit for each case of each goal that somebody faces."""
    n_words = encoding.response_shape[1] * encoding.response_shape[2]
    everybody = np.ones(len(population), np.uint8)
    faded = any(target.facing is not None for target in targets)
    marks = np.zeros((len(population), n_words * (1 if faded else len(targets))), np.uint64)
    for k, target in enumerate(targets):
        who = everybody if target.facing is None else target.facing
        columns = marks if faded else marks[:, k * n_words : (k + 1) * n_words]
        encoding.mark_right(population, who, target.packed, columns)
    return marks


@kernel
def _draw_facing(facing_old: Any, share: float, seed: Any, generation: Any) -> None:
    for i in range(facing_old.size):
        words = draw4(seed, generation, i, FACING, 0)
        facing_old[i] = words[0] < threshold(share)

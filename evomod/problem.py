"""Problem: what is evolved, toward what, and how. A frozen value that the engine, the log and replay share."""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from evomod.consistency import mistakes
from evomod.disturbance import Failure, Noise
from evomod.errors import InputError
from evomod.fitness import Fitness
from evomod.genotypes.base import Encoding, Genotype
from evomod.goals.base import Cases, Goal, expand
from evomod.initial.base import Founding, Initial
from evomod.initial.random import RandomGenomes
from evomod.population import Population
from evomod.rng import GOAL, Stream
from evomod.schedules.base import Epoch, Schedule
from evomod.selection.base import Selection
from evomod.variation.variation import Variation

Array = npt.NDArray[Any]
Targets = npt.NDArray[np.uint64]

STRUCTURAL_HITS = 1 << 20  # benefit 1 as a count, where it is not a number of right answers


@dataclass(frozen=True)
class Problem:
    """All that decides a run, apart from its seed and its length.

    Attributes
    ----------
    inputs : names of the inputs
    goals : goals by name, in the scenario's order; families are written out
    population : S, individuals
    initial : how generation 0 begins
    engine : what evolves it; see `engines`
    noise, failure : what is drawn afresh whenever somebody is evaluated
    """

    inputs: tuple[str, ...]
    genotype: Genotype
    goals: Mapping[str, Goal]
    schedule: Schedule
    fitness: Fitness
    selection: Selection
    variation: Variation
    population: int
    initial: Initial = field(default_factory=RandomGenomes)
    engine: Literal["evomod", "deap"] = "evomod"
    noise: Noise = field(default_factory=Noise)
    failure: Failure = field(default_factory=Failure)

    def __post_init__(self) -> None:
        for path, message in mistakes(vars(self)):
            raise InputError(f"{'.'.join(map(str, path))}: {message}")
        object.__setattr__(self, "goals", expand(self.goals))
        object.__setattr__(self, "schedule", self.schedule.over(tuple(self.goals)))
        object.__setattr__(self, "selection", self.selection.within(self.population))

    def __getstate__(self) -> dict[str, Any]:
        """Pickle the value, not what was computed from it."""
        return {name: vars(self)[name] for name in self.__dataclass_fields__}

    @cached_property
    def encoding(self) -> Encoding:
        """The genotype bound to the cases of the goals."""
        goal = next(iter(self.goals.values()))
        return self.genotype.encode(self.cases(next(iter(self.goals)), 0, 0).inputs, goal.n_outputs)

    @property
    def stochastic(self) -> bool:
        """Is an evaluation a draw, so that nothing of it may be kept?"""
        return (self.noise, self.failure) != (Noise(), Failure())

    @property
    def n_outputs(self) -> int:
        """Outputs of every goal."""
        return next(iter(self.goals.values())).n_outputs

    @cached_property
    def n_counted(self) -> int:
        """Cases that count of every goal that asks something."""
        asked = next((name for name, goal in self.goals.items() if goal.selects), next(iter(self.goals)))
        return self.cases(asked, 0, 0).n_counted

    @cached_property
    def samples(self) -> bool:
        """Do goals ask a sample of their cases?"""
        return any(goal.sample_size is not None for goal in self.goals.values())

    @cached_property
    def whole(self) -> Problem:
        """The problem whose goals ask all cases; this one, unless they ask a sample."""
        return replace(self, goals={name: goal.whole() for name, goal in self.goals.items()}) if self.samples else self

    @cached_property
    def _full_hits(self) -> int:
        cases = self.cases(next(iter(self.goals)), 0, 0)
        return self.encoding.max_hits * self.n_counted // len(cases.inputs)

    @property
    def full_hits(self) -> int:
        """The count that benefit 1 on one goal stands for."""
        structural = any(goal.structural for goal in self.goals.values())
        return STRUCTURAL_HITS if structural else self._full_hits

    @property
    def max_hits(self) -> int:
        """The count that benefit 1 on all goals in force stands for."""
        return self.full_hits * self.schedule.total_weight

    @property
    def solved_hits(self) -> int:
        """The count on one goal from which it is solved."""
        return math.ceil(self.full_hits * self.fitness.success - 1e-9)

    @property
    def cost_tables(self) -> tuple[Array, Array]:
        """Weights and free amounts of costs, float64 (n_costs,); what is an objective of its own weighs nothing."""
        weights, above = self.fitness.tables()
        return (np.zeros_like(weights) if self.selection.by_objectives else weights), above

    @property
    def objectives(self) -> tuple[str, ...]:
        """What selection weighs one against another: benefit, each cost, and others; empty if fitness is all."""
        if not self.selection.by_objectives:
            return ()
        together = self.epoch(0, 0).together
        return (
            "benefit",
            *(cost.kind for cost in self.fitness.costs),
            *(("diversity",) if self.selection.compares_answers else ()),
            *(f"benefit on {goal}" for goal, _ in together if len(together) > 1),
        )

    @property
    def goal_labels(self) -> tuple[str, ...]:
        """What may be in force, as the log names it: the goals, and all goals at once where the schedule has that."""
        label = self.epoch(0, 0).goal
        return tuple(self.goals) if label in self.goals else (*self.goals, label)

    @property
    def named_goals(self) -> tuple[str, ...]:
        """Goals that count when it is asked whether all are solved: those in force at times that are not random."""
        return tuple(name for name in self.schedule.goal_names if self.goals[name].named)

    def cases(self, goal: str, epoch_start: int, seed: int) -> Cases:
        """Cases of a goal in the epoch that begins at `epoch_start`."""
        start, seed = self.schedule.drawn_at(epoch_start, seed)
        stream = Stream(seed, start, zlib.crc32(goal.encode()), GOAL)  # each goal has draws of its own
        cases = self.goals[goal].cases(self.inputs, stream)
        if found := cases.mistake(len(self.inputs), self.goals[goal].n_outputs):
            raise InputError(f"goals.{goal}: {type(self.goals[goal]).__name__}.cases gives {found}")
        return cases

    def targets(self, goal: str, epoch_start: int, seed: int) -> Targets:
        """Packed targets of a goal in the epoch that begins at `epoch_start`: uint64 (2, n_outputs, n_words)."""
        cases = self.cases(goal, epoch_start, seed)
        if self.goals[goal].selects and cases.n_counted != self.n_counted:
            raise InputError(f"goals.{goal}: {cases.n_counted} of its cases count, of other goals {self.n_counted}")
        return self.encoding.pack(cases.targets, cases.counted)

    def count_hits(self, goal: str, targets: Targets, population: Population, who: Array, hits: Array) -> None:
        """Write the benefit on a goal with these targets, as a count, for everybody whose flag in `who` is set."""
        if not self.goals[goal].structural:
            self.encoding.count_hits(population, who, targets, hits)
        elif len(chosen := np.flatnonzero(who)):
            graphs, _ = self.encoding.adjacency(population.genomes[chosen])
            hits[chosen] = np.rint(self.goals[goal].grade(graphs) * STRUCTURAL_HITS)

    def goals_select(self, epoch: Epoch) -> bool:
        """Does a goal of the epoch decide who has offspring, or chance alone?"""
        return bool(epoch.together) or self.goals[epoch.goal].selects

    def founding(self, seed: int, **more: Any) -> Founding:
        """The places of generation 0."""
        return Founding(self.encoding, self.inputs, self.variation.mutation, seed, self.population, **more)

    def epoch(self, generation: int, seed: int) -> Epoch:
        """The epoch that a generation belongs to."""
        return self.schedule.at(generation, seed)

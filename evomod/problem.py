"""Problem: what is evolved, toward what, and how. A frozen value that the engine, the log and replay share."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

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
from evomod.schedules.fixed import Together
from evomod.selection.base import Selection
from evomod.variation.variation import Variation

Path = tuple[str | int, ...]
Array = npt.NDArray[Any]
Targets = npt.NDArray[np.uint64]

MAX_MEMORY = 4 << 30  # bytes for two generations; a scenario from a stranger must not take the machine
STRUCTURAL_HITS = 1 << 20  # benefit 1 as a count, where it is not a number of right answers
MAX_SHOWN = 20  # names of goals in a message


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


def mistakes(parts: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """What does not fit together, as path and sentence; looks only at the parts that are there."""
    wrong, known, unclear = _goal_mistakes(parts)
    yield from wrong
    schedule = parts.get("schedule")
    if schedule is not None:
        schedule = schedule.over(tuple(known))
        if found := schedule.mistake():
            yield ("schedule", found[0]), found[1]
        for name in schedule.goal_names if known or unclear else ():
            if name not in known and not unclear & {name, name.rstrip("0123456789*?")}:
                yield ("schedule",), f"names the goal {name!r}, which is not defined; goals are {_some(known, unclear)}"
        if isinstance(schedule, Together):
            if (label := schedule.at(0, 0).goal) in known and len(schedule.goals) > 1:
                yield ("goals", label), "is what the goals together are called in the log; rename it"
            for name in schedule.goal_names:
                if name in known and not known[name].selects:
                    yield ("schedule", "goals"), f"names {name!r}, which asks nothing and has no benefit to be weighted"
    yield from _structural_mistakes(known, schedule, parts.get("selection"))
    population, selection = parts.get("population"), parts.get("selection")
    if population is not None and selection is not None and (found := selection.mistake(population)):
        yield ("selection", found[0]), found[1]
    fitness = parts.get("fitness")
    if fitness is not None and selection is not None and (found := selection.misfit(len(fitness.costs))):
        yield ("selection", found[0]), found[1]
    yield from _size_mistakes(parts)
    yield from _disturbance_mistakes(parts, known)


def _structural_mistakes(
    goals: Mapping[str, Goal], schedule: Schedule | None, selection: Selection | None
) -> Iterator[tuple[Path, str]]:
    structural = [name for name, goal in goals.items() if goal.structural]
    others = [name for name, goal in goals.items() if not goal.structural]
    if structural and others:
        message = f"asks for a network, and {others[0]!r} for answers; a scenario has goals of one sort"
        yield ("goals", structural[0]), message
    if structural and isinstance(schedule, Together):
        yield ("schedule",), f"puts {structural[0]!r} in force with others, but modularity has no cases to be added up"
    if structural and selection is not None and (selection.by_case or selection.compares_answers):
        yield ("selection",), f"looks at single cases, and {structural[0]!r} has none; choose another selection"


def _disturbance_mistakes(parts: Mapping[str, Any], goals: Mapping[str, Goal]) -> Iterator[tuple[Path, str]]:
    asked = [
        (name, key)
        for name in ("noise", "failure")
        if (model := parts.get(name)) is not None
        for key, value in model
        if value
    ]
    for name, key in asked:
        if structural := [goal for goal in goals.values() if goal.structural]:
            yield (name, key), f"disturbs answers, and a goal of kind {structural[0].kind} asks for none; leave it out"
        elif parts.get("engine") == "deap":
            yield (name, key), "is not known to `engine: deap`; choose `engine: evomod`"
        elif (genotype := parts.get("genotype")) is not None and (inputs := parts.get("inputs")) and goals:
            n_outputs = next(iter(goals.values())).n_outputs
            if genotype.mistake(len(inputs), n_outputs):
                continue
            possible = genotype.encode(np.zeros((2, len(inputs)), bool), n_outputs).disturbances
            if f"{name}.{key}" not in possible:
                others = ", ".join(sorted(possible)) or "none"
                yield (name, key), f"is not defined for genotype {genotype.kind}; possible there: {others}"


def _goal_mistakes(parts: Mapping[str, Any]) -> tuple[list[tuple[Path, str]], dict[str, Goal], set[str]]:
    """Mistakes of goals; the goals without any, families written out; and names of which nobody knows what they mean.

    A goal with a mistake of its own is defined all the same, and so are the members of such a family.
    """
    inputs, goals = parts.get("inputs"), parts.get("goals") or {}
    found: list[tuple[Path, str]] = []
    known: dict[str, Goal] = {}
    unclear = set(parts.get("goal_names", ())).difference(goals)
    for name, goal in goals.items():
        mistake = None if inputs is None else goal.mistake(inputs)
        if mistake:
            found.append((("goals", name, *_keys(mistake[0])), mistake[1]))
        if mistake or inputs is None:
            unclear.add(name)
            continue
        members = goal.members(name)
        if twice := known.keys() & members:
            found.append((("goals", name), f"makes a second goal called {min(twice)!r}; rename one of the two"))
        known |= members
    sizes = {name: goal.n_outputs for name, goal in goals.items()}
    first = next(iter(sizes), "")
    for name, size in sizes.items():
        if size != sizes[first]:
            message = f"has {size} output(s), but {first!r} has {sizes[first]}; all goals must agree"
            found.append((("goals", name), message))
    samples = {name: goal.sample_size for name, goal in goals.items() if goal.selects}
    first = next(iter(samples), "")
    for name, n in samples.items():
        if n != samples[first]:
            message = f"asks {_cases(n)}, but {first!r} asks {_cases(samples[first])}; all goals must agree"
            found.append((("goals", name), message))
    return found, known, unclear


def _cases(n: int | None) -> str:
    return "all cases" if n is None else f"a sample of {n}"


def _some(known: Iterable[str], unclear: Iterable[str]) -> str:
    names = [*known, *sorted(unclear)]
    return ", ".join(names[:MAX_SHOWN]) + (f" and {len(names) - MAX_SHOWN:,} more" if len(names) > MAX_SHOWN else "")


def _size_mistakes(parts: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    inputs, goals, genotype, population = (parts.get(k) for k in ("inputs", "goals", "genotype", "population"))
    if inputs is None or not goals or genotype is None:
        return
    n_outputs = next(iter(goals.values())).n_outputs
    if found := genotype.mistake(len(inputs), n_outputs):
        yield ("genotype", found[0]), found[1]
        return
    # An encoding with two cases has the loci of the real one without its tables.
    encoding = genotype.encode(np.zeros((2, len(inputs)), bool), n_outputs)
    if (schedule := parts.get("schedule")) is not None:
        most_weight = (2**31 - 1) // (encoding.max_hits // 2 << len(inputs))  # benefit is counted in 32 bits
        if schedule.total_weight > most_weight:
            yield ("schedule", "weights"), f"add up to {schedule.total_weight}; with so many rows at most {most_weight}"
    if (variation := parts.get("variation")) is not None and (found := variation.mutation.mistake(encoding)):
        yield ("variation", "mutation", *_keys(found[0])), found[1]
    if (fitness := parts.get("fitness")) is not None:
        for c, cost in enumerate(fitness.costs):
            if found := cost.mistake(encoding):
                yield ("fitness", "costs", c, *_keys(found[0])), found[1]
    if (initial := parts.get("initial")) is not None and (found := initial.mistake(encoding, inputs)):
        yield ("initial", *_keys(found[0])), found[1]
    if population is not None:
        n_planes, n_words = encoding.response_shape[0], max(1, (1 << len(inputs)) // 64)
        need = 2 * population * (encoding.n_loci + 8 * n_outputs * n_planes * n_words + 64)
        if need > MAX_MEMORY:
            most = population * MAX_MEMORY // need
            yield ("population",), f"would take {need >> 30} GiB of memory; with these circuits at most {most} fit"


def _keys(field: str) -> Path:
    """`outputs[1]` as ('outputs', 1)."""
    return tuple(int(k) if k.isdigit() else k for k in field.replace("]", "").replace("[", ".").split(".") if k)

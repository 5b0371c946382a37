"""What does not fit together in a scenario, though each part of it is right in itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from evomod.component import Component, members
from evomod.goals.base import Goal
from evomod.schedules.base import Schedule
from evomod.schedules.fixed import Together
from evomod.selection.base import Selection
from evomod.variation.base import Crossover, Mutation

Path = tuple[str | int, ...]

MAX_MEMORY = 4 << 30  # bytes for two generations; a scenario from a stranger must not take the machine
MAX_SHOWN = 20  # names of goals in a message


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
    if parts.get("engine") == "deap":
        yield from deap_mistakes(parts)


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


def deap_mistakes(parts: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """What `engine: deap` has no counterpart of, as `mistakes` tells it."""
    variation = parts.get("variation")
    for path, family, component in (
        (("selection",), Selection, parts.get("selection")),
        (("variation", "mutation"), Mutation, getattr(variation, "mutation", None)),
        (("variation", "crossover"), Crossover, getattr(variation, "crossover", None)),
    ):
        if component is not None and not _in_deap(type(component)):
            kinds = ", ".join(kind for kind, cls in members(family).items() if _in_deap(cls))
            missing = f"`engine: deap` has no {path[-1]} of kind {component.kind!r}"
            yield (*path, "kind"), f"{missing}; it has {kinds}; or choose `engine: evomod`"


def _in_deap(cls: type[Component]) -> bool:
    """Not inherited: a counterpart is one of the class itself."""
    return bool(vars(cls).get("in_deap", False))


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

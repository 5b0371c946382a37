"""`assay`: experiments on populations that have evolved: who adapts, who wins, which mutations matter."""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

from evomod.cli.parser import Commands, Options, Parser, add_json, add_run, number

AT = "generation whose population is taken (default: the last one of its last epoch)"


def add_commands(commands: Commands) -> None:
    """`assay` and its kinds, after Parter, Kashtan & Alon 2008."""
    group = commands.group("assay", "experiments on evolved populations: competition, adaptation, triggers, effects")

    compete = group.add("compete", _compete, "mix two populations half and half under a goal: whose descendants stay?")
    for side in ("a", "b"):
        add_run(compete, side)
    _add_goal(compete, "new to both")
    _add_repeats(compete, runs=100, generations=200)
    compete.add_argument("--at", type=number, metavar="G", help=AT)

    adapt = group.add("adapt", _adapt, "generations that a population takes to solve a goal")
    add_run(adapt)
    _add_goal(adapt, "related, or random")
    _add_repeats(adapt, runs=20, generations=10_000)
    adapt.add_argument("--at", type=number, metavar="G", help=AT)

    triggers = group.add("triggers", _triggers, "which locus tells the goal in force, over a run's epoch ends")
    add_run(triggers)

    effects = group.add("effects", _effects, "what rewirings cost within modules and between them")
    add_run(effects)
    effects.add_argument("--goal", metavar="NAME", help="the best champion for this goal (default: for any)")
    for command in (compete, adapt, triggers, effects):
        add_json(command)


def _add_goal(command: Parser, what: str) -> None:
    command.add_argument(
        "--goal", required=True, metavar="GOAL", help=f"{what}: a name, an expression such as '(x ^ w) & y', or random"
    )


def _add_repeats(command: Parser, runs: int, generations: int) -> None:
    command.add_argument("--runs", type=number, default=runs, metavar="N", help=f"repetitions (default: {runs})")
    command.add_argument(
        "--generations", type=number, default=generations, metavar="N", help=f"of each (default: {generations:,})"
    )
    command.add_argument("--seed", type=_seed, default=1, metavar="N", help="of the first repetition (default: 1)")


def _seed(text: str) -> int:
    if text.isdecimal() and int(text) < 2**62:
        return int(text)
    raise argparse.ArgumentTypeError(f"must be a whole number from 0 on [got {text}]")


def _goal(text: str, problem: Any) -> Any:
    """A goal of the problem by name, a random one, or one that an expression says."""
    from pydantic import ValidationError

    from evomod.component import build
    from evomod.errors import EvomodError, InputError
    from evomod.goals.base import Goal
    from evomod.goals.logic import shorthand

    if text in problem.goals:
        return text
    node: Any = {"kind": "random", "outputs": problem.n_outputs} if text == "random" else text
    try:
        goal = build(Goal, shorthand(node))  # type: ignore[type-abstract]
        mistake = goal.mistake(problem.inputs)
    except (ValidationError, ValueError, EvomodError) as error:
        mistake = ("", str(error).splitlines()[0])
    if mistake:
        raise InputError(
            f"--goal {text}: {mistake[1]}; goals of the run are {', '.join(problem.goals)}, or give an expression over "
            f"{', '.join(problem.inputs)}, or random"
        )
    return goal


def _opened(folder: Any) -> Any:
    """The log of a run in which something has evolved."""
    from evomod.errors import InputError
    from evomod.runner import open_run

    log = open_run(folder)
    if not log.n_generations:
        log.close()
        raise InputError(f"{folder}: the log has no complete block yet")
    return log


def _population(log: Any, at: int | None) -> Any:
    """Genomes at the end of the last epoch, where they have had all of its time; or of a generation."""
    from evomod.lineage.replay import genomes

    ends = log.epoch_ends["generation"]
    last = int(ends[-1]) if len(ends) else log.n_generations - 1
    return genomes(log, log.problem, last if at is None else at)


def _compete(options: Options) -> int:
    from evomod.errors import InputError
    from evomod.measures.assays.competition import compete

    with ExitStack() as opened:
        a, b = (opened.enter_context(_opened(folder)) for folder in (options.a, options.b))
        if (a.problem.inputs, a.problem.genotype) != (b.problem.inputs, b.problem.genotype):
            raise InputError(f"{options.b}: has other inputs or another genotype than {options.a}; the two do not mix")
        goal = _goal(options.goal, a.problem)
        left, right = (_population(log, options.at) for log in (a, b))
        found = compete(a.problem, left, right, goal, options.runs, options.generations, options.seed)
    return _show({"a": str(options.a), "b": str(options.b)} | found.as_row() | {"goal": options.goal}, options)


def _adapt(options: Options) -> int:
    from evomod.measures.assays.adaptation import generations_to

    with _opened(options.run) as log:
        goal = _goal(options.goal, log.problem)
        seeds = range(options.seed, options.seed + options.runs)
        found = generations_to(log.problem, _population(log, options.at), goal, options.generations, seeds)
    return _show({"run": str(options.run)} | found.as_row() | {"goal": options.goal}, options)


def _triggers(options: Options) -> int:
    from evomod.measures.assays.triggers import triggers

    with _opened(options.run) as log:
        ends = log.epoch_ends
        found = triggers(ends["genome"], [log.layout.goals[goal] for goal in ends["goal"]], seed=0)
    return _show({"run": str(options.run)} | found.as_row(), options)


def _effects(options: Options) -> int:
    from evomod.errors import InputError
    from evomod.lineage.individual import best_champion, phenotype
    from evomod.measures.assays.mutation_effects import mutation_effects
    from evomod.networks.maximisation import maximise

    with _opened(options.run) as log:
        best = best_champion(log, options.goal)
        goal = options.goal or log.layout.goals[int(best["goal"])]
        if goal not in log.problem.goals:
            names = ", ".join(log.problem.schedule.goal_names)
            raise InputError(f"{options.run}: has several goals at once; name one with --goal: {names}")
        network = phenotype(log.problem, best["genome"]).network().parts()
        modules = dict(zip(network.names, maximise(network).partition.labels, strict=True))
        found = mutation_effects(log.problem, best["genome"], goal, modules)
    return _show({"run": str(options.run)} | found.as_row(), options)


def _show(row: Mapping[str, Any], options: Options) -> int:
    """One assay, a line for each number."""
    finite = {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in row.items()}
    if options.json:
        print(json.dumps(finite, indent=2))
        return 0
    width = max(map(len, row))
    for name, value in row.items():
        print(f"{name:<{width}}  {f'{value:.4g}' if isinstance(value, float) else value}")
    return 0

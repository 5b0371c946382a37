"""A scenario as a DEAP toolbox, for `evolve` and for whoever has a DEAP loop."""

from __future__ import annotations

import random
from dataclasses import replace

from deap import base

from evomod.consistency import deap_mistakes
from evomod.deap_engine.individual import Individual, clone, individuals
from evomod.deap_engine.judge import Judge
from evomod.deap_engine.selection import select
from evomod.deap_engine.variation import mate, mutate, rates
from evomod.errors import InputError
from evomod.problem import Problem
from evomod.scenario import Scenario


def toolbox(scenario: Scenario | Problem, seed: int | None = None) -> base.Toolbox:
    """A toolbox with which DEAP's own algorithms evolve a scenario; all but `seed` is drawn from Python's `random`.

    Parameters
    ----------
    scenario : Scenario or Problem
    seed : int, optional
        Of goals and switches that are drawn at random; the scenario's, or 0.

    Returns
    -------
    deap.base.Toolbox
        With `individual()` and `population(n)`, founders as the scenario says; `evaluate(individual)` and, many times
        faster, `evaluate_population(individuals)`, benefit minus costs as tuples; `select(individuals, k)`, the elite
        first; `mate(one, other)` and `mutate(individual)`, in place; `clone`; `begin(generation)`, which puts the goals
        of that generation in force (at first those of generation 0) and is True when every fitness known so far is
        void. Its attributes `cxpb` and `mutpb` are the rates for DEAP's loops, and `judge` the `Judge`.

    Raises
    ------
    InputError
        If a selection, mutation or crossover of the scenario has no counterpart here.
    """
    problem = scenario.problem if isinstance(scenario, Scenario) else scenario
    known = scenario.seed if isinstance(scenario, Scenario) and seed is None else seed
    return assemble(Judge(problem, known or 0))


def assemble(judge: Judge) -> base.Toolbox:
    """The toolbox of a judge's problem."""
    problem, variation = judge.problem, judge.problem.variation
    for _, message in deap_mistakes(vars(problem)):  # a problem for another engine has not been asked
        raise InputError(message)
    box = base.Toolbox()
    box.judge, (box.cxpb, box.mutpb) = judge, rates(variation.crossover, variation.mutation)
    box.register("individual", lambda: _founders(problem, 1)[0])
    box.register("population", _founders, problem)
    box.register("begin", judge.begin)
    box.register("evaluate", judge.evaluate)
    box.register("evaluate_population", judge.evaluate_population)
    box.register("select", select, judge=judge)
    box.register("mate", mate, crossover=variation.crossover)
    box.register("mutate", mutate, mutation=variation.mutation, encoding=problem.encoding)
    box.register("clone", clone)
    return box


def _founders(problem: Problem, n: int | None = None) -> list[Individual]:
    """Individuals of generation 0, others at each call: n of them, or as many as the scenario has."""
    founding = problem.founding(random.getrandbits(63))
    return individuals(problem.encoding, problem.initial.found(replace(founding, n=n or problem.population)))

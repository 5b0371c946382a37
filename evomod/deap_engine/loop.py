"""Generations by DEAP: its selection, its `varAnd`, its individuals, which live from one generation to the next."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager

from deap import algorithms, base

from evomod.deap_engine.individual import Individual, individuals
from evomod.deap_engine.judge import Judge
from evomod.deap_engine.toolbox import assemble
from evomod.engine import Generation, Start, check
from evomod.problem import Problem
from evomod.rng import DEAP, Stream


def evolve(problem: Problem, seed: int, start: Start | None = None) -> Iterator[Generation]:
    """All generations from generation 0, or from `start`, without end, as `engine.evolve` makes them, but slowly.

    DEAP draws from Python's global `random`, which is seeded for each generation with words of Philox, so that the
    same problem and seed give the same generations wherever one starts; the caller's state of it is kept.

    Raises
    ------
    InputError
        As `engine.evolve`; and if the problem has a selection or variation without a counterpart here.
    """
    check(problem, seed, start)
    judge = Judge(problem, seed)
    box, number = assemble(judge), 0 if start is None else start.generation
    genomes = problem.initial.found(problem.founding(seed)) if start is None else start.genomes
    population, n_kept = individuals(problem.encoding, genomes), 0
    while True:
        yield _assess(judge, population, number, n_kept)
        number, n_kept = number + 1, problem.selection.n_elite
        with _drawing(seed, number):
            population = _offspring(box, box.select(population, len(population)), n_kept)


def _offspring(box: base.Toolbox, parents: list[Individual], n_kept: int) -> list[Individual]:
    """Clones, varied from place `n_kept` on; mates are drawn at random, and children stand where their parents did."""
    order = random.sample(range(n_kept, len(parents)), len(parents) - n_kept)
    varied = algorithms.varAnd([parents[place] for place in order], box, box.cxpb, box.mutpb)
    offspring = [*map(box.clone, parents[:n_kept]), *varied]
    for place, child in zip(order, varied, strict=True):
        offspring[place] = child
    return offspring


def _assess(judge: Judge, individuals: list[Individual], generation: int, n_kept: int) -> Generation:
    """Everybody is evaluated, who was not varied as well: a twin does not share its brother's shortcuts."""
    judge.begin(generation)
    population, hits = judge.assess(individuals)
    population.n_kept = n_kept
    population.parents[:] = [individual.place for individual in individuals]
    population.second_parents[:] = [individual.partner for individual in individuals]
    for place, (individual, value) in enumerate(zip(individuals, population.fitness.tolist(), strict=True)):
        individual.fitness.values = (value,)
        individual.place = individual.partner = place
    return Generation(population, judge.epoch, judge.scorer.rank(population), hits)


@contextmanager
def _drawing(seed: int, generation: int) -> Iterator[None]:
    before = random.getstate()
    random.seed(int.from_bytes(Stream(seed, generation, 0, DEAP).words(4).astype("<u4").tobytes(), "little"))
    try:
        yield
    finally:
        random.setstate(before)

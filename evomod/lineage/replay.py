"""Populations made again from the log: snapshot, parents and counter-based randomness give every genome back."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.engine import Start
from evomod.engines import evolve
from evomod.errors import InputError, LogError
from evomod.lineage.reader import LineageReader
from evomod.population import Population
from evomod.problem import Problem

Array = npt.NDArray[Any]


def genomes(reader: LineageReader, problem: Problem, generation: int) -> Array:
    """All genomes of a generation, uint8 (S, n_loci) by place, made again from the nearest snapshot before it."""
    if not 0 <= generation < reader.n_generations:
        raise InputError(
            f"{reader.folder}: has generations 0 to {reader.n_generations - 1}; there is no generation {generation}"
        )
    start = max(g for g in reader.snapshot_generations if g <= generation)
    for made_again in islice(replay(reader, problem, start), generation - start, None):
        return made_again[1].copy()
    raise LogError(f"{reader.folder}: generation {generation} could not be made again")


def replay(reader: LineageReader, problem: Problem, start: int) -> Iterator[tuple[int, Array]]:
    """Generations from a snapshot to the end of the log, with their genomes (reused: copy what is to be kept).

    With `births: all` children are made again from their recorded parents, without evaluating anybody; otherwise, and
    under `engine: deap`, whose variation is not ours, the engine runs again from the snapshot.
    """
    seed, first = int(reader.attributes["seed"]), reader.snapshot(start)
    if reader.layout.births == "all" and problem.engine == "evomod":
        yield from _from_parents(reader, problem, seed, start, first)
    else:
        for generation in islice(evolve(problem, seed, Start(start, first)), reader.n_generations - start):
            yield generation.population.generation, generation.population.genomes


def _from_parents(
    reader: LineageReader, problem: Problem, seed: int, start: int, first: Array
) -> Iterator[tuple[int, Array]]:
    encoding, variation = problem.encoding, problem.variation
    population = Population.empty(problem.population, encoding.n_loci, (1, 0, 0), 0)
    population.genomes[:] = first
    population.n_kept = problem.selection.n_elite
    yield start, population.genomes
    for low in range(start + 1, reader.n_generations, reader.layout.block):
        for k, parents in enumerate(reader.per_generation("births/parents", low, low + reader.layout.block)):
            population.generation = low + k
            population.parents[:] = parents
            population.storage = population.storage[parents]
            if variation.sexual:
                variation.crossover.cross(encoding, population, seed)
            variation.mutation.mutate(encoding, population, seed)
            yield low + k, population.genomes


def verify(reader: LineageReader, problem: Problem) -> int:
    """Make the whole run again and compare it with every snapshot; the number of snapshots compared.

    Raises
    ------
    LogError
        At the first difference, naming generation and place.
    """
    stored, compared = set(reader.snapshot_generations), 0
    seed = int(reader.attributes["seed"])
    # What was read from elsewhere cannot be drawn again; the log has it.
    start = Start(0, reader.snapshot(0)) if problem.initial.files else None
    beginning = ((g.population.generation, g.population.genomes) for g in islice(evolve(problem, seed, start), 1))
    for generation, made_again in chain(beginning, islice(replay(reader, problem, 0), 1, None)):
        if generation in stored:
            different = np.nonzero((made_again != reader.snapshot(generation)).any(axis=1))[0]
            if len(different):
                raise LogError(
                    f"{reader.folder}: generation {generation} cannot be made again from the log: place "
                    f"{different[0]} has another genome; the log or the code has changed"
                )
            compared += 1
    return compared

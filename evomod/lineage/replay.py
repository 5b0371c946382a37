"""Populations made again from the log: snapshot, parents and counter-based randomness give every genome back."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.engine import Start
from evomod.engines import evolve
from evomod.errors import InputError, LogError
from evomod.lineage.births import Births
from evomod.lineage.reader import LineageReader
from evomod.lineage.soundness import damaged, whole
from evomod.lineage.survivors import Survivors
from evomod.population import Population
from evomod.problem import Problem

Array = npt.NDArray[Any]


def genomes(reader: LineageReader, problem: Problem, generation: int) -> Array:
    """All genomes of a generation, uint8 (S, n_loci) by place, made again from the nearest snapshot before it."""
    if not reader.n_generations:
        raise InputError(f"{reader.folder}: the log has no complete block yet")
    if not 0 <= whole(generation, "a generation") < reader.n_generations:
        raise InputError(
            f"{reader.folder}: has generations 0 to {reader.n_generations - 1}; there is no generation {generation}"
        )
    start = max(g for g in reader.snapshot_generations if g <= generation)
    ((_, made_again),) = deque(replay(reader, problem, start, generation + 1), maxlen=1)
    return made_again.copy()


def replay(reader: LineageReader, problem: Problem, start: int, stop: int | None = None) -> Iterator[tuple[int, Array]]:
    """Generations from a snapshot to `stop` − 1, or the end of the log, with their genomes.

    With `births: all` children are made again from their recorded parents, without evaluating anybody; otherwise, and
    under `engine: deap`, whose variation is not ours, the engine runs again from the snapshot. Each snapshot on the way
    must come out the same.

    Yields
    ------
    generation and uint8 (S, n_loci), reused: copy what is to be kept

    Raises
    ------
    LogError
        If parents are recorded who cannot be, or genomes are not those of a snapshot; names generation and place.
    """
    stored = set(reader.snapshot_generations)
    for population in _populations(reader, problem, start, stop):
        if population.generation in stored:
            _compare(reader, population)
        yield population.generation, population.genomes


def _populations(reader: LineageReader, problem: Problem, start: int, stop: int | None = None) -> Iterator[Population]:
    """The same as populations, reused, not compared with anything."""
    seed, first = int(reader.attributes["seed"]), reader.snapshot(start)
    stop = reader.n_generations if stop is None else min(stop, reader.n_generations)
    if reader.layout.births == "all" and problem.engine == "evomod":
        yield from _from_parents(reader, problem, seed, start, stop, first)
    else:
        for generation in islice(evolve(problem, seed, Start(start, first)), stop - start):
            yield generation.population


def _from_parents(
    reader: LineageReader, problem: Problem, seed: int, start: int, stop: int, first: Array
) -> Iterator[Population]:
    encoding, variation = problem.encoding, problem.variation
    population = Population.empty(problem.population, encoding.n_loci, (1, 0, 0), 0)
    population.genomes[:] = first
    population.n_kept = problem.selection.n_elite
    population.generation = start
    yield population
    for window in Births(reader, problem).onwards(start + 1, stop):
        for k, parents in enumerate(window.first):
            population.generation = window.low + k
            population.parents[:] = population.second_parents[:] = parents
            population.storage = population.storage[parents]
            if variation.sexual:
                variation.crossover.cross(encoding, population, seed)
                if (other := np.flatnonzero(population.second_parents != window.second[k])).size:
                    raise _wrong(reader, window.low + k, other[0], "another second parent")
            variation.mutation.mutate(encoding, population, seed)
            yield population


def verify(reader: LineageReader, problem: Problem) -> int:
    """Make the whole run again from its births, and compare all that the log says of genomes.

    That is every snapshot, every champion and every epoch's end, that parents are such as can be, and, where not all
    births were recorded, those that were. What selection made of it is compared by `rerun`.

    Returns
    -------
    the number of snapshots compared

    Raises
    ------
    LogError
        At the first difference, naming generation and place.
    """
    stored = set(reader.snapshot_generations)
    survivors = Survivors(reader.layout) if reader.layout.births == "survivors" else None
    lasting = [np.zeros(0, reader.layout.birth_dtype)]
    best: dict[int, list[Any]] = {}
    for rows in (reader.champions, reader.epoch_ends):
        for row in rows:
            best.setdefault(int(row["generation"]), []).append(row)
    # What was read from elsewhere cannot be drawn again; the log has it.
    start = Start(0, reader.snapshot(0)) if problem.initial.files else None
    founders = next(evolve(problem, int(reader.attributes["seed"]), start)).population
    for population in chain([founders], islice(_populations(reader, problem, 0), 1, None)):
        generation, made_again = population.generation, population.genomes
        if generation in stored:
            _compare(reader, population)
        if survivors:
            parents, second = population.parents[None], population.second_parents[None]
            lasting.append(survivors.add(parents, second, np.array([population.n_kept]), np.array([generation])))
        for row in best.get(generation, ()):
            if (made_again[row["place"]] != row["genome"]).any():
                raise _wrong(reader, generation, row["place"], "another genome than the best is said to have")
    if survivors:
        _compare_births(reader, np.concatenate(lasting), survivors.state)
    return len(stored)


def _compare(reader: LineageReader, population: Population) -> None:
    """LogError if these are not the genomes of the snapshot."""
    different = np.flatnonzero((population.genomes != reader.snapshot(population.generation)).any(axis=1))
    if different.size:
        raise _wrong(reader, population.generation, different[0], "another genome")


def _compare_births(reader: LineageReader, lasting: Array, recent: dict[str, Array]) -> None:
    """LogError if the births that were recorded are not these."""
    n = min(len(lasting), len(reader.survivors))
    different = np.flatnonzero(lasting[:n] != reader.survivors[:n])
    if different.size or len(lasting) != len(reader.survivors):
        row = (lasting if len(lasting) > n else reader.survivors)[different[0] if different.size else n]
        raise _wrong(reader, row["generation"], row["place"], "another birth than births/survivors says")
    first = int(recent["recent_first"])
    if reader.undecided and first != (other := int(reader.undecided["recent_first"])):
        raise damaged(reader.folder, f"births are not decided up to generation {other - 1}, but {first - 1}")
    for name in ("recent_parents", "recent_second_parents")[: 1 + reader.layout.sexual] if reader.undecided else ():
        wrong = np.argwhere(recent[name] != reader.undecided[name][: len(recent[name])])
        if len(wrong):
            row, place = wrong[0]
            raise _wrong(reader, first + row, place, f"another parent than births/{name} says")


def _wrong(reader: LineageReader, generation: int, place: int, what: str) -> LogError:
    return LogError(
        f"{reader.folder}: generation {generation} cannot be made again from the log: place {place} has {what}; "
        f"the log or the code has changed"
    )

"""The line of descent of one individual: its first parents, back to the beginning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from evomod.errors import InputError, LogError
from evomod.kernel import kernel
from evomod.lineage.births import Births
from evomod.lineage.individual import Individual, named
from evomod.lineage.replay import replay
from evomod.lineage.soundness import whole
from evomod.population import Population
from evomod.problem import Problem

if TYPE_CHECKING:
    from evomod.lineage.reader import LineageReader

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Line:
    """Who was on the line in each generation from `start` on; the last one is the individual itself.

    Attributes
    ----------
    start : int
        The generation of row 0.
    places : int64 (n,)
        Where the line's member stood.
    second_parents : int64 (n,)
        Place, in the generation before, of the parent of what came by crossover; the first parent's where nothing did.
        −1 in row 0.
    born : bool (n,)
        Born in that generation, by variation or into a new place; the others stayed from the generation before.
    genomes : uint8 (n, n_loci)
    """

    start: int
    places: Array
    second_parents: Array
    born: Array
    genomes: Array

    def __len__(self) -> int:
        return len(self.places)

    @property
    def generations(self) -> Array:
        """int64 (n,)."""
        return np.arange(self.start, self.start + len(self))


def line_of_descent(log: LineageReader, problem: Problem, individual: Individual = "best", start: int = 0) -> Line:
    """First parents of an individual, from generation `start` on, with their genomes, checked against all snapshots.

    Raises
    ------
    InputError
        If there is no such individual, or `start` lies after it.
    LogError
        If a genome made again is not the one of a snapshot.
    """
    last, place = named(log, individual)
    if not 0 <= whole(start, "the generation in which a line begins") <= last:
        raise InputError(f"{log.folder}: a line that ends in generation {last} cannot begin in generation {start}")
    begin = max(g for g in log.snapshot_generations if g <= start)  # the first genome has to be known
    places, second = _trace(log, problem, begin, last, place)
    n_elite = problem.selection.n_elite
    born = np.ones(len(places), bool)
    born[1:] = ~((places[1:] < n_elite) & (places[1:] == places[:-1]))
    genomes = _genomes(log, problem, begin, places)
    _check(log, begin, places, genomes)
    cut = start - begin
    second[cut] = -1
    return Line(start, places[cut:], second[cut:], born[cut:], genomes[cut:])


def _trace(log: LineageReader, problem: Problem, begin: int, last: int, place: int) -> tuple[Array, Array]:
    """Places on the line, and those of second parents, from generation `begin` to `last`: int64 (n,) each."""
    places, second = np.full(last - begin + 1, place, np.int64), np.full(last - begin + 1, -1, np.int64)
    for low, first, other in Births(log, problem, last).backwards(begin + 1, last + 1):
        row = low - begin
        _follow(first, other, places[row - 1 : row + len(first)], second[row : row + len(first)])
    return places, second


@kernel
def _follow(first: Any, other: Any, places: Any, second: Any) -> None:
    """Fill `places` but the last, which is known, and `second`, from parents (n, S) of n generations."""
    for g in range(first.shape[0] - 1, -1, -1):
        second[g] = other[g, places[g + 1]]
        places[g] = first[g, places[g + 1]]


def _genomes(log: LineageReader, problem: Problem, begin: int, places: Array) -> Array:
    """Genomes on the line: uint8 (n, n_loci)."""
    genomes = np.empty((len(places), problem.encoding.n_loci), np.uint8)
    if problem.variation.sexual or problem.engine != "evomod":
        for (generation, everybody), place in zip(replay(log, problem, begin), places, strict=False):
            genomes[generation - begin] = everybody[place]
        return genomes
    # Draws are a function of place: the one child is made again without anybody else.
    seed, n_elite, mutation = int(log.attributes["seed"]), problem.selection.n_elite, problem.variation.mutation
    room = Population.empty(problem.population, problem.encoding.n_loci, (1, 0, 0), 0)
    storage, changed, effective = room.storage, room.changed, room.effective
    genome = storage[0].copy()
    genome[: room.n_loci] = genomes[0] = log.snapshot(begin)[places[0]]
    for k, place in enumerate(places.tolist()):
        if k and place >= n_elite:
            room.generation, room.n_kept = begin + k, place
            room.storage, room.changed, room.effective = (
                storage[: place + 1],
                changed[: place + 1],
                effective[: place + 1],
            )
            storage[place] = genome
            mutation.mutate(problem.encoding, room, seed)
            genome = storage[place].copy()
        genomes[k] = genome[: room.n_loci]
    return genomes


def _check(log: LineageReader, begin: int, places: Array, genomes: Array) -> None:
    for generation in log.snapshot_generations:
        row = generation - begin
        if 0 <= row < len(places) and (genomes[row] != log.snapshot(generation)[places[row]]).any():
            raise LogError(
                f"{log.folder}: generation {generation} cannot be made again from the log: place {places[row]} has "
                f"another genome; the log or the code has changed"
            )

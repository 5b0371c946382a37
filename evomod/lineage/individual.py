"""One individual of a run, readable: the champion for a goal, or whoever is asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.costs.lengths import Wiring
from evomod.costs.positions import Sizes, placed
from evomod.errors import InputError
from evomod.genotypes.base import Phenotype
from evomod.lineage.reader import LineageReader
from evomod.lineage.replay import genomes
from evomod.lineage.soundness import whole
from evomod.networks.network import Network
from evomod.problem import Problem

Individual = str | tuple[int, int]  # "best", "last", or a generation and a place


def best_champion(log: LineageReader, goal: str | None = None) -> Any:
    """The champion with the greatest benefit on a goal in force, then fitness; the latest of equals.

    Parameters
    ----------
    log : LineageReader
    goal : str, optional
        The goal in force, or one of several at once; by default any named one.

    Returns
    -------
    A row of `/champions`.

    Raises
    ------
    InputError
        If there has been no epoch under that goal.
    """
    rows, names = log.champions, log.layout.goals
    if goal is None:
        named = np.isin(rows["goal"], [names.index(name) for name in log.layout.named])
        rows = rows[named] if named.any() else selected(log, rows)
    elif goal in (in_force := [names[k] for k in np.unique(rows["goal"])]):
        rows = rows[rows["goal"] == names.index(goal)]
    elif goal in (together := _together(log)):
        return _best(rows, rows["benefits"][:, log.layout.scored.index(goal)])
    else:
        were = ", ".join([*in_force, *together])
        raise InputError(f"{log.folder}: no goal {goal!r} has been in force; goals were {were}")
    return _best(rows, rows["benefit"])


def _together(log: LineageReader) -> list[str]:
    """The goals with fixed answers that are in force all at once; none where they take turns."""
    together = log.problem.epoch(0, 0).together if log.problem else ()
    return [name for name, _ in together if name in log.layout.scored]


def _best(rows: Any, benefit: Any) -> Any:
    return rows[np.lexsort((rows["generation"], rows["fitness"], benefit))[-1]]


def selected(log: LineageReader, rows: Any) -> Any:
    """Those champions that lived in epochs with selection, if there are any."""
    kept = rows[~np.isin(rows["goal"], [log.layout.goals.index(name) for name in log.layout.neutral])]
    return kept if len(kept) else rows


def named(log: LineageReader, individual: Individual) -> tuple[int, int]:
    """Generation and place of the best champion, the best of the last generation ('last'), or whoever is asked for.

    Raises
    ------
    InputError
        If there is no such generation or place; says which there are.
    """
    if not log.n_generations:
        raise InputError(f"{log.folder}: the log has no complete block yet")
    if individual == "best":
        row = best_champion(log)
        individual = int(row["generation"]), int(row["place"])
    elif individual == "last":
        individual = log.n_generations - 1, int(log.generations["best"][-1])
    elif isinstance(individual, str):
        raise InputError(f"an individual is 'best', 'last', or generation and place [got {individual!r}]")
    generation, place = _pair(individual)
    if not 0 <= generation < log.n_generations:
        raise InputError(
            f"{log.folder}: has generations 0 to {log.n_generations - 1}; there is no generation {generation}"
        )
    if not 0 <= place < log.layout.population:
        raise InputError(f"{log.folder}: has places 0 to {log.layout.population - 1}; there is no place {place}")
    return generation, place


def _pair(individual: Any) -> tuple[int, int]:
    try:
        generation, place = individual
    except (TypeError, ValueError) as error:
        message = f"an individual is 'best', 'last', or generation and place [got {individual!r}]"
        raise InputError(message) from error
    return whole(generation, "a generation"), whole(place, "a place")


def genome_at(log: LineageReader, problem: Problem, individual: Individual) -> npt.NDArray[Any]:
    """The genome of an individual, uint8 (n_loci,), made again from the log; raises as `named` does."""
    generation, place = named(log, individual)
    genome: npt.NDArray[Any] = genomes(log, problem, generation)[place]
    return genome


def phenotype(problem: Problem, genome: npt.NDArray[Any]) -> Phenotype:
    """A genome as a readable phenotype, its outputs named."""
    n = problem.n_outputs
    names = ["out"] if n == 1 else [f"out{k + 1}" for k in range(n)]
    return problem.encoding.develop(genome, problem.inputs, names)


def network_of(problem: Problem, genome: npt.NDArray[Any]) -> Network:
    """The network of a genome; in place where a cost says where nodes lie, on a line or a plane or in space."""
    network = phenotype(problem, genome).network()
    for cost in problem.fitness.costs:
        if isinstance(cost, Wiring) and cost.positions != "layers":
            return placed(network, cost.positions, Sizes.of(problem.encoding), problem.inputs, cost.weighted)
    return network

"""What assays share: a problem with one goal for ever, founders for all places, and a seed for each repetition."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from evomod.errors import InputError
from evomod.goals.base import Goal
from evomod.measures.base import Array
from evomod.problem import Problem
from evomod.rng import ASSAY, Stream, permutation
from evomod.schedules.fixed import Fixed

NEW = "assayed"  # what a goal that the problem does not have is called


def under(problem: Problem, goal: str | Goal) -> tuple[Problem, str]:
    """The problem with one goal for ever, by name or one that it does not have; and the goal's name.

    Raises
    ------
    InputError
        If there is no such goal, it does not fit the problem, or it asks nothing.
    """
    name, goals = (goal, {}) if isinstance(goal, str) else (NEW, {NEW: goal})
    changed = replace(problem, goals={**problem.goals, **goals}, schedule=Fixed(goal=name))
    if not changed.goals[name].selects:
        raise InputError(f"the goal {name!r} asks nothing, so that nobody can solve it, or win")
    return changed, name


def checked(problem: Problem, genomes: Array, what: str) -> Array:
    """Genomes, uint8 (n, n_loci); InputError where there are none, or none of this problem."""
    genomes, encoding = np.asarray(genomes), problem.encoding
    if genomes.ndim != 2 or not len(genomes) or genomes.shape[1] != encoding.n_loci or genomes.dtype != np.uint8:
        raise InputError(
            f"{what} must be at least one genome, uint8 (n, {encoding.n_loci}) [got {genomes.dtype} {genomes.shape}]"
        )
    if (illegal := np.argwhere(genomes >= encoding.alleles)).size:
        raise InputError(f"{what}: genome {illegal[0][0]} has an illegal allele at locus {illegal[0][1]}")
    return genomes


def drawn(genomes: Array, n: int, seed: int, number: int) -> Array:
    """`n` of the genomes in random order, none twice before all have come."""
    order = permutation(len(genomes), seed, number, ASSAY)
    some: Array = genomes[order[np.arange(n) % len(genomes)]]
    return some


def seed_of(seed: int, run: int) -> int:
    """The seed of a repetition: different ones for different runs, 0 to 2^63 − 1."""
    high, low = (int(word) for word in Stream(seed, run, 0, ASSAY).words(2))
    return (high << 32 | low) >> 1

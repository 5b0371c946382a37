"""Individuals as DEAP wants them. Ordinary classes instead of `deap.creator`'s, which are lost on the way to a pool."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, islice, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from deap import base

from evomod.genotypes.base import Encoding


class Fitness(base.Fitness):  # type: ignore[misc] # DEAP has no types
    """Benefit minus costs, to be maximised."""

    weights = (1.0,)


class Individual(list[tuple[int, ...]]):
    """A genome as a list of genes, a gene being a tuple of alleles, so that DEAP's crossovers cut between genes.

    Attributes
    ----------
    fitness : Fitness
    place, partner : int
        Of a clone: where its parent stands, and the other parent after mating. `evolve` keeps them, others need not.
    cases : tuple of bool
        In which cases it is right, where selection asks.
    """

    def __init__(self, genes: Iterable[tuple[int, ...]] = ()) -> None:
        super().__init__(genes)
        self.fitness: Any = Fitness()
        self.place = self.partner = 0
        self.cases: tuple[bool, ...] = ()

    @property
    def alleles(self) -> list[int]:
        """The genome without its division into genes, a new list; when set, genes keep their lengths."""
        return list(chain.from_iterable(self))

    @alleles.setter
    def alleles(self, alleles: Iterable[int]) -> None:
        rest = iter(alleles)
        self[:] = [tuple(islice(rest, len(gene))) for gene in self]


def clone(individual: Individual) -> Individual:
    """A copy with its fitness, as DEAP's `deepcopy` makes it but twenty times faster."""
    copy = Individual(individual)
    copy.fitness.wvalues = individual.fitness.wvalues
    copy.place = copy.partner = individual.place
    return copy


def individuals(encoding: Encoding, genomes: npt.NDArray[np.uint8]) -> list[Individual]:
    """Individuals of uint8 (n, n_loci) genomes, by place."""
    first = encoding.units["gene"].tolist()
    genes = list(pairwise(first))
    made = [Individual(tuple(row[a:b]) for a, b in genes) for row in genomes.tolist()]
    for place, individual in enumerate(made):
        individual.place = individual.partner = place
    return made

"""Crossovers: what two children of a pair exchange. Genes are exchanged whole, a cut never falls inside a gate."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from evomod.component import Rate
from evomod.genotypes.base import Encoding
from evomod.kernel import kernel
from evomod.population import Population
from evomod.rng import CROSSOVER, PAIRING, below, draw4, permutation, threshold
from evomod.variation.base import Crossover


class NoCrossover(Crossover):
    """Asexual: each child has one parent."""

    kind: Literal["none"] = "none"
    in_deap: ClassVar[bool] = True

    def cross(self, encoding: Encoding, population: Population, seed: int) -> None:
        """Leave everybody as they are."""


class Recombination(Crossover, ABC):
    """Neighbours in a shuffled order swap some of their genes."""

    rate: Rate = Field(0.5, description="Probability per pair and generation.")

    @property
    @abstractmethod
    def cuts(self) -> tuple[int, float]:
        """Number of cuts, and where there are none, the probability with which a gene is swapped."""

    def cross(self, encoding: Encoding, population: Population, seed: int) -> None:
        """Cross each pair with probability `rate`."""
        p = population
        arrays = (p.storage, p.changed, p.parents, p.second_parents, p.n_kept, encoding.gene)
        _cross(*arrays, self.rate, *self.cuts, seed, p.generation)


class OnePoint(Recombination):
    """Neighbours in a shuffled order swap all genes behind one cut, which never falls inside a gate."""

    kind: Literal["one_point"] = "one_point"
    in_deap: ClassVar[bool] = True

    @property
    def cuts(self) -> tuple[int, float]:
        """One."""
        return 1, 0.0


class TwoPoint(Recombination):
    """Neighbours in a shuffled order swap the genes between two cuts."""

    kind: Literal["two_point"] = "two_point"
    in_deap: ClassVar[bool] = True

    @property
    def cuts(self) -> tuple[int, float]:
        """Two."""
        return 2, 0.0


class Uniform(Recombination):
    """Neighbours in a shuffled order swap each gene with a probability of its own."""

    kind: Literal["uniform"] = "uniform"
    in_deap: ClassVar[bool] = True
    swap: Rate = Field(0.5, description="Probability with which a gene of a crossed pair is swapped.")

    @property
    def cuts(self) -> tuple[int, float]:
        """None."""
        return 0, self.swap


@kernel
def _cross(
    genomes: Any,
    changed: Any,
    parents: Any,
    second_parents: Any,
    n_kept: int,
    gene: Any,
    rate: float,
    n_cuts: int,
    swap: float,
    seed: Any,
    generation: Any,
) -> None:
    hit, limit, n_genes = threshold(rate), threshold(swap), gene[gene.size - 1] + 1
    order = permutation(genomes.shape[0] - n_kept, seed, generation, PAIRING)
    swapped = np.empty(n_genes, np.bool_)
    for pair in range(order.size // 2):
        words = draw4(seed, generation, pair, CROSSOVER, 0)
        if words[0] >= hit:
            continue
        swapped[:] = False
        if n_cuts == 1:
            swapped[1 + below(words[1], n_genes - 1) :] = True
        elif n_cuts == 2:
            # Two different ones of the n_genes places before a gene, the genome taken as a ring: all pairs are alike.
            one = below(words[1], n_genes)
            other = (one + 1 + below(words[2], n_genes - 1)) % n_genes
            swapped[min(one, other) : max(one, other)] = True
        else:
            for g in range(n_genes):
                if g % 4 == 0:
                    words = draw4(seed, generation, pair, CROSSOVER, 1 + g // 4)
                swapped[g] = words[g % 4] < limit
        i, j = n_kept + order[2 * pair], n_kept + order[2 * pair + 1]
        _exchange(genomes, changed, parents, second_parents, i, j, gene, swapped)


@kernel
def _exchange(
    genomes: Any, changed: Any, parents: Any, second_parents: Any, i: int, j: int, gene: Any, swapped: Any
) -> None:
    """Swap the marked genes, if any, of two individuals, each of which becomes the other's second parent."""
    if not swapped.any():
        return
    second_parents[i], second_parents[j] = parents[j], parents[i]
    for locus in range(gene.size):
        if swapped[gene[locus]] and genomes[i, locus] != genomes[j, locus]:
            genomes[i, locus], genomes[j, locus] = genomes[j, locus], genomes[i, locus]
            changed[i] = changed[j] = 1

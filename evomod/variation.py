"""Crossover and mutation, at rates; the encoding says what an allele is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from evomod.component import Component, OneOf, Rate
from evomod.genotypes.base import Encoding
from evomod.kernel import kernel
from evomod.population import Population
from evomod.rng import CROSSOVER, MUTATION, PAIRING, below, draw4, permutation, threshold


class Mutation(Component, ABC):
    """Changes genomes in place, from `population.n_kept` on, and sets `changed` where the phenotype may differ."""

    @abstractmethod
    def mutate(self, encoding: Encoding, population: Population, seed: int) -> None:
        """Vary everybody who was not kept."""


class Redraw(Mutation):
    """One address (or gate kind) of the genome, drawn anew among all legal values; the old one may come again."""

    kind: Literal["redraw"] = "redraw"
    rate: Rate = Field(0.7, description="Probability per genome and generation.")

    def mutate(self, encoding: Encoding, population: Population, seed: int) -> None:
        """Redraw one locus with probability `rate`."""
        p = population
        _redraw(
            p.storage, p.changed, p.effective, p.n_kept, encoding.alleles, encoding.part, self.rate, seed, p.generation
        )


class FlipBit(Mutation):
    """One bit of the binary genome is flipped; legal where every pattern of bits is an address."""

    kind: Literal["bit"] = "bit"
    rate: Rate = Field(0.7, description="Probability per genome and generation.")

    def mutate(self, encoding: Encoding, population: Population, seed: int) -> None:
        """Flip one bit with probability `rate`."""
        p = population
        loci, masks = encoding.bits
        _flip(p.storage, p.changed, p.effective, p.n_kept, loci, masks, encoding.part, self.rate, seed, p.generation)


class Crossover(Component, ABC):
    """Exchanges genes between individuals that were not kept."""

    @abstractmethod
    def cross(self, encoding: Encoding, population: Population, seed: int) -> None:
        """Cross in place; writes `second_parents`, sets `changed` where a genome differs afterwards."""


class NoCrossover(Crossover):
    """Asexual: each child has one parent."""

    kind: Literal["none"] = "none"

    def cross(self, encoding: Encoding, population: Population, seed: int) -> None:
        """Leave everybody as they are."""


class OnePoint(Crossover):
    """Neighbours in a shuffled order swap all genes behind one cut, which never falls inside a gate."""

    kind: Literal["one_point"] = "one_point"
    rate: Rate = Field(0.5, description="Probability per pair and generation.")

    def cross(self, encoding: Encoding, population: Population, seed: int) -> None:
        """Cross each pair with probability `rate`."""
        p = population
        _one_point(
            p.storage, p.changed, p.parents, p.second_parents, p.n_kept, encoding.gene, self.rate, seed, p.generation
        )


class Variation(BaseModel):
    """Crossover first, then mutation."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    mutation: Annotated[Mutation, OneOf()] = Field(Redraw(), description="What a mutation does.")
    crossover: Annotated[Crossover, OneOf()] = Field(NoCrossover(), description="What is exchanged between parents.")

    @property
    def sexual(self) -> bool:
        """Do children have two parents?"""
        return not isinstance(self.crossover, NoCrossover)


@kernel
def _redraw(
    genomes: Any,
    changed: Any,
    effective: Any,
    n_kept: int,
    alleles: Any,
    part: Any,
    rate: float,
    seed: Any,
    generation: Any,
) -> None:
    limit, n_loci = threshold(rate), alleles.size
    hit, where, what = draw_three(n_kept, genomes.shape[0], seed, generation)
    for k in range(hit.size):
        i, locus = n_kept + k, below(where[k], n_loci)
        old = np.int64(genomes[i, locus])
        # Without a branch: whether a genome is hit is what the processor can foresee least.
        new = below(what[k], alleles[locus]) if hit[k] < limit else old
        genomes[i, locus] = new
        changed[i] |= (new != old) & _expressed(part[locus], effective[i])


@kernel
def _flip(
    genomes: Any,
    changed: Any,
    effective: Any,
    n_kept: int,
    loci: Any,
    masks: Any,
    part: Any,
    rate: float,
    seed: Any,
    generation: Any,
) -> None:
    limit = threshold(rate)
    hit, where, _ = draw_three(n_kept, genomes.shape[0], seed, generation)
    for k in range(hit.size):
        if hit[k] < limit:
            i, bit = n_kept + k, below(where[k], loci.size)
            locus = loci[bit]
            if locus >= 0:
                genomes[i, locus] ^= masks[bit]
                changed[i] |= _expressed(part[locus], effective[i])


@kernel
def draw_three(start: int, stop: int, seed: Any, generation: Any) -> Any:
    """Three words for the mutation of each individual, uint32 (stop − start,) each: is it hit, where, to what.

    Apart from the loop that uses them, so that the compiler can make several at once.
    """
    n = stop - start
    hit, where, what = np.empty(n, np.uint32), np.empty(n, np.uint32), np.empty(n, np.uint32)
    for k in range(n):
        words = draw4(seed, generation, start + k, MUTATION, 0)
        hit[k] = words[0]
        where[k] = words[1]
        what[k] = words[2]
    return hit, where, what


@kernel
def _expressed(part: Any, effective: Any) -> Any:
    # A change in a part without a path to an output is silent: the phenotype that was inherited stands.
    return ((np.uint64(effective) >> np.uint64(max(part, 0))) & np.uint64(1)) | np.uint64(part < 0)


@kernel
def _one_point(
    genomes: Any,
    changed: Any,
    parents: Any,
    second_parents: Any,
    n_kept: int,
    gene: Any,
    rate: float,
    seed: Any,
    generation: Any,
) -> None:
    hit, n_genes = threshold(rate), gene[gene.size - 1] + 1
    order = permutation(genomes.shape[0] - n_kept, seed, generation, PAIRING)
    for pair in range(order.size // 2):
        words = draw4(seed, generation, pair, CROSSOVER, 0)
        if words[0] >= hit:
            continue
        i, j = n_kept + order[2 * pair], n_kept + order[2 * pair + 1]
        second_parents[i], second_parents[j] = parents[j], parents[i]
        cut = 1 + below(words[1], n_genes - 1)
        for locus in range(gene.size):
            if gene[locus] >= cut and genomes[i, locus] != genomes[j, locus]:
                genomes[i, locus], genomes[j, locus] = genomes[j, locus], genomes[i, locus]
                changed[i] = changed[j] = 1

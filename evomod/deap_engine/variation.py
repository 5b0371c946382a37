"""Our crossovers and mutations, each written with DEAP's. Those of DEAP change individuals in place and return them."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from deap import tools

from evomod.deap_engine.individual import Individual
from evomod.genotypes.base import Encoding
from evomod.variation.base import Crossover, Mutation
from evomod.variation.crossovers import NoCrossover, OnePoint, TwoPoint, Uniform
from evomod.variation.flip_bit import FlipBit
from evomod.variation.redraw import Redraw


def _leave(crossover: NoCrossover, one: Individual, other: Individual) -> None:
    """Asexual."""


def _one_point(crossover: OnePoint, one: Individual, other: Individual) -> None:
    tools.cxOnePoint(one, other)


def _two_point(crossover: TwoPoint, one: Individual, other: Individual) -> None:
    """DEAP's never exchanges the first gene, ours never the last: it cuts genomes that are turned round."""
    for individual in (one, other):
        individual.reverse()
    tools.cxTwoPoint(one, other)
    for individual in (one, other):
        individual.reverse()


def _uniform(crossover: Uniform, one: Individual, other: Individual) -> None:
    tools.cxUniform(one, other, crossover.swap)


CROSSOVERS: dict[type[Crossover], Callable[[Any, Individual, Individual], None]] = {
    NoCrossover: _leave,
    OnePoint: _one_point,
    TwoPoint: _two_point,
    Uniform: _uniform,
}


def mate(one: Individual, other: Individual, crossover: Crossover) -> tuple[Individual, Individual]:
    """Cross two individuals, whatever the rate is: DEAP's loops have it as `cxpb`."""
    CROSSOVERS[type(crossover)](crossover, one, other)
    one.partner, other.partner = other.place, one.place
    return one, other


def _redraw(mutation: Redraw, alleles: list[int], encoding: Encoding) -> None:
    """One locus of the genome, or of each gene that is hit, or all loci that are."""
    n_alleles, twin = encoding.alleles.tolist(), encoding.twin.tolist()
    if mutation.per == "locus" and not mutation.deletion:
        tools.mutUniformInt(alleles, 0, [n - 1 for n in n_alleles], mutation.rate)
        return
    first = encoding.units[mutation.per].tolist()
    for a, b in pairwise(first):
        if mutation.per == "genome" or random.random() < mutation.rate:  # noqa: S311
            locus = random.randrange(a, b)  # noqa: S311
            deleted = twin[locus] >= 0 and random.random() < mutation.deletion  # noqa: S311
            alleles[locus] = alleles[twin[locus]] if deleted else random.randrange(n_alleles[locus])  # noqa: S311


def _flip_bit(mutation: FlipBit, alleles: list[int], encoding: Encoding) -> None:
    """One bit of the binary genome, or all that are hit; a bit without a locus is neutral."""
    loci, masks = (array.tolist() for array in encoding.bits)
    flipped = [False] * len(loci)
    if mutation.per == "bit":
        tools.mutFlipBit(flipped, mutation.rate)
    else:
        flipped[random.randrange(len(loci))] = True  # noqa: S311
    for locus, mask, hit in zip(loci, masks, flipped, strict=True):
        if hit and locus >= 0:
            alleles[locus] ^= mask


MUTATIONS: dict[type[Mutation], Callable[[Any, list[int], Encoding], None]] = {Redraw: _redraw, FlipBit: _flip_bit}


def mutate(individual: Individual, mutation: Mutation, encoding: Encoding) -> tuple[Individual]:
    """Mutate an individual. A rate per genome is left to DEAP's loops, which have it as `mutpb`."""
    alleles = individual.alleles
    MUTATIONS[type(mutation)](mutation, alleles, encoding)
    individual.alleles = alleles
    return (individual,)


def rates(crossover: Crossover, mutation: Mutation) -> tuple[float, float]:
    """`cxpb` and `mutpb` of DEAP's loops."""
    per_genome = getattr(mutation, "per", None) == "genome"
    return getattr(crossover, "rate", 0.0), getattr(mutation, "rate", 1.0) if per_genome else 1.0

"""Mutation by redrawing alleles: the natural one for genomes of addresses."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from evomod.component import Rate
from evomod.genotypes.base import Encoding
from evomod.genotypes.weighted_net import WeightedNetEncoding
from evomod.kernel import kernel
from evomod.population import Population
from evomod.rng import below, threshold
from evomod.variation.base import Mutation, binomial_thresholds, draw_three, draw_units, expressed


class Redraw(Mutation):
    """Addresses (or gate kinds) drawn anew among all legal values; the old one may come again."""

    kind: Literal["redraw"] = "redraw"
    in_deap: ClassVar[bool] = True
    rate: Rate = Field(0.7, description="Probability per genome, gene or locus (see `per`), and generation.")
    per: Literal["genome", "gene", "locus"] = Field(
        "genome",
        description="What the rate is of: one locus of the genome; one locus of each gene (gate); each single locus.",
    )
    deletion: Rate = Field(
        0.0,
        description="Probability that a hit source of a gate is not drawn anew but set to the gate's other source, "
        "which removes a link.",
    )

    def mistake(self, encoding: Encoding) -> tuple[str, str] | None:
        """Alleles are drawn one by one, and deletion needs links that can go."""
        if isinstance(encoding, WeightedNetEncoding):
            return "kind", "`redraw` is not for continuous weights; use {kind: sum} or {kind: product}"
        if self.deletion and not (encoding.twin >= 0).any():
            return "deletion", "means nothing for this genotype: its parts have no two sources"
        return None

    def mutate(self, encoding: Encoding, population: Population, seed: int) -> None:
        """One locus at most, the common case, has a kernel of its own."""
        p = population
        arrays = (p.storage, p.changed, p.effective, p.n_kept, encoding.alleles, encoding.part)
        if self.per == "genome" and not self.deletion:
            _redraw(*arrays, self.rate, seed, p.generation)
            return
        first = encoding.units[self.per]
        thresholds = binomial_thresholds(len(first) - 1, self.rate)
        _redraw_units(*arrays, encoding.twin, first, thresholds, self.deletion, seed, p.generation)


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
        changed[i] |= (new != old) & expressed(part[locus], effective[i])


@kernel
def _redraw_units(
    genomes: Any,
    changed: Any,
    effective: Any,
    n_kept: int,
    alleles: Any,
    part: Any,
    twin: Any,
    first: Any,
    thresholds: Any,
    deletion: float,
    seed: Any,
    generation: Any,
) -> None:
    """One locus of each unit that is hit; the loci of unit u are first[u] … first[u + 1] − 1."""
    n_units = first.size - 1
    units, words = np.empty(n_units, np.int64), np.empty((n_units, 2), np.uint32)
    for i in range(n_kept, genomes.shape[0]):
        for k in range(draw_units(i, n_units, thresholds, seed, generation, units, words)):
            u = units[k]
            # The high half of a word chooses the locus, the rest of it is as good as new for the second question.
            wide = np.uint64(words[k, 0]) * np.uint64(first[u + 1] - first[u])
            locus = first[u] + np.int64(wide >> np.uint64(32))
            old = np.int64(genomes[i, locus])
            if twin[locus] >= 0 and (wide & np.uint64(0xFFFFFFFF)) < threshold(deletion):
                new = np.int64(genomes[i, twin[locus]])
            else:
                new = below(words[k, 1], alleles[locus])
            genomes[i, locus] = new
            changed[i] |= (new != old) & expressed(part[locus], effective[i])

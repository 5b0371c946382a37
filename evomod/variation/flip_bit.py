"""Mutation by flipping bits of a binary genome."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from evomod.component import Rate
from evomod.errors import InputError
from evomod.genotypes.base import Encoding
from evomod.kernel import kernel
from evomod.population import Population
from evomod.rng import below, threshold
from evomod.variation.base import Mutation, binomial_thresholds, draw_three, draw_units, expressed


class FlipBit(Mutation):
    """Bits of the binary genome are flipped; legal where every pattern of bits is an address."""

    kind: Literal["bit"] = "bit"
    in_deap: ClassVar[bool] = True
    rate: Rate = Field(0.7, description="Probability per genome or bit (see `per`), and generation.")
    per: Literal["genome", "bit"] = Field(
        "genome", description="What the rate is of: one bit of the genome, or each single bit (PKA08: 0.7/104)."
    )

    def mistake(self, encoding: Encoding) -> tuple[str, str] | None:
        """There must be a binary genome."""
        try:
            _ = encoding.bits
        except InputError as error:
            return "kind", str(error)
        return None

    def mutate(self, encoding: Encoding, population: Population, seed: int) -> None:
        """One bit at most, the common case, has a kernel of its own."""
        p = population
        loci, masks = encoding.bits
        arrays = (p.storage, p.changed, p.effective, p.n_kept, loci, masks, encoding.part)
        if self.per == "genome":
            _flip(*arrays, self.rate, seed, p.generation)
        else:
            _flip_each(*arrays, binomial_thresholds(len(loci), self.rate), seed, p.generation)


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
                changed[i] |= expressed(part[locus], effective[i])


@kernel
def _flip_each(
    genomes: Any,
    changed: Any,
    effective: Any,
    n_kept: int,
    loci: Any,
    masks: Any,
    part: Any,
    thresholds: Any,
    seed: Any,
    generation: Any,
) -> None:
    bits, words = np.empty(loci.size, np.int64), np.empty((loci.size, 2), np.uint32)
    for i in range(n_kept, genomes.shape[0]):
        for k in range(draw_units(i, loci.size, thresholds, seed, generation, bits, words)):
            locus = loci[bits[k]]
            if locus >= 0:
                genomes[i, locus] ^= masks[bits[k]]
                changed[i] |= expressed(part[locus], effective[i])

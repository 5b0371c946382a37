"""The start of Clune, Mouret & Lipson 2013: nets of few to many links (doi 10.1098/rspb.2012.2863)."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self, cast

import numpy as np
from pydantic import Field, model_validator

from evomod.component import AsTuple, Int
from evomod.genotypes.base import Encoding
from evomod.genotypes.ternary_net import TernaryNetEncoding
from evomod.initial.base import Array, Founding, Source
from evomod.kernel import kernel
from evomod.rng import INITIAL, below, draw4

Attempts = Annotated[Int, Field(ge=0, le=1_000_000)]


class RandomLinks(Source):
    """Ternary nets without links, to which one is added again and again; weights and biases are random."""

    kind: Literal["links"] = "links"
    attempts: Annotated[tuple[Attempts, Attempts], AsTuple] = Field(
        (0, 120),
        description="Least and most attempts to add a link, all numbers between them alike. An attempt chooses any two "
        "nodes of neighbouring layers; where they are linked already, it comes to nothing.",
    )

    @model_validator(mode="after")
    def _from_low_to_high(self) -> Self:
        if self.attempts[0] > self.attempts[1]:
            raise ValueError(f"attempts go from {self.attempts[0]} down to {self.attempts[1]}; swap them")
        return self

    def mistake(self, encoding: Encoding, inputs: tuple[str, ...]) -> tuple[str, str] | None:
        """Links must be able to come."""
        if not isinstance(encoding, TernaryNetEncoding):
            return "kind", "`links` founds ternary nets: use {kind: random}, or the genotype {kind: ternary_net}"
        return None

    def draw(self, founding: Founding) -> Array:
        """Attempt by attempt."""
        encoding = cast(TernaryNetEncoding, founding.encoding)
        genomes = np.zeros((founding.n, encoding.n_loci), np.uint8)
        _draw(genomes, encoding.link_loci, encoding.bias_loci, *self.attempts, founding.seed, founding.first)
        return genomes


@kernel
def _draw(genomes: Any, link_loci: Any, bias_loci: Any, least: int, most: int, seed: Any, place: int) -> None:
    for i in range(genomes.shape[0]):
        n = least + below(draw4(seed, 0, place + i, INITIAL, 0)[0], most - least + 1)
        for k in range(n):
            words = draw4(seed, 0, place + i, INITIAL, 1 + k)
            locus = link_loci[below(words[0], link_loci.size)]
            if genomes[i, locus] == 0:
                genomes[i, locus] = 1 + below(words[1], 4)
        for k in range(bias_loci.size):
            genomes[i, bias_loci[k]] = below(draw4(seed, 0, place + i, INITIAL, 1 + most + k)[0], 5)

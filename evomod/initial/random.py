"""Random genomes."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from pydantic import Field

from evomod.component import Rate
from evomod.genotypes.base import Encoding
from evomod.initial.base import Array, Founding, Source
from evomod.kernel import kernel
from evomod.rng import INITIAL, below, draw4, threshold


class RandomGenomes(Source):
    """Every allele drawn anew; or genomes with more or fewer links than that makes (sparse and dense starts)."""

    kind: Literal["random"] = "random"
    links: Rate | None = Field(
        None,
        description="Probability that a gate reads two different nodes, else it reads one node twice: 0 is the "
        "sparsest start, 1 the densest; if missing, both sources are drawn freely.",
    )

    def mistake(self, encoding: Encoding, inputs: tuple[str, ...]) -> tuple[str, str] | None:
        """Links are those of parts with two sources."""
        if self.links is not None and not (encoding.twin >= 0).any():
            return "links", "means nothing for this genotype: its parts have no two sources"
        return None

    def draw(self, founding: Founding) -> Array:
        """Each locus uniform over its alleles; then, if asked for, second sources again."""
        encoding = founding.encoding
        genomes = np.zeros((founding.n, encoding.n_loci), np.uint8)
        draw_genomes(genomes, encoding.alleles, founding.seed, founding.first)
        if self.links is not None:
            _set_links(genomes, encoding.alleles, encoding.twin, self.links, founding.seed, founding.first)
        return genomes


@kernel
def draw_genomes(genomes: Any, alleles: Any, seed: Any, place: int) -> None:
    """Fill uint8 (n, n_loci), the genomes of `place` and those after it, each locus uniform over its alleles."""
    for i in range(genomes.shape[0]):
        for first in range(0, alleles.size, 4):
            words = draw4(seed, 0, place + i, INITIAL, first // 4)
            for k in range(min(4, alleles.size - first)):
                genomes[i, first + k] = below(words[k], alleles[first + k])


@kernel
def _set_links(genomes: Any, alleles: Any, twin: Any, links: float, seed: Any, place: int) -> None:
    """Make the second source of each part the same as, or another than, the first one."""
    for i in range(genomes.shape[0]):
        for locus in range(alleles.size):
            first = twin[locus]
            if first < 0 or first > locus:
                continue
            words = draw4(seed, 0, place + i, INITIAL, alleles.size + locus)
            source = np.int64(genomes[i, first])
            if words[0] < threshold(links) and alleles[locus] > 1:
                other = below(words[1], alleles[locus] - 1)
                source = other + 1 if other >= source else other
            genomes[i, locus] = source

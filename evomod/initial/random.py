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
        """As the encoding draws genomes; then, if asked for, second sources again."""
        encoding = founding.encoding
        genomes = encoding.draw(founding.n, founding.seed, founding.first)
        if self.links is not None:
            _set_links(genomes, encoding.alleles, encoding.twin, self.links, founding.seed, founding.first)
        return genomes


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

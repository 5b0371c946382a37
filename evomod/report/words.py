"""What the networks of a run, and their parts, are called: a net has no gates."""

from __future__ import annotations

from typing import NamedTuple

from evomod.component import members
from evomod.genotypes.base import Genotype
from evomod.lineage.reader import LineageReader


class Words(NamedTuple):
    """`circuit` and `gate`, `net` and `neuron`, …"""

    network: str
    part: str

    @classmethod
    def of(cls, genotype: Genotype | type[Genotype]) -> Words:
        """Those of a genotype."""
        return cls(genotype.network_word, genotype.part_word)

    def parts(self, n: int) -> str:
        """`1 gate`, `12 gates`."""
        return f"{n:,} {self.part}{'s' * (n != 1)}"


def words_of(log: LineageReader) -> Words:
    """As the log's genotype says; `network` and `part` of one that is not known any more."""
    kind = log.stated("scenario").get("genotype", {}).get("kind")
    return Words.of(members(Genotype).get(kind, Genotype))  # type: ignore[type-abstract]

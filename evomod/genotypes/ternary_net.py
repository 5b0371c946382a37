"""Nets of whole weights, whose links come and go: the genotype of Clune, Mouret & Lipson 2013.

doi 10.1098/rspb.2012.2863. Between neighbouring layers any link may be there, with one of four weights. A unit answers
tanh(20·(Σ w·x + b)), inputs are −1 or 1; of whole numbers, that is −1, 0 or 1 to the last bit of a single-precision
number, so that nothing but small whole numbers is ever computed.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from evomod.component import AsTuple, Count
from evomod.genotypes import net_changes
from evomod.genotypes.base import Array, Genotype
from evomod.genotypes.layered import layers_mistake
from evomod.genotypes.net import NetEncoding
from evomod.genotypes.ternary_evaluation import MAX_SOURCES, evaluate
from evomod.population import Population

WEIGHTS = (0, -2, -1, 1, 2)  # by allele; 0 is no link
BIASES = (-2, -1, 0, 1, 2)


class TernaryNet(Genotype):
    """Layered nets whose links come and go, with weights −2, −1, 1 and 2, and units that answer −1, 0 or 1."""

    network_word: ClassVar[str] = "net"
    part_word: ClassVar[str] = "unit"
    kind: Literal["ternary_net"] = "ternary_net"
    hidden: Annotated[tuple[Count, ...], AsTuple] = Field(
        (8, 4, 2), description="Units of each hidden layer, from the inputs up; each layer reads the one below it."
    )

    def mistake(self, n_inputs: int, n_outputs: int) -> tuple[str, str] | None:
        """Limits of machine words, and of sums that are kept in one byte."""
        if found := layers_mistake(self.hidden, n_inputs, n_outputs):
            return found
        if (widest := max((n_inputs, *self.hidden))) > MAX_SOURCES:
            return "hidden", (
                f"a unit would read up to {widest} others; at most {MAX_SOURCES} are possible, as a sum must fit a byte"
            )
        return None

    def encode(self, inputs: Array, n_outputs: int) -> TernaryNetEncoding:
        """The encoding for cases `inputs`, bool (n_cases, n_inputs)."""
        return TernaryNetEncoding(self, inputs, n_outputs)


class TernaryNetEncoding(NetEncoding):
    """Ternary nets with given inputs and outputs.

    The loci of a unit stand together: one for each possible link, alleles as in `WEIGHTS`, then its bias, as in
    `BIASES`.

    Attributes
    ----------
    link_loci : int64 (n_links,)
    bias_loci : int64 (n_parts,)
    """

    unit = "sign"
    low = -1.0

    def __init__(self, net: TernaryNet, inputs: Array, n_outputs: int) -> None:
        n_links = sum(a * b for a, b in pairwise((inputs.shape[1], *net.hidden, n_outputs)))
        n_loci = n_links + sum(net.hidden) + n_outputs
        super().__init__(inputs, net.hidden, n_outputs, np.full(n_loci, len(WEIGHTS)))
        fan_in = np.diff(self.first_link)
        self.part = np.repeat(np.arange(self.n_parts), fan_in + 1).astype(np.int32)
        self.gene = self.part.copy()
        self.link_loci = np.arange(self.n_links) + self.targets - self.n_inputs
        self.bias_loci = self.first_link[1:] + np.arange(self.n_parts)
        self.lanes = _lanes(inputs, self.n_words)

    def weights(self, genomes: Array) -> Array:
        """int8 (n, n_links)."""
        return np.array(WEIGHTS, np.int8)[genomes[:, self.link_loci]]

    def biases(self, genomes: Array) -> Array:
        """int8 (n, n_parts)."""
        return np.array(BIASES, np.int8)[genomes[:, self.bias_loci]]

    def evaluate(self, population: Population) -> None:
        """Write responses, effective and settled of everybody whose `changed` is set."""
        p = population
        arrays = (p.storage, p.changed, p.responses, p.effective, p.settled)
        evaluate(*arrays, self.lanes, self.row_mask, self.first_link, self.sources, self.n_outputs)

    def changes(self, before: Array, after: Array, input_names: Sequence[str]) -> tuple[str, ...]:
        """Which weight or bias became what."""
        return net_changes.changes(self.develop(before, input_names), self.develop(after, input_names))


def _lanes(inputs: Array, n_words: int) -> Array:
    """Each input times the weight of each allele, a byte a case: int8 (n_inputs, 5, 64·n_words), padded with case 0."""
    padded = np.repeat(inputs[:1], n_words * 64, axis=0)
    padded[: len(inputs)] = inputs
    signs = np.where(padded.T, 1, -1)[:, None, :] * np.array(WEIGHTS)[:, None]
    return np.ascontiguousarray(signs, np.int8)

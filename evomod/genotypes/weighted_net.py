"""Nets of continuous weights, in layers of any size; a weight of exactly 0 is no link.

A genome is the bytes of single-precision numbers: for each unit the weights of all possible links from the layer below,
then its bias. So the log, crossover and replay treat it as any other. Operators of single alleles are not for it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from evomod.component import AsTuple, Count
from evomod.errors import InputError
from evomod.genotypes import net_changes
from evomod.genotypes.base import Array, Genotype
from evomod.genotypes.layered import layers_mistake
from evomod.genotypes.net import NetEncoding
from evomod.genotypes.weighted_drawing import draw_weights
from evomod.genotypes.weighted_evaluation import BLOCK, RELU, TANH, evaluate
from evomod.population import Population

BYTES = 4  # of a weight


class WeightedNet(Genotype):
    """Layered nets with continuous weights and biases."""

    network_word: ClassVar[str] = "net"
    part_word: ClassVar[str] = "unit"
    kind: Literal["weighted_net"] = "weighted_net"
    hidden: Annotated[tuple[Count, ...], AsTuple] = Field(
        (8, 4, 2), description="Units of each hidden layer, from the inputs up; each layer reads the one below it."
    )
    unit: Literal["tanh", "relu"] = Field(
        "tanh", description="What a hidden unit makes of its sum. An output is true where its sum is above 0."
    )
    inputs: Literal["binary", "signed"] = Field(
        "binary", description="An input that is false is 0 (binary) or −1 (signed); one that is true is 1."
    )

    def mistake(self, n_inputs: int, n_outputs: int) -> tuple[str, str] | None:
        """Limits of machine words."""
        return layers_mistake(self.hidden, n_inputs, n_outputs)

    def encode(self, inputs: Array, n_outputs: int) -> WeightedNetEncoding:
        """The encoding for cases `inputs`, bool (n_cases, n_inputs)."""
        return WeightedNetEncoding(self, inputs, n_outputs)


class WeightedNetEncoding(NetEncoding):
    """Weighted nets with given inputs and outputs.

    Attributes
    ----------
    link_places : int64 (n_links,)
        Which of a genome's numbers is the weight of each link.
    bias_places : int64 (n_parts,)
    is_link : bool (n_links + n_parts,)
    """

    continuous: ClassVar[bool] = True

    def __init__(self, net: WeightedNet, inputs: Array, n_outputs: int) -> None:
        if sys.byteorder != "little":
            raise InputError("a genome is the bytes of its weights, lowest first; this machine has them the other way")
        sizes = (inputs.shape[1], *net.hidden, n_outputs)
        n_numbers = sum(a * b for a, b in pairwise(sizes)) + sum(sizes[1:])
        super().__init__(inputs, net.hidden, n_outputs, np.full(n_numbers * BYTES, 256))
        self.unit, self.low = net.unit, -1.0 if net.inputs == "signed" else 0.0
        self.part = np.repeat(np.arange(self.n_parts), (np.diff(self.first_link) + 1) * BYTES).astype(np.int32)
        self.gene = self.part.copy()
        self.link_places = np.arange(self.n_links) + self.targets - self.n_inputs
        self.bias_places = self.first_link[1:] + np.arange(self.n_parts)
        self.is_link = np.zeros(n_numbers, bool)
        self.is_link[self.link_places] = True
        self.lanes = self._lanes()

    def _lanes(self) -> Array:
        """Inputs as numbers, in blocks of cases: float32 (n_blocks, n_inputs, n_lanes), padded with case 0."""
        n_cases, n_lanes = self.n_words * 64, min(BLOCK, self.n_words * 64)
        padded = np.repeat(self.cases[:1], n_cases, axis=0)
        padded[: len(self.cases)] = self.cases
        values = np.where(padded, 1.0, self.low).astype(np.float32)
        return np.ascontiguousarray(values.reshape(-1, n_lanes, self.n_inputs).swapaxes(1, 2))

    @property
    def bits(self) -> tuple[Array, Array]:
        """None: a flipped bit of a number may make anything of it."""
        raise InputError("`bit` is not for continuous weights; use {kind: sum} or {kind: product}")

    def numbers(self, genomes: Array) -> Array:
        """Weights and biases as they stand in genomes uint8 (n, n_loci): float32 (n, n_links + n_parts)."""
        return np.ascontiguousarray(genomes).view(np.float32)

    def weights(self, genomes: Array) -> Array:
        """float32 (n, n_links)."""
        return self.numbers(genomes)[:, self.link_places]

    def biases(self, genomes: Array) -> Array:
        """float32 (n, n_parts)."""
        return self.numbers(genomes)[:, self.bias_places]

    def illegal(self, genomes: Array) -> tuple[int, str] | None:
        """Every weight must be a finite number."""
        wrong = np.argwhere(~np.isfinite(self.numbers(genomes)))
        if not wrong.size:
            return None
        place, number = wrong[0].tolist()
        value, unit = self.numbers(genomes)[place, number], self.part[number * BYTES]
        return place, f"a {'weight' if self.is_link[number] else 'bias'} of {value} in unit n{unit}; all must be finite"

    def draw(self, n: int, seed: int, first: int = 0) -> Array:
        """All links there, weights and biases standard normal."""
        return self.draw_weights(n, 1.0, 1.0, seed, first)

    def draw_weights(self, n: int, share: float, scale: float, seed: int, first: int = 0) -> Array:
        """Each link there with probability `share`; weights and biases normal, of standard deviation `scale`."""
        numbers = np.empty((n, len(self.is_link)), np.float32)
        draw_weights(numbers, self.is_link, share, scale, seed, first)
        return numbers.view(np.uint8)

    def evaluate(self, population: Population) -> None:
        """Write responses, effective and settled of everybody whose `changed` is set."""
        p = population
        arrays = (p.storage.view(np.float32), p.changed, p.responses, p.effective, p.settled)
        tables = (self.lanes, self.row_mask, self.first_link, self.sources, self.n_outputs)
        evaluate(*arrays, *tables, RELU if self.unit == "relu" else TANH)

    def count_changes(self, before: Array, after: Array) -> Array:
        """In how many weights and biases."""
        return super().count_changes(self.numbers(before), self.numbers(after))

    def changes(self, before: Array, after: Array, input_names: Sequence[str]) -> tuple[str, ...]:
        """Which weight or bias became what."""
        return net_changes.changes(self.develop(before, input_names), self.develop(after, input_names))

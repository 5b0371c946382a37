"""Mutation of continuous weights: *sum* and *product* of Friedlander, Mayo, Tlusty & Alon 2013.

doi 10.1371/journal.pone.0070444. The product rule makes networks sparse, and on a modular goal modular; the sum rule
does not. Which one is used is a first-order choice, and so is how links come and go.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Annotated, Any, ClassVar, Literal, cast

import numpy as np
from pydantic import Field

from evomod.component import Rate
from evomod.genotypes.base import Encoding
from evomod.genotypes.weighted_drawing import normal
from evomod.genotypes.weighted_net import BYTES, WeightedNetEncoding
from evomod.kernel import kernel
from evomod.population import Population
from evomod.rng import MUTATION, threshold
from evomod.variation.base import Mutation, binomial_thresholds, draw_units, expressed


class WeightMutation(Mutation, ABC):
    """Each weight and bias is hit with a probability of its own."""

    multiplies: ClassVar[bool]

    rate: Rate = Field(
        0.02, description="Probability per weight or bias, and generation; links that are not there count as weights."
    )
    sigma: Annotated[float, Field(ge=0, le=1e6)] = Field(0.5, description="Standard deviation of the random number.")
    deletion: Rate = Field(0.0, description="Probability that a link that is hit is removed instead: its weight is 0.")

    @property
    @abstractmethod
    def coming(self) -> tuple[float, float]:
        """Probability that a hit on a link that is not there makes one, and the standard deviation of its weight."""

    def mistake(self, encoding: Encoding) -> tuple[str, str] | None:
        """Continuous weights."""
        if not isinstance(encoding, WeightedNetEncoding):
            return (
                "kind",
                f"`{self.kind}` is for continuous weights: use {{kind: redraw}}, or the genotype weighted_net",
            )
        return None

    def mutate(self, encoding: Encoding, population: Population, seed: int) -> None:
        """Vary everybody who was not kept."""
        p, net = population, cast(WeightedNetEncoding, encoding)
        arrays = (p.storage.view(np.float32), p.changed, p.effective, p.n_kept, net.is_link, net.part[::BYTES])
        hit = binomial_thresholds(len(net.is_link), self.rate)
        rates = (self.sigma, self.deletion, *self.coming)
        _mutate(*arrays, hit, self.multiplies, rates, seed, p.generation)


class Sum(WeightMutation):
    """A normal number is added to weights and biases: links come by themselves, and hardly ever go."""

    kind: Literal["sum"] = "sum"
    multiplies = False
    addition: Rate = Field(
        1.0, description="Probability that a hit on a link that is not there makes one, of weight N(0, sigma)."
    )

    @property
    def coming(self) -> tuple[float, float]:
        """As any other weight, if at all."""
        return self.addition, self.sigma


class Product(WeightMutation):
    """Weights and biases are multiplied by a normal number about 1: what is 0 stays 0, and what is small, small."""

    kind: Literal["product"] = "product"
    multiplies = True
    addition: Rate = Field(
        0.0, description="Probability that a hit on a link that is not there makes one, of weight N(0, 1)."
    )

    @property
    def coming(self) -> tuple[float, float]:
        """Of no weight's size, as there is none."""
        return self.addition, 1.0


@kernel
def _mutate(
    genomes: Any,
    changed: Any,
    effective: Any,
    n_kept: int,
    is_link: Any,
    part: Any,
    thresholds: Any,
    multiplies: bool,
    rates: Any,
    seed: Any,
    generation: Any,
) -> None:
    """What would not be finite stays as it was."""
    sigma, deletion, addition, scale = rates
    n = is_link.size
    places, words = np.empty(n, np.int64), np.empty((n, 2), np.uint32)
    first = n << 8  # behind all numbers that `draw_units` may use
    for i in range(n_kept, genomes.shape[0]):
        for k in range(draw_units(i, n, thresholds, seed, generation, places, words)):
            j = places[k]
            old, random = np.float64(genomes[i, j]), normal(seed, generation, i, MUTATION, first + j)
            if is_link[j] and old == 0.0:
                new = scale * random if words[k, 0] < threshold(addition) else 0.0
            elif is_link[j] and words[k, 0] < threshold(deletion):
                new = 0.0
            elif multiplies:
                new = old * (1.0 + sigma * random)
            else:
                new = old + sigma * random
            number = np.float32(new)
            if np.isfinite(number) and number != genomes[i, j]:
                genomes[i, j] = number
                changed[i] |= expressed(part[j], effective[i])

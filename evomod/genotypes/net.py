"""What nets of weighted units share: weights, biases and one kind of unit, and with them the readable twin."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from evomod.disturbance import Disturbance
from evomod.genotypes import net_failing
from evomod.genotypes.base import Array
from evomod.genotypes.layered import LayeredEncoding
from evomod.genotypes.net_phenotype import UNITS, NetPhenotype
from evomod.population import Population


class NetEncoding(LayeredEncoding):
    """A layered encoding of units that add up what they read.

    Attributes
    ----------
    unit : what a hidden unit makes of its sum, a name in `net_phenotype.UNITS`
    low : what an input that is 0 is taken for, 0.0 or −1.0
    """

    disturbances: ClassVar[frozenset[str]] = frozenset(
        {"noise.input", "noise.target", "noise.sigma", "failure.parts", "failure.links"}
    )
    unit: str
    low: float = 0.0

    @abstractmethod
    def biases(self, genomes: Array) -> Array:
        """What is added to the sum of each unit: (n, n_parts), int8 or float32."""

    def evaluate_disturbed(self, population: Population, disturbance: Disturbance) -> None:
        """Links that may fail are numbered as all links are."""
        d, genomes = disturbance, population.genomes
        if d.of_answers:
            weights, biases = self.weights(genomes), self.biases(genomes)
            net_failing.evaluate_nets(
                *net_failing.failing(weights, biases, self.targets - self.n_inputs, d),
                self.sources,
                self.first_link,
                list(UNITS).index(self.unit),
                self.low,
                self.inputs,
                np.zeros((1, *self.inputs.shape), np.uint64) if d.inputs is None else d.inputs,
                np.zeros((1, *self.cases.T.shape), np.float32) if d.shifts is None else d.shifts,
                len(self.cases),
                population.responses,
            )
        super().evaluate_disturbed(population, disturbance)

    def develop(self, genome: Array, input_names: Sequence[str] = (), output_names: Sequence[str] = ()) -> NetPhenotype:
        """The readable twin."""
        weights, biases = self.weights(genome[None])[0].tolist(), self.biases(genome[None])[0].tolist()
        ends = self.first_link.tolist()
        return NetPhenotype(
            input_names=tuple(input_names) or tuple(f"i{i}" for i in range(self.n_inputs)),
            output_names=tuple(output_names) or tuple(f"o{o}" for o in range(self.n_outputs)),
            hidden=self.layers[1:-1],
            weights=tuple(tuple(map(float, weights[ends[k] : ends[k + 1]])) for k in range(self.n_parts)),
            biases=tuple(map(float, biases)),
            unit=self.unit,
            low=self.low,
        )

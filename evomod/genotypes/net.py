"""What nets of weighted units share: weights, biases and one kind of unit, and with them the readable twin."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from evomod.genotypes.base import Array
from evomod.genotypes.layered import LayeredEncoding
from evomod.genotypes.net_phenotype import NetPhenotype


class NetEncoding(LayeredEncoding):
    """A layered encoding of units that add up what they read.

    Attributes
    ----------
    unit : what a hidden unit makes of its sum, a name in `net_phenotype.UNITS`
    low : what an input that is 0 is taken for, 0.0 or −1.0
    """

    unit: str
    low: float = 0.0

    @abstractmethod
    def biases(self, genomes: Array) -> Array:
        """What is added to the sum of each unit: (n, n_parts), int8 or float32."""

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

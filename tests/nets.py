"""The smallest net of weighted units: an allele for each weight and bias, −2 … 2."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from evomod.genotypes.net import NetEncoding


class PlainNet(NetEncoding):
    """All links of all layers, then all biases; `scale` times whole numbers."""

    def __init__(self, inputs: Any, hidden: Any, n_outputs: int, unit: str, low: float = 0.0, scale: float = 1.0):
        sizes = (inputs.shape[1], *hidden, n_outputs)
        n_links = sum(a * b for a, b in pairwise(sizes))
        super().__init__(inputs, hidden, n_outputs, [5] * (n_links + sum(sizes[1:])))
        self.unit, self.low, self.scale = unit, low, np.float32(scale)

    def weights(self, genomes: Any) -> Any:
        return (genomes[:, : self.n_links].astype(np.float32) - 2) * self.scale

    def biases(self, genomes: Any) -> Any:
        return (genomes[:, self.n_links :].astype(np.float32) - 2) * self.scale

    def respond(self, genomes: Any) -> Any:
        rows = [[self.develop(genome).respond(case) for case in self.cases.tolist()] for genome in genomes]
        return np.array(rows, bool)

"""Clusterability of nets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from pydantic import Field

from evomod.component import Count, Int
from evomod.measures.base import Array, Measure, Specimen
from evomod.networks.clusterability import Null, cluster, clusterability
from evomod.networks.network import Network, NetworkError


class NCut(Measure):
    """n-cut of |w| under spectral clustering, and its z and percentile among nets with shuffled weights.

    Without given layers, as in a circuit, there is nothing to shuffle within: the null's columns are NaN. All are
    where no two nodes are joined.
    """

    kind: Literal["n_cut"] = "n_cut"
    k: Int = Field(12, ge=2, description="Number of clusters; at most half as many as nodes.")
    against: Null = Field("all", description="What is shuffled within a layer: all weights, or the non-zero ones only.")
    samples: Count = Field(100, ge=2, description="Number of shuffled nets.")

    @property
    def columns(self) -> tuple[str, ...]:
        """The value, its null, and the number of clusters found."""
        return "n_cut", "n_cut_random", "n_cut_sd", "z", "percentile", "clusters"

    def take(self, specimens: Sequence[Specimen]) -> Array:
        """Equal networks with equal seeds are measured once."""
        wanted = [(specimen.network, specimen.seed) for specimen in specimens]
        known = {key: self._row(*key) for key in dict.fromkeys(wanted)}
        return np.array([known[key] for key in wanted]).reshape(-1, len(self.columns))

    def _row(self, network: Network, seed: int) -> list[float]:
        try:
            if not network.given_layers:
                found = cluster(network, self.k)
                return [found.n_cut, *[np.nan] * 4, found.n_clusters]
            among = clusterability(network, self.k, self.against, self.samples, seed)
        except NetworkError:
            return [np.nan] * 6
        found = among.clustering
        return [found.n_cut, among.n_cut_random, among.n_cut_sd, among.z, among.percentile, found.n_clusters]

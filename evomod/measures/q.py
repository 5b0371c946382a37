"""Modularity Q of the effective network, maximised."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from evomod.component import Count
from evomod.measures.base import Array, Measure, MeasureError, Specimen
from evomod.networks.maximisation import maximise_gains
from evomod.networks.modularity import gains
from evomod.networks.network import Network, NetworkError


class Q(Measure):
    """Modularity Q (Newman & Girvan; directed: Leicht & Newman) of the best partition into modules.

    An individual in which nothing is linked has no modularity: NaN.
    """

    kind: Literal["q"] = "q"
    directed: bool = Field(False, description="Expect links by out- and in-degrees; otherwise directions are dropped.")
    weighted: bool = Field(False, description="Weights count, none negative; otherwise parallel links count once.")
    method: Literal["exact", "fast", "spectral"] = Field(
        "exact",
        description="exact: with proof, up to about 30 nodes; where `certified` is 0 the proof was given up. "
        "fast: the best of the climbs. spectral: cut in two, again and again, by the leading eigenvector (Leicht & "
        "Newman 2008, CML13), without climbs; it finds less.",
    )
    restarts: Annotated[Count, Field(le=10_000)] = Field(
        50, description="Climbs from random places; `found` is the share that reached the best."
    )

    @property
    def columns(self) -> tuple[str, ...]:
        """Q, numbers of modules, linked nodes and links, density, how it was found."""
        return "q", "modules", "nodes", "edges", "density", "found", "certified"

    @property
    def needs_directions(self) -> bool:
        """If links are expected by out- and in-degrees."""
        return self.directed

    def take(self, specimens: Sequence[Specimen]) -> Array:
        """One row each; equal networks are looked at once."""
        rows: dict[Network, tuple[float, ...]] = {}
        networks = [specimen.network for specimen in specimens]
        for network in networks:
            if network not in rows:
                rows[network] = self._row(network)
        return np.array([rows[network] for network in networks]).reshape(len(specimens), len(self.columns))

    def _row(self, network: Network) -> tuple[float, ...]:
        linked = {(a, b) if self.directed else (min(a, b), max(a, b)) for a, b in network.edges if a != b}
        if not linked:
            return np.nan, np.nan, 0, 0, np.nan, np.nan, np.nan
        try:
            best = maximise_gains(gains(network, self.directed, self.weighted), self.method, self.restarts)
        except NetworkError as error:
            raise MeasureError(str(error)) from error
        nodes = {node for link in linked for node in link}
        modules = len({best.partition.labels[node] for node in nodes})
        density = len(linked) / (len(nodes) * (len(nodes) - 1) / (1 if self.directed else 2))
        found = best.found / self.restarts
        return best.q, modules, len(nodes), len(linked), density, found, best.certified

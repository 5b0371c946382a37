"""Hierarchy of networks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from pydantic import Field

from evomod.measures.base import Array, Measure, Specimen
from evomod.networks.hierarchy import global_reaching_centrality
from evomod.networks.network import Network, NetworkError


class Hierarchy(Measure):
    """Global reaching centrality of the directed network; NaN where no two nodes are joined."""

    kind: Literal["hierarchy"] = "hierarchy"
    weighted: bool = Field(False, description="By strengths |w| along shortest paths, not by who is reached.")

    @property
    def columns(self) -> tuple[str, ...]:
        """The one number."""
        return ("grc",)

    @property
    def needs_directions(self) -> bool:
        """Yes: from whom whom is reached."""
        return True

    def take(self, specimens: Sequence[Specimen]) -> Array:
        """Equal networks are measured once."""
        known: dict[Network, float] = {}
        for network in dict.fromkeys(specimen.network for specimen in specimens):
            try:
                known[network] = global_reaching_centrality(network, self.weighted)
            except NetworkError:
                known[network] = np.nan
        return np.array([[known[specimen.network]] for specimen in specimens]).reshape(-1, 1)

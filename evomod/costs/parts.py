"""What is counted: parts, and connections between them."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from evomod.costs.base import Cost
from evomod.costs.wires import add_up, no_weights
from evomod.genotypes.base import Encoding
from evomod.networks.network import Network
from evomod.population import Population


class Gates(Cost):
    """Effective gates or neurons: those with a directed path to an output (KA05: 0.2 for each above 11)."""

    kind: Literal["gates"] = "gates"

    def count(self, encoding: Encoding, population: Population, counts: npt.NDArray[Any], seed: int) -> None:
        """Number of effective parts."""
        encoding.count_parts(population, population.changed, counts)

    def of_network(self, network: Network) -> float:
        """Nodes that are neither inputs nor outputs."""
        return float(sum(role in ("gate", "unit") for role in network.roles))


class Connections(Cost):
    """Wires into effective parts; two wires from one source to one gate count once."""

    kind: Literal["connections"] = "connections"
    weighted: bool = Field(False, description="Each connection counts as much as its weight: Σ|w|. Only for nets.")

    def mistake(self, encoding: Encoding) -> tuple[str, str] | None:
        """Only nets have weights."""
        return no_weights(encoding) if self.weighted else None

    def count(self, encoding: Encoding, population: Population, counts: npt.NDArray[Any], seed: int) -> None:
        """Number of connections, or the sum of their weights' sizes."""
        if self.weighted:
            links = encoding.links(population, population.changed)
            add_up(links, np.ones((encoding.n_nodes, encoding.n_nodes)), links.weights, False, counts)
        else:
            encoding.count_connections(population, population.changed, counts)

    def of_network(self, network: Network) -> float:
        """Edges, parallel ones once, but those to outputs; or Σ|w|."""
        parts = network.parts()
        return float(np.abs(parts.weight_array).sum()) if self.weighted else float(len(set(parts.edges)))

"""Modularity itself as a cost: selection for modules, with nothing said about wires."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from evomod.costs.base import Cost
from evomod.genotypes.base import Encoding
from evomod.goals.modularity import RESTARTS
from evomod.networks.modularity_batch import adjacency_bits, best_modularity
from evomod.networks.network import Network
from evomod.population import Population

Array = npt.NDArray[Any]


class ModularityCost(Cost):
    """1 − Q, the modularity that the effective network lacks; 1 without any connection."""

    kind: Literal["modularity"] = "modularity"

    def mistake(self, encoding: Encoding) -> tuple[str, str] | None:
        """A graph has a machine word for each node."""
        if encoding.n_nodes > 64:
            return "kind", f"modularity is a cost of networks of at most 64 nodes; these have {encoding.n_nodes}"
        return None

    def count(self, encoding: Encoding, population: Population, counts: Array, seed: int) -> None:
        """By the search of the goal `modularity`: without proof, and the same whatever the seed."""
        if len(who := np.flatnonzero(population.changed)):
            counts[who] = _lacking(encoding.adjacency(population.genomes[who])[0])

    def of_network(self, network: Network) -> float:
        """The same of the network without its outputs."""
        return float(_lacking(adjacency_bits([network]))[0])


def _lacking(graphs: Array) -> Array:
    lacking: Array = 1 - np.nan_to_num(best_modularity(graphs, RESTARTS, steps=0).q)
    return lacking

"""What is counted: parts, and connections between them."""

from __future__ import annotations

from typing import Any, Literal

import numpy.typing as npt

from evomod.costs.base import Cost
from evomod.genotypes.base import Encoding
from evomod.population import Population


class Gates(Cost):
    """Effective gates: those with a directed path to an output (KA05: 0.2 for each above 11)."""

    kind: Literal["gates"] = "gates"

    def count(self, encoding: Encoding, population: Population, counts: npt.NDArray[Any]) -> None:
        """Number of effective gates."""
        encoding.count_parts(population, population.changed, counts)


class Connections(Cost):
    """Wires into effective gates; two wires from one source to one gate count once."""

    kind: Literal["connections"] = "connections"

    def count(self, encoding: Encoding, population: Population, counts: npt.NDArray[Any]) -> None:
        """Number of connections."""
        encoding.count_connections(population, population.changed, counts)

"""Wiring costs: what a network pays for its parts, apart from what it computes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Annotated, Any, Literal

import numpy.typing as npt
from pydantic import Field

from evomod.component import Component
from evomod.genotypes.base import Encoding
from evomod.population import Population


class Cost(Component, ABC):
    """A count ≥ 0 for each genome; fitness pays `weight` for every unit above `above`."""

    weight: Annotated[float, Field(ge=0, le=1e6)] = Field(0.2, description="Fitness lost per unit of cost.")
    above: Annotated[float, Field(ge=0)] = Field(0, description="What is free.")

    @abstractmethod
    def count(self, encoding: Encoding, population: Population, counts: npt.NDArray[Any]) -> None:
        """Write the cost of everybody whose `changed` is set into int32 (n,)."""


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

"""Wiring costs: what a network pays for its parts, apart from what it computes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Annotated, Any

import numpy.typing as npt
from pydantic import Field

from evomod.component import Component
from evomod.genotypes.base import Encoding
from evomod.population import Population


class Cost(Component, ABC):
    """A count or a length, ≥ 0, for each genome; fitness pays `weight` for every unit above `above`."""

    weight: Annotated[float, Field(ge=0, le=1e6)] = Field(0.2, description="Fitness lost per unit of cost.")
    above: Annotated[float, Field(ge=0)] = Field(0, description="What is free.")

    @abstractmethod
    def count(self, encoding: Encoding, population: Population, counts: npt.NDArray[Any]) -> None:
        """Write the cost of everybody whose `changed` is set into float64 (n,)."""

    def mistake(self, encoding: Encoding) -> tuple[str, str] | None:
        """Why it cannot be asked of networks of this encoding: field and sentence; None if it can."""
        return None

"""Wiring costs: what a network pays for its parts, apart from what it computes.

A cost of weight 0 takes nothing from fitness and is logged all the same: so arms without a cost record it, too.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Annotated, Any

import numpy.typing as npt
from pydantic import Field

from evomod.component import Component
from evomod.genotypes.base import Encoding
from evomod.networks.network import Network
from evomod.population import Population


class Cost(Component, ABC):
    """A count or a length, ≥ 0, for each genome; fitness pays `weight` for every unit above `above`.

    It depends on nothing but the phenotype and the seed of the run: it is not asked again after a silent mutation, nor
    may it be another after a run is resumed.
    """

    weight: Annotated[float, Field(ge=0, le=1e6)] = Field(
        0.2, description="Fitness lost per unit of cost; with 0 the cost is logged and not paid."
    )
    above: Annotated[float, Field(ge=0)] = Field(0, description="What is free.")

    @abstractmethod
    def count(self, encoding: Encoding, population: Population, counts: npt.NDArray[Any], seed: int) -> None:
        """Write the cost of everybody whose `changed` is set into float64 (n,)."""

    def of_network(self, network: Network) -> float:
        """The same of one network, by its weights and positions, in plain Python: the twin of `count`."""
        raise NotImplementedError(f"{type(self).__name__} has no `of_network`")

    def mistake(self, encoding: Encoding) -> tuple[str, str] | None:
        """Why it cannot be asked of networks of this encoding: field and sentence; None if it can."""
        return None


def count_costs(costs: Sequence[Cost], encoding: Encoding, population: Population, seed: int) -> None:
    """Write all costs of everybody whose `changed` is set into the population."""
    for c, cost in enumerate(costs):
        cost.count(encoding, population, population.costs[:, c], seed)

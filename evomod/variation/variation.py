"""Variation: crossover and mutation, at rates; the encoding says what an allele is."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from evomod.component import OneOf
from evomod.variation.base import Crossover, Mutation
from evomod.variation.crossovers import NoCrossover
from evomod.variation.redraw import Redraw


class Variation(BaseModel):
    """Crossover first, then mutation."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    mutation: Annotated[Mutation, OneOf()] = Field(Redraw(), description="What a mutation does.")
    crossover: Annotated[Crossover, OneOf()] = Field(NoCrossover(), description="What is exchanged between parents.")

    @property
    def sexual(self) -> bool:
        """Do children have two parents?"""
        return not isinstance(self.crossover, NoCrossover)

"""Circuits that compute a given function."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import BeforeValidator, Field

from evomod.component import AsTuple
from evomod.errors import InputError
from evomod.genotypes.base import Encoding
from evomod.genotypes.circuit import CircuitEncoding
from evomod.goals.logic import ExpressionError
from evomod.initial.base import Array, Founding, Source
from evomod.netlists.synthesis import synthesise

ELSEWHERE = "`circuit` wires gates as an expression needs them, which only the genotype circuit can; use {kind: random}"


def _listed(node: object) -> object:
    return [node] if isinstance(node, str) else node


class GivenCircuit(Source):
    """Identical circuits, each the plain translation of an expression into gates, module by module."""

    kind: Literal["circuit"] = "circuit"
    computes: Annotated[
        tuple[str, ...], Field(min_length=1), AsTuple, BeforeValidator(_listed, json_schema_input_type=str | list[str])
    ] = Field(
        description="What it computes, one expression for each output. Under NAND an XOR takes four gates, so that "
        "(x ^ y) & (w ^ z) takes 10 and (x ^ y) | (w ^ z) takes 11. Unused gates read node 0."
    )

    def mistake(self, encoding: Encoding, inputs: tuple[str, ...]) -> tuple[str, str] | None:
        """Translate it and see."""
        if not isinstance(encoding, CircuitEncoding):
            return "kind", ELSEWHERE
        try:
            self._genome(encoding, inputs)
        except (InputError, ExpressionError) as error:
            return "computes", str(error)
        return None

    def draw(self, founding: Founding) -> Array:
        """Copies of the one genome."""
        return np.tile(self._genome(founding.encoding, founding.inputs), (founding.n, 1))

    def _genome(self, encoding: Encoding, inputs: tuple[str, ...]) -> Array:
        if not isinstance(encoding, CircuitEncoding):
            raise InputError(f"initial.kind: {ELSEWHERE}")
        return encoding.genome_of(synthesise(self.computes, inputs, encoding.circuit.gates), inputs)

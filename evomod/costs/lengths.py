"""Wiring costs of length: what connections cost when nodes have places.

A length counts for each connection into an effective part, as `connections` counts them; two wires from one source to
one gate are one. Length is the Euclidean distance, in units of the positions; squared length its square.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from evomod.costs.base import Cost
from evomod.costs.positions import Given, Positions, distances
from evomod.genotypes.base import Encoding
from evomod.population import Population


class Wiring(Cost, ABC):
    """A cost of connections by their lengths."""

    longest: ClassVar[bool] = False
    positions: Positions = Field(
        "line",
        description="line: nodes in the order of their addresses, inputs first, 1 apart; plane: inputs in a row, gates "
        "in a square grid above; layers: a connection is as long as the number of layers between its ends, a gate "
        "being one layer above the lower of its sources; or {inputs: [[x, y], …], parts: [[x, y], …]}.",
    )
    radius: Annotated[float, Field(gt=0)] | None = Field(
        None, description="Local cost: only connections no longer than this count; all if missing."
    )

    @abstractmethod
    def of(self, distance: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """What a connection counts, by its length."""

    def mistake(self, encoding: Encoding) -> tuple[str, str] | None:
        """Given positions must be those of all nodes."""
        if isinstance(self.positions, Given):
            for name, points, n in (
                ("inputs", self.positions.inputs, encoding.n_nodes - encoding.n_parts),
                ("parts", self.positions.parts, encoding.n_parts),
            ):
                if len(points) != n:
                    return f"positions.{name}", f"lists {len(points)} points, but there are {n} {name}"
            if len({len(point) for point in (*self.positions.inputs, *self.positions.parts)}) > 1:
                return "positions", "mixes points of different dimensions"
        return None

    def count(self, encoding: Encoding, population: Population, counts: npt.NDArray[Any]) -> None:
        """Sum, or largest, over connections."""
        table = _table(self, encoding.n_nodes - encoding.n_parts, encoding.n_parts)
        by_layer = self.positions == "layers"
        encoding.measure_links(population, population.changed, table, by_layer, self.longest, counts)


class Length(Wiring):
    """Sum of the lengths of all connections."""

    kind: Literal["length"] = "length"

    def of(self, distance: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """The length itself."""
        return distance


class SquaredLength(Wiring):
    """Sum of the squared lengths of all connections (the connection cost of CML13, there with optimal placement)."""

    kind: Literal["squared_length"] = "squared_length"

    def of(self, distance: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Its square."""
        return distance**2


class LongestConnection(Wiring):
    """Length of the longest connection."""

    kind: Literal["longest"] = "longest"
    longest: ClassVar[bool] = True

    def of(self, distance: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """The length itself."""
        return distance


class LengthBeyond(Wiring):
    """Sum over connections of what their length is beyond a threshold."""

    kind: Literal["length_beyond"] = "length_beyond"
    threshold: Annotated[float, Field(ge=0)] = Field(1.0, description="Length that is free, for each connection.")

    def of(self, distance: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """max(0, d − threshold)."""
        return np.maximum(0.0, distance - self.threshold)


@lru_cache(maxsize=64)
def _table(cost: Wiring, n_inputs: int, n_parts: int) -> npt.NDArray[np.float64]:
    """What a connection from each node (row) to each other counts."""
    distance = distances(cost.positions, n_inputs, n_parts)
    counted = True if cost.radius is None else distance <= cost.radius
    return np.where(counted, cost.of(distance), 0.0)

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

from evomod.costs import positions as places
from evomod.costs.base import Cost
from evomod.costs.placement import squared_lengths
from evomod.costs.positions import Positions, Sizes
from evomod.costs.wires import add_up, no_weights, number_layers
from evomod.genotypes.base import Encoding
from evomod.networks.network import Network, NetworkError
from evomod.population import Population

Array = npt.NDArray[Any]

ROUNDING = 1e-9  # of lengths, where nodes are placed by a linear system


class Wiring(Cost, ABC):
    """A cost of connections by their lengths."""

    longest: ClassVar[bool] = False
    positions: Positions = Field(
        "line",
        description="line: nodes in the order of their addresses, inputs first, 1 apart; plane: inputs in a row, gates "
        "in a square grid above; grid: each layer a row, centred above the one below (CML13); layers: a connection is "
        "as long as the number of layers between its ends, a gate being one layer above the lower of its sources; "
        "optimal: inputs, and what outputs read, lie as in grid (without layers as in plane, outputs in its top row), "
        "all else where the sum of squared lengths is least; or {inputs: [[x, y], …], parts: [[x, y], …]}.",
    )
    radius: Annotated[float, Field(gt=0)] | None = Field(
        None, description="Local cost: only connections no longer than this count; all if missing."
    )
    weighted: bool = Field(
        False,
        description="A connection counts |w| times, and where positions are optimal it pulls so hard. Only for nets.",
    )

    @abstractmethod
    def of(self, distance: Array) -> Array:
        """What a connection counts, by its length."""

    def counted(self, distance: Array) -> Array:
        """The same, and 0 beyond the radius."""
        if self.radius is None:
            return self.of(distance)
        return np.where(distance <= self.radius * (1 + ROUNDING), self.of(distance), 0.0)

    def mistake(self, encoding: Encoding) -> tuple[str, str] | None:
        """Positions must be those of all nodes; only nets have weights."""
        return places.mistake(self.positions, encoding) or (no_weights(encoding) if self.weighted else None)

    def count(self, encoding: Encoding, population: Population, counts: Array, seed: int) -> None:
        """Sum, or largest, over connections."""
        links, sizes = encoding.links(population, population.changed), Sizes.of(encoding)
        table, strengths = _table(self, sizes), links.weights if self.weighted else None
        if self.positions == "optimal":
            squares = squared_lengths(links, places.coordinates(self.positions, sizes), self.weighted)
            strengths = self.counted(np.sqrt(squares)) * (1.0 if strengths is None else np.abs(strengths))
        elif self.positions == "layers":
            number_layers(links, sizes.n_inputs, encoding.n_nodes)
        add_up(links, table, strengths, self.longest, counts)

    def of_network(self, network: Network) -> float:
        """The same of a network whose nodes have positions (`positions.placed`)."""
        parts = network.parts()
        if network.n_nodes and not network.positions:
            raise NetworkError(f"{network.title}: has no positions, so its connections have no lengths")
        weights = dict(zip(parts.edges, np.abs(parts.weight_array).tolist(), strict=True))
        if not weights:
            return 0.0
        points = np.array(parts.positions)
        lengths = np.array([np.linalg.norm(points[source] - points[target]) for source, target in weights])
        values = self.counted(lengths) * (list(weights.values()) if self.weighted else 1.0)
        return float(values.max() if self.longest else values.sum())


class Length(Wiring):
    """Sum of the lengths of all connections."""

    kind: Literal["length"] = "length"

    def of(self, distance: Array) -> Array:
        """The length itself."""
        return distance


class SquaredLength(Wiring):
    """Sum of the squared lengths of all connections (the connection cost of CML13, there with optimal placement)."""

    kind: Literal["squared_length"] = "squared_length"

    def of(self, distance: Array) -> Array:
        """Its square."""
        return distance**2


class LongestConnection(Wiring):
    """Length of the longest connection."""

    kind: Literal["longest"] = "longest"
    longest: ClassVar[bool] = True

    def of(self, distance: Array) -> Array:
        """The length itself."""
        return distance


class LengthBeyond(Wiring):
    """Sum over connections of what their length is beyond a threshold."""

    kind: Literal["length_beyond"] = "length_beyond"
    threshold: Annotated[float, Field(ge=0)] = Field(1.0, description="Length that is free, for each connection.")

    def of(self, distance: Array) -> Array:
        """max(0, d − threshold)."""
        return np.maximum(0.0, distance - self.threshold)


@lru_cache(maxsize=64)
def _table(cost: Wiring, sizes: Sizes) -> Array:
    """What a connection from each node (row) to each other counts; 1 where it depends on the network."""
    if cost.positions == "optimal":
        return np.ones((sizes.n_inputs + sizes.n_parts,) * 2)
    return cost.counted(places.distances(cost.positions, sizes))

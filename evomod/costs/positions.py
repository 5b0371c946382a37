"""Where nodes lie, so that wires have lengths."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

from evomod.component import AsTuple
from evomod.genotypes.base import Encoding
from evomod.networks.network import Network

Array = npt.NDArray[Any]
Coordinate = Annotated[float, Field(ge=-1e6, le=1e6)]
Point = Annotated[tuple[Coordinate, ...], Field(min_length=1, max_length=3), AsTuple]
Points = Annotated[tuple[Point, ...], AsTuple]


class Given(BaseModel):
    """Positions written out, all in one, two or three dimensions."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)
    inputs: Points = Field(description="A point [x], [x, y] or [x, y, z] for each input, in order.")
    parts: Points = Field(description="A point for each gate or neuron, in order.")


Positions = Literal["line", "plane", "grid", "layers", "optimal"] | Given


def mistake(positions: Positions, encoding: Encoding) -> tuple[str, str] | None:
    """Why nodes of this encoding cannot lie so: field and sentence; None if they can."""
    if positions == "grid" and encoding.layers is None:
        return "positions", "is `grid`, a row for each layer, but these networks have no layers; use plane or optimal"
    if not isinstance(positions, Given):
        return None
    for name, points, n in (
        ("inputs", positions.inputs, encoding.n_nodes - encoding.n_parts),
        ("parts", positions.parts, encoding.n_parts),
    ):
        if len(points) != n:
            return f"positions.{name}", f"lists {len(points)} points, but there are {n} {name}"
    if len({len(point) for point in (*positions.inputs, *positions.parts)}) > 1:
        return "positions", "mixes points of different dimensions"
    return None


class Sizes(NamedTuple):
    """What positions depend on: how many nodes there are, and in which layers, if any."""

    n_inputs: int
    n_parts: int
    n_outputs: int
    layers: tuple[int, ...] | None

    @classmethod
    def of(cls, encoding: Encoding) -> Sizes:
        """Those of the networks of an encoding."""
        return cls(encoding.n_nodes - encoding.n_parts, encoding.n_parts, encoding.response_shape[1], encoding.layers)


def coordinates(positions: Positions, sizes: Sizes) -> Array:
    """Points of all nodes, inputs first: float64 (n_nodes, n_dimensions).

    Of `layers`, the points of layers, from the inputs up. Of `optimal`, NaN for all parts, and after them the points of
    the outputs: float64 (n_nodes + n_outputs, 2).
    """
    n_inputs, n_parts, n_outputs, layers = sizes
    if isinstance(positions, Given):
        return np.array([*positions.inputs, *positions.parts], float)
    if positions in ("line", "layers"):
        return np.arange(n_inputs + n_parts, dtype=float)[:, None]
    width = math.isqrt(n_parts - 1) + 1
    square = (n_inputs, *(min(width, n_parts - first) for first in range(0, n_parts, width)))
    rows = square if layers is None or positions == "plane" else layers
    if positions == "optimal":
        return np.concatenate([_row(n_inputs, 0), np.full((n_parts, 2), np.nan), _row(n_outputs, len(rows) - 1)])
    return np.concatenate([_row(size, y) for y, size in enumerate(rows)])


def _row(size: int, y: int) -> Array:
    return np.array([[x - (size - 1) / 2, y] for x in range(size)], float)


def distances(positions: Positions, sizes: Sizes) -> Array:
    """Euclidean distances between all nodes, inputs first, float64 (n, n); between layers for `layers`."""
    points = coordinates(positions, sizes)
    return np.asarray(np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2)), float)


def placed(
    network: Network, positions: Positions, sizes: Sizes, inputs: Sequence[str], pulled: bool = False
) -> Network:
    """A developed network with its nodes in their places, in plain Python: what drawings show, and the kernels' twin.

    Parameters
    ----------
    network : of a phenotype that calls its parts g0, g1, … or n0, n1, …
    inputs : names of all inputs, in order
    pulled : with `optimal`, does a connection pull as hard as its weight is large?

    Returns
    -------
    Network
        An output lies where the part lies that it reads; one that reads nothing, at the origin.
    """
    parts, points = network.parts(), coordinates(positions, sizes)
    if positions == "layers":
        where = {node: points[layer] for node, layer in _depths(parts).items()}
    else:
        addresses = [
            inputs.index(name) if role == "input" else len(inputs) + int(name[1:])
            for name, role in zip(parts.names, parts.roles, strict=True)
        ]
        where = {node: points[address] for node, address in enumerate(addresses)}
    read = {node: source for source, node in network.edges if network.roles[node] == "output"}
    if positions == "optimal":
        where |= _at_rest(network, where, points[len(points) - sizes.n_outputs :], pulled)
    origin = np.zeros(points.shape[1])
    every = [where.get(read.get(node, node), origin) for node in range(network.n_nodes)]
    return replace(network, positions=tuple(tuple(map(float, point)) for point in every))


def _depths(network: Network) -> dict[int, int]:
    """Steps from the nearest input; parts that no input reaches are one above all that some input does."""
    depth = {node: 0 for node, role in enumerate(network.roles) if role == "input"}
    front = set(depth)
    while front:
        front = {t for s, t in network.edges if s in front} - depth.keys()
        depth |= dict.fromkeys(front, 1 + max(depth.values()))
    top = 1 + max(depth.values(), default=0)
    return {node: depth.get(node, top) for node in range(network.n_nodes)}


def _at_rest(network: Network, where: Mapping[int, Array], tops: Array, pulled: bool) -> dict[int, Array]:
    """Where the parts lie, by the linear system of `placement`."""
    outputs = [node for node, role in enumerate(network.roles) if role == "output"]
    fixed = {node: point for node, point in where.items() if network.roles[node] == "input"}
    for node in where.keys() - fixed.keys():
        if above := [tops[outputs.index(t)] for s, t in network.edges if s == node and t in outputs]:
            fixed[node] = np.mean(above, axis=0)
    free = [node for node in where if node not in fixed]
    ties = np.zeros((network.n_nodes, network.n_nodes))
    for (s, t), weight in zip(network.edges, network.weight_array.tolist(), strict=True):
        if s != t and t not in outputs:
            ties[s, t] = abs(weight) if pulled else 1.0
    ties += ties.T
    laplacian = np.diag(ties.sum(axis=1)) - ties
    held = sum((ties[free, node, None] * point for node, point in fixed.items()), np.zeros((len(free), 2)))
    return fixed | dict(zip(free, np.linalg.solve(laplacian[np.ix_(free, free)], held), strict=True))

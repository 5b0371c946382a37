"""Where nodes lie, so that wires have lengths."""

from __future__ import annotations

import math
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

from evomod.component import AsTuple

Coordinate = Annotated[float, Field(ge=-1e6, le=1e6)]
Point = Annotated[tuple[Coordinate, ...], Field(min_length=1, max_length=3), AsTuple]
Points = Annotated[tuple[Point, ...], AsTuple]


class Given(BaseModel):
    """Positions written out, all in one, two or three dimensions."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)
    inputs: Points = Field(description="A point [x], [x, y] or [x, y, z] for each input, in order.")
    parts: Points = Field(description="A point for each gate or neuron, in order.")


Positions = Literal["line", "plane", "layers"] | Given


def distances(positions: Positions, n_inputs: int, n_parts: int) -> npt.NDArray[np.float64]:
    """Euclidean distances between all nodes, inputs first, float64 (n, n); between layers for `layers`."""
    points = _points(positions, n_inputs, n_parts)
    return np.asarray(np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2)), float)


def _points(positions: Positions, n_inputs: int, n_parts: int) -> npt.NDArray[np.float64]:
    n = n_inputs + n_parts
    if isinstance(positions, Given):
        return np.array([*positions.inputs, *positions.parts], float)
    if positions != "plane":  # a line in the order of addresses, or a line of layers
        return np.arange(n, dtype=float)[:, None]
    width = math.isqrt(n_parts - 1) + 1
    rows = [[n_inputs, 0], *([min(width, n_parts - first), 1 + k] for k, first in enumerate(range(0, n_parts, width)))]
    return np.array([[x - (size - 1) / 2, y] for size, y in rows for x in range(size)], float)

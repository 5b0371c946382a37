"""Weight matrices of nets of two halves, modular by their making, and of nets with the modularity taken out again.

All are lists of float64 (n_in, n_out). The first half of each layer is the left one. Draws are functions of a seed, of
what they are for, and of a number that tells draws for the same apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.rng import MEASURE, Stream

Array = npt.NDArray[Any]
WIDTHS = (8, 8, 8, 8)
WEAK = 0.05
# What a draw is for; far from the places where measures draw.
SIGNS, SIZES, TARGETS, ORDER, REWIRED, ENTRIES, FACTORS, NODES = range(1 << 24, (1 << 24) + 8)


def two_nets(seed: int, number: int) -> list[Array]:
    """Two disjoint nets side by side; each neuron leads to three of the next layer, by weights of ±0.5 to 1.5."""
    matrices = []
    for k, (before, after) in enumerate(pairwise(WIDTHS)):
        place, half = 100 * number + k, after // 2
        sizes = 0.5 + uniform(seed, SIZES, place, before * after).reshape(before, after)
        joined = np.zeros((before, after), bool)
        for i in range(before):
            joined[i, half * halves(before)[i] + order(seed, TARGETS, 100 * place + i, half)[:3]] = True
        matrices.append(np.where(joined, sizes * signs(seed, place, (before, after)), 0))
    return matrices


def rewired(matrices: Sequence[Array], share: float, seed: int, number: int) -> list[Array]:
    """A share of the edges, each led to any neuron of the next layer that its source does not lead to yet.

    A greater share rewires the same edges and more.
    """
    new = [matrix.copy() for matrix in matrices]
    edges = [(k, i, j) for k, matrix in enumerate(matrices) for i, j in np.argwhere(matrix)]
    where = uniform(seed, REWIRED, number, len(edges))
    for e in order(seed, ORDER, number, len(edges))[: round(share * len(edges))]:
        k, i, j = edges[e]
        row = new[k][i]
        weight, row[j] = row[j], 0.0
        free = np.flatnonzero(row == 0)
        row[free[int(where[e] * len(free))]] = weight
    return new


def retina() -> list[Array]:
    """8-4-2-1 threshold neurons that compute L AND R of the retina of Kashtan & Alon 2005.

    A half holds an object if three or more of its pixels are black, or one or two of its outer column and no others.
    Thresholds, reached from there on: 3, 1, 3, 1; then 1, 1; then 2.
    """
    pixels = np.zeros((8, 4))
    pixels[:4, :2] = np.array([[1, 1, 1, 1], [1, -2, 1, -2]]).T
    pixels[4:, 2:] = np.array([[1, 1, 1, 1], [-2, 1, -2, 1]]).T
    return [pixels, np.repeat(np.eye(2), 2, axis=0), np.ones((2, 1))]


def weak_links(seed: int) -> list[Array]:
    """All neurons joined, those of different halves by weights of 0.05 instead of 1."""
    other = halves(8)[:, None] != halves(8)
    return [np.where(other, WEAK, 1.0) * signs(seed, 10 + k, (8, 8)) for k in range(3)]


def cancelling(seed: int) -> list[Array]:
    """All neurons joined by weights ±1, and yet no half depends on the other.

    Neurons come in pairs that get the same input, and so have the same state, if the pairs of input nodes have; to
    neurons of the other half the two of a pair lead with opposite weights.
    """
    pair, second = np.arange(8) // 2, np.arange(8) % 2 == 1
    other = halves(8)[:, None] != halves(8)
    of_pairs = [signs(seed, 20 + k, (4, 4))[np.ix_(pair, pair)] for k in range(3)]
    return [np.where(other & second[:, None], -weights, weights) for weights in of_pairs]


def shuffled(matrices: Sequence[Array], seed: int) -> list[Array]:
    """The same weights, each matrix with its entries in another order."""
    return [
        matrix.ravel()[order(seed, ENTRIES, k, matrix.size)].reshape(matrix.shape) for k, matrix in enumerate(matrices)
    ]


def rescaled(matrices: Sequence[Array], seed: int) -> list[Array]:
    """Each hidden neuron's weights times c before and 1 / c behind it, c from 1/4 to 4: to ReLUs the same function."""
    hidden = [len(matrix) for matrix in matrices[1:]]
    factors = [4.0 ** (2 * uniform(seed, FACTORS, k, n) - 1) for k, n in enumerate(hidden)]
    before = [np.ones(len(matrices[0])), *factors]
    after = [*factors, np.ones(matrices[-1].shape[1])]
    return [matrix * a / b[:, None] for matrix, a, b in zip(matrices, after, before, strict=True)]


def halves(n: int) -> Array:
    """0 for the left half of n neurons, 1 for the right one, 2 for a single one: int64 (n,)."""
    return 2 * np.arange(n) // n if n > 1 else np.array([2])


def signs(seed: int, number: int, shape: tuple[int, ...]) -> Array:
    """1 or -1, float64 of that shape."""
    return np.where(uniform(seed, SIGNS, number, int(np.prod(shape))) < 0.5, -1.0, 1.0).reshape(shape)


def uniform(seed: int, purpose: int, number: int, n: int) -> Array:
    """From 0 to 1, float64 (n,)."""
    return Stream(seed, purpose, number, MEASURE).words(n) / 2.0**32


def order(seed: int, purpose: int, number: int, n: int) -> Array:
    """A random order of 0 … n - 1, int64 (n,)."""
    return np.argsort(uniform(seed, purpose, number, n), kind="stable")

"""Quadratic placement: nodes that may move lie where the sum of the squared lengths of all connections is least.

Inputs are fixed in a row at the bottom, and what the outputs read in a row at the top: where several outputs read one
part, in the middle between their places. Each of the others then lies at the mean of its neighbours: a linear system,
the graph's Laplacian, positive definite since every effective part has a path to an output. A part without one (a
genotype may count such connections) lies in the middle between the rows. Two wires from one source to one gate pull as
one, a wire from a gate to itself not at all.

The connection cost of Clune, Mouret & Lipson 2013 (doi 10.1098/rspb.2012.2863), after Chklovskii 2004 (doi
10.1162/0899766041732422).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.genotypes.base import Links
from evomod.kernel import kernel

Array = npt.NDArray[Any]
LEAST_PIVOT = 1e-12  # of its diagonal: below, nothing holds the node


def squared_lengths(links: Links, fixed: Array, weighted: bool) -> Array:
    """Squared length of each connection, float64 (k, most); 0 in the columns beyond.

    Parameters
    ----------
    fixed : float64 (n_nodes + n_outputs, 2)
        Places of the inputs, NaN for the parts, places of the outputs.
    weighted : bool
        A connection pulls as hard as its weight is large; otherwise all pull alike.
    """
    found = np.zeros(links.sources.shape)
    strengths = links.weights if weighted else None
    _squared_lengths(links.n, links.sources, links.targets, strengths, links.outputs, fixed, found)
    return found


@kernel
def _squared_lengths(n: Any, sources: Any, targets: Any, strengths: Any, outputs: Any, fixed: Any, found: Any) -> None:
    n_nodes = fixed.shape[0] - outputs.shape[1]
    points, row_of, node_of = np.empty((n_nodes, 2)), np.empty(n_nodes, np.int64), np.empty(n_nodes, np.int64)
    matrix, pulls = np.empty((n_nodes, n_nodes)), np.empty((n_nodes, 3))
    for i in range(n.size):
        n_free = _fix(n[i], sources[i], targets[i], outputs[i], fixed, points, row_of, node_of)
        for r in range(n_free):  # loops: slices would be copied
            pulls[r, 0] = pulls[r, 1] = pulls[r, 2] = 0.0
            for c in range(r, n_free):
                matrix[r, c] = 0.0
        for k in range(n[i]):
            s, t = np.int64(sources[i, k]), np.int64(targets[i, k])
            if s != t:
                w = 1.0 if strengths is None else abs(np.float64(strengths[i, k]))
                _tie(row_of[s], row_of[t], points, t, w, matrix, pulls)
                _tie(row_of[t], row_of[s], points, s, w, matrix, pulls)
        _solve(n_free, matrix, pulls, fixed[n_nodes, 1] / 2)
        for r in range(n_free):
            points[node_of[r], 0], points[node_of[r], 1] = pulls[r, 0], pulls[r, 1]
        for k in range(n[i]):
            s, t = np.int64(sources[i, k]), np.int64(targets[i, k])
            x, y = points[s, 0] - points[t, 0], points[s, 1] - points[t, 1]
            found[i, k] = x * x + y * y


@kernel
def _fix(n: Any, sources: Any, targets: Any, outputs: Any, fixed: Any, points: Any, row_of: Any, node_of: Any) -> int:
    """Write the places of what does not move, and the row in the system, or −1, of each node; number of rows."""
    n_nodes = points.shape[0]
    for node in range(n_nodes):
        points[node, 0], points[node, 1] = fixed[node, 0], fixed[node, 1]
        row_of[node] = -2  # neither fixed nor connected
    for k in range(n):
        row_of[sources[k]] = row_of[targets[k]] = 0
    for node in range(n_nodes):
        if not np.isnan(points[node, 0]):
            row_of[node] = -1
    for o in range(outputs.size):
        node, readers = outputs[o], 0
        if row_of[node] == -1:  # an input, or seen before
            continue
        x = 0.0
        for other in range(outputs.size):
            if outputs[other] == node:
                x += fixed[n_nodes + other, 0]
                readers += 1
        points[node, 0], points[node, 1] = x / readers, fixed[n_nodes, 1]
        row_of[node] = -1
    n_free = 0
    for node in range(n_nodes):
        if row_of[node] == 0:
            row_of[node], node_of[n_free] = n_free, node
            n_free += 1
    return n_free


@kernel
def _tie(a: Any, b: Any, points: Any, node: Any, w: float, matrix: Any, pulls: Any) -> None:
    """Tie what has row a to what has row b, or where it does not move, to the point of that node."""
    if a < 0:
        return
    matrix[a, a] += w
    pulls[a, 2] += w
    if b > a:  # the upper triangle is enough
        matrix[a, b] -= w
    elif b < 0:
        pulls[a, 0] += w * points[node, 0]
        pulls[a, 1] += w * points[node, 1]


@kernel
def _solve(n: int, matrix: Any, pulls: Any, middle: float) -> None:
    """Solve the symmetric system in place, into `pulls`, by LDLᵀ; what nothing holds comes to lie at (0, middle)."""
    for k in range(n):
        if matrix[k, k] <= LEAST_PIVOT * pulls[k, 2]:
            matrix[k, k], pulls[k, 0], pulls[k, 1] = 1.0, 0.0, middle
            for i in range(k + 1, n):
                matrix[k, i] = 0.0
        inverse = 1.0 / matrix[k, k]
        for i in range(k + 1, n):
            if matrix[k, i] != 0.0:  # few are
                factor = matrix[k, i] * inverse
                for j in range(i, n):
                    matrix[i, j] -= factor * matrix[k, j]
                pulls[i, 0] -= factor * pulls[k, 0]
                pulls[i, 1] -= factor * pulls[k, 1]
    for k in range(n - 1, -1, -1):
        x, y = pulls[k, 0], pulls[k, 1]
        for i in range(k + 1, n):
            x -= matrix[k, i] * pulls[i, 0]
            y -= matrix[k, i] * pulls[i, 1]
        pulls[k, 0], pulls[k, 1] = x / matrix[k, k], y / matrix[k, k]

"""Networks made from what other tools hold: networkx graphs, weight matrices, adjacency matrices."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from evomod.networks.network import Network, NetworkError

if TYPE_CHECKING:
    import networkx as nx


def from_networkx(graph: nx.Graph[Any], title: str | None = None) -> Network:
    """Take a graph from networkx; the inverse of `Network.to_networkx`.

    Parameters
    ----------
    graph : networkx.Graph, DiGraph, MultiGraph or MultiDiGraph
        Node attributes `name`, `role`, `label`, `layer` (whole numbers) and `pos` are taken over where all nodes have
        them; otherwise names and labels are the nodes as text, and all roles are 'unit'. An edge without `weight` in a
        graph where others have one weighs 1. An undirected graph makes an undirected network, each edge once: it is
        written from the node that comes first, or towards the one that is no input.
    title : str, optional
        What messages call the network; the graph's own name if not given.

    Raises
    ------
    NetworkError
        If a weight is no finite number, a layer no whole number, or the attributes describe no network.
    """
    title = title or graph.name or "the network"
    place = {node: i for i, node in enumerate(graph)}

    def attribute(name: str) -> list[Any] | None:
        values = [data.get(name) for _, data in graph.nodes(data=True)]
        return None if any(value is None for value in values) else values

    names = tuple(map(str, attribute("name") or graph))
    roles = tuple(map(str, attribute("role") or ["unit"] * len(names)))
    ends, weights = [], []
    for (a, b), weight in _edges_in_order(graph):
        source, target = place[a], place[b]
        if not graph.is_directed():
            source, target = sorted((source, target), key=lambda i: (_FLOW.get(roles[i], 1), i))
        ends.append((source, target))
        weights.append(weight)
    given = any(weight is not None for weight in weights)
    return Network(
        names=names,
        roles=roles,
        labels=tuple(map(str, attribute("label") or names)),
        edges=tuple(ends),
        weights=tuple(1.0 if w is None else _number(w, title) for w in weights) if given else (),
        given_layers=tuple(_whole(layer, title) for layer in attribute("layer") or ()),
        positions=tuple(tuple(_number(x, title) for x in position) for position in attribute("pos") or ()),
        directed=graph.is_directed(),
        title=title,
    )


_FLOW = {"input": 0, "output": 2}  # nothing leads into an input or out of an output


def _edges_in_order(graph: Any) -> list[tuple[tuple[Any, Any], Any]]:
    """Ends and weight (or None) of each edge, in the order of their keys if these number them."""
    if not graph.is_multigraph():
        return [((a, b), data.get("weight")) for a, b, data in graph.edges(data=True)]
    edges = list(graph.edges(keys=True, data=True))
    if {key for _, _, key, _ in edges} == set(range(len(edges))):
        edges.sort(key=lambda edge: edge[2])
    return [((a, b), data.get("weight")) for a, b, _, data in edges]


def _number(value: Any, title: str) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise NetworkError(f"{title}: a weight or coordinate must be a number; got {value!r:.40}") from None


def _whole(value: Any, title: str) -> int:
    number = _number(value, title)
    if not number.is_integer():  # nor are NaN and infinity
        raise NetworkError(f"{title}: a layer must be a whole number; got {value!r:.40}")
    return int(number)


def from_weights(weights: Sequence[ArrayLike], title: str = "the network") -> Network:
    """A layered net, directed: inputs i0, i1, …, then the neurons of each layer, l1n0, l1n1, …

    Parameters
    ----------
    weights : sequence of arrays, shapes (n_0, n_1), (n_1, n_2), …
        `weights[k][i, j]` leads from neuron `i` of layer `k` to neuron `j` of the next; 0 is no edge. (PyTorch keeps
        them the other way round: give `layer.weight.T`.)
    title : str
        What messages call the network.

    Returns
    -------
    Network
        Layers are given; positions are (place within the layer, from the middle; layer).

    Raises
    ------
    NetworkError
        If there is no matrix, one is not two-dimensional or not finite, or two do not fit.
    """
    matrices = [_matrix(matrix, f"{title}: weight matrix {k}") for k, matrix in enumerate(weights)]
    if not matrices:
        raise NetworkError(f"{title}: at least one weight matrix is needed")
    for k, (before, after) in enumerate(pairwise(matrices)):
        if before.shape[1] != after.shape[0]:
            raise NetworkError(
                f"{title}: weight matrix {k} has shape {before.shape} and the next {after.shape}; the neurons "
                f"between them must be equally many. Matrices are (inputs, neurons)"
            )
    widths = [matrices[0].shape[0], *(matrix.shape[1] for matrix in matrices)]
    first = np.cumsum([0, *widths])
    edges: list[tuple[int, int]] = []
    values: list[float] = []
    for k, matrix in enumerate(matrices):
        sources, targets = np.nonzero(matrix)
        edges += zip((sources + first[k]).tolist(), (targets + first[k + 1]).tolist(), strict=True)
        values += matrix[sources, targets].tolist()
    layers = np.repeat(np.arange(len(widths)), widths).tolist()
    names = tuple(f"l{layer}n{i}" if layer else f"i{i}" for layer, n in enumerate(widths) for i in range(n))
    return Network(
        names=names,
        roles=tuple("unit" if layer else "input" for layer in layers),
        labels=names,
        edges=tuple(edges),
        weights=tuple(values),
        given_layers=tuple(layers),
        positions=tuple((i - (n - 1) / 2, float(layer)) for layer, n in enumerate(widths) for i in range(n)),
        title=title,
    )


def from_adjacency(matrix: ArrayLike, names: Sequence[str] = (), title: str = "the network") -> Network:
    """A directed network of units from its matrix, shape (n, n): `matrix[i, j]` leads from `i` to `j`, 0 is no edge.

    A symmetric matrix gives both directions. Names are n0, n1, … if none are given.

    Raises
    ------
    NetworkError
        If the matrix is not square or not finite, or the names are not n different ones.
    """
    weights = _matrix(matrix, f"{title}: the adjacency matrix")
    n = len(weights)
    if weights.shape != (n, n):
        raise NetworkError(f"{title}: the adjacency matrix must be square; got {weights.shape}")
    if names and len(names) != n:
        raise NetworkError(f"{title}: {n} names are needed; got {len(names)}")
    sources, targets = np.nonzero(weights)
    called = tuple(names) or tuple(f"n{i}" for i in range(n))
    return Network(
        names=called,
        roles=("unit",) * n,
        labels=called,
        edges=tuple(zip(sources.tolist(), targets.tolist(), strict=True)),
        weights=tuple(weights[sources, targets].tolist()),
        title=title,
    )


def _matrix(values: ArrayLike, where: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    try:
        if np.iscomplexobj(values):  # of which NumPy would keep the real part, with a warning
            raise TypeError
        matrix = np.asarray(values, float)
    except (TypeError, ValueError):
        raise NetworkError(f"{where} must hold numbers, equally many in each row") from None
    if matrix.ndim != 2:
        raise NetworkError(f"{where} must have two dimensions; got shape {matrix.shape}")
    if not np.isfinite(matrix).all():
        i, j = map(int, np.argwhere(~np.isfinite(matrix))[0])
        raise NetworkError(f"{where} must be finite; [{i}, {j}] is {matrix[i, j]}")
    return matrix

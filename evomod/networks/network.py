"""The graph that every measure and every drawing reads, whatever encoding it came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from evomod.errors import InputError

if TYPE_CHECKING:
    import networkx as nx

Array = npt.NDArray[Any]
ROLES = ("input", "gate", "unit", "output")


class NetworkError(InputError):
    """A network that is not one, or that a measure cannot be taken of."""


@dataclass(frozen=True)
class Network:
    """A graph with named nodes, directed or not; node `i` is `names[i]`, edge `e` is `edges[e]`.

    Parameters
    ----------
    names : tuple of str, length n_nodes
        What tables and messages call each node; no two alike.
    roles : tuple of str, length n_nodes
        'input', 'gate', 'unit' or 'output' for each node. Nothing leads into an input or out of an output: only so do
        the layers run from left to right. An output is a name for what another node computes, and no part: measures
        leave it out (`parts`). A unit is a node of which nothing is known.
    labels : tuple of str, length n_nodes
        What a drawing prints in each node: 'x', 'NAND', or the output's name. May repeat.
    edges : tuple of (int, int), length n_edges
        Source and target of each edge, as node indices. Parallel edges and self-loops are allowed.
    weights : tuple of float, length n_edges or 0
        Weight of each edge, finite; none: all 1.
    given_layers : tuple of int, length n_nodes or 0
        The layer of each node, where it is known; see `layers`.
    positions : tuple of tuples of float, length n_nodes or 0
        Where each node lies, finite, in as many dimensions as there are.
    directed : bool
        False: each edge stands once, and which of its ends is called the source means nothing; measures that look at
        directions refuse it.
    title : str
        What messages call the network; two networks that differ in nothing else are equal.

    Raises
    ------
    NetworkError
        If the lengths differ, a name repeats, a role is unknown, or an edge ends at no node, in an input, or begins
        at an output.
    """

    names: tuple[str, ...]
    roles: tuple[str, ...]
    labels: tuple[str, ...]
    edges: tuple[tuple[int, int], ...]
    weights: tuple[float, ...] = ()
    given_layers: tuple[int, ...] = ()
    positions: tuple[tuple[float, ...], ...] = ()
    directed: bool = True
    title: str = field(default="the network", compare=False)

    def __post_init__(self) -> None:
        n = len(self.names)
        if not n == len(self.roles) == len(self.labels):
            raise NetworkError(
                f"{self.title}: names, roles and labels must be equally long; got {n}, {len(self.roles)} and "
                f"{len(self.labels)}"
            )
        repeated = sorted(name for name, count in Counter(self.names).items() if count > 1)
        if repeated:
            raise NetworkError(
                f"{self.title}: node names must differ; more than once: {', '.join(map(repr, repeated))}"
            )
        for name, role in zip(self.names, self.roles, strict=True):
            if role not in ROLES:
                raise NetworkError(f"{self.title}: node {name!r}: a role is one of {', '.join(ROLES)}; got {role!r}")
        for e, (source, target) in enumerate(self.edges):
            self._check_edge(e, source, target)
        for what, values, wanted in (
            ("weights", self.weights, len(self.edges)),
            ("given_layers", self.given_layers, n),
            ("positions", self.positions, n),
        ):
            if values and len(values) != wanted:
                raise NetworkError(f"{self.title}: {what} must be {wanted} or none; got {len(values)}")
        if len({len(position) for position in self.positions}) > 1 or not np.isfinite(self.positions).all():
            raise NetworkError(f"{self.title}: positions must be finite and have equally many coordinates")
        if not np.isfinite(self.weight_array).all():
            e = int(np.flatnonzero(~np.isfinite(self.weight_array))[0])
            ends = " to ".join(self.names[end] for end in self.edges[e])
            raise NetworkError(f"{self.title}: the weight of edge {e}, from {ends}, is {self.weights[e]}")

    def _check_edge(self, e: int, source: int, target: int) -> None:
        for end in (source, target):
            if not 0 <= end < self.n_nodes:
                raise NetworkError(
                    f"{self.title}: edge {e} is ({source}, {target}), but nodes are 0 to {self.n_nodes - 1}; got {end}"
                )
        if self.roles[target] == "input":
            raise NetworkError(
                f"{self.title}: edge {e} leads into the input {self.names[target]!r}; an input has no source"
            )
        if self.roles[source] == "output":
            raise NetworkError(
                f"{self.title}: edge {e} begins at the output {self.names[source]!r}; an output has no target"
            )

    @property
    def n_nodes(self) -> int:
        """Number of nodes, inputs and outputs included."""
        return len(self.names)

    @cached_property
    def weight_array(self) -> Array:
        """Weight of each edge: float64 (n_edges,)."""
        return np.array(self.weights, float) if self.weights else np.ones(len(self.edges))

    def parts(self) -> Network:
        """The same without outputs, which are names for what other nodes compute: what measures look at."""
        kept = [i for i, role in enumerate(self.roles) if role != "output"]
        if len(kept) == self.n_nodes:
            return self
        place = {node: k for k, node in enumerate(kept)}
        inner = [e for e, (_, target) in enumerate(self.edges) if target in place]

        def of(values: tuple[Any, ...], which: list[int]) -> tuple[Any, ...]:
            return tuple(values[k] for k in which) if values else ()

        return replace(
            self,
            names=of(self.names, kept),
            roles=of(self.roles, kept),
            labels=of(self.labels, kept),
            edges=tuple((place[self.edges[e][0]], place[self.edges[e][1]]) for e in inner),
            weights=of(self.weights, inner),
            given_layers=of(self.given_layers, kept),
            positions=of(self.positions, kept),
        )

    def matrix(self) -> Array:
        """Weights, source to target, those of parallel edges added up: float64 (n_nodes, n_nodes)."""
        return self._table(self.weight_array)

    def strengths(self) -> Array:
        """Sizes |w| of weights, source to target, those of parallel edges added up; self-loops are left out.

        Returns
        -------
        float64 (n_nodes, n_nodes)
            In units of the power of two above the largest |w|: sums stay finite whatever the weights, and nothing that
            counts is rounded.
        """
        sizes = np.where([source != target for source, target in self.edges], np.abs(self.weight_array), 0.0)
        return self._table(np.ldexp(sizes, -np.frexp(sizes.max(initial=0))[1]))

    def _table(self, values: Array) -> Array:
        """Values of edges, added up by source and target: float64 (n_nodes, n_nodes)."""
        table = np.zeros((self.n_nodes, self.n_nodes))
        sources, targets = np.array(self.edges, np.int64).reshape(-1, 2).T
        np.add.at(table, (sources, targets), values)
        return table

    def simple(self) -> Array:
        """Which nodes are joined, either way; no node with itself: bool (n_nodes, n_nodes), symmetric."""
        joined = np.zeros((self.n_nodes, self.n_nodes), bool)
        for source, target in self.edges:
            joined[source, target] = joined[target, source] = source != target
        return joined

    def to_networkx(self) -> nx.MultiGraph[int]:
        """Give the same graph to networkx; `conversion.from_networkx` takes it back.

        Returns
        -------
        networkx.MultiDiGraph, or networkx.MultiGraph of an undirected network
            Its name is the title. Nodes are the indices 0 to n_nodes - 1, with attributes `name`, `role` and `label`
            and, where they are known, `layer` and `pos`; edge `e` has key `e` and, where weights are given, `weight`.
        """
        import networkx as nx  # slow to import, and most of evomod never needs it

        graph: nx.MultiGraph[int] = (nx.MultiDiGraph if self.directed else nx.MultiGraph)(name=self.title)
        for i, (name, role, label) in enumerate(zip(self.names, self.roles, self.labels, strict=True)):
            graph.add_node(i, name=name, role=role, label=label)
        for attribute, values in (("layer", self.given_layers), ("pos", self.positions)):
            for i, value in enumerate(values):
                graph.nodes[i][attribute] = value
        for e, (source, target) in enumerate(self.edges):
            graph.add_edge(source, target, key=e, **({"weight": self.weights[e]} if self.weights else {}))
        return graph

    def feedback_edges(self) -> frozenset[int]:
        """Choose the edges that close a cycle: without them the graph is acyclic.

        Returns
        -------
        frozenset of int
            Edge indices: every self-loop, and the back edges of a depth-first search that starts from the inputs in
            order and then from the nodes not reached yet. The same network always gives the same set.

        Notes
        -----
        The set is small but not the smallest: that is NP-hard, and a search from the inputs calls "feedback" what
        leads back towards them, as a reader of the circuit would.
        """
        return frozenset(self._search()[0])

    def layers(self) -> tuple[int, ...]:
        """Place each node in a layer: the given ones or, without such, so that every edge but feedback leads higher.

        Returns
        -------
        tuple of int, length n_nodes
            `given_layers` if there are any. Otherwise 0 for inputs and at least 1 for gates: the longest path without
            feedback edges. All outputs share the last layer, which holds nothing else.
        """
        if self.given_layers:
            return self.given_layers
        feedback, finished = self._search()
        layer = [0 if role == "input" else 1 for role in self.roles]
        successors = self._successors()
        for node in reversed(finished):  # the reverse of the order of finishing is a topological order
            for e, target in successors[node]:
                if e not in feedback:
                    layer[target] = max(layer[target], layer[node] + 1)
        last = 1 + max((at for at, role in zip(layer, self.roles, strict=True) if role != "output"), default=0)
        return tuple(last if role == "output" else at for at, role in zip(layer, self.roles, strict=True))

    def _successors(self) -> list[list[tuple[int, int]]]:
        successors: list[list[tuple[int, int]]] = [[] for _ in self.names]
        for e, (source, target) in enumerate(self.edges):
            successors[source].append((e, target))
        return successors

    def _search(self) -> tuple[set[int], list[int]]:
        """Back edges of the depth-first search, and the nodes in the order in which it left them."""
        successors = self._successors()
        back: set[int] = set()
        finished: list[int] = []
        state = ["new"] * self.n_nodes
        for root in sorted(range(self.n_nodes), key=lambda i: self.roles[i] != "input"):
            if state[root] != "new":
                continue
            state[root] = "open"
            # An explicit stack: a chain of a thousand gates would be too deep for Python's own.
            stack: list[tuple[int, Iterator[tuple[int, int]]]] = [(root, iter(successors[root]))]
            while stack:
                node, remaining = stack[-1]
                for e, target in remaining:
                    if state[target] == "open":
                        back.add(e)
                    elif state[target] == "new":
                        state[target] = "open"
                        stack.append((target, iter(successors[target])))
                        break
                else:
                    state[node] = "closed"
                    finished.append(node)
                    stack.pop()
        return back, finished

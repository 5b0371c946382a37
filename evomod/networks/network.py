"""The directed graph that every measure and every drawing reads, whatever encoding it came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evomod.errors import EvomodError

if TYPE_CHECKING:
    import networkx as nx

ROLES = ("input", "gate", "output")


class NetworkError(EvomodError):
    """A network that is not one, or that a measure cannot be taken of."""


@dataclass(frozen=True)
class Network:
    """A directed graph with named nodes; node `i` is `names[i]`, edge `e` is `edges[e]`.

    Parameters
    ----------
    names : tuple of str, length n_nodes
        What tables and messages call each node; no two alike.
    roles : tuple of str, length n_nodes
        'input', 'gate' or 'output' for each node. Nothing leads into an input or out of an output: only so do the
        layers run from left to right.
    labels : tuple of str, length n_nodes
        What a drawing prints in each node: 'x', 'NAND', or the output's name. May repeat.
    edges : tuple of (int, int), length n_edges
        Source and target of each edge, as node indices. Parallel edges and self-loops are allowed.

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

    def __post_init__(self) -> None:
        n = len(self.names)
        if not n == len(self.roles) == len(self.labels):
            raise NetworkError(
                f"names, roles and labels must be equally long; got {n}, {len(self.roles)} and {len(self.labels)}"
            )
        repeated = sorted(name for name, count in Counter(self.names).items() if count > 1)
        if repeated:
            raise NetworkError(f"node names must differ; got more than once: {', '.join(map(repr, repeated))}")
        for name, role in zip(self.names, self.roles, strict=True):
            if role not in ROLES:
                raise NetworkError(f"node {name!r}: a role is one of {', '.join(ROLES)}; got {role!r}")
        for e, (source, target) in enumerate(self.edges):
            self._check_edge(e, source, target)

    def _check_edge(self, e: int, source: int, target: int) -> None:
        for end in (source, target):
            if not 0 <= end < self.n_nodes:
                raise NetworkError(
                    f"edge {e} is ({source}, {target}), but nodes are 0 to {self.n_nodes - 1}; got {end}"
                )
        if self.roles[target] == "input":
            raise NetworkError(f"edge {e} leads into the input {self.names[target]!r}; an input has no source")
        if self.roles[source] == "output":
            raise NetworkError(f"edge {e} begins at the output {self.names[source]!r}; an output has no target")

    @property
    def n_nodes(self) -> int:
        """Number of nodes, inputs and outputs included."""
        return len(self.names)

    def to_networkx(self) -> nx.MultiDiGraph[int]:
        """Give the same graph to networkx.

        Returns
        -------
        networkx.MultiDiGraph
            Nodes are the indices 0 to n_nodes - 1, with attributes `name`, `role` and `label`; edge `e` has key `e`.
        """
        import networkx as nx  # slow to import, and most of evomod never needs it

        graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
        for i, (name, role, label) in enumerate(zip(self.names, self.roles, self.labels, strict=True)):
            graph.add_node(i, name=name, role=role, label=label)
        for e, (source, target) in enumerate(self.edges):
            graph.add_edge(source, target, key=e)
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
        """Place each node in a layer such that every edge but feedback leads to a higher one.

        Returns
        -------
        tuple of int, length n_nodes
            0 for inputs and at least 1 for gates: the longest path without feedback edges. All outputs share the last
            layer, which holds nothing else.
        """
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

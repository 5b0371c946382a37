"""The readable twins of the wiring costs: what each counts in a phenotype, in plain Python."""

from __future__ import annotations

import math
from typing import Any

import networkx as nx
from hypothesis import strategies as st

from evomod.costs.base import Cost
from evomod.costs.lengths import Length, LengthBeyond, LongestConnection, SquaredLength, Wiring
from evomod.costs.positions import Given
from evomod.genotypes.net_phenotype import NetPhenotype

coordinates = st.floats(-20, 20, width=32)


def by_layer() -> list[Wiring]:
    """Costs of length that know of layers only."""
    return [cls(positions="layers") for cls in (Length, SquaredLength, LongestConnection, LengthBeyond)]


@st.composite
def placed(draw: Any, costs: st.SearchStrategy[Cost], encoding: Any) -> Cost:
    """A cost, in one case of four with positions written out for this encoding."""
    cost = draw(costs)
    if not isinstance(cost, Wiring) or draw(st.integers(0, 3)):
        return cost
    point = st.tuples(*[coordinates] * draw(st.integers(1, 3)))
    n_inputs = encoding.n_nodes - encoding.n_parts
    several = {"inputs": n_inputs, "parts": encoding.n_parts}
    given = {name: tuple(draw(st.lists(point, min_size=n, max_size=n))) for name, n in several.items()}
    return cost.model_copy(update={"positions": Given(**given)})


def connections(phenotype: Any) -> set[tuple[int, int]]:
    """Pairs (source, effective gate) of nodes, inputs first."""
    n_inputs = len(phenotype.input_names)
    if isinstance(phenotype, NetPhenotype):
        nodes = {phenotype.name(node): node for node in range(n_inputs + len(phenotype.biases))}
        network = phenotype.network()
        ends = [(network.names[a], network.names[b]) for a, b in network.edges if network.roles[b] != "output"]
        return {(nodes[a], nodes[b]) for a, b in ends}
    return {(source, n_inputs + gate) for gate in phenotype.effective() for source in phenotype.sources[gate]}


def layers(phenotype: Any) -> dict[int, int]:
    """Steps from the nearest input; gates that no input reaches are one above all that some input does."""
    graph = nx.DiGraph(connections(phenotype))
    inputs, n_inputs = [n for n in graph if n < len(phenotype.input_names)], len(phenotype.input_names)
    found = nx.multi_source_dijkstra_path_length(graph, inputs) if inputs else {}
    if isinstance(phenotype, NetPhenotype):  # all of them are reached
        return {node: int(layer) for node, layer in found.items()}
    top = 1 + max(found.values(), default=0)
    found |= {n_inputs + gate: top for gate in phenotype.effective() if n_inputs + gate not in found}
    return {node: int(layer) for node, layer in found.items()}


def places(cost: Wiring, phenotype: Any) -> dict[int, tuple[float, ...]]:
    """Where the nodes lie."""
    net = isinstance(phenotype, NetPhenotype)
    n_inputs, n_gates = len(phenotype.input_names), len(phenotype.biases if net else phenotype.kinds)
    if isinstance(cost.positions, Given):
        return dict(enumerate([*cost.positions.inputs, *cost.positions.parts]))
    if cost.positions == "layers":
        return {node: (float(layer),) for node, layer in layers(phenotype).items()}
    if cost.positions == "line":
        return {node: (float(node),) for node in range(n_inputs + n_gates)}
    # A square grid above the row of inputs, each row centred.
    width = math.ceil(math.sqrt(n_gates))
    found = {i: (i - (n_inputs - 1) / 2, 0.0) for i in range(n_inputs)}
    for gate in range(n_gates):
        row, column = divmod(gate, width)
        in_row = min(width, n_gates - row * width)
        found[n_inputs + gate] = (column - (in_row - 1) / 2, 1.0 + row)
    return found


def lengths(cost: Wiring, phenotype: Any) -> list[float]:
    """Of the connections that count."""
    where = places(cost, phenotype)
    found = [math.dist(where[a], where[b]) for a, b in connections(phenotype)]

    return [d for d in found if cost.radius is None or d <= cost.radius]


TWINS: dict[str, Any] = {
    "gates": lambda _, p: p.network().roles.count("gate"),
    "connections": lambda _, p: len(connections(p)),
    "length": lambda cost, p: sum(lengths(cost, p)),
    "squared_length": lambda cost, p: sum(d * d for d in lengths(cost, p)),
    "longest": lambda cost, p: max(lengths(cost, p), default=0.0),
    "length_beyond": lambda cost, p: sum(max(0.0, d - cost.threshold) for d in lengths(cost, p)),
}

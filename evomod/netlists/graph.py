"""Circuits as graphs with attributes, which DOT and GraphML share.

Nodes have a `role` (input, gate, output) and gates a `kind`; edges into gates have a `pin`, a or b, as gates such as
andnot tell their sources apart. Outputs are nodes of their own, called out:NAME; inputs and outputs come in order.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from evomod.genotypes.circuit_phenotype import GATES, CircuitPhenotype
from evomod.netlists.netlist import PORT, SAME, Netlist, Wiring, mistake


class Node(NamedTuple):
    """A node, and where it stands in the text."""

    name: str
    attributes: Mapping[str, str]
    where: str = ""


class Edge(NamedTuple):
    """A wire, likewise."""

    source: str
    target: str
    attributes: Mapping[str, str]
    where: str = ""


def graph_of(netlist: Netlist) -> tuple[list[Node], list[Edge]]:
    """Nodes and edges of a netlist."""
    nodes = [Node(name, {"role": "input", "label": name}) for name in netlist.inputs]
    edges = []
    for gate in netlist.gates:
        nodes.append(Node(gate.name, {"role": "gate", "kind": gate.kind, "label": gate.kind.upper()}))
        edges += [Edge(name, gate.name, {"pin": pin}) for name, pin in zip(gate.sources, "ab", strict=True)]
    for port, source in netlist.outputs:
        port = port.removeprefix(PORT)
        nodes.append(Node(PORT + port, {"role": "output", "label": port}))
        edges.append(Edge(source, PORT + port, {}))
    return nodes, edges


def circuit_of(nodes: list[Node], edges: list[Edge]) -> CircuitPhenotype:
    """The circuit; edges without a pin count in the order of the file."""
    wiring = Wiring()
    into: dict[str, list[Edge]] = {node.name: [] for node in nodes}
    for edge in edges:
        for end in (edge.source, edge.target):
            if end not in into:
                raise mistake(edge.where, f"expected edges between nodes with a role, got {end!r}")
        into[edge.target].append(edge)
    for node in nodes:
        role = node.attributes.get("role")
        if role not in _SOURCES:
            raise mistake(node.where, f"{node.name!r}: expected a role input, gate or output, got {role!r}")
        sources = [edge.source for edge in sorted(into[node.name], key=lambda edge: edge.attributes.get("pin", ""))]
        if len(sources) != _SOURCES[role]:
            raise mistake(node.where, f"{node.name!r}: expected {_SOURCES[role]} edges into it, got {len(sources)}")
        if role == "input":
            wiring.add_input(node.name, node.where)
        elif role == "output":
            wiring.add_output(node.name, node.where)
            wiring.drive(node.name, SAME, (sources[0], sources[0]), node.where)
        elif (kind := node.attributes.get("kind")) not in GATES:
            raise mistake(node.where, f"{node.name!r}: expected a kind {', '.join(GATES)}, got {kind!r}")
        else:
            wiring.drive(node.name, GATES[str(kind)], (sources[0], sources[1]), node.where)
    return wiring.circuit()


_SOURCES = {"input": 0, "gate": 2, "output": 1}

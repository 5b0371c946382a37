"""GraphML, the exchange format of graph tools (networkx, Gephi, igraph), through networkx."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree.ElementTree import ParseError

from evomod.errors import NetlistError
from evomod.genotypes.circuit_phenotype import CircuitPhenotype
from evomod.netlists.graph import Edge, Node, circuit_of, graph_of
from evomod.netlists.netlist import Netlist, encode, mistake


def write(circuit: CircuitPhenotype, name: str) -> str:
    """The effective circuit as a directed graph; NetlistError where two inputs or two outputs share a name."""
    import networkx as nx  # slow to import, and most of evomod never needs it

    netlist = Netlist.of(circuit)
    nodes, edges = graph_of(netlist)
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(name=encode(name))
    if netlist.remark:
        graph.graph["comment"] = netlist.remark
    for node in nodes:
        graph.add_node(node.name, **node.attributes)
    for e, edge in enumerate(edges):
        graph.add_edge(edge.source, edge.target, key=e, **edge.attributes)
    return "\n".join(nx.generate_graphml(graph)) + "\n"


def read(text: str) -> CircuitPhenotype:
    """The circuit of the only graph; NetlistError where it is no GraphML, or nodes lack roles or edges."""
    import networkx as nx

    try:
        graph = nx.parse_graphml(text, force_multigraph=True)
    except ParseError as error:
        raise mistake(f"line {error.position[0]}", f"expected GraphML, got what is no XML: {error}") from None
    except (nx.NetworkXError, KeyError, ValueError, TypeError) as error:
        raise NetlistError(f"expected one directed GraphML graph: {error}") from None
    if not graph.is_directed():
        raise NetlistError("expected a directed GraphML graph, got an undirected one")
    nodes = [Node(str(name), _texts(data), f"node {name!r}") for name, data in graph.nodes(data=True)]
    edges = [Edge(str(a), str(b), _texts(data), f"edge {a!r} to {b!r}") for a, b, data in graph.edges(data=True)]
    return circuit_of(nodes, edges)


def _texts(data: Mapping[str, object]) -> dict[str, str]:
    return {key: str(value) for key, value in data.items()}  # a file may declare any attribute a number

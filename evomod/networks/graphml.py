"""GraphML, which networkx, igraph, Gephi and yEd write and read; what a Network holds comes back as it was."""

from __future__ import annotations

import warnings
from xml.etree.ElementTree import ParseError

from evomod.networks.conversion import from_networkx
from evomod.networks.network import Network, NetworkError

AXES = "xyz"


def write(network: Network) -> str:
    """The network as GraphML, directed or not: attributes name, role, label, layer, x, y, z of nodes, weight of edges.

    Raises
    ------
    NetworkError
        If there are not two or three coordinates, or a name or label has characters that XML cannot hold.
    """
    import networkx as nx  # slow to import, and most of evomod never needs it

    graph = network.to_networkx()
    for _, data in graph.nodes(data=True):
        for text in (data["name"], data["label"]):
            if not text.isprintable():
                raise NetworkError(f"{network.title}: {text!r} has characters that GraphML cannot hold; rename it")
        position = data.pop("pos", ())
        if len(position) not in (0, 2, 3):
            raise NetworkError(f"{network.title}: GraphML holds two or three coordinates; there are {len(position)}")
        data.update(zip(AXES, position, strict=False))
    return "\n".join(nx.generate_graphml(graph)) + "\n"


def read(text: str, title: str = "the network") -> Network:
    """The first graph of a file, read as `from_networkx` reads it; a place needs x and y, or x, y and z.

    Its `edgedefault` says whether it is directed.

    Raises
    ------
    NetworkError
        If the text is no GraphML with a graph, or the graph no network.
    """
    import networkx as nx

    try:
        with warnings.catch_warnings(action="ignore"):  # ports and untyped keys do not matter here
            graph = nx.parse_graphml(text, force_multigraph=True)
    except ParseError as error:
        raise NetworkError(f"{title}: is no XML, line {error.position[0]}: {error}") from None
    except (nx.NetworkXError, KeyError, ValueError, TypeError) as error:
        raise NetworkError(f"{title}: is no GraphML that can be read: {error}") from None
    nodes, edges = (graph.graph.get(f"{what}_default", {}) for what in ("node", "edge"))
    for _, data in graph.nodes(data=True):
        data.update({key: value for key, value in nodes.items() if key not in data})
        if "x" in data and "y" in data:
            data["pos"] = tuple(data[axis] for axis in AXES if axis in data)
    for *_, data in graph.edges(data=True):
        data.update({key: value for key, value in edges.items() if key not in data})
    return from_networkx(graph, title)

"""Pedigrees as networkx graphs, and as GraphML, which Gephi, igraph and Cytoscape read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from evomod.errors import InputError
from evomod.lineage.pedigree import Pedigree

if TYPE_CHECKING:
    import networkx as nx

MOST = 100_000  # individuals in a graph: as GraphML networkx takes some ten kilobytes for each


def to_networkx(pedigree: Pedigree, genomes: npt.NDArray[Any] | None = None) -> nx.DiGraph[int]:
    """A directed graph from parents to children; nodes are the rows of the pedigree.

    Nodes have label (generation:place of birth), generation, place, asked, where the log tells it last, the last
    generation in which the individual is there, and, if genomes are given, genome, a byte in hex for each locus; edges
    have parent, 1 or 2.

    Parameters
    ----------
    pedigree : Pedigree
    genomes : uint8 (n, n_loci), optional

    Raises
    ------
    InputError
        If there are more than 100,000 individuals.
    """
    import networkx as nx  # slow to import, and most of evomod never needs it

    if len(pedigree) > MOST:
        raise InputError(
            f"these are {len(pedigree):,} individuals, and a graph can have {MOST:,}; leave out who only passes on a "
            "line (--branching), or export a table, --format alife"
        )
    graph: nx.DiGraph[int] = nx.DiGraph()
    asked = set(pedigree.asked.tolist())
    columns = (pedigree.labels, pedigree.birth.tolist(), pedigree.place.tolist())
    for i, (label, birth, place) in enumerate(zip(*columns, strict=True)):
        graph.add_node(i, label=label, generation=birth, place=place, asked=i in asked)
    if pedigree.last is not None:
        nx.set_node_attributes(graph, dict(enumerate(pedigree.last.tolist())), "last")
    if genomes is not None:
        nx.set_node_attributes(graph, {i: row.tobytes().hex() for i, row in enumerate(genomes)}, "genome")
    for which, parents in enumerate((pedigree.parent, pedigree.second_parent), start=1):
        graph.add_edges_from((p, i, {"parent": which}) for i, p in enumerate(parents.tolist()) if p >= 0)
    return graph


def graphml(pedigree: Pedigree, genomes: npt.NDArray[Any] | None = None) -> str:
    """The same as GraphML."""
    import networkx as nx

    return "\n".join(nx.generate_graphml(to_networkx(pedigree, genomes))) + "\n"

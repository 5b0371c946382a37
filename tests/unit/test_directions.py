"""What looks at directions is not measured of undirected networks, and what does not look at them is."""

from __future__ import annotations

import networkx as nx
import pytest

from evomod.measures.base import MeasureError, Specimen
from evomod.measures.census import Census
from evomod.measures.hierarchy import Hierarchy
from evomod.measures.motifs import Motifs
from evomod.measures.n_cut import NCut
from evomod.measures.q import Q
from evomod.measures.q_m import NormalisedModularity
from evomod.networks.conversion import from_networkx

GRAPH = nx.barbell_graph(4, 0)
UNDIRECTED = Specimen("barbell.gml", bare=from_networkx(GRAPH))
DIRECTED = Specimen("barbell.gml", bare=from_networkx(nx.DiGraph(GRAPH.edges())))


@pytest.mark.parametrize("measure", [Motifs(samples=5), Hierarchy(), Census(), Q(directed=True)])
def test_what_looks_at_directions_refuses_an_undirected_network_by_name_and_says_what_does_not(measure):
    assert measure.checked([DIRECTED]).shape == (1, len(measure.columns))
    with pytest.raises(MeasureError, match=rf"^barbell\.gml: is undirected, and {measure.kind} looks at .* n_cut$"):
        measure.checked([DIRECTED, UNDIRECTED])


@pytest.mark.parametrize("measure", [Q(), Q(weighted=True), NCut(k=2)])
def test_what_does_not_look_at_directions_gives_the_same_with_and_without_them(measure):
    one, other = measure.checked([DIRECTED, UNDIRECTED])
    assert one[0] == other[0]


def test_q_m_takes_undirected_networks():
    assert not NormalisedModularity(against="degree_preserving").needs_directions

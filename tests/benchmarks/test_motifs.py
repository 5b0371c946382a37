"""Motifs, rewiring and canonical forms of random KA05 circuits; igraph counts the same beside them."""

from typing import Any

import igraph
import numpy as np
import pytest

from evomod.genotypes.circuit import Circuit
from evomod.goals.base import truth_table_inputs
from evomod.networks.isomorphism import canonical
from evomod.networks.motifs import count_all
from evomod.networks.network import Network
from evomod.networks.rewiring import rewired

pytestmark = pytest.mark.benchmark

ENCODING = Circuit().encode(truth_table_inputs(4), 1)


@pytest.fixture(scope="module")
def circuits() -> list[Network]:
    genomes = np.random.default_rng(1).integers(0, 16, (4_000, ENCODING.n_loci))
    phenotypes = (ENCODING.develop(genome, "xyzw") for genome in genomes)
    return [circuit.network() for circuit in phenotypes if len(circuit.effective()) >= 11][:1_000]


def test_a_thousand_rewired_networks(benchmark: Any, circuits: list[Network]) -> None:
    benchmark(rewired, circuits[0], 1_000)


def test_motifs_of_a_thousand_networks(benchmark: Any, circuits: list[Network]) -> None:
    drawn = rewired(circuits[0], 1_000)
    benchmark(count_all, circuits[0], drawn, 4)


def test_motifs_of_a_thousand_networks_by_igraph(benchmark: Any, circuits: list[Network]) -> None:
    n_nodes = circuits[0].parts().n_nodes
    graphs = [igraph.Graph(n_nodes, edges, directed=True) for edges in rewired(circuits[0], 1_000).tolist()]
    benchmark(lambda: [graph.motifs_randesu(4) for graph in graphs])


def test_canonical_forms_of_a_thousand_circuits(benchmark: Any, circuits: list[Network]) -> None:
    benchmark(lambda: [canonical(circuit) for circuit in circuits])

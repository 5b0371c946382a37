"""Costs for any encoding, their readable twins, and a small net to try them on."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import strategies as st

from evomod.costs.base import Cost, count_costs
from evomod.costs.lengths import Length, LengthBeyond, LongestConnection, SquaredLength, Wiring
from evomod.costs.parts import Connections
from evomod.costs.positions import Given, Sizes, placed
from evomod.genotypes.net import NetEncoding
from evomod.goals.base import truth_table_inputs
from evomod.networks.network import Network
from evomod.population import Population

coordinates = st.floats(-20, 20, width=32)


class SmallNet(NetEncoding):
    """A locus for each possible link between neighbouring layers; most alleles are no link."""

    unit = "sign"
    alphabet = np.array([0, 0, 0, 0, -2, -1, 1, 2], np.int8)

    def __init__(self, n_inputs: int, hidden: tuple[int, ...], n_outputs: int) -> None:
        layers = (n_inputs, *hidden, n_outputs)
        n_links = sum(a * b for a, b in pairwise(layers))
        super().__init__(truth_table_inputs(n_inputs), hidden, n_outputs, [8] * n_links)
        self.part = (self.targets - n_inputs).astype(np.int32)

    def weights(self, genomes: Any) -> Any:
        return self.alphabet[genomes]

    def biases(self, genomes: Any) -> Any:
        return np.zeros((len(genomes), self.n_parts), np.int8)

    def evaluate(self, population: Population) -> None:
        population.effective[:] = self.anatomy(population.genomes)[1]


@st.composite
def small_nets(draw: Any) -> SmallNet:
    """Of at most 33 nodes."""
    sizes = st.integers(1, 8)
    return SmallNet(draw(sizes), tuple(draw(st.lists(sizes, max_size=3))), draw(st.integers(1, 3)))


def costed(encoding: Any, rows: Any, *costs: Cost, seed: int = 1) -> Any:
    """Costs of genomes, evaluated: float64 (n, n_costs)."""
    population = Population.empty(len(rows), encoding.n_loci, encoding.response_shape, len(costs))
    population.genomes[:] = rows
    population.costs[:] = -1
    encoding.evaluate(population)
    count_costs(costs, encoding, population, seed)
    return population.costs


def by_layer() -> list[Wiring]:
    """Costs of length that know of layers only."""
    return [cls(positions="layers") for cls in (Length, SquaredLength, LongestConnection, LengthBeyond)]


@st.composite
def fitting(draw: Any, costs: st.SearchStrategy[Cost], encoding: Any) -> Cost:
    """A cost that can be asked of this encoding; some have positions written out for it, in nets some count weights."""
    cost = draw(costs)
    if isinstance(cost, Wiring | Connections) and isinstance(encoding, NetEncoding):
        cost = cost.model_copy(update={"weighted": draw(st.booleans())})
    if isinstance(cost, Wiring) and encoding.layers and not draw(st.integers(0, 3)):
        return cost.model_copy(update={"positions": "grid"})
    if not isinstance(cost, Wiring) or draw(st.integers(0, 3)):
        return cost
    point = st.tuples(*[coordinates] * draw(st.integers(1, 3)))
    several = {"inputs": encoding.n_nodes - encoding.n_parts, "parts": encoding.n_parts}
    given = {name: tuple(draw(st.lists(point, min_size=n, max_size=n))) for name, n in several.items()}
    return cost.model_copy(update={"positions": Given(**given)})


def drawn(cost: Cost, encoding: Any, genome: Any) -> Network:
    """The network of a genome, in the places that the cost has for it."""
    network = encoding.develop(genome).network()
    if not isinstance(cost, Wiring):
        return network
    names = [f"i{i}" for i in range(encoding.n_nodes - encoding.n_parts)]
    return placed(network, cost.positions, Sizes.of(encoding), names, cost.weighted)

"""What every wiring cost keeps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.costs.base import Cost
from evomod.costs.parts import Connections, Gates
from evomod.costs.random import RandomCost
from evomod.errors import InputError
from evomod.fitness import Fitness, score
from evomod.genotypes.base import Genotype
from tests.costs import by_layer, costed, drawn, fitting, small_nets
from tests.generators import STRATEGIES, components, encodings, evaluated, examples, genomes, shipped

every_cost = pytest.mark.parametrize("cls", shipped(Cost).values(), ids=shipped(Cost))
every_genotype = pytest.mark.parametrize("genotype", shipped(Genotype).values(), ids=shipped(Genotype))

COUNTS = [Connections, Gates]  # others depend on where a gate lies, or on where a search begins
blind_to_order = pytest.mark.parametrize("cost", [*(cls() for cls in COUNTS), *by_layer()], ids=lambda c: c.kind)


def counted(cost, encoding, rows):
    return evaluated(encoding, rows, costs=(cost,)).costs[:, 0]


def check_the_twin(data, cls, encoding, rows, costs):
    """Costs are what one can read off the network of the phenotype."""
    cost = data.draw(fitting(costs, encoding))
    assert cost.mistake(encoding) is None
    found = costed(encoding, rows, cost)[:, 0]
    assert (found >= 0).all()
    networks = [drawn(cost, encoding, genome) for genome in rows]
    if cls is RandomCost:  # a network has none
        with pytest.raises(InputError, match="random cost"):
            cost.of_network(networks[0])
    else:
        assert found.tolist() == pytest.approx([cost.of_network(network) for network in networks], rel=1e-9, abs=1e-9)


@pytest.mark.jitless
@every_cost
@every_genotype
@given(data=st.data())
@examples(100)
def test_costs_are_what_one_can_read_off_the_phenotype(cls, genotype, data):
    encoding = data.draw(encodings(genotype))
    check_the_twin(data, cls, encoding, data.draw(genomes(encoding, 6)), components(Cost, cls))


@pytest.mark.jitless
@every_cost
@given(data=st.data())
@examples(100)
def test_costs_of_nets_are_what_one_can_read_off_the_phenotype(cls, data):
    encoding = data.draw(small_nets())
    check_the_twin(data, cls, encoding, data.draw(genomes(encoding, 6)), components(Cost, cls))


@pytest.mark.jitless
@blind_to_order
@given(data=st.data())
@examples(150)
def test_costs_are_blind_to_the_order_of_gates(cost, data):
    encoding = data.draw(encodings().filter(lambda e: e.circuit.feedback))
    rows = data.draw(genomes(encoding, 6))
    n_inputs, n_gates, _, stride = encoding.shape
    order = np.array(data.draw(st.permutations(range(n_gates))))  # gate g moves to order[g]
    address = np.concatenate([np.arange(n_inputs), n_inputs + order]).astype(np.uint8)
    renamed = rows.copy()
    wires = [j for j in range(encoding.n_loci) if encoding.part[j] < 0 or j % stride < 2]
    renamed[:, wires] = address[rows[:, wires]]
    body = renamed[:, : n_gates * stride].reshape(-1, n_gates, stride)
    body[:, order] = body.copy()
    renamed[:, : n_gates * stride] = body.reshape(len(rows), -1)
    assert np.array_equal(counted(cost, encoding, rows), counted(cost, encoding, renamed))


@pytest.mark.jitless
@every_cost
@every_genotype
@given(data=st.data())
@examples(150)
def test_costs_are_blind_to_ineffective_parts(cls, genotype, data):
    encoding = data.draw(encodings(genotype))
    rows = data.draw(genomes(encoding, 6))
    part = np.maximum(encoding.part, 0).astype(np.uint64)
    used = (evaluated(encoding, rows).effective[:, None] >> part & np.uint64(1)) == 1
    others = np.where(used | (encoding.part < 0), rows, data.draw(genomes(encoding, 6)))
    cost = data.draw(fitting(components(Cost, cls), encoding))
    assert np.array_equal(counted(cost, encoding, rows), counted(cost, encoding, others))


@pytest.mark.jitless
@every_cost
@given(data=st.data())
@examples(60)
def test_only_those_who_changed_are_counted(cls, data):
    encoding = data.draw(encodings())
    population = evaluated(encoding, data.draw(genomes(encoding, 6)))
    population.changed[:] = data.draw(st.lists(st.integers(0, 1), min_size=6, max_size=6))
    counts = np.full(6, -7.0)
    data.draw(components(Cost, cls)).count(encoding, population, counts, 1)
    assert np.array_equal(counts == -7, population.changed == 0)


@pytest.mark.jitless
@given(data=st.data(), max_hits=st.integers(1, 10_000))
@examples(150)
def test_fitness_is_benefit_minus_weighted_costs_above_what_is_free(data, max_hits):
    costs = tuple(
        data.draw(components(Cost, cls))
        for cls in data.draw(st.lists(st.sampled_from(sorted(shipped(Cost).values(), key=str)), max_size=3))
    )
    n = 5
    hits = np.array(data.draw(st.lists(st.integers(0, max_hits), min_size=n, max_size=n)), np.int32)
    counts = np.array(
        data.draw(st.lists(st.floats(0, 20), min_size=n * len(costs), max_size=n * len(costs))), float
    ).reshape(n, len(costs))
    rescored, fitness = np.array([1, 0, 1, 1, 0], np.uint8), np.full(n, 9.0)
    score(rescored, hits, counts, max_hits, *Fitness(costs=costs).tables(), fitness)
    for i in range(n):
        expected = hits[i] / max_hits - sum(
            c.weight * max(0, k - c.above) for c, k in zip(costs, counts[i], strict=True)
        )
        assert fitness[i] == (pytest.approx(expected, abs=1e-12) if rescored[i] else 9.0)
    assert set(STRATEGIES[Cost]) == set(shipped(Cost))


@pytest.mark.jitless
def test_the_penalty_of_kashtan_and_alon_starts_at_the_twelfth_gate():
    weights, above = Fitness(costs=(shipped(Cost)["gates"](weight=0.2, above=11),)).tables()
    fitness = np.zeros(3)
    score(
        np.ones(3, np.uint8),
        np.full(3, 320, np.int32),
        np.array([[10.0], [11.0], [12.0]]),
        320,
        weights,
        above,
        fitness,
    )
    assert fitness.tolist() == [1.0, 1.0, 0.8]

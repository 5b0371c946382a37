"""Ladders of temperatures, and what is said about how far they mixed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.genotypes.circuit import Circuit
from evomod.goals.base import truth_table_inputs
from evomod.measures.mixing import mixing, split_r_hat, standard_error
from evomod.measures.tempering import BETAS, _count_arrivals, temper
from evomod.measures.walk import WRONG, GenomeWalk, sizes
from tests.generators import encodings, evaluated, examples, genomes, seeds

INVERTER = Circuit(n_gates=3).encode(truth_table_inputs(2), 1)
NOT_X = INVERTER.pack(~truth_table_inputs(2)[:, :1])


def inverters(seed=1, ladders=4, **changes):
    walk = GenomeWalk(INVERTER, (3, 1), ladders * len(BETAS), seed, NOT_X)
    return temper(walk, BETAS, **{"settling": 300, "times": 20, "thin": 20, "seed": seed} | changes)


# Walks ----------------------------------------------------------------------------------------------------------------


@given(data=st.data(), seed=seeds)
@examples(60)
def test_a_walker_knows_its_graph_and_its_distance(data, seed):
    encoding = data.draw(encodings(max_inputs=4))
    start = data.draw(genomes(encoding, 4))
    targets = encoding.pack(np.random.default_rng(1).integers(0, 2, (len(encoding.cases), encoding.n_outputs)) == 1)
    walk = GenomeWalk(encoding, (2, 1), start, seed, targets)
    for step in range(1, 6):
        walk.propose(step)
        walk.keep(np.array([True, False, True, False]))
    population = evaluated(encoding, walk.genomes)
    encoding.count_hits(population, np.ones(4, np.uint8), targets, population.hits)
    rows, present = encoding.adjacency(walk.genomes)
    off = np.abs(sizes(encoding, present) - [2, 1]).sum(axis=1)
    assert np.array_equal(walk.graphs, rows)
    assert np.allclose(walk.distance, off + WRONG * (1 - population.hits / encoding.max_hits))
    assert np.array_equal(walk.genomes[[1, 3]], start[[1, 3]])
    assert ((walk.genomes != start).sum(axis=1) <= 5).all()


# Ladders --------------------------------------------------------------------------------------------------------------


def test_what_ladders_find_is_what_was_asked_for():
    samples = inverters()
    assert samples.there.any(axis=1).all()
    assert (samples.arrivals > 0).all()
    found = samples.genomes[samples.there]
    assert (sizes(INVERTER, INVERTER.adjacency(found)[1]) == (3, 1)).all()
    for genome in np.unique(found, axis=0):
        phenotype = INVERTER.develop(genome)
        assert [phenotype.respond(row) for row in truth_table_inputs(2)] == [(1.0,), (0.0,), (1.0,), (0.0,)]


def test_ladders_are_the_same_for_the_same_seed_and_share_nothing():
    first, again, other = inverters(), inverters(), inverters(seed=2)
    assert np.array_equal(first.genomes, again.genomes)
    assert not np.array_equal(first.genomes, other.genomes)
    fewer = inverters(ladders=2)
    assert np.array_equal(fewer.genomes, first.genomes[:2])


def test_who_arrives_came_all_the_way_from_the_hottest_rung():
    early = inverters(times=1, thin=1, settling=len(BETAS) - 3)
    assert early.arrivals.sum() == 0  # one rung a step at most
    samples = inverters()
    assert ((samples.exchanged > 0) & (samples.exchanged < 1)).all()


@pytest.mark.jitless
def test_an_arrival_counts_once_for_each_visit_of_the_hottest_rung():
    fresh, arrivals, counts = np.zeros(3, bool), np.zeros(1, np.int64), []
    for order, distances in (
        ([0, 2, 1], [0, 0, 0]),  # 1 is at the coldest rung, but did not come from the hottest
        ([2, 1, 0], [0, 0, 0]),  # 0 came
        ([1, 2, 0], [0, 0, 0]),  # and stays
        ([0, 1, 2], [0, 0, 7]),  # 2 came, but is not what is asked
        ([0, 1, 2], [0, 0, 0]),
        ([1, 2, 0], [0, 0, 0]),  # 0 again
    ):
        _count_arrivals(np.array(distances, float), np.array([order]), fresh, arrivals)
        counts.append(int(arrivals[0]))
    assert counts == [0, 1, 1, 1, 2, 3]


def test_what_cannot_be_is_not_found():
    walk = GenomeWalk(INVERTER, (3, 0), 2 * len(BETAS), 1, NOT_X)  # without inputs nothing depends on x
    samples = temper(walk, BETAS, settling=100, times=10, thin=10, seed=1)
    assert not samples.there.any()
    assert samples.arrivals.sum() == 0


# Agreement ------------------------------------------------------------------------------------------------------------


def normal(n_chains, n_times, seed=1):
    return np.random.default_rng(seed).normal(size=(n_chains, n_times))


def test_independent_samples_mix_perfectly():
    values = normal(64, 400)
    found = mixing(values, arrivals=7)
    assert (found.chains, found.found, found.arrivals, found.samples) == (64, 64, 7, 25_600)
    assert found.effective > 15_000
    assert found.r_hat == pytest.approx(1, abs=0.002)
    assert standard_error(values) == pytest.approx(1 / 160, rel=0.3)
    assert -0.2 < found.lowest < 0 < found.highest < 0.2


def test_the_error_of_chains_of_one_length_is_that_of_their_means():
    assert standard_error(np.array([[0.0, 0.0], [1.0, 1.0]])) == pytest.approx(0.5)
    for n_chains in (2, 3, 10):
        values = normal(n_chains, 7)
        expected = values.mean(axis=1).std(ddof=1) / np.sqrt(n_chains)
        assert standard_error(values) == pytest.approx(expected)


def test_chains_that_stay_where_they_are_count_once_each():
    values = normal(64, 1) + 0.01 * normal(64, 400, seed=2)
    found = mixing(values, arrivals=0)
    assert 40 < found.effective < 100
    assert found.r_hat > 10


def test_a_chain_that_moves_slowly_is_seen_between_its_halves():
    drifting = normal(16, 200) + np.linspace(0, 3, 200)
    assert split_r_hat(drifting) > 1.2
    assert split_r_hat(normal(16, 200)) < 1.05


def test_times_without_a_sample_do_not_count():
    values = normal(40, 100)
    values[::2, 10:] = np.nan
    values[1] = np.nan
    found = mixing(values, arrivals=0)
    assert (found.chains, found.found, found.samples) == (40, 39, 20 * 10 + 19 * 100)
    assert np.isfinite([found.effective, found.r_hat, standard_error(values)]).all()


def test_with_one_chain_or_none_nothing_is_known_of_agreement():
    values = np.full((5, 10), np.nan)
    found = mixing(values, arrivals=0)
    assert (found.found, found.samples) == (0, 0)
    assert np.isnan([found.effective, found.r_hat, found.lowest, standard_error(values)]).all()
    values[2] = 0.5
    assert np.isnan([mixing(values, 0).effective, standard_error(values)]).all()

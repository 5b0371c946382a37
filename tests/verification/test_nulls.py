"""Nulls of Q_m: uniform over spaces that can be enumerated, and as modular as those of an independent prototype."""

from __future__ import annotations

from collections import Counter
from itertools import product

import numpy as np
import pytest

from evomod.genotypes.base import draw_genomes
from evomod.genotypes.circuit import Circuit
from evomod.goals.base import Cases, truth_table_inputs
from evomod.goals.logic import truth_table
from evomod.measures import tempering
from evomod.measures.calibration import calibrated, maximised
from evomod.measures.random_genomes import draw, random_genomes
from evomod.measures.solutions import is_solution
from evomod.measures.tempering import BETAS, LADDERS, temper
from evomod.measures.walk import GenomeWalk, sizes
from tests.verification.fit import fits

pytestmark = pytest.mark.verification

TWO, THREE = (Circuit(n_gates=n).encode(truth_table_inputs(2), 1) for n in (2, 3))
CASES = Cases(truth_table_inputs(2), truth_table("x & y", ("x", "y"))[:, None])


def every_genome(encoding):
    return np.array(list(product(*(range(n) for n in encoding.alleles))), np.uint8)


def of_size(encoding, size, genomes):
    return genomes[(sizes(encoding, encoding.adjacency(genomes)[1]) == size).all(axis=1)]


def is_uniform(genomes, space):
    """Are all genomes of the space equally frequent, and no others there?"""
    counts = Counter(map(bytes, genomes))
    assert counts.keys() <= set(map(bytes, space))
    assert sum(counts.values()) > 20 * len(space)
    return fits([counts[bytes(one)] for one in space], np.ones(len(space)))


class Leaning(GenomeWalk):
    """A twin that is not symmetric: every other time the first locus does not rise."""

    def propose(self, step):
        super().propose(step)
        if step % 2:
            back = self.proposed.genomes[:, 0] > self.genomes[:, 0]
            self.proposed.genomes[back] = self.genomes[back]
            self._look()


def sampled(walk_of, encoding, size, targets=None):
    samples = temper(walk_of(encoding, size, LADDERS * len(BETAS), 1, targets), BETAS, 600, 400, 200, 1)
    return samples.genomes[samples.there]


@pytest.mark.slice
def test_random_genomes_of_a_size_are_uniform():
    space = of_size(TWO, (2, 2), every_genome(TWO))
    assert is_uniform(draw(TWO, (2, 2), 30_000, 1)[0], space)
    rows = np.zeros((1 << 18, TWO.n_loci), np.uint8)
    draw_genomes(rows, TWO.alleles, 1, 0)
    rows[:, 0] = np.minimum(rows[:, 0], rows[::-1, 0])  # low addresses more often
    assert not is_uniform(of_size(TWO, (2, 2), rows), space)


def test_ladders_draw_genomes_of_a_size_uniformly():
    space = of_size(TWO, (2, 2), every_genome(TWO))
    assert is_uniform(sampled(GenomeWalk, TWO, (2, 2)), space)
    assert not is_uniform(sampled(Leaning, TWO, (2, 2)), space)


@pytest.mark.parametrize("size", [(2, 2), (3, 2)])
def test_ladders_draw_solutions_uniformly(size):
    space = of_size(THREE, size, every_genome(THREE))
    space = np.array([one for one in space if is_solution(THREE, one, CASES)])
    targets = THREE.pack(CASES.targets)
    assert len(space) > 20
    assert is_uniform(sampled(GenomeWalk, THREE, size, targets), space)
    assert not is_uniform(sampled(Leaning, THREE, size, targets), space)


@pytest.mark.slice
def test_a_rung_is_as_often_at_what_is_asked_as_boltzmann_says(monkeypatch):
    betas, size = BETAS[:4], (2, 2)
    distance = np.abs(sizes(TWO, TWO.adjacency(every_genome(TWO))[1]) - size).sum(axis=1)
    weights = np.exp(-betas[-1] * distance)
    share = weights[distance == 0].sum() / weights.sum()

    def is_there():
        there = temper(GenomeWalk(TWO, size, LADDERS * len(betas), 1), betas, 600, 100, 200, 1).there
        return fits([there.sum(), (~there).sum()], [share, 1 - share])

    assert is_there()
    exchange = tempering._exchange
    monkeypatch.setattr(tempering, "_exchange", lambda distance, *rest: exchange(0 * distance, *rest))  # always
    assert not is_there()


@pytest.mark.slice
def test_random_genomes_are_as_modular_as_in_the_prototype():
    """Means of a prototype that drew 1,000 networks for each number of gates; the shares of them that used 2, 3, 4."""
    shares = {2: 0.34, 3: 0.41, 4: 0.155}
    theirs = {10: {2: 0.320, 3: 0.358, 4: 0.381}, 11: {2: 0.336, 3: 0.362, 4: 0.396}}
    for gates, by_inputs in theirs.items():
        for inputs, mean in by_inputs.items():
            found = calibrated(random_genomes(Circuit(), 4, 1, (gates, inputs)))
            error = np.hypot(found.q_random_error, found.q_random_sd / np.sqrt(1000 * shares[inputs]))
            assert abs(found.q_random - mean) < 4 * error
            other = calibrated(random_genomes(Circuit(), 4, 1, (gates, inputs - 1)))
            assert abs(other.q_random - mean) > 4 * error


def test_random_genomes_of_a_number_of_gates_are_as_modular_as_in_the_prototype():
    theirs = {7: 0.286, 8: 0.306, 9: 0.327, 10: 0.342, 11: 0.352, 12: 0.362}
    encoding = Circuit().encode(np.zeros((2, 4), bool), 1)
    genomes = np.zeros((1 << 17, encoding.n_loci), np.uint8)
    draw_genomes(genomes, encoding.alleles, 3, 0)
    graphs, present = encoding.adjacency(genomes)
    gates = sizes(encoding, present)[:, 0]
    for n, mean in theirs.items():
        q = maximised(graphs[np.flatnonzero(gates == n)[:1500]]).q
        assert abs(np.nanmean(q) - mean) < 4 * np.nanstd(q) * np.hypot(1500**-0.5, 1000**-0.5)

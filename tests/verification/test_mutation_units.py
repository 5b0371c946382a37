"""Mutation per gene, locus and bit, and crossover at several points, against theory; with negative twins."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy.stats import binom

from evomod.population import Population
from evomod.variation.base import binomial_thresholds, draw_units
from evomod.variation.crossovers import TwoPoint, Uniform
from evomod.variation.flip_bit import FlipBit
from evomod.variation.redraw import Redraw
from tests.verification.fit import fits
from tests.verification.test_operators import encoding, varied

pytestmark = [pytest.mark.verification, pytest.mark.slice]


def hits_of_units(n, rate, draws=20_000):
    """How many units were hit, how often each, and how often each pair."""
    thresholds, hit, words = binomial_thresholds(n, rate), np.zeros(n, np.int64), np.zeros((n, 2), np.uint32)
    numbers, each, pairs = np.zeros(n + 1, int), np.zeros(n, int), np.zeros((n, n), int)
    for i in range(draws):
        k = draw_units(i, n, thresholds, 1, 1, hit, words)
        numbers[k] += 1
        each[hit[:k]] += 1
        pairs[np.ix_(hit[:k], hit[:k])] += 1
    return numbers, each, pairs[np.triu_indices(n, 1)]


@pytest.mark.parametrize(("n", "rate"), [(13, 0.3), (25, 0.7 / 25), (6, 0.95)])
def test_units_are_hit_independently_and_all_alike(n, rate):
    numbers, each, pairs = hits_of_units(n, rate)
    assert fits(numbers, binom.pmf(np.arange(n + 1), n, rate))
    assert not fits(numbers, binom.pmf(np.arange(n + 1), n, rate * 0.95))
    assert fits(each, np.ones(n))
    assert not fits(each, 1 + 0.5 * (np.arange(n) == 0))
    assert fits(pairs, np.ones(len(pairs)))
    # The first of the units that are hit is drawn at once; as if the next were its neighbour, if it came again.
    assert n != 13 or not fits(pairs, [1 + (b - a == 1) for a, b in combinations(range(n), 2)])


@pytest.mark.parametrize(("per", "n"), [("gene", 13), ("locus", 25)])
def test_redrawn_loci_are_as_many_as_theory_says(per, n):
    genomes = varied(Redraw(rate=0.1, per=per), encoding(), generations=400)
    hits = np.bincount((genomes > 0).sum(axis=2).ravel(), minlength=n + 1)
    assert fits(hits, binom.pmf(np.arange(n + 1), n, 0.1 * 15 / 16))
    assert not fits(hits, binom.pmf(np.arange(n + 1), n, 0.1))
    per_locus = (genomes > 0).sum(axis=(0, 1))
    shares = np.full(25, 1.0 if per == "locus" else 0.5)
    shares[24] = 1.0  # the gene of the output has one locus
    assert fits(per_locus, shares)
    assert not fits(per_locus, np.where(np.arange(25) == 24, 1.5 - shares, shares))


def test_each_of_104_bits_flips_with_the_rate_of_parter_and_others():
    genomes = varied(FlipBit(rate=0.7 / 104, per="bit"), encoding(), generations=1000)
    bits = np.unpackbits(genomes, axis=2).sum(axis=2, dtype=int)  # of a genome of zeros
    hits = np.bincount(bits.ravel(), minlength=101)
    assert fits(hits, binom.pmf(np.arange(101), 100, 0.7 / 104))
    assert not fits(hits, binom.pmf(np.arange(101), 100, 0.7 / 100))
    assert not fits(hits, [0.3 + 0.7 * 4 / 104, 0.7 * 100 / 104, *[0] * 99])  # as if it were per genome
    per_bit = np.array([((genomes >> b) & 1).sum(axis=(0, 1)) for b in range(4)])
    assert fits(per_bit, np.ones(100))


@pytest.mark.parametrize("deletion", [0.25, 0.8])
def test_hit_sources_are_deleted_as_often_as_the_bias_says(deletion):
    code = encoding(n_gates=12)
    population = Population.empty(100, code.n_loci, code.response_shape, 0)
    start = np.array([0, 1] * 12 + [2], np.uint8)
    counts = np.zeros(3, int)
    for population.generation in range(400):
        population.genomes[:] = start
        Redraw(rate=1.0, deletion=deletion).mutate(code, population, 1)
        sources = population.genomes[:, :24].reshape(-1, 2)
        counts[0] += (sources[:, 0] == sources[:, 1]).sum()
        counts[1] += ((sources != [0, 1]).any(axis=1) & (sources[:, 0] != sources[:, 1])).sum()
        counts[2] += (sources == [0, 1]).all(axis=1).sum() - 100 * 11
    # 24 of 25 loci are sources; of 16 new values one is the old one, one the twin's.
    hit, silent = 24 / 25, 1 / 25
    shares = [
        hit * (deletion + (1 - deletion) / 16),
        hit * (1 - deletion) * 14 / 16,
        hit * (1 - deletion) / 16 + silent,
    ]
    assert fits(counts, shares)
    wrong = deletion + 0.03
    assert not fits(counts, [hit * (wrong + (1 - wrong) / 16), *shares[1:]])


def crossings(crossover, n=20, generations=1500):
    """How often each set of genes came from the other parent, genes as bits of a number."""
    code, found = encoding(n_gates=5), {}
    population = Population.empty(n, code.n_loci, code.response_shape, 0)
    first = code.units["gene"][:-1]
    for population.generation in range(generations):
        population.genomes[:] = np.arange(n)[:, None]
        crossover.cross(code, population, 1)
        swapped = population.genomes[:, first] != np.arange(n)[:, None]
        for number in (swapped << np.arange(6)).sum(axis=1)[::2]:
            found[int(number)] = found.get(int(number), 0) + 1
    return np.array([found.get(number, 0) for number in range(64)])


def test_two_points_are_any_two_all_alike():
    stretches = {sum(1 << g for g in range(a, b)) for a, b in combinations(range(6), 2)}
    counts = crossings(TwoPoint(rate=1.0))
    assert fits(counts, [number in stretches for number in range(64)])
    # As if the shorter stretch were always the one that is swapped, or one cut were always at the start.
    assert not fits(counts, [(number in stretches) * (1 + (number.bit_count() < 3)) for number in range(64)])
    assert not fits(counts, [(number in stretches) * (1 + (number & 1)) for number in range(64)])


@pytest.mark.parametrize("swap", [0.1, 0.5])
def test_uniform_crossover_swaps_each_gene_with_its_probability(swap):
    counts = crossings(Uniform(rate=1.0, swap=swap))
    sizes = np.array([number.bit_count() for number in range(64)])
    assert fits(counts, swap**sizes * (1 - swap) ** (6 - sizes))
    other = swap + 0.03
    assert not fits(counts, other**sizes * (1 - other) ** (6 - sizes))


def test_crossover_rates_are_per_pair():
    counts = crossings(Uniform(rate=0.3, swap=1.0))
    assert fits(counts, [0.7, *[0] * 62, 0.3])
    assert not fits(counts, [0.68, *[0] * 62, 0.32])

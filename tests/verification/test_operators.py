"""Selection, mutation and crossover against theory; each check must fail on its negative twin."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from evomod.genotypes.circuit import Circuit
from evomod.goals.base import truth_table_inputs
from evomod.population import Population
from evomod.selection.boltzmann import Boltzmann
from evomod.selection.elite_replacement import EliteReplacement
from evomod.selection.tournament import Tournament
from evomod.variation.crossovers import OnePoint
from evomod.variation.flip_bit import FlipBit
from evomod.variation.redraw import Redraw
from tests.verification.fit import fits

pytestmark = pytest.mark.verification


# Offspring ------------------------------------------------------------------------------------------------------------


def offspring(selection, fitness, generations=3000):
    """How often each individual became a parent."""
    counts, parents = np.zeros(len(fitness), int), np.zeros(len(fitness), np.uint32)
    for generation in range(generations):
        selection.choose(selection.rank(fitness, 1, generation), parents, 1, generation)
        counts += np.bincount(parents, minlength=len(fitness))
    return counts


def tournament_shares(n, k):
    r = np.arange(1, n + 1)
    return ((n - r + 1.0) ** k - (n - r) ** k) / float(n) ** k


@pytest.mark.parametrize("k", [1, 2, 3, 5, 9])
def test_tournaments_are_won_by_rank_as_theory_says(k):
    falling = -np.arange(20.0)
    assert fits(offspring(Tournament(size=k), falling), tournament_shares(20, k))
    assert not fits(offspring(Tournament(size=k + 1), falling), tournament_shares(20, k))


def test_tournaments_draw_with_replacement():
    without = [np.random.default_rng(s).choice(20, 2, replace=False).min() for s in range(20_000)]
    assert not fits(np.bincount(without, minlength=20), tournament_shares(20, 2))


def test_boltzmann_offspring_is_proportional_to_the_exponential_of_fitness():
    fitness = np.random.default_rng(1).choice([1.0, 0.95, 0.9, 0.7], 30)
    shares = np.exp(30 * fitness)
    assert fits(offspring(Boltzmann(strength=30.0), fitness), shares)
    assert not fits(offspring(Boltzmann(strength=25.0), fitness), shares)
    values, place, counts = np.unique(fitness, return_inverse=True, return_counts=True)
    per_value = (np.exp(30 * values) / counts)[place]  # a wheel that forgets how many share a value
    assert not fits(offspring(Boltzmann(strength=30.0), fitness), per_value)


def exactly_two_one_none(parents, L):
    return np.bincount(parents, minlength=len(parents)).tolist() == [2] * L + [1] * (len(parents) - 2 * L) + [0] * L


@pytest.mark.parametrize("ties", ["stable", "random"])
def test_elite_replacement_gives_the_best_two_places_and_the_worst_none(ties):
    fitness, parents = -np.arange(100.0), np.zeros(100, np.uint32)
    for selection in (EliteReplacement(elite=30, ties=ties), Tournament()):
        selection.choose(selection.rank(fitness, 1, 1), parents, 1, 1)
        assert exactly_two_one_none(parents, 30) == isinstance(selection, EliteReplacement)


# Neutral fixation -----------------------------------------------------------------------------------------------------


def founders(selection, n=8, runs=3000):
    """How often each founder is the ancestor of everybody, when all are equally fit."""
    counts, fitness, parents = np.zeros(n, int), np.ones(n), np.zeros(n, np.uint32)
    for seed in range(runs):
        labels = np.arange(n)
        for generation in range(500):
            selection.choose(selection.rank(fitness, seed, generation), parents, seed, generation)
            labels = labels[parents]
            if (labels == labels[0]).all():
                break
        counts[labels[0]] += 1
    return counts


@pytest.mark.parametrize(
    "selection",
    [Tournament(size=1), Tournament(size=3, ties="random"), Boltzmann(), EliteReplacement(elite=3, ties="random")],
    ids=lambda selection: f"{selection.kind}-{selection.ties}",
)
def test_a_neutral_founder_is_fixed_with_probability_1_in_n(selection):
    assert fits(founders(selection), np.ones(8))


@pytest.mark.parametrize("selection", [Tournament(size=2), EliteReplacement(elite=3)], ids=["tournament", "elite"])
def test_stable_ties_are_not_neutral(selection):
    assert not fits(founders(selection, runs=300), np.ones(8))


# Mutation -------------------------------------------------------------------------------------------------------------


def varied(component, encoding, n=100, n_kept=0, generations=2000):
    """Genomes after one variation of all zeros, uint8 (generations, n, n_loci)."""
    after = np.empty((generations, n, encoding.n_loci), np.uint8)
    population = Population.empty(n, encoding.n_loci, encoding.response_shape, 0)
    population.n_kept = n_kept
    for population.generation in range(generations):
        population.storage[:] = 0
        component.mutate(encoding, population, 1)
        after[population.generation] = population.genomes
    return after


def encoding(**changes):
    return Circuit(**changes).encode(truth_table_inputs(4), 1)


def binomial(genomes, n, rate):
    """Are the numbers of changed genomes per generation binomial?"""
    hits = genomes.any(axis=2).sum(axis=1)
    return fits(np.bincount(hits, minlength=n + 1), binom.pmf(np.arange(n + 1), n, rate))


def test_mutation_hits_are_binomial():
    genomes = varied(Redraw(rate=0.7), encoding(), n_kept=20)
    assert binomial(genomes, 80, 0.7 * 15 / 16)  # the old one of 16 values may come again
    assert not binomial(genomes, 80, 0.7)  # as if it might not
    assert binomial(varied(FlipBit(rate=0.3), encoding()), 100, 0.3 * 100 / 104)
    together = np.repeat(genomes[:, :1, :], 80, axis=1)  # one draw for the whole generation
    assert not binomial(together, 80, 0.7 * 15 / 16)


def locus_counts(genomes):
    return (genomes > 0).sum(axis=(0, 1))


def test_mutated_loci_are_uniform():
    code = encoding(n_gates=6, gates=("nand", "or"), feedback=False)
    genomes, visible = varied(Redraw(rate=1.0), code), 1 - 1 / code.alleles
    assert fits(locus_counts(genomes), visible)
    assert not fits(locus_counts(genomes), np.ones(code.n_loci))  # as if no old value ever came again
    per_gene = visible / np.bincount(code.gene)[code.gene]  # first a gene, then a locus in it
    assert not fits(locus_counts(genomes), per_gene)


@pytest.mark.parametrize("changes", [{}, {"n_gates": 6, "gates": ("nand", "or", "xor"), "feedback": False}])
def test_new_alleles_are_uniform(changes):
    code = encoding(**changes)
    genomes = varied(Redraw(rate=1.0), code)
    for locus in (0, 2, code.n_loci - 1):
        n = code.alleles[locus]
        counts = np.bincount(genomes[:, :, locus].ravel(), minlength=n)[1:]
        assert fits(counts, np.ones(n - 1))
        assert n < 3 or not fits(counts, [1] * (n - 2) + [0])  # as if the last value were out of reach
        assert n < 3 or not fits(counts, np.arange(1, n) + 4)


def test_all_104_bits_flip_alike_four_of_them_without_effect():
    genomes = varied(FlipBit(rate=1.0), encoding(), generations=3000)
    per_bit = [((genomes >> b) & 1).sum(axis=(0, 1)) for b in range(4)]
    silent = genomes.shape[0] * genomes.shape[1] - genomes.any(axis=2).sum()
    counts = [*np.ravel(per_bit), silent]
    assert fits(counts, [1] * 100 + [4])
    assert not fits(counts, [1] * 100 + [0])
    assert not fits(counts, [1] * 96 + [2] * 4 + [4])


# Crossover ------------------------------------------------------------------------------------------------------------


def crossed(rate, n=20, generations=3000):
    """Counts of cuts (n_genes + 1), of pairs (n, n), and of crossed pairs per generation (n / 2 + 1)."""
    code = encoding()
    population = Population.empty(n, code.n_loci, code.response_shape, 0)
    cuts, pairs, crossings = np.zeros(code.gene[-1] + 2, int), np.zeros((n, n), int), np.zeros(n // 2 + 1, int)
    for population.generation in range(generations):
        population.genomes[:] = np.arange(n)[:, None]  # everybody's genes tell whose they are
        population.second_parents[:] = population.parents
        OnePoint(rate=rate).cross(code, population, 1)
        children = np.flatnonzero(population.second_parents != np.arange(n))
        crossings[len(children) // 2] += 1
        for i in children:
            pairs[i, population.second_parents[i]] += 1
            cuts[code.gene[np.argmax(population.genomes[i] != i)]] += 1
    return cuts, pairs, crossings


def test_crossover_cuts_pairs_and_rates_are_as_theory_says():
    cuts, pairs, crossings = crossed(0.5)
    between_genes = np.array([0] + [1] * 12 + [0])
    assert fits(cuts, between_genes)
    assert not fits(cuts, [0] + [1] * 11 + [0, 0])  # as if the output gene were tied to the last gate
    assert not fits(cuts, [0] + [2] * 11 + [1, 0])  # as if a cut were drawn among loci
    assert fits(pairs[np.triu_indices(20, 1)], np.ones(190))
    neighbours = np.abs(np.subtract.outer(np.arange(20), np.arange(20))) == 1
    assert not fits(pairs[np.triu_indices(20, 1)], 1 + neighbours[np.triu_indices(20, 1)])
    assert fits(crossings, binom.pmf(np.arange(11), 10, 0.5))
    assert not fits(crossings, binom.pmf(np.arange(11), 10, 0.55))

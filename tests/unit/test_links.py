"""Links that come and go: the mutation and the start of Clune, Mouret & Lipson 2013, drawn by hand."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from evomod.genotypes.ternary_net import TernaryNet
from evomod.goals.base import truth_table_inputs
from evomod.initial.base import Founding
from evomod.initial.links import RandomLinks
from evomod.rng import MUTATION, Stream, below
from evomod.variation.links import Links
from tests.contracts.test_variation import N, offspring
from tests.generators import encodings, evaluated, examples, rates, seeds

NET = TernaryNet().encode(truth_table_inputs(8), 1)
RARE = 1e-6  # of a test that is right


def hit(word, n, rate):
    """The number of hits among n that a word stands for, from the binomial distribution."""
    shares = np.cumsum([comb(n, k) * rate**k * (1 - rate) ** (n - k) for k in range(n)])
    return int((word >= np.floor(shares * 2**32)).sum())


def chosen(loci, n_hits, words):
    """Different ones of some loci, each with a word for up or down."""
    loci = list(loci)
    for k in range(n_hits):
        j = k + int(below(words[4 * k], len(loci) - k))
        loci[k], loci[j] = loci[j], loci[k]
        yield loci[k], words[4 * k + 1] & 1


@pytest.mark.jitless
@given(data=st.data(), add=rates, remove=rates, rate=st.floats(0, 8), seed=seeds)
@examples(60)
def test_a_genome_gains_and_loses_one_link_at_most_and_steps_are_steps(data, add, remove, rate, seed):
    encoding, population = data.draw(offspring(encodings(TernaryNet, max_inputs=4)))
    before = population.genomes.copy()
    Links(add=add, remove=remove, weight_rate=rate, bias_rate=1.0).mutate(encoding, population, seed)
    for old, new in zip(before, population.genomes, strict=True):
        links = list(zip(old[encoding.link_loci].tolist(), new[encoding.link_loci].tolist(), strict=True))
        assert sum(not a and b > 0 for a, b in links) <= (add > 0)
        assert sum(a > 0 and not b for a, b in links) <= (remove > 0)
        assert all(abs(a - b) <= 1 for a, b in links if a and b)
        assert (np.abs(new[encoding.bias_loci].astype(int) - old[encoding.bias_loci]) <= 1).all()


@pytest.mark.jitless
@given(data=st.data(), rate=st.floats(0, 30), bias_rate=rates, seed=seeds)
@examples(60)
def test_steps_are_those_that_one_draws_by_hand(data, rate, bias_rate, seed):
    encoding, population = data.draw(offspring(encodings(TernaryNet, max_inputs=4)))
    before = population.genomes.copy()
    Links(add=0.0, remove=0.0, weight_rate=rate, bias_rate=bias_rate).mutate(encoding, population, seed)
    for i in range(population.n_kept, N):
        genome = before[i].astype(int)
        words = Stream(seed, population.generation, i, MUTATION).words(4 * (2 + encoding.n_links + encoding.n_parts))
        links = [locus for locus in encoding.link_loci if genome[locus]]
        if links:
            n_hits = hit(words[5], len(links), min(1.0, rate / len(links)))
            for locus, up in chosen(links, n_hits, words[8:]):
                genome[locus] = np.clip(genome[locus] + (1 if up else -1), 1, 4)
        n_hits = hit(words[6], encoding.n_parts, bias_rate)
        for locus, up in chosen(encoding.bias_loci, n_hits, words[4 * (2 + encoding.n_links) :]):
            genome[locus] = np.clip(genome[locus] + (1 if up else -1), 0, 4)
        assert population.genomes[i].tolist() == genome.tolist()


@pytest.mark.jitless
def test_a_full_net_gains_no_link_and_an_empty_one_loses_none():
    for allele, mutation in ((3, Links(add=1.0, remove=0.0)), (0, Links(add=0.0, remove=1.0))):
        rows = np.full((3, NET.n_loci), allele, np.uint8)
        population = evaluated(NET, rows)
        population.changed[:] = 0
        mutation.model_copy(update={"weight_rate": 0.0, "bias_rate": 0.0}).mutate(NET, population, 1)
        assert np.array_equal(population.genomes, rows)
        assert not population.changed.any()


def mutants(mutation, n=20_000, allele=3):
    """Children of nets whose every second link is there, biases in the middle: before and after, (n, n_loci)."""
    row = np.full(NET.n_loci, 2, np.uint8)
    row[NET.link_loci] = allele * (np.arange(NET.n_links) % 2)
    population = evaluated(NET, row[None].repeat(n, axis=0))
    mutation.mutate(NET, population, 5)
    return row, population.genomes


def too_unlikely(mutation, expected):
    """Do numbers of added, removed and changed links and of changed biases stray from binomial counts?"""
    row, after = mutants(mutation)
    old, new = row[NET.link_loci], after[:, NET.link_loci]
    sums = [
        ((old == 0) & (new > 0)).sum(),
        ((old > 0) & (new == 0)).sum(),
        ((old > 0) & (new > 0) & (new != old)).sum(),
        (after[:, NET.bias_loci] != 2).sum(),
    ]
    trials = [len(after), len(after), len(after) * 53, len(after) * 15]
    p = [stats.binomtest(int(k), n, share).pvalue for k, n, share in zip(sums, trials, expected, strict=True)]
    return min(p) < RARE


def test_links_and_steps_are_as_frequent_as_the_paper_says():
    # One removed link in 53 is one that would have been changed, or has just been added: both are below the noise.
    expected = (0.2 * (1 - 0.2 / 54), 0.2 * (1 - 0.2 / 54), 2 / 53 * (1 - 0.2 / 53), 0.0417)
    assert not too_unlikely(Links(), expected)
    assert too_unlikely(Links(add=0.23), expected)
    assert too_unlikely(Links(weight_rate=2.1), expected)
    assert too_unlikely(Links(bias_rate=0.044), expected)


@pytest.mark.parametrize("column", ["added", "removed", "weight"])
def test_which_link_and_which_weight_is_uniform(column):
    row, after = mutants(Links(add=1.0, remove=0.0) if column != "removed" else Links(add=0.0, remove=1.0))
    old, new = row[NET.link_loci], after[:, NET.link_loci]
    differing = (old == 0) & (new > 0) if column != "removed" else (old > 0) & (new == 0)
    if column == "weight":
        _, after = mutants(Links(add=1.0, remove=0.0, weight_rate=0.0))
        new = after[:, NET.link_loci]
        counts = np.bincount(new[(old == 0) & (new > 0)], minlength=5)[1:]
    else:
        counts = differing.sum(axis=0)[(old == 0) if column == "added" else (old > 0)]
    assert len(counts) == (4 if column == "weight" else 53)
    assert stats.chisquare(counts).pvalue > RARE
    skewed = counts.copy()
    skewed[0] += int(6 * np.sqrt(counts.mean()))
    assert stats.chisquare(skewed).pvalue < 0.01


def test_founders_have_as_many_links_as_attempts_leave():
    founding = Founding(NET, (), Links(), 3, 4000)
    n_links = np.count_nonzero(NET.weights(RandomLinks().found(founding)), axis=1)
    kept = 1 - 1 / NET.n_links
    expected = np.mean([NET.n_links * (1 - kept**attempts) for attempts in range(121)])
    assert abs(n_links.mean() - expected) < 5 * n_links.std() / np.sqrt(4000)
    assert n_links.min() == 0
    exactly = np.count_nonzero(NET.weights(RandomLinks(attempts=(1, 1)).found(founding)), axis=1)
    assert set(exactly.tolist()) == {1}
    biases = NET.biases(RandomLinks().found(founding))
    assert stats.chisquare(np.bincount(biases.ravel() + 2)).pvalue > RARE


def test_attempts_go_upwards():
    with pytest.raises(ValueError, match="attempts go from 5 down to 4"):
        RandomLinks(attempts=(5, 4))
    assert RandomLinks().mistake(TernaryNet().encode(truth_table_inputs(2), 1), ()) is None

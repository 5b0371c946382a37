"""Mutation per genome, gene, locus and bit: how many are hit, which, and what they become."""

from __future__ import annotations

from decimal import Decimal
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from evomod.errors import InputError
from evomod.genotypes.circuit import Circuit
from evomod.goals.base import truth_table_inputs
from evomod.rng import MUTATION, Stream, below
from evomod.variation.base import binomial_thresholds, draw_units
from evomod.variation.flip_bit import FlipBit
from evomod.variation.redraw import Redraw
from evomod.variation.variation import Variation
from tests.contracts.test_variation import N, generations, offspring
from tests.generators import binary_encodings, encodings, examples, logic_gates, rates, seeds

units = st.sampled_from(["genome", "gene", "locus"])


def drawn_by_hand(i, n_units, rate, seed, generation):
    """The hit units of individual i, with two words each: as many as is binomial, none twice."""
    share, stream = Decimal(rate), Stream(seed, generation, i, MUTATION)
    words = stream.words(4 + 8 * n_units).tolist()
    n_hits, total = 0, Decimal(0)
    for k in range(n_units):
        total += comb(n_units, k) * (share**k if k else 1) * (1 - share) ** (n_units - k)
        n_hits += words[0] >= int(total * 2**32)
    found, draw = {}, 1
    while len(found) < n_hits:
        if 4 * draw == len(words):
            words = stream.words(2 * len(words)).tolist()
        first, second, third, _ = words[4 * draw : 4 * draw + 4]
        found.setdefault(int(below(first, n_units)), (second, third))
        draw += 1
    return found


@pytest.mark.jitless
@given(n=st.integers(1, 200), rate=rates | st.floats(0, 0.05))
@examples(100)
def test_thresholds_are_the_binomial_distribution(n, rate):
    thresholds = binomial_thresholds(n, rate)
    assert thresholds.dtype == np.uint64
    assert (np.diff(thresholds.astype(float)) >= 0).all()
    expected = binom.cdf(np.arange(n), n, rate)
    assert np.allclose(thresholds / 2**32, expected[: len(thresholds)], atol=1e-9)
    assert (expected[len(thresholds) :] > 1 - 1e-9).all()


@pytest.mark.jitless
@pytest.mark.parametrize("n", [1, 2, 25, 104, 750])
def test_at_rate_0_nobody_is_hit_and_at_rate_1_everybody(n):
    assert binomial_thresholds(n, 0.0).tolist() == [2**32]
    assert binomial_thresholds(n, 1.0).tolist() == [0] * n


@pytest.mark.jitless
def test_the_lowest_word_hits_everything_at_rate_1_and_nothing_at_rate_0():
    generation = 2480436328  # one place in 2^32, found by looking
    assert Stream(1, generation, 0, MUTATION).words(1)[0] == 0
    for rate, n_hits in ((0.0, 0), (0.5, 0), (1.0, 5)):
        hit, words = np.zeros(5, np.int64), np.zeros((5, 2), np.uint32)
        assert draw_units(0, 5, binomial_thresholds(5, rate), 1, generation, hit, words) == n_hits


@pytest.mark.jitless
@given(n=st.integers(1, 60), rate=rates, seed=seeds, generation=generations, i=st.integers(0, 10**6))
@examples(100)
def test_units_are_those_that_one_draws_by_hand_none_twice(n, rate, seed, generation, i):
    hit, words = np.full(n, -1), np.zeros((n, 2), np.uint32)
    n_hits = draw_units(i, n, binomial_thresholds(n, rate), seed, generation, hit, words)
    expected = drawn_by_hand(i, n, rate, seed, generation)
    assert hit[:n_hits].tolist() == list(expected)
    assert [tuple(row) for row in words[:n_hits].tolist()] == list(expected.values())
    assert (hit[n_hits:] == -1).all()


@pytest.mark.jitless
@given(data=st.data(), per=units, rate=rates, deletion=rates, seed=seeds)
@examples(100)
def test_redraw_is_what_one_writes_by_hand(data, per, rate, deletion, seed):
    encoding, population = data.draw(offspring(encodings(max_inputs=4, max_nodes=14)))
    if not deletion and per == "genome":
        per = "gene"  # the common case has a kernel and tests of its own
    before, n_kept = population.genomes.copy(), population.n_kept
    Redraw(rate=rate, per=per, deletion=deletion).mutate(encoding, population, seed)
    genes = [np.flatnonzero(encoding.gene == g).tolist() for g in range(encoding.gene[-1] + 1)]
    loci = {"genome": [list(range(encoding.n_loci))], "gene": genes, "locus": [[j] for j in range(encoding.n_loci)]}
    for i in range(n_kept, N):
        genome = before[i].tolist()
        for unit, (first, second) in drawn_by_hand(i, len(loci[per]), rate, seed, population.generation).items():
            members = loci[per][unit]
            whole, rest = divmod(first * len(members), 2**32)
            locus = members[whole]
            if encoding.twin[locus] >= 0 and rest < int(deletion * 2**32):
                genome[locus] = genome[encoding.twin[locus]]
            else:
                genome[locus] = int(below(second, int(encoding.alleles[locus])))
        assert population.genomes[i].tolist() == genome
    assert np.array_equal(population.genomes[:n_kept], before[:n_kept])


@pytest.mark.jitless
@given(data=st.data(), rate=rates, seed=seeds)
@examples(60)
def test_bits_flip_as_one_flips_them_by_hand(data, rate, seed):
    encoding, population = data.draw(offspring(binary_encodings()))
    before = population.genomes.copy()
    FlipBit(rate=rate, per="bit").mutate(encoding, population, seed)
    loci, masks = encoding.bits
    for i in range(population.n_kept, N):
        genome = before[i].tolist()
        for bit in drawn_by_hand(i, len(loci), rate, seed, population.generation):
            if loci[bit] >= 0:
                genome[loci[bit]] ^= int(masks[bit])
        assert population.genomes[i].tolist() == genome


@pytest.mark.jitless
@given(data=st.data(), per=units, seed=seeds)
@examples(60)
def test_with_deletion_1_a_hit_source_is_that_of_its_twin(data, per, seed):
    encoding, population = data.draw(offspring(encodings(max_inputs=4)))
    before = population.genomes.copy()
    Redraw(rate=1.0, per=per, deletion=1.0).mutate(encoding, population, seed)
    after, twin = population.genomes[population.n_kept :], encoding.twin
    differing = (after != before[population.n_kept :]) & (twin >= 0)
    assert (after[differing] == after[:, np.maximum(twin, 0)][differing]).all()
    links = np.flatnonzero((twin >= 0) & (twin > np.arange(len(twin))))
    one_per_gate = after[:, links] == after[:, twin[links]]
    assert per == "genome" or one_per_gate.all() or encoding.stride == 3


@pytest.mark.jitless
def test_units_cover_the_genome():
    encoding = Circuit(n_gates=5, gates=("nand", "or")).encode(truth_table_inputs(3), 2)
    assert encoding.units["genome"].tolist() == [0, 17]
    assert encoding.units["gene"].tolist() == [0, 3, 6, 9, 12, 15, 17]
    assert encoding.units["locus"].tolist() == list(range(18))
    assert encoding.twin.tolist() == [1, 0, -1, 4, 3, -1, 7, 6, -1, 10, 9, -1, 13, 12, -1, -1, -1]


def test_deletion_is_refused_where_no_part_has_two_sources():
    class Bare:
        twin = np.full(4, -1)

    assert Redraw(deletion=0.0).mistake(Bare()) is None
    assert Redraw(deletion=0.1).mistake(Bare())[0] == "deletion"
    with pytest.raises(InputError, match="needs a power of two"):
        logic_gates(genotype=Circuit(n_gates=11), variation=Variation(mutation=FlipBit(per="bit")))

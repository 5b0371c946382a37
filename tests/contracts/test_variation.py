"""What every mutation and every crossover keeps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.errors import InputError
from evomod.genotypes.base import Genotype
from evomod.genotypes.circuit import Circuit
from evomod.genotypes.ternary_net import TernaryNet
from evomod.genotypes.weighted_net import WeightedNet
from evomod.goals.base import truth_table_inputs
from evomod.rng import CROSSOVER, MUTATION, Stream
from evomod.variation.base import Crossover, Mutation
from evomod.variation.crossovers import NoCrossover, OnePoint
from evomod.variation.flip_bit import FlipBit
from evomod.variation.links import Links
from evomod.variation.redraw import Redraw
from evomod.variation.variation import Variation
from evomod.variation.weights import Product, Sum
from tests.generators import (
    binary_encodings,
    components,
    encodings,
    evaluated,
    examples,
    genomes,
    ones,
    seeds,
    shipped,
)

N = 12
every_mutation = pytest.mark.parametrize("cls", shipped(Mutation).values(), ids=shipped(Mutation))
every_crossover = pytest.mark.parametrize("cls", shipped(Crossover).values(), ids=shipped(Crossover))
any_encoding = st.one_of(*(encodings(cls, max_inputs=4) for cls in shipped(Genotype).values()))
weighted_encodings = encodings(WeightedNet, max_inputs=4)
discrete_encodings = st.one_of(
    *(encodings(cls, max_inputs=4) for cls in shipped(Genotype).values() if cls is not WeightedNet)
)
generations = st.integers(1, 2**32 - 1)


@st.composite
def offspring(draw, strategy=any_encoding):
    """An encoding and a population that has just inherited: evaluated, nobody changed, parents all different."""
    encoding = draw(strategy)
    population = evaluated(encoding, draw(genomes(encoding, N)))
    population.changed[:] = 0
    population.n_kept = draw(st.integers(0, N - 1))
    population.generation = draw(generations)
    population.parents[:] = draw(st.permutations(range(100, 100 + N)))
    population.second_parents[:] = population.parents
    return encoding, population


FITTING = {
    Redraw: discrete_encodings,
    FlipBit: binary_encodings(),
    Links: encodings(TernaryNet, max_inputs=4),
    Sum: weighted_encodings,
    Product: weighted_encodings,
}


def legal_for(cls):
    return offspring(FITTING.get(cls, any_encoding))


def with_rate(cls, rate):
    """All that may happen with this probability."""
    names = {"rate", "add", "remove", "weight_rate", "bias_rate"}
    return cls(**dict.fromkeys(names & cls.model_fields.keys(), rate))


def vary(component, encoding, population, seed):
    operate = component.mutate if isinstance(component, Mutation) else component.cross
    operate(encoding, population, seed)


def genes(encoding, row):
    """The genome as a list of genes, each the bytes of its loci."""
    return [row[encoding.gene == g].tobytes() for g in range(encoding.gene[-1] + 1)]


# Mutation and crossover -----------------------------------------------------------------------------------------------


@pytest.mark.jitless
@pytest.mark.parametrize("cls", [*shipped(Mutation).values(), *shipped(Crossover).values()])
@given(data=st.data(), seed=seeds)
@examples(60)
def test_variation_at_rate_0_is_the_identity(cls, data, seed):
    encoding, population = data.draw(legal_for(cls))
    before = population.storage.copy()
    vary(with_rate(cls, 0.0), encoding, population, seed)
    assert np.array_equal(population.storage, before)
    assert not population.changed.any()
    assert np.array_equal(population.second_parents, population.parents)


@pytest.mark.jitless
@pytest.mark.parametrize("cls", [*shipped(Mutation).values(), *shipped(Crossover).values()])
@given(data=st.data(), seed=seeds)
@examples(100)
def test_alleles_stay_legal_and_those_who_are_kept_stay_as_they_are(cls, data, seed):
    encoding, population = data.draw(legal_for(cls))
    family = Mutation if issubclass(cls, Mutation) else Crossover
    before, n_kept = population.storage.copy(), population.n_kept
    for _ in range(5):
        vary(data.draw(components(family, cls)), encoding, population, seed)
        population.generation = (population.generation + 1) % 2**32
    assert encoding.illegal(population.genomes) is None
    assert np.array_equal(population.storage[:n_kept], before[:n_kept])
    assert not population.changed[:n_kept].any()
    assert not population.storage[:, encoding.n_loci :].any()


@pytest.mark.jitless
@every_mutation
@pytest.mark.parametrize("crossing", shipped(Crossover).values(), ids=shipped(Crossover))
@given(data=st.data(), seed=seeds)
@examples(100)
def test_where_nothing_is_flagged_as_changed_the_phenotype_stands(cls, crossing, data, seed):
    encoding, population = data.draw(legal_for(cls))
    vary(with_rate(crossing, 0.7), encoding, population, seed)
    vary(data.draw(st.just(with_rate(cls, 0.9)) | components(Mutation, cls)), encoding, population, seed)
    fresh = evaluated(encoding, population.genomes)
    stands = population.changed == 0
    n_cases = fresh.responses.shape[-1] * 64
    assert np.array_equal(population.effective[stands], fresh.effective[stands])
    assert np.array_equal(population.settled[stands], fresh.settled[stands])
    assert np.array_equal(population.costs[stands], fresh.costs[stands])
    assert np.array_equal(ones(population, n_cases)[stands], ones(fresh, n_cases)[stands])


@pytest.mark.jitless
@pytest.mark.parametrize(
    ("cls", "purpose", "generation"),
    [(Redraw, MUTATION, 2480436328), (FlipBit, MUTATION, 2480436328), (OnePoint, CROSSOVER, 25889493)],
)
def test_even_the_lowest_word_is_no_hit_at_rate_0_but_is_at_the_smallest_rate(cls, purpose, generation):
    assert Stream(1, generation, 0, purpose).words(1)[0] == 0  # one place in 2^32, found by looking
    encoding = Circuit().encode(truth_table_inputs(4), 2)  # no neutral bits
    for rate in (0.0, 2.0**-32):
        rows = np.arange(N, dtype=np.uint8)[:, None].repeat(encoding.n_loci, axis=1)
        population = evaluated(encoding, rows)
        population.generation = generation
        vary(cls(rate=rate), encoding, population, 1)
        differing = (population.genomes != rows).any(axis=1)
        assert differing.sum() == (0 if rate == 0 else 2 if cls is OnePoint else 1)


@pytest.mark.jitless
@every_mutation
@given(data=st.data(), seed=seeds)
@examples(60)
def test_a_draw_depends_on_its_place_and_on_nothing_else(cls, data, seed):
    encoding, population = data.draw(legal_for(cls))
    n_kept = population.n_kept
    short, all_but_one = evaluated(encoding, population.genomes[: N // 2]), evaluated(encoding, population.genomes)
    for p, kept in ((population, n_kept), (short, min(n_kept, N // 2)), (all_but_one, 1)):
        p.changed[:], p.generation, p.n_kept = 0, population.generation, kept
        vary(with_rate(cls, 0.8), encoding, p, seed)
    for name in ("genomes", "changed"):  # neither the size of the population matters, nor how many are kept
        assert np.array_equal(getattr(population, name)[: N // 2], getattr(short, name))
        assert np.array_equal(getattr(population, name)[max(1, n_kept) :], getattr(all_but_one, name)[max(1, n_kept) :])


# Mutation -------------------------------------------------------------------------------------------------------------


@pytest.mark.jitless
@given(data=st.data(), seed=seeds, rate=st.sampled_from([0.5, 1.0]))
@examples(100)
def test_redraw_touches_at_most_one_locus(data, seed, rate):
    encoding, population = data.draw(legal_for(Redraw))
    before = population.genomes.copy()
    Redraw(rate=rate).mutate(encoding, population, seed)
    assert ((population.genomes != before).sum(axis=1) <= 1).all()


@pytest.mark.jitless
@given(data=st.data(), seed=seeds)
@examples(100)
def test_bit_flips_one_bit_or_a_neutral_one(data, seed):
    encoding, population = data.draw(offspring(binary_encodings()))
    before = population.genomes.copy()
    FlipBit(rate=1.0).mutate(encoding, population, seed)
    flipped = np.unpackbits(population.genomes ^ before, axis=1).sum(axis=1)
    loci, _ = encoding.bits
    assert not flipped[: population.n_kept].any()
    assert (flipped[population.n_kept :] <= 1).all()
    assert (loci < 0).any() or (flipped[population.n_kept :] == 1).all()


def test_the_binary_genome_of_kashtan_and_alon_has_104_bits_four_of_them_neutral():
    loci, masks = Circuit().encode(truth_table_inputs(4), 1).bits
    assert len(loci) == len(masks) == 104
    assert np.bincount(loci + 1).tolist() == [4] * 26
    assert [masks[loci == locus].tolist() for locus in range(25)] == [[1, 2, 4, 8]] * 25


@pytest.mark.parametrize(
    ("circuit", "words"),
    [
        (Circuit(n_gates=11), "15 nodes"),
        (Circuit(gates=("nand", "and", "or")), r"3 kind\(s\)"),
        (Circuit(feedback=False), "feedback"),
    ],
)
def test_bit_is_refused_where_a_pattern_of_bits_would_be_no_address(circuit, words):
    with pytest.raises(InputError, match=words):
        _ = circuit.encode(truth_table_inputs(4), 1).bits


# Crossover ------------------------------------------------------------------------------------------------------------


@pytest.mark.jitless
@every_crossover
@given(data=st.data(), seed=seeds)
@examples(100)
def test_crossover_conserves_the_genes_of_each_position(cls, data, seed):
    encoding, population = data.draw(offspring())
    before = [genes(encoding, row) for row in population.genomes]
    vary(with_rate(cls, 1.0), encoding, population, seed)
    after = [genes(encoding, row) for row in population.genomes]
    for old, new in zip(zip(*before, strict=True), zip(*after, strict=True), strict=True):
        assert sorted(old) == sorted(new)


@pytest.mark.jitless
@given(data=st.data(), seed=seeds, rate=st.sampled_from([0.3, 1.0]))
@examples(100)
def test_children_are_the_head_of_one_parent_and_the_tail_of_the_other(data, seed, rate):
    encoding, population = data.draw(offspring())
    before = {int(p): genes(encoding, row) for p, row in zip(population.parents, population.genomes, strict=True)}
    OnePoint(rate=rate).cross(encoding, population, seed)
    n_crossed = 0
    for first, second, row in zip(population.parents, population.second_parents, population.genomes, strict=True):
        child, one, other = genes(encoding, row), before[int(first)], before[int(second)]
        if first == second:
            assert child == one
        else:
            n_crossed += 1
            assert any(child == one[:cut] + other[cut:] for cut in range(1, len(child)))
            assert population.second_parents[population.parents == second] == first
    assert n_crossed % 2 == 0
    assert not (population.second_parents != population.parents)[: population.n_kept].any()
    one_gene = encoding.gene[-1] == 0  # there is nowhere to cut
    assert rate < 1 or one_gene or n_crossed == (N - population.n_kept) // 2 * 2


@pytest.mark.jitless
@given(data=st.data(), seed=seeds)
@examples(60)
def test_only_genomes_that_differ_afterwards_are_flagged(data, seed):
    encoding, population = data.draw(offspring())
    population.genomes[::2] = population.genomes[0]
    before = population.genomes.copy()
    OnePoint(rate=1.0).cross(encoding, population, seed)
    assert np.array_equal(population.changed == 1, (population.genomes != before).any(axis=1))


def test_only_crossover_makes_a_variation_sexual():
    assert not Variation(crossover=NoCrossover()).sexual
    assert Variation(crossover=OnePoint(rate=0.0)).sexual

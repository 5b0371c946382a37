"""What every genotype keeps: the kernels and the readable phenotype are the same thing, and genomes are legal."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from evomod.component import build, describe
from evomod.genotypes.base import Genotype, draw_genomes
from evomod.genotypes.circuit import Circuit
from evomod.genotypes.weighted_net import WeightedNet
from evomod.goals.base import truth_table_inputs
from tests.generators import (
    STRATEGIES,
    bound,
    components,
    encodings,
    evaluated,
    examples,
    genomes,
    ones,
    seeds,
    shipped,
)

every_genotype = pytest.mark.parametrize("cls", shipped(Genotype).values(), ids=shipped(Genotype))
every_component = pytest.mark.parametrize(
    ("family", "cls"),
    [
        pytest.param(family, cls, id=f"{family.__name__}-{kind}")
        for family in STRATEGIES
        for kind, cls in shipped(family).items()
    ],
)


# Every member ---------------------------------------------------------------------------------------------------------


@pytest.mark.jitless
@every_component
@given(data=st.data())
@examples(30)
def test_a_component_is_built_again_from_its_description(family, cls, data):
    component = data.draw(components(family, cls))
    node = describe(component)
    assert node["kind"] == cls.model_fields["kind"].default
    again = build(family, node)
    assert again == component
    assert type(again) is cls
    assert describe(again) == node


@pytest.mark.jitless
@every_genotype
@given(data=st.data())
@examples(150)
def test_responses_are_those_of_the_phenotype(cls, data):
    encoding, inputs = data.draw(bound(cls))
    rows = data.draw(genomes(encoding, 4))
    population = evaluated(encoding, rows)
    found = ones(population, len(inputs))
    cases = data.draw(st.lists(st.integers(0, len(inputs) - 1), min_size=1, max_size=16, unique=True))
    for i, genome in enumerate(rows):
        phenotype = encoding.develop(genome)
        for r in cases:
            assert [20 * share for share in phenotype.respond(inputs[r])] == list(found[i, :, r])


@pytest.mark.jitless
@every_genotype
@given(data=st.data())
@examples(150)
def test_effective_parts_are_the_gates_of_the_phenotypes_network(cls, data):
    encoding = data.draw(encodings(cls))
    rows = data.draw(genomes(encoding, 8))
    population = evaluated(encoding, rows)
    for i, genome in enumerate(rows):
        roles = encoding.develop(genome).network().roles
        assert population.costs[i, 0] == roles.count("gate")
        assert roles.count("output") == encoding.response_shape[1]


@pytest.mark.jitless
@every_genotype
@given(data=st.data())
@examples(150)
def test_the_benefit_is_the_mean_share_of_time_that_the_phenotype_is_right(cls, data):
    encoding, inputs = data.draw(bound(cls, max_inputs=5))
    rows = data.draw(genomes(encoding, 4))
    targets = np.random.default_rng(data.draw(seeds)).integers(0, 2, (len(inputs), encoding.response_shape[1])) == 1
    population = evaluated(encoding, rows)
    encoding.count_hits(population, np.ones(len(rows), np.uint8), encoding.pack(targets), population.hits)
    for i, genome in enumerate(rows):
        phenotype, right = encoding.develop(genome), 0
        for case, target in zip(inputs, targets, strict=True):
            for share, answer in zip(phenotype.respond(case), target, strict=True):
                right += round(20 * share) if answer else 20 - round(20 * share)
        assert population.hits[i] * 20 * targets.size == encoding.max_hits * right


@pytest.mark.jitless
@every_genotype
@given(data=st.data())
@examples(100)
def test_only_those_who_are_to_be_rescored_get_new_hits(cls, data):
    encoding, inputs = data.draw(bound(cls, max_inputs=4))
    population = evaluated(encoding, data.draw(genomes(encoding, 6)))
    rescored = np.array(data.draw(st.lists(st.integers(0, 1), min_size=6, max_size=6)), np.uint8)
    targets = encoding.pack(np.ones((len(inputs), encoding.response_shape[1]), bool))
    population.hits[:] = -5
    encoding.count_hits(population, rescored, targets, population.hits)
    assert np.array_equal(population.hits == -5, rescored == 0)


@pytest.mark.jitless
@every_genotype
@given(data=st.data())
@examples(100)
def test_only_those_who_changed_are_evaluated(cls, data):
    encoding = data.draw(encodings(cls, max_inputs=4))
    population = evaluated(encoding, data.draw(genomes(encoding, 6)))
    changed = np.array(data.draw(st.lists(st.integers(0, 1), min_size=6, max_size=6)), np.uint8)
    population.changed[:] = changed
    population.settled[:] = 9
    encoding.evaluate(population)
    assert np.array_equal(population.settled == 9, changed == 0)


@pytest.mark.jitless
@every_genotype
@given(data=st.data(), seed=seeds)
@examples(100)
def test_random_genomes_are_legal_and_seeded(cls, data, seed):
    encoding = data.draw(encodings(cls))
    first = encoding.draw(30, seed)
    assert encoding.illegal(first) is None
    assert np.array_equal(first, encoding.draw(30, seed))
    assert np.array_equal(first[10:], encoding.draw(20, seed, 10))
    several = (encoding.alleles > 1).sum() >= 8
    assert not several or not np.array_equal(first, encoding.draw(30, seed ^ 1))


@pytest.mark.parametrize("cls", [cls for cls in shipped(Genotype).values() if cls is not WeightedNet])
@given(data=st.data(), seed=seeds)
@examples(20)
def test_every_allele_is_drawn_in_the_first_generation(cls, data, seed):
    encoding = data.draw(encodings(cls, max_inputs=4, max_nodes=12))
    rows = np.empty((2000, encoding.n_loci), np.uint8)
    draw_genomes(rows, encoding.alleles, seed, 0)
    assert [len(set(column)) for column in rows.T.tolist()] == encoding.alleles.tolist()


@pytest.mark.jitless
@every_genotype
@given(data=st.data())
@examples(100)
def test_loci_genes_and_parts_fit_together(cls, data):
    encoding = data.draw(encodings(cls))
    assert len(encoding.alleles) == len(encoding.gene) == len(encoding.part) == encoding.n_loci
    assert (encoding.alleles >= 1).all()
    assert (np.diff(encoding.gene) >= 0).all()
    assert encoding.gene[0] == 0
    assert set(np.diff(encoding.gene)) <= {0, 1}
    assert set(encoding.part) - {-1} == set(range(encoding.n_parts))


@every_genotype
@given(data=st.data())
@examples(100)
def test_what_stands_in_an_ineffective_part_does_not_matter(cls, data):
    encoding, inputs = data.draw(bound(cls, max_inputs=5))
    rows = data.draw(genomes(encoding, 6))
    before = evaluated(encoding, rows)
    silent = (encoding.part >= 0) & (
        before.effective[:, None] >> np.maximum(encoding.part, 0).astype(np.uint64) & np.uint64(1) == 0
    )
    assume(silent.any())
    after = evaluated(encoding, np.where(silent, data.draw(genomes(encoding, 6)), rows))
    assert np.array_equal(before.effective, after.effective)
    assert np.array_equal(before.settled, after.settled)
    assert np.array_equal(before.costs, after.costs)
    assert np.array_equal(ones(before, len(inputs)), ones(after, len(inputs)))


def test_a_genotype_says_what_does_not_fit():
    assert Circuit(n_gates=60).mistake(4, 1) is None
    assert Circuit(n_gates=61).mistake(4, 1)[0] == "n_gates"
    assert "65 nodes" in Circuit(n_gates=61).mistake(4, 1)[1]
    assert "at most 64" in Circuit(n_gates=4).mistake(4, 65)[1]
    with pytest.raises(ValueError, match="unknown gate 'nannd'"):
        Circuit(gates=("nannd",))
    with pytest.raises(ValueError, match="names a gate twice"):
        Circuit(gates=("nand", "nand"))
    assert truth_table_inputs(3)[6].tolist() == [False, True, True]

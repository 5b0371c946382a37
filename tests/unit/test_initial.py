"""How generation 0 begins: links, neutral drift, mixtures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.engine import evolve
from evomod.errors import InputError
from evomod.genotypes.circuit import Circuit
from evomod.genotypes.ternary_net import TernaryNet
from evomod.genotypes.weighted_net import WeightedNet
from evomod.goals.base import truth_table_inputs
from evomod.initial.base import Founding, Initial
from evomod.initial.mix import Mix, Part
from evomod.initial.random import RandomGenomes
from evomod.population import Population
from evomod.rng import INITIAL, Stream, below
from evomod.variation.base import Mutation
from evomod.variation.redraw import Redraw
from tests.generators import (
    STRATEGIES,
    components,
    encodings,
    evaluated,
    examples,
    logic_gates,
    ones,
    rates,
    seeds,
    shipped,
)

some_encoding = encodings(max_inputs=4, max_nodes=16)
redraws = STRATEGIES[Mutation]["redraw"]


def founding(encoding, seed, n, first=0, mutation=None):
    return Founding(encoding, (), mutation or Redraw(), seed, n, first)


# Every member ---------------------------------------------------------------------------------------------------------


@pytest.mark.jitless
@pytest.mark.parametrize("kind", STRATEGIES[Initial])
@given(data=st.data(), seed=seeds, n=st.integers(1, 20))
@examples(40)
def test_founders_are_legal_and_the_same_again(kind, data, seed, n):
    initial = data.draw(components(Initial, shipped(Initial)[kind]))
    fitting = {"links": encodings(TernaryNet, max_inputs=4), "weights": encodings(WeightedNet, max_inputs=4)}
    encoding = data.draw(fitting.get(kind, some_encoding))
    assert initial.mistake(encoding, ()) is None
    genomes = initial.found(founding(encoding, seed, n))
    assert genomes.shape == (n, encoding.n_loci)
    assert genomes.dtype == np.uint8
    assert encoding.illegal(genomes) is None
    assert np.array_equal(genomes, initial.found(founding(encoding, seed, n)))
    assert initial.files == ()
    assert initial.pinned(founding(encoding, seed, n)) == initial


@pytest.mark.jitless
@given(data=st.data(), seed=seeds, links=st.none() | rates, drift=st.integers(0, 4), cut=st.integers(0, 12))
@examples(40)
def test_a_founder_depends_on_its_place_and_on_nothing_else(data, seed, links, drift, cut):
    encoding, mutation = data.draw(some_encoding), data.draw(redraws)
    initial = RandomGenomes(links=links, drift=drift)
    whole = founding(encoding, seed, 12, mutation=mutation)
    parts = [initial.found(whole.part(0, cut)), initial.found(whole.part(cut, 12 - cut))]
    assert np.array_equal(initial.found(whole), np.concatenate(parts))


# Links ----------------------------------------------------------------------------------------------------------------


def pairs(encoding, genomes):
    """First and second sources of all gates, (n, n_gates)."""
    second = np.flatnonzero((encoding.twin >= 0) & (encoding.twin < np.arange(encoding.n_loci)))
    return genomes[:, encoding.twin[second]], genomes[:, second], encoding.alleles[second]


@pytest.mark.jitless
@given(data=st.data(), seed=seeds)
@examples(60)
def test_without_links_gates_read_one_node_twice_and_with_all_they_read_two(data, seed):
    encoding = data.draw(some_encoding)
    where = founding(encoding, seed, 20)
    first, second, _ = pairs(encoding, RandomGenomes(links=0.0).found(where))
    assert (first == second).all()
    first, second, alleles = pairs(encoding, RandomGenomes(links=1.0).found(where))
    assert ((first != second) == (alleles > 1)).all()


@pytest.mark.jitless
@given(data=st.data(), seed=seeds, links=rates)
@examples(60)
def test_links_change_second_sources_only_and_as_one_does_by_hand(data, seed, links):
    encoding = data.draw(some_encoding)
    free, linked = (RandomGenomes(links=x).found(founding(encoding, seed, 6, 3)) for x in (None, links))
    second = (encoding.twin >= 0) & (encoding.twin < np.arange(encoding.n_loci))
    assert np.array_equal(free[:, ~second], linked[:, ~second])
    for i in range(6):
        for locus in np.flatnonzero(second):
            words = Stream(seed, 0, 3 + i, INITIAL).words(4 * (encoding.n_loci + int(locus) + 1))[-4:].tolist()
            source, alleles = int(linked[i, encoding.twin[locus]]), int(encoding.alleles[locus])
            others = [x for x in range(alleles) if x != source]
            two = words[0] < int(links * 2**32) and others
            assert linked[i, locus] == (others[int(below(words[1], len(others)))] if two else source)


@pytest.mark.jitless
def test_free_sources_agree_as_often_as_chance_says():
    encoding = Circuit().encode(truth_table_inputs(4), 1)
    first, second, _ = pairs(encoding, RandomGenomes().found(founding(encoding, 1, 500)))
    assert abs(np.mean(first == second) - 1 / 16) < 0.02
    first, second, _ = pairs(encoding, RandomGenomes(links=0.7).found(founding(encoding, 1, 500)))
    assert abs(np.mean(first != second) - 0.7) < 0.03


# Neutral drift --------------------------------------------------------------------------------------------------------


def answers(encoding, genomes, n_cases):
    return ones(evaluated(encoding, genomes), n_cases)


@pytest.mark.jitless
@given(data=st.data(), seed=seeds, drift=st.integers(0, 25), links=st.none() | rates)
@examples(60)
def test_drift_leaves_every_answer_as_it_was(data, seed, drift, links):
    encoding, mutation = data.draw(some_encoding), data.draw(redraws)
    where = founding(encoding, seed, 8, mutation=mutation)
    before, after = (RandomGenomes(links=links, drift=d).found(where) for d in (0, drift))
    n_cases = 64 * encoding.response_shape[2]
    assert np.array_equal(answers(encoding, before, n_cases), answers(encoding, after, n_cases))


@pytest.mark.jitless
@given(data=st.data(), seed=seeds, drift=st.integers(1, 6), first=st.integers(0, 3))
@examples(60)
def test_drift_is_mutation_that_is_taken_back_where_an_answer_changes(data, seed, drift, first):
    encoding, mutation = data.draw(some_encoding), data.draw(redraws)
    where = founding(encoding, seed, 5, first, mutation)
    genomes, n_cases = RandomGenomes().found(where), 64 * encoding.response_shape[2]
    for step in range(drift):
        population = Population.empty(first + 5, encoding.n_loci, encoding.response_shape, 0)
        population.genomes[first:], population.n_kept = genomes, first
        population.generation = 2**32 - 1 - step
        mutation.mutate(encoding, population, seed)
        mutants = population.genomes[first:]
        same = answers(encoding, mutants, n_cases) == answers(encoding, genomes, n_cases)
        genomes = np.where(same.all(axis=(1, 2))[:, None], mutants, genomes)
    assert np.array_equal(RandomGenomes(drift=drift).found(where), genomes)


@pytest.mark.jitless
def test_drift_moves_everybody_and_clones_apart():
    encoding = Circuit().encode(truth_table_inputs(4), 1)
    where = founding(encoding, 1, 30)
    before, after = RandomGenomes().found(where), RandomGenomes(drift=60).found(where)
    assert (before != after).any(axis=1).all()
    moves = {tuple(row) for row in (after != before).tolist()}
    assert len(moves) > 20


# Mixtures -------------------------------------------------------------------------------------------------------------


@pytest.mark.jitless
@given(shares=st.lists(st.floats(0.001, 10), min_size=1, max_size=5), n=st.integers(1, 60), seed=seeds)
@examples(60)
def test_places_are_cut_by_shares(shares, n, seed):
    encoding = Circuit(n_gates=5).encode(truth_table_inputs(2), 1)
    links = [k % 2 for k in range(len(shares))]
    initials = [RandomGenomes(links=float(x), drift=1) for x in links]
    mix = Mix(of=tuple(Part(share=s, initial=i) for s, i in zip(shares, initials, strict=True)))
    where = founding(encoding, seed, n, mutation=Redraw(rate=0.0))
    genomes = mix.found(where)
    ends = np.floor(n * np.cumsum(shares) / sum(shares) + 0.5).astype(int)
    starts, same = [0, *ends[:-1]], np.equal(*pairs(encoding, genomes)[:2])
    assert len(genomes) == n
    for a, b, x, initial in zip(starts, ends, links, initials, strict=True):
        assert same[a:b].all() if not x else not same[a:b].any()
        assert np.array_equal(genomes[a:b], initial.found(where)[a:b])


def test_a_mixture_half_and_half():
    parts = (RandomGenomes(links=0.0), RandomGenomes())
    problem = logic_gates(initial=Mix(of=tuple(Part(share=1, initial=part) for part in parts)))
    first = next(evolve(problem, 1)).population.genomes
    same = np.equal(*pairs(problem.encoding, first)[:2]).all(axis=1)
    assert same.tolist() == [True] * 10 + [False] * 10
    free = next(evolve(logic_gates(), 1)).population.genomes
    assert np.array_equal(first[10:], free[10:])


def test_a_beginning_that_cannot_be_is_refused():
    class Bare:
        twin = np.full(4, -1)

    assert RandomGenomes().mistake(Bare(), ()) is None
    assert RandomGenomes(links=0.5).mistake(Bare(), ())[0] == "links"
    mix = Mix(of=(Part(share=1, initial=RandomGenomes()), Part(share=1, initial=RandomGenomes(links=0.5))))
    assert mix.mistake(Bare(), ())[0] == "of[1].initial.links"
    with pytest.raises(InputError, match=r"can only be read by evomod\.run"):
        founding(None, 1, 2).read_run("somewhere", None, False)

"""Crossover carried out again on places instead of alleles says which gene came from which parent."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.lineage.export.inheritance import Crossing
from evomod.population import Population
from evomod.variation.base import Crossover
from evomod.variation.crossovers import NoCrossover
from tests.contracts.test_variation import any_encoding, generations
from tests.generators import components, examples, genomes, seeds, shipped

RECOMBINING = {name: cls for name, cls in shipped(Crossover).items() if cls is not NoCrossover}


@pytest.mark.parametrize("cls", RECOMBINING.values(), ids=RECOMBINING)
@given(data=st.data(), seed=seeds, generation=generations, n=st.sampled_from([12, 600]))
@examples(60)
def test_every_gene_is_that_of_the_parent_who_is_said_to_have_given_it(cls, data, seed, generation, n):
    encoding, crossover = data.draw(any_encoding), data.draw(components(Crossover, cls))
    some = data.draw(genomes(encoding, 12))
    old = some[np.random.default_rng(seed % 2**32).integers(0, 12, n)]
    population = Population.empty(n, encoding.n_loci, (1, 0, 0), 0)
    population.generation, population.n_kept = generation, data.draw(st.integers(0, n - 1))
    population.parents[:] = np.random.default_rng(generation).permutation(n)
    population.second_parents[:] = population.parents
    population.genomes[:] = old[population.parents]
    crossover.cross(encoding, population, seed)

    problem = SimpleNamespace(
        population=n,
        encoding=encoding,
        selection=SimpleNamespace(n_elite=population.n_kept),
        variation=SimpleNamespace(crossover=crossover),
    )
    foreign = Crossing(problem, seed).foreign(generation)
    expected = np.where(foreign[:, encoding.gene], old[population.second_parents], old[population.parents])
    assert np.array_equal(population.genomes, expected)
    assert np.array_equal(foreign.any(axis=1), population.second_parents != population.parents)

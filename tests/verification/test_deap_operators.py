"""What DEAP's operators do to given individuals, against ours; each check must fail on its negative twin."""

from __future__ import annotations

import random

import numpy as np
import pytest
from deap import tools
from scipy.stats import chi2_contingency

from evomod import deap_engine, engine
from evomod.deap_engine.individual import individuals
from evomod.population import Population
from tests.verification.fit import THRESHOLD
from tests.verification.test_deap_twin import SCENARIOS, small

pytestmark = [pytest.mark.verification, pytest.mark.slice]


def alike(one, other):
    """Do two tables of counts come from the same distribution? Chi-square; rare cells are one."""
    table = np.array([np.ravel(one), np.ravel(other)])
    rare = table.sum(axis=0) < 20
    table = np.column_stack([table[:, ~rare], table[:, rare].sum(axis=1)])
    table = table[:, table.sum(axis=0) > 0]
    return table.shape[1] < 2 or chi2_contingency(table).pvalue > THRESHOLD


N, DRAWS = 80, 1500
SELECTIONS = [name for name in SCENARIOS if "selection" in str(SCENARIOS[name])] + ["elite replacement"]


def offspring(scenario, choose):
    """Of individuals whose fitness is fixed: how often each is a parent, and how many different parents there are."""
    problem = small(*SCENARIOS[scenario])
    random.seed(4)
    box = deap_engine.toolbox(problem)
    founders = next(engine.evolve(problem, 6)).population.genomes
    crowd = individuals(problem.encoding, founders)
    population, _ = box.judge.assess(crowd)
    for one, value in zip(crowd, population.fitness.tolist(), strict=True):
        one.fitness.values = (value,)
    parents = np.array([choose(problem, box, crowd, population, draw) for draw in range(DRAWS)])
    different = [len(np.unique(row)) for row in parents]
    return np.bincount(parents.ravel(), minlength=N), np.bincount(different, minlength=N + 1)


def by_deap(problem, box, crowd, population, draw):
    return [one.place for one in box.select(crowd, N)]


def by_ours(problem, box, crowd, population, draw):
    parents, population.generation = np.zeros(N, np.uint32), draw
    problem.selection.choose(box.judge.scorer.rank(population), parents, 1, draw)
    return parents


def by_deap_with_ties_settled_one_by_one(problem, box, crowd, population, draw):
    return [one.place for one in tools.selTournament(crowd, N, problem.selection.size)]


@pytest.mark.parametrize("scenario", SELECTIONS)
def test_both_engines_choose_the_same_parents(scenario):
    assert all(map(alike, offspring(scenario, by_deap), offspring(scenario, by_ours)))


@pytest.mark.parametrize("scenario", ["tournament", "tournament, random ties"])
def test_a_tournament_that_settles_each_tie_afresh_is_another_selection(scenario):
    there = offspring(scenario, by_deap_with_ties_settled_one_by_one)
    assert not all(map(alike, there, offspring(scenario, by_ours)))


def test_tournaments_of_another_size_and_other_ties_choose_other_parents():
    ours = offspring("tournament", by_ours)
    assert not all(map(alike, offspring("tournament, random ties", by_deap), ours))
    assert not all(map(alike, offspring("truncation", by_deap), ours))


def crossed(crossover, mate=None):
    """How often each set of genes of a pair was exchanged, by its number; by our kernel or DEAP's way of mating."""
    problem = small(f"variation.crossover={crossover}")
    code, sets = problem.encoding, np.zeros(2**7, int)
    box, founders = deap_engine.toolbox(problem), np.repeat(np.array([[0], [7]], np.uint8), problem.encoding.n_loci, 1)
    population = Population.empty(2, code.n_loci, code.response_shape, 0)
    random.seed(9)
    for population.generation in range(4000):
        population.genomes[:] = founders
        if mate is None:
            problem.variation.crossover.cross(code, population, 1)
        else:
            crowd = individuals(code, founders)
            mate(box, *crowd)
            population.genomes[:] = [one.alleles for one in crowd]
        exchanged = population.genomes[0, code.units["gene"][:-1]] == 7
        sets[exchanged @ (1 << np.arange(7))] += 1
    return sets


CROSSOVERS = ["{kind: one_point, rate: 1}", "{kind: two_point, rate: 1}", "{kind: uniform, rate: 1, swap: 0.3}"]


@pytest.mark.parametrize("crossover", CROSSOVERS)
def test_both_engines_exchange_the_same_genes(crossover):
    ours = crossed(crossover)
    assert alike(crossed(crossover, lambda box, one, other: box.mate(one, other)), ours)
    assert not alike(crossed(crossover, lambda _, one, other: tools.cxUniform(one, other, 0.4)), ours)


def test_two_points_of_deap_as_they_are_would_exchange_others():
    as_they_are = crossed(CROSSOVERS[1], lambda _, one, other: tools.cxTwoPoint(one, other))
    assert not alike(as_they_are, crossed(CROSSOVERS[1]))


def mutated(problem, by_toolbox):
    """How often each locus had which allele after one mutation of a fixed genome, and how many loci were changed."""
    code, n = problem.encoding, 60_000
    genome = (np.arange(code.n_loci) * 3 % 8).astype(np.uint8)
    population = Population.empty(n, code.n_loci, code.response_shape, 0)
    population.genomes[:] = genome
    if by_toolbox:
        random.seed(2)
        box, crowd = deap_engine.toolbox(problem), individuals(code, population.genomes)
        for one in crowd:
            if random.random() < box.mutpb:  # noqa: S311
                box.mutate(one)
        population.genomes[:] = [one.alleles for one in crowd]
    else:
        problem.variation.mutation.mutate(code, population, 1)
    alleles = [np.bincount(column, minlength=8) for column in population.genomes.T]
    changed = (population.genomes != genome).sum(axis=1)
    return np.array(alleles), np.bincount(changed, minlength=code.n_loci + 1)


MUTATIONS = ["elite replacement", "per gene", "per locus", "deletion", "bit", "per bit"]


@pytest.mark.parametrize("scenario", MUTATIONS)
def test_both_engines_mutate_alike(scenario):
    problem = small(*SCENARIOS[scenario])
    theirs, ours = mutated(problem, True), mutated(problem, False)
    for table, other in zip((*theirs[0], theirs[1]), (*ours[0], ours[1]), strict=True):
        assert alike(table, other)
    rate = problem.variation.mutation.rate * 0.6
    fewer = mutated(small(*SCENARIOS[scenario], f"variation.mutation.rate={rate}"), False)
    assert not alike(theirs[1], fewer[1])

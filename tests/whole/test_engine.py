"""The engine as a whole: the same generations from the same seed, wherever one starts, with and without the JIT."""

from __future__ import annotations

import copy
import hashlib
import os
import pickle
import subprocess
import sys
from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.engine import Start, evolve
from evomod.errors import InputError
from evomod.goals.random import RandomGoal
from evomod.kernel import JIT
from evomod.schedules.fixed import Together
from evomod.schedules.orders import Alternating
from evomod.selection.elite_replacement import EliteReplacement
from evomod.variation.crossovers import OnePoint
from evomod.variation.redraw import Redraw
from evomod.variation.variation import Variation
from tests.generators import evaluated, examples, logic_gates, ones, problems, seeds
from tests.whole.problems import PROBLEMS
from tests.whole.scoring import from_scratch

every_problem = pytest.mark.parametrize("problem", PROBLEMS.values(), ids=PROBLEMS)


def snapshot(generation):
    """Everything of one generation that counts; of settled circuits one bit-plane."""
    p, ranking = generation.population, generation.ranking
    arrays = (p.genomes, p.parents, p.n_kept, p.effective, p.settled, p.hits, p.costs, p.fitness, p.second_parents)
    return copy.deepcopy([p.generation, generation.epoch, ranking.order, *arrays, ones(p, 16)])


def run(problem, seed, n, start=None):
    return [snapshot(generation) for generation in islice(evolve(problem, seed, start), n)]


def equal(one, other, skip=()):
    return all(np.array_equal(a, b) for k, (a, b) in enumerate(zip(one, other, strict=True)) if k not in skip)


def digest(problem, seed, n):
    """Of what the compiler may not change: genomes, parents, hits, costs, order."""
    found = hashlib.sha256()
    for _, _, order, genomes_, parents, _, effective, settled, hits, costs, _, second, counts in run(problem, seed, n):
        for array in (order, genomes_, parents, effective, settled, hits, counts):
            found.update(np.ascontiguousarray(array, np.int64).tobytes())
        found.update(costs.tobytes())  # sums of lengths, in the same order with and without the compiler
        if problem.variation.sexual:
            found.update(second.astype(np.int64).tobytes())
    return found.hexdigest()


# Repeatable -----------------------------------------------------------------------------------------------------------


@pytest.mark.jitless
@every_problem
def test_the_same_seed_gives_the_same_generations_and_another_seed_others(problem):
    first, again, other = run(problem, 7, 12), run(problem, 7, 12), run(problem, 8, 12)
    assert all(map(equal, first, again))
    assert not any(map(equal, first, other))


@given(problem=problems(), seed=seeds)
@examples(25)
def test_any_problem_gives_the_same_generations_again(problem, seed):
    assert all(map(equal, run(problem, seed, 8), run(pickle.loads(pickle.dumps(problem)), seed, 8)))  # noqa: S301


@every_problem
@pytest.mark.parametrize("first", [1, 4, 5, 7, 19])
def test_a_run_that_starts_from_any_generation_continues_as_the_whole_one(problem, first):
    whole = run(problem, 3, 40)
    part = run(problem, 3, 40 - first, Start(first, whole[first][3]))
    # Where a run starts nobody has parents yet (4, 5, 11) …
    assert equal(part[0], whole[first], skip=(4, 5, 11))
    # … and from there on nothing can be told apart.
    assert all(map(equal, part[1:], whole[first + 1 :]))


@given(problem=problems(), seed=seeds, first=st.integers(0, 9))
@examples(25)
def test_any_problem_continues_from_any_generation(problem, seed, first):
    whole = run(problem, seed, 14)
    part = run(problem, seed, 14 - first, Start(first, whole[first][3]))
    assert equal(part[0], whole[first], skip=(4, 5, 11))
    assert all(map(equal, part[1:], whole[first + 1 :]))


# Nothing is evaluated twice, and nothing stale is kept ----------------------------------------------------------------


def check_fresh(problem, seed, n):
    """A fresh evaluation of everybody equals what was kept, in every generation and at every switch."""
    switches = 0
    for generation in islice(evolve(problem, seed), n):
        p, epoch = generation.population, generation.epoch
        switches += epoch.start == p.generation
        fresh = evaluated(problem.encoding, p.genomes, problem.fitness.costs, seed)
        for name in ("effective", "settled", "costs"):
            assert np.array_equal(getattr(p, name), getattr(fresh, name)), (name, p.generation)
        assert np.array_equal(ones(p, 16), ones(fresh, 16))
        expected = from_scratch(problem, fresh, p.generation, seed)
        assert generation.hits.keys() == expected.apart.keys()
        for goal, hits in expected.apart.items():
            assert np.array_equal(generation.hits[goal], hits), (goal, p.generation)
        assert np.array_equal(p.hits, expected.hits), p.generation
        assert np.array_equal(p.fitness, expected.fitness), p.generation
        if problem.selection.by_case and expected.apart:
            assert generation.ranking.right.tolist() == expected.right.tolist()
    return switches


@pytest.mark.jitless
@every_problem
def test_at_each_switch_and_between_a_fresh_evaluation_equals_what_was_kept(problem):
    assert check_fresh(problem, 5, 41 if JIT else 12) >= (1 if isinstance(problem.schedule, Together) else 3)


@given(problem=problems(), seed=seeds)
@examples(25)
def test_in_any_problem_a_fresh_evaluation_equals_what_was_kept(problem, seed):
    check_fresh(problem, seed, 12)


@pytest.mark.jitless
@every_problem
def test_who_was_not_varied_is_not_evaluated_again(problem):
    genomes_before = None
    for generation in islice(evolve(problem, 2), 12):
        p = generation.population
        if genomes_before is not None:
            as_the_parent = (p.genomes == genomes_before[p.parents]).all(axis=1)
            assert not p.changed[: p.n_kept].any()
            # What crossover changed, a mutation may have changed back.
            assert problem.variation.sexual or not p.changed[as_the_parent].any()
        else:
            assert p.changed.all()
        genomes_before = p.genomes.copy()


@pytest.mark.jitless
@every_problem
def test_parents_lead_to_what_was_inherited(problem):
    whole = run(problem, 2, 10)
    for old, new in pairwise(whole):
        parents, n_kept, second = new[4], new[5], new[11]
        differing = (new[3] != old[3][parents]).sum(axis=1)
        assert not differing[:n_kept].any()
        most = 1 if problem.variation.mutation.per == "genome" else 6  # of a few hundred, with a mean of 1.3 at most
        asexual = parents == second
        assert asexual.all() or problem.variation.sexual
        assert (differing[asexual] <= most).all()


@pytest.mark.jitless
@every_problem
def test_who_did_not_come_by_crossover_has_its_parent_as_second_parent(problem):
    for generation in islice(evolve(problem, 2), 1, 10):
        p = generation.population
        crossed = p.second_parents != p.parents
        assert not crossed[: p.n_kept].any()
        assert problem.variation.sexual or not crossed.any()


def test_the_population_improves():
    best = [int(generation[8].max()) for generation in run(logic_gates(population=200, elite=60, every=20), 1, 20)]
    assert best[-1] > best[0]


# With and without the JIT ---------------------------------------------------------------------------------------------


@pytest.mark.skipif(not JIT, reason="compares the JIT with this")
def test_the_jit_changes_no_discrete_result():
    code = (
        "from evomod.kernel import JIT\nfrom tests.whole.test_engine import PROBLEMS, digest\nassert not JIT\n"
        "for problem in PROBLEMS.values(): print(digest(problem, 11, 10))"
    )
    root = Path(__file__).parents[2]
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [digest(problem, 11, 10) for problem in PROBLEMS.values()]


# Problems are values --------------------------------------------------------------------------------------------------


@pytest.mark.jitless
@every_problem
def test_problems_are_picklable_and_comparable(problem):
    _ = problem.encoding  # what was computed is not part of the value
    again = pickle.loads(pickle.dumps(problem))  # noqa: S301
    assert again == problem
    assert "encoding" not in vars(again)
    assert equal(run(again, 1, 3)[-1], run(problem, 1, 3)[-1])
    assert replace(problem, population=21) != problem
    assert sum(problem == other for other in PROBLEMS.values()) == 1


@pytest.mark.jitless
def test_problems_that_are_equal_draw_the_same_random_goals():
    # Mappings compare without regard to order, so that order must not matter.
    goals = {"first": RandomGoal(), "second": RandomGoal()}
    one = logic_gates(goals=goals, schedule=Alternating(goals=("first", "second")))
    other = replace(one, goals=dict(reversed(goals.items())))
    assert (one == other) == np.array_equal(one.targets("first", 0, 1), other.targets("first", 0, 1))


@pytest.mark.jitless
def test_genomes_of_the_first_generation_are_legal_and_cover_the_alleles():
    problem = logic_gates(population=400)
    first = next(evolve(problem, 1)).population
    assert (first.genomes < problem.encoding.alleles).all()
    assert set(first.genomes.ravel()) == set(range(16))
    assert np.array_equal(first.parents, np.arange(400))
    assert first.n_kept == 0
    assert first.changed.all()


def test_a_seed_out_of_range_and_foreign_genomes_are_refused_with_a_sentence():
    problem = logic_gates()
    for seed in (-1, 2**63):
        with pytest.raises(InputError, match="a seed must be a whole number from 0"):
            next(evolve(problem, seed))
    good = next(evolve(problem, 1)).population.genomes.copy()
    for bad, words in ((good[:-1], "must be uint8"), (good.astype(np.int64), "must be uint8"), (good | 16, "illegal")):
        with pytest.raises(InputError, match=words):
            next(evolve(problem, 1, Start(0, bad)))


def test_pairs_are_drawn_anew_in_every_generation():
    problem = logic_gates(variation=replace_crossover(rate=1.0))
    pairs = []
    for generation in islice(evolve(problem, 1), 1, 4):
        p = generation.population
        partner = [int(np.flatnonzero(p.parents == q)[0]) for q in p.second_parents]
        pairs.append(tuple(partner))
    assert len(set(pairs)) == 3


def replace_crossover(rate: float) -> Variation:
    return Variation(mutation=Redraw(rate=0), crossover=OnePoint(rate=rate))


def test_random_ties_and_pairs_depend_on_the_seed():
    ranking = EliteReplacement(elite=2, ties="random")
    equal = np.zeros(30)
    orders = {tuple(ranking.rank(equal, seed, generation).order) for seed in (1, 2) for generation in (1, 2)}
    assert len(orders) == 4


def test_crossover_cuts_at_every_gene_boundary():
    problem = logic_gates(population=60, selection=EliteReplacement(elite=2), variation=replace_crossover(rate=1.0))
    gene, cuts, before = problem.encoding.gene, set(), None
    for generation in islice(evolve(problem, 3), 40):
        p = generation.population
        for i in range(p.n_kept, len(p)) if before is not None else ():
            own, other = before[p.parents[i]], before[p.second_parents[i]]
            first = gene[p.genomes[i] != own].min(initial=gene.max() + 1)
            if first <= gene.max() and (own != other)[gene == first - 1].any():  # the gene before it was left alone
                cuts.add(int(first))
        before = p.genomes.copy()
    assert cuts == set(range(1, gene.max() + 1))

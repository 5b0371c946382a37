"""Whole runs under noise and failure: nothing is cached, everything comes again, the best are judged without."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

from evomod import runner, scoring
from evomod.disturbance import Failure, Noise
from evomod.engine import Start, evolve
from evomod.errors import InputError, ScenarioError
from evomod.genotypes.circuit import Circuit
from evomod.genotypes.ternary_net import TernaryNet
from evomod.goals.logic import LogicGoal
from evomod.lineage.comparison import compare
from evomod.lineage.reader import LineageReader
from evomod.lineage.replay import verify
from evomod.lineage.scores import fitness_of, scores
from evomod.measures.assays.adaptation import generations_to
from evomod.measures.assays.competition import compete
from evomod.rerun import rerun
from evomod.scenario import loads
from evomod.schedules.fixed import Together
from evomod.schedules.orders import Alternating
from evomod.scoring import Scorer
from evomod.selection.lexicase import Lexicase
from evomod.selection.nsga2 import Nsga2
from evomod.selection.tournament import Tournament
from tests.generators import logic_gates

DISTURBANCES = {
    "inputs": {"noise": Noise(input=0.1)},
    "targets": {"noise": Noise(target=0.1)},
    "parts": {"failure": Failure(parts=0.1)},
    "links": {"failure": Failure(links=0.1)},
    "all": {"noise": Noise(input=0.05, target=0.05), "failure": Failure(parts=0.05, links=0.05)},
}
WAYS = {
    "elites": {},
    "lexicase": {"selection": Lexicase(elite=2)},
    "tournaments": {"selection": Tournament(size=3, elite=3)},
    "fronts": {"selection": Nsga2(diversity=True), "schedule": Together(goals=("and", "or"))},
    "goals that fade": {"schedule": Alternating(goals=("and", "or"), every=5, fade=3)},
    "nets": {"genotype": TernaryNet(hidden=(4, 2))},
}
TEXT = """
name: disturbed
inputs: [x, y, z, w]
genotype: {kind: circuit, n_gates: 8}
goals: {and: (x ^ y) & (w ^ z), or: (x ^ y) | (w ^ z)}
schedule: {kind: alternating, goals: [and, or], every: 5}
selection: {kind: elite_replacement, elite: 6}
population: 20
generations: 30
seed: 3
noise: {input: 0.05, target: 0.05}
failure: {parts: 0.05, links: 0.05}
record: {genomes_every: 10}
"""

every_disturbance = pytest.mark.parametrize("disturbed", DISTURBANCES.values(), ids=DISTURBANCES)


def course(problem, n, start=None, seed=1):
    return [
        (g.population.genomes.copy(), g.population.fitness.copy(), g.population.hits.copy(), g.fitness.copy())
        for g in islice(evolve(problem, seed, start), n)
    ]


def elites(problem, n=12):
    """Of all who were passed on: fitness now and in the generation before, and clean benefit likewise."""
    found, before = [], None
    for generation in islice(evolve(problem, 1), n):
        p = generation.population
        if before:
            parents = p.parents[: p.n_kept]
            found.append(np.array([p.fitness[: p.n_kept], before[0][parents], p.hits[: p.n_kept], before[1][parents]]))
        before = p.fitness.copy(), p.hits.copy()
    return np.concatenate(found, axis=1)


@pytest.mark.jitless
@every_disturbance
def test_elites_are_scored_again_and_their_benefit_is_what_it_was(disturbed):
    fitness, before, hits, hits_before = elites(logic_gates(every=1000, **disturbed))
    assert (fitness != before).any()
    assert np.array_equal(hits, hits_before)


@every_disturbance
def test_elites_that_were_cached_would_keep_their_score(disturbed, monkeypatch):
    class Cached(Scorer):
        def _disturb(self, population):
            before = population.fitness.copy()
            super()._disturb(population)
            kept = (population.changed == 0) & (population.generation > 0)
            population.fitness[kept] = before[kept]

    monkeypatch.setattr("evomod.engine.Scorer", Cached)
    fitness, before, _, _ = elites(logic_gates(every=1000, **disturbed))
    assert np.array_equal(fitness, before)


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_run_comes_again_wherever_one_begins(way):
    problem = logic_gates(**way, **DISTURBANCES["all"])
    whole = course(problem, 12)
    late = course(problem, 5, Start(7, whole[7][0]))
    for one, other in zip(whole[7:], late, strict=True):
        for a, b in zip(one, other, strict=True):
            assert np.array_equal(a, b)
    assert not np.array_equal(whole[11][1], course(problem, 12, seed=2)[11][1])


def test_how_many_are_disturbed_at_once_changes_nothing(monkeypatch):
    problem = logic_gates(**DISTURBANCES["all"])
    together = course(problem, 6)
    monkeypatch.setattr(scoring, "AT_ONCE", 7)  # of 20
    for one, other in zip(course(problem, 6), together, strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_what_is_never_disturbed_is_as_if_there_were_nothing(way):
    problem, without = logic_gates(**way), logic_gates(**way, noise=Noise(input=2**-40))
    assert without.stochastic
    for one, other in zip(course(problem, 8), course(without, 8), strict=True):
        for a, b in zip(one, other, strict=True):
            assert np.array_equal(a, b)


@pytest.mark.jitless
@every_disturbance
def test_the_champion_is_the_best_without_a_disturbance(disturbed):
    problem = logic_gates(population=40, **disturbed)
    lucky = 0
    for generation in islice(evolve(problem, 1), 20):
        goal = generation.epoch.goal
        found = scores(problem, generation.population.genomes, {goal: problem.targets(goal, 0, 1)}, 1)
        clean = fitness_of(problem, found.benefits[:, 0], found.population.costs)
        assert np.array_equal(generation.fitness, clean)
        place, hits = generation.champion
        assert clean[place] == clean.max()
        assert hits == generation.hits[goal][place] == round(found.benefits[place, 0] * problem.full_hits)
        best = np.flatnonzero(clean == clean.max())
        assert generation.population.fitness[place] == generation.population.fitness[best].max()
        lucky += generation.ranking.order[0] != place
    assert lucky > 0


@pytest.mark.jitless
def test_the_log_is_resumed_verified_and_made_again(tmp_path):
    scenario = loads(TEXT)
    runner.run(scenario, tmp_path / "whole")
    runner.run(scenario.model_copy(update={"generations": 17}), tmp_path / "part")
    runner.resume(tmp_path / "part", generations=30)
    with LineageReader(tmp_path / "whole") as whole, LineageReader(tmp_path / "part") as part:
        assert compare(whole, part).same
        assert verify(whole, scenario.problem) == len(whole.snapshot_generations)
        targets = {goal: scenario.problem.targets(goal, 0, 3) for goal in whole.layout.scored}
        found = scores(scenario.problem, whole.epoch_ends["genome"], targets, 3)
        in_force = found.benefits[np.arange(len(whole.epoch_ends)), whole.epoch_ends["goal"]]
        assert np.array_equal(whole.epoch_ends["benefit"], in_force)
        assert np.array_equal(whole.epoch_ends["fitness"], fitness_of(scenario.problem, in_force, np.zeros((6, 0))))
    assert rerun(tmp_path / "whole").same


def test_assays_wait_for_who_is_perfect_without_a_disturbance():
    problem = logic_gates(genotype=Circuit(gates=("eq", "xor")), noise=Noise(target=1.0))
    always, never = np.zeros((2, 1, 37), np.uint8)
    always[0, -1] = never[0, -1] = 4  # x eq x
    never[0, 2] = 1  # x ^ x
    goal = LogicGoal(outputs=("0",))
    assert generations_to(problem, never, goal, 3, [1]).times.tolist() == [0]
    assert not generations_to(problem, always, goal, 3, [1]).observed.any()  # all who were fittest answered 1
    assert compete(problem, always, never, goal, 2, 5, 1).wins == (2, 0)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("input: 0.05", "input: 1.5", "noise.input: must be at most 1"),
        ("links: 0.05", "links: -1", "failure.links: must be at least 0"),
        (
            "input: 0.05",
            "sigma: 0.5",
            "noise.sigma: is not defined for genotype circuit; possible there: failure.links, failure.parts, ",
        ),
        ("parts: 0.05", "part: 0.05", "failure.part: unknown key (did you mean 'parts'?)"),
        ("seed: 3", "engine: deap", "noise.input: is not known to `engine: deap`; choose `engine: evomod`"),
        ("(x ^ y) | (w ^ z)}", "{kind: modularity}}", "a scenario has goals of one sort"),
    ],
)
def test_a_scenario_that_cannot_be_is_told_where(old, new, said):
    with pytest.raises(ScenarioError) as found:
        loads(TEXT.replace(old, new))
    assert said in str(found.value)


def test_a_network_that_is_asked_for_itself_cannot_be_disturbed():
    text = TEXT.replace("{and: (x ^ y) & (w ^ z), or: (x ^ y) | (w ^ z)}", "{and: {kind: modularity}}")
    with pytest.raises(ScenarioError, match="asks for none; leave it out"):
        loads(text.replace("alternating, goals: [and, or], every: 5", "fixed, goal: and"))


def test_a_problem_made_by_hand_is_told_as_well():
    with pytest.raises(InputError, match=r"noise\.sigma: is not defined for genotype circuit"):
        logic_gates(noise=Noise(sigma=0.1))
    assert logic_gates(genotype=TernaryNet(hidden=(3,)), noise=Noise(sigma=0.1)).stochastic


def test_a_run_without_noise_keeps_its_folder():
    text = TEXT.replace("noise: {input: 0.05, target: 0.05}\nfailure: {parts: 0.05, links: 0.05}\n", "")
    plain, off = loads(text), loads(text + "noise: {input: 0.0}\nfailure: {}\n")
    assert not plain.problem.stochastic
    assert plain.digest() == off.digest() != loads(TEXT).digest()

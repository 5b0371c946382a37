"""A benefit below 1 may be enough: everything that asks who is perfect, or whether a goal is solved, follows."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import evomod
from evomod import specimens
from evomod.campaign.results import numbers, results
from evomod.fitness import Fitness
from evomod.goals.base import Cases, truth_table_inputs
from evomod.lineage.schema import Layout
from evomod.lineage.subfunctions import subfunctions
from evomod.lineage.switches import switches
from evomod.measures.assays.adaptation import generations_to
from evomod.measures.assays.mutation_effects import mutation_effects
from evomod.measures.evolvability import Evolvability, solving
from evomod.measures.lesions import Lesions
from evomod.measures.redundancy import Redundancy
from evomod.measures.robustness import Robustness
from evomod.measures.specialisation import Specialisation
from evomod.publication.methods import sections
from evomod.recording import layout_of
from evomod.report.story_summary import milestones
from evomod.report.summary import as_text, summarise
from evomod.runner import open_run
from evomod.scenario import Scenario, loads
from tests.generators import logic_gates

TEXT = """\
name: enough
inputs: [a, b, c, d, e, f, g, h]
genotype: {kind: circuit, n_gates: 6, feedback: false}
goals:
  and: {kind: retina, sample: 40}
  or: {kind: retina, ask: left | right, sample: 40}
schedule: {kind: alternating, goals: [and, or], every: 5}
fitness: {success: 0.67}
selection: {kind: elite_replacement, elite: 6}
population: 16
generations: 22
seed: 1
record: {genomes_every: 1}
"""


def scenario(success: float = 0.67) -> Scenario:
    return loads(TEXT.replace("0.67", str(success)))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("success") / "run"
    evomod.run(scenario(), folder)
    return folder


def benefits(run: Path) -> list[np.ndarray]:
    """Of everybody in each generation on the goal in force, counted anew from the genomes, case by case."""
    with open_run(run) as log:
        problem, found = log.evolved, []
        for generation in range(log.n_generations):
            asked = problem.cases(problem.epoch(generation, 1).goal, 0, 1)
            inputs, wanted = asked.inputs[asked.counted], asked.targets[asked.counted, 0]
            circuits = [problem.encoding.develop(genome) for genome in log.population(generation)]
            answers = np.array([[circuit.respond(row)[0] for row in inputs] for circuit in circuits])
            found.append((answers == wanted).mean(axis=1))
    return found


def test_perfect_is_who_reaches_the_threshold_and_solved_is_when_somebody_does(run: Path) -> None:
    counted = benefits(run)
    with open_run(run) as log:
        n_perfect = log.generations["n_perfect"].tolist()
        assert n_perfect == [int((of_generation >= 0.67).sum()) for of_generation in counted]
        assert 0 in n_perfect
        assert max(n_perfect) > 0
        np.testing.assert_allclose(log.generations["best_benefit"], [max(b) for b in counted])
        first = next(g for g, n in enumerate(n_perfect) if n and log.layout.goals[log.generations["goal"][g]] == "or")
        assert log.checkpoint.state["solved"]["or"] == first


def test_recovery_specimens_and_summaries_follow(run: Path) -> None:
    with open_run(run) as log:
        n_perfect = log.generations["n_perfect"]
        for row in switches(log):
            there = np.flatnonzero(n_perfect[row["generation"] : row["stop"]])
            np.testing.assert_equal(row["recovery"], there[0] if len(there) else np.nan)
        ends = log.epoch_ends["benefit"]
        found = specimens.epoch_ends(log, "all", perfect=True)
        assert [one.benefit for one in found] == [b for b in ends if b >= 0.67]
        assert 0 < len(found) < len(ends)
        assert all(one.benefit >= 0.67 for one in specimens.champions(log, perfect=True))
        story = log.story("last")
        told = milestones(story, subfunctions(story), switches(log))
        for goal, own in zip(story.goals, story.steps["benefits"].T, strict=True):
            steps = [k for k, texts in told.items() if any(f"perfect on {goal}" in text for text in texts)]
            assert steps == np.flatnonzero(own >= 0.67)[:1].tolist()
        assert (story.steps["benefits"] >= 0.67).any()
        summary = summarise(run)
        assert summary["recent_epochs"]["n_perfect"] == len(found)
        assert "mean a benefit of 0.67 or more" in as_text(summary)
        assert set(results(log)) - {"reason", "births", "best.goal", "population.goal"} <= set(numbers(scenario())) | {
            f"last_epoch_ends.{goal}.goal" for goal in ("and", "or")
        }


def test_the_summary_tells_the_accuracy_on_all_patterns_beside_the_sample(run: Path) -> None:
    best = summarise(run)["best"]
    with open_run(run) as log:
        row = log.champions[(log.champions["generation"] == best["generation"])][0]
        circuit, goal = log.evolved.encoding.develop(row["genome"]), log.evolved.goals[best["goal"]]
        table = goal.table(log.evolved.inputs)
        right = [circuit.respond(x)[0] == wanted for x, wanted in zip(truth_table_inputs(8), table, strict=True)]
    assert best["accuracy_all"] == np.mean(right)
    assert best["accuracy_all"] != best["benefit"]


def test_a_goal_that_asks_everything_has_no_second_accuracy(tmp_path: Path) -> None:
    evomod.run(loads(TEXT.replace(", sample: 40", "").replace("22", "2")), tmp_path / "run")
    assert "accuracy_all" not in summarise(tmp_path / "run")["best"]


def test_a_log_with_threshold_1_says_what_it_always_said(tmp_path: Path) -> None:
    whole = layout_of(scenario(1.0))
    assert "success" not in json.loads(whole.to_json())
    assert Layout.from_json(whole.to_json()) == whole
    assert Layout.from_json(layout_of(scenario()).to_json()).success == 0.67


def test_a_threshold_is_another_experiment_and_that_of_1_the_same_as_ever() -> None:
    assert scenario(0.67).digest() != scenario(1.0).digest()
    assert scenario(1.0).digest() == loads(TEXT.replace("fitness: {success: 0.67}\n", "")).digest()


def test_adaptation_waits_for_the_threshold_alone() -> None:
    problem = logic_gates(fitness=Fitness(success=0.75))  # what a constant answer has
    genomes = np.random.default_rng(1).integers(0, 16, (20, problem.encoding.n_loci)).astype(np.uint8)
    assert generations_to(problem, genomes, "or", 3, [1]).times[0] == 0
    assert not generations_to(logic_gates(), genomes, "or", 3, [1]).observed[0]


def test_a_function_solves_a_goal_where_enough_of_the_counted_cases_are_right() -> None:
    targets = np.array([[1], [1], [0], [0]], bool)
    cases = Cases(truth_table_inputs(2), targets, np.array([1, 1, 1, 0], bool))
    tables = np.array([[1, 1, 0, 1], [1, 0, 0, 0], [0, 0, 1, 0]], bool)
    assert solving(tables, cases, 1.0).tolist() == [True, False, False]
    assert solving(tables, cases, 0.6).tolist() == [True, True, False]
    assert solving(tables, replace(cases, counted=None), 1.0).tolist() == [False, False, False]


def test_the_methods_paragraph_says_it() -> None:
    text = sections(scenario())["fitness"]
    assert "40 of the 256 rows of the truth table, drawn at random once for each run" in text
    assert "counted as solved from a benefit of 0.67 on" in text


def test_who_is_measured_answers_all_patterns_whichever_the_run_drew(run: Path) -> None:
    with open_run(run) as log:
        some, seed = specimens.champions(log), int(log.attributes["seed"])
    problem = some[0].problem
    assert problem is not None
    assert seed
    assert (problem.targets("and", 0, seed) != problem.targets("and", 0, 0)).any()
    for measure in (Lesions(samples=3), Redundancy(), Specialisation(), Robustness(), Evolvability()):
        found = measure.take(some)
        assert np.isfinite(found).any()
        assert np.array_equal(found, measure.take([replace(s, problem=problem.whole) for s in some]), equal_nan=True)
    genome = max((s.genome for s in some), key=lambda one: len(problem.encoding.develop(one).effective()))
    modules = dict.fromkeys((*problem.inputs, *(f"g{g}" for g in range(6))), 0)
    of_sample, of_all = (mutation_effects(p, genome, "and", modules) for p in (problem, problem.whole))
    assert of_all.within.any()
    assert np.array_equal(of_sample.within, of_all.within)

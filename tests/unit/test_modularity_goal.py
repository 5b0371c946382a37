"""A goal that is no task: networks of a given modularity, or of the greatest."""

from itertools import islice
from pathlib import Path

import numpy as np
import pytest

import evomod
from evomod.errors import ScenarioError
from evomod.goals.modularity import ModularityGoal
from evomod.measures.base import Specimen
from evomod.measures.q import Q
from evomod.problem import STRUCTURAL_HITS

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SMALL = ["population=40", "selection.elite=12", "seed=1"]

# Two triangles joined by one edge: 7 edges, Q = 2 (3/7 - (7/14)²) = 5/14.
TRIANGLES = np.array([[0b000110, 0b000101, 0b001011, 0b110100, 0b101000, 0b011000]], np.uint64)


def test_the_benefit_is_q() -> None:
    assert ModularityGoal().grade(TRIANGLES) == pytest.approx([5 / 14])


@pytest.mark.parametrize(
    ("reach", "benefit"), [(5 / 14, 1), (5 / 14 + 0.005, 1), (5 / 14 + 0.11, 0.9), (0.0, 1 - 5 / 14 + 0.01)]
)
def test_the_benefit_falls_with_the_distance_from_what_is_wanted(reach: float, benefit: float) -> None:
    assert ModularityGoal(reach=reach).grade(TRIANGLES) == pytest.approx([benefit])


def test_a_network_without_links_has_no_benefit() -> None:
    assert ModularityGoal().grade(np.zeros((2, 4), np.uint64)) == pytest.approx([0, 0])


def test_everybody_is_scored_by_the_modularity_that_the_measure_finds() -> None:
    scenario = evomod.load(SCENARIOS / "logic_gates_q_max.yaml", SMALL)
    problem = scenario.problem
    for generation in islice(evomod.evolve(problem, 1), 4):
        population = generation.population
        specimens = [Specimen(f"{i}", problem=problem, genome=genome) for i, genome in enumerate(population.genomes)]
        q = np.nan_to_num(Q().take(specimens)[:, 0])
        assert population.hits / STRUCTURAL_HITS == pytest.approx(np.clip(q, 0, 1), abs=1 / STRUCTURAL_HITS)


def test_modularity_rises_and_a_given_one_is_reached(tmp_path: Path) -> None:
    scenario = evomod.load(SCENARIOS / "logic_gates_q_max.yaml", [*SMALL, "generations=30"])
    evomod.run(scenario, tmp_path / "max")
    with evomod.open_run(tmp_path / "max") as log:
        best = log.generations["best_benefit"]
    assert (np.diff(best) >= 0).all() or best[-1] > best[0]
    assert 0.45 < best[-1] < 1

    scenario = evomod.load(SCENARIOS / "logic_gates_same_q.yaml", [*SMALL, "generations=300"])
    assert "all goals were solved" in evomod.run(scenario, tmp_path / "same").reason
    with evomod.open_run(tmp_path / "same") as log:
        end = log.champions[-1]
    specimen = Specimen("end", problem=scenario.problem, genome=end["genome"])
    assert end["benefits"][0] == 1
    assert abs(Q().take([specimen])[0, 0] - 0.516) <= 0.01 + 1e-6


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (["goals.task=x ^ y"], "asks for a network, and 'task' for answers"),
        (["selection={kind: lexicase}"], "looks at single cases"),
        (
            ["goals.other={kind: modularity, reach: 0.3}", "schedule={kind: together, goals: [modular, other]}"],
            "with others",
        ),
        (["goals.modular.reach=2"], "must be less than 1"),
    ],
)
def test_what_does_not_go_with_such_a_goal_is_said(settings: list[str], message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        evomod.load(SCENARIOS / "logic_gates_q_max.yaml", settings)

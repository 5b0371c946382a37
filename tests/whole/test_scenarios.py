"""The scenarios that ship: they run, they say where each number comes from, and siblings differ in one arm only."""

import re
from itertools import islice
from pathlib import Path

import pytest

import evomod
from evomod.scenario import Scenario

FILES = sorted((Path(__file__).parents[2] / "scenarios").glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_scenario_runs_three_generations(path: Path, tmp_path: Path) -> None:
    scenario = evomod.load(path, ["generations=3", "seed=1"])
    assert evomod.run(scenario, tmp_path / "run").generation == 3
    assert [g.population.generation for g in islice(evomod.evolve(scenario.problem, 1), 3)] == [0, 1, 2]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_scenario_says_where_it_comes_from_and_what_to_see(path: Path) -> None:
    header = path.read_text(encoding="utf-8").split("\nname:")[0]
    assert all(word in header for word in ("Source:", "doi", "Question:", "Expect:", "Siblings:"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_parameter_names_its_source(path: Path) -> None:
    body = "name:" + path.read_text(encoding="utf-8").split("\nname:")[1]
    for line in body.splitlines():
        if re.search(r": *\S", line.split("#")[0]) and not re.match(
            r"(name|seed|record|  kind: circuit|  costs)", line
        ):
            assert "#" in line or line.startswith(("  and:", "  or:", "  goals:")), line


def test_siblings_differ_in_their_schedule_alone() -> None:
    scenarios: dict[str, Scenario] = {path.stem: evomod.load(path) for path in FILES}
    base = scenarios["logic_gates"].resolved()
    allowed = {"name", "schedule", "generations", "stop"}
    for name in ("logic_gates_fixed", "logic_gates_random"):
        other = scenarios[name].resolved()
        assert {key for key in base if base[key] != other[key]} <= allowed | {"goals"}, name
        assert {goal: other["goals"][goal] for goal in base["goals"]} == base["goals"]


def test_ka05_is_as_published() -> None:
    scenario = evomod.load(FILES[0].with_name("logic_gates.yaml"))
    assert (scenario.population, scenario.selection.n_elite) == (1000, 300)
    (cost,) = scenario.fitness.costs
    assert (cost.kind, cost.weight, cost.above) == ("gates", 0.2, 11)
    assert scenario.problem.encoding.n_loci == 25
    assert scenario.variation.mutation.model_dump() == {"kind": "redraw", "rate": 0.7}

"""A campaign file says which runs there are; every mistake is answered with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from evomod.campaign import load
from evomod.campaign.file import json_schema
from evomod.errors import ScenarioError
from tests.whole.campaigns import CAMPAIGN, write_files


@pytest.fixture
def mistakes(tmp_path: Path):
    """The lines with which a file is refused, without the folder's name."""

    def told(text: str, *settings: str) -> list[str]:
        with pytest.raises(ScenarioError) as error:
            load(write_files(tmp_path, text), settings)
        return [line.replace(f"{tmp_path}/", "") for line in error.value.lines]

    return told


def test_conditions_and_grid_make_every_combination_with_the_grid_inside(tmp_path: Path) -> None:
    plan = load(write_files(tmp_path))
    assert plan.factors == ("condition", "population")
    assert [tuple(cell.levels.values()) for cell in plan.cells] == [("MVG", 20), ("MVG", 30), ("FG", 20), ("FG", 30)]
    assert [cell.scenario.schedule.kind for cell in plan.cells] == ["alternating"] * 2 + ["fixed"] * 2
    assert [cell.scenario.population for cell in plan.cells] == [20, 30, 20, 30]
    assert {cell.scenario.generations for cell in plan.cells} == {120}
    assert [cell.label for cell in plan.cells][1] == "MVG, population=30"
    assert len(plan) == 12
    runs = [plan[k] for k in range(12)]
    assert [(run.cell, run.seed) for run in runs[:5]] == [(0, 1), (1, 1), (2, 1), (3, 1), (0, 2)]
    assert runs[6].folder == "runs/2-FG/s2"
    assert len({run.folder for run in runs}) == 12


def test_without_conditions_and_grid_there_is_one_cell_without_factors(tmp_path: Path) -> None:
    plan = load(write_files(tmp_path, "{name: one, scenario: tiny.yaml, runs: 2, seed: 5}"))
    assert plan.factors == ()
    assert [plan[k].seed for k in range(2)] == [5, 6]
    assert plan[0].folder == "runs/0/s5"


def test_conditions_in_a_list_are_named_by_what_they_say(tmp_path: Path) -> None:
    text = "{name: n, scenario: tiny.yaml, conditions: [{population: 20, selection.elite: 5}, {}]}"
    plan = load(write_files(tmp_path, text))
    assert [cell.levels["condition"] for cell in plan.cells] == ["population=20, selection.elite=5", "as it is"]
    assert plan.cells[0].scenario.selection.elite == 5


def test_values_of_a_grid_may_have_names_and_insides(tmp_path: Path) -> None:
    text = """
name: n
scenario: tiny.yaml
grid:
  selection: {replace: {kind: elite_replacement, elite: 5}, duel: {kind: tournament, size: 2}}
  variation.mutation: [{kind: redraw, rate: 0.5}, {kind: bit, rate: 0.5}]
"""
    plan = load(write_files(tmp_path, text))
    assert [cell.levels["selection"] for cell in plan.cells] == ["replace"] * 2 + ["duel"] * 2
    assert plan.cells[0].levels["variation.mutation"] == '{"kind":"redraw","rate":0.5}'
    assert [cell.scenario.selection.kind for cell in plan.cells] == ["elite_replacement"] * 2 + ["tournament"] * 2


def test_a_condition_may_have_a_scenario_of_its_own_and_the_file_none(tmp_path: Path) -> None:
    write_files(tmp_path)
    (tmp_path / "other.yaml").write_text((tmp_path / "tiny.yaml").read_text().replace("name: tiny", "name: other"))
    path = tmp_path / "c.yaml"
    path.write_text("{name: n, conditions: {a: {scenario: tiny.yaml}, b: {scenario: other.yaml, population: 99}}}")
    plan = load(path)
    assert [cell.scenario.name for cell in plan.cells] == ["tiny", "other"]
    assert plan.cells[1].scenario.population == 99


def test_settings_change_every_run(tmp_path: Path) -> None:
    plan = load(write_files(tmp_path), ["generations=7"])
    assert {cell.scenario.generations for cell in plan.cells} == {7}
    assert plan.digest() != load(tmp_path / "small.yaml").digest()


def test_the_seed_of_the_scenario_plays_no_part(tmp_path: Path) -> None:
    path = write_files(tmp_path)
    before = load(path)
    tiny = tmp_path / "tiny.yaml"
    tiny.write_text(tiny.read_text().replace("seed: 1", "seed: 2"))
    assert load(path).digest() == before.digest()
    assert load(path).cells[0].scenario.seed is None


def test_how_often_a_campaign_is_run_does_not_make_it_another(tmp_path: Path) -> None:
    path = write_files(tmp_path)
    more = write_files(tmp_path / "more", CAMPAIGN.replace("runs: 3", "runs: 4\nresults: [best.gates]"))
    assert load(path).digest() == load(more).digest()
    other = write_files(tmp_path / "other", CAMPAIGN.replace("[20, 30]", "[20, 40]"))
    assert load(path).digest() != load(other).digest()


def test_a_key_of_the_grid_that_does_not_exist_is_told_with_its_line(mistakes) -> None:
    (line, second) = mistakes("name: n\nscenario: tiny.yaml\ngrid:\n  schedule.evry: [5, 20]\n")
    assert line == "small.yaml:4:19: schedule.evry=5: schedule.evry: unknown key (did you mean 'every'?) [got 5]"
    assert second.startswith("small.yaml:4:22: schedule.evry=20: ")


def test_a_value_that_cannot_be_is_told_with_its_line(mistakes) -> None:
    text = "name: n\nscenario: tiny.yaml\nset: {generations: 0}\nconditions:\n  big: {population: many}\n"
    assert mistakes(text) == [
        "small.yaml:3:20: generations=0: generations: must be at least 1 [got 0]",
        "small.yaml:5:21: population=many: population: must be a whole number [got 'many']",
    ]


def test_what_the_command_line_changes_is_named_so(mistakes) -> None:
    assert mistakes(CAMPAIGN, "population=x")[0].startswith("--set population=x: population: must be a whole number")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name: n\n", "small.yaml:1:1: scenario is missing: name one for all, or one in each condition"),
        ("name: n\nscenario: tini.yaml\n", "no such file (did you mean 'tiny.yaml'?)"),
        ("name: n\nscenario: [a]\n", "small.yaml:2:11: scenario: must be text"),
        ("name: n\nconditions: {a: {scenario: 3}}\n", "must be the name of a scenario file [got 3]"),
        ("name: n\nscenario: tiny.yaml\ngird: {}\n", "small.yaml:3:1: gird: unknown key (did you mean 'grid'?)"),
        ("name: n\nscenario: tiny.yaml\nstop: {second: 3}\n", "unknown key (did you mean 'seconds'?)"),
        ("name: n\nscenario: tiny.yaml\nruns: 0\n", "small.yaml:3:7: runs: must be at least 1 [got 0]"),
        ("name: a b\nscenario: tiny.yaml\n", "name: must be 1 to 64 letters"),
        ("name: n\nscenario: tiny.yaml\ngrid: {population: []}\n", "has no values"),
        ("name: n\nscenario: tiny.yaml\ngrid: {population: [20, 20]}\n", "has a value twice"),
        ("name: n\nscenario: tiny.yaml\ngrid: {population: [20, 20.0]}\n", "has a value twice"),
        (
            "name: n\nscenario: tiny.yaml\nruns: 1e6\ngrid: {population: [20, 30, 40]}",
            "3 combinations make 3,000,000 runs",
        ),
        ("name: n\nscenario: tiny.yaml\nruns: 3e6\n", "runs: must be at most 2000000"),
        ("name: n\nscenario: tiny.yaml\ngrid: {seed: [1, 2]}\n", "runs and the first `seed` decide the seeds"),
        ("name: n\nscenario: tiny.yaml\nset: {seed: 2}\n", "stands at the top of a campaign"),
        ("name: n\nscenario: tiny.yaml\nconditions: {a: {seed: 2}}\n", "stands at the top of a campaign"),
        ("name: n\nscenario: tiny.yaml\nkeep: all\n", "must be one of runs, table"),
        (
            "name: n\nscenario: tiny.yaml\nresults: [best.gate]\n",
            "small.yaml:3:11: results[0]: is no number that `show`",
        ),
        ("name: n\nscenario: tiny.yaml\nresults: [best.gate]\n", "(did you mean 'best.gates'?)"),
        (
            "name: n\nscenario: tiny.yaml\nconditions: [{population: 20}, {population: 20}]\n",
            "says the same as an earlier",
        ),
        (
            f"name: n\nscenario: tiny.yaml\ngrid: {{population: {[*range(20, 400)]}, seeds: {[*range(99)]}}}\n",
            "at most 2,500",
        ),
    ],
)
def test_mistakes_are_told_with_their_place(text: str, says: str, mistakes) -> None:
    assert any(says in line for line in mistakes(text)), mistakes(text)


def test_a_mistake_in_the_scenario_names_that_file(tmp_path: Path) -> None:
    path = write_files(tmp_path)
    (tmp_path / "tiny.yaml").write_text((tmp_path / "tiny.yaml").read_text().replace("elite: 10", "elitte: 10"))
    with pytest.raises(ScenarioError, match=r"tiny\.yaml:\d+:\d+: selection\.elitte: unknown key"):
        load(path)


def test_a_mistake_that_a_combination_makes_names_the_combination(mistakes) -> None:
    text = "name: n\nscenario: tiny.yaml\nconditions: {a: {}, b: {}, c: {}}\ngrid: {population: [20, 15]}\n"
    (line,) = mistakes(text)
    assert line.startswith("tiny.yaml:")
    assert "selection.elite: is 10" in line
    assert line.endswith("(with a, population=15, and 2 more combinations)")


def test_the_schema_describes_every_key() -> None:
    assert all("description" in node for node in json_schema()["properties"].values())

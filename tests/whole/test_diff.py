"""`diff`: two scenario files, two runs, or one of each."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from evomod.runner import run
from tests.whole.conftest import TINY, complaint, interrupted, say, tiny

SCENARIOS = Path(__file__).parents[2] / "scenarios"


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Two short runs with seeds 1 and 2, and the scenario file of both."""
    folder = tmp_path_factory.mktemp("diff")
    (folder / "tiny.yaml").write_text(TINY)
    for seed in (1, 2):
        run(tiny("generations=30", f"seed={seed}"), folder / f"s{seed}")
    return folder


def test_a_scenario_is_the_same_as_itself_however_it_is_written(tmp_path, capsys):
    (tmp_path / "a.yaml").write_text(TINY)
    (tmp_path / "b.yaml").write_text("# defaults written out\n" + TINY.replace("gates: [nand], feedback: true", ""))
    code, out, _ = say(capsys, "diff", tmp_path / "a.yaml", tmp_path / "b.yaml")
    assert (code, out) == (0, "the scenarios are the same\n")
    code, out, _ = say(capsys, "diff", tmp_path / "a.yaml", tmp_path / "b.yaml", "--json")
    assert (code, json.loads(out)) == (0, {"differences": []})


def test_each_value_that_differs_stands_in_a_row_with_both_sides(tmp_path, capsys):
    (tmp_path / "a.yaml").write_text(TINY)
    other = TINY.replace("every: 20", "every: [20, 30]").replace("above: 11", "above: 10").replace("30\n", "40\n")
    (tmp_path / "b.yaml").write_text(other)
    code, out, _ = say(capsys, "diff", tmp_path / "a.yaml", tmp_path / "b.yaml")
    assert code == 1
    assert [line.split(maxsplit=1) for line in out.splitlines()[1:]] == [
        ["schedule.every", "20" + " " * (len(str(tmp_path / "a.yaml")) - 2) + "  [20, 30]"],
        ["fitness.costs[0].above", "11.0" + " " * (len(str(tmp_path / "a.yaml")) - 4) + "  10.0"],
        ["population", "30" + " " * (len(str(tmp_path / "a.yaml")) - 2) + "  40"],
    ]


def test_the_presets_differ_in_their_schedules_alone(capsys):
    files = SCENARIOS / "logic_gates.yaml", SCENARIOS / "logic_gates_fixed.yaml"
    code, out, _ = say(capsys, "diff", *files, "--json")
    found = json.loads(out)["differences"]
    assert code == 1
    assert {one["path"].split(".")[0].split("[")[0] for one in found} <= {"name", "schedule", "generations", "stop"}
    assert {"path": "schedule.kind", "left": "alternating", "right": "fixed"} in found
    assert {"path": "schedule.goal", "right": "and"} in found


def test_two_runs_show_what_they_came_to_side_by_side(runs, capsys):
    code, out, _ = say(capsys, "diff", runs / "s1", runs / "s2")
    assert code == 1
    rows = [line.split()[0] for line in out.splitlines() if line]
    assert "seed" in rows[:3]
    for words in ("generation reached", "solved and", "solved or", "evomod version", "evomod commit", "not yet"):
        assert words in out
    code, out, _ = say(capsys, "diff", runs / "s1", runs / "s2", "--json")
    results = json.loads(out)["results"]
    assert (results["left"]["seed"], results["right"]["seed"]) == (1, 2)
    assert results["left"]["generation reached"] == 30


def test_a_run_is_the_same_as_itself_and_as_its_scenario(runs, capsys):
    assert say(capsys, "diff", runs / "s1", runs / "s1")[0] == 0
    code, out, _ = say(capsys, "diff", runs / "tiny.yaml", runs / "s2", "--json")
    assert code == 1
    assert [one["path"] for one in json.loads(out)["differences"]] == ["generations", "seed"]
    assert "results" not in json.loads(out)


def test_runs_of_one_scenario_that_did_not_get_equally_far_differ(runs, tmp_path, capsys):
    run(tiny("generations=600"), tmp_path / "whole")
    run(tiny("generations=600"), tmp_path / "stopped", on_progress=interrupted(1))
    code, out, _ = say(capsys, "diff", tmp_path / "whole", tmp_path / "stopped")
    assert code == 1
    assert out.startswith("the scenarios are the same\n")
    assert ["generation", "reached", "600", "256"] in [line.split() for line in out.splitlines()]


def test_what_cannot_be_compared_is_exit_code_2(runs, tmp_path, capsys):
    assert "not a run folder" in complaint(capsys, "diff", runs, runs / "s1")
    assert "nowhere.yaml" in complaint(capsys, "diff", runs / "tiny.yaml", runs / "nowhere.yaml")
    shutil.copytree(runs / "s1", tmp_path / "empty")
    (tmp_path / "empty" / "lineage.0000.h5").unlink()
    assert "no lineage log" in complaint(capsys, "diff", tmp_path / "empty", runs / "s1")

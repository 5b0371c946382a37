"""`measure` and `assay`, as they are typed: on runs, netlists and network files, with mistakes too."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

import evomod
from evomod.cli import main
from evomod.component import members
from evomod.lineage.individual import best_champion
from evomod.measures.base import Measure
from evomod.measures.q import Q
from evomod.specimens import champions, population

SCENARIO = Path(__file__).parents[2] / "scenarios" / "logic_gates.yaml"
SMALL = ["population=60", "selection.elite=18", "seed=3", "generations=400", "record.genomes_every=100"]
TRIANGLES = "a b\nb c\nc a\nc d\nd e\ne f\nf d\n"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("measured") / "run"
    evomod.run(evomod.load(SCENARIO, SMALL), folder)
    return folder


def say(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    code = main([str(argument) for argument in arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_run_is_measured_at_its_last_epoch_end_under_each_goal(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = say(capsys, "measure", run)
    assert code == 0
    assert out.splitlines()[0] == str(run)
    named = [line.strip().split("  ")[0] for line in out.splitlines()[3:]]
    assert [name.split(" (benefit")[0] for name in named] == ["generation 379, and", "generation 399, or"]


def test_every_measure_can_be_taken_of_a_run(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kinds = list(members(Measure))
    code, out, _ = say(capsys, "measure", run, "--measure", ",".join(kinds), "--json")
    assert code == 0
    tables = json.loads(out)
    assert [table["measure"] for table in tables] == kinds
    for table, measure in zip(tables, members(Measure).values(), strict=True):
        known = ("specimen", "goal", "benefit", "class")
        assert [[name for name in row if name not in known] for row in table["rows"]] == [list(measure().columns)] * 2


def test_a_population_is_measured_as_its_members_are(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = say(capsys, "measure", run, "--population", "--json")
    rows = json.loads(out)[0]["rows"]
    with evomod.open_run(run) as log:
        everybody = population(log)
        assert len(rows) == log.layout.population
        assert [row["specimen"] for row in rows] == [one.name for one in everybody]
        values = Q().take(everybody)
        alone = [Q().take([one])[0] for one in everybody[::7]]
        assert len(champions(log)) == len(log.champions)
    assert np.allclose(values[::7], alone, equal_nan=True)
    assert [row["q"] for row in rows] == [None if np.isnan(q) else pytest.approx(q) for q in values[:, 0]]
    _, text, _ = say(capsys, "measure", run, "--population", "200")
    assert "q: 60 specimens" in text
    assert "median" in text


def test_values_go_to_a_file_that_is_never_written_over(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "q.csv"
    code, _, err = say(capsys, "measure", run, "--epoch-ends", "3", "--measure", "q,hierarchy", "--out", path)
    assert code == 0
    assert str(path) in err
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["measure"] for row in rows} == {"q", "hierarchy"}
    assert len({row["specimen"] for row in rows}) == 6  # three ends of either goal
    code, _, err = say(capsys, "measure", run, "--out", path)
    assert code == 2
    assert "is there already" in err


def test_only_perfect_individuals_are_measured_if_asked_for(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with evomod.open_run(run) as log:
        rows = log.champions
        n_perfect = int((rows["benefit"] == 1).sum())
    code, out, _ = say(capsys, "measure", run, "--champions", "--perfect", "--json")
    assert code == 0
    found = json.loads(out)[0]["rows"]
    assert [row["benefit"] for row in found] == [1.0] * n_perfect
    found = json.loads(say(capsys, "measure", run, "--champions", "--json")[1])[0]["rows"]
    assert [row["benefit"] for row in found] == list(rows["benefit"])


def test_a_bad_target_does_not_take_the_others_with_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "triangles.edgelist").write_text(TRIANGLES)
    (tmp_path / "broken.graphml").write_text("<graph")
    code, out, err = say(
        capsys, "measure", tmp_path / "broken.graphml", tmp_path / "triangles.edgelist", "--measure", "robustness,q"
    )
    assert code == 2
    assert "broken.graphml" in err
    assert "robustness looks at what a genome computes" in err
    assert "0.3571" in out


def test_classes_of_circuits_are_counted(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = say(capsys, "measure", run, "--measure", "census", "--population")
    assert code == 0
    assert "classes of 60 circuits" in out


def test_a_network_file_is_measured_without_a_scenario(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "triangles.edgelist").write_text(TRIANGLES)
    code, out, _ = say(capsys, "measure", tmp_path / "triangles.edgelist", "--json")
    assert code == 0
    (row,) = json.loads(out)[0]["rows"]
    assert row["q"] == pytest.approx(5 / 14)
    assert row["modules"] == 2
    assert row["certified"] == 1


def test_a_netlist_is_measured_and_with_its_scenario_as_a_genome(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    netlist = tmp_path / "best.v"
    assert say(capsys, "export", run, "--out", netlist)[0] == 0
    _, alone, _ = say(capsys, "measure", netlist, "--json")
    _, placed, _ = say(
        capsys, "measure", netlist, "--measure", "q,robustness", "--scenario", SCENARIO, "--goal", "and", "--json"
    )
    assert json.loads(alone)[0]["rows"][0]["q"] == pytest.approx(json.loads(placed)[0]["rows"][0]["q"])
    code, _, err = say(capsys, "measure", netlist, "--measure", "robustness")
    assert code != 0
    assert "a network alone is not enough" in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--measure", "qq"], ["--measure", "unknown kind 'qq'", "possible: "]),
        (["--measure", "{kind: q, restart: 3}"], ["unknown key", "'restarts'"]),
        (["--measure", "{kind: q"], ["--measure"]),
        (["--at", "401"], ["there is no generation 401"]),
        (["--goal", "and"], ["give --scenario too"]),
        (["--goal", "and", "--scenario", str(SCENARIO)], ["knows its scenario"]),
        (["--measure", " "], ["names no measure"]),
        (["--out", "/nowhere/q.csv"], ["is in a folder that does not exist"]),
    ],
)
def test_a_wrong_option_is_a_sentence(
    arguments: list[str], words: list[str], run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = say(capsys, "measure", run, *arguments)
    assert code == 2
    assert all(word in err for word in words), err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("empty.edgelist", "", "empty.edgelist"),
        ("loop.edgelist", "a a\n", "is not defined where no two different nodes are linked"),
        ("wrong.graphml", "<graph", "wrong.graphml"),
        ("nan.edgelist", "a b nan\n", "nan"),
        ("network.xyz", "a b\n", "is neither a run folder nor a file of a known suffix"),
        ("missing.graphml", None, "missing.graphml"),
    ],
)
def test_a_file_that_cannot_be_measured_is_a_sentence(
    name: str, text: str | None, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    code, _, err = say(capsys, "measure", tmp_path / name)
    assert code in (1, 2)
    assert words in err
    assert name in err


def test_assays_are_made_of_runs(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    goal = "(x eq y) & (w ^ z)"
    code, out, _ = say(
        capsys, "assay", "compete", run, run, "--goal", goal, "--runs", "6", "--generations", "30", "--json"
    )
    assert code == 0
    found = json.loads(out)
    assert found["goal"] == goal
    assert found["runs"] == 6
    again = json.loads(
        say(capsys, "assay", "compete", run, run, "--goal", goal, "--runs", "6", "--generations", "30", "--json")[1]
    )
    assert again == found
    _, out, _ = say(capsys, "assay", "adapt", run, "--goal", "random", "--runs", "3", "--generations", "20", "--json")
    assert json.loads(out)["runs"] == 3
    _, out, _ = say(capsys, "assay", "triggers", run, "--json")
    assert json.loads(out)["epoch_ends"] == 20
    code, out, _ = say(capsys, "assay", "effects", run)
    assert code == 0
    assert "between" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["adapt", "--goal", "x ^^ y"], "goals of the run are and, or"),
        (["adapt", "--goal", "q & x"], "unknown input 'q'"),
        (["adapt", "--goal", "or", "--at", "999"], "there is no generation 999"),
        (["effects", "--goal", "nor"], "no goal 'nor' has been in force"),
    ],
)
def test_a_wrong_assay_is_a_sentence(
    arguments: list[str], words: str, run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kind, *others = arguments
    code, _, err = say(capsys, "assay", kind, run, *others)
    assert code == 2
    assert words in err


def test_of_goals_at_once_effects_want_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "run"
    at_once = ["schedule={kind: together, goals: [and, or]}", "generations=40"]
    evomod.run(evomod.load(SCENARIO, [*SMALL[:3], *at_once]), folder)
    code, _, err = say(capsys, "assay", "effects", folder)
    assert code == 2
    assert "has several goals at once; name one with --goal: and, or" in err
    code, _, err = say(capsys, "assay", "effects", folder, "--goal", "nor")
    assert code == 2
    assert "no goal 'nor' has been in force; goals were and + or, and, or" in err
    with evomod.open_run(folder) as log:
        most = log.champions["benefits"].max(axis=0)
        for k, goal in enumerate(("and", "or")):
            assert best_champion(log, goal)["benefits"][k] == most[k]
    code, out, _ = say(capsys, "assay", "effects", folder, "--goal", "or", "--json")
    assert code == 0
    assert json.loads(out)["goal"] == "or"

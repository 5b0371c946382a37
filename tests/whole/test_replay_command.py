"""Generations made again and held against the log, and what `replay` tells of a line."""

from __future__ import annotations

import csv
import json
import shutil

import h5py
import numpy as np
import pytest

import evomod
from evomod.lineage.story import tell
from evomod.lineage.stretch import check_stretch
from evomod.lineage.subfunctions import subfunctions
from evomod.report.story_summary import as_rows, summarise
from evomod.report.story_text import WIDTH, as_text
from evomod.runner import run
from tests.unit.test_modularity_goal import SCENARIOS, SMALL
from tests.whole.conftest import ARMS, all_births, complaint, every_arm, interrupted, say, tiny

SETTINGS = ("generations=300", "record.genomes_every=90")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A finished run with all births, not to be changed."""
    path = tmp_path_factory.mktemp("stretch") / "run"
    run(tiny(*SETTINGS), path)
    return path


def told(log, problem, individual="last"):
    story = tell(log, problem, individual)
    found = subfunctions(story)
    return story, as_text(summarise(log, story, found), as_rows(story, found))


@every_arm
def test_every_way_of_evolving_has_a_story_and_the_log_agrees_with_it(arm, tmp_path):
    scenario = tiny(*SETTINGS, *arm)
    run(scenario, tmp_path / "run")
    with evomod.open_run(tmp_path / "run") as log:
        story, text = told(log, scenario.problem)
        assert max(map(len, text.splitlines()[1:])) <= WIDTH
        genomes = story.by_generation(story.genomes)
        for row in log.champions:  # who is on the line and in the log is the same in both
            at = int(row["generation"])
            if story.line.places[at] == row["place"]:
                assert np.array_equal(genomes[at], row["genome"])
                step = story.steps[story.at(at)]
                assert np.array_equal(step["benefits"], row["benefits"])
                assert (step["parts"], step["connections"], step["settled"]) == tuple(
                    row[name] for name in ("parts", "connections", "settled")
                )
                if step["generation"] == at and not np.isnan(step["benefit"]):
                    assert (step["benefit"], step["fitness"]) == (row["benefit"], row["fitness"])
        checked = check_stretch(log, scenario.problem, 0, 300)
        assert (checked.first, checked.last, checked.snapshots) == (0, 300, 3)
        assert checked.champions == len(log.champions)


@all_births
def test_whatever_was_recorded_of_births_the_story_is_the_same(births, folder, tmp_path):
    run(tiny(*SETTINGS, f"record.births={births}"), tmp_path / "run")
    stories = []
    for path in (folder, tmp_path / "run"):
        with evomod.open_run(path) as log:
            stories.append(told(log, log.problem)[1].splitlines()[1:])
    assert stories[0] == stories[1]


OTHERS = {
    "random alone": ("schedule={kind: fixed, goal: noise}",),
    "two outputs": (
        "goals={both: ['(x ^ y) & (w ^ z)', 'x ^ y'], other: ['x & y', 'x | (w ^ z)']}",
        "schedule.goals=[both, other]",
    ),
    "gates of several kinds": ("genotype={kind: circuit, n_gates: 5, gates: [nand, nor, xor], feedback: false}",),
    "no costs": ("fitness.costs=[]",),
    "deap": ("engine=deap", "population=20", "selection.elite=6"),
}


@pytest.mark.parametrize("arm", OTHERS.values(), ids=OTHERS)
def test_so_have_other_problems(arm, tmp_path, capsys):
    run(tiny("generations=60", "record.genomes_every=25", *arm), tmp_path / "run")
    code, out, err = say(capsys, "replay", tmp_path / "run", "--individual", "last")
    assert (code, err) == (0, "")
    assert "2 snapshots" in out
    code, out, _ = say(capsys, "replay", tmp_path / "run", "--json")
    assert code == 0
    assert json.loads(out)["steps"]
    assert "NaN" not in out


def test_a_goal_of_structure_has_a_story_without_sub_functions(tmp_path, capsys):
    evomod.run(evomod.load(SCENARIOS / "logic_gates_q_max.yaml", [*SMALL, "generations=30"]), tmp_path / "run")
    code, out, _ = say(capsys, "replay", tmp_path / "run")
    assert code == 0
    assert "sub-functions" not in out
    assert "gates of the last circuit" in out


def test_a_stretch_is_bracketed_by_snapshots_and_says_what_it_compared(folder):
    with evomod.open_run(folder) as log:
        known = log.champions["generation"]
        for first, last, begin, end, snapshots in ((0, 0, 0, 0, 0), (100, 170, 90, 180, 1), (90, 91, 90, 180, 1)):
            checked = check_stretch(log, log.problem, first, last)
            assert (checked.first, checked.last, checked.snapshots) == (begin, end, snapshots)
            assert checked.champions == ((known >= begin) & (known <= end)).sum()


def test_the_last_generations_are_compared_with_champions_alone(folder):
    with evomod.open_run(folder) as log:
        assert check_stretch(log, log.problem, 280, 300).snapshots == 0
        assert check_stretch(log, log.problem, 280, 300).last == 300


# The command ----------------------------------------------------------------------------------------------------------


def test_it_tells_of_the_best_champion_and_what_was_compared(folder, capsys):
    code, out, err = say(capsys, "replay", folder)
    assert (code, err) == (0, "")
    with evomod.open_run(folder) as log:
        story = tell(log, log.problem)
        row = story.steps[-1]
        assert f"generation {story.line.generations[-1]:,}, place {story.line.places[-1]:,}" in out
        assert f"{row['parts']} gates, {row['connections']} connections" in out
        assert f"{len(story) - 1:,} changes of the genome" in out
    assert "as in the log (" in out


def test_silent_mutations_and_the_like_are_among_the_neutral_ones(folder, capsys):
    found = json.loads(say(capsys, "replay", folder, "--json")[1])["effects"]
    for counts in found.values():
        assert all(counts[kind] <= counts["neutral"] for kind in ("hidden", "helps next", "silent"))
    out = say(capsys, "replay", folder)[1]
    above, head = out.split("when they came\n")[1].splitlines()[:2]
    assert above.index("-- of the neutral: --") > head.index("deleterious")


def test_the_whole_run_is_verified_on_demand(folder, capsys):
    code, out, err = say(capsys, "replay", folder, "--from", 290, "--individual", "last", "--verify")
    assert (code, err) == (0, "")
    assert "generations 0 to 300, as in the log (4 snapshots)" in out
    assert "generations 290 to 300" in out


def test_a_line_can_be_cut_and_can_be_one_generation(folder, capsys):
    code, out, _ = say(capsys, "replay", folder, "--individual", "250:7", "--from", 20, "--to", 120)
    assert code == 0
    assert "generations 20 to 120: " in out
    code, out, _ = say(capsys, "replay", folder, "--individual", "0:3", "--json")
    found = json.loads(out)
    assert (code, found["mutations"], found["births"], len(found["steps"])) == (0, 0, 0, 1)
    assert say(capsys, "replay", folder, "--individual", "0:3")[0] == 0


@pytest.mark.parametrize("suffix", [".csv", ".json", ".md"])
def test_steps_are_saved_as_table_or_page(suffix, folder, tmp_path, capsys):
    path = tmp_path / f"story{suffix}"
    code, _, err = say(capsys, "replay", folder, "--out", path)
    assert (code, err) == (0, f"written: {path}\n")
    with evomod.open_run(folder) as log:
        story = tell(log, log.problem)
        expected = as_rows(story, subfunctions(story))
    text = path.read_text()
    if suffix == ".csv":
        rows = list(csv.DictReader(text.splitlines()))
        assert [row["changes"] for row in rows] == [row["changes"] for row in expected]
        assert [int(row["generation"]) for row in rows] == [row["generation"] for row in expected]
    elif suffix == ".json":
        assert json.loads(text)["steps"] == expected
    else:
        assert text.startswith("# The line of generation")
        assert text.count("```") % 2 == 0
    assert "is there already" in complaint(capsys, "replay", folder, "--out", path)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--individual", "400:0"), "there is no generation 400"),
        (("--individual", "300:30"), "there is no place 30"),
        (("--from", "301"), "cannot begin in generation 301"),
        (("--from", "20", "--to", "10"), "cannot end in generation 10"),
        (("--to", "301"), "has generations 0 to 300"),
        (("--out", "story.txt"), "end it with .csv, .json, .md"),
        (("--out", "nowhere/story.md"), "in a folder that does not exist"),
    ],
)
def test_what_is_not_there_is_refused_in_a_sentence(options, sentence, folder, capsys):
    assert sentence in complaint(capsys, "replay", folder, *options)


@pytest.mark.parametrize(
    "option", [("--individual", "worst"), ("--individual", "3"), ("--from", "-1"), ("--to", "soon")]
)
def test_what_cannot_be_read_is_refused_with_what_could(option, folder, capsys):
    code, _, err = say(capsys, "replay", folder, *option)
    assert code == 2
    assert f"[got {option[1]}]" in err


def test_a_run_that_is_not_over_has_a_story(tmp_path, capsys):
    run(tiny(*SETTINGS), tmp_path / "run", on_progress=interrupted(1))
    code, out, _ = say(capsys, "replay", tmp_path / "run", "--individual", "last")
    assert code == 0
    assert "generation 256, " in out


@pytest.mark.parametrize("arm", ["elite", "crossover"])
@pytest.mark.parametrize("verify", [(), ("--verify",)], ids=["stretch", "whole"])
def test_a_log_that_was_changed_ends_in_exit_code_1_and_names_the_place(arm, verify, tmp_path, capsys):
    run(tiny(*SETTINGS, *ARMS[arm]), tmp_path / "run")
    with h5py.File(tmp_path / "run" / "lineage.0000.h5", "r+") as file:
        genome = file["snapshots/genomes"][2, 29]
        genome[3] ^= 1
        file["snapshots/genomes"][2, 29] = genome
    said = complaint(capsys, "replay", tmp_path / "run", "--individual", "150:4", *verify, code=1)
    assert "generation 180 cannot be made again from the log: place 29 has another genome" in said


def test_a_champion_that_was_changed_is_found_out(folder, tmp_path, capsys):
    shutil.copytree(folder, tmp_path / "run")
    with h5py.File(tmp_path / "run" / "lineage.0000.h5", "r+") as file:
        row = file["champions"][5]
        row["genome"][0] ^= 1
        file["champions"][5] = row
        generation = row["generation"]
    said = complaint(capsys, "replay", tmp_path / "run", "--individual", "last", code=1)
    assert f"generation {generation} cannot be made again" in said

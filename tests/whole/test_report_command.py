"""`report`: one file that says what the log says, is never written over another, and holds every event."""

from __future__ import annotations

import base64
import gzip
import html
import json
import re

import numpy as np
import pytest

from evomod.lineage.folder import LOCK, locked
from evomod.lineage.subfunctions import subfunctions
from evomod.measures.base import Specimen
from evomod.measures.q import Q
from evomod.report.page import gathering, page_of, walk
from evomod.report.story_summary import summarise
from evomod.report.summary import summary_of
from evomod.runner import open_run, run
from tests.whole.conftest import complaint, interrupted, say, tiny

SMALL = "generations=300"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A finished run, not to be changed."""
    path = tmp_path_factory.mktemp("report") / "run"
    run(tiny(SMALL), path)
    return path


def data_of(text):
    """What the page was given: runs, with their arrays."""
    runs = json.loads(re.search(r'id="runs">(.*?)</script>', text, re.DOTALL)[1])
    block = gzip.decompress(base64.b64decode(re.search(r'id="arrays">(.*?)</script>', text, re.DOTALL)[1]))

    def filled(node):
        if isinstance(node, list):
            return [filled(part) for part in node]
        if isinstance(node, dict) and node.keys() == {"at", "n", "type"}:
            return np.frombuffer(block, "<" + node["type"], node["n"], node["at"])
        return {key: filled(part) for key, part in node.items()} if isinstance(node, dict) else node

    return filled(runs)


def page(folder, individual="best"):
    with open_run(folder) as log:
        return page_of([log], individual)


def test_the_page_lies_in_the_run_folder_and_is_never_overwritten(folder, tmp_path, capsys):
    run(tiny("generations=30"), tmp_path / "run")
    code, out, err = say(capsys, "report", tmp_path / "run")
    assert (code, err) == (0, "")
    assert out == f"report: {tmp_path / 'run' / 'report.html'}\n"
    file = tmp_path / "run" / "report.html"
    file.write_text("mine")
    assert "is there already" in complaint(capsys, "report", tmp_path / "run")
    assert file.read_text() == "mine"
    assert say(capsys, "report", tmp_path / "run", "--force")[0] == 0
    assert file.read_text() == page(tmp_path / "run")
    assert not list((tmp_path / "run").glob(".report*"))


def test_several_runs_share_a_page_that_lies_here(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert say(capsys, "report", folder, folder) == (0, "report: report.html\n", "")
    assert [one["name"] for one in data_of((tmp_path / "report.html").read_text())] == ["tiny", "tiny"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--individual", "9999:0"), "has generations 0 to 300; there is no generation 9999"),
        (("--individual", "best:1"), "must be best, last, or generation and place"),
        (("--out", "no/such/folder.html"), "is in a folder that does not exist"),
        (("--out", "."), "is a folder"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_a_sentence(options, sentence, folder, capsys):
    code, out, err = say(capsys, "report", folder, *options)
    assert (code, out) == (2, "")
    assert sentence in err


def test_a_folder_that_holds_no_run_is_refused(tmp_path, capsys):
    assert "is not a run folder" in complaint(capsys, "report", tmp_path / "nothing")


def test_equal_runs_give_equal_pages(tmp_path):  # whatever they took, wherever they lie
    texts = []
    for name in "ab":
        run(tiny("generations=100"), tmp_path / name / "run")
        texts.append(page(tmp_path / name / "run"))
    assert texts[0] == texts[1]
    assert texts[0] == page(tmp_path / "a" / "run")


def test_the_page_asks_for_nothing_from_elsewhere(folder):
    text = page(folder)
    assert "default-src 'none'" in text
    without = text.replace("http://www.w3.org/2000/svg", "")  # the name of a format
    assert not re.search(r"(?:src|href)=[\"'](?!#|data:)|https?://|@import|url\(", without)


def test_the_line_of_the_page_is_the_line_of_the_log(folder):
    (shown,) = data_of(page(folder))
    with open_run(folder) as log:
        story = log.story()
        shown_solved = summary_of(log)["solved"]
        champions, epochs = log.champions, log.generations["epoch"]
    line, genome = shown["line"], np.array(shown["line"]["first_genome"])
    loci, alleles = iter(line["loci"]), iter(line["alleles"])
    for k, n_changed in enumerate(line["n_changed"], start=1):
        for _ in range(n_changed):
            genome[next(loci)] = next(alleles)
        assert (genome == story.genomes[k]).all()
    assert k == len(story) - 1
    for column in ("generation", "goal", "parts", "effect"):
        assert (line[column] == story.steps[column]).all()
    assert ((line["flags"] & 1) == story.steps["hidden"]).all()
    np.testing.assert_allclose(np.array(line["benefits"]).T, story.steps["benefits"][:, :2], atol=1e-6)
    # Every event is there: each switch of the goal, each new champion, each goal solved.
    assert len(shown["epochs"]["start"]) == epochs[-1] + 1
    assert (shown["champions"]["generation"] == champions["generation"]).all()
    solved = {event["text"]: event["generation"] for event in shown["events"] if event["kind"] == "solved"}
    assert solved == {f"{goal} solved": at for goal, at in shown_solved.items() if at is not None}


def test_the_page_has_the_milestones_that_replay_tells(folder):
    (shown,) = data_of(page(folder))
    with open_run(folder) as log:
        story = log.story()
        told = summarise(log, story, subfunctions(story))["milestones"]
    generations = story.steps["generation"]
    assert told
    assert [(int(generations[k]), texts) for k, texts in shown["line"]["milestones"]] == [
        (row["generation"], row["what"]) for row in told
    ]


def test_modules_of_the_page_are_those_of_greatest_modularity(folder):
    (shown,) = data_of(page(folder))
    with open_run(folder) as log:
        story = log.story()
    line = shown["line"]
    for k in range(0, len(story), 7):
        q = Q().take([Specimen("it", problem=story.problem, genome=story.genomes[k])])[0][0]
        np.testing.assert_allclose(line["q"][line["graph"][k]], q, atol=1e-6)


def test_curves_of_a_long_run_are_thinned_and_keep_their_extremes(folder, monkeypatch):
    with open_run(folder) as log:
        best = log.generations["best_fitness"]
    (dense,) = data_of(page(folder))
    np.testing.assert_allclose(dense["curves"]["of"]["best"]["mean"], best, rtol=1e-6)
    monkeypatch.setattr(gathering, "MAX_COLUMNS", 40)
    (thin,) = data_of(page(folder))
    assert thin["curves"]["width"] == 8
    curve = thin["curves"]["of"]["best"]
    assert len(curve["mean"]) == 38
    np.testing.assert_allclose(curve["low"], [best[k : k + 8].min() for k in range(0, 301, 8)], rtol=1e-6)
    np.testing.assert_allclose(curve["high"], [best[k : k + 8].max() for k in range(0, 301, 8)], rtol=1e-6)
    np.testing.assert_allclose(curve["mean"], [best[k : k + 8].mean() for k in range(0, 301, 8)], rtol=1e-6)
    assert (thin["line"]["generation"] == dense["line"]["generation"]).all()  # events are not thinned


def test_a_goal_that_is_drawn_at_random_has_its_answers_epoch_by_epoch(tmp_path):
    run(tiny("generations=100", "schedule.goals=[and, noise]"), tmp_path)
    (shown,) = data_of(page(tmp_path))
    drawn = shown["questions"]["drawn"]
    assert drawn["start"].tolist() == [20, 60, 100]
    problem = tiny("schedule.goals=[and, noise]").problem
    for row, start in zip(drawn["answers"].reshape(3, 16), (20, 60, 100), strict=True):
        assert (row == problem.cases("noise", start, 1).targets[:, 0]).all()


EVERY_SORT = {
    "neutral epochs": ("goals.nothing={kind: neutral}", "schedule.goals=[and, nothing]"),
    "structural": ("goals={modular: {kind: modularity}}", "schedule={kind: fixed, goal: modular}"),
    "together": ("schedule={kind: together, goals: [and, or]}",),
    "no births": ("record.births=none",),
    "lasting births": ("record.births=survivors",),
}


@pytest.mark.parametrize("sort", EVERY_SORT)
def test_every_sort_of_run_has_a_page(sort, tmp_path):
    run(tiny("generations=60", *EVERY_SORT[sort]), tmp_path)
    (shown,) = data_of(page(tmp_path, "last"))
    assert shown["line"]["n"] >= 1
    assert shown["questions"]["answers"].keys() == (set() if sort == "structural" else {"and", "or"})


def test_of_many_goals_and_rows_the_page_keeps_what_it_shows(tmp_path):
    inputs = [f"i{k}" for k in range(9)]
    goals = {f"g{k}": f"{inputs[k % 9]} & {inputs[(k + 1) % 9]}" for k in range(11)}
    settings = (f"inputs={json.dumps(inputs)}", f"goals={json.dumps(goals)}", f"schedule.goals={json.dumps([*goals])}")
    run(tiny("generations=40", "record.births=none", *settings), tmp_path)
    (shown,) = data_of(page(tmp_path))
    assert shown["questions"]["n"] == 512
    assert shown["questions"]["inputs"].size == 256 * 9
    assert shown["questions"]["answers"].keys() == goals.keys()  # any of them may be in force
    assert len(shown["line"]["benefits"]) == len(shown["scored"]) == 8


def test_without_recorded_births_a_long_line_is_not_made_again(tmp_path, monkeypatch):
    run(tiny("generations=60", "record.births=none"), tmp_path)
    monkeypatch.setattr(walk, "MAX_BIRTHS", 30 * 50)
    (shown,) = data_of(page(tmp_path, "last"))
    assert shown["line"] is None
    assert "generation 50 or before" in shown["why_no_line"]
    assert shown["network"]["nodes"]
    (early,) = data_of(page(tmp_path, (50, 0)))
    assert early["line"]["last"] == 50


def test_a_run_that_is_going_on_says_so(tmp_path):
    run(tiny("generations=2000"), tmp_path / "run", on_progress=interrupted(2))
    with locked(tmp_path / "run"):
        text = page(tmp_path / "run")
    assert "running at generation" in text
    assert not (tmp_path / "run" / LOCK).exists()


def test_whatever_a_goal_is_called_it_is_text(tmp_path):
    name = "</script><b>&'"
    goals = {name: "(x ^ y) & (w ^ z)"}
    run(
        tiny("generations=40", f"goals={json.dumps(goals)}", "schedule=" + json.dumps({"kind": "fixed", "goal": name})),
        tmp_path,
    )
    text = page(tmp_path)
    assert name not in text
    assert html.escape(name) in text
    assert data_of(text)[0]["goals"] == [name]

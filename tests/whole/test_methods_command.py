"""`python -m evomod methods`: of one run, of several, of a campaign."""

from __future__ import annotations

import json

import pytest

from evomod import campaign
from evomod.publication.bibliography import known
from evomod.publication.conditions import read
from evomod.runner import resume, run
from tests.whole.campaigns import plan
from tests.whole.conftest import complaint, interrupted, say, tiny


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Three runs that differ in their seeds, one of which was stopped; and one of another scenario."""
    top = tmp_path_factory.mktemp("methods")
    for seed in (1, 2):
        run(tiny(f"seed={seed}", "generations=40"), top / f"s{seed}")
    run(tiny("seed=9", "generations=600"), top / "s9", on_progress=interrupted(1))
    run(tiny("seed=1", "generations=40", "schedule={kind: fixed, goal: or}"), top / "fixed")
    return top


def test_all_parts_come_one_after_another(folders, capsys):
    code, out, err = say(capsys, "methods", folders / "s1")
    assert (code, err) == (0, "")
    places = [out.index(part) for part in ("## Methods", "| genotype.n_gates | 12 |", r"\section*{Methods}")]
    places += [out.index(part) for part in (r"\begin{longtable}", "@article{Kashtan2005,", "@misc{evomod,")]
    assert places == sorted(places)
    assert "There was one run, with seed 1." in out


@pytest.mark.parametrize("name", ["markdown", "latex", "bibtex", "text"])
def test_a_format_gives_that_alone(name, folders, capsys):
    out = say(capsys, "methods", folders / "s1", "--format", name)[1]
    signs = {"markdown": "[@Kashtan2005]", "latex": r"\cite{", "bibtex": "@article", "text": "(Kashtan & Alon 2005)"}
    assert [sign in out for sign in signs.values()] == [key == name for key in signs]


def test_runs_that_differ_in_their_seeds_are_one_condition(folders, capsys):
    out = say(capsys, "methods", folders / "s1", folders / "s2", folders / "s1", "--format", "text")[1]
    assert "There were two runs, with seeds 1 and 2." in out
    assert "condition" not in out
    run(tiny("seed=3", "generations=40", "name=other"), folders / "named")
    out = say(capsys, "methods", folders / "s1", folders / "named", "--format", "text")[1]
    assert "There were two runs, with seeds 1 and 3." in out


def test_other_runs_are_told_by_what_differs(folders, capsys):
    out = say(capsys, "methods", folders / "s1", folders / "fixed", folders / "s9", "--format", "text")[1]
    text = " ".join(out.split())
    assert "That is the condition ‘tiny (1)’ (one run, seed 1)." in text
    assert "The condition ‘tiny (2)’ (one run, seed 1) differed in ‘schedule’. The goal was ‘or’" in text
    assert "(one run, seed 9) differed in ‘generations’." in text
    assert "The run had not ended when this was written." in text


def test_a_campaign_is_told_with_its_conditions(tmp_path, capsys):
    campaign.run(plan(runs=2), tmp_path / "c", jobs=1)
    out = " ".join(say(capsys, "methods", tmp_path / "c", "--format", "text")[1].split())
    assert "That is the condition ‘population=20’ (two runs, seeds 1 and 2)." in out
    assert "The condition ‘population=30’ (two runs, seeds 1 and 2) differed in ‘population’." in out
    assert "NumPy 2" in out


def test_what_was_measured_besides_is_told(folders, capsys):
    out = say(capsys, "methods", folders / "s1", "--measure", "q_m,motifs")[1]
    assert "Normalised modularity is Q_m" in out
    assert known()["Milo2002"].bibtex in out
    assert "unknown kind" in say(capsys, "methods", folders / "s1", "--measure", "q_n")[2]


def test_files_are_written_once(folders, tmp_path, capsys):
    code, out, _ = say(capsys, "methods", folders / "s1", "--out", tmp_path / "paper")
    assert code == 0
    names = ["methods.md", "methods.tex", "parameters.tex", "references.bib"]
    assert out.splitlines() == [str(tmp_path / "paper" / name) for name in names]
    refused = complaint(capsys, "methods", folders / "s1", "--out", tmp_path / "paper")
    assert "methods.md: is there already; choose another --out" in refused
    assert "leave out --format" in complaint(capsys, "methods", folders / "s1", "--out", tmp_path, "--format", "text")


def test_what_is_no_run_is_refused_with_a_sentence(folders, tmp_path, capsys):
    assert "is not a run folder" in complaint(capsys, "methods", tmp_path)
    assert "is a file" in complaint(capsys, "methods", folders / "s1" / "resolved.yaml")
    for name in ("resolved.yaml", "lineage.0000.h5"):
        (tmp_path / name).write_bytes((folders / "s1" / name).read_bytes())
    (tmp_path / "provenance.json").write_text(json.dumps([1]))
    assert "cannot be read as provenance" in complaint(capsys, "methods", tmp_path, code=1)


def test_every_stretch_of_a_run_that_was_resumed_counts(tmp_path):
    run(tiny("generations=600"), tmp_path, on_progress=interrupted(1))
    (one,) = read([tmp_path])
    assert (len(one.stretches), one.n_unfinished) == (1, 1)
    resume(tmp_path)
    (one,) = read([tmp_path])
    assert (len(one.stretches), one.n_unfinished) == (2, 0)

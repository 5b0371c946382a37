"""`reproduce contingency`: runs first, then their futures; stopped anywhere, the same command goes on."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from pathlib import Path

import pytest

from evomod import campaign
from evomod.cli import main
from evomod.reproduce import contingency, contingency_runs
from evomod.reproduce.study import Study, scenarios

TABLES = ("contingency.csv", "futures.csv", "points.csv", "steps.csv")


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Study:
    """The same with two runs of 700 generations, each forked at three points, one future each of 60 generations."""
    text = (scenarios() / "campaigns" / contingency.STUDY.campaign).read_text()
    text = text.replace("../", f"{scenarios()}/").replace("runs: 8", "runs: 2")
    path = tmp_path / "contingency.yaml"
    path.write_text(re.sub(r"generations: 4000", "generations: 700", text))
    for name, value in {"N_POINTS": 3, "FUTURES": 1, "HORIZON": 60, "EVERY_OTHER": 2}.items():
        monkeypatch.setattr(contingency_runs, name, value)
    monkeypatch.setattr(contingency, "STUDY", replace(contingency.STUDY, campaign=str(path)))
    return contingency.STUDY


def carried_out(folder: Path, *options: str) -> int:
    return main(["reproduce", "contingency", "--out", str(folder), "--jobs", "1", "--progress", "none", *options])


def read(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.open()))


def test_runs_are_evolved_and_forked_and_the_same_command_goes_on_from_anywhere(
    study: Study, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    assert carried_out(whole) == 0
    said = capsys.readouterr().out
    assert "10 of 10 runs done" in said  # two runs, three futures of each, two of the first in the place of the second
    assert (whole / "contingency.png").stat().st_size > 10_000
    futures = read(whole / "futures.csv")
    first = {row["founder"]: int(row["first_modular_of_run"]) for row in read(whole / "points.csv")}
    assert {row["founder"] for row in futures} == {"1", "2"} == set(first)
    assert {int(row["at"]) for row in futures if row["founder"] == "2"} == {0, 162, 324}  # 259 / 0.8
    assert [row["of"] for row in futures].count("other") == 2
    assert {row["seed"] for row in futures} == {"1001", "2001"}

    folder, plan, text = next(study.stages(parts))
    campaign.run(plan, folder, text=text, jobs=1, limit=1)  # stopped while runs are evolved
    campaign.run(plan, folder, text=text, jobs=1)
    name, plan = next(contingency_runs.futures(campaign.Campaign(parts)))
    campaign.run(plan, parts / name, jobs=1, limit=2)  # stopped amid the futures of the first
    journal = (parts / "futures" / "s1" / "journal.jsonl").read_text()
    assert journal.count("\n") == 2
    assert carried_out(parts) == 0
    assert (parts / "futures" / "s1" / "journal.jsonl").read_text().startswith(journal)
    for name in TABLES:
        assert (parts / name).read_bytes() == (whole / name).read_bytes()


@pytest.mark.verification
def test_more_runs_change_nothing_of_those_that_are_there(study: Study, tmp_path: Path) -> None:
    carried_out(tmp_path / "c", "--runs", "1")
    before = read(tmp_path / "c" / "futures.csv")
    assert carried_out(tmp_path / "c", "--runs", "2") == 0
    after = read(tmp_path / "c" / "futures.csv")
    assert len(after) > len(before) == 3
    assert [row for row in after if row["founder"] == "1"] == before


def test_runs_that_never_become_modular_are_counted_and_not_forked(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contingency_runs, "Q_M", 1.5)
    assert carried_out(tmp_path / "c", "--runs", "1") == 0
    assert not (tmp_path / "c" / "futures").exists()
    rows = {row["what"]: row for row in read(tmp_path / "c" / "contingency.csv")}
    assert (rows["runs with a modular solution"]["ours"], rows["runs with a modular solution"]["n"]) == ("0.0", "1")
    assert rows["runs with a rise"]["verdict"] == "no runs"

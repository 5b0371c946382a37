"""`reproduce kna07`, with tiny runs: campaigns one after the other, and one table of all."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from pathlib import Path

import pytest

from evomod import campaign
from evomod.cli import main
from evomod.reproduce import kna07
from evomod.reproduce.study import scenarios

KEPT = 2  # conditions
STEPS = dict(kna07.STEPS)


def small(file: str, folder: Path) -> Path:
    """A campaign with one run of 60 generations in each of its first conditions."""
    text = (scenarios() / "campaigns" / file).read_text().replace("../", f"{scenarios()}/")
    text = re.sub(r"^runs: \d+", "runs: 1", re.sub(r"generations: \S+", "generations: 60", text), flags=re.M)
    if "population" not in text:
        text = text.replace("set:\n", "set:\n  population: 60\n  selection.elite: 18\n")
    before, rest = text.split("conditions:\n")
    conditions, after = re.split(r"(?=^grid:|^runs:)", rest, maxsplit=1, flags=re.M)
    n = len(conditions.splitlines()) if "grid:" not in after else KEPT if "switching" not in file else 1
    path = folder / file
    path.write_text(f"{before}conditions:\n{''.join(conditions.splitlines(keepends=True)[:n])}{after}")
    return path


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the small files lie; the study reads them, and follows its first campaign up by one alone."""
    folder = tmp_path / "files"
    folder.mkdir()
    first = str(small(kna07.STUDY.campaign, folder))
    monkeypatch.setattr(kna07, "STUDY", replace(kna07.STUDY, campaign=first))
    monkeypatch.setattr(kna07, "STEPS", {"curves": str(small(kna07.STEPS["curves"], folder))})
    # The nulls of Q_m take long, and have tests of their own.
    monkeypatch.setattr(kna07, "Q_M", {"kind": "q"})
    return folder


def carried_out(folder: Path, *options: str) -> int:
    return main(["reproduce", "kna07", "--out", str(folder), "--jobs", "1", "--progress", "none", *options])


def read(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.open()))


@pytest.mark.usefixtures("tiny")
def test_what_there_is_makes_a_table_and_the_same_command_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    folder, plan, text = next(kna07.STUDY.stages(out))
    campaign.run(plan, folder, text=text, jobs=1, limit=7)  # stopped within the first
    findings = kna07.analyse(campaign.Campaign(out))
    assert max(row.n for row in findings.rows) <= 2  # goals, and runs
    journal = (out / "journal.jsonl").read_text()
    assert carried_out(out) == 0
    assert "17 of 17 runs done" in capsys.readouterr().out  # 2 goals and 5 schedules; 7 curves
    assert (out / "journal.jsonl").read_text().startswith(journal)
    assert (out / "kna07.png").stat().st_size > 50_000
    rows = read(out / "kna07.csv")
    stated = {row["paper"] for row in rows}
    assert stated >= {"95 ± 45", "45 ± 20", "2.5 ± 2", "< 1", "0.7 ± 0.1", "virtually none"}
    assert len({(row["section"], row["what"]) for row in rows}) == len(rows)
    goals = read(out / "goals.csv")
    assert [row["schedule"] for row in goals] == ["FG", "MVG", "RVGv", "RVGc", "VG0"] * KEPT
    assert all(row["limit"] == "60.0" and 1 <= float(row["median"]) <= 60 for row in goals)
    assert {row["runs"] for row in read(out / "curves.csv")} == {"1"}


@pytest.mark.usefixtures("tiny")
def test_runs_that_are_asked_for_are_run_in_every_step(tmp_path: Path) -> None:
    first = campaign.Campaign.begin(kna07.STUDY.plan(2), tmp_path / "c")
    assert [(name, plan.runs) for name, plan in kna07.follow(first)] == [("curves", 2)]
    assert [plan.runs for _, plan in kna07.follow(campaign.Campaign.begin(kna07.STUDY.plan(), tmp_path / "d"))] == [1]


@pytest.mark.verification
def test_six_campaigns_make_one_table(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kna07, "STEPS", {name: str(small(file, tiny)) for name, file in STEPS.items()})
    out = tmp_path / "out"
    assert carried_out(out) == 0
    stated = {row["paper"] for row in read(out / "kna07.csv")}
    assert stated >= {"265 ± 150", "160 ± 80", "190 ± 90", "1.3 ± 0.3", "80,000 ± 20,000", "8,000 ± 1,500"}
    assert {row["model"] for row in read(out / "goals.csv")} == {kna07.FOUR, kna07.SIX, kna07.SMALL, "switching"}
    assert {row["schedule"] for row in read(out / "lines.csv")} == {"FG", "MVG"}

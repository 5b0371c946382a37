"""`reproduce cml13` from its campaign to its table and figure, small."""

import csv
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest

from evomod import campaign
from evomod.cli import main
from evomod.reproduce import cml13, cml13_runs
from evomod.reproduce.cml13_runs import ADAPTATIONS, best_performers, course, logs, read_adaptations
from evomod.reproduce.study import Study, scenarios, write

SMALLER = "population: 24, selection.parents: 12, generations: 20, record: {births: none, genomes_every: 20}"


def small(folder: Path) -> Study:
    """The same study with twenty generations of two dozen nets."""
    text = (scenarios() / "campaigns" / cml13.STUDY.campaign).read_text()
    text = text.replace("../", f"{scenarios()}/").replace("runs: ", "runs: 2 # ").replace("parents: 500", "parents: 12")
    text = re.sub(r"set: {record: .*}\n", f"set: {{{SMALLER}}}\n", text)
    path = folder / cml13.STUDY.campaign
    path.write_text(text)
    return replace(cml13.STUDY, campaign=str(path))


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Study, campaign.Campaign]:
    folder = tmp_path_factory.mktemp("cml13")
    study = small(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cml13, "STUDY", study)
        arguments = ["reproduce", "cml13", "--runs", "1", "--jobs", "1", "--progress", "none"]
        assert main([*arguments, "--out", str(folder / "here")]) == 0
    return study, campaign.Campaign(folder / "here")


def test_the_table_has_the_directions_of_the_paper(done: tuple[Study, campaign.Campaign]) -> None:
    study, one = done
    rows = study.analyse(one).rows
    stated = {row.what for row in rows if row.paper}
    assert "P&CC above PA" in stated
    assert "PA takes longer than P&CC" in stated
    assert {row.verdict for row in rows if not row.paper} <= {"no number in the paper", "no runs", "too few runs"}
    assert len({(row.section, row.what) for row in rows}) == len(rows)


def test_files_are_written_and_the_same_each_time(done: tuple[Study, campaign.Campaign], tmp_path: Path) -> None:
    study, one = done
    files = write(study.analyse(one), study, tmp_path)
    assert {path.name for path in files} == {"cml13.csv", "cml13.md", "cml13.png", "nets.csv", "adaptation.csv"}
    for path in files:
        assert path.read_bytes() == (one.folder / path.name).read_bytes()
    nets = list(csv.DictReader(io.StringIO((tmp_path / "nets.csv").read_text())))
    assert len(nets) == len(one.plan)
    for net in nets:
        assert float(net["optimum.edges"]) == int(net["connections"])
        assert float(net["spectral.q"] or "-inf") <= float(net["optimum.q"] or "inf") + 1e-12  # none without links


def test_the_ends_of_both_arms_go_on_under_the_other_goal(done: tuple[Study, campaign.Campaign]) -> None:
    _, one = done
    found = read_adaptations(one)
    assert [(name, list(times)) for name, times in found.items()] == [(name, [0]) for name in ADAPTATIONS]
    assert all(0 <= time <= 8 for times in found.values() for time, _ in times.values())
    places = list(one.folder.glob("or/s1/runs/*/s1"))
    assert len(places) == 3
    for name, (of, by) in ADAPTATIONS.items():
        forked = campaign.Campaign(one.folder / "or" / "s1")
        scenario = next(cell.scenario for cell in forked.plan.cells if cell.levels["condition"] == name)
        costs = {cell.levels["condition"]: cell.scenario.fitness.costs for cell in one.plan.cells}
        assert scenario.fitness.costs == costs[by]
        assert scenario.schedule.model_dump()["goal"] == "or"
        assert f"-{'P-CC' if of == 'P&CC' else 'PA'}/s1" in scenario.initial.model_dump()["path"]


def test_best_performers_answer_as_well_as_the_champion(done: tuple[Study, campaign.Campaign]) -> None:
    _, one = done
    for condition, index, log in logs(one):
        some, way = best_performers(condition, index, log), course(condition, log)
        assert {end.benefit for end in some.ends} == {way.benefits[-1]} == {log.champions[-1]["benefit"]}
        assert way.generations[-1] == 20
        assert (way.benefits[1:] >= way.benefits[:-1]).all()


def test_a_part_of_the_runs_is_a_table_too(
    done: tuple[Study, campaign.Campaign], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study, one = done
    first = {0: one.places()[0]}
    monkeypatch.setattr(one, "places", lambda: first)
    monkeypatch.setattr(cml13_runs, "FOLDER", "not yet")
    findings = study.analyse(one)
    assert {row.n for row in findings.rows} == {0, 1}
    assert "no runs" in {row.verdict for row in findings.rows}
    assert write(findings, study, tmp_path)[-1].stat().st_size > 10_000

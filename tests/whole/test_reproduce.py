"""`reproduce`: the campaign is carried out, the paper's numbers stand beside ours, and what is open is said."""

import csv
import io
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evomod import campaign
from evomod.cli import main
from evomod.reproduce import ka05, ka05_choices
from evomod.reproduce.ka05_runs import LAST_EPOCHS, Circuits, Evolved, read
from evomod.reproduce.study import Study, scenarios, write
from evomod.reproduce.table import COLUMNS, as_markdown, as_text

SMALLER = "population: 60, selection.elite: 18, record: {births: none, genomes_every: 100000}"


def small(study: Study, folder: Path) -> Study:
    """The same study with runs of some hundred generations of sixty circuits."""
    text = (scenarios() / "campaigns" / study.campaign).read_text()
    text = text.replace("../", f"{scenarios()}/").replace("runs: ", "runs: 2 # ")
    text = re.sub(r"extra_generations: \d+", "extra_generations: 60", text)
    text = re.sub(r"set: {record: .*}\n", f"set: {{{SMALLER}, generations: 500}}\n", text)
    text = re.sub(r"generations: (1e5|200)\n", "generations: 900\n", text)
    path = folder / study.campaign
    path.write_text(text)
    return replace(study, campaign=str(path))


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Study, campaign.Campaign]:
    folder = tmp_path_factory.mktemp("ka05")
    study = small(ka05.STUDY, folder)
    outcome = campaign.run(study.plan(), folder / "campaign", jobs=2)
    assert outcome.all_done == outcome.all_runs
    return study, campaign.Campaign(folder / "campaign")


def test_the_table_has_a_line_for_each_number_of_the_paper(done: tuple[Study, campaign.Campaign]) -> None:
    study, one = done
    rows = study.analyse(one).rows
    stated = {row.paper for row in rows} - {""}
    assert stated >= {"36/50", "50/50", "9,000 (+19,000, -2,000)", "1,400 ± 1,000", "0.12 ± 0.02", "0.54 ± 0.02"}
    assert stated >= {"10 mostly", "11 mostly", "about 5", "2", "enriched", "none", "not modular", "a few tens"}
    assert all(row.verdict != "no number in the paper" for row in rows if row.paper == "0.54 ± 0.02")
    assert len({(row.section, row.what) for row in rows}) == len(rows)
    text = as_text(rows)
    assert all(row.what in text for row in rows if row.n or row.note)  # of the others there is nothing to say
    assert as_markdown(rows).count("\n") == len(rows) + len({row.section for row in rows}) + 2


def test_tables_and_figure_are_written_and_the_same_each_time(
    done: tuple[Study, campaign.Campaign], tmp_path: Path
) -> None:
    study, one = done
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        files = write(study.analyse(one), study, tmp_path / name)
    assert {path.name for path in files} == {
        "ka05.csv",
        "ka05.md",
        "ka05.png",
        "circuits.csv",
        "motifs.csv",
        "nulls.csv",
        "classes.csv",
    }
    for path in files:
        assert path.read_bytes() == (tmp_path / "first" / path.name).read_bytes()
    lines = list(csv.DictReader(io.StringIO((tmp_path / "first" / "ka05.csv").read_text())))
    assert tuple(lines[0]) == COLUMNS
    for line in lines:
        if line["ours"] and line["statistic"] != "mode":
            assert float(line["ours"]) >= float(line["low"] or "-inf") - 1e-9
            assert float(line["ours"]) <= float(line["high"] or "inf") + 1e-9


def test_values_behind_the_rows_give_the_rows(done: tuple[Study, campaign.Campaign]) -> None:
    study, one = done
    findings = study.analyse(one)
    circuits = list(csv.DictReader(io.StringIO(findings.tables["circuits.csv"])))
    row = next(row for row in findings.rows if row.what == "MVG: all ends of all runs")
    by_run: dict[str, list[float]] = {}
    for circuit in circuits:
        if circuit["condition"] == "MVG" and circuit["random_genomes.q_m"]:
            by_run.setdefault(circuit["run"], []).append(float(circuit["random_genomes.q_m"]))
    assert row.ours is not None
    assert row.ours.value == pytest.approx(np.mean([np.mean(values) for values in by_run.values()]))
    assert row.n == len(by_run) == 2


def test_recovery_is_counted_from_the_switch(done: tuple[Study, campaign.Campaign]) -> None:
    _, one = done
    (first, _) = read(one)["MVG"]
    with campaign.Campaign(one.folder) and __import__("evomod").open_run(one.folder / one.plan[0].folder) as log:
        table = log.generations
    complete = [epoch for epoch in np.unique(table["epoch"]) if epoch != table["epoch"][-1]][-LAST_EPOCHS:]
    assert len(first.recoveries) == len(complete)
    for epoch, recovery in zip(complete, first.recoveries, strict=True):
        perfect = table["n_perfect"][table["epoch"] == epoch] > 0
        assert (np.isnan(recovery) and not perfect.any()) or recovery == np.argmax(perfect)


def test_who_is_evolvable_is_decided_by_the_last_twenty_epochs() -> None:
    def run(recoveries: list[float]) -> Evolved:
        return Evolved("MVG", 0, 1000, {}, (), np.array(recoveries), ())

    assert run([5.0] * 18 + [np.nan] * 2).evolvable
    assert not run([5.0] * 17 + [6.0] * 3).evolvable
    assert not run([0.0] * 19).evolvable


def test_runs_are_the_unit_and_not_their_ends(done: tuple[Study, campaign.Campaign]) -> None:
    _, one = done
    circuits = Circuits(read(one)["MVG"], {"q": ka05.measure(kind="q")})
    assert len(circuits.pairs) > 2
    assert len(circuits.per_run("q.q", "MVG")) == 2
    assert len(circuits.per_run("q.q", "nothing")) == 0


def test_a_part_of_the_runs_is_a_table_too(tmp_path: Path) -> None:
    study = small(ka05.STUDY, tmp_path)
    campaign.run(study.plan(1), tmp_path / "campaign", jobs=1, limit=1)
    findings = study.analyse(campaign.Campaign(tmp_path / "campaign"))
    assert "no runs" in {row.verdict for row in findings.rows}
    files = write(findings, study, tmp_path)
    assert files[-1].stat().st_size > 10_000


def test_the_command_runs_goes_on_and_says_where_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(ka05_choices, "STUDY", small(ka05_choices.STUDY, tmp_path))
    assert main(["reproduce", "ka05", "--choices", "--runs", "1", "--progress", "none"]) == 0
    said = capsys.readouterr().out
    assert "16 of 16 runs done" in said
    folder = tmp_path / "reproductions" / "ka05-choices"
    assert (folder / "ka05-choices.png").stat().st_size > 10_000
    assert "null: degree_preserving" in (folder / "ka05-choices.csv").read_text()
    before = {path: path.read_bytes() for path in folder.glob("*.csv")}
    assert main(["reproduce", "ka05", "--choices", "--runs", "1", "--progress", "none"]) == 0
    assert before == {path: path.read_bytes() for path in folder.glob("*.csv")}


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--list"], 0, "Kashtan & Alon 2005"),
        ([], 2, "name what to reproduce: ka05"),
        (["ka5"], 2, "did you mean 'ka05'"),
        (["ka05", "--runs", "0"], 2, "at least 1"),
    ],
)
def test_studies_are_listed_and_mistakes_are_sentences(
    arguments: list[str], code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        found = main(["reproduce", *arguments])
    except SystemExit as end:
        found = int(end.code or 0)
    said = capsys.readouterr()
    assert found == code
    assert words in said.out + said.err

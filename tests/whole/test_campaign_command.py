"""Campaigns as people give them: commands, what they print, and what they refuse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evomod.campaign import Campaign
from evomod.campaign.progress import Progress, Tally
from evomod.report import campaign_progress
from evomod.report import progress as run_progress
from evomod.report.campaign_progress import describe, duration, panel
from tests.whole.campaigns import CAMPAIGN, plan, table, write_files
from tests.whole.conftest import complaint, say


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campaign that was carried out by the command; its file lies beside it."""
    from evomod.cli import main

    folder = tmp_path_factory.mktemp("command")
    file = write_files(folder)
    assert main(["campaign", "run", str(file), "--out", str(folder / "c"), "--jobs", "1", "--progress", "none"]) == 0
    return folder / "c"


def test_run_says_what_was_done_and_where_it_lies(done: Path, capsys) -> None:
    file = done.parent / "small.yaml"
    code, out, err = say(capsys, "campaign", "run", file, "--out", done, "--progress", "plain")
    assert (code, err) == (0, "")
    assert out.startswith(f"{done}: 12 of 12 runs done\n")
    assert str(done / "runs.csv") in out
    assert f"look again: python -m evomod campaign status {done}" in out
    assert (done / "campaign.yaml").read_text() == CAMPAIGN
    assert len(json.loads((done / "provenance.json").read_text())["stretches"]) == 1


def test_the_folder_has_a_name_of_its_own(tmp_path: Path, capsys, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = write_files(tmp_path)
    say(capsys, "campaign", "run", file, "--limit", "1", "--jobs", "1", "--progress", "none")
    (folder,) = (tmp_path / "campaigns").iterdir()
    assert folder.name == f"small-{Campaign(folder).plan.digest()}"


def test_limit_only_and_runs_choose(tmp_path: Path, capsys) -> None:
    file, folder = write_files(tmp_path), tmp_path / "c"
    options = ("--out", folder, "--jobs", "1", "--progress", "none")
    code, out, _ = say(
        capsys, "campaign", "run", file, *options, "--only", "condition=FG", "--only", "seed=2,3", "--limit", "2"
    )
    assert code == 0  # everything that was asked for
    assert "2 of the 2 runs asked for are done; 2 of 12 runs done" in out
    assert f"go on:      python -m evomod campaign resume {folder}" in out
    assert [(row["condition"], row["population"], row["seed"]) for row in table(folder)] == [
        ("FG", "20", "2"),
        ("FG", "30", "2"),
    ]
    code, out, _ = say(capsys, "campaign", "status", folder)
    assert code == 75
    assert "2 of 12 runs done" in out
    code, out, _ = say(capsys, "campaign", "resume", folder, *options[2:], "--runs", "4", "--only", "seed=4")
    assert code == 0
    assert len(table(folder)) == 6
    err = say(capsys, "campaign", "run", file, *options, "--runs", "1", "--limit", "1")[2]
    assert "has more runs than --runs 1 says; they stay" in err


def test_status_in_json_has_every_cell(done: Path, capsys) -> None:
    code, out, _ = say(capsys, "campaign", "status", done, "--json")
    told = json.loads(out)
    assert code == 0
    assert (told["runs"], told["done"], told["failed"], told["controllers"]) == (12, 12, 0, [])
    assert told["cells"][1] == {
        "levels": {"condition": "MVG", "population": 30}, "runs": 3, "done": 3, "running": 0, "failed": 0
    }  # fmt: skip
    assert told["seconds"] > 0


def test_failed_runs_are_named_with_exit_code_1(tmp_path: Path, capsys) -> None:
    file, folder = write_files(tmp_path), tmp_path / "c"
    stray = folder / "runs" / "3-FG" / "s1"
    stray.mkdir(parents=True)
    (stray / "mine.txt").write_text("")
    options = ("--out", folder, "--jobs", "1", "--progress", "none", "--only", "seed=1")
    code, out, err = say(capsys, "campaign", "run", file, *options)
    assert code == 1
    assert "3 of the 4 runs asked for are done" in out
    assert "run 3 failed twice" in err
    assert "mine.txt is there" in err
    assert "Traceback" not in err
    code, out, _ = say(capsys, "campaign", "status", folder)
    assert code == 75  # the other seeds are still to be run
    assert "run 3 (runs/3-FG/s1) failed" in out


def test_a_dry_run_estimates_and_leaves_nothing(tmp_path: Path, capsys, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = write_files(tmp_path)
    code, out, _ = say(capsys, "campaign", "run", file, "--dry-run", "--runs", "100")
    assert code == 0
    assert out.startswith("small: 400 runs, 100 replicates of 4 settings (condition × population)\n")
    assert "with --jobs" in out
    assert "MB are free" in out
    assert "from a sample of 4 of 4 settings" in out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["small.yaml", "tiny.yaml"]
    assert "2 runs" in say(capsys, "campaign", "run", file, "--dry-run", "--only", "seed=1", "--limit", "2")[1]


def test_a_dry_run_leaves_out_what_is_done(done: Path, capsys) -> None:
    file = done.parent / "small.yaml"
    assert say(capsys, "campaign", "run", file, "--out", done, "--dry-run")[1] == "small: nothing is left to be run\n"
    out = say(capsys, "campaign", "run", file, "--out", done, "--dry-run", "--runs", "4")[1]
    assert out.startswith("small: 4 runs (12 are done)")


def test_a_script_for_slurm_is_never_written_over(tmp_path: Path, capsys) -> None:
    file, script = write_files(tmp_path), tmp_path / "submit.sh"
    command = ("campaign", "run", file, "--out", tmp_path / "c", "--slurm", script)
    code, out, _ = say(capsys, *command, "--shards", "3")
    assert code == 0
    assert out.startswith(f"12 runs in 3 shards; look at {script}")
    assert "#SBATCH --array=1-3" in script.read_text()
    assert (tmp_path / "c" / "campaign.yaml").read_text() == CAMPAIGN
    script.write_text("mine")
    assert "is there already, perhaps with changes of yours" in complaint(capsys, *command)
    assert script.read_text() == "mine"
    for option in (("--only", "condition=FG"), ("--limit", "2"), ("--cluster", "tcp://x:1"), ("--shard", "1/2")):
        assert f"{option[0]} can be written into it" in complaint(capsys, *command, *option)
    assert "--shards is for --slurm" in complaint(capsys, "campaign", "run", file, "--shards", "3")
    assert "cannot be written (No such file" in complaint(capsys, *command[:-1], tmp_path / "no" / "x.sh")


def test_mistakes_are_told_all_at_once_before_anything_is_made(tmp_path: Path, capsys) -> None:
    file = write_files(tmp_path, CAMPAIGN.replace("population:", "popluation:"))
    code, out, err = say(capsys, "campaign", "run", file, "--out", tmp_path / "c")
    assert (code, out) == (2, "")
    assert err.count("did you mean 'population'?") == 2  # one for each value, however many combinations
    assert not (tmp_path / "c").exists()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("run", "FILE", "--only", "condition"), "must have the form factor=level,level [got condition]"),
        (("run", "FILE", "--only", "size=3"), "--only size: no such factor; possible: condition, population, seed"),
        (("run", "FILE", "--shard", "3/2"), "must have the form k/n with 1 ≤ k ≤ n"),
        (("run", "FILE", "--shard", "0/2"), "must have the form k/n with 1 ≤ k ≤ n"),
        (("run", "FILE", "--jobs", "0"), "must be a whole number of at least 1 [got 0]"),
        (("resume", "nowhere"), "nowhere: is not a campaign's folder: it has no plan.json"),
        (("status", "nowhere"), "nowhere: is not a campaign's folder: it has no plan.json"),
        (("stauts", "nowhere"), "(did you mean 'status'?)"),
        (("run", "nowhere.yaml"), "no such file"),
        (("run", "tiny.yaml"), "is a scenario; a campaign file names it"),
        (("run", "."), "is a folder; give a file"),
        (("status", "FILE"), "it is a file: give the campaign's folder"),
        (("run", "FILE", "--cluster", "here:8786"), "did you mean tcp://here:8786?"),
        (("run", "FILE", "--cluster", "slurm.yml"), "slurm.yml: no such file"),
    ],
)
def test_what_cannot_be_is_a_sentence(
    options: tuple[str, ...], says: str, tmp_path: Path, capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = write_files(tmp_path)
    given = [str(file) if option == "FILE" else option for option in options]
    code, out, err = say(capsys, "campaign", *given, *(["--progress", "none"] if "--cluster" in given else []))
    assert (code, out) == (2, "")
    assert says in err
    assert err.count("\n") == (1 if "usage" not in err else err.count("\n"))


def test_a_wrong_choice_makes_no_folder(tmp_path: Path, capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    complaint(capsys, "campaign", "run", write_files(tmp_path), "--only", "size=3", "--progress", "none")
    assert not (tmp_path / "campaigns").exists()


def test_a_campaign_in_the_place_of_a_scenario_is_recognised(done: Path, capsys) -> None:
    file = done.parent / "small.yaml"
    assert "is a campaign file: python -m evomod campaign run" in complaint(capsys, "run", file)
    assert f"python -m evomod campaign resume {done}" in complaint(capsys, "campaign", "run", done)


def test_a_run_is_no_campaign_and_a_campaign_no_run(done: Path, capsys) -> None:
    run = done / "runs" / "0-MVG" / "s1"
    assert "this is a run: python -m evomod show looks at it" in complaint(capsys, "campaign", "status", run)
    assert "this is a campaign: python -m evomod campaign status looks at it" in complaint(capsys, "show", done)


def test_a_plan_that_was_damaged_or_is_newer_is_a_sentence(done: Path, tmp_path: Path, capsys) -> None:
    node = json.loads((done / "plan.json").read_text())
    for text, says in (
        ("{", "cannot be read as a campaign's plan"),
        ("[]", "cannot be read as a campaign's plan"),
        (json.dumps(node | {"format": 99}), "was written by a newer evomod (format 99)"),
        (json.dumps({key: value for key, value in node.items() if key != "runs"}), "KeyError('runs')"),
    ):
        (tmp_path / "plan.json").write_text(text)
        assert says in complaint(capsys, "campaign", "status", tmp_path)


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path, capsys) -> None:
    (tmp_path / "taken").write_text("")
    file = write_files(tmp_path)
    error = complaint(capsys, "campaign", "run", file, "--out", tmp_path / "taken" / "c", "--progress", "none")
    assert "cannot be made" in error
    assert "--out" in error


# What people see meanwhile -------------------------------------------------------------------------------------------


def test_progress_is_counted_and_the_time_left_follows_from_what_was_done() -> None:
    cells = [Tally(asked=10, done=4, running=1, timed=2, seconds=3.0), Tally(asked=10, failed=1)]
    progress = Progress(plan(10), cells, n=2)
    assert progress.time_left() == (6 * 1.5 + 9 * 1.5) / 2
    assert describe(progress) == "4 of 20 runs done, 1 under way, 1 failed; about 11 s left"
    assert Progress(plan(10), [Tally(asked=10), Tally(asked=10)]).time_left() is None


def test_without_a_terminal_there_is_a_line_now_and_then(capsys, monkeypatch) -> None:
    seen = Progress(plan(10), [Tally(asked=10, done=4)])
    with campaign_progress.shown("auto") as show:
        show(seen)  # too early
    assert capsys.readouterr() == ("", "")
    monkeypatch.setattr(run_progress, "HEARTBEAT", 0.0)
    with campaign_progress.shown("plain") as show:
        show(seen)
    assert capsys.readouterr() == ("", "4 of 10 runs done, 0 under way\n")
    with campaign_progress.shown("none") as show:
        show(seen)
    assert capsys.readouterr() == ("", "")


def test_the_live_table_lists_cells_that_fit_and_counts_the_others(monkeypatch) -> None:
    from rich.console import Console

    def text(progress: Progress) -> str:
        console = Console(width=100, record=True, file=open("/dev/null", "w"))  # noqa: SIM115, PTH123
        console.print(panel(progress))
        return console.export_text()

    shown = text(Progress(plan(2), [Tally(asked=2, done=1, timed=1, seconds=0.5), Tally(asked=2, running=1)]))
    assert shown.splitlines()[0].split() == ["population", "done", "under", "way", "failed", "of", "s/run"]
    assert shown.splitlines()[1].split() == ["20", "1", "2", "0.50"]
    monkeypatch.setattr(campaign_progress, "N_ROWS", 1)
    shown = text(Progress(plan(2), [Tally(asked=2), Tally(asked=2, running=1)]))
    assert [line.split()[0] for line in shown.splitlines()[1:3]] == ["30", "…"]  # at which something is going on
    assert "… and 1 more" in shown


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (0.25, "0.2 s"), (59.4, "59 s"), (59.6, "1 min"), (61, "1 min 1 s"),
     (3600, "1 h"), (7260, "2 h 1 min"),
     (90_000, "1 d 1 h"), (86_400 * 400, "400 d"), (None, "unknown")],
)  # fmt: skip
def test_times_are_told_in_units_that_matter(seconds: float | None, text: str) -> None:
    assert duration(seconds) == text

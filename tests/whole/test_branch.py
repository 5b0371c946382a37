"""`branch`: futures begin with the population of a generation, under the goals that would have come."""

from __future__ import annotations

import contextlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

import evomod
from evomod import campaign
from evomod.campaign.branching import branches
from evomod.cli import main
from evomod.errors import InputError
from evomod.lineage import replay
from evomod.rerun import rerun
from tests.whole.conftest import TINY, complaint

AT = (0, 33, 40)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run, and with two futures of each of three generations of it."""
    folder = tmp_path_factory.mktemp("branch")
    with contextlib.chdir(folder):
        evomod.run(evomod.loads(TINY, ["generations=60", "schedule.timing=random", "schedule.every=7"]), "run")
        assert branch(*(f"--at={g}" for g in AT), "--futures", "2", "--out", "forked") == 0
    return folder


@pytest.fixture
def run(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(place)
    return Path("run")


def branch(*options: str) -> int:
    return main(["branch", "run", *options, "--jobs", "1", "--progress", "none"])


def goals(folder: Path) -> list[str]:
    with evomod.open_run(folder) as log:
        return [log.layout.goals[goal] for goal in log.generations["goal"]]


def test_futures_begin_as_the_run_was_and_go_on_under_its_goals_with_chances_of_their_own(run: Path) -> None:
    one = campaign.Campaign("forked")
    assert [cell.levels for cell in one.plan.cells] == [{"at": g} for g in AT]
    with evomod.open_run(run) as log:
        for k, at in enumerate(AT):
            futures = [Path("forked", one.plan[k + 3 * replicate].folder) for replicate in range(2)]
            logs = [evomod.open_run(folder) for folder in futures]
            for future in logs:
                assert np.array_equal(future.snapshot(0), replay.genomes(log, log.problem, at))
                assert future.n_generations == log.n_generations - at
            assert goals(futures[0]) == goals(futures[1]) == goals(run)[at:]
            ends = [replay.genomes(future, future.problem, future.n_generations - 1) for future in logs]
            assert not np.array_equal(*ends)
            assert not np.array_equal(ends[0], replay.genomes(log, log.problem, log.n_generations - 1))
    assert rerun(futures[0]).same


def test_the_same_command_goes_on_and_more_futures_are_added(run: Path) -> None:
    first = Path("forked/runs/0/s2/lineage.0000.h5").read_bytes()
    assert branch(*(f"--at={g}" for g in reversed(AT)), "--futures", "3", "--out", "forked") == 0
    assert Path("forked/runs/0/s2/lineage.0000.h5").read_bytes() == first
    assert main(["campaign", "status", "forked", "--json"]) == 0


def test_what_is_compared_is_whether_futures_get_there_and_it_is_said(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert branch(*(f"--at={g}" for g in AT), "--futures", "2", "--out", "forked") == 0
    out = capsys.readouterr().out
    for name in ("all_solved", "recent_epochs.share_perfect", "best.benefit"):
        assert f"\n  {name}: the " in out
    compared = {line.split(",")[0] for line in Path("forked/effects.csv").read_text().splitlines()[1:]}
    assert compared == {"all_solved", "recent_epochs.share_perfect", "best.benefit"}


def test_branches_of_a_branch_go_on_with_the_first_runs_goals(run: Path) -> None:
    plan = branches("forked/runs/1/s2", [13])
    schedule = plan.cells[0].scenario.resolved()["schedule"]
    assert (schedule["after"], schedule["seed"], schedule["schedule"]["kind"]) == (46, 1, "alternating")
    assert plan.seed == 3


def test_changed_settings_are_those_of_the_futures(run: Path) -> None:
    changed = ("--set", "schedule.every=5", "--set", "schedule.timing=strict", "--set", "population=20")
    assert branch("--at=12", "--futures=1", "--generations=18", "--seed=0", "--out=changed", *changed) == 0
    folder = Path("changed/runs/0/s0")
    assert goals(folder) == ["and"] * 3 + ["or"] * 5 + ["and"] * 5 + ["or"] * 5 + ["and"]
    with evomod.open_run(folder) as log:
        assert log.layout.population == 20


def test_a_run_that_goes_on_can_be_branched_too(run: Path) -> None:
    copy = Path(shutil.copytree(run, "going"))
    plan = branches(copy, [60], generations=5)
    evomod.resume(copy, generations=90)
    assert branches(copy, [60], generations=5).digest() == plan.digest()


def test_dry_run_only_says_how_long(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert branch("--at=12", "--futures=5", "--dry-run") == 0
    assert "5 runs, 5 replicates of 1 setting (at)" in capsys.readouterr().out
    assert not Path("campaigns").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--at=61"], "has generations 0 to 60; there is no generation 61 to branch at"),
        (["--at=60"], "nothing is left of it at generation 60; say how far branches go with --generations"),
        (["--at=5", "--set", "seed=3"], "--set seed=3: the seeds of the futures follow each other; --seed is"),
        (["--at=5", "--set", "initial.drift=3"], "begins with the population of the run"),
        (["--at=5", "--set", "schedule.evry=3"], "did you mean 'every'"),
        (["--at=5", "--set", "genotype.n_gates=14"], "at=5: initial: the genomes of run have 25 loci"),
    ],
)
def test_mistakes_are_sentences(run: Path, options: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert words in complaint(capsys, "branch", "run", *options)
    assert not Path("campaigns").exists()


def test_a_campaign_is_no_run_and_nothing_is_none(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "this is a campaign" in complaint(capsys, "branch", "forked", "--at=1")
    assert "is not a run folder" in complaint(capsys, "branch", "nowhere", "--at=1")
    with pytest.raises(InputError, match="give 1 to"):
        branches(run, [])


def test_what_is_left_is_known_of_the_run_as_it_was_planned(run: Path) -> None:
    lengths = [cell.scenario.generations for cell in branches(run, AT).cells]
    assert lengths == [60, 27, 20]
    assert json.loads(json.dumps(branches(run, AT).identity()))["name"] == "tiny-branches"

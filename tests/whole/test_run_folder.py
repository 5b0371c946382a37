"""One run, one folder, one writer: what stands in the way is never overwritten, and each refusal says the way on."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import subprocess
import sys

import pytest

from evomod import runner
from evomod.errors import RunFolderError
from evomod.lineage import folder as run_folder
from evomod.lineage.folder import locked, log_event, read_events
from evomod.lineage.reader import LineageReader
from tests.whole.conftest import (
    TINY,
    complaint,
    contents,
    interrupted,
    say,
    tiny,
)


@pytest.fixture
def scenario(tmp_path):
    """The tiny scenario as a file."""
    path = tmp_path / "tiny.yaml"
    path.write_text(TINY)
    return path


def run(capsys, scenario, folder, *options):
    return say(capsys, "run", scenario, "--out", folder, "--progress", "none", *options)


def refuse(capsys, scenario, folder, *options, code=2):
    return complaint(capsys, "run", scenario, "--out", folder, "--progress", "none", *options, code=code)


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


# A folder that holds a run --------------------------------------------------------------------------------------------


def test_a_finished_run_is_not_run_again_but_shown(scenario, tmp_path, capsys):
    assert run(capsys, scenario, tmp_path / "run")[0] == 0
    before = files(tmp_path / "run")
    for again in (("run", scenario, "--out", tmp_path / "run"), ("resume", tmp_path / "run")):
        code, out, err = say(capsys, *again)
        assert code == 0
        assert "finished before; nothing was run again" in err
        assert "generation 700 was reached" in out
        assert files(tmp_path / "run") == before


def test_an_unfinished_run_is_resumed_or_moved_aside(scenario, tmp_path, capsys, whole):
    folder = tmp_path / "run"
    runner.run(tiny(), folder, on_progress=interrupted(1))
    before = files(folder)
    error = refuse(capsys, scenario, folder)
    assert f"unfinished (stopped at generation 256). Go on with: python -m evomod resume {folder}" in error
    assert "--force" in error
    assert files(folder) == before
    assert say(capsys, "resume", folder, "--progress", "none")[0] == 0
    assert contents(folder) == whole()


def test_a_run_that_has_written_no_block_is_named_too_and_can_be_resumed(scenario, tmp_path, capsys, whole):
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "resolved.yaml").write_text(TINY)
    assert "stopped before its first block" in refuse(capsys, scenario, folder)
    assert say(capsys, "resume", folder, "--progress", "none")[0] == 0
    assert contents(folder) == whole()


def test_a_run_that_died_before_it_began_is_not_in_the_way(scenario, tmp_path, capsys, whole):
    folder = tmp_path / "run"
    folder.mkdir()
    for name in ("scenario.yaml", "resolved.yaml.new", "run.lock"):
        (folder / name).write_text("")
    assert run(capsys, scenario, folder)[0] == 0
    assert contents(folder) == whole()


def test_the_same_run_made_longer_names_the_command_that_does_it(scenario, tmp_path, capsys, whole):
    folder = tmp_path / "run"
    run(capsys, scenario, folder)
    error = refuse(capsys, scenario, folder, "--generations", "900")
    command = f"python -m evomod resume {folder} --generations 900"
    assert command in error
    assert say(capsys, *command.split()[3:], "--progress", "none")[0] == 0
    assert contents(folder) == whole("generations=900")


@pytest.mark.parametrize("setting", ["seed=2", "population=31", "record.births=none", "goals.and=x & y"])
def test_another_run_is_refused_and_told_apart(setting, scenario, tmp_path, capsys):
    run(capsys, scenario, tmp_path / "run")
    before = files(tmp_path / "run")
    error = refuse(capsys, scenario, tmp_path / "run", "--set", setting)
    assert f"holds another run (they differ in {setting.split('=')[0].split('.')[0]})" in error
    assert "--out" in error
    assert "--force" in error
    assert files(tmp_path / "run") == before


def test_force_moves_aside_as_often_as_one_likes_and_deletes_nothing(scenario, tmp_path, capsys):
    folder, kept = tmp_path / "run", []
    runner.run(tiny(), folder, on_progress=interrupted(1))
    for _ in range(3):
        kept.append(files(folder))
        assert run(capsys, scenario, folder, "--force", "--set", "generations=50")[0] == 0
    aside = sorted(tmp_path.glob("run.aside-*"))
    assert len(aside) == 3
    found = [files(path) for path in aside]
    assert all(before in found for before in kept)
    with LineageReader(folder) as log:
        assert log.n_generations == 51


def test_a_folder_with_other_things_is_not_touched(scenario, tmp_path, capsys):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "thesis.tex").write_text("years of work")
    assert "is not empty and holds no run (thesis.tex is there)" in refuse(capsys, scenario, tmp_path / "thesis")
    assert files(tmp_path / "thesis") == {"thesis.tex": b"years of work"}
    assert "cannot be made" in refuse(capsys, scenario, scenario)  # a file of that name


# Locks ----------------------------------------------------------------------------------------------------------------


def assert_in_use(capsys, scenario, folder, *words):
    before = files(folder)
    for command in (
        ("resume", folder, "--progress", "none"),
        ("finalize", folder),
        ("run", scenario, "--out", folder, "--progress", "none"),
        ("run", scenario, "--out", folder, "--progress", "none", "--force"),
    ):
        error = complaint(capsys, *command)
        for word in (str(folder), "only one process at a time may write to it", *words):
            assert word in error
    assert files(folder) == before


@pytest.fixture
def stopped(tmp_path):
    runner.run(tiny(), tmp_path / "run", on_progress=interrupted(1))
    return tmp_path / "run"


def test_a_folder_in_use_is_refused_and_the_holder_is_named(scenario, stopped, capsys):
    with locked(stopped):
        assert_in_use(capsys, scenario, stopped, f"process {os.getpid()} on {socket.gethostname()}")
        assert say(capsys, "show", stopped)[0] == 0  # reading is not writing
    assert runner.resume(stopped).finished


def test_a_holder_that_has_not_said_its_name_yet_holds_all_the_same(scenario, stopped, capsys):
    with (stopped / "run.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert_in_use(capsys, scenario, stopped, "another process")


def test_a_lock_of_another_host_is_believed_until_it_is_deleted(scenario, stopped, capsys):
    lock = stopped / "run.lock"
    lock.write_text(json.dumps({"host": "node17", "pid": 4242}))
    assert_in_use(capsys, scenario, stopped, "process 4242 on node17", f"If it no longer runs there, delete {lock}")
    lock.unlink()
    assert runner.resume(stopped).finished


@pytest.mark.parametrize("text", ["dead", "", "{", "[]"])
def test_a_lock_that_nobody_holds_any_more_is_taken_over(text, stopped, whole):
    if text == "dead":
        dead = subprocess.Popen([sys.executable, "-c", ""])
        dead.wait()
        text = json.dumps({"host": socket.gethostname(), "pid": dead.pid})
    (stopped / "run.lock").write_text(text)
    assert runner.resume(stopped).finished
    assert not (stopped / "run.lock").exists()
    assert contents(stopped) == whole()


def test_a_lock_that_is_let_go_of_between_our_opening_and_locking_is_not_shared(tmp_path, monkeypatch):
    # We open the holder's file; it deletes the file and ends; somebody else locks a new one: we must not get in too.
    flock, path, others = fcntl.flock, tmp_path / "run.lock", []

    def slow(file, how):
        if not others:
            path.unlink()
            others.append(path.open("w"))
            flock(others[0], how)
        flock(file, how)

    monkeypatch.setattr(run_folder.fcntl, "flock", slow)
    with pytest.raises(RunFolderError, match="in use"), locked(tmp_path):
        pytest.fail("two have the lock")
    others[0].close()
    with locked(tmp_path):
        pass


def test_the_lock_is_let_go_of_when_a_run_fails(tmp_path):
    def fail(_):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        runner.run(tiny(), tmp_path / "run", on_progress=fail)
    assert not (tmp_path / "run" / "run.lock").exists()
    assert runner.resume(tmp_path / "run").finished


# Events ---------------------------------------------------------------------------------------------------------------


def test_events_tell_the_story_of_a_run(tmp_path):
    folder = tmp_path / "run"
    runner.run(tiny("goals={and: x & y, or: x | y}"), folder, on_progress=interrupted(1))
    runner.resume(folder)
    told = [(event["event"], event.get("generation")) for event in read_events(folder)]
    assert [one for one in told if one[0] != "solved"] == [
        ("start", None),
        ("stop", 256),
        ("resume", 256),
        ("stop", 700),
    ]
    assert {event["goal"] for event in read_events(folder) if event["event"] == "solved"} == {"and", "or"}


def test_an_event_that_a_kill_has_cut_short_does_not_spoil_the_next(tmp_path):
    log_event(tmp_path, "start", seed=1)
    whole = (tmp_path / "events.jsonl").read_bytes()
    for cut in range(len(whole)):
        (tmp_path / "events.jsonl").write_bytes(whole + whole[:cut])
        log_event(tmp_path, "resume")
        assert [event["event"] for event in read_events(tmp_path)] in (
            ["start", "resume"],
            ["start", "start", "resume"],  # only its line end was missing
        )


def test_a_job_that_was_queued_again_takes_back_what_it_held_on_another_host(tmp_path, monkeypatch):
    lock = tmp_path / "run.lock"
    monkeypatch.setenv("SLURM_JOB_ID", "17")
    for holder in ({}, {"job": "16", "restarts": 0}, {"job": "17", "restarts": 1}):  # nobody's, another's, not earlier
        monkeypatch.setenv("SLURM_RESTART_COUNT", "1")
        lock.write_text(json.dumps({"host": "elsewhere", "pid": 1} | holder))
        with pytest.raises(RunFolderError, match="process 1 on elsewhere"), locked(tmp_path):
            pass
    lock.write_text(json.dumps({"host": "elsewhere", "pid": 1, "job": "17", "restarts": 0}))
    with locked(tmp_path):
        assert json.loads(lock.read_text())["restarts"] == 1

"""Campaigns in processes of their own: killed, stopped and broken, every run is done once and the table is the same."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from evomod import campaign
from evomod.lineage.folder import LOCK, read_events
from tests.whole.campaigns import inline, journal, lasting, logs, plan, table, write_files
from tests.whole.conftest import ROOT, say, wait_until

LONG = """
name: long
scenario: tiny.yaml
set: {generations: 12000, population: 200}
runs: 6
"""


def start(*arguments: object) -> subprocess.Popen[str]:
    """Begin `python -m evomod campaign …` as a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "evomod", "campaign", *map(str, arguments), "--progress", "plain"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def holders(folder: Path) -> list[int]:
    """The processes that are at a run that has begun to write."""
    found = []
    for path in folder.glob(f"runs/*/*/{LOCK}"):
        try:
            if (path.parent / "checkpoint.npz").exists():
                found.append(json.loads(path.read_text())["pid"])
        except (OSError, ValueError):
            continue
    return found


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The long campaign, carried out in this process."""
    folder = tmp_path_factory.mktemp("undisturbed")
    campaign.run(campaign.load(write_files(folder, LONG)), folder / "c", backend=inline())
    return folder / "c"


def check_same(folder: Path, undisturbed: Path) -> None:
    assert lasting(folder) == lasting(undisturbed)
    assert (folder / "epoch_ends.csv").read_bytes() == (undisturbed / "epoch_ends.csv").read_bytes()
    assert logs(folder) == logs(undisturbed)
    finished = [line["run"] for line in journal(folder) if line["status"] == "finished"]
    assert sorted(finished) == list(range(6))


def test_two_processes_give_the_bytes_of_one(tmp_path: Path) -> None:
    campaign.run(plan(), tmp_path / "one", backend=inline())
    outcome = campaign.run(plan(), tmp_path / "two", jobs=2)
    assert (outcome.done, outcome.failed) == (6, 0)
    assert lasting(tmp_path / "one") == lasting(tmp_path / "two")
    assert logs(tmp_path / "one") == logs(tmp_path / "two")
    assert len({line["run"] for line in journal(tmp_path / "two")}) == 6


def test_a_process_that_is_killed_costs_one_attempt_of_its_run_alone(tmp_path: Path, undisturbed: Path) -> None:
    folder = tmp_path / "c"
    process = start("run", write_files(tmp_path, LONG), "--out", folder, "--jobs", "2")
    (victim, *_) = wait_until(lambda: holders(folder), process)
    os.kill(victim, signal.SIGKILL)
    out, err = process.communicate()
    assert process.returncode == 0, err
    assert "6 of 6 runs done" in out
    (failure,) = [event for event in read_events(folder) if event["event"] == "failed"]
    assert failure["error"] == "its process died (SIGKILL: out of memory, or killed)"
    attempts = {row["run"]: row["attempts"] for row in table(folder)}
    assert attempts == {str(k): "2" if k == failure["run"] else "1" for k in range(6)}
    check_same(folder, undisturbed)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 75), (signal.SIGUSR1, 75), (signal.SIGINT, 130)])
def test_asked_to_stop_it_closes_all_logs_and_goes_on_later(
    number: signal.Signals, code: int, tmp_path: Path, undisturbed: Path, capsys
) -> None:
    folder = tmp_path / "c"
    process = start("run", write_files(tmp_path, LONG), "--out", folder, "--jobs", "2")
    wait_until(lambda: len(holders(folder)) == 2, process)
    process.send_signal(number)
    out, err = process.communicate()
    assert process.returncode == code, err
    assert "Traceback" not in err
    assert f"stopped: asked to by {number.name}" in out
    assert f"go on:      python -m evomod campaign resume {folder}" in out
    assert not list(folder.glob("runs/*/*/run.lock"))
    assert not list(folder.glob("*.lock"))
    assert not [path for path in folder.glob("logs/*") if path.read_text()]
    code, out, _ = say(capsys, "campaign", "status", folder)
    assert code == 75
    assert "of 6 runs done" in out
    assert start("resume", folder, "--jobs", "2").wait() == 0
    check_same(folder, undisturbed)
    assert say(capsys, "campaign", "status", folder)[0] == 0


def test_killed_itself_it_takes_its_processes_with_it_and_loses_nothing(tmp_path: Path, undisturbed: Path) -> None:
    folder = tmp_path / "c"
    process = start("run", write_files(tmp_path, LONG), "--out", folder, "--jobs", "2")
    at_work = wait_until(lambda: (len(found := holders(folder)) == 2 and journal(folder) and found) or None, process)
    process.kill()
    process.communicate()
    end = time.monotonic() + 60
    while any(map(is_alive, at_work)):
        assert time.monotonic() < end, "its processes run on"
        time.sleep(0.05)
    assert start("resume", folder, "--jobs", "2").wait() == 0
    check_same(folder, undisturbed)


def test_the_server_of_processes_may_be_killed(tmp_path: Path, undisturbed: Path) -> None:
    folder = tmp_path / "c"
    process = start("run", write_files(tmp_path, LONG), "--out", folder, "--jobs", "2")
    wait_until(lambda: len(holders(folder)) == 2, process)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    (server,) = [pid for pid in children if b"forkserver" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    os.kill(int(server), signal.SIGKILL)
    out, err = process.communicate()
    assert process.returncode == 0, err
    assert "6 of 6 runs done" in out
    check_same(folder, undisturbed)


def test_a_second_controller_is_refused_and_the_first_goes_on(tmp_path: Path, capsys) -> None:
    folder = tmp_path / "c"
    path = write_files(tmp_path, LONG)
    process = start("run", path, "--out", folder, "--jobs", "1")
    wait_until(lambda: holders(folder), process)
    code, out, err = say(capsys, "campaign", "resume", folder, "--progress", "none")
    assert (code, out) == (2, "")
    assert f"{folder}: is in use by process {process.pid}" in err
    assert f"python -m evomod campaign status {folder}" in err
    assert err.count("\n") == 1
    code, out, _ = say(capsys, "campaign", "status", folder)
    assert code == 75
    assert "somebody is working at it" in out
    assert "1 running" in out
    process.send_signal(signal.SIGTERM)
    process.communicate()
    assert process.returncode == 75

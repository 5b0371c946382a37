"""Asked to stop, by a cluster or by Ctrl-C: the block is finished, the log is closed, and the run can go on."""

from __future__ import annotations

import signal
import socket
import time

import pytest

from evomod import recording, runner
from evomod.lineage.folder import read_events
from evomod.lineage.reader import LineageReader
from tests.whole.conftest import complaint, contents, interrupted, reached, start_run, tiny, wait_until

EVER = "generations=100000000"


def check_resumes(folder, longer=None):
    """A run that was stopped goes on as one that was not; for two blocks, then it is stopped again."""
    before = reached(folder)
    to = runner.resume(folder, longer, on_progress=interrupted(2)).generation
    assert to >= before + 300
    runner.run(tiny(f"generations={to}"), folder.with_name("whole"))
    assert contents(folder) == contents(folder.with_name("whole"))


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 75), (signal.SIGUSR1, 75), (signal.SIGINT, 130)])
def test_a_signal_ends_the_block_closes_the_log_and_says_how_to_go_on(number, code, folder, capsys):
    process = start_run(folder, EVER)
    wait_until(lambda: reached(folder, 600), process)
    if number == signal.SIGTERM:  # meanwhile, nobody else may write there
        for command in (("resume", folder), ("run", folder.with_name("tiny.yaml"), "--out", folder, "--force")):
            error = complaint(capsys, *command)
            assert f"in use by process {process.pid} on {socket.gethostname()}" in error
    process.send_signal(number)
    out, err = process.communicate()
    assert process.returncode == code, err
    assert f"resume it:  python -m evomod resume {folder}" in out
    assert f"asked to by {number.name}" in out
    assert "Traceback" not in err
    assert not (folder / "run.lock").exists()
    last = read_events(folder)[-1]
    with LineageReader(folder) as log:
        assert last["event"] == "stop"
        assert last["generation"] == log.n_generations - 1 == log.checkpoint.generation == reached(folder)
    check_resumes(folder)


def test_two_signals_stop_at_once_and_what_was_safe_stays_so(folder):
    process = start_run(folder, EVER)
    safe = wait_until(lambda: reached(folder, 600), process)
    process.send_signal(signal.SIGSTOP)  # so that both arrive together
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGUSR1)
    process.send_signal(signal.SIGCONT)
    out, err = process.communicate()
    assert process.returncode == 130
    assert err == "stopped at once; what was written until then is safe\n"
    assert not out
    assert reached(folder) >= safe
    with LineageReader(folder) as log:
        assert log.n_generations > log.checkpoint.generation
        assert log.checkpoint.state["stopped"] is None
    check_resumes(folder)


def test_a_signal_is_heeded_from_the_very_start(folder):
    process = start_run(folder, EVER)
    wait_until((folder / "resolved.yaml").exists, process)
    time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate()
    assert process.returncode == 75, err
    assert "resume it:" in out
    check_resumes(folder)


def test_long_drift_before_the_start_can_be_stopped(folder):
    process = start_run(folder, EVER, "initial={kind: random, drift: 1000000}")
    wait_until((folder / "resolved.yaml").exists, process)
    time.sleep(1)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 75, err
    assert "steps of drift, before generation 0" in err


def signalled(monkeypatch, name):
    """SIGTERM comes when a run calls something."""
    real = getattr(recording, name)

    def call(*arguments):
        signal.raise_signal(signal.SIGTERM)
        return real(*arguments)

    monkeypatch.setattr(recording, name, call)


def test_a_signal_while_a_run_or_a_resume_begins_stops_it_where_it_is(folder, monkeypatch):
    with monkeypatch.context() as patch:
        signalled(patch, "provenance")
        for go in (lambda: runner.run(tiny(EVER), folder), lambda: runner.resume(folder)):
            outcome = go()
            assert (outcome.generation, outcome.finished, outcome.signal) == (0, False, signal.SIGTERM)
    check_resumes(folder)


def test_a_signal_that_comes_when_all_is_done_but_the_merging_is_no_reason_to_stop(folder, monkeypatch):
    with monkeypatch.context() as patch:
        signalled(patch, "finalize")
        assert runner.run(tiny(), folder).finished
    assert not (folder / "lineage.merging").exists()
    check_resumes(folder, 10**8)


def test_outside_of_a_run_signals_mean_what_they_meant_before(tmp_path):
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGUSR1, signal.SIGINT)]
    runner.run(tiny("generations=3"), tmp_path / "run")
    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGUSR1, signal.SIGINT)] == before

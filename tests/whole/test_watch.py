"""`watch`: whoever looks on sees how far a run is and why it ends, and the run does not notice."""

from __future__ import annotations

import io
import os
import pty
import re
import signal
import subprocess
import sys
import threading

import pytest
from rich.console import Console

from evomod.errors import LogError
from evomod.lineage.reader import LineageReader
from evomod.report.watching import Glance, as_line, glance, panel, sparkline, watch
from evomod.rerun import rerun
from evomod.runner import run
from tests.whole.conftest import ROOT, complaint, interrupted, reached, say, start_run, tiny, wait_until

LONG = "generations=100000000"


def start_watch(folder, output=subprocess.PIPE, **environment):
    return subprocess.Popen(
        [sys.executable, "-m", "evomod", "watch", str(folder), "--every", "0.1"],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        stdout=output,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_run_that_has_ended_is_shown_once_with_the_reason(tmp_path, capsys):
    run(tiny("generations=700"), tmp_path / "run")
    code, out, err = say(capsys, "watch", tmp_path / "run")
    assert (code, err) == (0, "")
    line, last = out.splitlines()
    assert line.startswith("generation 700 of 700")
    assert last == "not running: finished: generation 700 was reached"
    run(tiny("generations=700"), tmp_path / "other", on_progress=interrupted(1))
    assert "not running: stopped: asked to by SIGTERM" in say(capsys, "watch", tmp_path / "other")[1]


def test_what_is_seen_is_what_the_log_says(tmp_path):
    run(tiny("generations=700"), tmp_path / "run")
    seen = glance(tmp_path / "run")
    with LineageReader(tmp_path / "run") as log:
        row, ends, solved = log.generations[-1], log.epoch_ends, log.checkpoint.state["solved"]
    assert (seen.generation, seen.generations, seen.running, seen.finished) == (700, 700, False, True)
    assert (seen.best_fitness, seen.mean_fitness) == (row["best_fitness"], row["mean_fitness"])
    assert seen.goal == "or"
    assert seen.epoch_ends == tuple(ends["fitness"])[-40:]
    assert dict(seen.solved) == {"and": solved.get("and"), "or": solved.get("or")}
    assert seen.per_second > 0


def test_a_run_that_goes_on_is_followed_to_its_end(folder):
    process = start_run(folder, LONG)
    try:
        wait_until(lambda: reached(folder), process)
        threading.Timer(1.0, process.send_signal, [signal.SIGTERM]).start()
        reaped = threading.Thread(target=process.communicate)
        reaped.start()
        seen: list[Glance] = []
        last = watch(folder, 0.05, seen.append)
        reaped.join()
    finally:
        process.kill()
    assert process.returncode == 75
    numbers = [one.generation for one in seen if one.generation >= 0]
    assert numbers == sorted(numbers)
    assert len(set(numbers)) > 1
    assert all(one.running and not one.reason for one in seen[:-1])
    assert (last.running, last.finished, last.reason) == (False, False, "asked to by SIGTERM")
    assert last.generations == 100_000_000


def test_ctrl_c_leaves_the_run_alone(folder):
    process = start_run(folder, LONG)
    try:
        wait_until(lambda: reached(folder), process)
        onlooker = start_watch(folder)
        assert onlooker.stdout.readline().startswith("generation ")
        onlooker.send_signal(signal.SIGINT)
        _, err = onlooker.communicate(timeout=60)
        assert (onlooker.returncode, err) == (130, "")
        wait_until(lambda: reached(folder, reached(folder) + 256), process)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        assert process.returncode == 75
    finally:
        process.kill()
    assert rerun(folder, generations=600).same


def test_a_killed_run_and_one_without_a_log_are_told(folder, tmp_path, capsys):
    process = start_run(folder, LONG)
    wait_until(lambda: reached(folder), process)
    process.kill()
    process.communicate()
    assert say(capsys, "watch", folder)[1].endswith("not running: was killed, or never began\n")
    (folder / "lineage.0000.h5").unlink()
    with pytest.raises(LogError, match="no lineage log"):
        glance(folder)
    assert "not a run folder" in complaint(capsys, "watch", tmp_path)
    assert "number of seconds" in say(capsys, "watch", folder, "--every", "0")[2]


def test_a_run_that_has_not_written_yet_is_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr("evomod.report.watching.is_locked", lambda _: True)
    seen = glance(tmp_path)
    assert (seen.running, seen.generation) == (True, -1)
    assert as_line(seen) == "nothing in the log yet"


def test_a_terminal_gets_a_panel(tmp_path):
    run(tiny("generations=300"), tmp_path / "run")
    ours, theirs = pty.openpty()
    process = start_watch(tmp_path / "run", theirs, TERM="xterm", COLUMNS="100")
    os.close(theirs)
    read = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        read += part
    process.communicate(timeout=60)
    os.close(ours)
    assert process.returncode == 0
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", read.decode())
    for words in ("generation", "300 of 300", "epoch ends", "╭", "not running: finished"):
        assert words in text


def test_a_panel_shows_names_as_text():
    seen = Glance(True, 5, 10, 3.0, "[red]odd[/nonsense]", 0.5, 0.25, (("[bold]", None), ("b", 1234)), (0.0, 1.0))
    out = io.StringIO()
    Console(file=out, width=100).print(panel(seen, "[blue]run"))
    for words in ("[red]odd[/nonsense]", "[bold]: not yet", "b: 1,234", "[blue]run", "▁█  0.000 to 1.000"):
        assert words in out.getvalue()


def test_a_sparkline_rises_with_its_values():
    assert sparkline(()) == ""
    assert sparkline((0.5, 0.5)) == "▁▁"
    assert sparkline((0.0, 0.5, 1.0)) == "▁▅█"
    assert sparkline((1.0, -1.0)) == "█▁"

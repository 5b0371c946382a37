"""What a process does with one run of a campaign: run it, or go on with it, and say what came out."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import socket
import tarfile
import tempfile
import threading
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from evomod import runner
from evomod.campaign.results import Row, look
from evomod.errors import EvomodError, InUseError
from evomod.lineage.folder import LOCK, log_event
from evomod.recording import Outcome
from evomod.scenario import Scenario

Status = Literal["finished", "stopped", "failed", "in use"]
ABANDONED = 300.0  # seconds without a write after which a run of another host is taken to be dead: blocks take 5
TOKEN = "campaign.token"
ONE_THREAD = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")  # a process
ONE_AT_A_TIME = threading.Lock()  # DEAP draws from the global `random`, and h5py knows one thread
_asked: set[str] = set()  # tokens of the campaigns that want their runs to stop


@dataclass(frozen=True)
class Task:
    """One run, as it is sent to a process.

    Attributes
    ----------
    index : int
        Number of the run in the plan.
    scenario : Scenario
        With its seed.
    campaign, run : str
        Absolute path of the campaign's folder, and the run's folder within it.
    token : str
        What stands in the campaign's folder: whoever reads another there, or none, does not share the disk.
    epoch_ends : how many of the last epoch ends to report, or 'all'
    cwd : str
        Where the campaign was begun; founders that lie on the disk are named from there.
    """

    index: int
    scenario: Scenario
    campaign: str
    run: str
    token: str
    epoch_ends: int | Literal["all"]
    cwd: str


@dataclass(frozen=True)
class Report:
    """What became of a task.

    Attributes
    ----------
    index : int
    status : 'finished'; 'stopped' by a signal, to be gone on with; 'failed'; 'in use' by another process
    results : the flattened `show`
    epoch_ends : rows of `results.epoch_ends`
    seconds : wall time of this attempt, everything included
    host : str
    error : str
        A sentence, if it failed; `trace` where it was.
    archive : bytes or None
        The run's folder as a tar file, where the disk is not shared.
    """

    index: int
    status: Status
    results: Row = field(default_factory=dict)
    epoch_ends: list[list[Any]] = field(default_factory=list)
    seconds: float = 0.0
    host: str = ""
    error: str = ""
    trace: str = ""
    archive: bytes | None = None


def ask_to_stop(token: str) -> None:
    """Let this process end the run of a campaign that it is at, resumable, with the present generation."""
    _asked.add(token)


def carry_out(task: Task) -> Report:
    """Do a task; whatever goes wrong is in the report."""
    started = time.perf_counter()
    _asked.discard(task.token)
    with ONE_AT_A_TIME:
        try:
            report = _reported(task)
        except Exception as problem:  # noqa: BLE001 - one bad run must not end the others
            error = str(problem) if isinstance(problem, EvomodError) else f"{type(problem).__name__}: {problem}"
            report = Report(task.index, "failed", error=error, trace=traceback.format_exc())
            _note_failure(Path(task.campaign, task.run), report)
    return replace(report, seconds=time.perf_counter() - started, host=socket.gethostname())


def _reported(task: Task) -> Report:
    try:
        if _shares_disk(task):
            return Report(task.index, *_run(task, Path(task.campaign, task.run)))
        with tempfile.TemporaryDirectory(prefix="evomod-run-") as own:
            report = Report(task.index, *_run(task, Path(own, "run")))
            return replace(report, archive=_packed(Path(own, "run")) if report.status == "finished" else None)
    except InUseError as problem:
        return Report(task.index, "in use", error=str(problem))


def _run(task: Task, folder: Path) -> tuple[Status, Row, list[list[Any]]]:
    with _at_home(task):
        outcome = _complete(task, folder)
    if not outcome.finished and task.token in _asked:
        return "stopped", {}, []
    return "finished", *look(folder, task.epoch_ends)


def _complete(task: Task, folder: Path) -> Outcome:
    def stopped() -> bool:
        return task.token in _asked

    try:
        return runner.complete(task.scenario, folder, stopped)
    except InUseError:
        if not _is_abandoned(folder):
            raise
        (folder / LOCK).unlink(missing_ok=True)
        return runner.complete(task.scenario, folder, stopped)


def _is_abandoned(folder: Path) -> bool:
    """Is the lock that of another host, and was nothing written in the folder for long, by the disk's own clock?"""
    try:
        if f'"{socket.gethostname()}"' in (folder / LOCK).read_text():
            return False  # the kernel knows who runs here
        latest = max(path.stat().st_mtime for path in folder.iterdir())
        with tempfile.NamedTemporaryFile(dir=folder.parent) as now:
            return Path(now.name).stat().st_mtime - latest > ABANDONED
    except OSError:
        return False


def _shares_disk(task: Task) -> bool:
    with contextlib.suppress(OSError):
        return Path(task.campaign, TOKEN).read_text() == task.token
    return False


@contextlib.contextmanager
def _at_home(task: Task) -> Iterator[None]:
    """In the folder in which the campaign was begun, where it matters and exists."""
    if task.scenario.initial.files and Path(task.cwd).is_dir() and Path.cwd() != Path(task.cwd):
        with contextlib.chdir(task.cwd):
            yield
    else:
        yield


def _note_failure(folder: Path, report: Report) -> None:
    with contextlib.suppress(EvomodError, OSError):  # the report says it as well
        if (folder / runner.RESOLVED).exists():  # else it is no run of ours, or one that has not begun
            where = {"pid": os.getpid(), "host": socket.gethostname()}
            log_event(folder, "failed", error=report.error, trace=report.trace, **where)


def _packed(folder: Path) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.add(folder, arcname=".")
    return buffer.getvalue()


def unpack(archive: bytes, folder: Path) -> None:
    """Put a run's folder that was sent back where it belongs, all of it or nothing, in the place of a part of it."""
    folder.parent.mkdir(exist_ok=True)
    aside = folder.with_name(f".{folder.name}.unpacking")
    shutil.rmtree(aside, ignore_errors=True)
    with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
        packed.extractall(aside, filter="data")
    if folder.exists():
        shutil.rmtree(folder)
    aside.rename(folder)

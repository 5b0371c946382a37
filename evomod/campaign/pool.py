"""Processes of this machine that carry out tasks; one that dies takes only its own run with it."""

from __future__ import annotations

import contextlib
import faulthandler
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import connection
from pathlib import Path
from typing import Any

from evomod.campaign.worker import ONE_AT_A_TIME, ONE_THREAD, Report, Task, ask_to_stop, carry_out
from evomod.errors import ClusterError, EvomodError
from evomod.scenario import Scenario
from evomod.warmup import warm_up

GUARD = 'if __name__ == "__main__":'


class Pool:
    """`jobs` processes, each an executor of its own: if one is killed it is known which run it was at.

    Attributes
    ----------
    n : int
        How many tasks to keep under way.
    """

    def __init__(self, jobs: int, logs: Path, token: str) -> None:
        self.n, self.logs, self.token = jobs, logs, token
        self.context = multiprocessing.get_context("forkserver")
        self.context.set_forkserver_preload(["evomod.campaign.worker"])  # imports alone: no thread has begun
        self.idle: list[_Worker] = []
        self.begun = 0
        self.busy: dict[Future[Report], tuple[_Worker, Task]] = {}

    @property
    def workers(self) -> int:
        """How many tasks are carried out at once."""
        return self.n

    def __enter__(self) -> Pool:
        self.before = {name: os.environ.get(name) for name in ONE_THREAD}
        os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
        return self

    def __exit__(self, *_: object) -> None:
        for worker, _task in self.busy.values():  # somebody does not want to wait; what they wrote is safe
            worker.signal(signal.SIGKILL)
        for worker in [*self.idle, *(worker for worker, _ in self.busy.values())]:
            worker.close()
        for name, value in self.before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})

    def prepare(self, scenarios: Sequence[Scenario]) -> None:
        """Compile in one process what all will need."""
        worker = self._free()
        try:
            worker.pid.result()
        except BrokenProcessPool:
            raise ClusterError(
                f"no process could be started. A program that runs campaigns must do so under `{GUARD}`, as each of "
                "its processes imports it"
            ) from None
        try:
            worker.executor.submit(warm_up, scenarios).result()
        except BrokenProcessPool:  # then whoever runs first compiles
            worker = worker.renewed()
        except EvomodError:  # the controlling process was told to stop as well, or the runs will say it better
            pass
        self.idle.append(worker)

    def submit(self, task: Task) -> None:
        """Begin a task; there must be an idle process, or room for another."""
        worker = self._free()
        try:
            future = worker.executor.submit(carry_out, task)
        except BrokenProcessPool:  # it died while it had nothing to do
            worker = worker.renewed()
            future = worker.executor.submit(carry_out, task)
        self.busy[future] = worker, task

    def _free(self) -> _Worker:
        if self.idle:
            return self.idle.pop()
        self.begun += 1
        return _Worker(self.context, self.logs / f"worker-{self.begun}.log", self.token)

    def wait(self, seconds: float) -> list[Report]:
        """What has been done, as soon as something has, or after so many seconds."""
        if not self.busy:
            time.sleep(seconds)
        done, _ = wait(self.busy, timeout=seconds, return_when=FIRST_COMPLETED)
        reports = []
        for future in done:
            worker, task = self.busy.pop(future)
            try:
                reports.append(future.result())
            except BrokenProcessPool:
                how = worker.death()
                worker = worker.renewed()
                reports.append(Report(task.index, "failed", error=f"its process died ({how})"))
            self.idle.append(worker)
        return reports

    def stop(self) -> None:
        """Ask all runs to finish their generation and close their logs."""
        for worker, _ in self.busy.values():
            worker.signal(signal.SIGTERM)


class _Worker:
    def __init__(self, context: Any, log: Path, token: str) -> None:
        self.context, self.log, self.token = context, log, token
        for wait_for in (0.1, 0.5, 2.0, 0.0):
            self.executor = ProcessPoolExecutor(1, mp_context=context, initializer=_begin, initargs=(str(log), token))
            try:
                self.pid: Future[int] = self.executor.submit(os.getpid)
                break
            except (OSError, EOFError):  # the server of processes was killed; the next one is being started
                if not wait_for:
                    raise
                time.sleep(wait_for)

    def signal(self, number: int) -> None:
        with contextlib.suppress(OSError, BrokenProcessPool):
            os.kill(self.pid.result(), number)

    def death(self) -> str:
        """How the process ended, in words."""
        with contextlib.suppress(OSError, BrokenProcessPool, AttributeError):
            # The executor knows its only process, but has no public name for it.
            for process in list((self.executor._processes or {}).values()):
                process.join(1)
                if process.exitcode is not None and process.exitcode < 0:
                    name = signal.Signals(-process.exitcode).name
                    return name + (": out of memory, or killed" if name == "SIGKILL" else "")
        return f"see {self.log}"

    def renewed(self) -> _Worker:
        self.close()
        return _Worker(self.context, self.log, self.token)

    def close(self) -> None:
        self.executor.shutdown(wait=False, cancel_futures=True)


def check_guard() -> None:
    """SystemExit in a process that only imports the program that began it, and would begin the same again."""
    if getattr(multiprocessing.current_process(), "_inheriting", False):  # what multiprocessing itself looks at
        raise SystemExit(f"a campaign is begun where its own processes import this program: put it under `{GUARD}`")


def _begin(log: str, token: str) -> None:
    """In a new process: keep what is printed, let signals ask its run to stop, end when the controlling one does."""
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(file, 1)
    os.dup2(file, 2)
    faulthandler.enable()
    # However many come: Ctrl-C reaches all processes of a terminal, a cluster's warning all of a job.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1):
        signal.signal(number, lambda *_: ask_to_stop(token))
    threading.Thread(target=_end_with_parent, args=(token,), daemon=True).start()


def _end_with_parent(token: str) -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None  # noqa: S101 - this is a child
    connection.wait([parent.sentinel])
    ask_to_stop(token)
    ONE_AT_A_TIME.acquire(timeout=60)  # the run has finished its generation and closed its log
    os._exit(1)

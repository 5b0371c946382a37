"""Carrying out a plan: hand runs to whoever works, write down what comes back, try again what failed, stop in time."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from evomod.campaign import tables
from evomod.campaign.backend import Backend
from evomod.campaign.folder import Campaign
from evomod.campaign.journal import Journal
from evomod.campaign.plan import MAX_CELLS, Plan
from evomod.campaign.pool import Pool, check_guard
from evomod.campaign.progress import Progress, Tally
from evomod.campaign.worker import Report, Task, unpack
from evomod.errors import EvomodError, InputError
from evomod.runner import pinned
from evomod.scenario import Scenario
from evomod.signals import noted

ATTEMPTS = 2
PATIENCE = 1.0  # seconds until a run that is in use elsewhere is tried again
SPARE_BYTES = 16 << 20  # of the disk: with less than that, runs fail for want of it
MAX_PROCESSES = 256  # of one machine, 90 MB each
MAX_COMPILED = 20  # scenarios that are run for a moment before the others begin


@dataclass(frozen=True)
class Outcome:
    """How a campaign's stretch ended.

    Attributes
    ----------
    folder : Path
    asked, done, failed : how many runs, of those asked for now
    all_done, all_runs : how many runs are done of the whole campaign, and how many it has
    reason : str
        Why it stopped before all were done; empty if they were.
    signal : int or None
    errors : what went wrong, by the run's number
    files : tables and figures that were written
    """

    folder: Path
    asked: int
    done: int
    failed: int
    all_done: int
    all_runs: int
    reason: str = ""
    signal: int | None = None
    errors: dict[int, str] = field(default_factory=dict)
    files: tuple[Path, ...] = ()


def run(
    plan: Plan,
    folder: Path | str | None = None,
    *,
    text: str | None = None,
    jobs: int | None = None,
    backend: Callable[[Campaign], Backend] | None = None,
    only: Mapping[str, Sequence[str]] | None = None,
    shard: tuple[int, int] = (1, 1),
    limit: int | None = None,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> Outcome:
    """Run everything of a plan that is not done yet, then write the tables (a shard leaves that to the whole).

    Parameters
    ----------
    plan : Plan
    folder : Path, optional
        `campaigns/<name>-<hash8>` by default. A campaign that stands there is gone on with.
    text : str, optional
        The campaign file as it was written, kept in the folder.
    jobs : int, optional
        Processes of this machine, each with one thread; as many as there are cores by default. They import the
        program that calls this: let it do so under `if __name__ == "__main__":`.
    backend : callable, optional
        Makes what carries out the runs instead: `evomod.campaign.cluster.Dask`.
    only : factor → levels as text, optional
        Leave out runs with other levels; `seed` is a factor here.
    shard : (k, n)
        The k-th of n parts, which may be done elsewhere at the same time.
    limit : int, optional
        At most so many runs now.
    on_progress : called with a `Progress`

    Raises
    ------
    RunFolderError
        The folder holds something else.
    InUseError
        Somebody is working at this part of the campaign.
    InputError
        `only` names what is not there.
    """
    check_guard()
    plan.chosen(only or {}, shard)  # a mistake is told before a folder is made
    plan = plan.pinned()
    campaign = Campaign.begin(plan, folder, text)
    chosen = campaign.plan.chosen(only or {}, shard)
    with campaign.held(shard):
        campaign.save()
        stretch = _Stretch(campaign, chosen, limit, on_progress)
        processes = max(1, min(jobs or cores(), len(stretch.todo), MAX_PROCESSES))
        make = backend or (lambda one: Pool(processes, one.folder / "logs", one.token))
        return stretch.go(make, shard)


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Stretch:
    """One controller's work, from its start to its end."""

    def __init__(
        self, campaign: Campaign, chosen: Iterator[int], limit: int | None, show: Callable[[Progress], None]
    ) -> None:
        self.campaign, self.plan, self.show = campaign, campaign.plan, show
        before, cells = campaign.places(), [Tally() for _ in self.plan.cells]
        self.before = sum(place.finished for place in before.values())
        self.progress = Progress(self.plan, cells)
        todo: list[int] = []
        for index in chosen:
            tally, done = cells[index % len(cells)], index in before and before[index].finished
            tally.asked += 1
            tally.done += done
            if done:
                self._tidy(index)
            else:
                todo.append(index)
            if len(todo) == limit:
                break
        self.todo = deque(todo)
        self.attempts: dict[int, int] = {}
        self.waiting: list[tuple[float, int]] = []  # runs in use elsewhere, and when to look again
        self.under_way: set[int] = set()
        self.in_a_row, self.last_error, self.reason = 0, "", ""
        self.signal: int | None = None
        self.started = time.monotonic()

    def go(self, make: Callable[[Campaign], Backend], shard: tuple[int, int]) -> Outcome:
        campaign, self.shard = self.campaign, shard
        if self.todo:
            _check_founders(self.plan, self.todo, campaign.cwd)
            with make(campaign) as self.backend, Journal(campaign.journal(shard)) as self.journal, noted(self._ask):
                campaign.note_provenance(shard)
                campaign.note(shard, "start", runs=len(self.todo))
                try:
                    self.backend.prepare(examples(self.plan, self.todo))
                    self._work()
                except BaseException as error:
                    campaign.note(shard, "stop", reason=str(error) or type(error).__name__)
                    raise
            campaign.note(shard, "stop", reason=self.reason or "all runs asked for were tried")
        files = tables.write(campaign) if shard[1] == 1 else ()
        total, errors = self.progress.total, self.progress.errors
        counts = total.asked, total.done, total.failed, self.before + total.timed, len(self.plan)
        return Outcome(campaign.folder, *counts, self.reason, self.signal, errors, tuple(files))

    def _tidy(self, index: int) -> None:
        """Delete a run that is in the table alone; a kill may have come between the two."""
        if self.plan.keep == "table":
            shutil.rmtree(self.campaign.folder / self.plan[index].folder, ignore_errors=True)

    def _work(self) -> None:
        while self.todo or self.under_way or self.waiting:
            now = time.monotonic()
            self.progress.elapsed, self.progress.n = now - self.started, self.backend.workers
            if not self.reason:
                self._check(now)
            if self.reason:
                self.todo.clear()
                self.waiting.clear()
                self.backend.stop()
            for due, index in [pair for pair in self.waiting if pair[0] <= now]:
                self.waiting.remove((due, index))
                self.todo.append(index)
            while self.todo and len(self.under_way) < self.backend.n:
                self._submit(self.todo.popleft())
            self.show(self.progress)
            for report in self.backend.wait(0.5 if not self.reason else 0.2):
                self._take(report)
        self.show(self.progress)

    def _check(self, now: float) -> None:
        plan = self.plan
        if self.signal is not None:
            self.reason = f"asked to by {signal.Signals(self.signal).name}"
        elif plan.seconds is not None and now - self.started >= plan.seconds:
            self.reason = f"{plan.seconds:g} seconds were over"
        elif self.in_a_row >= plan.failures:
            self.reason = f"{self.in_a_row} runs in a row failed, the last one so: {self.last_error}"

    def _submit(self, index: int) -> None:
        one = self.plan[index]
        scenario = self.plan.cells[one.cell].scenario.model_copy(update={"seed": one.seed})
        folder = self.campaign.folder.resolve()
        task = Task(
            index, scenario, str(folder), one.folder, self.campaign.token, self.plan.epoch_ends, self.campaign.cwd
        )
        self.under_way.add(index)
        self._tally(index).running += 1
        self.backend.submit(task)

    def _take(self, report: Report) -> None:
        index = report.index
        self.under_way.discard(index)
        self._tally(index).running -= 1
        if report.status == "finished":
            self._finish(report)
        elif report.status == "in use":
            self.waiting.append((time.monotonic() + PATIENCE, index))
        elif not self.reason and self.signal is None:
            self._fail(report) if report.status == "failed" else self.todo.append(index)

    def _finish(self, report: Report) -> None:
        tally = self._tally(report.index)
        folder = self.campaign.folder / self.plan[report.index].folder
        if report.archive is not None and self.plan.keep == "runs":
            unpack(report.archive, folder)
        self.journal.append(self._line(report), sync=self.plan.keep == "table")
        self._tidy(report.index)
        self.in_a_row = 0
        tally.done += 1
        tally.timed += 1
        tally.seconds += report.seconds

    def _fail(self, report: Report) -> None:
        index, folder = report.index, self.campaign.folder
        if (free := shutil.disk_usage(folder).free) < SPARE_BYTES:
            self.reason = f"the disk of {folder} is full ({free / 1e6:.1f} MB are left); free some space, then resume"
            return
        self.attempts[index] = self.attempts.get(index, 0) + 1
        self.in_a_row, self.last_error = self.in_a_row + 1, report.error
        self.campaign.note(self.shard, "failed", run=index, folder=self.plan[index].folder, error=report.error)
        if self.attempts[index] < ATTEMPTS:
            self.todo.append(index)
            return
        self.journal.append(self._line(report))
        self._tally(index).failed += 1
        self.progress.errors[index] = report.error

    def _tally(self, index: int) -> Tally:
        return self.progress.cells[index % len(self.plan.cells)]

    def _line(self, report: Report) -> dict[str, Any]:
        one = self.plan[report.index]
        return {
            "run": report.index,
            "cell": one.cell,
            "seed": one.seed,
            "status": report.status,
            "attempts": self.attempts.get(report.index, 0) + (report.status == "finished"),
            "seconds": round(report.seconds, 4),
            "host": report.host,
            "error": report.error,
            "trace": report.trace,
            "results": report.results,
            "epoch_ends": report.epoch_ends,
        }

    def _ask(self, number: int) -> None:
        self.signal = number


def _check_founders(plan: Plan, runs: Iterable[int], cwd: str) -> None:
    """Tell which condition cannot begin, as its founders cannot be read, before anything is run."""
    for cell in dict.fromkeys(index % len(plan.cells) for index in runs):
        if not plan.cells[cell].scenario.initial.files:
            continue
        try:
            with contextlib.chdir(cwd):
                pinned(plan.cells[cell].scenario)
        except (EvomodError, OSError) as error:
            label = plan.cells[cell].label
            raise InputError(f"{label}: {error} (paths are relative to {cwd}); the others run with --only") from error


def examples(plan: Plan, runs: Iterable[int]) -> list[Scenario]:
    """A scenario of each kind among these runs: cells that differ in numbers alone need the same code."""
    kinds: dict[str, Scenario] = {}
    for cell in dict.fromkeys(index % len(plan.cells) for index in islice(runs, MAX_CELLS)):
        scenario = plan.cells[cell].scenario
        kinds.setdefault(_without_numbers(scenario.resolved()), scenario.model_copy(update={"seed": plan.seed}))
    return list(kinds.values())[:MAX_COMPILED]


def _without_numbers(node: Any) -> str:
    if isinstance(node, dict):
        return "{" + ",".join(f"{key}:{_without_numbers(value)}" for key, value in node.items()) + "}"
    if isinstance(node, list | tuple):
        return "[" + ",".join(map(_without_numbers, node)) + "]"
    return "#" if isinstance(node, int | float) and not isinstance(node, bool) else repr(node)

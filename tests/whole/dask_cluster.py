"""A real Dask scheduler and real workers, each a process of its own, on loopback; and a campaign for them."""

from __future__ import annotations

import csv
import os
import socket
import subprocess
import sys
from pathlib import Path

from evomod.campaign import Campaign, Cell, Plan, journal
from evomod.campaign.tables import ABOUT
from tests.whole.conftest import SEX, contents, tiny

ROOT = Path(__file__).parents[2]


class Cluster:
    """A scheduler, and workers that are started one by one. Use as a context manager."""

    def __init__(self, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.folder, self.address, self.processes = folder, f"tcp://127.0.0.1:{self.port}", []

    def __enter__(self):
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", self.port, "--no-dashboard")
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.kill()  # a nanny's worker ends with it
        for process in self.processes:
            process.wait()

    def worker(self, nanny="--no-nanny", threads=1, source=ROOT):
        """Start a worker that imports evomod from `source`; without a nanny, the process is the worker itself."""
        options = ("--nthreads", threads, nanny, "--no-dashboard", "--local-directory", self.folder)
        return self._start("worker", self.address, *options, source=source)

    def _start(self, *command, source=ROOT):
        environment = {**os.environ, "PYTHONPATH": str(source)}
        with (self.folder / f"{command[0]}-{len(self.processes)}.log").open("wb") as log:
            head = [sys.executable, "-m", "dask", *map(str, command)]
            process = subprocess.Popen(head, env=environment, cwd=self.folder, stdout=log, stderr=log)
        self.processes.append(process)
        return process


def plan(replicates=10, generations=200):
    """Twice as many runs as replicates."""
    settings = {"asexual": (), "sexual": (SEX,)}
    cells = [Cell({"condition": name}, tiny(f"generations={generations}", *more)) for name, more in settings.items()]
    return Plan("tiny", tuple(cells), replicates)


def after(n, act):
    """A callback that does something once, when so many runs are done."""
    done = []

    def look(progress):
        if not done and progress.total.done >= n:
            done.append(act())

    return look


def made(folder):
    """Everything that a campaign made and that does not depend on where: logs and tables."""
    campaign = Campaign(folder)
    with (folder / "runs.csv").open(newline="") as file:
        rows = [{key: cell for key, cell in row.items() if key not in ABOUT} for row in csv.DictReader(file)]
    logs = {
        one.folder: contents(folder / one.folder) for one in map(campaign.plan.__getitem__, range(len(campaign.plan)))
    }
    return rows, (folder / "epoch_ends.csv").read_bytes(), logs


def times_finished(folder):
    """For each run, how many lines of the journal say that it is finished."""
    campaign = Campaign(folder)
    found = [0] * len(campaign.plan)
    for path in folder.glob("journal*.jsonl"):
        for line in path.read_bytes().splitlines():
            if (read := journal._line(line)) is not None:
                found[read["run"]] += read["status"] == "finished"
    return found

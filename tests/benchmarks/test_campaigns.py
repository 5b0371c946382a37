"""How fast campaigns are, against one process and against each other: `python -m pytest -m benchmark -n 0`."""

import csv
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from evomod.campaign import Cell, Plan, run
from evomod.campaign.cluster import Dask
from tests.benchmarks.test_bars import SCENARIOS, logic_gates
from tests.whole.dask_cluster import Cluster

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]

SCENARIO = SCENARIOS / "logic_gates.yaml"
RUNS = 200
Bar = Callable[[str, str, str], None]

ONE_PROCESS = """
import os, sys, time
import evomod
from evomod import runner
os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
scenario = evomod.load(sys.argv[1], ["generations=2000"])
folder, first, stop = sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
runner.run(scenario.model_copy(update={"seed": 10**6}), f"{folder}/{first}", threaded=False)  # compiled and loaded
started = time.perf_counter()
for seed in range(first, stop):
    runner.run(scenario.model_copy(update={"seed": seed}), f"{folder}/s{seed}", threaded=False)
print(time.perf_counter() - started)
"""


def one_process(folder: Path, first: int, stop: int) -> float:
    """Seconds of the runs with these seeds, one after the other, in a process on one core."""
    command = [sys.executable, "-c", ONE_PROCESS, str(SCENARIO), str(folder), str(first), str(stop)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True, cwd=SCENARIOS.parent).stdout)


def timed_campaign(folder: Path, generations: int, runs: int) -> float:
    """Seconds of a campaign in two processes, from its start to its tables."""
    started = time.perf_counter()
    outcome = run(Plan("bars", (Cell({}, logic_gates(f"generations={generations}")),), runs), folder, jobs=2)
    assert outcome.done == runs
    return time.perf_counter() - started


def test_two_processes_against_one(tmp_path: Path, bar: Bar) -> None:
    alone = one_process(tmp_path, 1, RUNS // 2 + 1)  # half before and half after: the machine may change
    start = timed_campaign(tmp_path / "start", 1, 2)
    whole = timed_campaign(tmp_path / "campaign", 2000, RUNS)
    alone += one_process(tmp_path, RUNS // 2 + 1, RUNS + 1)
    with (tmp_path / "campaign" / "runs.csv").open() as file:
        evolved = sum(float(row["seconds"]) for row in csv.DictReader(file))
    bar("200 runs of 2,000 generations: one process on one core", "–", f"{alone:.1f} s")
    bar("… a campaign of 2 processes, start and tables included", "1.7 ×", f"{whole:.1f} s: {alone / whole:.2f} ×")
    overhead = 1000 * (2 * (whole - start) - evolved) / RUNS
    bar("… all but evolving and logging, a run", "50 ms", f"{overhead:.0f} ms, and {start:.1f} s to begin with")


MANY_RUNS = """
import dataclasses, resource, sys, tempfile
import evomod
from evomod import campaign
from evomod.campaign import analysis
from evomod.campaign.worker import carry_out

class Repeated:  # one run is made; the others are said to have come out the same
    n, workers, report = 64, 64, None
    def __init__(self, one): self.tasks = []
    def __enter__(self): return self
    def __exit__(self, *_): pass
    def prepare(self, scenarios): pass
    def stop(self): pass
    def submit(self, task): self.tasks.append(task)
    def wait(self, seconds):
        self.report = self.report or carry_out(self.tasks[0])
        done, self.tasks = self.tasks, []
        return [dataclasses.replace(self.report, index=task.index) for task in done]

if __name__ == "__main__":
    cells = [campaign.Cell({"every": k}, evomod.load(sys.argv[1], [f"schedule.every={k}", "generations=300"]))
             for k in range(2, 12)]
    with tempfile.TemporaryDirectory() as folder:
        outcome = campaign.run(campaign.Plan("many", tuple(cells), 1000), folder, backend=Repeated)
        analysis.write(analysis.analyse(campaign.Campaign(folder)))
        assert outcome.done == 10_000
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6)
"""


def test_memory_of_the_controlling_process(tmp_path: Path, bar: Bar) -> None:
    (tmp_path / "many.py").write_text(MANY_RUNS)
    command = [sys.executable, str(tmp_path / "many.py"), str(SCENARIO)]
    memory = float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    bar(
        "memory of the process that controls, compares and draws 10,000 runs",
        "300 MB",
        f"{memory:.0f} MB",
    )


def test_dask_against_the_pool(tmp_path: Path, bar: Bar) -> None:
    """In turns, so that whatever else the machine does hits both alike."""
    cells = (Cell({}, logic_gates("population=100", "selection.elite=30", "generations=200")),)
    seconds: dict[str, list[float]] = {"pool": [], "dask": []}

    def timed(kind: str, seed: int, n: int, **where: object) -> None:
        started = time.perf_counter()
        outcome = run(Plan("short", cells, n, seed), tmp_path / f"{kind}-{seed}", **where)  # type: ignore[arg-type]
        assert outcome.done == n
        seconds[kind].append((time.perf_counter() - started) / n)

    with Cluster(tmp_path) as dask:
        for _ in range(2):
            dask.worker()
        backend = partial(Dask, dask.address)
        run(Plan("warm", cells, 50), tmp_path / "warm", backend=backend)
        for k in range(5):
            timed("pool", 1 + 200 * k, 200, jobs=2)
            timed("dask", 1 + 200 * k, 200, backend=backend)
    ratios = [pool / dask for pool, dask in zip(seconds["pool"], seconds["dask"], strict=True)]
    middle, span = statistics.median(ratios), f"{min(ratios):.2f} to {max(ratios):.2f}"
    bar("1,000 short runs on Dask, 2 workers: throughput against the pool's", "≥ 0.85", f"{middle:.2f} ({span})")
    bar("… time for one of them", "reported", f"{1000 * statistics.median(seconds['dask']):.0f} ms")

"""How fast campaigns are, against one process that does the same: `python -m pytest -m benchmark -n 0`."""

import csv
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import evomod
from evomod import campaign

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]

SCENARIO = Path(__file__).parents[2] / "scenarios" / "logic_gates.yaml"
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
    return float(subprocess.run(command, capture_output=True, text=True, check=True, cwd=SCENARIO.parents[1]).stdout)


def plan(generations: int, runs: int) -> campaign.Plan:
    scenario = evomod.load(SCENARIO, [f"generations={generations}"]).model_copy(update={"seed": None})
    return campaign.Plan("bars", (campaign.Cell({}, scenario),), runs)


def test_two_processes_against_one(tmp_path: Path, bar: Bar) -> None:
    alone = one_process(tmp_path, 1, RUNS // 2 + 1)  # half before and half after: the machine may change
    started = time.perf_counter()
    outcome = campaign.run(plan(2000, RUNS), tmp_path / "campaign", jobs=2)
    wall = time.perf_counter() - started
    alone += one_process(tmp_path, RUNS // 2 + 1, RUNS + 1)
    assert outcome.done == RUNS
    with (tmp_path / "campaign" / "runs.csv").open() as file:
        evolved = sum(float(row["seconds"]) for row in csv.DictReader(file))
    overhead = 1000 * (2 * wall - evolved) / RUNS
    bar("200 runs of 2,000 generations: one process on one core", "–", f"{alone:.1f} s")
    bar("… a campaign of 2 processes, start and tables included", "1.7 ×", f"{wall:.1f} s: {alone / wall:.2f} ×")
    bar("… all but evolving and logging, a run", "50 ms", f"{overhead:.0f} ms")

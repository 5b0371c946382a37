"""What a campaign would take, from a sample of its runs that is timed: processor time, disk, memory."""

from __future__ import annotations

import resource
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evomod import runner
from evomod.campaign.controller import examples
from evomod.campaign.plan import Plan
from evomod.campaign.results import look
from evomod.scenario import Scenario, Stop
from evomod.warmup import warm_up

N_CELLS = 8  # that are timed
SECONDS = 2.0  # that each may take
PILOT = 64  # generations of the first, shortest sample


@dataclass(frozen=True)
class Estimate:
    """What the runs that are left would take, if none stopped before its last generation.

    Attributes
    ----------
    runs, cells, timed : int
        How many runs, of how many cells, of which how many were timed; the others are taken to cost what
        their births do.
    seconds : float
        Processor time of all.
    slowest : seconds of one run, and its cell's number
    bytes : float
        On the disk; `free` are there.
    memory : float
        Bytes of one process.
    stops : bool
        Runs may stop earlier, by a rule of their scenario.
    """

    runs: int
    cells: int
    timed: int
    seconds: float
    slowest: tuple[float, int]
    bytes: float
    free: int
    memory: float
    stops: bool


def estimate(plan: Plan, chosen: list[int], folder: Path) -> Estimate:
    """Time samples of cells, spread over the plan; deterministic but for the clock."""
    counts = np.bincount([index % len(plan.cells) for index in chosen], minlength=len(plan.cells))
    (present,) = np.nonzero(counts)
    # By chance, as anything regular may fall in step with the grid; the others by their size.
    timed = np.sort(np.random.default_rng(0).permutation(present)[:N_CELLS])
    warm_up(examples(plan, chosen))
    costs = {int(cell): _cost(plan.cells[cell].scenario, plan) for cell in timed}
    sizes = {int(cell): _size(plan.cells[cell].scenario) for cell in present}
    rates = np.sum(list(costs.values()), axis=0) / sum(sizes[cell] for cell in costs)
    seconds, size = np.sum([counts[k] * np.array(costs.get(k, sizes[k] * rates)) for k in sizes], axis=0)
    slowest = max(costs, key=lambda cell: costs[cell][0])
    near = next(path for path in (folder.resolve(), *folder.resolve().parents) if path.exists())
    return Estimate(
        runs=len(chosen),
        cells=len(present),
        timed=len(timed),
        seconds=float(seconds),
        slowest=(costs[slowest][0], slowest),
        bytes=float(size),
        free=shutil.disk_usage(near).free,
        memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0,
        stops=any(plan.cells[cell].scenario.stop != Stop() for cell in present),
    )


def _size(scenario: Scenario) -> float:
    """What time and disk are about proportional to."""
    return float(scenario.population * scenario.generations)


def _cost(scenario: Scenario, plan: Plan) -> tuple[float, float]:
    """Seconds and bytes of one run: a short and a longer sample, and the line through both."""
    with tempfile.TemporaryDirectory(prefix="evomod-sample-") as inside:
        length = min(PILOT, scenario.generations)
        short = _sample(scenario, plan, length, Path(inside) / "short")
        rate = max((short[0] - _sample(scenario, plan, 1, Path(inside) / "none")[0]) / length, 1e-7)
        longer = int(min(scenario.generations, max(4 * length, SECONDS / rate)))
        if longer <= length:
            return short
        long = _sample(scenario, plan, longer, Path(inside) / "long")
    rest = scenario.generations - longer
    seconds, size = ((b - a) / (longer - length) for a, b in zip(short, long, strict=True))
    return long[0] + max(seconds, 0.0) * rest, long[1] + max(size, 0.0) * rest


def _sample(scenario: Scenario, plan: Plan, generations: int, folder: Path) -> tuple[float, float]:
    changes = {"generations": generations, "stop": Stop(), "seed": plan.seed}
    started = time.perf_counter()
    runner.run(scenario.model_copy(update=changes), folder, threaded=False)
    row = str(look(folder, plan.epoch_ends))
    seconds = time.perf_counter() - started
    kept = folder.iterdir() if plan.keep == "runs" else ()
    return seconds, 2.0 * len(row) + sum(path.stat().st_blocks * 512 for path in kept)

"""Campaigns against their bars: `python -m pytest -m benchmark -n 0 tests/benchmarks/test_campaigns.py`."""

import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from evomod.campaign import Cell, Plan, run
from evomod.campaign.cluster import Dask
from tests.benchmarks.test_bars import logic_gates
from tests.whole.dask_cluster import Cluster

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]
Bar = Callable[[str, str, str], None]


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

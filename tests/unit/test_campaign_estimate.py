"""What a campaign would take, from a few of its settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from evomod.campaign import Cell, Plan, estimate
from tests.whole.conftest import tiny


def test_settings_that_were_not_timed_cost_what_their_births_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sizes = [20, 2000] * 15  # regular, as the cells of a grid are
    cells = tuple(Cell({"k": k}, tiny(f"population={size}")) for k, size in enumerate(sizes))
    monkeypatch.setattr(estimate, "warm_up", lambda _: None)
    monkeypatch.setattr(estimate, "_cost", lambda one, _: (one.population * 1e-3, one.population * 10.0))
    found = estimate.estimate(Plan("p", cells, 4), list(range(4 * 30)), tmp_path / "not" / "there")
    assert (found.runs, found.cells, found.timed) == (120, 30, estimate.N_CELLS)
    assert found.seconds == pytest.approx(4 * sum(sizes) * 1e-3)
    assert found.bytes == pytest.approx(4 * sum(sizes) * 10)
    assert found.slowest[0] == 2.0
    assert not found.stops


def test_a_short_run_is_timed_whole_and_a_long_one_by_a_part(tmp_path: Path) -> None:
    short, long = (Plan("p", (Cell({}, tiny(f"generations={n}", "stop.when_solved=true")),), 1) for n in (30, 200_000))
    few, many = (estimate.estimate(plan, [0], tmp_path) for plan in (short, long))
    assert 0 < few.seconds < many.seconds
    assert few.bytes < many.bytes
    assert many.stops


def test_the_estimate_is_near_what_a_run_takes(tmp_path: Path) -> None:
    plan = Plan("p", (Cell({}, tiny("generations=20000")),), 1)
    seconds, size = estimate._cost(plan.cells[0].scenario, plan)
    whole_seconds, whole_size = estimate._sample(plan.cells[0].scenario, plan, 20_000, tmp_path / "whole")
    assert whole_size / 2 < size < 2 * whole_size
    assert whole_seconds / 4 < seconds < 4 * whole_seconds  # other processes may be at work

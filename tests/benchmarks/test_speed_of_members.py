"""The bars of selections, length costs and six inputs: each on Kashtan & Alon's scenario, beside the default.

Generations a second of the log's own clock, log on, all births. `EVOMOD_BENCHMARK_GENERATIONS` makes them shorter, to
see that they work.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable
from pathlib import Path

import pytest

import evomod
from evomod.component import members
from evomod.costs.base import Cost
from evomod.selection.base import Selection

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SCENARIO = SCENARIOS / "logic_gates.yaml"
SEEDS = range(1, 4)
GENERATIONS = int(os.environ.get("EVOMOD_BENCHMARK_GENERATIONS", "3000"))
SELECTIONS = {
    "elite_replacement": "{kind: elite_replacement, elite: 300}",
    "truncation": "{kind: truncation, best: 500, elite: 1}",
    "rank": "{kind: rank, elite: 1}",
    "tournament": "{kind: tournament, size: 5, elite: 1}",
    "boltzmann": "{kind: boltzmann, strength: 30, elite: 1}",
    "lexicase": "{kind: lexicase, elite: 1}",
}
LENGTHS = ["length", "squared_length", "longest", "length_beyond"]
Bar = Callable[[str, str, str], None]


def rates(tmp_path: Path, *settings: str, scenario_file: Path = SCENARIO) -> list[float]:
    """Generations a second, for each seed."""
    found = []
    for seed in SEEDS:
        scenario = evomod.load(scenario_file, [*settings, f"generations={GENERATIONS}", f"seed={seed}"])
        evomod.run(scenario, tmp_path / str(seed))
        with evomod.open_run(tmp_path / str(seed)) as log:
            found.append(GENERATIONS / float(log.per_generation("timing/seconds").sum(dtype=float)))
    return found


def spread(values: list[float]) -> str:
    return f"{statistics.median(values):,.0f}/s ({min(values):,.0f} to {max(values):,.0f})"


@pytest.mark.parametrize("ties", ["stable", "random"])
@pytest.mark.parametrize("kind", SELECTIONS)
def test_each_selection(kind: str, ties: str, tmp_path: Path, bar: Bar) -> None:
    found = rates(tmp_path, f"selection={SELECTIONS[kind]}", f"selection.ties={ties}")
    least = 500 if kind == "lexicase" else 5_000
    bar(f"selection {kind}, ties {ties}, 1,000 individuals, all births logged", f"≥ {least:,}/s", spread(found))


@pytest.mark.parametrize(("positions", "least"), [("line", 8_000), ("layers", 5_000), ("optimal", 1_000)])
@pytest.mark.parametrize("kind", LENGTHS)
def test_each_length_cost(kind: str, positions: str, least: int, tmp_path: Path, bar: Bar) -> None:
    cost = f"fitness.costs=[{{kind: {kind}, weight: 0.002, positions: {positions}}}]"
    bar(f"cost {kind}, positions {positions}", f"≥ {least:,}/s", spread(rates(tmp_path, cost)))


@pytest.mark.parametrize(("kind", "least"), [("random", 5_000), ("modularity", 100)])
def test_each_cost_that_is_no_wiring(kind: str, least: int, tmp_path: Path, bar: Bar) -> None:
    bar(f"cost {kind}", f"≥ {least:,}/s", spread(rates(tmp_path, f"fitness.costs=[{{kind: {kind}}}]")))


@pytest.mark.parametrize("births", ["all", "survivors"])
def test_six_inputs_and_three_outputs(births: str, tmp_path: Path, bar: Bar) -> None:
    path = SCENARIOS / "logic_gates_6_inputs.yaml"
    found = rates(tmp_path, f"record.births={births}", scenario_file=path)
    bar(f"six inputs, three outputs, 26 gates, 2,000 individuals, births {births}", "≥ 1,500/s", spread(found))


def test_every_selection_and_length_has_its_bar() -> None:
    assert set(SELECTIONS) == set(members(Selection))
    assert set(LENGTHS) | {"gates", "connections", "modularity", "random"} == set(members(Cost))

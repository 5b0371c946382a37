"""The bars of nets and of Pareto selection, the peer in the same run: `python -m pytest -m benchmark -n 0`."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import evomod
from evomod.landscape import Model, genomes_per_function
from evomod.scenario import Scenario
from tests.benchmarks import deap_nets

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]
SCENARIOS = Path(__file__).parents[2] / "scenarios"
SEEDS = (1, 2, 3)
Bar = Callable[[str, str, str], None]

TERNARY = ("population=1000", "fitness.costs=[]", "selection={kind: elite_replacement, elite: 300}")
WEIGHTED = {
    "genotype": {"kind": "weighted_net", "hidden": [8, 4, 2], "unit": "relu"},
    "variation": {"mutation": {"kind": "sum", "rate": 0.02}, "crossover": {"kind": "none"}},
    "initial": {"kind": "weights"},
}


def rate(scenario: Scenario, folder: Path) -> float:
    """Generations a second as the log's own clock saw them: evolving, recording, waiting for the writer."""
    evomod.run(scenario, folder)
    with evomod.open_run(folder) as log:
        return scenario.generations / float(log.per_generation("timing/seconds").sum(dtype=np.float64))


def rates(tmp_path: Path, name: str, generations: int, *settings: str) -> list[float]:
    def load(seed: int, n: int) -> Scenario:
        return evomod.load(SCENARIOS / f"{name}.yaml", [*settings, f"seed={seed}", f"generations={n}"])

    rate(load(1, 20), tmp_path / "warm")
    return [rate(load(seed, generations), tmp_path / f"{seed}") for seed in SEEDS]


def spread(values: list[float]) -> str:
    return f"{statistics.median(values):,.0f} ({min(values):,.0f} to {max(values):,.0f})/s"


def test_retina_nets(tmp_path: Path, bar: Bar) -> None:
    found = rates(tmp_path, "retina", 10_000)
    bar("KA05's retina nets, 600 individuals, all births logged", "5,000/s", spread(found))


def test_ternary_nets_against_deap(tmp_path: Path, bar: Bar) -> None:
    found = rates(tmp_path, "retina_performance", 3_000, *TERNARY, "record.births=all")
    n, started = 20, time.perf_counter()
    best = deap_nets.run(n, 1_000, seed=1)
    deap = n / (time.perf_counter() - started)
    assert max(best) > 0.75
    bar("ternary nets, 1,000 individuals, 256 patterns, one objective, all births logged", "1,500/s", spread(found))
    ratio = statistics.median(found) / deap
    bar("… against DEAP with NumPy, in this run", "–", f"{ratio:,.0f} × ({deap:.1f}/s)")


@pytest.mark.parametrize(("positions", "wanted"), [("grid", "250/s"), ("optimal", "200/s")])
def test_performance_and_connection_cost(tmp_path: Path, bar: Bar, positions: str, wanted: str) -> None:
    settings = ("population=2000", "selection.parents=1000", f"fitness.costs.0.positions={positions}")
    found = rates(tmp_path, "retina_cost", 1_000, *settings)
    bar(f"P&CC at full size, 1,000 parents and 1,000 offspring, positions {positions}", wanted, spread(found))


@pytest.mark.parametrize(("unit", "wanted"), [("relu", "100/s"), ("tanh", "60/s")])
def test_continuous_nets(tmp_path: Path, bar: Bar, unit: str, wanted: str) -> None:
    node: dict[str, Any] = evomod.load(SCENARIOS / "retina_performance.yaml", TERNARY).resolved() | WEIGHTED
    node["genotype"] = node["genotype"] | {"unit": unit}
    node["generations"] = 300
    found = []
    for seed in SEEDS:
        scenario = Scenario.model_validate(node | {"seed": seed})
        found.append(rate(scenario, tmp_path / f"{seed}"))
    bar(f"continuous 8-8-4-2-1 nets, 1,000 individuals, {unit}", wanted, spread(found))


def test_counting_the_38_bit_model(bar: Bar) -> None:
    genomes_per_function(Model())
    started = time.perf_counter()
    counts = genomes_per_function(Model())
    assert counts.sum() == 1 << 38
    bar("genomes of each of the 65,536 functions of 38 bits", "60 s", f"{time.perf_counter() - started:.2f} s")

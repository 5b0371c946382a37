"""The project's bars, measured side by side with a peer in the same run: `python -m pytest -m benchmark -n 0`.

Nothing here fails because a machine is slow; a bar that is missed shows in the table.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

import evomod
from evomod.engine import evolve
from evomod.population import Population
from evomod.scenario import Scenario
from tests.benchmarks import deap_baseline

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SEEDS = range(1, 6)
Bar = Callable[[str, str, str], None]


def logic_gates(*settings: str) -> Scenario:
    return evomod.load(SCENARIOS / "logic_gates.yaml", settings)


def seconds_of_run(tmp_path: Path, *settings: str) -> float:
    """Generations 0 to the end as the log's own clock saw them: evolving, recording, waiting for the writer."""
    folder = tmp_path / "-".join(settings).replace("=", "-")
    evomod.run(logic_gates(*settings), folder)
    with evomod.open_run(folder) as log:
        return float(log.per_generation("timing/seconds").sum(dtype=np.float64))


def spread(values: list[float]) -> str:
    return f"{statistics.median(values):,.0f} ({min(values):,.0f} to {max(values):,.0f})"


def twelve_inputs() -> Scenario:
    names = [f"i{k}" for k in range(12)]
    left, right = " ^ ".join(names[:6]), " ^ ".join(names[6:])
    node = logic_gates().resolved() | {
        "inputs": names,
        "goals": {"and": f"({left}) & ({right})", "or": f"({left}) | ({right})"},
        "generations": 2000,
    }
    node["genotype"]["n_gates"] = 26
    node["fitness"]["costs"][0]["above"] = 25.0
    return Scenario.model_validate(node)


def test_ka05_mvg_against_deap(tmp_path: Path, bar: Bar) -> None:
    evomod.run(logic_gates("generations=300"), tmp_path / "warm")
    ours = [10_000 / seconds_of_run(tmp_path, f"seed={seed}") for seed in SEEDS]
    n, started = 1_000, time.perf_counter()
    best = deap_baseline.run(n, seed=1)
    deap = n / (time.perf_counter() - started)
    assert max(best) > 0.75
    bar(
        "KA05 MVG, 10,000 generations, feedback, all births logged (seeds 1–5)",
        "10,000/s; ≥ 5,000/s",
        spread(ours) + "/s",
    )
    bar(
        "… against DEAP, same rules, tuned by hand, in this run",
        "400 ×",
        f"{statistics.median(ours) / deap:.0f} × ({deap:.0f}/s)",
    )


def test_deap_loop_with_our_compiled_fitness(bar: Bar) -> None:
    problem = logic_gates().problem
    encoding = problem.encoding
    targets = [problem.targets(goal, 0, 1) for goal in ("and", "or")]

    def evaluate(genomes: list[list[int]], goal: int) -> list[float]:
        population = Population.empty(len(genomes), encoding.n_loci, encoding.response_shape, 1)
        population.genomes[:] = genomes
        encoding.evaluate(population)
        encoding.count_hits(population, population.changed, targets[goal], population.hits)
        encoding.count_parts(population, population.changed, population.costs[:, 0])
        excess = np.maximum(0, population.costs[:, 0] - 11)
        return list((population.hits / encoding.max_hits - 0.2 * excess).tolist())

    n, started = 1_000, time.perf_counter()
    with_ours = deap_baseline.run(n, seed=1, evaluate=evaluate)
    rate = n / (time.perf_counter() - started)
    assert with_ours == pytest.approx(deap_baseline.run(n, seed=1))  # the same course, to the last generation
    bar("DEAP's loop with our compiled fitness", "reported", f"{rate:,.0f}/s")


def test_engine_deap(bar: Bar) -> None:
    """Both engines without the log, as DEAP's own loops have none."""

    def rate(engine: str, n: int) -> float:
        generations = evomod.evolve(logic_gates(f"engine={engine}").problem, 1)
        for _ in islice(generations, 10):  # compiled
            pass
        started = time.perf_counter()
        for _ in islice(generations, n):
            pass
        return n / (time.perf_counter() - started)

    ours, deap = rate("evomod", 10_000), rate("deap", 300)
    bar("KA05 MVG with `engine: deap`, without the log", "reported", f"{deap:,.0f}/s, 1/{ours / deap:.0f} of ours")


def test_twelve_inputs(tmp_path: Path, bar: Bar) -> None:
    rates = []
    for seed in SEEDS:
        scenario = twelve_inputs().model_copy(update={"seed": seed})
        evomod.run(scenario, tmp_path / str(seed))
        with evomod.open_run(tmp_path / str(seed)) as log:
            rates.append(2_000 / float(log.per_generation("timing/seconds").sum(dtype=np.float64)))
    bar("12 inputs (4,096 rows), 26 gates, all births logged (seeds 1–5)", "≥ 1,000/s", spread(rates) + "/s")


def test_cost_of_logging(tmp_path: Path, bar: Bar) -> None:
    """Engine alone, log without births, log with all births: interleaved, so that drift hits all alike."""
    alone, none, everything = [], [], []
    for seed in SEEDS:
        none.append(seconds_of_run(tmp_path, f"seed={seed}", "record.births=none"))
        everything.append(seconds_of_run(tmp_path, f"seed={seed}"))
        started = time.perf_counter()
        for _ in islice(evolve(logic_gates().problem, seed), 10_001):
            pass
        alone.append(time.perf_counter() - started)
    births = statistics.median(a / b - 1 for a, b in zip(everything, none, strict=True))
    whole = statistics.median(a / b - 1 for a, b in zip(everything, alone, strict=True))
    bar("cost of logging every birth: all births against none", "≤ 15 %", f"{births:.1%}")
    bar("… whole log against the bare engine", "reported", f"{whole:.1%}")


@pytest.mark.parametrize(("births", "limit"), [("all", 60), ("survivors", 10), ("none", 5)])
def test_size_and_memory_of_100_000_generations(births: str, limit: int, tmp_path: Path, bar: Bar) -> None:
    code = (
        "import resource, sys, evomod, pathlib;"
        f"evomod.run(evomod.load(pathlib.Path(sys.argv[1]), ['generations=1e5', 'record.births={births}']),"
        "pathlib.Path(sys.argv[2]));"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    evomod.run(logic_gates("generations=300", f"record.births={births}"), tmp_path / "warm")  # compile, in this process
    command = [sys.executable, "-c", code, str(SCENARIOS / "logic_gates.yaml"), str(tmp_path / "run")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    size = (tmp_path / "run" / "lineage.0000.h5").stat().st_size / 1e6
    bar(f"log of 100,000 generations × 1,000, births: {births}", f"≤ {limit} MB", f"{size:.1f} MB")
    if births == "all":
        bar("memory of that run", "≤ 300 MB", f"{float(done.stdout):.0f} MB")


def test_start_up(tmp_path: Path, bar: Bar) -> None:
    def best_of(n: int, *arguments: str) -> float:
        times = []
        for k in range(n):
            command = [sys.executable, "-m", "evomod", *(a.replace("{k}", str(k)) for a in arguments)]
            started = time.perf_counter()
            subprocess.run(
                command, check=True, capture_output=True, cwd=tmp_path, env={**os.environ, "PYTHONPATH": "."}
            )
            times.append(time.perf_counter() - started)
        return statistics.median(times)

    scenario = str(SCENARIOS / "logic_gates.yaml")
    bar("`python -m evomod --help`, median of 5", "≤ 0.3 s", f"{best_of(5, '--help'):.2f} s")
    bar("`python -m evomod check`, median of 5", "≤ 1.2 s", f"{best_of(5, 'check', scenario):.2f} s")
    code = (
        "import sys, itertools, pathlib, evomod;next(evomod.evolve(evomod.load(pathlib.Path(sys.argv[1])).problem, 1))"
    )
    times = []
    for _ in range(4):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", code, scenario], check=True, cwd=tmp_path)
        times.append(time.perf_counter() - started)
    bar("second start of a run until its first generation", "≤ 2 s", f"{statistics.median(times[1:]):.2f} s")

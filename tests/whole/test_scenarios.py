"""The scenarios that ship: they run, they say where each number comes from, and siblings differ in one arm only."""

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

import evomod
from evomod.scenario import Scenario

FILES = sorted((Path(__file__).parents[2] / "scenarios").glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_scenario_runs_three_generations(path: Path, tmp_path: Path) -> None:
    scenario = evomod.load(path, ["generations=3", "seed=1"])
    assert evomod.run(scenario, tmp_path / "run").generation == 3
    assert [g.population.generation for g in islice(evomod.evolve(scenario.problem, 1), 3)] == [0, 1, 2]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_scenario_says_where_it_comes_from_and_what_to_see(path: Path) -> None:
    header = path.read_text(encoding="utf-8").split("\nname:")[0]
    assert all(word in header for word in ("Source:", "doi", "Question:", "Expect:", "Siblings:"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_parameter_names_its_source(path: Path) -> None:
    body = "name:" + path.read_text(encoding="utf-8").split("\nname:")[1]
    goals = body.split("\ngoals:")[1].split("\n\n")[0].splitlines()  # theirs may stand above them
    assert sum("#" in line for line in goals) >= 1
    for line in body.splitlines():
        if re.search(r": *\S", line.split("#")[0]) and not re.match(
            r"(name|seed|record|  kind: circuit|  costs)", line
        ):
            assert "#" in line or line in goals or line.startswith("  goals:"), line


# In what each scenario may differ from its base, apart from name, length and stop; in all else it must not, so that no
# arm forgets a penalty, or anything, that the others have. A path stands for all below it. The base is logic_gates.yaml
# unless BASES has another; a base has none itself.
BASES = {
    **dict.fromkeys(("retina", "retina_slow", "retina_fixed", "retina_serial", "initialisation"), "retina"),
    **dict.fromkeys(("retina_cost", "retina_performance"), "retina_cost"),
    **dict.fromkeys(("layered_circuits", "layered_circuits_small"), "layered_circuits"),
}
ARMS = {
    "logic_gates_fixed": {"schedule"},
    "logic_gates_random": {"schedule", "goals.random"},
    "logic_gates_rvgc": {"schedule", "goals.random"},
    "logic_gates_vg0": {"schedule", "goals.nothing"},
    "logic_gates_nbvg": {"schedule", "goals.neighbour"},
    "logic_gates_nbvg_partners": {"schedule", "goals"},
    "logic_gates_rmvg": {"schedule", "goals"},
    "logic_gates_length": {"schedule", "fitness.costs.1"},
    "logic_gates_decay": {"schedule", "initial", "fitness.costs.0.above", "record.genomes_every"},
    "logic_gates_q_max": {"schedule", "goals"},
    "logic_gates_same_q": {"schedule", "goals"},
    "logic_gates_6_inputs": {
        *("schedule", "goals", "inputs", "genotype.n_gates", "fitness.costs.0.above"),
        *("population", "selection.elite", "record.births"),
    },
    "logic_gates_boltzmann": {"schedule", "goals", "selection", "variation", "population"},
    "connection_length": {"schedule", "fitness.costs"},
    "noise": {"schedule", "noise"},
    "retina_slow": {"schedule.every"},
    "retina_fixed": {"schedule"},
    "retina_serial": {"schedule.goals", "goals"},
    "initialisation": {"measures"},
    "retina_performance": {"fitness.costs", "selection"},
    "layered_circuits_small": {
        *("inputs", "goals", "genotype.hidden", "genotype.gates", "genotype.wired_outputs"),
        "variation.mutation",
    },
}


def leaves(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    if not children:
        yield path, node
    for key, child in children:
        yield from leaves(child, f"{path}.{key}" if path else str(key))


def differing(one: Scenario, other: Scenario) -> set[str]:
    left, right = (dict(leaves(scenario.resolved())) for scenario in (one, other))
    return {path for path in left.keys() | right.keys() if left.get(path) != right.get(path)}


def outside(paths: set[str], allowed: set[str]) -> set[str]:
    return {path for path in paths if not any(path == arm or path.startswith(f"{arm}.") for arm in allowed)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_scenarios_that_differ_in_one_arm_share_all_else(path: Path) -> None:
    name = BASES.get(path.stem, "logic_gates")
    base, arms = evomod.load(path.with_name(f"{name}.yaml")), ARMS.get(path.stem, set())
    assert (path.stem in ARMS) != (path.stem == name)
    found = differing(base, evomod.load(path))
    assert outside(found, arms | {"name", "generations", "stop"}) == set()
    # An arm that is no difference would let something else slip.
    assert all(outside(found, {arm}) != found for arm in arms)


@pytest.mark.parametrize("change", ["fitness.costs=[]", "selection.ties=random", "variation.mutation.rate=0.6"])
def test_a_forgotten_penalty_would_be_noticed(change: str) -> None:
    path = FILES[0].with_name("logic_gates_nbvg.yaml")
    found = differing(evomod.load(path.with_name("logic_gates.yaml")), evomod.load(path, [change]))
    assert outside(found, ARMS["logic_gates_nbvg"] | {"name", "generations", "stop"})


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_siblings_that_are_named_exist(path: Path) -> None:
    header = path.read_text(encoding="utf-8").split("\nname:")[0]
    for name in re.findall(r"\b(\w+\.yaml)", header):
        assert path.with_name(name).exists(), name


def test_ka05_is_as_published() -> None:
    scenario = evomod.load(FILES[0].with_name("logic_gates.yaml"))
    assert (scenario.population, scenario.selection.n_elite) == (1000, 300)
    (cost,) = scenario.fitness.costs
    assert (cost.kind, cost.weight, cost.above) == ("gates", 0.2, 11)
    assert scenario.problem.encoding.n_loci == 25
    mutation = scenario.variation.mutation.model_dump()
    assert mutation == {"kind": "redraw", "rate": 0.7, "per": "genome", "deletion": 0.0}


def test_the_modular_circuits_of_ka05_are_what_decay_begins_with() -> None:
    scenario = evomod.load(FILES[0].with_name("logic_gates_decay.yaml"))
    first = next(evomod.evolve(scenario.problem, 1)).population
    assert (first.genomes == first.genomes[0]).all()
    assert set(first.costs[:, 0]) == {11}
    assert set(first.hits) == {scenario.problem.max_hits}


def test_pka08_flips_each_of_104_bits_with_the_same_small_probability() -> None:
    scenario = evomod.load(FILES[0].with_name("logic_gates_boltzmann.yaml"))
    loci, _ = scenario.problem.encoding.bits
    assert (len(loci), scenario.variation.mutation.per) == (104, "bit")
    assert scenario.variation.mutation.rate == pytest.approx(0.7 / 104, rel=1e-3)
    assert scenario.problem.named_goals == tuple(f"g{k}" for k in range(1, 9))


def test_the_six_input_goals_come_in_the_order_of_ka05() -> None:
    problem = evomod.load(FILES[0].with_name("logic_gates_6_inputs.yaml")).problem
    order = [problem.epoch(20 * k, 1).goal for k in range(8)]
    assert order == ["g1", "g4", "g2", "g4", "g3", "g4", "g1", "g4"]


def test_the_retina_is_as_published() -> None:
    scenario = evomod.load(FILES[0].with_name("retina.yaml"))
    assert (scenario.population, scenario.selection.n_elite, scenario.fitness.success) == (600, 150, 0.95)
    assert (scenario.problem.encoding.layers, scenario.problem.n_counted) == ((8, 8, 4, 2, 1), 100)
    (cost,) = scenario.fitness.costs
    assert (cost.kind, cost.weight, cost.above) == ("gates", 0.01, 13)
    rates = scenario.variation.mutation.rate, scenario.variation.crossover.rate
    assert rates == (0.5, 0.5)


def test_the_small_model_of_kna07_has_38_bits() -> None:
    problem = evomod.load(FILES[0].with_name("layered_circuits_small.yaml")).problem
    assert len(problem.encoding.bits[0]) == 38

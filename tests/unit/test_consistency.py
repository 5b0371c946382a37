"""What parts of a scenario say of each other, and that each mistake is told once."""

from __future__ import annotations

from pathlib import Path

import pytest

import evomod
from evomod.errors import ScenarioError

SCENARIOS = Path(__file__).parents[2] / "scenarios"
NET = "genotype={kind: threshold_net, hidden: [4]}"
WEIGHTS = "genotype={kind: weighted_net, hidden: [4]}"


def told(*settings: str) -> list[str]:
    """Of the standard scenario with these settings."""
    with pytest.raises(ScenarioError) as error:
        evomod.load(SCENARIOS / "logic_gates.yaml", settings)
    return error.value.lines


@pytest.mark.parametrize(
    ("settings", "start"),
    [
        (["selection={kind: nsga2}"], "selection.kind: `engine: deap` has no selection of kind 'nsga2'; it has boltz"),
        (["selection={kind: pnsga}"], "selection.kind: `engine: deap` has no selection of kind 'pnsga'; it has boltz"),
        (
            [WEIGHTS, "variation.mutation={kind: sum}"],
            "variation.mutation.kind: `engine: deap` has no mutation of kind 'sum'; it has bit, redraw; or choose",
        ),
    ],
)
def test_what_deap_has_not_is_told_by_the_reader(settings: list[str], start: str) -> None:
    (line,) = told(*settings, "engine=deap")
    assert start in line
    evomod.load(SCENARIOS / "logic_gates.yaml", settings)


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ([NET, "genotype.thresholds=[99]"], "genotype.thresholds[0]: must be at most 15 [got 99]"),
        ([NET, "genotype.thresholds=[]"], "genotype.thresholds: needs at least 1 item [got []]"),
        (
            ["selection={kind: pnsga}", "selection.probability=[2]"],
            "selection.probability[0]: must be at most 1 [got 2]",
        ),
        (
            ["fitness.costs=[{kind: length, weight: 1, positions: {inputs: [[0]]}}]"],
            "fitness.costs[0].positions.parts: is missing",
        ),
        (["fitness.success=.nan"], "fitness.success: must be a finite number [got .nan]"),
        (["noise.sigma=1e7"], "noise.sigma: must be at most 1000000 [got 10000000.0]"),
        (
            [WEIGHTS, "variation.mutation={kind: product, sigma: 1e7}"],
            "variation.mutation.sigma: must be at most 1000000 [got 10000000.0]",
        ),
        (
            [NET, "initial={kind: file, path: a.blif}"],
            "initial.kind: `file` reads netlists, whose wires only the genotype `circuit` can have; use {kind: random}",
        ),
    ],
)
def test_a_mistake_is_told_once_and_where_it_is(settings: list[str], line: str) -> None:
    (only,) = told(*settings)
    assert only.endswith(f": {line}")

"""Compiling ahead, so that an array of jobs does not begin with each of them compiling the same."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from evomod import runner
from evomod.component import Component, members
from evomod.document import Document
from evomod.errors import ScenarioError, StoppedError
from evomod.goals.base import Goal
from evomod.lineage.pedigree import pedigree
from evomod.lineage.schema import SURVIVAL_STEP, SURVIVAL_WINDOW
from evomod.measures.base import Measure
from evomod.scenario import FAMILIES, Record, Scenario, Stop, parse
from evomod.selection.base import Selection
from evomod.yaml_core import to_yaml

GENERATIONS = 3
UNTIL_DECIDED = SURVIVAL_WINDOW + SURVIVAL_STEP  # generations until it is decided which births last

# Circuits that fit one register, and larger ones; as many nodes as a binary genome can address.
SMALL: dict[str, Any] = {
    "name": "warmup",
    "inputs": ["x", "y", "z", "w"],
    "genotype": {"kind": "circuit", "n_gates": 12},
    "goals": {"a": "(x ^ y) & (w ^ z)", "b": "(x ^ y) | (w ^ z)"},
    "schedule": {"kind": "alternating", "goals": ["a", "b"], "every": 2},
    "seed": 1,
}
LARGE = {**SMALL, "inputs": list("xyzwqrst"), "genotype": {"kind": "circuit", "n_gates": 24}}

# What to write for a field that has no default, and for a member whose fields must go together.
VALUES: dict[str, Any] = {
    "goal": "a",
    "goals": ["a", "b"],
    "centre": "a",
    "outputs": ["(x ^ y) & (w ^ z)"],
    "n_gates": 12,
    "computes": "x ^ y",
    "schedule": SMALL["schedule"],
    "of": [{"share": 1, "initial": {"kind": "random", "drift": 1}}],
}

# Fields with kernels of their own, off by default.
SWITCHED_ON: dict[str, dict[str, Any]] = {
    "fade": {"fade": 2, "every": 1},
    "deletion": {"deletion": 0.5},
    "links": {"links": 0.5},
    "drift": {"drift": 1},
    "positions": {"positions": "optimal"},
    "radius": {"positions": "layers", "radius": 2.0},
}
# Members that do not go with the rest of the examples, and what they need beside them.
WEIGHTED = {"genotype": {"kind": "weighted_net"}, "variation": {"mutation": {"kind": "sum"}}}
BESIDE: dict[str, dict[str, Any]] = {
    "links": {"genotype": {"kind": "ternary_net"}},
    **dict.fromkeys(["weighted_net", "weights", "sum", "product"], WEIGHTED),
}
NODES: dict[str, Any] = {"family": {"where": {"A": ["x ^ y"]}, "outputs": ["A"]}}


def warm_up(scenarios: Iterable[Scenario], ask: bool = False) -> int:
    """Run a few generations of each, log included, in a folder that is deleted; how many there were.

    `ask`: the last one's log is asked about descent as well.

    Raises
    ------
    StoppedError
        If a signal came first.
    """
    n = 0
    with tempfile.TemporaryDirectory(prefix="evomod-warmup-") as folder:
        for n, scenario in enumerate(scenarios, start=1):
            length = UNTIL_DECIDED if scenario.record.births == "survivors" else GENERATIONS
            short = {"generations": min(length, scenario.generations), "stop": Stop()}
            outcome = runner.run(scenario.model_copy(update=short), Path(folder) / str(n))
            if outcome.signal is not None:
                raise StoppedError("stopped before everything was compiled", outcome.signal)
        if n and ask:
            with runner.open_run(Path(folder) / str(n)) as log:
                log.line_of_descent("last")
                log.coalescence()
                log.descendants(0, [0], 1)
                log.common_ancestor(1, [0, 1], "all")
                pedigree(log, scenario.problem)
    return n


def examples() -> Iterator[Scenario]:
    """A small scenario for every member of every family, and for every choice that one of its fields offers."""
    for family in FAMILIES:
        for member in members(family).values():
            for node in choices(member):
                for base in (SMALL,) if family is Measure else (SMALL, LARGE):
                    scenario = _read(_with(base, family.__name__, node))
                    if scenario and not scenario.initial.files:  # what is read from the disk is not there
                        yield scenario
    for births in Record.model_json_schema()["properties"]["births"]["enum"]:
        if scenario := _read({**SMALL, "record": {"births": births}}):
            yield scenario


def choices(member: type[Component]) -> Iterator[dict[str, Any]]:
    """Scenario nodes of a member: as it is by default, then with each other truth value or word of each field."""
    schema = member.model_json_schema()
    fields = schema["properties"]
    base = {"kind": member.model_fields["kind"].default}
    base |= {name: VALUES.get(name, 1) for name in schema.get("required", ()) if name != "kind"}
    base |= NODES.get(base["kind"], {})
    yield base
    for name, field in fields.items():
        possible = field.get("enum", [True, False] if field.get("type") == "boolean" else [])
        if name in SWITCHED_ON:
            yield base | SWITCHED_ON[name]
        for value in possible:
            if value != field.get("default"):
                yield {**base, name: value}


def _with(base: dict[str, Any], family: str, node: dict[str, Any]) -> dict[str, Any]:
    """The scenario with a component in its place, and beside it what it needs."""
    base = {**base, **BESIDE.get(node["kind"], {})}
    key = family.lower()
    if family == "Measure":
        return {**base, "measures": [{**node, "every": 1}]}
    if family == "Goal" and members(Goal)[node["kind"]].structural:  # type: ignore[type-abstract]
        return {**base, "goals": {"a": node}, "schedule": {"kind": "fixed", "goal": "a"}}
    if family == "Goal":
        goals = {**base["goals"], "new": node}
        return {**base, "goals": goals, "schedule": {**base["schedule"], "goals": ["a", "new*"]}}
    if family == "Cost":
        # The column of an only cost is contiguous in memory, that of one among several is not.
        return {**base, "fitness": {"costs": [node] if base is SMALL else [node, node]}}
    if family == "Selection" and members(Selection)[node["kind"]].by_objectives:  # type: ignore[type-abstract]
        return {**base, key: node, "fitness": {"costs": [{"kind": "connections"}] * (1 if base is SMALL else 2)}}
    if family in ("Mutation", "Crossover"):
        return {**base, "variation": {key: node}}
    if family == "Genotype":
        same = node["kind"] == base["genotype"]["kind"]
        return {**base, "genotype": {**base["genotype"], **node} if same else node}
    return {**base, key: node}


def _read(node: dict[str, Any]) -> Scenario | None:
    """None where the parts do not go together: then nobody will run them together."""
    try:
        return parse(Document.parse(to_yaml(node), "warmup"))
    except ScenarioError:
        return None

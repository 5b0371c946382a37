"""What is described: conditions, each with its scenario and its runs, read from run folders and campaigns."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evomod.campaign import Campaign
from evomod.campaign.folder import PLAN
from evomod.errors import LogError
from evomod.report.summary import summary_of
from evomod.runner import open_run, open_scenario
from evomod.scenario import Scenario

Node = dict[str, Any]


@dataclass(frozen=True)
class Condition:
    """Runs of one scenario, which differ in their seeds alone.

    Attributes
    ----------
    label : str
        What tells it from other conditions.
    scenario : Scenario
        Its seed is not used.
    seeds : tuple of int
        One for each run.
    n_unfinished : int
        How many of the runs have not ended.
    stretches : tuple of dict
        Provenance of everything that worked at them.
    """

    label: str
    scenario: Scenario
    seeds: tuple[int, ...]
    n_unfinished: int
    stretches: tuple[Node, ...]


def is_campaign(folder: Path) -> bool:
    """Is this the folder of a campaign, and not of a run?"""
    return (folder / PLAN).is_file()


def read(folders: Sequence[Path | str]) -> list[Condition]:
    """The conditions in run folders and campaigns' folders, in order; runs that differ in their seeds alone are one.

    Raises
    ------
    RunFolderError
        A folder holds neither.
    LogError
        A log cannot be read, or there is nothing in it yet.
    """
    found: list[Condition] = []
    for folder in map(Path, folders):
        for one in _of_campaign(folder) if is_campaign(folder) else [_of_run(folder)]:
            same = [k for k, other in enumerate(found) if experiment(other.scenario) == experiment(one.scenario)]
            if same:
                found[same[0]] = _joined(found[same[0]], one)
            else:
                found.append(one)
    labels = [one.label for one in found]
    return [
        replace(one, label=f"{one.label} ({k})") if labels.count(one.label) > 1 else one
        for k, one in enumerate(found, 1)
    ]


def experiment(scenario: Scenario) -> Node:
    """What makes a condition: all values but its name and its seed."""
    return {key: value for key, value in scenario.resolved().items() if key not in ("name", "seed")}


def _of_run(folder: Path) -> Condition:
    scenario = open_scenario(folder)
    with open_run(folder) as log:
        done = summary_of(log)["status"] == "finished"
    return Condition(scenario.name, scenario, (scenario.seed or 0,), int(not done), tuple(stretches(folder)))


def _of_campaign(folder: Path) -> Iterator[Condition]:
    campaign = Campaign(folder)
    plan, done = campaign.plan, {run for run, place in campaign.places().items() if place.finished}
    worked = tuple(stretches(folder))
    for k, cell in enumerate(plan.cells):
        runs = range(k, len(plan), len(plan.cells))
        n_left = sum(run not in done for run in runs)
        yield Condition(cell.label, cell.scenario, tuple(plan[run].seed for run in runs), n_left, worked)


def stretches(folder: Path) -> Iterator[Node]:
    """Provenance of a run's start and resumes, or of whatever worked at a campaign; LogError if it cannot be read."""
    for path in sorted(folder.glob("provenance*.json")):
        try:
            node = json.loads(path.read_text(encoding="utf-8"))
            found = node.get("stretches") or [node, *node.get("resumed", [])]
            if not all(isinstance(one.get("software", {}), dict) for one in found):
                raise TypeError("its software is none")
        except (OSError, ValueError, AttributeError, TypeError) as error:
            raise LogError(f"{path}: cannot be read as provenance ({error})") from error
        yield from found


def _joined(one: Condition, other: Condition) -> Condition:
    """The same run given twice is one."""
    seeds = tuple(dict.fromkeys((*one.seeds, *other.seeds)))
    n_unfinished = one.n_unfinished + other.n_unfinished * (len(seeds) > len(one.seeds))
    return replace(one, seeds=seeds, n_unfinished=n_unfinished, stretches=(*one.stretches, *other.stretches))

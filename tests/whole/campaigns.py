"""Small campaigns, and what carries them out within the test's own process."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from evomod.campaign import Cell, Plan, tables
from evomod.campaign.worker import carry_out
from tests.whole.conftest import TINY, contents, tiny

CAMPAIGN = """
name: small
scenario: tiny.yaml
set: {generations: 120}
conditions:
  MVG: {}
  FG: {schedule: {kind: fixed, goal: and}}
grid:
  population: [20, 30]
runs: 3
"""


def write_files(folder: Path, text: str = CAMPAIGN) -> Path:
    """A campaign file and its scenario in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tiny.yaml").write_text(TINY)
    path = folder / "small.yaml"
    path.write_text(text)
    return path


def plan(runs: int = 3, *settings: str, **more) -> Plan:
    """Two small cells."""
    cells = tuple(
        Cell({"population": n}, tiny(f"population={n}", "generations=120", *settings).model_copy(update={"seed": None}))
        for n in (20, 30)
    )
    return Plan("small", cells, runs, **more)


class Inline:
    """A backend of one: each task is done when it is waited for."""

    n, workers = 1, 1

    def __init__(self, campaign, before=lambda _: None) -> None:
        self.campaign, self.before, self.tasks, self.stops = campaign, before, [], 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def prepare(self, scenarios):
        self.prepared = list(scenarios)

    def submit(self, task):
        assert not self.tasks
        self.tasks.append(task)

    def wait(self, seconds):
        done = []
        for task in self.tasks:
            report = self.before(task)
            done.append(report or carry_out(task))
        self.tasks.clear()
        return done

    def stop(self):
        self.stops += 1


def inline(before=lambda _: None):
    """A maker of such backends, with something that is done before each task; a report from it stands for the task."""
    return lambda campaign: Inline(campaign, before)


def table(folder: Path, name: str = "runs.csv") -> list[dict[str, str]]:
    """The rows of a table."""
    with (folder / name).open(newline="") as file:
        return list(csv.DictReader(file))


def lasting(folder: Path) -> list[dict[str, str]]:
    """The rows of `runs.csv` but for the columns in which two equal campaigns may differ."""
    return [{key: value for key, value in row.items() if key not in tables.ABOUT} for row in table(folder)]


def journal(folder: Path) -> list[dict]:
    """The lines of all journals."""
    return [json.loads(line) for path in sorted(folder.glob("journal*")) for line in path.read_text().splitlines()]


def logs(folder: Path) -> dict[str, dict]:
    """What the runs' logs hold, by folder."""
    return {str(path.relative_to(folder)): contents(path) for path in sorted(folder.glob("runs/*/*"))}

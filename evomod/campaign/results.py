"""What a campaign's tables say of one run, read from its folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import numpy as np

from evomod.lineage.reader import LineageReader
from evomod.measures.base import labelled
from evomod.report.summary import summary_of
from evomod.scenario import Scenario

Row = dict[str, Any]
# Columns of the table by other names, what the scenario says, and what is no number.
NOT_RESULTS = ("called", "folder", "seed", "status", "success", "front")


def look(folder: Path, last: int | Literal["all"]) -> tuple[Row, list[list[Any]]]:
    """What stands in a run folder: its `results`, and its last `epoch_ends`."""
    with LineageReader(folder) as log:
        return results(log), epoch_ends(log, last)


def results(log: LineageReader) -> Row:
    """What `show` says, one value a key path: `solved.and`, `best.gates`, `last_epoch_ends.or.benefit`, …"""
    return flattened({key: value for key, value in summary_of(log).items() if key not in NOT_RESULTS})


def flattened(node: dict[str, Any], path: str = "") -> Row:
    """Nested mappings as one, with key paths."""
    row: Row = {}
    for key, value in node.items():
        row |= flattened(value, f"{path}{key}.") if isinstance(value, dict) else {f"{path}{key}": value}
    return row


def numbers(scenario: Scenario) -> list[str]:
    """The columns that a run of a scenario can have and that are numbers, or true or false; None in some runs."""
    problem = scenario.problem
    scored = [name for name, goal in problem.goals.items() if goal.named]
    counted = [name for name in problem.goal_labels if name not in problem.goals or problem.goals[name].selects]
    individual = ["generation", "benefit", "fitness", "gates", "connections", "settled"]
    individual += [f"benefit_on.{name}" for name in scored]
    individual += ["accuracy_all"] if problem.samples else []
    return [
        "generation",
        *(f"solved.{name}" for name in problem.named_goals),
        "all_solved",
        *(f"last_epoch_ends.{goal}.{name}" for goal in counted for name in individual),
        *(
            f"measures.{name}.{goal}.{column}"
            for name, measure in labelled(scenario.measures).items()
            for goal in counted
            for column in ("generation", *measure.columns)
        ),
        "epochs_ended",
        *("recent_epochs.n", "recent_epochs.n_perfect", "recent_epochs.share_perfect"),
        *(f"best.{name}" for name in individual),
        *(f"population.{name}" for name in ("generation", "best_fitness", "mean_fitness", "n_perfect")),
        *("seconds", "generations_per_second", "log_bytes", "n_segments", "n_snapshots"),
    ]


EPOCH_END = (
    "epoch",
    "generation",
    "ended",
    "goal_in_force",
    "goal",
    "in_force",
    "benefit",
    "fitness",
    "gates",
    "connections",
    "settled",
)


def epoch_ends(log: LineageReader, last: int | Literal["all"]) -> list[list[Any]]:
    """A row, with the columns EPOCH_END, for each epoch end and goal: how well the best individual did on that goal.

    The last `last` epoch ends under each goal (so that goals can be compared with themselves), or all; the epoch in
    which the run ended, if nothing has ended before. `goal` is what it was scored on, `in_force` whether that was what
    its ancestors were selected for; fitness is on the goal in force.
    """
    ended = len(log.epoch_ends) > 0
    rows = log.epoch_ends if ended else log.champions[-1:]
    if last != "all":
        rank = np.zeros(len(rows), np.int64)  # among the epoch ends under the same goal, from the last one
        for goal in np.unique(rows["goal"]):
            (where,) = np.nonzero(rows["goal"] == goal)
            rank[where] = np.arange(len(where))[::-1]
        rows = rows[rank < last]
    epochs = log.generations["epoch"][rows["generation"]]
    layout = log.layout
    names = [layout.goals[goal] for goal in rows["goal"]]
    return [
        [
            int(epoch),
            int(row["generation"]),
            ended,
            name,
            goal,
            name == goal,
            float(row["benefits"][k]),
            float(row["fitness"]),
            int(row["parts"]),
            int(row["connections"]),
            bool(row["settled"]),
        ]
        for epoch, name, row in zip(epochs, names, rows, strict=True)
        for k, goal in enumerate(layout.scored)
    ]

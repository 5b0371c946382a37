"""The tables of a campaign: one row a run, and one row a run, goal and epoch end."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from evomod.campaign import journal
from evomod.campaign.folder import Campaign
from evomod.campaign.plan import written
from evomod.campaign.results import EPOCH_END
from evomod.lineage.folder import cannot_write

RUNS, EPOCH_ENDS = "runs.csv", "epoch_ends.csv"
# The last columns: how the row came about. In these two equal campaigns may differ, and in no others.
ABOUT = (
    "attempts",
    "seconds",
    "generations_per_second",
    "log_bytes",
    "n_segments",
    "wall_seconds",
    "host",
    "folder",
    "error",
)


def write(campaign: Campaign) -> list[Path]:
    """Write `runs.csv` and `epoch_ends.csv` from the journals; the same bytes for the same runs, however they came."""
    found = campaign.places()
    named = dict.fromkeys(key for line in journal.lines(found) for key in line["results"] if key not in ABOUT)
    insides = {key.rpartition(".")[0] for key in named}  # where one run has a mapping, another may have nothing
    columns = [key for key in named if key not in insides]
    plan = campaign.plan
    head = ["run", *plan.factors, "seed"]

    def runs() -> Iterator[list[Any]]:
        for line in journal.lines(found):
            one = plan[line["run"]]
            folder = one.folder if plan.keep == "runs" else ""
            about = {**line, **line["results"], "wall_seconds": line["seconds"], "folder": folder}
            yield [
                *_head(campaign, line),
                line["status"],
                *(_cell(line["results"].get(key)) for key in columns),
                *(_cell(about.get(key)) for key in ABOUT),
            ]

    def epoch_ends() -> Iterator[list[Any]]:
        for line in journal.lines(found):
            start = _head(campaign, line)
            for row in line["epoch_ends"]:
                yield [*start, *map(_cell, row)]

    paths = [campaign.folder / RUNS, campaign.folder / EPOCH_ENDS]
    write_csv(paths[0], [*head, "status", *columns, *ABOUT], runs())
    write_csv(paths[1], [*head, *EPOCH_END], epoch_ends())
    return paths


def _head(campaign: Campaign, line: dict[str, Any]) -> list[Any]:
    levels = campaign.plan.cells[line["cell"]].levels
    return [line["run"], *(written(level) for level in levels.values()), line["seed"]]


def _cell(value: Any) -> Any:
    """A value as the table has it; numbers as Python writes them. There are many of these."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value


def write_csv(path: Path, head: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    """Write a table, all of it or nothing."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")  # shards that end together write the same
    try:
        with beside.open("w", newline="", encoding="utf-8") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow(head)
            table.writerows(rows)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise cannot_write(path, error) from error

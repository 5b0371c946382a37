"""The tables of a log as CSV, for whoever has no HDF5: names instead of numbers of goals, a column for each number."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evomod.lineage.reader import LineageReader

QUANTILES = ("minimum", "lower_quartile", "median", "upper_quartile", "maximum")
TABLES = ("generations", "champions", "epoch_ends")


def names(log: LineageReader) -> list[str]:
    """Tables that a log has: TABLES, and `measures/NAME` for each measure of the scenario."""
    return [*TABLES, *(f"measures/{name}" for name in log.layout.measures)]


def as_csv(folder: Path, name: str) -> bytes:
    """A table of a run's log; numbers as Python writes them, so that they are exact."""
    with LineageReader(folder) as log:
        rows = log.generations if name == "generations" else log.events(name)
        columns = dict(_columns(log, rows))
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(columns)
    table.writerows(zip(*columns.values(), strict=True))
    return text.getvalue().encode()


def _columns(log: LineageReader, rows: Any) -> Iterator[tuple[str, list[Any]]]:
    layout = log.layout
    parts = {
        "fitness_quantiles": [f"fitness_{name}" for name in QUANTILES],
        "benefit_quantiles": [f"benefit_{name}" for name in QUANTILES],
        "benefits": [f"benefit_on.{name}" for name in layout.scored],
        "best_costs": [f"best_cost.{k}.{name}" for k, name in enumerate(layout.costs)],
        "mean_costs": [f"mean_cost.{k}.{name}" for k, name in enumerate(layout.costs)],
    }
    for name in rows.dtype.names:
        values = rows[name]
        if name == "goal":
            yield name, [layout.goals[goal] for goal in values]
        elif name == "genome":
            yield name, [" ".join(map(str, genome)) for genome in values.tolist()]
        elif name in parts:
            yield from ((title, values[:, k].tolist()) for k, title in enumerate(parts[name]))
        else:
            yield name, values.tolist()

"""Best fitness over time, the mean over runs: under one goal, under two in turn, and under both at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from evomod.campaign import Campaign
from evomod.lineage.reader import LineageReader

Array = npt.NDArray[Any]
N_POINTS = 60


@dataclass(frozen=True, eq=False)
class Curves:
    """Benefit of the best individual on the goal in force.

    Attributes
    ----------
    generations : int64 (n_times,)
        Ends of stretches that grow by equal factors; a value is the mean over the stretch.
    benefit : schedule to float64 (n_runs, n_times)
        A run ends when it has solved its goals; from then on it counts as 1.
    """

    generations: Array
    benefit: dict[str, Array]

    @classmethod
    def read(cls, campaign: Campaign) -> Self:
        """Those of the runs that are done, by the last factor."""
        plan, found = campaign.plan, dict[str, list[Array]]()
        limit = max(cell.scenario.generations for cell in plan.cells)
        ends = np.unique(np.geomspace(1, limit + 1, N_POINTS).astype(np.int64))
        for index, place in sorted(campaign.places().items()):
            if place.finished:
                with LineageReader(campaign.folder / plan[index].folder) as log:
                    best = log.generations["best_benefit"][: limit + 1]
                best = np.append(best, np.ones(limit + 1 - len(best)))
                mean = np.add.reduceat(best, np.append(0, ends[:-1])) / np.diff(ends, prepend=0)
                schedule = str(list(plan.cells[plan[index].cell].levels.values())[-1])
                found.setdefault(schedule, []).append(mean)
        return cls(ends - 1, {schedule: np.array(some) for schedule, some in found.items()})

    def table(self) -> Iterator[list[Any]]:
        """A header, then a row for each time and schedule."""
        yield ["schedule", "generation", "runs", "mean", "sd"]
        for schedule, curves in self.benefit.items():
            for k, generation in enumerate(self.generations.tolist()):
                here = curves[:, k]
                yield [schedule, generation, len(here), float(here.mean()), float(here.std())]

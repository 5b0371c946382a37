"""Times to a solution of Kashtan, Noor & Alon 2007: T of each run, by goal and schedule, and its median."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.campaign import Campaign, journal
from evomod.errors import RunFolderError
from evomod.lineage.reader import LineageReader
from evomod.measures.base import Specimen
from evomod.statistics.intervals import SEED
from evomod.statistics.survival import Survival, kaplan_meier

Array = npt.NDArray[Any]
N_RESAMPLES = 1999
ALL, G1 = "all_solved", "solved.g1"  # what T counts: every goal of the set, or the first one alone


@dataclass(frozen=True, eq=False)
class Sample:
    """T of the runs of one goal under one schedule, in the order of their seeds.

    Attributes
    ----------
    times : float64 (n,)
        Generations, at least 1; `limit` where it was not reached, as the paper has it.
    reached : bool (n,)
    limit : float
        G_max: where the runs end.
    """

    times: Array
    reached: Array
    limit: float

    def __len__(self) -> int:
        return len(self.times)

    @property
    def median(self) -> float:
        """The paper's T."""
        return float(np.median(self.times))

    @property
    def survival(self) -> Survival:
        """The same with censoring, of at least one run."""
        return kaplan_meier(self.times, self.reached)

    @cached_property
    def resampled(self) -> Array:
        """Medians of 1,999 bootstrap samples; the same for the same runs."""
        rng = np.random.default_rng([SEED, *self.times.astype(int).tolist()])
        medians: Array = np.median(rng.choice(self.times, (N_RESAMPLES, len(self))), axis=1)
        return medians

    def half(self, which: int) -> Sample:
        """Every other run, from the first (0) or the second (1) on."""
        return Sample(self.times[which::2], self.reached[which::2], self.limit)


Samples = dict[str, dict[str, Sample]]  # by goal, then by schedule


def step(folder: Path) -> Campaign | None:
    """The campaign in a folder; None if it has not begun."""
    try:
        return Campaign(folder)
    except RunFolderError:
        return None


def read(campaign: Campaign | None, counted: str = ALL) -> Samples:
    """The samples of all runs that are done; where nothing but the schedule varies, the goal is called ''."""
    found: dict[str, dict[str, list[tuple[float, bool, float]]]] = {}
    for line in journal.lines(campaign.places()) if campaign else ():
        cell = campaign.plan.cells[line["cell"]]  # type: ignore[union-attr]
        *goal, schedule = map(str, cell.levels.values())
        limit, time = float(cell.scenario.generations), line["results"].get(counted)
        if line["status"] == "finished":
            t = limit if time is None else max(1.0, float(time))
            found.setdefault(", ".join(goal), {}).setdefault(schedule, []).append((t, time is not None, limit))
    return {
        goal: {schedule: _sample(runs) for schedule, runs in by_schedule.items()} for goal, by_schedule in found.items()
    }


def _sample(runs: list[tuple[float, bool, float]]) -> Sample:
    times, reached, limits = np.array(runs).T
    return Sample(times, reached.astype(bool), float(limits[0]))


def table(models: Mapping[str, Samples]) -> Iterator[list[Any]]:
    """A header, then a row for each goal and schedule of each model."""
    yield [
        *("model", "goal", "schedule", "runs", "reached", "limit", "median", "median_se"),
        *("kaplan_meier", "low", "high", "speedup", "speedup_se"),
    ]
    for model, samples in models.items():
        for goal, by_schedule in samples.items():
            fixed = by_schedule.get("FG")
            for schedule, one in by_schedule.items():
                yield [model, goal, schedule, *_numbers(one, fixed)]


def _numbers(one: Sample, fixed: Sample | None) -> list[Any]:
    censored = one.survival.median
    ratio: list[Any] = ["", ""]
    if fixed is not None and fixed is not one:
        ratio = [fixed.median / one.median, float(np.std(fixed.resampled / one.resampled, ddof=1))]
    ends = ["" if np.isinf(end) else end for end in (censored.value, censored.low, censored.high)]
    spread = float(np.std(one.resampled, ddof=1))
    return [len(one), int(one.reached.sum()), one.limit, one.median, spread, *ends, *ratio]


def solutions(campaign: Campaign) -> dict[str, list[Specimen]]:
    """Of each run that solved its first goal the last champion that did, by schedule."""
    plan, found = campaign.plan, dict[str, list[Specimen]]()
    for index, place in sorted(campaign.places().items()):
        if not place.finished:
            continue
        run = plan[index]
        problem = plan.cells[run.cell].scenario.problem
        with LineageReader(campaign.folder / run.folder, problem) as log:
            goals = [log.layout.goals[k] for k in log.champions["goal"]]
            rows = log.champions[(np.array(goals) == "g1") & (log.champions["benefit"] == 1.0)]
        if len(rows):
            name = f"{run.folder}, generation {rows[-1]['generation']}"
            one = Specimen(name, problem=problem, genome=rows[-1]["genome"], goal="g1", seed=run.seed)
            found.setdefault(str(list(plan.cells[run.cell].levels.values())[-1]), []).append(one)
    return found

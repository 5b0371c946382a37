"""Lines of descent in the mapped landscape of the 38-bit model: how far from a solution, and whither fitness points.

Of every genome the number of mutations (bits) to the nearest solution of the goal in force is known exactly, and of its
one-mutants how much the best gain. A generation is *flat* if none gains anything; otherwise the gradient points toward
a solution by the share of the best mutants that lie nearer to one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from evomod.campaign import Campaign
from evomod.genotypes.layered_circuit import LayeredCircuit
from evomod.goals.function import function_of
from evomod.landscape.counting import genomes_per_function
from evomod.landscape.model import Model
from evomod.landscape.nearest import Slopes, slopes
from evomod.landscape.solutions import Solutions
from evomod.lineage.reader import LineageReader
from evomod.problem import Problem
from evomod.reproduce.rows import Row, bound_row, contrast_row, mean_row

Array = npt.NDArray[Any]
JUST = "MVG, goal just switched"


@dataclass(frozen=True, eq=False)
class Path:
    """The line of descent of a run's last champion, from generation 0 on; arrays of shape (n_generations,).

    Attributes
    ----------
    schedule, seed : of the run
    goal : int64
        In force: 0 for G1, 1 for G2.
    switched : bool
        The first generation of an epoch that is not the run's first.
    benefit, distance, gain, toward, away : as in `Slopes`, for the goal in force
    """

    schedule: str
    seed: int
    goal: Array
    switched: Array
    benefit: Array
    distance: Array
    gain: Array
    toward: Array
    away: Array

    def shares(self, some: Array) -> dict[str, float]:
        """Of some generations, bool (n,): how many are flat, and in how many the gradient points toward, and away."""
        uphill = self.gain[some] > 0
        return {
            "flat": float(np.mean(~uphill)),
            "toward": float(np.mean(uphill * self.toward[some])),
            "away": float(np.mean(uphill * self.away[some])),
        }


@dataclass(frozen=True, eq=False)
class Landscape:
    """The landscape, and lines of descent in it.

    Attributes
    ----------
    genomes : int64 (n_functions,)
        Genomes that compute each function that any computes, most first.
    goals : name to number of its solutions
    paths : one a run
    """

    genomes: Array
    goals: dict[str, int]
    paths: tuple[Path, ...]

    @classmethod
    def read(cls, campaign: Campaign) -> Self:
        """Of the runs that are done."""
        plan = campaign.plan
        problem = plan.cells[0].scenario.problem
        solutions = _solutions(problem)
        counts = genomes_per_function(solutions[0].model)
        paths = []
        for index, place in sorted(campaign.places().items()):
            if place.finished:
                run = plan[index]
                cell = plan.cells[run.cell]
                with LineageReader(campaign.folder / run.folder, cell.scenario.problem) as log:
                    paths.append(_path(log, solutions, str(cell.levels["condition"]), run.seed))
        goals = {name: one.n for name, one in zip(problem.goals, solutions, strict=True)}
        return cls(np.sort(counts[counts > 0])[::-1], goals, tuple(paths))

    def by_schedule(self) -> dict[str, list[Path]]:
        """Paths of runs that were longer than their first epoch (FG: than one generation)."""
        found: dict[str, list[Path]] = {}
        for path in self.paths:
            if path.switched.any() or (path.schedule == "FG" and len(path.goal) > 1):
                found.setdefault(path.schedule, []).append(path)
        return found

    def table(self) -> Iterator[list[Any]]:
        """A header, then a row for each generation of each line."""
        numbers = ("benefit", "distance", "gain", "toward", "away")
        yield ["schedule", "seed", "generation", "goal", "switched", *numbers]
        names = list(self.goals)
        for path in self.paths:
            for g, (goal, switched) in enumerate(zip(path.goal, path.switched, strict=True)):
                values = [getattr(path, name)[g] for name in numbers]
                yield [path.schedule, path.seed, g, names[goal], bool(switched), *values]

    def groups(self) -> dict[str, dict[str, Array]]:
        """Shares of generations that are flat, toward and away, float64 (n_runs,), by what generations they are."""
        by_schedule = self.by_schedule()
        varied = by_schedule.get("MVG", [])
        shares = {
            "FG": [path.shares(np.ones(len(path.goal), bool)) for path in by_schedule.get("FG", [])],
            JUST: [path.shares(path.switched) for path in varied],
            "MVG, otherwise": [path.shares(~path.switched) for path in varied],
        }
        return {
            group: {name: np.array([one[name] for one in some]) for name in ("flat", "toward", "away")}
            for group, some in shares.items()
            if some
        }

    def rows(self) -> Iterator[Row]:
        """What the paper says of the landscape in words."""
        section = "The mapped landscape, model 2-small: lines of descent until all goals are solved"
        found = self.groups()
        toward = {group: shares["toward"] for group, shares in found.items()}
        fixed, after = toward.get("FG", np.empty(0)), toward.get(JUST, np.empty(0))
        note = "shares of generations; flat: no mutation gains anything"
        yield bound_row(
            section, "FG: flat, or not toward a solution", 1 - fixed, 0.5, 1, "plateaus, zero or away", note
        )
        yield bound_row(section, f"{JUST}: toward a solution", after, 0.5, 1, "toward a solution", note)
        yield contrast_row(section, "the same above FG", after, fixed, "larger")
        for group, shares in found.items():
            for name, values in shares.items():
                yield mean_row(section, f"{group}: {name}", values, None, "", 0)
        by_schedule = self.by_schedule()
        along = [float(path.distance.mean()) for path in by_schedule.get("FG", [])]
        yield mean_row(section, "FG: mutations to the nearest solution, mean", along, None, "", 0)
        at_once = [float(path.distance[path.switched].mean()) for path in by_schedule.get("MVG", [])]
        yield mean_row(section, f"{JUST}: likewise", at_once, None, "", 0)


def _solutions(problem: Problem) -> list[Solutions]:
    """Of each goal, in the order of the problem's goals."""
    genotype = problem.genotype
    assert isinstance(genotype, LayeredCircuit)  # noqa: S101 - the campaign file says so
    model = Model(genotype.gates, len(problem.inputs), genotype.hidden[0])
    return [Solutions(model, function_of(problem.cases(name, 0, 0).targets)) for name in problem.goals]


def _path(log: LineageReader, solutions: list[Solutions], schedule: str, seed: int) -> Path:
    last = log.champions[-1]
    line = log.line_of_descent((int(last["generation"]), int(last["place"])))
    rows = log.generations[: len(line)]
    goal = rows["goal"].astype(np.int64)
    found = Slopes(*(np.zeros(len(line)) for _ in Slopes._fields))
    for k, of_goal in enumerate(solutions):
        here = np.flatnonzero(goal == k)
        if len(here):
            for values, new in zip(found, slopes(of_goal, line.genomes[here]), strict=True):
                values[here] = new
    return Path(schedule, seed, goal, np.diff(rows["epoch"].astype(np.int64), prepend=rows["epoch"][0]) > 0, *found)

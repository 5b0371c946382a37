"""Runs whose tape is replayed, their futures, and who among them became modular.

A **modular solution** was defined before any run was forked: the best individual of an epoch's last generation is
perfect on the goal in force, every sub-goal (each XOR) is computed by some effective gate or its negation, and Q_m
against random genomes of as many gates is at least 0.33, halfway between what KA05 found under fixed and under varying
goals. The horizon was set so that one run in ten gets there from the beginning (30 runs were looked at for that).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.campaign import Campaign, Cell, Plan
from evomod.campaign.branching import branch
from evomod.component import build
from evomod.lineage.reader import LineageReader
from evomod.measures.base import Measure, Specimen
from evomod.problem import Problem
from evomod.runner import open_scenario
from evomod.scenario import Record, Scenario

Array = npt.NDArray[Any]

Q_M = 0.33
HORIZON = 400  # generations of a future
FUTURES = 6  # of each point
N_POINTS = 50
BEFORE = 0.8  # of the points lie up to the first modular circuit, the others after it
EVERY_OTHER = 5  # each so many points, another run is forked at the same generation
OWN, OTHER = "own", "other"


@dataclass(frozen=True)
class Founder:
    """A run that is forked.

    Attributes
    ----------
    seed : int
    folder : Path
        Absolute.
    modular : tuple (generation, place)
        Its first modular solution.
    other : Path or None
        The run with the seed before, whatever became of it.
    other_first : int or None
        Generation of its first modular solution, if it had one.
    """

    seed: int
    folder: Path
    modular: tuple[int, int]
    other: Path | None
    other_first: int | None = None

    @property
    def points(self) -> Array:
        """Branching points: int64 (n,), evenly from generation 0 to a quarter beyond the first modular solution."""
        return np.unique(np.rint(np.linspace(0, self.modular[0] / BEFORE, N_POINTS)).astype(np.int64))


@dataclass(frozen=True)
class Future:
    """What became of a future.

    Attributes
    ----------
    founder : int
        Its seed.
    of : 'own', or 'other' where the run before was forked in its place
    at, seed : int
        Branching point; the future's own seed.
    solved, modular : generation of the first perfect, and of the first modular end of an epoch; None if there was none
    """

    founder: int
    of: str
    at: int
    seed: int
    solved: int | None
    modular: int | None


class Judge:
    """Who is a modular solution; each genome is measured once."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.split = build(Measure, {"kind": "functional_split"})  # type: ignore[type-abstract]
        self.q_m = build(Measure, {"kind": "q_m", "against": "random_genomes_of_gates"})  # type: ignore[type-abstract]
        self.known: dict[bytes, bool] = {}

    def modular(self, ends: Array) -> Array:
        """Rows of `/epoch_ends` that are modular solutions: bool (n,)."""
        perfect = ends["benefit"] == 1.0
        self._learn(ends["genome"][perfect])
        return np.array([p and self.known[g.tobytes()] for p, g in zip(perfect, ends["genome"], strict=True)], bool)

    def _learn(self, genomes: Iterable[Array]) -> None:
        new = {genome.tobytes(): genome for genome in genomes if genome.tobytes() not in self.known}
        if not new:
            return
        goal = self.problem.named_goals[0]  # all share their sub-goals
        specimens = [Specimen("a perfect end", problem=self.problem, genome=g, goal=goal) for g in new.values()]
        decoded = self.split.checked(specimens)[:, self.split.columns.index("decoded")]
        q_m = self.q_m.checked(specimens)[:, self.q_m.columns.index("q_m")]
        self.known |= dict(zip(new, ((decoded == 1.0) & (q_m >= Q_M)).tolist(), strict=True))


def founders(campaign: Campaign, judge: Judge) -> list[Founder]:
    """The runs that are done, that became modular, and that were long enough for all branching points."""
    plan, done = campaign.plan, campaign.places()
    folders = {k: (campaign.folder / plan[k].folder).resolve() for k, place in sorted(done.items()) if place.finished}
    firsts: dict[int, tuple[int, int]] = {}
    found = []
    for k, folder in folders.items():
        with LineageReader(folder) as log:
            ends = log.epoch_ends
            modular = np.flatnonzero(judge.modular(ends))
            last = log.n_generations - 1
        if len(modular):
            first = ends[modular[0]]
            firsts[k] = int(first["generation"]), int(first["place"])
            other_first = firsts[k - 1][0] if k - 1 in firsts else None
            one = Founder(plan[k].seed, folder, firsts[k], folders.get(k - 1), other_first)
            if one.points[-1] <= last:
                found.append(one)
    return found


def futures(campaign: Campaign) -> Iterator[tuple[str, Plan]]:
    """For each founder the campaign that forks it, and the folder that it lies in."""
    judge = Judge(campaign.plan.cells[0].scenario.problem)
    for founder in founders(campaign, judge):
        cells = [Cell({"of": OWN, "at": int(at)}, _future(founder.folder, int(at))) for at in founder.points]
        if founder.other:
            some = founder.points[::EVERY_OTHER]
            cells += [Cell({"of": OTHER, "at": int(at)}, _future(founder.other, int(at))) for at in some]
        name = f"s{founder.seed}"
        yield f"futures/{name}", Plan(f"contingency-{name}", tuple(cells), FUTURES, 1000 * founder.seed + 1)


def _future(run: Path, at: int) -> Scenario:
    scenario = open_scenario(run)
    brief = scenario.model_copy(update={"record": Record(births="none", genomes_every=HORIZON)})
    return branch(run, brief, scenario, at, HORIZON)


def read_futures(campaign: Campaign, judge: Judge, founder: int) -> Iterator[Future]:
    """What became of the futures of a founder that are done."""
    plan = campaign.plan
    for index, place in sorted(campaign.places().items()):
        if not place.finished:
            continue
        with LineageReader(campaign.folder / plan[index].folder) as log:
            ends = log.epoch_ends
        perfect = ends["generation"][ends["benefit"] == 1.0]
        modular = ends["generation"][judge.modular(ends)]
        levels = plan.cells[plan[index].cell].levels
        first = [int(times[0]) if len(times) else None for times in (perfect, modular)]
        yield Future(founder, str(levels["of"]), int(str(levels["at"])), plan[index].seed, *first)

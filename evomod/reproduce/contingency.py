"""Replaying the tape: is a modular solution a matter of time, or of what happened to come before?

Gould's question (1989, *Wonderful Life*), asked as Blount, Borland & Lenski did (2008, doi 10.1073/pnas.0803151105):
from frozen ancestors of *E. coli* that had come to live on citrate they grew it anew, and only late ones did so again.
Here runs under KA05's modularly varying goal are forked at 50 points on their way to their first modular solution, and
the share of futures that are modular within 400 generations is followed.

What was expected, written down before any run was forked in earnest:

1. *Potentiation.* In the second half of the way to its first modular solution a run's futures are modular more often
   than from its generation 0.
2. *History, not time.* They are so more often than futures of another run at the same generations.
3. It comes as a jump, and before the solution: a step in the row of shares (p < 0.05 of shuffled points), with a 95 %
   interval that ends before the solution was there.
4. The mutation behind the jump is often hidden: neutral under the goal then in force, and not under the other one.
5. Sub-functions persist through switches of the goal more often than they are lost.

The test of 3 compares a step with no change, and a gradual rise passes it as well. What passes is called a rise in the
table, and whether a step describes it better than a gradual rise is asked besides, which was not planned.

The unit is the run that is forked; the runs that never became modular are counted, not forked. No paper has numbers for
this, so that answers are about directions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.campaign import Campaign
from evomod.errors import RunFolderError
from evomod.lineage.reader import LineageReader
from evomod.reproduce import contingency_rows
from evomod.reproduce.contingency_lines import Step, fates, steps
from evomod.reproduce.contingency_runs import (
    HORIZON,
    OTHER,
    OWN,
    Founder,
    Future,
    Judge,
    founders,
    futures,
    read_futures,
)
from evomod.reproduce.study import Findings, Study
from evomod.reproduce.table import csv_text
from evomod.statistics.change_point import ChangePoint, change_point, step_or_slope

Array = npt.NDArray[Any]
SURE = 0.05  # p of a rise


@dataclass(frozen=True)
class Curve:
    """How likely a modular solution was, along one run.

    Attributes
    ----------
    founder : Founder
    at : int64 (n,)
        Branching points, of which at least some futures are done.
    n, modular, solved : int64 (n,)
        Futures of each, and how many of them were modular, and perfect, within the horizon.
    other_at, other_n, other_modular : int64 (m,)
        Likewise of the other run.
    jump : ChangePoint or None
        The step upwards among the points up to the first modular solution, if the share rises for sure; see `jump_in`.
    by_step : float
        By how much a step describes those points better than a gradual rise: a difference of BICs.
    steps : mutations on the line of the first modular solution
    fates : what became of sub-goals at switches after it
    """

    founder: Founder
    at: Array
    n: Array
    modular: Array
    solved: Array
    other_at: Array
    other_n: Array
    other_modular: Array
    jump: ChangePoint | None
    by_step: float
    steps: tuple[Step, ...]
    fates: Counter[str]

    @property
    def window(self) -> tuple[int, int]:
        """After which generation, and up to which, the best step is (95 %); empty where there was none."""
        return (int(self.at[self.jump.low - 1]), int(self.at[self.jump.high])) if self.jump else (0, 0)


def jump_in(modular: Array, n: Array) -> ChangePoint | None:
    """The step in a row of shares, if it leads upwards and shuffled points hardly ever have one like it.

    That says that the share rises, and where a step would be; not that it rises at once.
    """
    found = change_point(modular, n) if len(n) > 1 else None
    return found if found and found.p < SURE and found.rise > 0 else None


def analyse(campaign: Campaign) -> Findings:
    """The table, the figure and the values behind them, of all founders whose futures have begun."""
    problem = campaign.plan.cells[0].scenario.problem
    judge = Judge(problem)
    all_founders = founders(campaign, judge)
    curves, lines = [], []
    for founder in all_founders:
        try:
            forked = Campaign(campaign.folder / "futures" / f"s{founder.seed}")
        except RunFolderError:
            continue  # not yet
        found = list(read_futures(forked, judge, founder.seed))
        if any(future.of == OWN for future in found):
            lines += found
            curves.append(_curve(founder, found, judge))
    n_runs = sum(place.finished for place in campaign.places().values())

    def draw(path: Path) -> None:
        from evomod.report import contingency_figure, figure

        names = ("at", "n", "modular", "other_at", "other_n", "other_modular")
        tapes = [
            contingency_figure.Tape(
                seed=one.founder.seed,
                first=one.founder.modular[0],
                jump=one.jump,
                **{name: getattr(one, name) for name in names},
            )
            for one in curves
        ]
        figure.save(contingency_figure.plot(tapes, HORIZON), path)

    values = {"futures": _future_lines(lines), "points": _point_lines(curves), "steps": _step_lines(curves)}
    tables = {f"{name}.csv": csv_text(some) for name, some in values.items()}
    return Findings(tuple(contingency_rows.rows(curves, len(all_founders), n_runs)), draw, tables)


STUDY = Study(
    "contingency",
    "replaying the tape: when does a modular solution become likely, and which mutation makes it so?",
    "after Blount, Borland & Lenski 2008, PNAS 105:7899, doi 10.1073/pnas.0803151105",
    "contingency.yaml",
    analyse,
    futures,
)


def _curve(founder: Founder, found: Sequence[Future], judge: Judge) -> Curve:
    at, n, modular, solved = _counts(found, OWN)
    other_at, other_n, other_modular, _ = _counts(found, OTHER)
    before = at <= founder.modular[0]
    jump = jump_in(modular[before], n[before])
    by_step = step_or_slope(modular[before], n[before]) if before.sum() > 1 else np.nan
    bare = Curve(founder, at, n, modular, solved, other_at, other_n, other_modular, jump, by_step, (), Counter())
    with LineageReader(founder.folder, judge.problem) as log:
        line = steps(log, judge.problem, founder.modular, bare.window)
        return replace(bare, steps=tuple(line), fates=fates(log, judge.problem, founder.modular[0]))


def _counts(found: Sequence[Future], of: str) -> tuple[Array, Array, Array, Array]:
    """Points, futures, modular ones, perfect ones: int64 (n,) each."""
    some = [future for future in found if future.of == of]
    at = np.unique(np.array([future.at for future in some], np.int64))
    where = np.searchsorted(at, [future.at for future in some])
    flags = np.array([(True, one.modular is not None, one.solved is not None) for one in some], bool).reshape(-1, 3)
    counts = np.zeros((len(at), 3), np.int64)
    np.add.at(counts, where, flags)
    return at, counts[:, 0], counts[:, 1], counts[:, 2]


def _future_lines(found: Sequence[Future]) -> Iterator[Sequence[Any]]:
    yield "founder", "of", "at", "seed", "first_perfect", "first_modular"
    for one in found:
        known = ["" if time is None else time for time in (one.solved, one.modular)]
        yield [one.founder, one.of, one.at, one.seed, *known]


def _point_lines(curves: Sequence[Curve]) -> Iterator[Sequence[Any]]:
    yield "founder", "of", "at", "first_modular_of_run", "futures", "modular", "solved"
    for one in curves:
        seed, first = one.founder.seed, one.founder.modular[0]
        for at, n, modular, solved in zip(one.at, one.n, one.modular, one.solved, strict=True):
            yield [seed, OWN, at, first, n, modular, solved]
        for at, n, modular in zip(one.other_at, one.other_n, one.other_modular, strict=True):
            yield [seed, OTHER, at, first, n, modular, ""]


def _step_lines(curves: Sequence[Curve]) -> Iterator[Sequence[Any]]:
    names = ("generation", "place", "goal", "effect", "hidden", "added", "gain", "in_window")
    yield "founder", *names
    for one in curves:
        for step in one.steps:
            yield [one.founder.seed, *(getattr(step, name) for name in names)]

"""Branches: new runs from generations of a run, as a campaign with a cell for each branching point.

A branch begins with the population of that generation, place by place, and under the goal that was in force: the goals
go on as they would have come, with the seed of the run (`evomod.schedules.continued`). Everything else that is left to
chance is drawn with the branch's own seed; the tape itself goes on with `resume`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from evomod.campaign.plan import MAX_CELLS, Cell, Plan
from evomod.document import Document
from evomod.errors import InputError
from evomod.initial.stored import RunPopulation
from evomod.runner import open_run, open_scenario
from evomod.scenario import Scenario, parse
from evomod.schedules.continued import continued
from evomod.yaml_core import to_yaml

AT = "at"  # the factor: generation of the run
FUTURES = 10  # of each branching point
COMPARED = {  # what is asked of futures: do they get there, how soon, and do they stay
    "all_solved": "the generation of a branch by which every goal had been solved",
    "recent_epochs.share_perfect": "the share of its last 20 epochs, or of all, that ended with benefit 1",
    "best.benefit": "the benefit of its best individual",
}
DECIDED = {  # keys that a branch decides itself, and the way out
    "seed": "the seeds of the futures follow each other; --seed is the first one",
    "initial": "a branch begins with the population of the run",
    "name": "a branch is called after its run",
}


def branches(
    run: Path | str,
    at: Iterable[int],
    futures: int = FUTURES,
    *,
    settings: Sequence[str] = (),
    generations: int | None = None,
    seed: int | None = None,
) -> Plan:
    """The campaign that forks a run.

    Parameters
    ----------
    run : path
        Folder of the run, which may still be going on; runs of the campaign look for it where it is named from here.
    at : generations of the run
        Branching points, at least one; the order does not matter.
    futures : int
        Runs from each of them, at least 1; 2,000,000 of all at most.
    settings : `key.path=value`
        Changes to the scenario of the run. A changed schedule is joined where the run's own was.
    generations : int, optional
        Length of each future; what was left of the run, as it was planned, if missing.
    seed : int, optional
        Of the first future; the others follow. By default that after the run's own.

    Raises
    ------
    RunFolderError, LogError
        There is no run, or its log cannot be read.
    InputError
        A generation that the run has not, none left, a setting that a branch decides itself, or a bad one.
    """
    run, points = Path(run), sorted(set(at))
    original, last = open_scenario(run), _last_generation(run)
    if absent := [g for g in points if not 0 <= g <= last]:
        raise InputError(f"{run}: has generations 0 to {last}; there is no generation {absent[0]} to branch at")
    if not 1 <= len(points) <= MAX_CELLS:
        raise InputError(f"{run}: give 1 to {MAX_CELLS:,} generations to branch at [got {len(points)}]")
    changed = _changed(run, original, settings)
    cells = tuple(Cell({AT: g}, branch(run, changed, original, g, generations)) for g in points)
    own = original.seed or 0
    first = own + 1 if seed is None else seed
    plan = Plan(f"{original.name[:55]}-branches", cells, futures, first, results=tuple(COMPARED))
    return plan.pinned()


def branch(run: Path, scenario: Scenario, original: Scenario, at: int, generations: int | None) -> Scenario:
    """The scenario of a future: that of the run, perhaps changed, from a generation of the original on."""
    if generations is None and scenario.generations <= at:
        raise InputError(f"{run}: nothing is left of it at generation {at}; say how far branches go with --generations")
    more: dict[str, Any] = {
        "seed": None,
        "generations": scenario.generations - at if generations is None else generations,
        "schedule": continued(scenario.schedule, at, original.seed or 0),
        "initial": RunPopulation(path=str(run), generation=at),
    }
    return scenario.model_copy(update=more)


def _changed(run: Path, original: Scenario, settings: Sequence[str]) -> Scenario:
    document = Document.parse(to_yaml(original.resolved()), str(run / "resolved.yaml"))
    for setting in settings:
        key = setting.partition("=")[0].strip().split(".")[0].split("[")[0]
        if key in DECIDED:
            raise InputError(f"--set {setting}: {DECIDED[key]}")
        document = document.override(setting)
    return parse(document)


def _last_generation(run: Path) -> int:
    with open_run(run) as log:
        return log.n_generations - 1

"""Goal switches of a run, and how long the population took to be perfect again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from evomod.lineage.reader import LineageReader
    from evomod.lineage.story import Story

Array = npt.NDArray[Any]
DTYPE = np.dtype(
    [
        *((name, "<i8") for name in ("generation", "stop", "before", "goal")),
        *(("whole", "?"), ("recovery", "<f8")),
    ]
)


def switches(log: LineageReader) -> Array:
    """Every time that another goal came into force, a row each.

    Returns
    -------
    structured array

        generation, stop : the new epoch's first generation, and the one after its last in the log
        before, goal : the goals, as indices into the layout's `goals`; random goals are others in each epoch
        whole : is the epoch over?
        recovery : generations until somebody was perfect under the new goal, 0 if at once; NaN if nobody was; while
            the goal fades in, until the champion was, the best of those who face it
    """
    goals, epochs = log.generations["goal"].astype(np.int64), log.generations["epoch"]
    starts = np.flatnonzero(np.diff(epochs)) + 1
    # An order of goals may go on with the one that it has.
    other = [goals[g] != goals[g - 1] or _drawn_anew(log, g) for g in starts.tolist()]
    first = starts[np.array(other, bool)]
    rows = np.zeros(len(first), DTYPE)
    rows["generation"], rows["stop"] = first, np.append(first[1:], len(goals))
    rows["before"], rows["goal"] = goals[first - 1], goals[first]
    rows["whole"] = rows["stop"] < len(goals)
    rows["recovery"] = _waits(np.flatnonzero(_perfect(log, [0, *starts.tolist()])), rows["generation"], rows["stop"])
    return rows


def _drawn_anew(log: LineageReader, generation: int) -> bool:
    """Is the goal of the epoch that begins here another function than that of the same name before?"""
    problem, seed = log.evolved, int(log.attributes["seed"])
    now, before = problem.epoch(generation, seed), problem.epoch(generation - 1, seed)
    if now.goal in log.layout.scored:
        return False
    return bool((problem.targets(now.goal, now.start, seed) != problem.targets(before.goal, before.start, seed)).any())


def _perfect(log: LineageReader, starts: list[int]) -> Array:
    """Was somebody perfect under the goal in force? bool (n_generations,)."""
    perfect: Array = log.generations["n_perfect"] > 0
    for generation in starts:
        epoch = log.evolved.epoch(generation, int(log.attributes["seed"]))
        if epoch.before:  # some are perfect on the goal before, and count
            fading = np.arange(generation, min(epoch.start + epoch.fade, epoch.stop or len(perfect), len(perfect)))
            last = np.searchsorted(log.champions["generation"], fading, side="right") - 1
            perfect[fading] = log.champions["benefit"][last] >= log.layout.success
    return perfect


def _waits(events: Array, start: Array, stop: Array) -> Array:
    """Time from each `start` to the first of the sorted events, NaN where it comes at `stop` or later."""
    late = np.iinfo(np.int64).max
    first = np.append(events, late)[np.searchsorted(events, start)]
    return np.where(first < stop, first - start, np.nan)


def recovery_on(story: Story, rows: Array) -> Array:
    """Generations from each switch of a table until the line itself was perfect, float64 (n,).

    NaN where it was not before `stop`, or the new goal is drawn at random.
    """
    waits = np.full(len(rows), np.nan)
    for k, name in enumerate(story.goals):
        benefits, enough = story.by_generation(story.steps["benefits"][:, k]), story.problem.fitness.success
        perfect = story.line.start + np.flatnonzero(benefits >= enough)
        under = rows["goal"] == story.in_force.index(name)
        waits[under] = _waits(perfect, rows["generation"][under], rows["stop"][under])
    return waits


def all_solved(log: LineageReader) -> int | None:
    """The generation by which somebody had been perfect on each named goal in force; None if there is no such one."""
    solved = log.checkpoint.state["solved"] if log.checkpoint else {}
    first = [solved[name] for name in log.layout.named if name in solved]
    return max(first) if first and len(first) == len(log.layout.named) else None

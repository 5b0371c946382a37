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
        recovery : generations until somebody was perfect under the new goal, 0 if at once; NaN if nobody was
    """
    goals, epochs = log.generations["goal"].astype(np.int64), log.generations["epoch"]
    named = np.isin(goals, [log.layout.goals.index(name) for name in log.layout.named])
    first = np.flatnonzero(np.diff(epochs)) + 1
    # An order of goals may go on with the one that it has.
    first = first[(goals[first] != goals[first - 1]) | ~named[first]]
    rows = np.zeros(len(first), DTYPE)
    rows["generation"], rows["stop"] = first, np.append(first[1:], len(goals))
    rows["before"], rows["goal"] = goals[first - 1], goals[first]
    rows["whole"] = rows["stop"] < len(goals)
    perfect = np.flatnonzero(log.generations["n_perfect"])
    rows["recovery"] = _waits(perfect, rows["generation"], rows["stop"])
    return rows


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
        perfect = story.line.start + np.flatnonzero(story.by_generation(story.steps["benefits"][:, k]) == 1)
        under = rows["goal"] == story.in_force.index(name)
        waits[under] = _waits(perfect, rows["generation"][under], rows["stop"][under])
    return waits


def all_solved(log: LineageReader) -> int | None:
    """The generation by which somebody had been perfect under each named goal; None if there is no such one."""
    first = []
    for name in log.layout.named:
        perfect = (log.generations["n_perfect"] > 0) & (log.generations["goal"] == log.layout.goals.index(name))
        if not perfect.any():
            return None
        first.append(int(perfect.argmax()))
    return max(first, default=None)

"""Lines of descent of a run: the mutations around the rise, and what became of its modules at switches."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from evomod.lineage.reader import LineageReader
from evomod.lineage.story import EFFECTS, Story, tell
from evomod.lineage.subfunctions import FATES, subfunctions
from evomod.lineage.subfunctions import fates as subfunction_fates
from evomod.problem import Problem

KEPT_OR_LOST = ("persists", "found again", "lost")


@dataclass(frozen=True)
class Step:
    """A mutation on the line of descent of the first modular solution.

    Attributes
    ----------
    generation, place : of the birth that brought it
    goal : in force then
    effect : 'beneficial', 'neutral' or 'deleterious' under that goal
    hidden : neutral there, and not under the other goal
    added : sub-goals that are computed by a gate since then, less those that no longer are
    gain : of the mean benefit over all goals
    in_window : did it happen where the best step may be?
    """

    generation: int
    place: int
    goal: str
    effect: str
    hidden: bool
    added: int
    gain: float
    in_window: bool


def steps(log: LineageReader, problem: Problem, modular: tuple[int, int], window: tuple[int, int]) -> list[Step]:
    """All mutations on the line of a modular solution, oldest first; those after window[0], to window[1], are in it."""
    story = tell(log, problem, modular)
    counts = subfunctions(story).there.sum(axis=1)
    benefit = story.steps["benefits"].mean(axis=1)
    added, gains = np.diff(counts, prepend=0), np.diff(benefit, prepend=0)
    return [_step(story, k, int(added[k]), float(gains[k]), window) for k in range(1, len(story))]


def _step(story: Story, k: int, added: int, gain: float, window: tuple[int, int]) -> Step:
    row = story.steps[k]
    return Step(
        int(row["generation"]),
        int(row["place"]),
        story.in_force[row["goal"]],
        EFFECTS[int(row["effect"])],
        bool(row["hidden"]),
        added,
        gain,
        window[0] < int(row["generation"]) <= window[1],
    )


def decisive(found: list[Step]) -> Step | None:
    """The mutation that made the solution likely, as far as the line can tell; None if none is in the window.

    Of those in the window the one that adds most sub-goals, of equals the one that gains most benefit over all goals,
    of equals the first.
    """
    return max((step for step in found if step.in_window), key=lambda step: (step.added, step.gain), default=None)


def fates(log: LineageReader, problem: Problem, since: int) -> Counter[str]:
    """How often sub-goals that were there before a switch of the goal had which fate, on the line of the last best.

    `evomod.lineage.subfunctions.fates` has the fates; only those after generation `since` count.
    """
    story = tell(log, problem, "last", since)
    _, found = subfunction_fates(log, story, subfunctions(story).there)
    names = [FATES[fate] for fate in found.ravel().tolist()]
    return Counter(name for name in names if name in KEPT_OR_LOST)

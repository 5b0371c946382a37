"""Lines of descent of a run: the mutations around the jump, and what became of its modules at switches."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from evomod.genotypes.circuit import CircuitEncoding
from evomod.genotypes.circuit_states import gate_states
from evomod.goals.function import answers
from evomod.lineage.line import line_of_descent
from evomod.lineage.reader import LineageReader
from evomod.lineage.story import EFFECTS, Story, tell
from evomod.problem import Problem

Array = npt.NDArray[Any]
Fate = Literal["persisted", "came back", "lost"]


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
    in_window : did it happen where the jump may have been?
    """

    generation: int
    place: int
    goal: str
    effect: str
    hidden: bool
    added: int
    gain: float
    in_window: bool


def computed(problem: Problem, genomes: Array) -> Array:
    """Which sub-goals of the goals some effective gate, or its negation, computes: bool (n, n_subgoals)."""
    encoding = problem.encoding
    assert isinstance(encoding, CircuitEncoding)  # noqa: S101 - the study evolves circuits
    parts = sorted({part for goal in problem.goals.values() for part in goal.subgoals(problem.inputs)})
    share, effective = gate_states(encoding, genomes)
    found = np.empty((len(genomes), len(parts)), bool)
    for k, part in enumerate(parts):
        table = answers(part, len(problem.inputs))[:, 0]
        same, opposite = ((share == wanted).all(axis=2) for wanted in (table, ~table))
        found[:, k] = ((same | opposite) & effective).any(axis=1)
    return found


def steps(log: LineageReader, problem: Problem, modular: tuple[int, int], window: tuple[int, int]) -> list[Step]:
    """All mutations on the line of a modular solution, oldest first; those after window[0], to window[1], are in it."""
    story = tell(log, problem, modular)
    counts = computed(problem, story.genomes).sum(axis=1)
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


def fates(log: LineageReader, problem: Problem, since: int) -> Counter[Fate]:
    """What became of sub-goals at switches, on the line to the best of the last generation, from `since` on."""
    line = line_of_descent(log, problem, "last", since)
    unique, which = np.unique(line.genomes, axis=0, return_inverse=True)
    ends = log.epoch_ends["generation"]
    return counted(computed(problem, unique)[which.ravel()], ends[ends >= since] - since)


def counted(there: Array, ends: Array) -> Counter[Fate]:
    """Count the fates of sub-goals.

    Parameters
    ----------
    there : bool (n, n_subgoals)
        Which a line had, generation by generation.
    ends : int (m,)
        Rows of `there` that are the last generations of epochs, in order.

    Returns
    -------
    Counter
        Of each sub-goal at the end of each epoch but the last: did the line have it in all generations of the next one
        ('persisted'), in its last one but not in all ('came back'), or not in its last one ('lost')?
    """
    found: Counter[Fate] = Counter()
    for before, after in pairwise(ends.tolist()):
        always, last = np.atleast_1d(there[before : after + 1].all(axis=0)), there[after]
        for k in np.flatnonzero(there[before]).tolist():
            found["persisted" if always[k] else "came back" if last[k] else "lost"] += 1
    return found

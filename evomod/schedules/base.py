"""What every schedule is: a function of seed and generation. Nothing is remembered, nothing drifts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Annotated, Self

from pydantic import Field

from evomod.component import Component

Name = Annotated[str, Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Epoch:
    """A stretch of generations under one goal, or under several at once.

    Attributes
    ----------
    index : int
        0 for the first epoch of the run.
    start : int
        Its first generation.
    stop : int or None
        The generation after its last one; None where it never ends.
    goal : str
        Name of the goal in force; of several at once, their names joined by " + ", of many the first and the last.
    together : tuple of (name, weight)
        The goals that are in force at once, empty where it is one.
    before : (name, start) or None
        The goal before and the start of its epoch, which some individuals still face in the first `fade` generations.
    fade : int
        How many generations the change takes; 0 where it is sudden.
    """

    index: int
    start: int
    stop: int | None
    goal: str
    together: tuple[tuple[str, int], ...] = ()
    before: tuple[str, int] | None = None
    fade: int = 0

    def share_of_the_goal_before(self, generation: int) -> float:
        """Probability with which an individual still faces the goal before: falls linearly, 0 after `fade`."""
        if self.before is None:
            return 0.0
        return max(0.0, 1.0 - (generation - self.start + 1) / (self.fade + 1))


class Schedule(Component, ABC):
    """Stateless: the epoch is a function of seed and generation."""

    @abstractmethod
    def at(self, generation: int, seed: int) -> Epoch:
        """The epoch that `generation` belongs to."""

    @property
    @abstractmethod
    def goal_names(self) -> tuple[str, ...]:
        """The goals that it may put in force, by name, each once."""

    @property
    def total_weight(self) -> int:
        """What a right answer to all goals in force counts, in right answers to one."""
        return 1

    def mistake(self) -> tuple[str, str] | None:
        """What is wrong between its own fields: field and sentence; None if nothing is."""
        return None

    def drawn_at(self, start: int, seed: int) -> tuple[int, int]:
        """Generation and seed with which the goals of the epoch that begins at `start` are drawn, if they are."""
        return start, seed

    def over(self, names: Sequence[str]) -> Self:
        """The same schedule with patterns such as `g*` in lists of goals replaced by the `names` that match."""
        listed = getattr(self, "goals", None)
        if not isinstance(listed, tuple) or not any(_is_pattern(name) for name in listed):
            return self
        # A goal may be called like a pattern; and what matches nothing stays, to be named as not defined.
        plain = [name in names or not _is_pattern(name) for name in listed]
        found = [
            [name] if as_it_is else [n for n in names if fnmatchcase(n, name)]
            for name, as_it_is in zip(listed, plain, strict=True)
        ]
        goals = tuple(n for name, some in zip(listed, found, strict=True) for n in some or [name])
        return self.model_copy(update={"goals": goals})


def _is_pattern(name: str) -> bool:
    return any(mark in name for mark in "*?[")

"""Which goal, when. A schedule is a function of the generation: nothing is remembered, nothing drifts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import Annotated, Literal

from pydantic import Field

from evomod.component import AsTuple, Component, Count

Name = Annotated[str, Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Epoch:
    """A stretch of generations under one goal.

    Attributes
    ----------
    index : int
        0 for the first epoch of the run.
    start : int
        Its first generation.
    stop : int or None
        The generation after its last one; None where it never ends.
    goal : str
        Name of the goal in force.
    """

    index: int
    start: int
    stop: int | None
    goal: str


class Schedule(Component, ABC):
    """Stateless: the epoch is a function of seed and generation."""

    @abstractmethod
    def at(self, generation: int, seed: int) -> Epoch:
        """The epoch that `generation` belongs to."""

    @property
    @abstractmethod
    def goal_names(self) -> tuple[str, ...]:
        """The goals that it may put in force, by name, each once."""

    def mistake(self) -> tuple[str, str] | None:
        """What is wrong between its own fields: field and sentence; None if nothing is."""
        return None


class Fixed(Schedule):
    """One goal for ever (FG)."""

    kind: Literal["fixed"] = "fixed"
    goal: Name = Field(description="Name of the goal.")

    @property
    def goal_names(self) -> tuple[str, ...]:
        """The one goal."""
        return (self.goal,)

    def at(self, generation: int, seed: int) -> Epoch:
        """The only epoch."""
        return Epoch(0, 0, None, self.goal)


class Alternating(Schedule):
    """Goals in strict order, over and over (MVG; with random goals RVG, RVGv and RVGc)."""

    kind: Literal["alternating"] = "alternating"
    goals: Annotated[tuple[Name, ...], AsTuple, Field(min_length=1)] = Field(
        description="Names of the goals in their order; a name may come more than once."
    )
    every: Count | Annotated[tuple[Count, ...], AsTuple, Field(min_length=1)] = Field(
        20, description="E, generations per epoch: one number for all goals or a list, one for each."
    )

    @property
    def goal_names(self) -> tuple[str, ...]:
        """The goals in order of first appearance."""
        return tuple(dict.fromkeys(self.goals))

    def mistake(self) -> tuple[str, str] | None:
        """A list in `every` must be as long as `goals`."""
        if isinstance(self.every, tuple) and len(self.every) != len(self.goals):
            return "every", f"lists {len(self.every)} lengths for {len(self.goals)} goals; give one number or one each"
        return None

    def at(self, generation: int, seed: int) -> Epoch:
        """Position within the cycle of all goals."""
        lengths = self.every if isinstance(self.every, tuple) else (self.every,) * len(self.goals)
        ends = list(accumulate(lengths))
        cycle, within = divmod(generation, ends[-1])
        k = bisect_right(ends, within)
        start = cycle * ends[-1] + ends[k] - lengths[k]
        return Epoch(cycle * len(self.goals) + k, start, start + lengths[k], self.goals[k])

"""One goal, or several at once, for ever."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from evomod.component import AsTuple, Count
from evomod.schedules.base import Epoch, Name, Schedule


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


class Together(Schedule):
    """Several goals at once, for ever: benefit is the weighted mean of the benefits on each (KNA07's control)."""

    kind: Literal["together"] = "together"
    goals: Annotated[tuple[Name, ...], Field(min_length=1), AsTuple] = Field(
        description="Names of the goals, or patterns such as g*."
    )
    weights: Annotated[tuple[Annotated[Count, Field(le=1000)], ...], AsTuple] | None = Field(
        None, description="What each goal counts, in whole numbers; alike if missing."
    )

    @property
    def goal_names(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(dict.fromkeys(self.goals))

    @property
    def _weights(self) -> tuple[int, ...]:
        return self.weights or (1,) * len(self.goals)

    @property
    def total_weight(self) -> int:
        """Sum of the weights."""
        return sum(self._weights)

    def mistake(self) -> tuple[str, str] | None:
        """A weight for each goal, each goal once."""
        if len(set(self.goals)) < len(self.goals):
            return "goals", "names a goal twice; give it a larger weight instead"
        if len(self._weights) != len(self.goals):
            return "weights", f"lists {len(self._weights)} weights for {len(self.goals)} goals"
        return None

    def at(self, generation: int, seed: int) -> Epoch:
        """The only epoch."""
        label = " + ".join(self.goals if len(self.goals) <= 3 else (self.goals[0], "…", self.goals[-1]))
        return Epoch(0, 0, None, label, tuple(zip(self.goals, self._weights, strict=True)))

"""A schedule that had been going on for some time when the run begins: what branches of a run live under."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Literal, Self

from pydantic import Field

from evomod.component import Int, OneOf
from evomod.errors import InputError
from evomod.schedules.base import Epoch, Schedule
from evomod.schedules.switching import Switching


class Continued(Schedule):
    """A schedule from some generation on: in generation g what the other one has in generation `after` + g.

    The first epoch may have begun before the run: its `start` is then below 0, so that what fades goes on fading. With
    the seed of an earlier run, goals come as they would have come there, those drawn at random included, whatever seed
    this run has.
    """

    kind: Literal["continued"] = "continued"
    schedule: Annotated[Switching, OneOf()] = Field(description="The schedule that goes on.")
    after: Annotated[Int, Field(ge=0, le=1_000_000_000)] = Field(
        description="Generations of it that had passed when this run begins."
    )
    seed: Annotated[Int, Field(ge=0, lt=2**63)] | None = Field(
        None, description="Seed of its order, its random timing and goals drawn at random; the run's own if missing."
    )

    @property
    def goal_names(self) -> tuple[str, ...]:
        """Those of the schedule that goes on."""
        return self.schedule.goal_names

    def mistake(self) -> tuple[str, str] | None:
        """The schedule's own."""
        found = self.schedule.mistake()
        return (f"schedule.{found[0]}", found[1]) if found else None

    def over(self, names: Sequence[str]) -> Self:
        """Patterns stand in the schedule that goes on."""
        return self.model_copy(update={"schedule": self.schedule.over(tuple(names))})

    def at(self, generation: int, seed: int) -> Epoch:
        """The epoch that is then, in generations and epochs of this run."""
        seed = seed if self.seed is None else self.seed
        epoch, first = self.schedule.at(generation + self.after, seed), self.schedule.at(self.after, seed)
        return replace(
            epoch,
            index=epoch.index - first.index,
            start=epoch.start - self.after,
            stop=None if epoch.stop is None else epoch.stop - self.after,
            before=None if epoch.before is None else (epoch.before[0], epoch.before[1] - self.after),
        )

    def drawn_at(self, start: int, seed: int) -> tuple[int, int]:
        """Where the earlier run draws them."""
        return start + self.after, seed if self.seed is None else self.seed


def continued(schedule: Schedule, after: int, seed: int) -> Schedule:
    """What a run with this schedule and seed goes on to have from generation `after`; goals that stay just stay.

    Raises
    ------
    InputError
        A schedule of the user's own with several epochs, unless it is a `Switching`.
    """
    if isinstance(schedule, Continued):
        own = seed if schedule.seed is None else schedule.seed
        return schedule.model_copy(update={"after": schedule.after + after, "seed": own})
    if isinstance(schedule, Switching):
        return Continued(schedule=schedule, after=after, seed=seed)
    if schedule.at(0, seed).stop is not None:
        raise InputError(f"schedule: {schedule.kind!r} cannot be joined where it was; derive its class from Switching")
    return schedule

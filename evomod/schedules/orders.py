"""The orders in which goals come."""

from __future__ import annotations

from itertools import accumulate
from typing import Annotated, Literal, Self

from pydantic import Field

from evomod.component import AsTuple, Count
from evomod.schedules.base import Name
from evomod.schedules.switching import Switching


class Alternating(Switching):
    """Goals in strict order, over and over (MVG; with random goals RVG, RVGv and RVGc; with a neutral one VG0)."""

    kind: Literal["alternating"] = "alternating"
    goals: Annotated[tuple[Name, ...], Field(min_length=1), AsTuple] = Field(
        description="Names of the goals in their order, or patterns such as g*; a name may come more than once."
    )
    every: Count | Annotated[tuple[Count, ...], Field(min_length=1), AsTuple] = Field(  # type: ignore[assignment]
        20, description="E, generations per epoch: one number for all goals or a list, one for each."
    )

    def mistake(self) -> tuple[str, str] | None:
        """A list in `every` must be as long as `goals`."""
        if isinstance(self.every, tuple) and len(self.every) != len(self.goals):
            return "every", f"lists {len(self.every)} lengths for {len(self.goals)} goals; give one number or one each"
        return super().mistake()

    @property
    def lengths(self) -> tuple[int, ...]:
        """One for each goal."""
        return self.every if isinstance(self.every, tuple) else (self.every,) * len(self.goals)

    def goal_of(self, index: int, seed: int) -> str:
        """Round and round."""
        return self.goals[index % len(self.goals)]


class Shuffled(Switching):
    """Goals in a random order, none a second time before all have come, then in a new order (RMVG)."""

    kind: Literal["shuffled"] = "shuffled"

    def mistake(self) -> tuple[str, str] | None:
        """Each goal once."""
        return ("goals", "names a goal twice") if len(set(self.goals)) < len(self.goals) else super().mistake()

    def goal_of(self, index: int, seed: int) -> str:
        """Position within the order of its round."""
        lap, position = divmod(index, len(self.goals))
        order = self._order(lap, seed)
        # Of two goals neither may come twice running, so that they keep their order.
        if len(order) > 2 and lap and position < 2 and order[0] == self._order(lap - 1, seed)[-1]:
            position = 1 - position
        return order[position]

    def _order(self, lap: int, seed: int) -> list[str]:
        words = self.draws(lap if len(self.goals) > 2 else 0, len(self.goals), seed)
        return [name for _, _, name in sorted(zip(words, range(len(words)), self.goals, strict=True))]


class Drawn(Switching):
    """Each epoch a goal drawn at random, with weights; it may be the one before again."""

    kind: Literal["drawn"] = "drawn"
    weights: Annotated[tuple[Annotated[Count, Field(le=1000)], ...], AsTuple] | None = Field(
        None, description="How often each goal comes, in whole numbers; alike if missing."
    )

    def mistake(self) -> tuple[str, str] | None:
        """A weight for each goal."""
        if self.weights is not None and len(self.weights) != len(self.goals):
            return "weights", f"lists {len(self.weights)} weights for {len(self.goals)} goals"
        return super().mistake()

    def goal_of(self, index: int, seed: int) -> str:
        """By the share of its weight."""
        ends = list(accumulate(self.weights or (1,) * len(self.goals)))
        ticket = self.draws(index, 1, seed)[0] * ends[-1] >> 32
        return next(name for name, end in zip(self.goals, ends, strict=True) if ticket < end)


class StarWalk(Switching):
    """From a centre to one of the other goals, drawn at random, and back, over and over (PKA08: G1-Gk-G1)."""

    kind: Literal["star_walk"] = "star_walk"
    centre: Name = Field(description="Name of the goal of every other epoch, the first included.")
    goals: Annotated[tuple[Name, ...], Field(min_length=1), AsTuple] = Field(
        description="Names of the other goals, or patterns such as g*; the centre is left out."
    )

    def mistake(self) -> tuple[str, str] | None:
        """A walk needs somewhere to go."""
        return ("goals", "names no goal but the centre") if set(self.goals) == {self.centre} else None

    @property
    def goal_names(self) -> tuple[str, ...]:
        """The centre first."""
        return tuple(dict.fromkeys((self.centre, *self.goals)))

    def over(self, names: tuple[str, ...]) -> Self:  # type: ignore[override]
        """Patterns may match the centre, which is no leaf."""
        meant = super().over(names)
        leaves = tuple(name for name in meant.goals if name != self.centre)
        return meant.model_copy(update={"goals": leaves or meant.goals})

    def goal_of(self, index: int, seed: int) -> str:
        """The centre in even epochs."""
        if index % 2 == 0:
            return self.centre
        return self.goals[self.draws(index, 1, seed)[0] * len(self.goals) >> 32]

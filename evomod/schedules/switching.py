"""Schedules that go from goal to goal: which comes next is one question, when is another, how suddenly a third."""

from __future__ import annotations

from abc import abstractmethod
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field

from evomod.component import AsTuple, Count, Int
from evomod.kernel import kernel
from evomod.rng import SCHEDULE, SWITCH, Stream, draw4, threshold
from evomod.schedules.base import Epoch, Name, Schedule

MAX_RANDOM = 1_000_000  # mean generations of an epoch of random length
_NO_RUN_IS_LONGER = 1 << 30  # generations


class Switching(Schedule):
    """Goes from goal to goal, after a fixed or a random number of generations, at once or gradually."""

    goals: Annotated[tuple[Name, ...], Field(min_length=1), AsTuple] = Field(
        description="Names of the goals, or patterns such as g*."
    )
    every: Count = Field(20, description="E, generations per epoch.")
    timing: Literal["strict", "random"] = Field(
        "strict", description="Epochs of exactly E generations, or each new generation begins one with probability 1/E."
    )
    fade: Annotated[Int, Field(ge=0)] = Field(
        0,
        description="Gradual change: in the first so many generations of an epoch an individual still faces the goal "
        "before with a probability that falls linearly; to and from a neutral goal the change is sudden.",
    )

    def mistake(self) -> tuple[str, str] | None:
        """Random switches are looked for generation by generation."""
        if self.timing == "random" and max(self.lengths) > MAX_RANDOM:
            return "every", f"can be at most {MAX_RANDOM:,} with `timing: random`"
        return None

    @abstractmethod
    def goal_of(self, index: int, seed: int) -> str:
        """Name of the goal of epoch `index`."""

    @property
    def goal_names(self) -> tuple[str, ...]:
        """The goals in order of first appearance."""
        return tuple(dict.fromkeys(self.goals))

    @property
    def lengths(self) -> tuple[int, ...]:
        """Lengths of the epochs, in a cycle; mean lengths where the timing is random."""
        return (self.every,)

    def at(self, generation: int, seed: int) -> Epoch:
        """Index and ends of the epoch first, then its goal."""
        find = _strict if self.timing == "strict" else _random
        index, start, stop, previous = find(self.lengths, generation, seed)
        goal = self.goal_of(index, seed)
        if not self.fade or index == 0:
            return Epoch(index, start, stop, goal)
        before = (self.goal_of(index - 1, seed), previous)
        return Epoch(index, start, stop, goal, before=before, fade=self.fade)

    def draws(self, index: int, n: int, seed: int) -> list[int]:
        """The words, uniform in 0 … 2^32 − 1, with which the order of goals is drawn; `index` of epoch or round."""
        return [int(word) for word in Stream(seed, index, 0, SCHEDULE).words(n)]


def _strict(lengths: tuple[int, ...], generation: int, seed: int) -> tuple[int, int, int, int]:
    ends = list(accumulate(lengths))
    cycle, within = divmod(generation, ends[-1])
    k = bisect_right(ends, within)
    start = cycle * ends[-1] + ends[k] - lengths[k]
    return cycle * len(lengths) + k, start, start + lengths[k], start - lengths[k - 1]


def _random(lengths: tuple[int, ...], generation: int, seed: int) -> tuple[int, int, int, int]:
    horizon = 1 << max(12, generation.bit_length())
    while True:
        starts = _starts(lengths, seed, horizon)
        index = int(np.searchsorted(starts, generation, side="right")) - 1
        if index + 1 < len(starts):
            return index, int(starts[index]), int(starts[index + 1]), int(starts[max(index - 1, 0)])
        if horizon >= _NO_RUN_IS_LONGER:
            return index, int(starts[index]), horizon, int(starts[max(index - 1, 0)])
        horizon *= 2  # the epoch ends beyond what has been drawn


@lru_cache(maxsize=8)
def _starts(lengths: tuple[int, ...], seed: int, horizon: int) -> npt.NDArray[np.int64]:
    """First generations of the epochs that begin before `horizon`."""
    starts: npt.NDArray[np.int64] = _draw_starts(np.array([1.0 / length for length in lengths]), seed, horizon)
    return starts


@kernel
def _draw_starts(rates: Any, seed: Any, horizon: int) -> Any:
    starts = np.zeros(64, np.int64)
    n = 1
    for generation in range(1, horizon):
        words = draw4(seed, generation, 0, SWITCH, 0)
        if words[0] < threshold(rates[(n - 1) % rates.size]):
            if n == starts.size:
                starts = np.concatenate((starts, np.zeros(n, np.int64)))
            starts[n] = generation
            n += 1
    return starts[:n].copy()

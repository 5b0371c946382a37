"""What every goal offers: cases, that is inputs and the right answers to them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from evomod.component import Component
from evomod.errors import InputError
from evomod.rng import Stream

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Cases:
    """Inputs bool (n_cases, n_inputs), the right answers, bool (n_cases, n_outputs), and which cases count.

    `counted` is bool (n_cases,), or None where all of them do. All goals of a scenario have the same inputs and as
    many cases that count; which ones these are may depend on the seed and the epoch.
    """

    inputs: npt.NDArray[Any]
    targets: npt.NDArray[Any]
    counted: npt.NDArray[Any] | None = None

    @property
    def n_counted(self) -> int:
        """Cases that count."""
        return len(self.inputs) if self.counted is None else int(self.counted.sum())

    def mistake(self, n_inputs: int, n_outputs: int) -> str | None:
        """What is wrong with them, as the end of a sentence; None if nothing is."""
        for name, array, width in (("inputs", self.inputs, n_inputs), ("targets", self.targets, n_outputs)):
            if not isinstance(array, np.ndarray) or array.dtype != bool:
                return f"{name} that are no NumPy array of bool [got {getattr(array, 'dtype', type(array).__name__)}]"
            if array.ndim != 2 or array.shape[1] != width or len(array) != len(self.inputs):
                return f"{name} of shape {array.shape}; they must be ({len(self.inputs)}, {width}), a row for each case"
        if self.counted is not None and (self.counted.dtype != bool or self.counted.shape != (len(self.inputs),)):
            return f"`counted` that is not bool ({len(self.inputs)},), a flag for each case"
        return None


class Goal(Component, ABC):
    """What is to be computed.

    `named` goals are the same in every epoch, and count when it is asked whether all goals are solved; goals that are
    drawn at random are not and do not. A goal that does not `select` leaves who has offspring to chance.
    """

    named: ClassVar[bool] = True
    selects: ClassVar[bool] = True
    structural: ClassVar[bool] = False  # True: what counts is the network and not what it answers; see `grade`

    @property
    @abstractmethod
    def n_outputs(self) -> int:
        """Number of outputs."""

    @abstractmethod
    def cases(self, input_names: Sequence[str], stream: Stream) -> Cases:
        """The cases of one epoch; `stream` has the generation in which it begins."""

    @property
    def sample_size(self) -> int | None:
        """How many cases count, where not all of them do; None where all do."""
        return None

    def whole(self) -> Goal:
        """The same goal, asked in all cases."""
        return self

    @property
    def is_task(self) -> bool:
        """Has it right answers, always the same ones, that decide who has offspring?"""
        return self.named and self.selects and not self.structural

    def grade(self, graphs: Array) -> Array:
        """Benefit of networks, 0 to 1, float64 (n,), by their simple graphs, uint64 (n, n_nodes); if `structural`."""
        raise NotImplementedError(f"{type(self).__name__} asks for answers, not for networks")

    def mistake(self, input_names: Sequence[str]) -> tuple[str, str] | None:
        """Why the goal cannot be asked of these inputs: field and sentence; None if it can."""
        return None

    def subgoals(self, input_names: Sequence[str]) -> dict[int, str]:
        """What the goal is made of, where it tells: text by function, the one of f and not f that is 0 in row 0."""
        return {}

    def members(self, name: str) -> dict[str, Goal]:
        """The goals that a goal called `name` stands for, by name: itself, unless it is a family."""
        return {name: self}


def expand(goals: Mapping[str, Goal]) -> dict[str, Goal]:
    """All goals that are meant, families written out where they stand.

    Raises
    ------
    InputError
        If two of them have one name, or a family has a mistake.
    """
    expanded: dict[str, Goal] = {}
    for name, goal in goals.items():
        members = goal.members(name)
        if twice := expanded.keys() & members:
            raise InputError(f"two goals are called {min(twice)!r}, one of them as a member of a family; rename one")
        expanded |= members
    return expanded


def truth_table_inputs(n_inputs: int) -> npt.NDArray[np.bool_]:
    """All 2^n rows, bool (2^n, n): row r has input i equal to bit i of r."""
    rows = np.arange(1 << n_inputs)[:, None]
    return (rows >> np.arange(n_inputs) & 1).astype(bool)

"""Which births last: those whose descendants, or selves, are still there when they are at least 1,024 generations old.

Births are decided 256 generations at a time: those of generations 256·k + 1 … 256·(k + 1) when generation 256·(k + 1) +
1,024 has been reached, wherever blocks begin and end, so that a log does not depend on the speed of a machine.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.kernel import kernel
from evomod.lineage.schema import SURVIVAL_STEP, SURVIVAL_WINDOW, Layout

Array = npt.NDArray[Any]
STEP = SURVIVAL_STEP


class Survivors:
    """Keeps the parents of undecided births in full, and hands out the lasting ones.

    Attributes
    ----------
    first : int
        The generation of row 0 of the window.
    parents, second_parents : (n, S) arrays of places; n_kept : (n,)
    """

    def __init__(self, layout: Layout, generation: int = 0) -> None:
        s, room = layout.population, SURVIVAL_WINDOW + STEP
        self.layout, self.first, self.n = layout, max(1, generation), 0
        self.parents = np.zeros((room, s), layout.place)
        self.second_parents = np.zeros((room if layout.sexual else 0, s), layout.place)
        self.n_kept = np.zeros(room, np.int64)

    @property
    def state(self) -> dict[str, Array]:
        """The undecided births, for a checkpoint."""
        return {
            "recent_first": np.array(self.first),
            "recent_parents": self.parents[: self.n],
            "recent_second_parents": self.second_parents[: self.n],
            "recent_n_kept": self.n_kept[: self.n],
        }

    def restore(self, state: dict[str, Array]) -> None:
        """Take up the undecided births of a checkpoint."""
        self.first, self.n = int(state["recent_first"]), len(state["recent_parents"])
        self.parents[: self.n] = state["recent_parents"]
        self.n_kept[: self.n] = state["recent_n_kept"]
        if self.layout.sexual:
            self.second_parents[: self.n] = state["recent_second_parents"]

    def add(self, parents: Array, second_parents: Array, n_kept: Array, generations: Array) -> Array:
        """Take the births of some generations, in order; returns the births now known to last (`birth_dtype`)."""
        decided = []
        for k, generation in enumerate(generations):
            if generation == 0:  # nobody is born in generation 0: they were made
                continue
            self.parents[self.n] = parents[k]
            if self.layout.sexual:
                self.second_parents[self.n] = second_parents[k]
            self.n_kept[self.n] = n_kept[k]
            self.n += 1
            if self.n == len(self.parents):
                decided.append(self._decide())
        return np.concatenate(decided) if decided else np.zeros(0, self.layout.birth_dtype)

    def _decide(self) -> Array:
        alive = np.zeros((STEP, self.layout.population), np.uint8)
        _trace(self.parents, self.second_parents, self.layout.sexual, alive)
        places = np.arange(self.layout.population)
        stayed = (places < self.n_kept[:STEP, None]) & (self.parents[:STEP] == places)
        rows, columns = np.nonzero(alive.astype(bool) & ~stayed)
        births = np.zeros(len(rows), self.layout.birth_dtype)
        births["generation"], births["place"] = self.first + rows, columns
        births["parent"] = self.parents[rows, columns]
        if self.layout.sexual:
            births["second_parent"] = self.second_parents[rows, columns]
        for window in (self.parents, self.second_parents, self.n_kept):
            window[: -STEP or None] = window[STEP:].copy()
        self.n -= STEP
        self.first += STEP
        return births


@kernel
def _trace(parents: Any, second_parents: Any, sexual: bool, alive: Any) -> None:
    """Mark in uint8 (m, S) who of the first m generations of a window has descendants, or is, in its last."""
    n, s = parents.shape
    now = np.ones(s, np.uint8)
    for g in range(n - 1, -1, -1):
        if g < alive.shape[0]:
            alive[g] = now
        before = np.zeros(s, np.uint8)
        for i in range(s):
            if now[i]:
                before[parents[g, i]] = 1
                if sexual:
                    before[second_parents[g, i]] = 1
        now = before

"""Ancestors found backwards: memory grows with the individuals that are found, not with the run."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.kernel import kernel

Array = npt.NDArray[Any]
BIRTH, PLACE, PARENT, SECOND, LAST = range(5)


class Trace:
    """Gathers individuals while generations are shown to it, the last one first.

    Parameters
    ----------
    population : int
    last : int
        The generation that is shown first.
    asked : pairs of generation and place
        Whose ancestors are sought.
    everybody : bool
        Take all individuals, ancestors of anybody or not.
    """

    def __init__(self, population: int, last: int, asked: Collection[tuple[int, int]], everybody: bool = False) -> None:
        self.who = np.full(population, -1, np.int64)
        self.last = np.full(population, last, np.int64)
        self.table = np.zeros((0, 5), np.int32)
        # The later ones first; behind them one that never comes, so that there is always a next.
        pairs = np.array([*asked, (-1, 0)], np.int64)
        self.order = np.argsort(-pairs[:, 0], kind="stable")
        self.asked, self.found = pairs[self.order], np.full(len(pairs), -1, np.int64)
        self.everybody, self.n, self.n_found = everybody, 0, 0

    def back(self, first: int, parents: Array, second_parents: Array, stayed: Array) -> None:
        """Take generations `first` and on, arrays of (generation, place), those before the ones taken last."""
        room = self.n + (2 * parents.size if parents is not second_parents else parents.size) + len(self.who)
        if room > len(self.table):
            more = np.zeros((max(room, len(self.table) * 3 // 2) - len(self.table), 5), np.int32)
            self.table = np.concatenate([self.table, more])
        self.n, self.n_found = _trace(
            first,
            parents,
            second_parents,
            stayed,
            self.who,
            self.last,
            self.asked,
            self.found,
            self.everybody,
            self.table,
            self.n,
            self.n_found,
        )

    def individuals(self) -> tuple[Array, Array]:
        """Once generation 0 has been taken: birth, place, parents (as rows, or −1) and last generation; whom was asked.

        int32 (n, 5), in order of birth and place, and rows of it, int64 (n_asked,).
        """
        table = self.table[: self.n]
        order = np.lexsort((table[:, PLACE], table[:, BIRTH]))
        row = np.empty(self.n + 1, np.int64)
        row[order], row[-1] = np.arange(self.n), -1
        table = table[order]
        table[:, PARENT], table[:, SECOND] = row[table[:, PARENT]], row[table[:, SECOND]]
        asked = np.empty(len(self.asked), np.int64)
        asked[self.order] = row[self.found]
        return table, asked[:-1]


@kernel
def _trace(
    first: int,
    parents: Any,
    second_parents: Any,
    stayed: Any,
    who: Any,
    last: Any,
    asked: Any,
    found: Any,
    everybody: bool,
    table: Any,
    n: int,
    n_found: int,
) -> tuple[int, int]:
    """Go back through a block; `who` and `last` are of each place: number in the table or −1, last generation there."""
    n_generations, s = parents.shape
    before, last_before = np.empty(s, np.int64), np.empty(s, np.int64)
    for k in range(n_generations - 1, -1, -1):
        generation = first + k
        if everybody:
            for p in range(s):
                if who[p] < 0:
                    who[p] = n
                    table[n, 4] = last[p]
                    n += 1
        while asked[n_found, 0] == generation:
            p = asked[n_found, 1]
            if who[p] < 0:
                who[p] = n
                table[n, 4] = last[p]
                n += 1
            found[n_found] = who[p]
            n_found += 1
        for p in range(s):
            before[p] = who[p] if stayed[k, p] else -1
            last_before[p] = last[p] if stayed[k, p] else generation - 1
        for p in range(s):
            if who[p] < 0 or stayed[k, p]:
                continue
            i = who[p]
            table[i, 0], table[i, 1], table[i, 2], table[i, 3] = generation, p, -1, -1
            if generation == 0:
                continue
            for which in range(2):
                q = parents[k, p] if which == 0 else second_parents[k, p]
                if which == 1 and q == parents[k, p]:
                    continue
                if before[q] < 0:
                    before[q] = n
                    table[n, 4] = last_before[q]
                    n += 1
                table[i, 2 + which] = before[q]
        who[:] = before
        last[:] = last_before
    return n, n_found

"""Lexicase selection: case by case, in an order drawn anew for each parent."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np

from evomod.errors import InputError
from evomod.kernel import ctz, kernel
from evomod.rng import PARENT, below, draw4
from evomod.selection.base import Array, Elitist, Ranking

_ZERO, _ONE, _LOW = np.uint64(0), np.uint64(1), np.uint64(0xFFFFFFFF)


class Lexicase(Elitist):
    """For each parent the cases are taken in a random order; who is wrong drops out, unless all who are left are.

    Helmuth, Spector & Matheson 2015, doi 10.1109/TEVC.2014.2362729. Of those left after the last case the fittest
    count (so that costs decide among equals), and one of them is drawn, all alike. An oscillating output is right in a
    case if it is right in all of its states.
    """

    kind: Literal["lexicase"] = "lexicase"
    in_deap: ClassVar[bool] = True
    by_case: ClassVar[bool] = True

    def choose(self, ranking: Ranking, parents: Array, seed: int, generation: int) -> int:
        """Over the distinct kinds of individuals, of which there are few, instead of over all."""
        n = parents.size
        if ranking.right is None:
            raise InputError("lexicase selection needs to know who is right in which case")
        level = np.repeat(np.arange(len(ranking.counts)), ranking.counts)  # of the individual at each rank
        first, size, members = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.uint32)
        n_kinds = _kinds(ranking.order, level, ranking.right, first, size, members)
        rows = np.ascontiguousarray(ranking.right[members[first[:n_kinds]]])
        _lexicase(rows, first, size, members, self.elite, ranking.order, parents, seed, generation)
        return self.elite


@kernel
def _kinds(order: Any, level: Any, right: Any, first: Any, size: Any, members: Any) -> int:
    """Group who has the same fitness and is right in the same cases: kinds, fittest first.

    Kind k is members[first[k]] … members[first[k] + size[k] − 1]. Returns the number of kinds.
    """
    n, n_words = right.shape
    room = 4
    while room < 2 * n:
        room *= 2
    slots, kind = np.full(room, -1, np.int32), np.empty(n, np.int32)
    head = np.empty(n, np.int64)  # the rank at which a kind was met first
    n_kinds = 0
    for rank in range(n):
        i = order[rank]
        key = np.uint64(level[rank])
        for w in range(n_words):
            key ^= right[i, w]
            key = (key & _LOW) * np.uint64(0x9E3779B9) ^ (key >> np.uint64(32)) * np.uint64(0x85EBCA6B)
            key ^= key >> np.uint64(29)
        slot = np.int64(key & np.uint64(room - 1))
        while slots[slot] >= 0:
            j = order[head[slots[slot]]]
            same = level[head[slots[slot]]] == level[rank]
            for w in range(n_words):
                same &= right[i, w] == right[j, w]
            if same:
                break
            slot = (slot + 1) & (room - 1)
        if slots[slot] < 0:
            slots[slot] = n_kinds
            head[n_kinds] = rank
            size[n_kinds] = 0
            n_kinds += 1
        kind[rank] = slots[slot]
        size[kind[rank]] += 1
    start = 0
    for k in range(n_kinds):
        first[k] = start
        start += size[k]
    filled = first[:n_kinds].copy()
    for rank in range(n):
        members[filled[kind[rank]]] = order[rank]
        filled[kind[rank]] += 1
    return n_kinds


@kernel
def _lexicase(
    rows: Any, first: Any, size: Any, members: Any, elite: int, order: Any, parents: Any, seed: Any, generation: Any
) -> None:
    n_kinds, n_words = rows.shape
    n_cases = n_words * 64
    pool_words = (n_kinds + 63) // 64
    who = np.zeros((n_cases, pool_words), np.uint64)  # bit k: kind k is right in the case
    everybody, somebody = np.zeros(pool_words, np.uint64), np.zeros(n_cases, np.uint64)
    for k in range(n_kinds):
        bit = _ONE << np.uint64(k % 64)
        everybody[k // 64] |= bit
        for w in range(n_words):
            word = rows[k, w]
            while word:
                case = w * 64 + np.int64(ctz(word))
                word &= word - _ONE
                who[case, k // 64] |= bit
                somebody[case] = _ONE
    informative = np.flatnonzero(somebody)  # the others tell nobody from anybody, and padding is one of them
    cases = informative.copy()
    pool, left = np.empty(pool_words, np.uint64), np.empty(pool_words, np.uint64)
    for i in range(parents.size):
        if i < elite:
            parents[i] = order[i]
            continue
        pool[:] = everybody
        cases[:] = informative
        words = draw4(seed, generation, i, PARENT, 0)
        drawn, which = 1, words[0]
        for c in range(cases.size):
            if drawn % 4 == 0:
                words = draw4(seed, generation, i, PARENT, drawn // 4)
            other = c + below(words[drawn % 4], cases.size - c)
            drawn += 1
            cases[c], cases[other] = cases[other], cases[c]
            n_left = 0
            for w in range(pool_words):
                left[w] = pool[w] & who[cases[c], w]
                n_left += 1 if left[w] else 0
            if n_left:
                pool[:] = left
                if n_left == 1 and _is_single(pool):
                    break
        k = _lowest(pool)
        parents[i] = members[first[k] + below(which, size[k])]


@kernel
def _is_single(pool: Any) -> Any:
    for w in range(pool.size):
        if pool[w]:
            return (pool[w] & (pool[w] - _ONE)) == _ZERO
    return False


@kernel
def _lowest(pool: Any) -> Any:
    """The fittest kind that is left: they are numbered from the fittest."""
    for w in range(pool.size):
        if pool[w]:
            return w * 64 + np.int64(ctz(pool[w]))
    return 0

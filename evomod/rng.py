"""Counter-based random numbers: a draw is a function of seed, generation, individual, purpose and number.

Philox 4x32-10 of Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3",
doi 10.1145/2063384.2063405. The key is the run's seed; the counter is (draw, individual, generation, purpose). Nothing
is ever advanced: a draw more in one operator cannot shift another's, children can be made again from their parents,
and any number of threads gets the same numbers. The upper half of the purpose word is the island, 0 as long as there
is one population.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.kernel import inlined, kernel

# What a draw is for. The numbers are part of the file format: a log is replayed with them.
INITIAL, TIES, PARENT, PAIRING, CROSSOVER, MUTATION, GOAL, SCHEDULE, SWITCH, FACING, DEAP, MEASURE = range(12)
NOISE, FAILURE, PEEL, TOURNAMENT, COST = range(12, 17)
ASSAY = 1 << 8  # draws of experiments on evolved populations, which belong to no run

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_W0, _W1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)
_LOW, _32 = np.uint64(0xFFFFFFFF), np.uint64(32)


@inlined
def philox4x32(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> Any:
    """Ten rounds over a counter of four and a key of two uint32; four uint32."""
    for _ in range(10):
        p0, p1 = _M0 * np.uint64(c0), _M1 * np.uint64(c2)
        c0, c1 = np.uint32(np.uint32(p1 >> _32) ^ c1 ^ k0), np.uint32(p1 & _LOW)
        c2, c3 = np.uint32(np.uint32(p0 >> _32) ^ c3 ^ k1), np.uint32(p0 & _LOW)
        k0 = np.uint32((np.uint64(k0) + _W0) & _LOW)
        k1 = np.uint32((np.uint64(k1) + _W1) & _LOW)
    return c0, c1, c2, c3


@inlined
def draw4(seed: Any, generation: Any, individual: Any, purpose: Any, draw: Any) -> Any:
    """Four independent uint32, uniform in 0 … 2^32 − 1, of one place."""
    key = np.uint64(seed)
    return philox4x32(
        np.uint32(draw),
        np.uint32(individual),
        np.uint32(generation),
        np.uint32(purpose),
        np.uint32(key & _LOW),
        np.uint32(key >> _32),
    )


@inlined
def below(word: Any, n: Any) -> Any:
    """Map a 32-bit word to 0 … n − 1. No value is more likely than another by more than n / 2^32 of itself."""
    return np.int64((np.uint64(word) * np.uint64(n)) >> _32)


@inlined
def threshold(rate: float) -> Any:
    """The number t for which `word < t` happens with probability `rate` (0 and 1 exactly)."""
    return np.uint64(rate * 4294967296.0)


@kernel
def permutation(n: int, seed: Any, generation: Any, purpose: Any) -> Any:
    """Uniform random order of 0 … n − 1, int64 (Fisher & Yates; Durstenfeld 1964)."""
    order = np.arange(n)
    for i in range(n - 1, 0, -1):
        w = draw4(seed, generation, 0, purpose, i)
        j = below(w[0], i + 1)
        order[i], order[j] = order[j], order[i]
    return order


@kernel
def _fill(words: Any, seed: Any, generation: Any, individual: Any, purpose: Any) -> None:
    for i in range(0, words.size, 4):
        quad = draw4(seed, generation, individual, purpose, i // 4)
        for j in range(min(4, words.size - i)):
            words[i + j] = quad[j]


@dataclass(frozen=True)
class Stream:
    """The draws of one place, for code outside the kernels."""

    seed: int
    generation: int
    individual: int
    purpose: int

    def words(self, n: int) -> npt.NDArray[np.uint32]:
        """The first `n` words of this place, uniform in 0 … 2^32 − 1."""
        words = np.empty(n, np.uint32)
        _fill(words, self.seed, self.generation, self.individual, self.purpose)
        return words

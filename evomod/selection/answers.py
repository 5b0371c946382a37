"""How differently the individuals of a population answer."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.kernel import ctz, kernel

Array = npt.NDArray[Any]
_ONE = np.uint64(1)


def diversity(answers: Array, asked: Array, n_states: int) -> Array:
    """Mean share of cases in which others answer differently: float64 (n,), 0 to 1; oneself counts among the others.

    Mouret & Doncieux 2012, doi 10.1162/EVCO_a_00048, with the Hamming distance; linear in n, from counts per case.

    Parameters
    ----------
    answers : uint64 (n, n_planes, n_outputs, n_words)
        In how many states each output is 1, as binary digits. Of circuits that oscillate, two answers are compared at
        states drawn at random.
    asked : uint64 (n_outputs, n_words)
        Cases that count.
    n_states : int
    """
    totals = np.zeros(asked.size * 64, np.int64)
    found = np.zeros(len(answers))
    flat = np.ascontiguousarray(answers).reshape(*answers.shape[:2], -1)
    _diversity(flat, asked.reshape(-1), n_states, totals, found)
    return found


@kernel
def _diversity(answers: Any, asked: Any, n_states: int, totals: Any, found: Any) -> None:
    n, n_planes, n_words = answers.shape
    n_asked = 0
    for w in range(n_words):
        cases = asked[w]
        while cases:
            cases &= cases - _ONE
            n_asked += 1
        for i in range(n):
            for p in range(n_planes):
                word = answers[i, p, w] & asked[w]
                while word:
                    totals[w * 64 + np.int64(ctz(word))] += 1 << p
                    word &= word - _ONE
    # An answer of s ones in n_states, among all with T in all their states, differs s·(n·n_states − T) +
    # (n_states − s)·T times: T·n_states for s = 0, and n·n_states − 2·T more for each one of s.
    never = np.int64(0)
    for t in totals:
        never += t * n_states
    pairs = n * n_states * n_states * max(1, n_asked)
    for i in range(n):
        times = never
        for w in range(n_words):
            for p in range(n_planes):
                word = answers[i, p, w] & asked[w]
                while word:
                    times += (n * n_states - 2 * totals[w * 64 + np.int64(ctz(word))]) << p
                    word &= word - _ONE
        found[i] = times / pairs

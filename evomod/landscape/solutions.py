"""All genomes that compute a function, each with a number, without being written down."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.errors import InputError
from evomod.kernel import kernel
from evomod.landscape.counting import distinct
from evomod.landscape.model import Array, Model, gate, layer
from evomod.rng import MEASURE, Stream

MAX_GENOMES = 1 << 22  # 76 MiB


class Solutions:
    """The genomes of a model that compute a function: every first layer from which it can be reached, and how often.

    Parameters
    ----------
    model : Model
    function : int
        Bit r is the answer in row r.

    Attributes
    ----------
    firsts : int64 (n_firsts, n_first)
        First layers that solutions have, as places in `model.first_functions`, in lexicographic order.
    ends : int64 (n_firsts,)
        How many solutions have these first layers, up to and with each.
    n : int
        How many solutions there are; 0 where none is.

    Raises
    ------
    InputError
        If the function is not one of the model's inputs.
    """

    def __init__(self, model: Model, function: int) -> None:
        if not 0 <= function < 1 << model.n_rows:
            raise InputError(f"{function:#x} is no function of {model.n_inputs} inputs")
        self.model, self.function = model, function
        functions, codes = np.unique(model.first_codes, return_counts=True)
        tops = np.zeros(len(functions) ** model.n_first, np.int64)
        _count_tops(functions, model.tables, model.n_rows, model.n_first, function, tops)
        there = np.flatnonzero(tops)
        self.firsts = np.stack(np.unravel_index(there, (len(functions),) * model.n_first), axis=1).astype(np.int64)
        self.ends = np.cumsum(codes[self.firsts].prod(axis=1) * tops[there])
        self.n = int(self.ends[-1]) if len(self.ends) else 0

    def __len__(self) -> int:
        return self.n

    def genomes(self, ranks: Array | None = None) -> npt.NDArray[np.uint8]:
        """All solutions, uint8 (n, n_loci), or those of some `ranks`, 0 … n − 1, ascending.

        Raises
        ------
        InputError
            If there are more than 4 million, or a rank is not one.
        """
        ranks = np.arange(min(self.n, MAX_GENOMES + 1)) if ranks is None else np.asarray(ranks, np.int64)
        if len(ranks) > MAX_GENOMES:
            raise InputError(f"{self.n:,} genomes compute {self.function:#x}; take a sample of them")
        if len(ranks) and (ranks.min() < 0 or ranks.max() >= self.n):
            raise InputError(f"solutions are numbered 0 to {self.n - 1:,}; got {ranks.min():,} to {ranks.max():,}")
        found = np.empty((len(ranks), len(self.model.alleles)), np.uint8)
        m = self.model
        sizes = (m.n_inputs, m.n_first, m.n_rows)
        by_function = np.argsort(m.first_codes, kind="stable")
        starts = np.searchsorted(m.first_codes[by_function], m.first_functions)
        tables = (m.first_functions, by_function, np.append(starts, len(by_function)), m.tables)
        _write(ranks, self.firsts, self.ends, *tables, *sizes, self.function, found)
        return found

    def sample(self, n: int, seed: int) -> npt.NDArray[np.uint8]:
        """So many of them, with replacement, ordered by rank; each is equally likely (but for 2^−24 of itself).

        Raises
        ------
        InputError
            If there are none.
        """
        if not self.n:
            raise InputError(f"no genome computes {self.function:#x}")
        words = Stream(seed, 0, 0, MEASURE).words(2 * n).astype(object)
        ranks = (words[::2] * 2**32 + words[1::2]) * self.n >> 64
        return self.genomes(np.sort(ranks.astype(np.int64)))

    @cached_property
    def jumps(self) -> npt.NDArray[np.int64]:
        """Where the first layers end that begin with the same 1 … n_first gates: int64 (n_firsts, n_first)."""
        n = len(self.firsts)
        jumps = np.empty((n, self.model.n_first), np.int64)
        for k in range(self.model.n_first):
            changes = np.flatnonzero((self.firsts[1:, : k + 1] != self.firsts[:-1, : k + 1]).any(axis=1)) + 1
            jumps[:, k] = np.append(changes, n)[np.searchsorted(changes, np.arange(n), "right")]
        return jumps


@kernel
def _count_tops(functions: Any, tables: Any, n_rows: int, n_first: int, target: int, tops: Any) -> None:
    """For each first layer, by number, how many ways there are to compute the target from it.

    That is the same in whatever order its gates stand; the ascending order comes first.
    """
    n = functions.size
    below, ordered = np.empty(n_first, np.int64), np.empty(n_first, np.int64)
    for first in range(tops.size):
        rest = first
        for k in range(n_first - 1, -1, -1):
            ordered[k] = rest % n
            rest //= n
        ordered.sort()
        ascending = 0
        for k in range(n_first):
            ascending = ascending * n + ordered[k]
            below[k] = functions[ordered[k]]
        if ascending < first:
            tops[first] = tops[ascending]
            continue
        second, times = distinct(layer(below, tables, n_rows))
        for a in range(second.size):
            for b in range(second.size):
                for kind in range(tables.size):
                    if gate(tables[kind], second[a], second[b], n_rows) == target:
                        tops[first] += times[a] * times[b]


@kernel
def _write(
    ranks: Any,
    firsts: Any,
    ends: Any,
    functions: Any,
    by_function: Any,
    starts: Any,
    tables: Any,
    n_inputs: int,
    n_first: int,
    n_rows: int,
    target: int,
    genomes: Any,
) -> None:
    """Write the genomes of ascending ranks: a rank is a first layer, a way to the target, and a code for each gate."""
    n_codes, n_kinds = n_first * n_first * tables.size, tables.size
    tops = np.empty(n_codes * n_codes * n_kinds, np.int64)
    below = np.empty(n_first, np.int64)
    first, n_tops = -1, 0
    for i in range(ranks.size):
        place = np.searchsorted(ends, ranks[i], "right")
        if place != first:
            first = place
            for k in range(n_first):
                below[k] = functions[firsts[first, k]]
            n_tops = _tops(layer(below, tables, n_rows), tables, n_rows, target, tops)
        rest = ranks[i] - (ends[first - 1] if first else 0)
        top = tops[rest % n_tops]
        rest //= n_tops
        for k in range(n_first):
            f = firsts[first, k]
            n = starts[f + 1] - starts[f]
            _put(genomes[i], 3 * k, by_function[starts[f] + rest % n], n_inputs, n_kinds)
            rest //= n
        at = 3 * n_first
        _put(genomes[i], at, top // n_kinds // n_codes, n_first, n_kinds)
        _put(genomes[i], at + 3, top // n_kinds % n_codes, n_first, n_kinds)
        genomes[i, at + 6] = top % n_kinds


@kernel
def _tops(second: Any, tables: Any, n_rows: int, target: int, tops: Any) -> Any:
    """Write down all codes of the upper three gates that compute the target, as one number each; how many."""
    n = 0
    for a in range(second.size):
        for b in range(second.size):
            for kind in range(tables.size):
                if gate(tables[kind], second[a], second[b], n_rows) == target:
                    tops[n] = (a * second.size + b) * tables.size + kind
                    n += 1
    return n


@kernel
def _put(genome: Any, at: int, code: Any, n_below: int, n_kinds: int) -> None:
    """Write a gate's code as its two sources and its kind."""
    pair = code // n_kinds
    genome[at], genome[at + 1], genome[at + 2] = pair // n_below, pair % n_below, code % n_kinds

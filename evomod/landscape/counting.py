"""How many genomes compute each function: counted from one layer to the next, never genome by genome."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.kernel import kernel
from evomod.landscape.model import Model, gate, layer


def genomes_per_function(model: Model) -> npt.NDArray[np.int64]:
    """Number of genomes that compute each function, exactly: int64 (2^n_rows,), 65,536 for four inputs.

    Notes
    -----
    The order of the gates in the first layer does not matter for which functions can be made of them, so that each
    set of functions, with repeats, is looked at once: for four inputs and the gates AND, OR and NAND 23,751 of them.
    """
    functions, codes = np.unique(model.first_codes, return_counts=True)
    counts = np.zeros(1 << model.n_rows, np.int64)
    _count(functions, codes, model.tables, model.n_rows, model.n_first, counts)
    return counts


@kernel
def _count(functions: Any, codes: Any, tables: Any, n_rows: int, n_first: int, counts: Any) -> None:
    """Add up, for all first layers in ascending order, what the two layers above make of them."""
    chosen = np.zeros(n_first, np.int64)
    below = np.empty(n_first, np.int64)
    while True:
        ways = orders(chosen)
        for k in range(n_first):
            below[k] = functions[chosen[k]]
            ways *= codes[chosen[k]]
        second, times = distinct(layer(below, tables, n_rows))
        for a in range(second.size):
            for b in range(second.size):
                for kind in range(tables.size):
                    counts[gate(tables[kind], second[a], second[b], n_rows)] += ways * times[a] * times[b]
        k = n_first - 1
        while k >= 0 and chosen[k] == functions.size - 1:
            k -= 1
        if k < 0:
            return
        chosen[k:] = chosen[k] + 1


@kernel
def orders(chosen: Any) -> Any:
    """In how many orders ascending numbers can stand."""
    ways, run = np.int64(1), 0
    for k in range(chosen.size):
        run = run + 1 if k and chosen[k] == chosen[k - 1] else 1
        ways = ways * (k + 1) // run
    return ways


@kernel
def distinct(values: Any) -> Any:
    """Different values, and how often each occurs; in order of first occurrence."""
    found, times = np.empty(values.size, np.int64), np.zeros(values.size, np.int64)
    n = 0
    for value in values:
        k = 0
        while k < n and found[k] != value:
            k += 1
        found[k] = value
        times[k] += 1
        n = max(n, k + 1)
    return found[:n], times[:n]

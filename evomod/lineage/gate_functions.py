"""What every gate computed along a line of descent; each genome is run once, however often it came back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.genotypes.part_states import knows_parts, part_states
from evomod.measures.functional_split import MAX_STATES
from evomod.problem import Problem

Array = npt.NDArray[Any]


def computes_functions(problem: Problem) -> bool:
    """Circuits or nets whose cases are all rows of a truth table, so that every part is a function of the inputs?"""
    encoding = problem.encoding
    return knows_parts(encoding) and len(problem.cases(next(iter(problem.goals)), 0, 0).inputs) == 1 << len(
        problem.inputs
    )


def by_genome(problem: Problem, genomes: Array, take: Callable[[Array, Array, Array], Array]) -> Array:
    """Rows of `take(genomes, share, effective)`, for genomes uint8 (n, n_loci) of a line; see `part_states`."""
    encoding = problem.encoding
    unlike, where = np.unique(genomes, axis=0, return_inverse=True)
    step = max(1, MAX_STATES // (encoding.n_nodes << len(problem.inputs)))
    parts = [
        take(some, *part_states(encoding, some))
        for some in (unlike[start : start + step] for start in range(0, len(unlike), step))
    ]
    rows: Array = np.concatenate(parts)[where.reshape(-1)]
    return rows


def last_run(held: Array) -> Array:
    """Where the unbroken run of True that lasts to the end of each column began; n where the last is False.

    Parameters
    ----------
    held : bool (n, k)

    Returns
    -------
    int64 (k,)
    """
    n = len(held)
    missing = ~held[::-1]
    return np.where(missing.any(axis=0), n - missing.argmax(axis=0), 0)

"""Fixation: when a mutation on the line of descent of all who live had everybody descend from it.

All lines of the last generation go back to its most recent common ancestor, and from there along one line, the trunk.
A birth on the trunk is fixed in the first generation all of which descends from it: that whose most recent common
ancestor is this individual or a later one. Descent is by first parents; with crossover, genes also come other ways.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from evomod.lineage.coalescence import coalescence
from evomod.lineage.story import tell
from evomod.problem import Problem

if TYPE_CHECKING:
    from evomod.lineage.reader import LineageReader

Array = npt.NDArray[Any]


def fixed_in(generations: Array, times: Array) -> Array:
    """The generation in which individuals of the trunk, born in these generations, were fixed; −1 where not yet.

    Parameters
    ----------
    generations : int (n,)
    times : rows of `coalescence` for every generation
    """
    found = np.searchsorted(times["mrca"], generations)  # the common ancestor never becomes older
    return np.where(found < len(times), times["generation"][np.minimum(found, len(times) - 1)], -1)


def fixed_mutations(log: LineageReader, problem: Problem) -> Array:
    """The mutations that were fixed by the end of the log, oldest first; none while the living have no common ancestor.

    Returns
    -------
    structured array: the columns of `Story.steps`, and

        fixed : generation in which all descended from it
        time_to_fixation : generations from its birth until then
        age : generations since it was fixed, up to the last of the log
    """
    times = coalescence(log, problem)
    last = times[-1]
    trunk = (int(last["mrca"]), int(last["mrca_place"])) if last["mrca"] >= 0 else (0, 0)  # a founder has no mutation
    steps = tell(log, problem, trunk).steps[1:]
    columns = ("fixed", "time_to_fixation", "age")
    rows = np.zeros(len(steps), np.dtype([*steps.dtype.descr, *((name, "<i8") for name in columns)]))
    for name in steps.dtype.names or ():
        rows[name] = steps[name]
    rows["fixed"] = fixed_in(steps["generation"], times)
    rows["time_to_fixation"] = rows["fixed"] - rows["generation"]
    rows["age"] = last["generation"] - rows["fixed"]
    return rows

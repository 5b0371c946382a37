"""How old the parts of a circuit are: its gates' wiring, what they compute, and its modules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from evomod.errors import InputError
from evomod.lineage.gate_functions import by_genome, computes_functions, last_run

if TYPE_CHECKING:
    from evomod.lineage.story import Story

Array = npt.NDArray[Any]
DTYPE = np.dtype([("gate", "<i4"), ("wired", "<i8"), ("effective", "<i8"), ("computes", "<i8")])


def origins(story: Story) -> Array:
    """Since which generation the gates of a line's last circuit are what they are; its first one at the earliest.

    Returns
    -------
    structured array, one row for each effective gate, in order

        gate : its number, g0 being 0
        wired : since when it has its sources and its kind
        effective : since when it has had a path to an output
        computes : since when it has computed its present function of the inputs, and been effective

    Raises
    ------
    InputError
        If these are no circuits or nets whose cases are all rows of a truth table.
    """
    problem = story.problem
    if not computes_functions(problem):
        raise InputError("origins of gates are known of circuits and nets, and of goals of all rows of a truth table")
    part, last = problem.encoding.part, story.genomes[-1]
    same_loci = story.genomes == last
    wired = np.column_stack([same_loci[:, part == gate].all(axis=1) for gate in range(problem.encoding.n_parts)])
    final = by_genome(problem, story.genomes[-1:], lambda _genomes, share, _effective: share)[0]

    def take(genomes: Array, share: Array, effective: Array) -> Array:
        return np.stack([effective, effective & (share == final).all(axis=2)], axis=1)

    effective, computes = by_genome(problem, story.genomes, take).swapaxes(0, 1)
    gates = np.flatnonzero(effective[-1])
    rows = np.zeros(len(gates), DTYPE)
    rows["gate"] = gates
    for column, held in (("wired", wired), ("effective", effective), ("computes", computes)):
        rows[column] = story.steps["generation"][last_run(held[:, gates])]
    return rows

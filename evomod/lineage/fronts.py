"""Fronts of a run: what could not be had better in one objective without being worse in another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from evomod.errors import LogError

if TYPE_CHECKING:
    from evomod.lineage.reader import LineageReader

Array = npt.NDArray[Any]


def fronts(log: LineageReader, generation: int | None = None) -> Array:
    """The first front, a row for each of its points, in a generation or in all of which it is stored.

    It is stored every `layout.fronts_every` generations, a tenth of `genomes_every`, where something selects.

    Returns
    -------
    structured array, best benefit first
        generation; n, the individuals on the point; objectives, float64 as `log.layout.objectives` names them.

    Raises
    ------
    LogError
        If selection does not weigh objectives, or that front is not stored; says which are.
    """
    if not log.layout.objectives:
        raise LogError(f"{log.folder}: has no fronts; selection: {{kind: nsga2}} or {{kind: pnsga}} makes them")
    rows = log.events("fronts")
    if generation is None:
        return rows
    if not len(found := rows[rows["generation"] == generation]):
        there = np.unique(rows["generation"])
        stored = f"of {len(there)} generations from {there[0]} to {there[-1]}" if len(there) else "none"
        raise LogError(
            f"{log.folder}: has no front of generation {generation}; stored are {stored}, "
            f"every {log.layout.fronts_every} generations where something selects"
        )
    return np.asarray(found)

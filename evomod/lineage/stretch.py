"""Populations of a stretch of a run made again, and held against what the log says of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from evomod.errors import InputError, LogError
from evomod.lineage.replay import replay
from evomod.problem import Problem

if TYPE_CHECKING:
    from evomod.lineage.reader import LineageReader

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Checked:
    """What was made again, and found to be the same bit for bit.

    Attributes
    ----------
    first, last : generations
    snapshots : generations of which everybody was compared
    champions : individuals that were compared
    """

    first: int
    last: int
    snapshots: int
    champions: int


def check_stretch(
    log: LineageReader,
    problem: Problem,
    first: int,
    last: int,
    on_generation: Callable[[int], None] = lambda _: None,
) -> Checked:
    """Make the populations from the last snapshot up to `first` until `last` again, and on to the next snapshot.

    Raises
    ------
    InputError
        If the log has no such stretch; says what it has.
    LogError
        If a genome is not that of a snapshot or a champion in the log; names generation and place.
    """
    if not 0 <= first <= last < log.n_generations:
        raise InputError(
            f"{log.folder}: has generations 0 to {log.n_generations - 1}; there is no stretch from {first} to {last}"
        )
    stored = log.snapshot_generations
    begin = max(g for g in stored if g <= first)
    end = min((g for g in stored if g >= last), default=log.n_generations - 1)
    later = {g for g in stored if begin < g <= end}
    compared, n_champions, champions = 0, 0, log.champions
    bounds = np.searchsorted(champions["generation"], np.arange(begin, end + 2))
    for generation, everybody in replay(log, problem, begin):
        on_generation(generation)
        known = champions[bounds[generation - begin] : bounds[generation - begin + 1]]
        _same(log, generation, known["place"], everybody[known["place"]], known["genome"])
        n_champions += len(known)
        compared += generation in later  # by `replay`
        if generation == end:
            break
    return Checked(begin, end, compared, n_champions)


def _same(log: LineageReader, generation: int, places: Array, made_again: Array, stored: Array) -> None:
    different = np.flatnonzero((made_again != stored).any(axis=1))
    if len(different):
        raise LogError(
            f"{log.folder}: generation {generation} cannot be made again from the log: place "
            f"{places[different[0]]} has another genome; the log or the code has changed"
        )

"""How modularity is lost where the goal no longer varies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.measures.base import Measure
from evomod.reproduce.ka05_runs import Evolved

Array = npt.NDArray[Any]
N_TIMES = 120  # points of a curve, denser at the start


class Decay:
    """How the best individual's Q_m falls in runs that begin with a modular circuit.

    Attributes
    ----------
    generations : int (n_times,)
    curves : float64 (n_runs, n_times)
    half : float64 (n_runs,)
        First generation with no more than half of the Q_m at the start; the horizon where that never comes.
    lost : bool (n_runs,)
        Does it come?
    horizon : int
        The last generation of all runs.
    """

    def __init__(self, runs: Sequence[Evolved], measure: Measure) -> None:
        self.horizon = min(run.generations for run in runs)
        self.generations = np.unique(np.geomspace(1, self.horizon + 1, N_TIMES).astype(int) - 1)
        values = measure.checked([specimen for run in runs for _, specimen in run.champions])[:, 0]
        self.curves, self.half = np.empty((len(runs), len(self.generations))), np.empty(len(runs))
        self.lost, start = np.zeros(len(runs), bool), 0
        for k, run in enumerate(runs):
            own, start = values[start : start + len(run.champions)], start + len(run.champions)
            since = np.array([generation for generation, _ in run.champions])
            self.curves[k] = own[np.searchsorted(since, self.generations, "right") - 1]
            lost = since[(own <= own[0] / 2) & (since <= self.horizon)]
            self.lost[k] = len(lost) > 0
            self.half[k] = lost[0] if len(lost) else self.horizon

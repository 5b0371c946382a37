"""Sampling what is rare: walks at several temperatures that change places, so that none stays where it came by chance.

Parallel tempering (Swendsen & Wang 1986, doi 10.1103/PhysRevLett.57.2607; Geyer 1991). At inverse temperature β a walk
is at a genome with a probability proportional to exp(−β · distance); at β = 0 everywhere alike. Whatever is at distance
0 is equally likely on every rung, and what the coldest rung finds there is the sample. Ladders never exchange anything:
each found by itself what it found, from random genomes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.genotypes.base import Encoding
from evomod.kernel import kernel
from evomod.measures.calibration import Calibration, maximised, summary
from evomod.measures.mixing import mixing, standard_error
from evomod.measures.walk import GenomeWalk
from evomod.rng import MEASURE, draw4

Array = npt.NDArray[Any]

BETAS = np.linspace(0, 4, 10)  # of KA05's goals: neighbouring rungs exchange every second time
LADDERS = 64
_32 = np.float64(2**32)


@dataclass(frozen=True)
class Samples:
    """What the coldest rungs came by.

    Attributes
    ----------
    genomes : uint8 (n_ladders, n_times, n_loci)
    there : bool (n_ladders, n_times)
        Was it what is asked for? Only then is the genome a sample.
    arrivals : int64 (n_ladders,)
        How often a walker that came from the hottest rung reached the coldest with what is asked for: each found it
        anew, from anywhere.
    exchanged : float64 (n_rungs − 1,)
        Share of the offered exchanges between neighbouring rungs that were made, coldest last.
    """

    genomes: Array
    there: Array
    arrivals: Array
    exchanged: Array


def temper(walk: GenomeWalk, betas: Array, settling: int, times: int, thin: int, seed: int) -> Samples:
    """Let ladders of walkers run, and look at their coldest rungs.

    Parameters
    ----------
    walk : GenomeWalk
        A whole number of ladders, each of `len(betas)` walkers.
    betas : float64 (n_rungs,)
        Inverse temperatures, rising.
    settling : int
        Steps before the first look.
    times, thin : int
        Number of looks, and steps between them.
    """
    n_rungs, n = len(betas), len(walk.genomes)
    at = np.arange(n).reshape(-1, n_rungs)  # which walker stands on which rung
    genomes = np.empty((len(at), times, walk.genomes.shape[1]), np.uint8)
    there, taken = np.empty((len(at), times), bool), np.empty(n, bool)
    exchanges, arrivals, fresh = np.zeros(n_rungs - 1, np.int64), np.zeros(len(at), np.int64), np.zeros(n, bool)
    for step in range(1, settling + times * thin + 1):
        walk.propose(step)
        _choose(walk.distance, walk.new_distance, at, betas, seed, step, taken)
        walk.keep(taken)
        _exchange(walk.distance, at, betas, seed, step, exchanges)
        _count_arrivals(walk.distance, at, fresh, arrivals)
        look, rest = divmod(step - settling, thin)
        if look > 0 and rest == 0:
            genomes[:, look - 1], there[:, look - 1] = walk.genomes[at[:, -1]], walk.distance[at[:, -1]] == 0
    offers = len(at) * np.array([(step + 1 - r % 2) // 2 for r in range(n_rungs - 1)])
    return Samples(genomes, there, arrivals, exchanges / np.maximum(offers, 1))


def summary_of(encoding: Encoding, samples: Samples, most: Array, search: str) -> Calibration:
    """The calibration that samples make, with the agreement of their ladders; other parameters as in `summary`."""
    q, wires = np.full((2, *samples.there.shape), np.nan)
    graphs, _ = encoding.adjacency(samples.genomes[samples.there])
    null = maximised(graphs)
    q[samples.there], wires[samples.there] = null.q, np.bitwise_count(graphs).sum(axis=1) / 2
    arrivals = int(samples.arrivals.sum())
    n_ladders, n_times = q.shape
    rungs = len(samples.exchanged) + 1
    how = f"the coldest of {rungs} temperatures, {n_ladders} ladders looked at {n_times} times; {search}"
    agreement = {"mixing": mixing(q, arrivals), "wires": mixing(wires, arrivals)}
    return summary(null, standard_error(q), most, how, **agreement)


@kernel
def _choose(distance: Any, new_distance: Any, at: Any, betas: Any, seed: Any, step: Any, taken: Any) -> None:
    """Write into bool (n,) who takes its step (Metropolis)."""
    for ladder in range(at.shape[0]):
        for r in range(betas.size):
            i = at[ladder, r]
            chance = draw4(seed, step, i, MEASURE, 0)[0] / _32
            taken[i] = chance < np.exp(betas[r] * (distance[i] - new_distance[i]))


@kernel
def _exchange(distance: Any, at: Any, betas: Any, seed: Any, step: int, exchanges: Any) -> None:
    """Offer every other pair of neighbouring rungs to change places; other pairs in the next step."""
    for ladder in range(at.shape[0]):
        for r in range(1 - step % 2, betas.size - 1, 2):
            warm, cold = at[ladder, r], at[ladder, r + 1]
            chance = draw4(seed, step, ladder, MEASURE, 1 + r)[0] / _32
            if chance < np.exp((betas[r + 1] - betas[r]) * (distance[cold] - distance[warm])):
                at[ladder, r], at[ladder, r + 1] = cold, warm
                exchanges[r] += 1


@kernel
def _count_arrivals(distance: Any, at: Any, fresh: Any, arrivals: Any) -> None:
    """Walkers become `fresh`, bool (n,), on the hottest rung; who comes so to the coldest and is there, counts."""
    for ladder in range(at.shape[0]):
        fresh[at[ladder, 0]] = True
        cold = at[ladder, -1]
        if fresh[cold] and distance[cold] == 0:
            fresh[cold] = False
            arrivals[ladder] += 1

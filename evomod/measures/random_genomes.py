"""The null `random_genomes`: networks of random genomes of the same encoding and the same size.

The second control of Kashtan & Alon 2005 (doi 10.1073/pnas.0503610102). A size is the number of effective parts and the
number of inputs used. Every genome of the size is equally likely: genomes are drawn, and kept if they have it; where
hardly any has, ladders of temperatures look for them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.component import describe
from evomod.genotypes.base import Encoding, Genotype
from evomod.measures.annealing import SEARCHES, STEPS, anneal
from evomod.measures.calibration import N_RANDOM, SEED, Calibration, Null, maximised, summary
from evomod.measures.tempering import BETAS, LADDERS, summary_of, temper
from evomod.measures.walk import ANY, GenomeWalk, Size, missing, sizes

Array = npt.NDArray[Any]

BATCH = 1 << 14
MAX_DRAWN = 1 << 23  # genomes: some two seconds
SETTLING, TIMES, THIN = 2000, 50, 100  # of the ladders


def random_genomes(genotype: Genotype, n_inputs: int, n_outputs: int, size: Size) -> Null:
    """The networks of random genomes of a size.

    Parameters
    ----------
    genotype, n_inputs, n_outputs : what genomes are of
    size : effective parts and inputs used, or `ANY` inputs
    """
    n_parts, n_used = size
    smaller, n_inputs = genotype.compact(n_inputs, n_parts, n_inputs if n_used == ANY else n_used)
    key = {
        "null": "random_genomes",
        "genotype": describe(smaller),
        "inputs": n_inputs,
        "outputs": n_outputs,
        "size": size,
    }
    # Which answers would be right does not matter here, so two cases are enough.
    encoding = smaller.encode(np.zeros((2, n_inputs), bool), n_outputs)
    return Null(key, lambda: _calibrate(encoding, size), seconds=8)


def _calibrate(encoding: Encoding, size: Size) -> Calibration:
    most = anneal(GenomeWalk(encoding, size, SEARCHES, SEED), STEPS, SEED)
    search = f"annealing of genomes and partitions at once, {SEARCHES} restarts of {STEPS} steps"
    genomes, drawn = draw(encoding, size, N_RANDOM, SEED)
    if len(genomes) == N_RANDOM:
        null = maximised(encoding.adjacency(genomes)[0])
        return summary(null, None, most, f"the first {N_RANDOM} of {drawn} random genomes; {search}")
    walk = GenomeWalk(encoding, size, LADDERS * len(BETAS), SEED)
    samples = temper(walk, BETAS, SETTLING, TIMES, THIN, SEED)
    return summary_of(encoding, samples, most, search)


def draw(encoding: Encoding, size: Size, n: int, seed: int) -> tuple[Array, int]:
    """The first `n` of the size among random genomes.

    Returns
    -------
    uint8 (n, n_loci)
        Fewer than `n`, possibly none, where `MAX_DRAWN` genomes had no more.
    int
        How many genomes were drawn.
    """
    kept, drawn, found = [], 0, 0
    while found < n and drawn < MAX_DRAWN:
        genomes = encoding.draw(BATCH, seed, drawn)
        fits = missing(sizes(encoding, encoding.adjacency(genomes)[1]), size) == 0
        kept.append(genomes[fits])
        drawn, found = drawn + BATCH, found + len(kept[-1])
    return np.concatenate(kept)[:n], drawn

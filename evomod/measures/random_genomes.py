"""The null `random_genomes`: networks of random genomes of the same encoding and the same size.

The second control of Kashtan & Alon 2005 (doi 10.1073/pnas.0503610102). A size is the number of effective parts and the
number of inputs used. Every genome of the size is equally likely: genomes are drawn, and kept if they have it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.genotypes.base import Encoding, Genotype
from evomod.initial.random import draw_genomes

Array = npt.NDArray[Any]
Size = tuple[int, int]  # effective parts, inputs used

BATCH = 1 << 14
MAX_DRAWN = 1 << 24  # genomes: some seconds


def encoding_of(genotype: Genotype, n_inputs: int, n_outputs: int, size: Size) -> Encoding:
    """The encoding in which networks of this size are drawn: the smallest that has them as often. Its cases are idle."""
    genotype, n_inputs = genotype.compact(n_inputs, *size)
    return genotype.encode(np.zeros((2, n_inputs), bool), n_outputs)


def sizes(encoding: Encoding, present: Array) -> Array:
    """Effective parts and inputs used, from the second of what `adjacency` gives: int64 (n, 2)."""
    n_inputs = encoding.n_nodes - encoding.n_parts
    used = present & np.uint64((1 << n_inputs) - 1)
    parts = np.bitwise_count(present) - np.bitwise_count(used)
    return np.stack([parts, np.bitwise_count(used)], axis=1).astype(np.int64)


def random_genomes(encoding: Encoding, size: Size, n: int, seed: int, most: int = MAX_DRAWN) -> tuple[Array, int]:
    """The first `n` of the size among random genomes.

    Returns
    -------
    uint8 (n, n_loci)
        Fewer than `n`, possibly none, where `most` genomes had no more.
    int
        How many genomes were drawn.
    """
    kept, drawn, found = [], 0, 0
    genomes = np.zeros((BATCH, encoding.n_loci), np.uint8)
    while found < n and drawn < most:
        draw_genomes(genomes, encoding.alleles, seed, drawn)
        fits = (sizes(encoding, encoding.adjacency(genomes)[1]) == size).all(axis=1)
        kept.append(genomes[fits])
        drawn, found = drawn + BATCH, found + len(kept[-1])
    return np.concatenate(kept)[:n], drawn

"""The one-mutant neighbourhood of many genomes, as one population after another."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from evomod.genotypes.base import Encoding
from evomod.measures.base import Array, MeasureError
from evomod.neighbourhood import BATCH


def n_mutants(encoding: Encoding) -> int:
    """How many genomes differ from a genome in one locus."""
    return int((encoding.alleles - 1).sum())


def mutated_loci(encoding: Encoding) -> Array:
    """The locus in which each of the one-mutants differs: int64 (n_mutants,)."""
    return np.repeat(np.arange(encoding.n_loci), encoding.alleles - 1)


def one_mutants(encoding: Encoding, genomes: Array) -> Iterator[tuple[slice, Array]]:
    """All one-mutants of genomes, uint8 (n, n_loci), some at a time.

    Yields
    ------
    where : slice
        Which of the genomes.
    mutants : uint8 (n_some · n_mutants, n_loci)
        Those of each genome together, in the order of `mutated_loci`.

    Raises
    ------
    MeasureError
        If genes are continuous weights, of which no one is the next.
    """
    if encoding.continuous:
        raise MeasureError("single mutations cannot be gone through where weights are continuous")
    loci, m = mutated_loci(encoding), n_mutants(encoding)
    sizes = encoding.alleles[loci].astype(np.int64)
    steps = 1 + np.arange(m) - np.searchsorted(loci, loci)  # 1 … n_alleles - 1 at each locus
    n_some = max(1, BATCH // max(1, m))
    for start in range(0, len(genomes), n_some):
        some = genomes[start : start + n_some]
        mutants = np.repeat(some[:, None], m, axis=1)
        mutants[:, np.arange(m), loci] = (some[:, loci] + steps) % sizes
        yield slice(start, start + len(some)), mutants.reshape(-1, encoding.n_loci)

"""Steps in a genotype space: what one mutation makes of a genome, and how many lie between two alleles."""

from __future__ import annotations

from typing import get_args

import numpy as np
import numpy.typing as npt

from evomod.errors import InputError
from evomod.kernel import kernel
from evomod.landscape.model import Array, Model, Unit, compute


def between(model: Model, unit: Unit) -> npt.NDArray[np.int64]:
    """Mutations from one allele of a locus (row) to another (column): int64 (n, n), n the largest number of alleles.

    Raises
    ------
    InputError
        If a bit is to change where the number of alleles of some locus is no power of two.
    """
    if unit not in get_args(Unit):
        raise InputError(f"a mutation changes one {' or one '.join(get_args(Unit))}; got {unit!r}")
    odd = [n for n in model.alleles.tolist() if n & (n - 1)]
    if unit == "bit" and odd:
        raise InputError(f"there is a locus of {odd[0]} alleles, which is no whole number of bits; use unit='allele'")
    values = np.arange(model.alleles.max())
    differ = values[:, None] ^ values
    return (np.bitwise_count(differ) if unit == "bit" else differ != 0).astype(np.int64)


def mutations(model: Model, unit: Unit) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    """All that can happen to a genome at once.

    Returns
    -------
    loci : int64 (n_mutations,)
        Which locus changes.
    after : uint8 (n_mutations, n)
        What it becomes, by what it was.
    """
    steps = between(model, unit)
    loci, after = [], []
    for locus, n in enumerate(model.alleles.tolist()):
        old = np.arange(len(steps))
        others = [old ^ 1 << bit for bit in range(n.bit_length() - 1)]
        if unit == "allele":
            others = [np.where(old < n, (old + step) % n, old) for step in range(1, n)]
        loci += [locus] * len(others)
        after += others
    return np.array(loci, np.int64), np.array(after, np.uint8).reshape(len(loci), len(steps))


def n_mutants_computing(model: Model, genomes: Array, function: int, unit: Unit = "bit") -> npt.NDArray[np.int64]:
    """How many of the one-mutants of each genome, uint8 (n, n_loci), compute a function: int64 (n,)."""
    counts = np.zeros(len(genomes), np.int64)
    _count_mutants(np.array(genomes, np.uint8), *mutations(model, unit), model.inputs, model.tables, function, counts)
    return counts


@kernel
def _count_mutants(
    genomes: Array, loci: Array, after: Array, inputs: Array, tables: Array, function: int, counts: Array
) -> None:
    first = np.empty((genomes.shape[1] - 7) // 3, np.int64)
    n_rows = 1 << inputs.size
    for i in range(genomes.shape[0]):
        genome = genomes[i]
        for m in range(loci.size):
            old = genome[loci[m]]
            genome[loci[m]] = after[m, old]
            counts[i] += compute(genome, inputs, tables, n_rows, first) == function
            genome[loci[m]] = old

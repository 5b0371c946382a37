"""What lies around a genome, and what all genomes compute: enumeration of small spaces with the compiled evaluation.

A genome computes a function if it would be perfect on it: all outputs are right in all rows, in each of the 20 states
that count where the circuit does not settle. Functions are whole numbers, as in `goals.function`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.costs.base import count_costs
from evomod.errors import InputError
from evomod.fitness import score
from evomod.genotypes.base import Encoding
from evomod.population import Population
from evomod.problem import Problem
from evomod.rng import GOAL, Stream

Array = npt.NDArray[Any]

MAX_GENOMES = 2**26  # half a minute for circuits of few inputs
MAX_BYTES = 2**30  # of a neighbourhood in memory
BATCH = 1 << 14


@dataclass(frozen=True)
class Survey:
    """What genomes compute.

    Attributes
    ----------
    tables : uint64 (n, n_outputs * n_words)
        Packed outputs; meaningless where not `steady`.
    steady : bool (n,)
        Does the genome compute a function at all?
    gates : int32 (n,)
        Number of effective parts.
    """

    tables: Array
    steady: Array
    gates: Array


def survey(problem: Problem, genomes: Array) -> Survey:
    """What these genomes compute, uint8 (n, n_loci), evaluated in batches."""
    parts = [_survey(problem, genomes[start : start + BATCH]) for start in range(0, len(genomes), BATCH)]
    return Survey(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("tables", "steady", "gates")))


def _survey(problem: Problem, genomes: Array) -> Survey:
    encoding, n_rows = problem.encoding, _n_rows(problem)
    population = _evaluated(encoding, genomes)
    gates = np.zeros(len(genomes), np.int32)
    encoding.count_parts(population, population.changed, gates)
    n_states = encoding.max_hits // (n_rows * problem.n_outputs)
    counts = encoding.answers(population).reshape(len(genomes), encoding.response_shape[0], -1)
    # A count of ones over the states, plane by plane, is all or nothing in every row.
    always = counts[:, -1]
    planes = [always if n_states >> p & 1 else np.zeros_like(always) for p in range(counts.shape[1])]
    return Survey(always, (counts == np.stack(planes, axis=1)).all(axis=(1, 2)), gates)


def _evaluated(encoding: Encoding, genomes: Array, n_costs: int = 0) -> Population:
    population = Population.empty(len(genomes), encoding.n_loci, encoding.response_shape, n_costs)
    population.genomes[:] = genomes
    encoding.evaluate(population)
    return population


def _n_rows(problem: Problem) -> int:
    return len(problem.cases(next(iter(problem.goals)), 0, 0).inputs)


def tally(problem: Problem, survey: Survey) -> Counter[int]:
    """How many of the surveyed genomes compute each function."""
    n_rows, n_outputs = _n_rows(problem), problem.n_outputs
    tables = survey.tables[survey.steady]
    # Whole rows are compared in one dimension only where they are one word: that is much faster.
    rows, counts = np.unique(tables, axis=None if tables.shape[1] == 1 else 0, return_counts=True)
    words_by_output = rows.reshape(len(counts), n_outputs, tables.shape[1] // n_outputs)
    found = Counter[int]()
    for row, count in zip(words_by_output.tolist(), counts.tolist(), strict=True):
        function = sum(word << (o * n_rows + 64 * w) for o, words in enumerate(row) for w, word in enumerate(words))
        found[function] = count
    return found


def count_genomes(problem: Problem, limit: int = MAX_GENOMES) -> Counter[int]:
    """Number of genomes that compute each function, by going through all of them.

    Raises
    ------
    InputError
        If there are more than `limit` genomes.
    """
    alleles = [int(n) for n in problem.encoding.alleles]
    n = math.prod(alleles)
    if n > limit:
        raise InputError(f"{Decimal(n):.3g} genomes are too many to go through; at most {limit:,} are")
    found = Counter[int]()
    for start in range(0, n, BATCH):
        rest = np.arange(start, min(start + BATCH, n))
        genomes = np.empty((len(rest), len(alleles)), np.uint8)
        for locus, size in enumerate(alleles):
            rest, genomes[:, locus] = np.divmod(rest, size)
        found += tally(problem, _survey(problem, genomes))
    return found


def rewired(encoding: Encoding, genome: Array, n: int = 1) -> Array:
    """All genomes that differ from this one in exactly `n` loci: uint8 (n_genomes, n_loci).

    Raises
    ------
    InputError
        If they would take more than a gigabyte.
    """
    others = [[a for a in range(size) if a != genome[k]] for k, size in enumerate(encoding.alleles)]
    sets = list(combinations(range(len(others)), n))
    sizes = [math.prod(len(others[k]) for k in loci) for loci in sets]
    if (need := sum(sizes) * len(others)) > MAX_BYTES:
        raise InputError(f"{sum(sizes):,} genomes differ in {n} loci; they would take {need >> 30} GiB of memory")
    genomes = np.repeat(np.asarray(genome, np.uint8)[None], sum(sizes), axis=0)
    start = 0
    for loci, size in zip(sets, sizes, strict=True):
        values = np.meshgrid(*(np.array(others[k], np.uint8) for k in loci), indexing="ij")
        for locus, column in zip(loci, values, strict=True):
            genomes[start : start + size, locus] = column.ravel()
        start += size
    return genomes


def reached(problem: Problem, genome: Array, n: int = 2) -> Counter[tuple[int, int]]:
    """How many of the genomes at most `n` rewirings away compute each function, by function and effective parts."""
    near = np.concatenate([rewired(problem.encoding, genome, k) for k in range(n + 1)])
    all_near = survey(problem, near)
    found = Counter[tuple[int, int]]()
    for gates in np.unique(all_near.gates).tolist():
        who = all_near.gates == gates
        some = Survey(all_near.tables[who], all_near.steady[who], all_near.gates[who])
        found.update({(function, gates): count for function, count in tally(problem, some).items()})
    return found


def drift(problem: Problem, genomes: Array, goal: str, steps: int, seed: int) -> Array:
    """Neutral walks, one from each genome: a mutation stays if fitness on the goal is no lower than at the start.

    Parameters
    ----------
    genomes : uint8 (n, n_loci)
    steps : int
        Mutations that are tried, by the mutation of the problem and at its rate.

    Returns
    -------
    uint8 (n, n_loci)
    """
    encoding, targets = problem.encoding, problem.targets(goal, 0, seed)
    genomes = np.array(genomes, np.uint8)
    least = assessed(problem, genomes, goal, targets, seed).fitness
    for step in range(1, steps + 1):
        population = Population.empty(
            len(genomes), encoding.n_loci, encoding.response_shape, len(problem.fitness.costs)
        )
        population.genomes[:] = genomes
        population.generation = step
        problem.variation.mutation.mutate(encoding, population, seed)
        encoding.evaluate(population)
        stays = _fitness(problem, population, goal, targets, seed) >= least
        genomes[stays] = population.genomes[stays]
    return genomes


def assessed(problem: Problem, genomes: Array, goal: str, targets: Array, seed: int = 0) -> Population:
    """A population of these genomes, uint8 (n, n_loci), evaluated, costed and scored on a goal's packed `targets`.

    The seed is that of the run, for costs that are drawn.
    """
    population = _evaluated(problem.encoding, genomes, len(problem.fitness.costs))
    _fitness(problem, population, goal, targets, seed)
    return population


def _fitness(problem: Problem, population: Population, goal: str, targets: Array, seed: int) -> Array:
    everybody, encoding = population.changed, problem.encoding
    problem.count_hits(goal, targets, population, everybody, population.hits)
    count_costs(problem.fitness.costs, encoding, population, seed)
    tables = problem.cost_tables
    score(everybody, population.hits, population.costs, problem.full_hits, *tables, population.fitness)
    return population.fitness


def matched(counts: Mapping[int, int], function: int, n: int, seed: int, factor: float = 2.0) -> list[int]:
    """Random functions that are as hard as this one: as many ones, and nearly as many genomes that compute them.

    Parameters
    ----------
    counts : mapping of int to int
        Genomes that compute each function, from `count_genomes`.
    n : int
        How many; all different, and none is `function`.
    factor : float
        By how much the numbers of genomes may differ, at least 1.

    Raises
    ------
    InputError
        If no genome computes the function, or there are fewer than `n` such functions.
    """
    if not (own := counts.get(function, 0)):
        raise InputError(f"no genome computes {function:#x}, so nothing is as hard")
    alike = [
        other
        for other in sorted(counts)
        if other != function
        and other.bit_count() == function.bit_count()
        and own / factor <= counts[other] <= own * factor
    ]
    if len(alike) < n:
        raise InputError(f"only {len(alike)} functions have the ones and the genomes of {function:#x}; {n} are wanted")
    order = Stream(seed, 0, 0, GOAL).words(len(alike)).argsort(kind="stable")
    return [alike[k] for k in order[:n]]

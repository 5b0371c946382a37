"""Which gene came from which parent: one pedigree for each gene.

Crossover is a function of seed, generation and places, so that it can be carried out again on anything: here on genomes
in which everybody writes its own place instead of alleles. A gene with another's place came from the second parent.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import numpy.typing as npt

from evomod.errors import InputError
from evomod.lineage.births import to_the_founders
from evomod.lineage.pedigree import Pedigree, pedigree, table
from evomod.lineage.reader import LineageReader
from evomod.lineage.trace import Trace
from evomod.population import Population
from evomod.problem import Problem


class Crossing:
    """Carries out the crossovers of a run again."""

    def __init__(self, problem: Problem, seed: int) -> None:
        self.problem, self.seed = problem, seed
        self.population = Population.empty(problem.population, problem.encoding.n_loci, (1, 0, 0), 0)
        self.population.n_kept = problem.selection.n_elite
        self.loci = np.searchsorted(problem.encoding.gene, np.arange(problem.encoding.gene[-1] + 1))

    def foreign(self, generation: int) -> npt.NDArray[np.bool_]:
        """Which genes came from the second parent: (S, n_genes)."""
        places = np.arange(self.problem.population)
        found = np.zeros((len(places), len(self.loci)), bool)
        self.population.generation = generation
        # A locus is a byte: a large population's places need several, crossed one after the other.
        for shift in range(0, int(places[-1]).bit_length(), 8):
            label = (places >> shift & 255).astype(np.uint8)[:, None]
            self.population.storage[:] = label
            self.problem.variation.crossover.cross(self.problem.encoding, self.population, self.seed)
            found |= self.population.genomes[:, self.loci] != label
        return found


def gene_pedigrees(log: LineageReader, problem: Problem, individuals: Collection[tuple[int, int]]) -> list[Pedigree]:
    """For each gene the ancestors of the individuals that it came through; the same one where there is no crossover.

    Raises
    ------
    InputError
        If the crossovers cannot be carried out again.
    """
    if not problem.variation.sexual:
        whole = pedigree(log, problem, individuals)
        return [whole] * (int(problem.encoding.gene[-1]) + 1)
    if problem.engine != "evomod":
        raise InputError(
            f"{log.folder}: was evolved by the engine {problem.engine}, whose crossovers cannot be carried out again; "
            "export its pedigree, --format alife"
        )
    crossing = Crossing(problem, int(log.attributes["seed"]))
    generations = [generation for generation, _ in individuals]
    traces: list[Trace] = []
    for window in to_the_founders(log, problem, min(generations), max(generations)):
        traces = traces or [Trace(problem.population, window.last, individuals) for _ in crossing.loci]
        foreign = np.stack([crossing.foreign(generation) for generation in range(window.low, window.last + 1)])
        stayed = window.stayed(problem.selection.n_elite)
        for gene, trace in enumerate(traces):
            parents = np.where(foreign[:, :, gene], window.second, window.first)
            trace.back(window.low, parents, parents, stayed)
    return [table(log, trace) for trace in traces]

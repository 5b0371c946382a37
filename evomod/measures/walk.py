"""Walks through genomes, many at once: one locus redrawn at a time, and how far each genome is from what is asked."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.errors import InputError
from evomod.genotypes.base import Encoding
from evomod.population import Population
from evomod.variation.redraw import Redraw

Array = npt.NDArray[Any]
Size = tuple[int, int]  # effective parts, inputs used
ANY = -1  # however many

WRONG = 32.0  # what all answers wrong count, in parts too many: at 16 ladders hardly ever find a solution
REDRAW = Redraw(rate=1.0)


def sizes(encoding: Encoding, present: Array) -> Array:
    """Effective parts and inputs used, from the second of what `adjacency` gives: int64 (n, 2)."""
    n_inputs = encoding.n_nodes - encoding.n_parts
    used = present & np.uint64((1 << n_inputs) - 1)
    parts = np.bitwise_count(present) - np.bitwise_count(used)
    return np.stack([parts, np.bitwise_count(used)], axis=1).astype(np.int64)


def missing(found: Array, size: Size) -> Array:
    """Parts and inputs too many or too few, of sizes int64 (n, 2): int64 (n,)."""
    asked = [k for k, wanted in enumerate(size) if wanted != ANY]
    total: Array = np.abs(found[:, asked] - np.array(size)[asked]).sum(axis=1)
    return total


class GenomeWalk:
    """Genomes, each on a walk of its own. As likely as a step is the step back: samplers can be made of it.

    Parameters
    ----------
    size : effective parts and inputs used that are asked for, or `ANY`
    start : int or uint8 (n, n_loci)
        So many random genomes, or these.
    targets : uint64 (n_outputs, n_words), or None
        Packed targets of a goal that is asked for too; see `Encoding.pack`.

    Attributes
    ----------
    genomes : uint8 (n, n_loci)
    graphs : uint64 (n, n_nodes)
        Their simple graphs, one word a node; see `Encoding.adjacency`.
    distance : float64 (n,)
        Parts and inputs too many or too few, and `WRONG` times the share of wrong answers; 0 for what is asked.
    new_graphs, new_distance : the same of what is proposed
    """

    def __init__(
        self, encoding: Encoding, size: Size, start: int | Array, seed: int, targets: Array | None = None
    ) -> None:
        if encoding.continuous:
            raise InputError(
                "nulls made of genomes are found locus by locus, which is nothing for continuous weights; "
                "use {kind: q_m, against: degree_preserving}"
            )
        self.encoding, self.size, self.seed, self.targets = encoding, size, seed, targets
        n = start if isinstance(start, int) else len(start)
        self.proposed = Population.empty(n, encoding.n_loci, encoding.response_shape, 0)
        if isinstance(start, int):
            self.proposed.genomes[:] = encoding.draw(n, seed)
        else:
            self.proposed.genomes[:] = start
        self._look()
        self.genomes = self.proposed.genomes.copy()
        self.graphs, self.distance = self.new_graphs, self.new_distance

    def propose(self, step: int) -> None:
        """One locus of each genome redrawn; step 1, 2, …."""
        self.proposed.genomes[:] = self.genomes
        self.proposed.generation = step
        REDRAW.mutate(self.encoding, self.proposed, self.seed)
        self._look()

    def keep(self, taken: Array) -> None:
        """Go where bool (n,) says so."""
        self.genomes[taken] = self.proposed.genomes[taken]
        self.graphs = np.where(taken[:, None], self.new_graphs, self.graphs)
        self.distance = np.where(taken, self.new_distance, self.distance)

    def _look(self) -> None:
        population, encoding = self.proposed, self.encoding
        self.new_graphs, present = encoding.adjacency(population.genomes)
        self.new_distance = missing(sizes(encoding, present), self.size).astype(float)
        if self.targets is not None:
            population.changed[:] = 1
            encoding.evaluate(population)
            encoding.count_hits(population, population.changed, self.targets, population.hits)
            self.new_distance += WRONG * (1 - population.hits / encoding.max_hits)

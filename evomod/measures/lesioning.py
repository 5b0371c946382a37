"""What is left of a genome's answers when parts of it give 0 for good: a lesion is a failure that is no accident."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from evomod.disturbance import Disturbance
from evomod.genotypes.net import NetEncoding
from evomod.measures.base import Array
from evomod.population import Population
from evomod.problem import Problem

ROUNDING = 1e-9  # differences of benefits below are rounding


class Lesioned:
    """One genome, and what it answers without some of its parts.

    Parameters
    ----------
    genome : uint8 (n_loci,)

    Attributes
    ----------
    possible : bool
        Is it known for this genotype what happens to who has lost a part?
    parts : list of int
        The effective parts.
    """

    def __init__(self, problem: Problem, genome: Array) -> None:
        self.problem, self.encoding, self.genome = problem, problem.encoding, genome
        self.possible = "failure.parts" in self.encoding.disturbances
        self.parts = [k for k in range(self.encoding.n_parts) if int(self._copies(1).effective[0]) >> k & 1]

    def benefits(self, goal: str, targets: Array, sets: Array) -> Array:
        """Benefit on packed targets without the parts whose bits are set in uint64 (n,): float64 (n,)."""
        return self._benefits(goal, targets, self._without(sets))

    def cut(self, goal: str, targets: Array) -> Array:
        """Benefit without each of the links into the effective units of a net: float64 (n,)."""
        net = self.encoding
        if not isinstance(net, NetEncoding):
            return np.zeros(0)
        links = np.flatnonzero(
            (net.weights(self.genome[None])[0] != 0) & np.isin(net.targets - net.n_inputs, self.parts)
        )
        fails = np.zeros((len(links), -(-net.n_fallible // 64)), np.uint64)
        fails[np.arange(len(links)), links // 64] = np.uint64(1) << (links % 64).astype(np.uint64)
        return self._benefits(goal, targets, self._disturbed(len(links), Disturbance(links=fails)))

    def right(self, targets: Array, sets: Array) -> Array:
        """A bit for each answer that is right, as `Encoding.mark_right` has them: uint64 (n, n_outputs · n_words)."""
        population = self._without(sets)
        right = np.zeros((len(sets), targets[0].size), np.uint64)
        self.encoding.mark_right(population, population.changed, targets, right)
        return right

    def _without(self, sets: Array) -> Population:
        return self._disturbed(len(sets), Disturbance(parts=np.asarray(sets, np.uint64)))

    def _benefits(self, goal: str, targets: Array, population: Population) -> Array:
        self.problem.count_hits(goal, targets, population, population.changed, population.hits)
        return np.asarray(population.hits / self.problem.full_hits)

    def _disturbed(self, n: int, disturbance: Disturbance) -> Population:
        population = self._copies(n)
        self.encoding.evaluate_disturbed(population, disturbance)
        return population

    def _copies(self, n: int) -> Population:
        population = Population.empty(n, self.encoding.n_loci, self.encoding.response_shape, 0)
        population.genomes[:] = self.genome
        self.encoding.evaluate(population)
        return population


def lesioned(problem: Problem, genomes: Array) -> Iterator[tuple[int, Lesioned]]:
    """Those of the genomes, uint8 (n, n_loci), that can lose parts and have some: number and genome."""
    for i, genome in enumerate(genomes):
        one = Lesioned(problem, genome)
        if one.possible and one.parts:
            yield i, one


def bits_of(sets: Sequence[Sequence[int]]) -> Array:
    """Sets of parts as words: uint64 (n,)."""
    return np.array([sum(1 << part for part in parts) for parts in sets], np.uint64)

"""A population as a struct of arrays, and how the next one inherits from it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.kernel import kernel

Array = npt.NDArray[Any]


@dataclass(slots=True)
class Population:
    """One generation, evaluated and scored. Place i of all arrays is the same individual.

    The engine reuses the arrays of a generation two generations later: copy what is to be kept.

    Attributes
    ----------
    generation : int
    storage : uint8 (n, 16·k)
        Genomes, padded with zeros; `genomes` is the view without the padding.
    parents : uint32 (n,)
        Place of the (first) parent in the generation before; its own place in generation 0.
    second_parents : uint32 (n,)
        Place of the parent of what came by crossover; the first parent's where nothing did.
    n_kept : int
        Places below were passed on unvaried. Who stayed in its place there was not born again.
    changed : uint8 (n,)
        1 where the phenotype was evaluated afresh in this generation.
    responses : uint64 (n, n_planes, n_outputs, n_words)
        Packed outputs in all cases; see the genotype.
    effective : uint64 (n,)
        Bit g set: part g (gate, neuron) has a path to an output.
    settled : uint8 (n,)
        0 where an effective part still changed when it should have settled (an output may be constant all the same).
    hits : int32 (n,)
        Benefit on the goal in force, as a count; divide by the encoding's `max_hits`.
    costs : float64 (n, n_costs)
    fitness : float64 (n,)
    """

    generation: int
    n_loci: int
    storage: Array
    parents: Array
    second_parents: Array
    n_kept: int
    changed: Array
    responses: Array
    effective: Array
    settled: Array
    hits: Array
    costs: Array
    fitness: Array

    @classmethod
    def empty(cls, n: int, n_loci: int, response_shape: tuple[int, int, int], n_costs: int) -> Population:
        """Arrays for `n` individuals, nothing in them yet."""
        return cls(
            generation=0,
            n_loci=n_loci,
            storage=np.zeros((n, -(-n_loci // 16) * 16), np.uint8),
            parents=np.arange(n, dtype=np.uint32),
            second_parents=np.arange(n, dtype=np.uint32),
            n_kept=0,
            changed=np.ones(n, np.uint8),
            responses=np.zeros((n, *response_shape), np.uint64),
            effective=np.zeros(n, np.uint64),
            settled=np.ones(n, np.uint8),
            hits=np.zeros(n, np.int32),
            costs=np.zeros((n, n_costs)),
            fitness=np.zeros(n),
        )

    @property
    def genomes(self) -> Array:
        """uint8 (n, n_loci)."""
        return self.storage[:, : self.n_loci]

    def part(self, where: slice) -> Population:
        """Some of the places: views of the same arrays."""
        arrays = {one.name: getattr(self, one.name)[where] for one in fields(self) if one.type == "Array"}
        return replace(self, **arrays)

    def __len__(self) -> int:
        return len(self.fitness)

    def inherit(self, old: Population) -> None:
        """Copy from `old` what stands at `self.parents`, genomes and phenotypes alike."""
        _inherit(
            self.parents,
            old.storage.view(np.uint64),
            self.storage.view(np.uint64),
            old.responses.reshape(len(self), -1),
            self.responses.reshape(len(self), -1),
            self.responses.shape[1],
            old.effective,
            self.effective,
            old.settled,
            self.settled,
            old.hits,
            self.hits,
            old.costs,
            self.costs,
            old.fitness,
            self.fitness,
        )


@kernel
def _inherit(
    parents: Any,
    old_words: Any,
    words: Any,
    old_responses: Any,
    responses: Any,
    n_planes: int,
    old_effective: Any,
    effective: Any,
    old_settled: Any,
    settled: Any,
    old_hits: Any,
    hits: Any,
    old_costs: Any,
    costs: Any,
    old_fitness: Any,
    fitness: Any,
) -> None:
    n_words = responses.shape[1]
    n_words_settled = n_words // n_planes  # the other planes mean nothing once settled
    for i in range(parents.size):
        p = parents[i]
        for k in range(words.shape[1]):
            words[i, k] = old_words[p, k]
        effective[i] = old_effective[p]
        settled[i] = old_settled[p]
        hits[i] = old_hits[p]
        fitness[i] = old_fitness[p]
        for c in range(costs.shape[1]):
            costs[i, c] = old_costs[p, c]
        for w in range(n_words_settled if settled[i] else n_words):
            responses[i, w] = old_responses[p, w]

"""What every genotype offers: an encoding of functions of given inputs and outputs, and readable phenotypes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Protocol

import numpy as np
import numpy.typing as npt

from evomod.component import Component
from evomod.disturbance import Disturbance
from evomod.errors import InputError
from evomod.kernel import kernel
from evomod.networks.network import Network
from evomod.population import Population
from evomod.rng import INITIAL, below, draw4

Array = npt.NDArray[Any]


class Genotype(Component, ABC):
    """How a network is written in genes. The numbers of inputs and outputs follow from the goals."""

    network_word: ClassVar[str] = "network"  # what reports and methods call it …
    part_word: ClassVar[str] = "part"  # … and one of its parts

    @abstractmethod
    def mistake(self, n_inputs: int, n_outputs: int) -> tuple[str, str] | None:
        """Why no encoding for so many inputs and outputs exists: field and sentence; None if it does."""

    def compact(self, n_inputs: int, n_parts: int, n_used: int) -> tuple[Genotype, int]:
        """A smaller genotype, and its number of inputs, with the same networks of a size; this one if none is known.

        The networks of random genomes that have `n_parts` effective parts and use `n_used` of the `n_inputs` inputs
        must be distributed as those of the smaller genotype's random genomes of that size.
        """
        return self, n_inputs

    @abstractmethod
    def encode(self, inputs: Array, n_outputs: int) -> Encoding:
        """The encoding for these cases: `inputs` is bool (n_cases, n_inputs)."""


class Phenotype(Protocol):
    """The developed individual in plain Python: the reference for the kernels, and what analysis uses."""

    def respond(self, inputs: Sequence[bool]) -> tuple[float, ...]:
        """Per output, the share of time it is 1 (0.0 or 1.0 where it settles)."""
        ...

    def network(self) -> Network:
        """The effective network, inputs and outputs named."""
        ...


@dataclass(frozen=True, slots=True)
class Links:
    """The connections of some individuals, row by row, those that `count_connections` counts; nodes: inputs, parts.

    Attributes
    ----------
    who : int64 (k,)
        Whose row it is.
    n : int32 (k,)
        How many connections there are; what stands in the columns beyond means nothing.
    sources, targets : uint8 (k, most)
    weights : float32 (k, most), 0 beyond; None where links have no weights
    outputs : uint8 (k, n_outputs)
        The node that each output reads.
    """

    who: Array
    n: Array
    sources: Array
    targets: Array
    weights: Array | None
    outputs: Array


class Encoding(ABC):
    """A genotype bound to its cases: what the engine and the operators need to know, compiled.

    Attributes
    ----------
    n_loci : int
    alleles : int32 (n_loci,)
        Locus j takes the values 0 … alleles[j] − 1.
    gene : int32 (n_loci,)
        The gene that the locus belongs to; crossover cuts between genes.
    part : int32 (n_loci,)
        The part (gate, neuron) that the locus describes, −1 for outputs: a change in an ineffective part is silent.
    twin : int32 (n_loci,)
        Where a locus is one of two sources of a part, the locus of the other; −1 elsewhere.
    n_parts : int
    n_nodes : int
        Inputs and parts, in this order: what links go between.
    response_shape : (n_planes, n_outputs, n_words)
    max_hits : int
        The count that benefit 1 stands for where all cases count.
    n_states : int
        States in which an output is looked at; planes of `answers` are binary digits of in how many it is 1.
    layers : tuple of int, or None
        Sizes of the layers, inputs first, where parts stand in layers; parts are numbered layer by layer.
    disturbances : frozenset of str
        The scenario's keys of noise and failure that `evaluate_disturbed` knows: `noise.input`, ...
    n_fallible : int
        Links that may fail, each by itself; `Disturbance.links` numbers them.
    continuous : bool
        Are genes numbers, of whose bytes the loci are? A single locus means nothing then.
    """

    disturbances: ClassVar[frozenset[str]] = frozenset()

    n_loci: int
    alleles: npt.NDArray[np.int32]
    gene: npt.NDArray[np.int32]
    part: npt.NDArray[np.int32]
    twin: npt.NDArray[np.int32]
    n_parts: int
    n_nodes: int
    response_shape: tuple[int, int, int]
    max_hits: int
    n_states: int = 1
    layers: tuple[int, ...] | None = None
    n_fallible: int = 0
    continuous: ClassVar[bool] = False

    @cached_property
    @abstractmethod
    def bits(self) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint8]]:
        """Locus (−1 for neutral) and mask of every bit of the binary genome; InputError where there is none."""

    @cached_property
    def units(self) -> dict[str, npt.NDArray[np.int64]]:
        """What a mutation rate may be of: first loci of each genome, gene or locus, and last the number of loci."""
        genes = np.searchsorted(self.gene, np.arange(self.gene[-1] + 2)).astype(np.int64)
        return {"genome": np.array([0, self.n_loci]), "gene": genes, "locus": np.arange(self.n_loci + 1)}

    @abstractmethod
    def pack(self, targets: Array, counted: Array | None = None) -> Array:
        """Targets bool (n_cases, n_outputs) as `count_hits` wants them: uint64 (2, n_outputs, n_words).

        First the cases in which 1 is right, then those in which 0 is; a case that does not count, by bool (n_cases,)
        `counted`, is in neither.
        """

    @abstractmethod
    def evaluate(self, population: Population) -> None:
        """Write responses, effective and settled of everybody whose `changed` is set."""

    def evaluate_disturbed(self, population: Population, disturbance: Disturbance) -> None:
        """Write responses and settled of everybody as they are under a disturbance; effective is left as it is.

        `population` has been evaluated without.
        """
        raise InputError("noise and failure are not defined for this genotype")

    @abstractmethod
    def answers(self, population: Population) -> Array:
        """Responses in such a form that they are equal for all who answer alike: uint64 (n, …, …, …)."""

    @abstractmethod
    def count_hits(self, population: Population, who: Array, targets: Array, hits: Array) -> None:
        """Write the benefit on packed `targets`, as a count, for everybody whose flag in `who` is set."""

    @abstractmethod
    def mark_right(self, population: Population, who: Array, targets: Array, right: Array) -> None:
        """Write a bit for each case that somebody whose flag is set gets right: uint64 (n, n_outputs · n_words).

        Who oscillates is right where all of its states are.
        """

    @abstractmethod
    def count_parts(self, population: Population, who: Array, counts: Array) -> None:
        """Write the number of effective parts of everybody whose flag in `who`, uint8 (n,), is set."""

    @abstractmethod
    def count_connections(self, population: Population, who: Array, counts: Array) -> None:
        """Write the number of connections of everybody whose flag in `who` is set."""

    @abstractmethod
    def adjacency(self, genomes: Array) -> tuple[Array, Array]:
        """Simple graphs of the networks that genomes uint8 (n, n_loci) develop into: undirected, without self-loops.

        Returns
        -------
        uint64 (n, n_nodes)
            Bit b of word a: nodes a and b are joined.
        uint64 (n,)
            Bit a: node a, an input that is used or an effective part, is there. Inputs have the lowest bits.
        """

    @abstractmethod
    def links(self, population: Population, who: Array) -> Links:
        """The connections of everybody whose flag in `who`, uint8 (n,), is set: what costs of wiring are counted on."""

    @abstractmethod
    def develop(self, genome: Array, input_names: Sequence[str], output_names: Sequence[str]) -> Phenotype:
        """The readable twin of one genome."""

    def draw(self, n: int, seed: int, first: int = 0) -> Array:
        """Random genomes of the places `first` and after it, uint8 (n, n_loci): each locus uniform over its alleles."""
        genomes = np.zeros((n, self.n_loci), np.uint8)
        draw_genomes(genomes, self.alleles, seed, first)
        return genomes

    def illegal(self, genomes: Array) -> tuple[int, str] | None:
        """The first of uint8 (n, n_loci) that is no genome: its place and what is wrong with it; None if all are."""
        wrong = np.argwhere(genomes >= self.alleles)
        return (int(wrong[0][0]), f"an illegal allele at locus {wrong[0][1]}") if wrong.size else None

    def count_changes(self, before: Array, after: Array) -> Array:
        """In how many loci genomes differ from others, uint8 (n, n_loci) each: int64 (n,)."""
        counts: Array = (before != after).sum(axis=1)
        return counts

    def changes(self, before: Array, after: Array, input_names: Sequence[str]) -> tuple[str, ...]:
        """In what two genomes differ, in words; in which loci, unless the encoding knows better."""
        return tuple(f"locus {j}: {before[j]} → {after[j]}" for j in np.flatnonzero(before != after))


@kernel
def draw_genomes(genomes: Any, alleles: Any, seed: Any, place: int) -> None:
    """Fill uint8 (n, n_loci), the genomes of `place` and those after it, each locus uniform over its alleles."""
    for i in range(genomes.shape[0]):
        for first in range(0, alleles.size, 4):
            words = draw4(seed, 0, place + i, INITIAL, first // 4)
            for k in range(min(4, alleles.size - first)):
                genomes[i, first + k] = below(words[k], alleles[first + k])

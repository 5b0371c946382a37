"""Encodings whose answers are packed: a bit for each case, and a number of planes where an answer may oscillate.

A settled answer is one plane. Of one that oscillates it is kept in how many of `n_states` states it was 1, for each
case, as a binary number over the planes, lowest bit first; so that any target can be scored without evaluating again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from evomod.disturbance import Disturbance
from evomod.errors import InputError
from evomod.genotypes.base import Array, Encoding, Links
from evomod.kernel import kernel, popcount
from evomod.population import Population

WORD = 64  # nodes that one machine word can be a set of


class PackedEncoding(Encoding):
    """Scores packed answers; the only thing left to say is what a genome answers.

    The simplest way is to define `respond` and `develop`. Each locus is then a gene of its own, and any change of an
    allele is taken to change the phenotype; set `gene`, `part` or `twin` where that is not so, and define `evaluate`
    with a kernel where NumPy is too slow.

    Parameters
    ----------
    inputs : bool (n_cases, n_inputs)
    n_outputs : int
    alleles : numbers of values of each locus
    n_parts : int
        Gates, neurons and the like, at most 64.
    n_states : int
        States that count of an answer that oscillates, or 1.
    """

    disturbances: ClassVar[frozenset[str]] = frozenset({"noise.target"})

    def __init__(
        self, inputs: Array, n_outputs: int, alleles: Sequence[int] | Array, n_parts: int = 1, n_states: int = 1
    ) -> None:
        n_cases, n_inputs = inputs.shape
        self.n_inputs, self.n_outputs, self.n_parts, self.n_nodes = n_inputs, n_outputs, n_parts, n_inputs + n_parts
        self.cases, self.inputs = inputs, pack(inputs)
        self.n_loci, self.alleles = len(alleles), np.array(alleles, np.int32)
        self.gene = np.arange(self.n_loci, dtype=np.int32)
        self.part, self.twin = np.full((2, self.n_loci), -1, np.int32)
        self.n_words = self.inputs.shape[1]
        exists = np.arange(self.n_words * 64) < n_cases
        self.row_mask = np.packbits(exists, bitorder="little").view("<u8").astype(np.uint64)
        self.n_states, self.max_hits = n_states, n_cases * n_outputs * n_states
        n_planes = n_states.bit_length() if n_states > 1 else 1
        self.response_shape = (n_planes, n_outputs, self.n_words)

    def respond(self, genomes: Array) -> Array:
        """What genomes uint8 (n, n_loci) answer in all of `cases`: bool (n, n_cases, n_outputs)."""
        raise NotImplementedError("define `respond`, or `evaluate` and all that is written there")

    def evaluate(self, population: Population) -> None:
        """By `respond`; settled, and with all parts effective."""
        who = np.flatnonzero(population.changed)
        if len(who):
            answers = self.respond(population.genomes[who])
            population.responses[who, 0] = np.array([pack(answer) for answer in answers])
            population.effective[who] = (1 << self.n_parts) - 1
            population.settled[who] = 1

    def evaluate_disturbed(self, population: Population, disturbance: Disturbance) -> None:
        """Turn the answers that are judged the wrong way round; whoever knows more comes here last."""
        if disturbance.targets is not None:
            _turn(population.responses, population.settled, disturbance.targets, self.n_states)

    @property
    def bits(self) -> tuple[Array, Array]:
        """None, unless the encoding says otherwise."""
        raise InputError("this genotype has no binary genome; use {kind: redraw}")

    def pack(self, targets: Array, counted: Array | None = None) -> Array:
        """Cases in which 1 is right, and those in which 0 is: uint64 (2, n_outputs, n_words)."""
        mask = self.row_mask if counted is None else self.row_mask & pack(counted[:, None])[0]
        ones = pack(targets)
        return np.stack([ones & mask, ~ones & mask])

    def answers(self, population: Population) -> Array:
        """How often each output is 1, as planes; who settled is 1 in all of the states or in none."""
        responses = population.responses & self.row_mask
        digits = [np.uint64(self.n_states >> p & 1) for p in range(responses.shape[1])]
        steady = np.stack([responses[:, 0] * digit for digit in digits], axis=1)
        return np.where(population.settled[:, None, None, None] == 1, steady, responses)

    def count_hits(self, population: Population, who: Array, targets: Array, hits: Array) -> None:
        """Benefit as a count of right (case, output) pairs, times `n_states`."""
        p = population
        _count_hits(who, p.responses, p.settled, targets, self.n_states, hits)

    def mark_right(self, population: Population, who: Array, targets: Array, right: Array) -> None:
        """Bit r of word o·n_words + w: output o is right in case 64·w + r."""
        p = population
        _mark_right(who, p.responses, p.settled, targets, self.n_states, right)

    def count_parts(self, population: Population, who: Array, counts: Array) -> None:
        """Effective parts."""
        _count_parts(who, population.effective, counts)

    def count_connections(self, population: Population, who: Array, counts: Array) -> None:
        """Wires of the developed network but those to outputs, parallel ones once: slow, and right for any genotype."""
        for i in np.flatnonzero(who):
            network = self.develop(population.genomes[i], (), ()).network()
            counts[i] = len({(a, b) for a, b in network.edges if network.roles[b] != "output"})

    def adjacency(self, genomes: Array) -> tuple[Array, Array]:
        """Of the developed networks: slow, and right for any genotype."""
        if self.n_nodes > WORD:
            raise InputError(f"{self.n_nodes} nodes; at most {WORD} fit a graph of one word a node")
        rows, present = np.zeros((len(genomes), self.n_nodes), np.uint64), np.zeros(len(genomes), np.uint64)
        for i, genome in enumerate(genomes):
            network = self.develop(genome, (), ()).network().parts()
            inputs = [node for node, role in enumerate(network.roles) if role == "input"]
            others = [node for node, role in enumerate(network.roles) if role != "input"]
            place = {node: k for k, node in enumerate(inputs)}
            place |= {node: self.n_inputs + k for k, node in enumerate(others)}
            present[i] = sum(1 << bit for bit in place.values())
            for a, b in np.argwhere(network.simple()).tolist():
                rows[i, place[a]] |= np.uint64(1 << place[b])
        return rows, present

    def links(self, population: Population, who: Array) -> Links:
        """Not known, unless the encoding says otherwise."""
        raise InputError("costs of length are not defined for this genotype")


def pack(columns: Array) -> Array:
    """Bool (n_cases, k) as uint64 (k, n_words), case r in bit r mod 64; padded to a power of two with case 0."""
    n_cases, k = columns.shape
    n_words = 1 << max(0, (n_cases - 1).bit_length() - 6)
    padded = np.repeat(columns[:1], n_words * 64, axis=0)
    padded[:n_cases] = columns
    octets = np.ascontiguousarray(np.packbits(padded.T, axis=1, bitorder="little"))
    return octets.view("<u8").astype(np.uint64).reshape(k, n_words)


@kernel
def _count_hits(who: Any, responses: Any, settled: Any, targets: Any, weight: int, hits: Any) -> None:
    """Benefit as a count: right (row, output) pairs, and over `weight` states where circuits may oscillate.

    Parameters
    ----------
    who : uint8 (n,)
        Which individuals to look at.
    responses, settled
        As written by the evaluation.
    targets : uint64 (2, n_outputs, n_words)
        Where 1 and where 0 is right.
    weight : int
        What a right row of a settled circuit counts: 20 with feedback, 1 without.
    hits : int32 (n,), written
    """
    _, n_outputs, n_words = targets.shape
    for i in range(who.size):
        if not who[i]:
            continue
        total = np.int64(0)
        for o in range(n_outputs):
            for w in range(n_words):
                ones, zeros = targets[0, o, w], targets[1, o, w]
                if settled[i]:
                    word = responses[i, 0, o, w]
                    total += weight * np.int64(popcount((word & ones) | (~word & zeros)))
                else:
                    total += weight * np.int64(popcount(zeros))
                    for p in range(responses.shape[1]):
                        plane = responses[i, p, o, w]
                        total += (np.int64(popcount(plane & ones)) - np.int64(popcount(plane & zeros))) << p
        hits[i] = total


@kernel
def _turn(responses: Any, settled: Any, turned: Any, n_states: int) -> None:
    """Make c ones of `n_states` into `n_states` − c wherever `turned`, uint64 (n, n_outputs, n_words), has a bit."""
    n, n_planes, n_outputs, n_words = responses.shape
    for i in range(n):
        for o in range(n_outputs):
            for w in range(n_words):
                where, borrow = turned[i, o, w], np.uint64(0)
                if settled[i]:
                    responses[i, 0, o, w] ^= where
                    continue
                for p in range(n_planes):
                    digit = responses[i, p, o, w]
                    if n_states >> p & 1:
                        responses[i, p, o, w] = digit ^ (where & ~borrow)  # 1 − digit − borrow
                        borrow &= digit
                    else:
                        responses[i, p, o, w] = digit ^ (where & borrow)
                        borrow |= digit


@kernel
def _mark_right(who: Any, responses: Any, settled: Any, targets: Any, n_states: int, right: Any) -> None:
    """Write a bit for each (output, case) into uint64 (n, n_outputs · n_words): is it right in all states?"""
    _, n_outputs, n_words = targets.shape
    for i in range(who.size):
        if not who[i]:
            continue
        for o in range(n_outputs):
            for w in range(n_words):
                always = sometimes = responses[i, 0, o, w]
                if not settled[i]:
                    # 1 in all states: the planes are the binary digits of `n_states`.
                    always = always if n_states & 1 else ~always
                    for p in range(1, responses.shape[1]):
                        plane = responses[i, p, o, w]
                        always &= plane if n_states >> p & 1 else ~plane
                        sometimes |= plane
                right[i, o * n_words + w] = (always & targets[0, o, w]) | (~sometimes & targets[1, o, w])


@kernel
def _count_parts(who: Any, effective: Any, counts: Any) -> None:
    """Write into int32 (n,) the number of effective parts of everybody whose flag is set."""
    for i in range(who.size):
        if who[i]:
            counts[i] = np.int64(popcount(effective[i]))

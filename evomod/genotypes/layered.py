"""Encodings whose parts stand in layers, each of which reads the one below: what nets of all kinds have in common.

A net is, for every question but what it answers, one weight for each pair of nodes in neighbouring layers, 0 where
there is no link. Links are numbered by their target, layer by layer, and within one target by their source.

A part is *effective* if a path of links leads from it to an output, and *alive* if one leads to it from an input, too.
An effective part without inputs is a constant: it matters for what the net answers, but is neither drawn nor paid for.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np

from evomod.errors import InputError
from evomod.genotypes.base import Array, Links
from evomod.genotypes.packed import WORD, PackedEncoding
from evomod.kernel import kernel
from evomod.population import Population

_ZERO, _ONE = np.uint64(0), np.uint64(1)


def layers_mistake(hidden: Sequence[int], n_inputs: int, n_outputs: int) -> tuple[str, str] | None:
    """Why no net has these layers: field and sentence; None if there can be one."""
    n_parts = sum(hidden) + n_outputs
    if n_parts > WORD:
        return "hidden", f"{sum(hidden)} hidden units and {n_outputs} output(s) are {n_parts} parts; at most {WORD}"
    if n_inputs > WORD:
        return "hidden", f"{n_inputs} inputs; at most {WORD} are possible"
    return None


class LayeredEncoding(PackedEncoding):
    """Adds to a packed encoding the layers, and from them all that asks for links.

    Attributes
    ----------
    layers : sizes, inputs first, outputs last
    sources, targets : int32 (n_links,)
        Nodes (inputs, then parts) at the ends of every possible link.
    first_link : int64 (n_parts + 1,)
        The links into part k are first_link[k] … first_link[k + 1] − 1.
    below : int64 (n_parts,)
        The first node of the layer that part k reads.
    """

    def __init__(self, inputs: Array, hidden: Sequence[int], n_outputs: int, alleles: Sequence[int] | Array) -> None:
        layers = (inputs.shape[1], *hidden, n_outputs)
        super().__init__(inputs, n_outputs, alleles, sum(layers[1:]))
        self.layers: tuple[int, ...] = layers
        starts = np.concatenate([[0], np.cumsum(layers)])
        pairs = [
            (s, t)
            for layer in range(1, len(layers))
            for t in range(starts[layer], starts[layer + 1])
            for s in range(starts[layer - 1], starts[layer])
        ]
        self.sources, self.targets = (np.array(column, np.int32) for column in zip(*pairs, strict=True))
        self.n_links = self.n_fallible = len(pairs)
        self.first_link = np.searchsorted(self.targets, np.arange(layers[0], starts[-1] + 1)).astype(np.int64)
        self.below = np.repeat(starts[:-2], layers[1:]).astype(np.int64)
        self.layer = np.repeat(np.arange(len(layers)), layers)  # of each node

    @abstractmethod
    def weights(self, genomes: Array) -> Array:
        """The weight of every possible link, 0 where there is none: (n, n_links), int8 or float32."""

    def anatomy(self, genomes: Array) -> tuple[Array, Array, Array]:
        """Weights of all links, effective parts and living nodes, for genomes uint8 (n, n_loci).

        Returns
        -------
        (n, n_links)
            As `weights` gives them, but 0 unless both ends are alive.
        uint64 (n,)
            Bit k: part k is effective.
        uint64 (n, 2)
            Bit i of the first word: input i is used; bit k of the second: part k is alive.
        """
        weights = np.ascontiguousarray(self.weights(genomes))
        effective, alive = np.zeros(len(genomes), np.uint64), np.zeros((len(genomes), 2), np.uint64)
        shape = (self.layers[0], self.layers[-1])
        trace(weights, self.sources, self.below, self.first_link, shape, effective, alive)
        return weights, effective, alive

    def count_parts(self, population: Population, who: Array, counts: Array) -> None:
        """Parts that are alive."""
        chosen = np.flatnonzero(who)
        if len(chosen):
            counts[chosen] = np.bitwise_count(self.anatomy(population.genomes[chosen])[2][:, 1])

    def count_connections(self, population: Population, who: Array, counts: Array) -> None:
        """Links between living nodes."""
        chosen = np.flatnonzero(who)
        if len(chosen):
            counts[chosen] = np.count_nonzero(self.anatomy(population.genomes[chosen])[0], axis=1)

    def adjacency(self, genomes: Array) -> tuple[Array, Array]:
        """From the links between living nodes."""
        if self.n_nodes > WORD:
            raise InputError(f"{self.n_nodes} nodes; at most {WORD} fit a graph of one word a node")
        weights, _, alive = self.anatomy(genomes)
        rows = np.zeros((len(genomes), self.n_nodes), np.uint64)
        _join(weights, self.sources, self.targets, rows)
        return rows, alive[:, 0] | alive[:, 1] << np.uint64(self.n_inputs)

    def links(self, population: Population, who: Array) -> Links:
        """Those between living nodes."""
        chosen = np.flatnonzero(who)
        weights = self.anatomy(population.genomes[chosen])[0]
        n, ends = np.zeros(len(chosen), np.int32), np.zeros((2, *weights.shape), np.uint8)
        strengths = np.zeros(weights.shape, np.float32)
        _list_links(weights, self.sources, self.targets, n, ends[0], ends[1], strengths)
        outputs = np.arange(self.n_nodes - self.n_outputs, self.n_nodes, dtype=np.uint8)
        return Links(chosen, n, ends[0], ends[1], strengths, np.broadcast_to(outputs, (len(chosen), self.n_outputs)))


@kernel
def reaching_output(reads: Any, below: Any, n_inputs: int, n_outputs: int) -> Any:
    """The set of parts with a path to an output.

    Parameters
    ----------
    reads : uint64 (n_parts,)
        Bit j of word k: part k reads node j of the layer below.
    below : int64 (n_parts,)
        The first node of the layer below each part.
    """
    reached = _ZERO
    for k in range(below.size - 1, -1, -1):  # parts are numbered upwards, so that one pass is enough
        if k >= below.size - n_outputs:
            reached |= _ONE << np.uint64(k)
        if below[k] and reached >> np.uint64(k) & _ONE:
            reached |= reads[k] << np.uint64(below[k] - n_inputs)
    return reached


@kernel
def reached_from_input(reads: Any, below: Any, n_inputs: int, fed: Any, first: int) -> Any:
    """The set of parts with a path from an input, when `fed` has those below part `first`."""
    for k in range(first, below.size):
        heard = reads[k] & (fed >> np.uint64(below[k] - n_inputs) if below[k] else reads[k])
        fed |= np.uint64(heard != _ZERO) << np.uint64(k)
    return fed


@kernel
def trace(weights: Any, sources: Any, below: Any, first: Any, shape: Any, effective: Any, alive: Any) -> None:
    """Who has a path to an output, and from an input; sets the weights of all other links to 0."""
    n_inputs, _ = shape
    reads = np.empty(below.size, np.uint64)
    for i in range(weights.shape[0]):
        for k in range(below.size):
            reads[k] = _ZERO
            for link in range(first[k], first[k + 1]):
                reads[k] |= np.uint64(weights[i, link] != 0) << np.uint64(sources[link] - below[k])
        down, fed = reaching_output(reads, below, *shape), reached_from_input(reads, below, n_inputs, _ZERO, 0)
        used = _ZERO
        for k in range(below.size):
            there = down >> np.uint64(k) & _ONE  # a part that is not fed has only links from others that are not
            if there and not below[k]:
                used |= reads[k]
            for link in range(first[k], first[k + 1]):
                s = sources[link] - n_inputs
                if not there or (s >= 0 and not fed >> np.uint64(max(s, 0)) & _ONE):
                    weights[i, link] = 0
        effective[i], alive[i, 0], alive[i, 1] = down, used, down & fed


@kernel
def _join(weights: Any, sources: Any, targets: Any, rows: Any) -> None:
    for i in range(weights.shape[0]):
        for link in range(targets.size):
            if weights[i, link] != 0:
                a, b = sources[link], targets[link]
                rows[i, a] |= np.uint64(1) << np.uint64(b)
                rows[i, b] |= np.uint64(1) << np.uint64(a)


@kernel
def _list_links(weights: Any, sources: Any, targets: Any, n: Any, froms: Any, tos: Any, strengths: Any) -> None:
    for i in range(weights.shape[0]):
        k = 0
        for link in range(targets.size):
            if weights[i, link] != 0:
                froms[i, k], tos[i, k], strengths[i, k] = sources[link], targets[link], weights[i, link]
                k += 1
        n[i] = k

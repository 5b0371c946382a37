"""Mutation of nets whose links come and go: the one of Clune, Mouret & Lipson 2013, doi 10.1098/rspb.2012.2863."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any, Literal, cast

import numpy as np
from pydantic import Field

from evomod.component import Rate
from evomod.genotypes.base import Array, Encoding
from evomod.genotypes.ternary_net import TernaryNetEncoding
from evomod.kernel import kernel
from evomod.population import Population
from evomod.rng import MUTATION, below, draw4, threshold
from evomod.variation.base import Mutation, binomial_thresholds, expressed


class Links(Mutation):
    """Links are added and removed, and weights and biases go a step up or down in their lists."""

    kind: Literal["links"] = "links"
    add: Rate = Field(0.2, description="Probability per genome that a link is added where there was none.")
    remove: Rate = Field(0.2, description="Probability per genome that one of its links is removed.")
    weight_rate: Annotated[float, Field(ge=0)] = Field(
        2.0,
        description="Expected number of weights of a genome that change; each of n links with probability "
        "weight_rate/n, at most 1. A step beyond either end of −2, −1, 1, 2 changes nothing.",
    )
    bias_rate: Rate = Field(
        0.0417,
        description="Probability per bias of a step up or down in −2 … 2; one beyond either end changes nothing.",
    )

    def mistake(self, encoding: Encoding) -> tuple[str, str] | None:
        """Whole weights in a list."""
        if not isinstance(encoding, TernaryNetEncoding):
            return (
                "kind",
                "`links` is for the genotype {kind: ternary_net}; use {kind: redraw}, or {kind: sum} for real weights",
            )
        return None

    def mutate(self, encoding: Encoding, population: Population, seed: int) -> None:
        """Vary everybody who was not kept."""
        p, net = population, cast(TernaryNetEncoding, encoding)
        arrays = (p.storage, p.changed, p.effective, p.n_kept, net.link_loci, net.bias_loci, net.part)
        biases = binomial_thresholds(net.n_parts, self.bias_rate)
        weights = _weight_thresholds(net.n_links, self.weight_rate)
        _mutate(*arrays, self.add, self.remove, weights, biases, seed, p.generation)


@lru_cache(maxsize=32)
def _weight_thresholds(n_links: int, rate: float) -> Array:
    """Row n: how many of n links are hit, as `binomial_thresholds`; filled up with what no word reaches."""
    rows = [binomial_thresholds(n, min(1.0, rate / max(n, 1))) for n in range(n_links + 1)]
    table = np.full((n_links + 1, max(map(len, rows))), 1 << 32, np.uint64)
    for n, row in enumerate(rows):
        table[n, : len(row)] = row
    return table


@kernel
def _sort_links(genome: Any, loci: Any, links: Any) -> int:
    """Write the loci of links that are there to the front of `links`, the others behind them; how many are there."""
    n, last = 0, loci.size
    for locus in loci:
        there = genome[locus] != 0
        links[n if there else last - 1] = locus
        n += there
        last -= not there
    return n


@kernel
def _step(genome: Any, locus: int, low: int, up: Any) -> bool:
    """One allele up or down between `low` and 4; did it change?"""
    old = np.int64(genome[locus])
    new = min(old + 1, 4) if up else max(old - 1, low)
    genome[locus] = new
    return new != old


@kernel
def _step_some(
    genome: Any, loci: Any, n: int, low: int, thresholds: Any, count: Any, where: Any, part: Any, effective: Any
) -> Any:
    """A step at as many of the first n loci as the word `count` says, none twice; is one of them expressed?

    `where` is (seed, generation, individual, number of the first draw); each hit takes a draw, and so does each locus
    that comes a second time. Reorders `loci`.
    """
    seed, generation, i, draw = where
    changed = np.uint64(0)
    k = 0
    while k < thresholds.size and np.uint64(count) >= thresholds[k]:
        words = draw4(seed, generation, i, MUTATION, draw + k)
        j = k + below(words[0], n - k)
        loci[k], loci[j] = loci[j], loci[k]
        if _step(genome, loci[k], low, words[1] & np.uint32(1)):
            changed |= expressed(part[loci[k]], effective)
        k += 1
    return changed


@kernel
def _mutate(
    genomes: Any,
    changed: Any,
    effective: Any,
    n_kept: int,
    link_loci: Any,
    bias_loci: Any,
    part: Any,
    add: float,
    remove: float,
    weights: Any,
    biases: Any,
    seed: Any,
    generation: Any,
) -> None:
    """Add, remove, weights, biases, in this order."""
    links, units = np.empty(link_loci.size, np.int64), bias_loci.copy()
    for i in range(n_kept, genomes.shape[0]):
        genome = genomes[i]
        n = _sort_links(genome, link_loci, links)
        first, second = draw4(seed, generation, i, MUTATION, 0), draw4(seed, generation, i, MUTATION, 1)
        touched = np.uint64(0)
        if first[0] < threshold(add) and n < links.size:
            j = n + below(first[1], links.size - n)
            links[n], links[j] = links[j], links[n]
            genome[links[n]] = 1 + below(second[0], 4)
            touched |= expressed(part[links[n]], effective[i])
            n += 1
        if first[2] < threshold(remove) and n > 0:
            j = below(first[3], n)
            links[n - 1], links[j] = links[j], links[n - 1]
            genome[links[n - 1]] = 0
            touched |= expressed(part[links[n - 1]], effective[i])
            n -= 1
        where = (seed, generation, i, 2)
        touched |= _step_some(genome, links, n, 1, weights[n], second[1], where, part, effective[i])
        units[:] = bias_loci
        where = (seed, generation, i, 2 + link_loci.size)
        touched |= _step_some(genome, units, units.size, 0, biases, second[2], where, part, effective[i])
        changed[i] |= touched

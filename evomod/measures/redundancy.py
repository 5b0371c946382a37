"""Who covers for whom: parts that can be lost, but not together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import ClassVar, Literal

import numpy as np

from evomod.measures.base import Array, Measure, Specimen
from evomod.measures.lesioning import ROUNDING, bits_of, lesioned
from evomod.measures.once import known, take_once
from evomod.problem import Problem


class Redundancy(Measure):
    """Which effective parts can be lost, one by one and in pairs.

    Two parts cover for each other if both together cost more benefit than one and the other: the buffering epistasis of
    double knock-outs, on the additive scale (Segrè, DeLuna, Church & Kishony 2005, doi 10.1038/ng1489). A part that is
    lost gives 0. The goal is the one in force or, where that is none or drawn at random, the named goal on which the
    genome is best.

    `covering` is the share of pairs of effective parts that cover for each other; `cover` the mean over all pairs of
    the benefit that a pair costs beyond the sum of its parts, 0 for those that cost less; `harmless` the share of
    effective parts whose loss alone costs nothing; `covered` the share of these that cover for another part, NaN
    without any. NaN without parts, the first two with one part alone, and for genotypes of which it is not known what a
    lost part does.
    """

    kind: Literal["redundancy"] = "redundancy"
    needs_genome: ClassVar[bool] = True

    @property
    def columns(self) -> tuple[str, ...]:
        """Shares 0 to 1, but `cover`, which is a benefit."""
        return ("covering", "cover", "harmless", "covered")

    def take(self, specimens: Sequence[Specimen]) -> Array:
        """NaN where there is no named goal."""
        return take_once(specimens, len(self.columns), self._take)

    def _take(self, problem: Problem, goal: str, specimens: list[Specimen]) -> Array:
        values = np.full((len(specimens), len(self.columns)), np.nan)
        if not goal:
            return values
        targets = problem.targets(goal, 0, 0)
        genomes = np.stack([known(specimen)[1] for specimen in specimens])
        for i, one in lesioned(problem, genomes):
            n, pairs = len(one.parts), list(combinations(range(len(one.parts)), 2))
            sets = [(), *((part,) for part in one.parts), *((one.parts[a], one.parts[b]) for a, b in pairs)]
            benefits = one.benefits(goal, targets, bits_of(sets))
            losses = benefits[0] - benefits[1:]
            single, joint = losses[:n], losses[n:]
            a, b = np.array(pairs, int).reshape(-1, 2).T
            excess = joint - single[a] - single[b]
            covers = excess > ROUNDING
            harmless, covering = single < ROUNDING, np.isin(np.arange(n), [a[covers], b[covers]])
            if pairs:
                values[i, :2] = covers.mean(), np.maximum(excess, 0.0).mean()
            values[i, 2] = harmless.mean()
            if harmless.any():
                values[i, 3] = covering[harmless].mean()
        return values

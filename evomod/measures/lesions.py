"""What it costs to lose a module."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from evomod.component import Count
from evomod.measures.base import Array, Measure, Specimen
from evomod.measures.calibration import maximised
from evomod.measures.lesioning import Lesioned, bits_of, lesioned
from evomod.measures.once import known, take_once
from evomod.problem import Problem
from evomod.rng import MEASURE, permutation


class Lesions(Measure):
    """Benefit that is lost with a module, against what is lost with as many parts at random.

    Modules are those of the partition of inputs in use and parts that maximises Q; a lesion of one holds the outputs of
    all its parts at 0. Modules without parts, or with all of them, do not count. The goal is the one in force or, where
    that is none or drawn at random, the named goal on which the genome is best.

    `excess` is `module_loss` − `random_loss`, below 0 where modules are what can be lost at the least cost;
    `module_loss` the mean over modules of the benefit that is lost; `random_loss` the same for random sets of as many
    parts; `worst` the largest loss of a module; `modules` how many modules count. NaN where none does, and for
    genotypes of which it is not known what a lost part does.
    """

    kind: Literal["lesions"] = "lesions"
    needs_genome: ClassVar[bool] = True
    samples: Count = Field(200, description="Random lesions for each module.")

    @property
    def columns(self) -> tuple[str, ...]:
        """Losses of benefit, −1 to 1, and a count."""
        return ("excess", "module_loss", "random_loss", "worst", "modules")

    def take(self, specimens: Sequence[Specimen]) -> Array:
        """The same genome gets the same random lesions."""
        return take_once(specimens, len(self.columns), self._take)

    def _take(self, problem: Problem, goal: str, specimens: list[Specimen]) -> Array:
        values = np.full((len(specimens), len(self.columns)), np.nan)
        if not goal:
            return values
        targets = problem.targets(goal, 0, 0)
        genomes = np.stack([known(specimen)[1] for specimen in specimens])
        for i, one in lesioned(problem, genomes):
            modules, present = _modules(problem, one)
            values[i, 4] = len(modules)
            if not modules:
                continue
            (whole,) = one.benefits(goal, targets, bits_of([[]]))
            losses = whole - one.benefits(goal, targets, bits_of(modules))
            drawn = [permutation(len(present), 0, k, MEASURE) for k in range(self.samples)]
            at_random = [[present[j] for j in order[: len(module)]] for module in modules for order in drawn]
            random = whole - one.benefits(goal, targets, bits_of(at_random)).mean()
            values[i, :4] = losses.mean() - random, losses.mean(), random, losses.max()
        return values


def _modules(problem: Problem, one: Lesioned) -> tuple[list[list[int]], list[int]]:
    """The parts of each module that counts, and all parts that are there."""
    graphs, there = problem.encoding.adjacency(one.genome[None])
    n_inputs = len(problem.inputs)
    labels = maximised(graphs).labels[0].tolist() if graphs.any() else []
    present = [k for k in range(problem.encoding.n_parts) if int(there[0]) >> (n_inputs + k) & 1]
    modules: dict[int, list[int]] = {}
    for k in present if labels else []:
        if graphs[0, n_inputs + k]:  # who is linked to nobody is in no module
            modules.setdefault(labels[n_inputs + k], []).append(k)
    return [module for module in modules.values() if len(module) < len(present)], present

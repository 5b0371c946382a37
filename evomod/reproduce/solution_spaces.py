"""All solutions of the goals of a campaign in the 38-bit model, and where evolved ones land among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from evomod.goals.function import function_of
from evomod.landscape import Model, Solutions
from evomod.landscape.properties import Properties, properties, quantiles
from evomod.problem import Problem
from evomod.reproduce.ka05_runs import Evolved

Array = npt.NDArray[Any]
PAIRS = {"or": "and", "and": "or", "neighbour": "and"}  # each goal, and the one that it may have to switch to
EXACT = 1 << 20  # solutions; of more a sample is measured
SAMPLE, SEED = 100_000, 1
# What the fourth of the two-bit codes of a gate could stand for; and no fourth code, with alleles for bits.
READINGS = (
    ("and", "or", "nand", "nand"),
    ("and", "or", "nand", "and"),
    ("and", "or", "nand", "or"),
    ("and", "or", "nand"),
)


@dataclass(frozen=True)
class Space:
    """All solutions of a goal.

    Attributes
    ----------
    model : Model
    goal : str
    function, other : int
        Of the goal, and of the one to switch to.
    """

    model: Model
    goal: str
    function: int
    other: int

    @cached_property
    def solutions(self) -> Solutions:
        """All of them."""
        return Solutions(self.model, self.function)

    @property
    def exact(self) -> bool:
        """Is every solution measured, not a sample?"""
        return self.solutions.n <= EXACT

    @cached_property
    def properties(self) -> Properties:
        """Of all solutions, or of a sample in which each is equally likely."""
        all_here = self.solutions
        return self.measured(all_here.genomes() if self.exact else all_here.sample(SAMPLE, SEED))

    def measured(self, genomes: Array) -> Properties:
        """Properties of solutions uint8 (n, n_loci); mutations change bits where alleles are bits."""
        bits = not (self.model.alleles & (self.model.alleles - 1)).any()
        return properties(self.model, genomes, self.function, self.other, "bit" if bits else "allele")

    @property
    def is_modular(self) -> Array:
        """Who has the highest Q of all: bool (n,)."""
        return np.asarray(self.properties.q > self.properties.q.max() - 1e-9)

    @property
    def modular(self) -> float:
        """The share of these."""
        return float(np.mean(self.is_modular))


@dataclass(frozen=True)
class Landed:
    """The perfect ends of one run under a goal.

    Attributes
    ----------
    condition, index : as of `Evolved`
    goal : str
    generations : of the ends
    properties : of each end
    quantiles : float64 (n_ends, n_properties)
        Where each lands among all solutions: ½ on average, if each solution were equally likely.
    modular : float
        Share of them whose Q is the highest of all solutions.
    """

    condition: str
    index: int
    goal: str
    generations: Sequence[int]
    properties: Properties
    quantiles: Array
    modular: float


def spaces(problem: Problem, gates: tuple[str, ...] | None = None) -> dict[str, Space]:
    """For each goal of a problem, all solutions; with gates of other codes, if given."""
    model = Model.of(problem.encoding)
    if gates:
        model = Model(gates, model.n_inputs, model.n_first)
    functions = {goal: function_of(problem.cases(goal, 0, 0).targets) for goal in PAIRS}
    return {goal: Space(model, goal, functions[goal], functions[other]) for goal, other in PAIRS.items()}


def goals_of(run: Evolved) -> set[str]:
    """Goals whose epochs ended while the run was looked at."""
    return {end.goal for end in run.ends}


def landed(runs: Mapping[str, Sequence[Evolved]], all_spaces: Mapping[str, Space]) -> Iterator[Landed]:
    """The perfect ends of each run that has some, goal by goal."""
    for group in runs.values():
        for run in group:
            for goal, space in all_spaces.items():
                ends = [end for end in run.ends if end.goal == goal and end.perfect]
                if ends:
                    known = space.measured(np.array([end.specimen.genome for end in ends], np.uint8))
                    where = np.stack(list(map(quantiles, known, space.properties)), axis=1)
                    modular = float(np.mean(known.q > space.properties.q.max() - 1e-9))
                    times = [end.generation for end in ends]
                    yield Landed(run.condition, run.index, goal, times, known, where, modular)

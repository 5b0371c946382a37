"""What every measure offers: named numbers, read off specimens."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import Field

from evomod.component import Component, Count
from evomod.errors import InputError
from evomod.genotypes.base import Phenotype
from evomod.networks.network import Network
from evomod.problem import Problem

Array = npt.NDArray[Any]


class MeasureError(InputError):
    """A measure that cannot be taken of a specimen; the sentence names both."""


@dataclass(frozen=True)
class Specimen:
    """What is measured: a network, and where it evolved all that is known of it.

    Attributes
    ----------
    name : str
        What messages and tables call it.
    bare : Network or None
        The network, where there is nothing more.
    problem, genome : what it evolved for, and its genes, uint8 (n_loci,)
    goal : str
        The goal in force when it was the best; "" where none was.
    benefit : float
        Share of right answers on that goal; NaN where it is not known.
    seed : int
        That of its run: random goals are drawn with it, and nulls of the specimen's own.
    """

    name: str
    bare: Network | None = None
    problem: Problem | None = None
    genome: Array | None = None
    goal: str = ""
    benefit: float = math.nan
    seed: int = 0

    @cached_property
    def phenotype(self) -> Phenotype | None:
        """The developed individual, if it is one."""
        if self.problem is None or self.genome is None:
            return None
        names = [f"o{o}" for o in range(self.problem.n_outputs)]
        return self.problem.encoding.develop(self.genome, self.problem.inputs, names)

    @cached_property
    def network(self) -> Network:
        """The effective network without its outputs: inputs that are used, and parts."""
        network = self.phenotype.network() if self.phenotype else self.bare
        if network is None:
            raise MeasureError(f"{self.name}: is neither a network nor a genome")
        return replace(network.parts(), title=self.name)  # so that what cannot be measured is named


def labelled(measures: Iterable[Measure]) -> dict[str, Measure]:
    """Measures by the name that tables give them: their kind, and a number where a kind comes twice."""
    found: dict[str, Measure] = {}
    for measure in measures:
        n = 1 + sum(other.kind == measure.kind for other in found.values())
        found[measure.kind if n == 1 else f"{measure.kind}-{n}"] = measure
    return found


def by_name(node: Any) -> Any:
    """A measure that is only named, `q`, as a scenario node; anything else as it is."""
    return {"kind": node} if isinstance(node, str) else node


class Measure(Component, ABC):
    """Named numbers, read off specimens. Frozen, like all components; its fields say exactly what is measured."""

    needs_genome: ClassVar[bool] = False  # True: a network alone is not enough

    every: Count = Field(
        1000,
        description="In a run: N generations between two measurements of the best individual; where goals change, at "
        "the ends of the epochs that complete every N generations, one of each goal.",
    )

    @property
    @abstractmethod
    def columns(self) -> tuple[str, ...]:
        """Names of the numbers, the one that stands for the measure first."""

    @property
    def needs_directions(self) -> bool:
        """Does it matter which way links lead? Then an undirected network is refused."""
        return False

    @abstractmethod
    def take(self, specimens: Sequence[Specimen]) -> Array:
        """The numbers: float64 (n, n_columns), NaN where one is not defined.

        The same specimens give the same numbers, in whatever company they come.

        Raises
        ------
        MeasureError
            If a specimen is of a kind that cannot be measured so; names the specimen and the measure.
        """

    def checked(self, specimens: Sequence[Specimen]) -> Array:
        """`take`, after a look at what is needed, held to its shape.

        Among those who evolved some may have no link at all, and get NaN; a network given as such is refused.
        """
        for specimen in specimens:
            if self.needs_genome and (specimen.genome is None or specimen.problem is None):
                raise MeasureError(
                    f"{specimen.name}: {self.kind} looks at what a genome computes; a network alone is not enough. "
                    f"Measure a run, or a netlist with --scenario"
                )
            if self.needs_directions and not specimen.network.directed:
                raise MeasureError(
                    f"{specimen.name}: is undirected, and {self.kind} looks at which way links lead. Give a directed "
                    f"network, or measure without directions: q (directed: false), q_m, n_cut"
                )
            if specimen.genome is None and not any(a != b for a, b in specimen.network.edges):
                raise MeasureError(
                    f"{specimen.name}: {self.kind} is not defined where no two different nodes are linked"
                )
        values = np.asarray(self.take(specimens), float)
        if values.shape != (len(specimens), len(self.columns)):
            raise MeasureError(f"{self.kind}: gave {values.shape}; ({len(specimens)}, {len(self.columns)}) was wanted")
        return values

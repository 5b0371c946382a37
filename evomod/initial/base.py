"""What every beginning offers: genomes for the places of generation 0."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Self

import numpy.typing as npt
from pydantic import Field

from evomod.component import Component, Int
from evomod.errors import InputError, StoppedError
from evomod.genotypes.base import Encoding
from evomod.population import Population
from evomod.variation.base import Mutation

Array = npt.NDArray[Any]


def _no_reader(run: Path, generation: int | None, best: bool) -> tuple[int, Array]:
    raise InputError(f"a population of {run} can only be read by evomod.run; give evolve a `start` instead")


@dataclass(frozen=True)
class Founding:
    """The places to be filled, and what is known about them.

    Attributes
    ----------
    encoding : Encoding
    inputs : names of the inputs
    mutation : Mutation
        The scenario's, for neutral drift.
    seed : int
    first, n : int
        The places are first … first + n − 1.
    read_run : callable
        (folder, generation or None for the last, only the best?) to generation and genomes, uint8 (m, n_loci).
    stopped : callable
        The signal that asks for an end of long drift, or None.
    """

    encoding: Encoding
    inputs: tuple[str, ...]
    mutation: Mutation
    seed: int
    n: int
    first: int = 0
    read_run: Callable[[Path, int | None, bool], tuple[int, Array]] = _no_reader
    stopped: Callable[[], int | None] = lambda: None

    def part(self, first: int, n: int) -> Founding:
        """Some of the places."""
        return replace(self, first=self.first + first, n=n)


class Initial(Component, ABC):
    """How a population begins."""

    @abstractmethod
    def found(self, founding: Founding) -> Array:
        """Genomes uint8 (n, n_loci) of the places; InputError where there can be none."""

    @property
    def files(self) -> tuple[Path, ...]:
        """What is read from the disk; empty where the scenario says all."""
        return ()

    def pinned(self, founding: Founding) -> Self:
        """The same with the SHA-256 of what is read from the disk, so that another content is noticed later."""
        return self

    def mistake(self, encoding: Encoding, inputs: tuple[str, ...]) -> tuple[str, str] | None:
        """Why it cannot found populations of this encoding, without reading files: field and sentence."""
        return None


class Source(Initial, ABC):
    """Founders of one origin, and what became of them before generation 0."""

    drift: Annotated[Int, Field(ge=0, le=1_000_000)] = Field(
        0,
        description="Steps of neutral drift before generation 0: in each step every individual is mutated as the "
        "scenario says, and stays as it was unless it answers all cases as before.",
    )

    @abstractmethod
    def draw(self, founding: Founding) -> Array:
        """Genomes before drift."""

    def found(self, founding: Founding) -> Array:
        """Draw, then drift."""
        genomes = self.draw(founding)
        return _drifted(genomes, founding, self.drift) if self.drift else genomes


def _drifted(genomes: Array, founding: Founding, n_steps: int) -> Array:
    """Each individual on a walk of its own through the genomes that answer alike."""
    encoding, first = founding.encoding, founding.first
    size = (first + founding.n, encoding.n_loci, encoding.response_shape, 0)
    population, before = Population.empty(*size), Population.empty(*size)
    population.genomes[first:] = genomes
    encoding.evaluate(population)
    population.n_kept = first
    for step in range(n_steps):
        if (number := founding.stopped()) is not None:
            raise StoppedError(f"stopped after {step:,} of {n_steps:,} steps of drift, before generation 0", number)
        before.storage[:], before.responses[:] = population.storage, population.responses
        before.settled[:], before.effective[:] = population.settled, population.effective
        population.changed[:] = 0
        population.generation = (1 << 32) - 1 - step  # no run gets there: these draws are nobody else's
        founding.mutation.mutate(encoding, population, founding.seed)
        encoding.evaluate(population)
        back = (encoding.answers(population) != encoding.answers(before)).any(axis=(1, 2, 3))
        for old, new in (
            (before.storage, population.storage),
            (before.responses, population.responses),
            (before.settled, population.settled),
            (before.effective, population.effective),
        ):
            new[back] = old[back]
    return population.genomes[first:].copy()

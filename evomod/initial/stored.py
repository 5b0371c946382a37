"""Founders that lie on the disk: circuits in netlist files, populations of other runs."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Literal, Self, cast

import numpy as np
from pydantic import BeforeValidator, Field

from evomod.component import AsTuple, Int
from evomod.errors import InputError
from evomod.genotypes.base import Encoding
from evomod.genotypes.circuit import CircuitEncoding
from evomod.initial.base import Array, Founding, Source
from evomod.netlists.formats import read_file

_SHA256 = Field(
    None,
    description="SHA-256 of what is read, so that another content is noticed; written into resolved.yaml by the run.",
)


def _listed(node: object) -> object:
    return [node] if isinstance(node, str) else node


class CircuitFiles(Source):
    """Circuits from netlist files (JSON, BLIF, Verilog, DOT, GraphML), in equal shares."""

    kind: Literal["file"] = "file"
    path: Annotated[
        tuple[str, ...], Field(min_length=1), AsTuple, BeforeValidator(_listed, json_schema_input_type=str | list[str])
    ] = Field(description="One file or several, relative to the folder in which the command is given.")
    sha256: str | None = _SHA256

    @property
    def files(self) -> tuple[Path, ...]:
        """The netlists."""
        return tuple(Path(path) for path in self.path)

    def mistake(self, encoding: Encoding, inputs: tuple[str, ...]) -> tuple[str, str] | None:
        """Wires between any gates."""
        if not isinstance(encoding, CircuitEncoding):
            return "kind", "`file` reads netlists, whose wires only the genotype `circuit` can have; use {kind: random}"
        return None

    def pinned(self, founding: Founding) -> Self:
        """By the genomes that the files give."""
        rows = self._rows(founding)
        _check(rows, self.sha256, ", ".join(self.path))
        return self.model_copy(update={"sha256": _digest(rows)})

    def draw(self, founding: Founding) -> Array:
        """In turn, until all places are filled."""
        rows = self._rows(founding)
        _check(rows, self.sha256, ", ".join(self.path))
        return rows[np.arange(founding.n) % len(rows)]

    def _rows(self, founding: Founding) -> Array:
        encoding = cast(CircuitEncoding, founding.encoding)
        return np.array([_placed(encoding, path, founding.inputs) for path in self.files])


class RunPopulation(Source):
    """The population of another run, or copies of its best individual."""

    kind: Literal["run"] = "run"
    path: str = Field(
        min_length=1, description="Folder of the run, relative to the folder in which the command is given."
    )
    generation: Literal["last"] | Annotated[Int, Field(ge=0)] = Field(
        "last", description="Generation to take, or `last`."
    )
    who: Literal["all", "best"] = Field(
        "all",
        description="Everybody in rank of places, over and over or cut off if the sizes differ; or the best alone.",
    )
    sha256: str | None = _SHA256

    @property
    def files(self) -> tuple[Path, ...]:
        """The run folder."""
        return (Path(self.path),)

    def pinned(self, founding: Founding) -> Self:
        """By the genomes, and by the number of the last generation: the run may be going on."""
        number, rows = self._read(founding)
        _check(rows, self.sha256, self.path)
        return self.model_copy(update={"sha256": _digest(rows), "generation": number})

    def draw(self, founding: Founding) -> Array:
        """Made again from that run's log."""
        _, rows = self._read(founding)
        _check(rows, self.sha256, self.path)
        return rows[np.arange(founding.n) % len(rows)]

    def _read(self, founding: Founding) -> tuple[int, Array]:
        generation = None if self.generation == "last" else self.generation
        number, rows = founding.read_run(Path(self.path), generation, self.who == "best")
        n_loci = founding.encoding.n_loci
        if rows.shape[1] != n_loci or founding.encoding.illegal(rows):
            raise InputError(
                f"initial: the genomes of {self.path} have {rows.shape[1]} loci of other ranges than the "
                f"{n_loci} here; inputs, outputs and genotype of the two scenarios must be the same"
            )
        return number, rows


def _placed(encoding: CircuitEncoding, path: Path, inputs: tuple[str, ...]) -> Array:
    circuit = read_file(path)
    try:
        return encoding.genome_of(circuit, inputs)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def _digest(rows: Array) -> str:
    return hashlib.sha256(rows.tobytes()).hexdigest()


def _check(rows: Array, expected: str | None, name: str) -> None:
    if expected not in (None, _digest(rows)):
        raise InputError(
            f"initial: {name} holds other genomes than when this scenario was resolved (its sha256 differs)"
        )

"""Plan: which scenarios are run, with which seeds; a value without a file or a process in it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from evomod.errors import EvomodError, InputError
from evomod.runner import pinned
from evomod.scenario import Scenario, check_name

Keep = Literal["runs", "table"]
Level = str | int | float | bool | None

LAST_EPOCH_ENDS = 20
FAILURES = 10
MAX_CELLS = 2_500
MAX_RUNS = 2_000_000  # of all cells together
RESULTS = ("all_solved", "best.benefit", "best.gates")


@dataclass(frozen=True)
class Cell:
    """One setting: the level of each factor, and the scenario that these make.

    Attributes
    ----------
    levels : factor → level, as they stand in the table
    scenario : Scenario
        Its seed is not used.
    """

    levels: Mapping[str, Level]
    scenario: Scenario

    @property
    def is_pinned(self) -> bool:
        """Whether nothing is read from the disk, or it is known by its SHA-256."""
        return not self.scenario.initial.files or '"sha256":null' not in self.scenario.initial.model_dump_json()

    def pinned(self) -> Cell:
        """The same with the SHA-256 of founders that are read from the disk; InputError if they cannot be read."""
        try:
            return Cell(self.levels, pinned(self.scenario))
        except (EvomodError, OSError) as error:
            raise InputError(f"{self.label}: {error}") from error

    @property
    def label(self) -> str:
        """The levels in a few words: `MVG, schedule.every=5`."""
        named = [str(level) if factor == "condition" else f"{factor}={level}" for factor, level in self.levels.items()]
        return ", ".join(named) or self.scenario.name


@dataclass(frozen=True)
class Run:
    """One run of a plan: its number, its cell's number, its seed, and its folder within the campaign's."""

    index: int
    cell: int
    seed: int
    folder: str


@dataclass(frozen=True)
class Plan:
    """Every cell, `runs` times.

    Run k is of cell k mod n_cells: whenever a campaign is stopped all cells have about as many runs, and more of them
    change no number. The seeds are the same in all cells, so that a run is what `run CELL --seed N` gives.

    Attributes
    ----------
    name : str
    cells : tuple of Cell
        All with the same factors.
    runs : int
        Replicates of each cell.
    seed : int
        That of the first replicate; the others follow.
    results : columns that are compared and drawn; the table has all that `show` has
    epoch_ends : how many of the last epoch ends of each run are in the table of epoch ends, or 'all'
    keep : 'runs', or only the 'table': then a run's folder is deleted once its results are safe
    seconds : wall time after which the campaign stops, resumable; None for no limit
    failures : so many failed runs in a row stop it: then something is wrong with all of them

    Raises
    ------
    InputError
        No cells, more than 2,000,000 runs, cells with different factors or twice the same levels, or a name that no
        folder can have.
    """

    name: str
    cells: tuple[Cell, ...]
    runs: int
    seed: int = 1
    results: tuple[str, ...] = RESULTS
    epoch_ends: int | Literal["all"] = LAST_EPOCH_ENDS
    keep: Keep = "runs"
    seconds: float | None = None
    failures: int = FAILURES
    _folders: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if mistake := self._mistake():
            raise InputError(f"campaign {self.name!r}: {mistake}")
        width = len(str(len(self.cells) - 1))
        words = [
            re.sub(r"[^A-Za-z0-9.]+", "-", str(cell.levels.get("condition", ""))).strip("-.") for cell in self.cells
        ]
        names = [f"{k:0{width}}" + (f"-{word[:40]}" if word else "") for k, word in enumerate(words)]
        object.__setattr__(self, "_folders", tuple(names))

    def _mistake(self) -> str | None:
        try:
            check_name(self.name)
        except ValueError as error:
            return f"name {error}"
        if not self.cells or self.runs < 1:
            return "needs at least one cell and one run"
        if (n := self.runs * len(self.cells)) > MAX_RUNS:  # which may be more than `len` can say
            return f"would have {n:,} runs; at most {MAX_RUNS:,} are possible"
        if any(tuple(cell.levels) != self.factors for cell in self.cells):
            return "all cells must have the same factors in the same order"
        if taken := {"run", "seed", "status", "generation", "goal", *self.results} & set(self.factors):
            return f"a factor cannot be called {min(taken)}: the tables have a column of that name"
        if len({tuple(map(written, cell.levels.values())) for cell in self.cells}) < len(self.cells):
            return "two cells have the same levels"
        return None

    def __len__(self) -> int:
        return self.runs * len(self.cells)

    def __getitem__(self, index: int) -> Run:
        if not 0 <= index < len(self):
            raise IndexError(index)
        replicate, cell = divmod(index, len(self.cells))
        seed = self.seed + replicate
        return Run(index, cell, seed, f"runs/{self._folders[cell]}/s{seed}")

    @property
    def factors(self) -> tuple[str, ...]:
        """Names of what varies, in the order of the columns."""
        return tuple(self.cells[0].levels)

    def cell_name(self, cell: int) -> str:
        """What files of a cell are called."""
        return self._folders[cell]

    def digest(self) -> str:
        """Eight hex digits that tell campaigns apart: what is run, apart from how often."""
        return hashlib.sha256(json.dumps(self.identity(), sort_keys=True).encode()).hexdigest()[:8]

    def identity(self) -> dict[str, Any]:
        """What makes this campaign this one and no other, in JSON values."""
        cells = [{"levels": dict(cell.levels), "scenario": unseeded(cell.scenario)} for cell in self.cells]
        return {"name": self.name, "seed": self.seed, "cells": cells}

    def pinned(self) -> Plan:
        """The same with the SHA-256 of founders that are read from the disk, so that all runs have the same ones.

        Raises
        ------
        InputError
            If they cannot be read; names the cell.
        """
        return replace(self, cells=tuple(cell if cell.is_pinned else cell.pinned() for cell in self.cells))

    def chosen(self, only: Mapping[str, Sequence[str]], shard: tuple[int, int] = (1, 1)) -> Iterator[int]:
        """Numbers of the runs with these levels (as text; `seed` is a factor here), of shard k of n (from 1).

        A text is a level or, if there is none of that name, several with commas between them.

        Raises
        ------
        InputError
            If there is no such factor or level.
        """
        cells = self._cells(only)
        seeds = {int(seed) for text in only["seed"] for seed in text.split(",")} if "seed" in only else None
        return (
            index
            for index in range(shard[0] - 1, len(self), shard[1])
            if index % len(self.cells) in cells and (seeds is None or self[index].seed in seeds)
        )

    def _cells(self, only: Mapping[str, Sequence[str]]) -> set[int]:
        cells = set(range(len(self.cells)))
        for factor, wanted in only.items():
            if factor == "seed":
                _check_seeds(wanted, self.seed, self.runs)
                continue
            if factor not in self.factors:
                raise InputError(f"--only {factor}: no such factor; possible: {', '.join((*self.factors, 'seed'))}")
            levels = [written(cell.levels[factor]) for cell in self.cells]
            wanted = [one for text in wanted for one in ([text] if text in levels else text.split(","))]
            if absent := [level for level in wanted if level not in levels]:
                raise InputError(f"--only {factor}={absent[0]}: no such level; possible: {', '.join(_unique(levels))}")
            cells &= {k for k, level in enumerate(levels) if level in wanted}
        return cells


def unseeded(scenario: Scenario) -> dict[str, Any]:
    """A resolved scenario but for its seed."""
    return {key: value for key, value in scenario.resolved().items() if key != "seed"}


def written(level: object) -> str:
    """A level as tables and options have it."""
    return level if isinstance(level, str) else json.dumps(level)


def _unique(items: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(items))


def _check_seeds(wanted: Sequence[str], first: int, runs: int) -> None:
    for seed in (seed for text in wanted for seed in text.split(",")):
        if not (seed.isdecimal() and first <= int(seed) < first + runs):
            raise InputError(f"--only seed={seed}: no such seed; they are {first} to {first + runs - 1}")

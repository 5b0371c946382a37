"""Whether what a log holds can be: tables of the right shape, one run in all segments, numbers that mean something.

What was read is used as addresses into arrays; what is wrong is said in a sentence before that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt

from evomod.errors import InputError, LogError
from evomod.lineage.schema import SURVIVAL_STEP, Layout
from evomod.lineage.segment import reading

Array = npt.NDArray[Any]
MAY_CHANGE = ("generations", "stop")  # of a scenario, when a run is resumed


def damaged(path: Path, what: str) -> LogError:
    """What to raise when a file, or a folder, holds what cannot be."""
    return LogError(f"{path}: the log is damaged: {what}")


def check_tables(path: Path, file: h5py.File, layout: Layout) -> None:
    """LogError if a dataset of a segment is not of the type and shape that the layout says."""
    with reading(path):
        for name, (dtype, shape) in _tables(layout).items():
            if name in file and not _alike(file[name].dtype, dtype):
                raise damaged(path, f"{name} does not have the columns or the type of a log such as this")
            if name in file and file[name].shape[1:] != shape:
                raise damaged(path, f"rows of {name} are {file[name].shape[1:]}, not {shape}")


def _tables(layout: Layout) -> dict[str, tuple[np.dtype[Any], tuple[int, ...]]]:
    """Types and shapes of rows."""
    everybody = (layout.population,)
    return {
        "generations": (layout.generation_dtype, ()),
        "champions": (layout.champion_dtype, ()),
        "epoch_ends": (layout.champion_dtype, ()),
        "snapshots/generation": (np.dtype(np.uint32), ()),
        "snapshots/genomes": (np.dtype(np.uint8), (*everybody, layout.n_loci)),
        "births/parents": (layout.place, everybody),
        "births/second_parents": (layout.place, everybody),
        "births/survivors": (layout.birth_dtype, ()),
        "fronts": (layout.front_dtype, ()),
        **{f"measures/{name}": (layout.measure_dtype(name), ()) for name in layout.measures},
    }


def _alike(found: np.dtype[Any], expected: np.dtype[Any]) -> bool:
    """A newer minor format may have more columns."""
    if expected.names is None or found.names is None:
        return found == expected
    return all(name in found.names and found[name] == expected[name] for name in expected.names)


def check_same_run(path: Path, attributes: Mapping[str, Any], first: Path, firsts: Mapping[str, Any]) -> None:
    """LogError if a segment is not of the run that the first one is of."""
    for name in ("seed", "layout", "scenario"):
        with reading(path):
            own = json.loads(str(attributes[name]))
        with reading(first):
            others = json.loads(str(firsts[name]))
        if not _agree(own, others):
            raise LogError(
                f"{path}: is of another run than {first.name}: its {name} is not the same; move it elsewhere"
            )


def _agree(one: Any, other: Any) -> bool:
    """Of mappings only what both say: a newer version says more."""
    if not (isinstance(one, dict) and isinstance(other, dict)):
        return bool(one == other)
    return all(_agree(one[key], other[key]) for key in one.keys() & other.keys() - set(MAY_CHANGE))


def check_order(path: Path, name: str, generations: Array) -> None:
    """LogError if the rows of a table are not in order of generations."""
    if (generations[1:] < generations[:-1]).any():
        raise damaged(path, f"{name} is not in order of generations")


def check_numbers(path: Path, name: str, rows: Array, layout: Layout) -> None:
    """LogError if rows name places or goals that there are not."""
    limits = {"place": layout.population, "best": layout.population, "goal": len(layout.goals)}
    for column, limit in limits.items():
        if column in (rows.dtype.names or ()) and len(wrong := np.flatnonzero(rows[column] >= limit)):
            row = rows[wrong[0]]
            when = f"generation {row['generation']}, but they are 0 to {limit - 1}"
            raise damaged(path, f"{name} has {column} {row[column]} in {when}")


def check_genomes(path: Path, name: str, genomes: Array, alleles: Array) -> None:
    """LogError if a genome, uint8 (n, n_loci), has an allele that there is not."""
    if len(wrong := np.argwhere(genomes >= alleles)):
        row, locus = wrong[0]
        raise damaged(path, f"genome {row} of {name} has an illegal allele at locus {locus}")


def check_recent(path: Path, recent: Mapping[str, Array], layout: Layout, n_generations: int) -> None:
    """LogError if the births that are too young to be decided are not those up to the end of the log."""
    names: Sequence[str] = ("recent_parents", "recent_second_parents") if layout.sexual else ("recent_parents",)
    if missing := [name for name in ("recent_first", *names) if name not in recent]:
        raise damaged(path, f"{missing[0]} is not there")
    first = int(recent["recent_first"])
    if first < 1 or (first - 1) % SURVIVAL_STEP or first > n_generations:
        raise damaged(path, f"recent_first is {first}")
    for name in names:
        births = recent[name]
        if births.dtype != layout.place or births.shape[1:] != (layout.population,):
            raise damaged(path, f"{name} is {births.dtype} {births.shape}, not a place for each of {layout.population}")
        if first + len(births) < n_generations:
            raise damaged(path, f"{name} ends with generation {first + len(births) - 1}, before the log does")


def whole(number: Any, what: str) -> int:
    """A whole number, NumPy's included; InputError if it is none, `what` it should be."""
    if isinstance(number, bool | np.bool_) or not isinstance(number, int | np.integer):
        raise InputError(f"{what} is a whole number [got {number!r}]")
    return int(number)

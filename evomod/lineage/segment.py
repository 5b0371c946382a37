"""One segment of a lineage log: an HDF5 file, finished, killed or still being written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt

from evomod.errors import LogError
from evomod.lineage.schema import FORMAT, VERSION

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Segment:
    """One file, and the generations for which it is the one to ask: `first` … `stop` − 1."""

    path: Path
    file: h5py.File
    first: int
    stop: int


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Whatever goes wrong with the contents of a file, a LogError that names it."""
    try:
        yield
    except (LookupError, ValueError, TypeError, AttributeError, OSError, RuntimeError) as error:
        raise LogError(f"{path}: is not a lineage log, or is damaged ({error})") from error


def open_segment(path: Path) -> h5py.File:
    """A segment for reading, also one that is being written; LogError if it is none, or too new."""
    try:
        file = h5py.File(path, "r", swmr=_is_open(path))
    except PermissionError as error:
        raise LogError(f"{path}: cannot be read: no permission") from error
    except OSError as error:
        raise LogError(
            f"{path}: cannot be opened as HDF5: it is truncated, damaged or something else ({error})"
        ) from error
    with reading(path):
        known, version = file.attrs.get("format") == FORMAT, file.attrs.get("version", VERSION)
        major, minor = (int(v) for v in version)
    if not known:
        file.close()
        raise LogError(f"{path}: is an HDF5 file, but no lineage log of evomod")
    if major > VERSION[0]:
        file.close()
        raise LogError(
            f"{path}: is a lineage log of format {major}.{minor}; this evomod reads up to {VERSION[0]}.x: "
            f"install a newer one (in its folder: pip install .)"
        )
    return file


def _is_open(path: Path) -> bool:
    """Is a segment being written, or was its writer killed? OSError if it was cut short since.

    HDF5 compares the size of a file with what its superblock says, except in SWMR mode, where it would wait for the
    rest for ever. It extends a segment before the superblock says so.
    """
    with path.open("rb") as file:
        head, size = file.read(48), os.fstat(file.fileno()).st_size
    if len(head) < 48 or head[8] != 3 or not head[11]:  # version 3; flags: not closed
        return False
    if size < (end := int.from_bytes(head[28:36], "little")):
        raise OSError(f"truncated file: {size} bytes of {end}")
    return True


def n_valid(file: h5py.File, first: int) -> int:
    """Rows that were completely written: a kill may leave room for more than came."""
    births = [name for name in ("births/parents", "births/second_parents") if name in file]
    n = min(file[name].shape[0] for name in ("generations", "timing/seconds", *births))
    generations = file["generations"]["generation"][:n]
    wrong = np.nonzero(generations != first + np.arange(n))[0]
    return int(wrong[0]) if len(wrong) else n


def dataset_names(file: h5py.File) -> list[str]:
    """Paths of all datasets."""
    names: list[str] = []
    file.visititems(lambda name, node: names.append(name) if isinstance(node, h5py.Dataset) else None)
    return names


def recent_births(file: h5py.File) -> dict[str, Array]:
    """Births too young to be decided, where a merged file has them: see `Survivors.state`."""
    births = file.get("births", {})
    recent = {name: births[name][()] for name in births if name.startswith("recent_")}
    if recent and "recent_first" in births.attrs:
        recent["recent_first"] = np.array(births.attrs["recent_first"])
    return recent

"""What the log needs of the disk that it lies on."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import h5py

from evomod.errors import RunFolderError
from evomod.lineage.folder import locked
from evomod.lineage.writer import SPARE_BYTES


def hdf5_version() -> str:
    """Of the HDF5 library that h5py was built with."""
    return str(h5py.version.hdf5_version)


def free_bytes(folder: Path) -> tuple[int, bool]:
    """What is free on the folder's disk, and whether a log would be begun there."""
    free = shutil.disk_usage(folder).free
    return free, free > SPARE_BYTES


def lock_mistake(folder: Path) -> str | None:
    """Why no run could be kept below this folder: it cannot be written, or files cannot be locked there."""
    try:
        with tempfile.TemporaryDirectory(prefix=".evomod-", dir=folder) as inside, locked(Path(inside)):
            return None
    except OSError as error:
        return f"cannot be written ({error.strerror})"
    except RunFolderError as error:
        return str(error)

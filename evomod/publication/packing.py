"""ZIP files that are the same bytes for the same contents, with a manifest; all of it or nothing."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from evomod.errors import InputError
from evomod.lineage.export.aside import new_file

Content = Path | Callable[[], bytes]
MANIFEST = "MANIFEST.sha256"
_COMPRESSED = (".h5", ".npz", ".png", ".gif", ".mp4", ".pdf", ".zip")  # in themselves
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # ZIP's own beginning: when a file was packed is nothing that it says


def pack(contents: Mapping[str, Content], out: Path, top: str) -> None:
    """Write a ZIP file with one folder, `top`, in which are the contents by name and a manifest of their SHA-256.

    `sha256sum -c MANIFEST.sha256`, in the folder, checks all of them.

    Raises
    ------
    InputError
        `out` is there already, or cannot be written, or a file cannot be read.
    """
    with new_file(out) as aside, aside.open("xb") as file:
        with ZipFile(file, "w") as archive:
            sums = [f"{_add(archive, top, name, contents[name])}  {name}\n" for name in sorted(contents)]
            _add(archive, top, MANIFEST, "".join(sums).encode)
        file.flush()
        os.fsync(file.fileno())


def _add(archive: ZipFile, top: str, name: str, content: Content) -> str:
    """Add a file; its SHA-256 in hex."""
    entry = ZipInfo(f"{top}/{name}", _LONG_AGO)
    entry.compress_type = ZIP_STORED if name.endswith(_COMPRESSED) else ZIP_DEFLATED
    entry.create_system, entry.external_attr = 3, 0o644 << 16  # a plain file of Unix, wherever it was packed
    try:
        source = content.open("rb") if isinstance(content, Path) else io.BytesIO(content())
    except OSError as error:
        raise InputError(f"{content}: cannot be packed ({error.strerror or error})") from error
    sha256 = hashlib.sha256()
    with source, archive.open(entry, "w", force_zip64=_size(source) > 1 << 31) as target:
        while block := source.read(1 << 20):
            sha256.update(block)
            target.write(block)
    return sha256.hexdigest()


def _size(file: BinaryIO) -> int:
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    return size

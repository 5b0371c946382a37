"""A new file, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evomod.errors import InputError


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """A name to write to; the file appears as `path` once all went well, and otherwise nothing does.

    Raises
    ------
    InputError
        If `path` is there already, or cannot be written.
    """
    refuse_existing(path)
    aside = path.with_name(path.name + ".part")
    try:
        yield aside
        aside.replace(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror or error}); choose another --out") from error
    finally:
        aside.unlink(missing_ok=True)


def refuse_existing(path: Path) -> None:
    """InputError if the path is taken: nothing is overwritten."""
    if path.exists():
        raise InputError(f"{path}: is there already; choose another --out")

"""A file whole or not at all, at a name that nobody else has taken."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from evomod.errors import InputError


@contextmanager
def new_file(path: Path, *, force: bool = False, or_else: str = "") -> Iterator[Path]:
    """A name to write to; the file appears as `path` once all went well, and otherwise nothing does.

    Of several who write to one path at once, the first to end has it, and the others get an InputError.

    Parameters
    ----------
    path, force, or_else
        As `check_file` has them; with `force`, what is there is replaced in one go.

    Raises
    ------
    InputError
        If there can be no such file, or it cannot be written.
    """
    check_file(path, force=force, or_else=or_else)
    aside = path.with_name(f".{os.getpid()}-{secrets.token_hex(4)}.part")  # short, however long the name is
    try:
        yield aside
        if not force:
            path.open("xb").close()  # takes the name, or fails where somebody was faster
        aside.replace(path)
    except FileExistsError as error:
        raise _taken(path, or_else) from error
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror or error}); choose another --out") from error
    finally:
        aside.unlink(missing_ok=True)


def check_file(path: Path, *, force: bool = False, or_else: str = "") -> None:
    """Look before work begins whether a file can be made.

    Parameters
    ----------
    path : Path
        Its folder exists.
    force : bool
        A plain file may be there, which is to be replaced. Links, devices, pipes and folders never are.
    or_else : str
        Another way out than --out, for the message.

    Raises
    ------
    InputError
        If something is there, or the name or the folder is none.
    """
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        if not path.parent.is_dir():
            raise InputError(f"{path}: is in a folder that does not exist; choose another --out") from None
        return
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}); choose another --out") from error
    if not stat.S_ISREG(mode):
        what = "folder" if stat.S_ISDIR(mode) else "link" if stat.S_ISLNK(mode) else "device or a pipe"
        raise InputError(f"{path}: is a {what}, which no file can replace; choose another --out")
    if not force:
        raise _taken(path, or_else)


def _taken(path: Path, or_else: str) -> InputError:
    return InputError(f"{path}: is there already; choose another --out{or_else}")

"""The run folder: one run, one writer, nothing overwritten."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from evomod.errors import InUseError, LogError, RunFolderError

LOCK = "run.lock"
EVENTS = "events.jsonl"


@contextmanager
def locked(folder: Path, name: str = LOCK) -> Iterator[None]:
    """Hold a folder for writing. InUseError if another process does, naming host and process.

    An advisory lock of the kernel, which dies with the process; and, as such locks are unreliable on network file
    systems, the name of the holder in the file, which is believed when it is another host. A job that the cluster
    queued again, on whichever host, takes back what it held.
    """
    path = folder / name
    me = {"host": socket.gethostname(), "pid": os.getpid()} | _job()
    with _grasped(path) as file:
        holder = _holder(file.read())
        if holder and holder.get("host") != me["host"] and not _earlier(holder, me):
            raise InUseError(_in_use(folder, holder) + f". If it no longer runs there, delete {path}")
        try:
            file.seek(0)
            file.truncate()
            file.write(json.dumps(me).encode())
        except OSError as error:
            raise cannot_write(path, error) from error
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def _job() -> dict[str, Any]:
    """What SLURM calls this job, if it is one, and how often it was queued again."""
    job = os.environ.get("SLURM_JOB_ID")
    return {"job": job, "restarts": int(os.environ.get("SLURM_RESTART_COUNT", "0"))} if job else {}


def _earlier(holder: dict[str, Any], me: dict[str, Any]) -> bool:
    """Was the holder this very job before it was queued again? Then it no longer runs."""
    same = "job" in me and holder.get("job") == me["job"]
    return same and holder.get("restarts", 0) < me["restarts"]


def is_locked(folder: Path, name: str = LOCK) -> bool:
    """Is somebody writing to the folder now, as far as this machine can tell?"""
    try:
        holder = _holder((folder / name).read_text())
        if holder.get("host") == socket.gethostname():
            os.kill(holder["pid"], 0)
    except PermissionError:
        return True  # it runs, as somebody else
    except (OSError, KeyError, TypeError):  # nobody, or a file that is not ours
        return False
    return bool(holder)


def _grasped(path: Path) -> IO[bytes]:
    """The lock file, opened, without a buffer, and locked."""
    while True:
        try:
            file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+b", buffering=0)
        except OSError as error:
            raise RunFolderError(
                f"{path}: cannot be written ({error.strerror}); choose another folder with --out"
            ) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(file.fileno()), path.stat()):
                    return file
        except BlockingIOError as error:
            with file:
                raise InUseError(_in_use(path.parent, _holder(file.read()))) from error
        except OSError as error:
            file.close()
            raise RunFolderError(
                f"{path}: cannot be locked ({error.strerror}); use a folder on another disk"
            ) from error
        file.close()  # its holder let go of it, and deleted it, after we had opened it


def _holder(text: str | bytes) -> dict[str, Any]:
    try:
        holder = json.loads(text)
    except ValueError:
        return {}
    return holder if isinstance(holder, dict) else {}


def _in_use(folder: Path, holder: dict[str, Any]) -> str:
    who = f"process {holder['pid']} on {holder['host']}" if holder.keys() >= {"pid", "host"} else "another process"
    return f"{folder}: is in use by {who}; only one process at a time may write to it"


def log_event(folder: Path, event: str, file_name: str = EVENTS, /, **details: Any) -> None:
    """Append a line to `events.jsonl`: what happened, when (UTC), and details."""
    line = json.dumps({"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event, **details})
    path = folder / file_name
    try:
        with path.open("ab+") as file:
            if file.tell():
                file.seek(-1, os.SEEK_END)
                line = line if file.read() == b"\n" else "\n" + line  # the last line was cut short by a kill
            file.write(f"{line}\n".encode())
    except OSError as error:
        raise cannot_write(path, error) from error


def read_events(folder: Path) -> list[dict[str, Any]]:
    """All events so far; a line cut short by a kill is left out."""
    path = folder / EVENTS
    events = []
    for line in path.read_text(errors="replace").splitlines() if path.exists() else ():
        if event := _holder(line):
            events.append(event)
    return events


def set_aside(folder: Path) -> Path:
    """Rename a folder out of the way; nothing is ever deleted."""
    stamp, folder = time.strftime("%Y%m%d-%H%M%S"), folder.resolve()
    if not folder.name:
        raise RunFolderError(f"{folder}: cannot be moved aside; choose another folder with --out")
    aside, k = folder.with_name(f"{folder.name}.aside-{stamp}"), 1
    while aside.exists():
        k += 1
        aside = folder.with_name(f"{folder.name}.aside-{stamp}-{k}")
    try:
        return folder.rename(aside)
    except OSError as error:
        raise RunFolderError(
            f"{folder}: cannot be moved aside ({error.strerror}); choose another folder with --out"
        ) from error


def segment_paths(folder: Path) -> list[Path]:
    """The files of the lineage log, in order."""
    return sorted(folder.glob("lineage.[0-9][0-9][0-9][0-9].h5"))


def replace_file(path: Path, content: bytes) -> None:
    """Write a file so that at any moment either the old or the new content stands there, also after a power loss."""
    beside = path.with_name(path.name + ".new")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise cannot_write(path, error) from error


def cannot_write(path: Path, error: BaseException) -> LogError:
    """What to say when a file of a run folder could not be written."""
    full = getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT)
    if full or "No space left" in str(error) or f"errno = {errno.ENOSPC}" in str(error):
        return LogError(
            f"{path}: the disk is full; everything up to the last block is safe. "
            f"Free some space, then: python -m evomod resume {path.parent}"
        )
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return LogError(f"{path}: cannot be written ({reason}); everything up to the last block is safe")

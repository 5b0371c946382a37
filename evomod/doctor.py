"""What this machine has of what evomod needs, what is missing, and how to get it."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

MINIMUM = (3, 11)
# The dependencies of pyproject.toml, and Numba's own compiler.
REQUIRED = (
    *("numpy", "numba", "llvmlite", "scipy", "h5py", "networkx", "matplotlib"),
    *("pillow", "pydantic", "pyyaml", "rich", "shtab"),
)
# In the folder of the checkout.
OPTIONAL = {
    "torch": "pip install '.[train]' (without a GPU, first: pip install torch==2.13.0)",
    "distributed": "pip install '.[cluster]'",
    "dask-jobqueue": "pip install '.[cluster]'",
    "deap": "pip install '.[deap]'",
    "tskit": "pip install '.[phylogeny]'",
    "pandas": "pip install '.[tables]'",
}
# Programs by their names, how to ask for their version, and Debian's package.
PROGRAMS: tuple[tuple[tuple[str, ...], str | None, str], ...] = (
    (("yosys",), "-V", "yosys"),
    (("berkeley-abc", "abc"), None, "berkeley-abc"),
    (("ffmpeg",), "-version", "ffmpeg"),
    (("dot",), "-V", "graphviz"),
)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    what, state : str
    fine : bool
    required : bool
        Without it evomod does not work.
    remedy : str
        What to do about it; empty where nothing is to be done.
    """

    what: str
    state: str
    fine: bool = True
    required: bool = False
    remedy: str = ""


def examine(folder: Path) -> list[Finding]:
    """Look at everything; `folder` is where runs would be kept."""
    return [*_python(), *_packages(), *_programs(), *_compiler(), *_disk(folder)]


def healthy(findings: list[Finding]) -> bool:
    """Is all fine that is required?"""
    return all(finding.fine for finding in findings if finding.required)


def as_text(findings: list[Finding]) -> str:
    """A table for people; what is not fine is marked."""
    width = max(len(finding.what) for finding in findings)
    lines = []
    for finding in findings:
        mark = " " if finding.fine else "!" if finding.required else "-"
        remedy = f": {finding.remedy}" if finding.remedy else ""
        lines.append(f"{mark} {finding.what:<{width}}  {finding.state}{remedy}")
    verdict = "all that is required is fine" if healthy(findings) else "what is marked with ! is required"
    return "\n".join([*lines, verdict])


def _python() -> Iterator[Finding]:
    from evomod.lineage.provenance import software

    least = ".".join(map(str, MINIMUM))
    remedy = "" if sys.version_info >= MINIMUM else f"install Python {least} or newer"
    yield Finding("Python", platform.python_version(), not remedy, True, remedy)
    yield Finding("platform", f"{platform.system()} {platform.release()}, {platform.machine()}, {os.cpu_count()} CPUs")
    made = software()
    commit = (
        f", commit {made['git_commit']}" + (", changed since" if made["git_dirty"] else "")
        if made.get("git_commit")
        else ""
    )
    yield Finding("evomod", f"{made['version'] or 'not installed, used from a checkout'}{commit}")


def _packages() -> Iterator[Finding]:
    for name in REQUIRED:
        yield _package(name, True, f"pip install {name}")
    for name, remedy in OPTIONAL.items():
        yield _package(name, False, remedy)


def _package(name: str, required: bool, remedy: str) -> Finding:
    try:
        return Finding(name, metadata.version(name), required=required)
    except metadata.PackageNotFoundError:
        return Finding(name, "missing", False, required, remedy)


def _programs() -> Iterator[Finding]:
    for names, question, package in PROGRAMS:
        path = next((path for name in names if (path := shutil.which(name))), None)
        if path:
            yield Finding(names[0], _version_of(path, question) or path)
        else:
            yield Finding(names[0], "missing", False, remedy=f"apt install {package}")


def _version_of(path: str, question: str | None) -> str:
    if question is None:
        return ""
    try:
        done = subprocess.run([path, question], capture_output=True, text=True, timeout=10, errors="replace")  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return ""
    found = re.search(r"\d+(\.\d+)+\S*", done.stdout + done.stderr)
    return found.group() if found else ""


def _compiler() -> Iterator[Finding]:
    try:
        from evomod import byte_vector, kernel
    except (ImportError, OSError, RuntimeError) as error:
        yield Finding(
            "compiler", f"does not start ({error})", False, True, "pip install --upgrade numba llvmlite numpy"
        )
        return
    if not kernel.JIT:
        yield Finding("compiler", "switched off: very slow", False, remedy="unset NUMBA_DISABLE_JIT")
    folder = kernel.cache_folder()
    writable = _writable(folder)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) if folder.exists() else 0
    state = f"{folder}, {size / 1e6:.1f} MB" + ("" if writable else ", cannot be written")
    remedy = "" if writable else "set NUMBA_CACHE_DIR to a folder that can be written"
    yield Finding("compiled code", state, writable, True, remedy)
    cold = kernel.JIT and kernel.is_cold()
    yield Finding(
        "kernels", "not compiled yet" if cold else "compiled", not cold, remedy="python -m evomod warmup" * cold
    )
    fast = byte_vector.available()
    state = "yes" if fast else "no: circuits of up to 16 nodes are evaluated more slowly"
    yield Finding("AVX2", state, fast)


def _writable(folder: Path) -> bool:
    there = next(path for path in (folder, *folder.parents) if path.exists())
    return os.access(there, os.W_OK)


def _disk(folder: Path) -> Iterator[Finding]:
    try:
        from evomod.lineage.disk import free_bytes, hdf5_version, lock_mistake
    except (ImportError, OSError, RuntimeError) as error:
        yield Finding("HDF5", f"the log cannot be loaded ({error})", False, True, "pip install --upgrade h5py")
        return
    yield Finding("HDF5", hdf5_version())
    mistake = lock_mistake(folder)
    remedy = "keep runs on another disk, with --out" if mistake else ""
    yield Finding("runs here", mistake or "can be written and locked", not mistake, True, remedy)
    free, enough = free_bytes(folder)
    remedy = "" if enough else "free some space, or keep runs on another disk, with --out"
    yield Finding("free disk space here", f"{free / 1e9:,.1f} GB", enough, True, remedy)

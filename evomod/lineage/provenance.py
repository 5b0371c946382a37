"""What made a result: software, parameters, environment and resources, in tskit's form."""

from __future__ import annotations

import os
import platform
import resource
import subprocess
import sys
import time
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

SCHEMA_VERSION = "1.0.0"  # of tskit's provenance schema
LIBRARIES = ("numpy", "numba", "llvmlite", "h5py", "pydantic", "PyYAML", "scipy", "deap")


def provenance(parameters: dict[str, Any]) -> dict[str, Any]:
    """Provenance as of now; `resources` are filled in again when a run ends."""
    return {
        "schema_version": SCHEMA_VERSION,
        "software": software(),
        "parameters": {"command": sys.argv[0:1] + sys.argv[1:], **parameters},
        "environment": environment(),
        "resources": resources(),
    }


@cache  # a process of a campaign makes many runs
def environment() -> dict[str, Any]:
    """Operating system, Python, libraries and machine of this process."""
    return {
        "os": {"system": platform.system(), "release": platform.release(), "machine": platform.machine()},
        "python": {"implementation": platform.python_implementation(), "version": platform.python_version()},
        "libraries": {name: {"version": _version(name)} for name in LIBRARIES},
        "cpu": _cpu(),
        "host": platform.node(),
    }


@cache
def software() -> dict[str, Any]:
    """Name and version of this package, and the commit and dirty flag of its checkout, if it lies in one."""
    return {"name": "evomod", "version": _version("evomod"), **_git()}


def resources(started: float | None = None) -> dict[str, float]:
    """Seconds and bytes that this process has used; elapsed since `started` (`time.monotonic`)."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    elapsed = {} if started is None else {"elapsed_time": time.monotonic() - started}
    return {
        **elapsed,
        "user_time": usage.ru_utime,
        "sys_time": usage.ru_stime,
        "max_memory": usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024),
    }


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _git() -> dict[str, Any]:
    """Commit and dirty flag of the checkout that the package lies in; nothing for an installed one."""
    here = Path(__file__).resolve().parent

    def git(*arguments: str) -> str | None:
        try:
            done = subprocess.run(  # noqa: S603
                ["git", "-C", str(here), *arguments],  # noqa: S607
                capture_output=True,
                text=True,
                timeout=5,
                check=True,
                env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
            )
        except (OSError, subprocess.SubprocessError):
            return None
        return done.stdout.strip()

    if git("ls-files", "--error-unmatch", __file__) is None:
        return {}
    return {"git_commit": git("rev-parse", "HEAD"), "git_dirty": bool(git("status", "--porcelain", "--", ".."))}


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")

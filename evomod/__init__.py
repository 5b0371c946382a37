"""evomod: where does modularity come from?

The public names. Each is loaded when it is first used, so that `import evomod` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evomod.circuit import Circuit
    from evomod.engines import evolve
    from evomod.errors import EvomodError
    from evomod.lineage.reader import LineageReader
    from evomod.problem import Problem
    from evomod.runner import open_run, resume, run
    from evomod.scenario import Scenario, load, loads

__all__ = [
    "Circuit",
    "EvomodError",
    "LineageReader",
    "Problem",
    "Scenario",
    "evolve",
    "load",
    "loads",
    "open_run",
    "resume",
    "run",
]

_HOME = {
    "Circuit": "circuit",
    "EvomodError": "errors",
    "LineageReader": "lineage.reader",
    "Problem": "problem",
    "Scenario": "scenario",
    "evolve": "engines",
    "load": "scenario",
    "loads": "scenario",
    "open_run": "runner",
    "resume": "runner",
    "run": "runner",
}

try:
    __version__ = version("evomod")
except PackageNotFoundError:  # used from a checkout that was never installed
    __version__ = "0+unknown"


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"evomod.{_HOME[name]}"), name)
    raise AttributeError(f"module 'evomod' has no attribute {name!r}")

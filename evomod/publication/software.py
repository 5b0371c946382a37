"""What made the runs, from their provenance: software, versions, and what is to be cited for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from evomod.publication.bibliography import Reference, evomod
from evomod.publication.sentences.words import code, listed

Node = dict[str, Any]


@dataclass(frozen=True)
class Software:
    """A paragraph on software, and evomod itself as a work that is cited."""

    text: str
    reference: Reference


def software(stretches: Sequence[Node], engines: Iterable[str]) -> Software:
    """What runs on these engines were made with; every version that had a part in it is named."""
    version = listed(_each(stretches, "software", "version") or ["of an unknown version"])
    commits = [commit[:12] for commit in _each(stretches, "software", "git_commit")]
    dirty = any(_at(stretch, "software", "git_dirty") for stretch in stretches)
    commit = f" (git commit {listed(commits)}{', with changes' if dirty else ''})" if commits else ""

    def library(title: str, name: str, key: str) -> str:
        versions = listed(_each(stretches, "environment", "libraries", name, "version"))
        return f"{title}{'' if versions == 'none' else f' {versions}'} [@{key}]"

    python = listed(_each(stretches, "environment", "python", "version"))
    ran = {
        "evomod": f"was compiled with {library('Numba', 'numba', 'Lam2015')}",
        "deap": f"ran on {library('DEAP', 'deap', 'Fortin2012')} with the operators described",
    }
    evolved = listed((ran[engine] for engine in engines), "or")
    text = (
        f"Runs were made with evomod {version}{commit} [@evomod]{'' if python == 'none' else f', Python {python}'} and "
        f"{library('NumPy', 'numpy', 'Harris2020')}; evolution {evolved}, and was logged to HDF5 with "
        f"{library('h5py', 'h5py', 'Collette2013')}. Random numbers came from Philox 4x32-10 [@Salmon2011] as a "
        "function of seed, generation, individual and purpose, so that the same scenario and seed give the same run."
    )
    return Software(text + _own(stretches), evomod(version, listed(commits) if commits else ""))


def _each(stretches: Iterable[Node], *path: str) -> list[str]:
    """The different values at a key path, in order."""
    found: list[str] = []
    for stretch in stretches:
        value = _at(stretch, *path)
        if isinstance(value, str):
            found.append(value)
    return list(dict.fromkeys(found))


def _at(stretch: Any, *path: str) -> Any:
    """The value at a key path; None where there is none, as in a file that somebody changed."""
    for key in path:
        stretch = stretch.get(key) if isinstance(stretch, dict) else None
    return stretch


def _own(stretches: Iterable[Node]) -> str:
    """Components that users brought along, by the hash of their source."""
    own: dict[str, str | None] = {}
    for stretch in stretches:
        named = _at(stretch, "parameters", "own_components")
        own |= named if isinstance(named, dict) else {}
    if not own:
        return ""
    told = (
        code(name) + (f" (SHA-256 of its source {str(digest)[:16]}…)" if digest else "") for name, digest in own.items()
    )
    return f" Components of our own were {listed(told)}."

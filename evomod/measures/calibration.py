"""What a modularity is compared with, computed once: shipped with the package, or kept in the user's cache.

All numbers are functions of the key alone: whoever computes them gets the same.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import TypeAdapter

from evomod.kernel import user_folder
from evomod.measures.mixing import Mixing
from evomod.networks.modularity_batch import BestModularity, best_modularity

Array = npt.NDArray[Any]

log = logging.getLogger(__name__)
SLOW = 3.0  # seconds from which on it is said that something is computed
SHIPPED = files("evomod.measures") / "calibrations"
METHOD = 2  # to be raised with every change of the numbers: what was cached before is no longer looked at
SEED = 0
N_RANDOM = 4000  # networks of a null; Kashtan & Alon took 1,000
RESTARTS, PROOF = 32, 20_000  # of the maximisation of Q; the proof succeeds up to some 16 nodes


@dataclass(frozen=True)
class Calibration:
    """Modularity of the networks of a null.

    Attributes
    ----------
    q_random, q_random_sd, q_random_error : float
        Mean, standard deviation, and standard error of the mean of Q over the null's networks; NaN if there are none.
    n : int
        How many networks.
    certified : float
        Share of them whose Q is proved to be the maximum over partitions.
    q_max : float
        The most modular network that was found under the same constraints; NaN if none was.
    q_max_mean : float
        Mean over the restarts of the best that each found: Kashtan & Alon's reading of Q_max, never higher.
    restarts, found : int
        How often it was searched for, and how many of the searches found it.
    how : str
        How the networks, and the most modular one, were found.
    mixing, wires : Mixing or None
        Where chains were used: their agreement on Q and on the number of wires.
    """

    q_random: float
    q_random_sd: float
    q_random_error: float
    n: int
    certified: float
    q_max: float
    q_max_mean: float
    restarts: int
    found: int
    how: str
    mixing: Mixing | None = None
    wires: Mixing | None = None


def maximised(graphs: Array) -> BestModularity:
    """Q of specimens and nulls alike: what is compared must have been maximised alike."""
    return best_modularity(graphs, RESTARTS, SEED, PROOF)


def summary(null: BestModularity, error: float | None, most: Array, how: str, **mixings: Mixing) -> Calibration:
    """The calibration that these networks make.

    Parameters
    ----------
    null : of the null's networks
    error : float, or None
        Standard error of the mean, where they are not independent.
    most : uint64 (n_restarts, n_nodes)
        The most modular network of each search; without edges where it found none.
    """
    q, best = null.q[np.isfinite(null.q)], maximised(most).q
    best = best[np.isfinite(best)]
    n, sd = len(q), float(q.std(ddof=1)) if len(q) > 1 else np.nan
    return Calibration(
        q_random=float(q.mean()) if n else np.nan,
        q_random_sd=sd,
        q_random_error=float(sd / np.sqrt(n)) if error is None else error,
        n=n,
        certified=float(null.certified[np.isfinite(null.q)].mean()) if n else np.nan,
        q_max=float(best.max()) if len(best) else np.nan,
        q_max_mean=float(best.mean()) if len(best) else np.nan,
        restarts=len(most),
        found=int((best == best.max()).sum()) if len(best) else 0,
        how=how,
        **mixings,
    )


@dataclass(frozen=True)
class Null:
    """What "chance" means, and how it is computed: `key` has all that the numbers depend on, ready for JSON."""

    key: Mapping[str, Any]
    compute: Callable[[], Calibration]
    seconds: float = 0.0  # that it takes, about

    @property
    def name(self) -> str:
        """What it is called in files."""
        return json.dumps(self.key, sort_keys=True)


def calibrated(null: Null) -> Calibration:
    """The calibration of a null: shipped, cached, or computed now and cached."""
    name = null.name
    if name not in _known:
        found = shipped().get(name) or _read(name)
        if found is None:
            if null.seconds >= SLOW:
                log.info("computing, once, the null %s (about %d s) …", name, null.seconds)
            found = null.compute()
            _write(name, found)
        _known[name] = found
    return _known[name]


_known: dict[str, Calibration] = {}


@cache
def shipped() -> dict[str, Calibration]:
    """All calibrations that come with the package."""
    found: dict[str, Calibration] = {}
    for file in sorted(SHIPPED.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".json"):
            found |= {name: _parsed(node) for name, node in json.loads(file.read_text()).items()}
    return found


def _parsed(node: Any) -> Calibration:
    return TypeAdapter(Calibration).validate_python(node)


def _path(name: str) -> Path:
    folder = user_folder(Path("evomod") / f"calibrations-{METHOD}")
    return folder / f"{hashlib.sha256(name.encode()).hexdigest()[:32]}.json"


def _read(name: str) -> Calibration | None:
    try:
        return _parsed(json.loads(_path(name).read_text())[name])
    except (OSError, ValueError, KeyError, TypeError):  # none, or a broken one: it is computed again
        return None


def _write(name: str, calibration: Calibration) -> None:
    path = _path(name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(f".{os.getpid()}")
        beside.write_text(json.dumps({name: asdict(calibration)}))
        beside.replace(path)
    except OSError:
        pass  # a full or read-only disk: it is only a cache

"""Networks on disk: GraphML, GML, edge lists, weight matrices; the suffix of the file says which."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from evomod.networks import graphml
from evomod.networks.conversion import from_networkx, from_weights
from evomod.networks.network import Network, NetworkError


def read_network(path: Path) -> Network:
    """Read a network file; its title is the path.

    Parameters
    ----------
    path : Path
        `.graphml`; `.gml`; `.npz`, the weight matrices of a layered net, each (inputs, neurons), as w0, w1, … (or
        arr_0, arr_1, …, which is what `numpy.savez` calls them); `.edgelist` or `.txt`, a line `source target` or
        `source target weight` for each directed edge, with comments after `#`.

    Raises
    ------
    NetworkError
        If the file cannot be read, or is not what its suffix says; names the file.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise NetworkError(f"{path}: the suffix of a network file is one of {', '.join(READERS)}; got {path.suffix!r}")
    try:
        return reader(path)
    except OSError as error:
        raise NetworkError(f"{path}: cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise NetworkError(f"{path}: is no text in UTF-8, as a {path.suffix} file is") from None


def _graphml(path: Path) -> Network:
    return graphml.read(path.read_text("utf-8"), str(path))


def _gml(path: Path) -> Network:
    import networkx as nx  # slow to import, and most of evomod never needs it

    try:
        graph: nx.Graph[Any] = nx.parse_gml(path.read_text("utf-8"), label="id")
    except (nx.NetworkXError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise NetworkError(f"{path}: is no GML that can be read: {error}") from None
    for _, data in graph.nodes(data=True):
        if "label" in data:  # GML's word for a node's name
            data.setdefault("name", data["label"])
    return from_networkx(graph, str(path))


def _edge_list(path: Path) -> Network:
    names: dict[str, int] = {}
    edges, weights = [], []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        words = line.partition("#")[0].replace(",", " ").split()
        if not words:
            continue
        where = f"{path}: line {number}"
        if len(words) not in (2, 3):
            raise NetworkError(f"{where}: expected `source target` or `source target weight`; got {line!r:.60}")
        try:
            weights.append(float(words[2]) if len(words) == 3 else None)
        except ValueError:
            raise NetworkError(f"{where}: a weight must be a number; got {words[2]!r:.40}") from None
        edges.append((names.setdefault(words[0], len(names)), names.setdefault(words[1], len(names))))
    return Network(
        names=tuple(names),
        roles=("unit",) * len(names),
        labels=tuple(names),
        edges=tuple(edges),
        weights=tuple(1.0 if w is None else w for w in weights) if any(w is not None for w in weights) else (),
        title=str(path),
    )


def _weights(path: Path) -> Network:
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except (ValueError, zipfile.BadZipFile, EOFError, AttributeError, TypeError) as error:
        raise NetworkError(f"{path}: is no NPZ file of numbers: {error}") from None
    numbered = {int(found[1]): name for name in arrays if (found := re.fullmatch(r"(?:w|arr_)(\d+)", name))}
    if not arrays or sorted(numbered) != list(range(len(arrays))):
        raise NetworkError(
            f"{path}: expected weight matrices w0, w1, … (or arr_0, arr_1, …); got {', '.join(arrays) or 'none'}"
        )
    return from_weights([arrays[numbered[k]] for k in range(len(numbered))], str(path))


READERS = {".graphml": _graphml, ".gml": _gml, ".npz": _weights, ".edgelist": _edge_list, ".txt": _edge_list}

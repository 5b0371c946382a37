"""Networks on disk: GraphML, GML, edge lists, weight matrices; the suffix of the file says which."""

from __future__ import annotations

import ast
import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable
from itertools import pairwise
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
        `.graphml`, `.gml`: directed or not, as the file says.

        `.edgelist`, `.txt`: a line `source target` or `source target weight` for each edge, which is directed, with
        comments after `#`; a weight may stand as in `{'weight': 2.0}`, which is what `networkx.write_edgelist` writes.

        `.csv`: the same with commas, quotes where they are needed, and perhaps a first line of titles that begins with
        `source,target`.

        `.npz`: the weight matrices of a layered net, which is directed; one-dimensional arrays are biases, and left
        out. Names that differ only in numbers (w0, w1, …; arr_0, arr_1, …, as `numpy.savez` says; `fc1.weight`, …)
        are taken in the order of these, others as they were saved. Matrices are (inputs, neurons); where only the
        other way one fits the next, they are (neurons, inputs), as PyTorch has them.

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
    except (MemoryError, RecursionError):
        raise NetworkError(f"{path}: says that it is larger, or nested deeper, than can be read") from None


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
    lines = path.read_text("utf-8-sig").splitlines()
    return _of_rows(path, enumerate(map(_words, lines), 1), "`source target` or `source target weight`")


def _words(line: str) -> list[str]:
    """Source, target and perhaps weight; if a dictionary is none, the line as one word."""
    ends, brace, data = line.partition("{")
    if not brace or "#" in ends:
        return line.partition("#")[0].replace(",", " ").split()
    try:
        attributes = ast.literal_eval(brace + data)  # which may end in a comment
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return [line]
    words = ends.replace(",", " ").split()
    if len(words) != 2 or not isinstance(attributes, dict):
        return [line]
    return [*words, str(attributes["weight"])] if "weight" in attributes else words


def _csv(path: Path) -> Network:
    lines = path.read_text("utf-8-sig").splitlines(keepends=True)
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(lines, skipinitialspace=True, strict=True)]
    except csv.Error as error:
        raise NetworkError(f"{path}: is no CSV that can be read: {error}") from None
    if rows and tuple(title.lower() for title in rows[0][:2]) in TITLES:
        rows[0] = []
    rows = [row[:2] if row[2:] == [""] else row for row in rows]
    return _of_rows(path, enumerate(rows, 1), "`source,target` or `source,target,weight`")


TITLES = (("source", "target"), ("from", "to"))


def _of_rows(path: Path, rows: Iterable[tuple[int, list[str]]], expected: str) -> Network:
    """The network of edges: source, target and perhaps weight, or nothing, each with the number of its line."""
    names: dict[str, int] = {}
    edges, weights = [], []
    for number, row in rows:
        if not any(row):
            continue
        if len(row) not in (2, 3) or "" in row:
            raise NetworkError(f"{path}: line {number}: expected {expected}; got {' '.join(row)!r:.60}")
        try:
            weights.append(float(row[2]) if len(row) == 3 else None)
        except ValueError:
            raise NetworkError(f"{path}: line {number}: a weight must be a number; got {row[2]!r:.40}") from None
        edges.append((names.setdefault(row[0], len(names)), names.setdefault(row[1], len(names))))
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
            arrays = {name: np.asarray(archive[name]) for name in archive.files}
    except (ValueError, zipfile.BadZipFile, zlib.error, EOFError, AttributeError, TypeError, RuntimeError) as error:
        raise NetworkError(f"{path}: is no NPZ file of numbers: {error}") from None
    found = ", ".join(f"{name} {array.shape}" for name, array in arrays.items()) or "nothing"
    matrices = {name: array for name, array in arrays.items() if array.ndim != 1}
    if not matrices or any(matrix.ndim != 2 for matrix in matrices.values()):
        raise NetworkError(
            f"{path}: expected weight matrices, of two dimensions, and perhaps biases, of one; got {found}"
        )
    in_order = [matrices[name] for name in _ordered(list(matrices), path)]
    for net in (in_order, [matrix.T for matrix in in_order]):
        if all(before.shape[1] == after.shape[0] for before, after in pairwise(net)):
            return from_weights(net, str(path))
    raise NetworkError(
        f"{path}: each matrix must have as many inputs as the one before has neurons, all being (inputs, neurons) or "
        f"all (neurons, inputs); got {found}"
    )


def _ordered(names: list[str], path: Path) -> list[str]:
    """By number, if they differ in nothing else; of w0, w1, … none may be missing, others number more than matrices."""
    if len({re.sub(r"\d+", "0", name.lower()) for name in names}) > 1:
        return names
    numbers = {name: [int(digits) for digits in re.findall(r"\d+", name)] for name in names}
    names = sorted(names, key=numbers.__getitem__)
    for before, after in pairwise(names):
        if re.fullmatch(r"(?i)(w|arr_)\d+", before) and numbers[after] != [numbers[before][0] + 1]:
            raise NetworkError(f"{path}: {after} comes next after {before}; what is between them is missing")
    return names


def edge_list(network: Network) -> str:
    """The edges as CSV, with a weight each: what `.csv` is read as, without nodes that have none."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow([*TITLES[0], "weight"])
    for (source, target), weight in zip(network.edges, network.weight_array.tolist(), strict=True):
        writer.writerow([network.names[source], network.names[target], repr(weight)])
    return lines.getvalue()


READERS = {
    ".graphml": _graphml,
    ".gml": _gml,
    ".npz": _weights,
    ".edgelist": _edge_list,
    ".txt": _edge_list,
    ".csv": _csv,
}

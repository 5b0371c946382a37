"""Which circuits evolve: their classes, what they are made of, and how far one is from another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from evomod.genotypes.circuit_phenotype import CircuitPhenotype
from evomod.measures.base import Measure, MeasureError, Specimen
from evomod.networks.isomorphism import ORDERED, canonical
from evomod.networks.network import Network
from evomod.networks.rewiring import is_acyclic

Array = npt.NDArray[Any]


class Census(Measure):
    """What a circuit is made of: four-NAND XOR modules, gates, connections, feedback."""

    kind: Literal["census"] = "census"

    @property
    def columns(self) -> tuple[str, ...]:
        """XOR modules, gates, connections, and 1 where there is feedback."""
        return "xor_modules", "gates", "connections", "feedback"

    @property
    def needs_directions(self) -> bool:
        """Yes: feedback and XOR modules are made of them."""
        return True

    def take(self, specimens: Sequence[Specimen]) -> Array:
        """All are whole numbers: float64 (n, 4). A connection is a pair (source, part), however many wires it has."""
        known: dict[Network, tuple[int, ...]] = {}
        for specimen in specimens:
            if specimen.network not in known:
                known[specimen.network] = _count(specimen.network)
        return np.array([known[specimen.network] for specimen in specimens], float).reshape(-1, 4)


def _count(network: Network) -> tuple[int, ...]:
    connections = set(network.edges)
    edges = np.array(sorted(connections), np.int32).reshape(-1, 2)
    n_parts = sum(role != "input" for role in network.roles)
    return n_xor_modules(network), n_parts, len(connections), int(not is_acyclic(edges, network.n_nodes))


def n_xor_modules(network: Network) -> int:
    """How many canonical XOR modules a circuit has that share no gate; see `xor_modules`."""
    return _most_disjoint(sorted(xor_modules(network), key=sorted))


def xor_modules(network: Network) -> dict[frozenset[int], int]:
    """The canonical XOR modules of a circuit: their gates, and the one of these that computes the XOR.

    Parameters
    ----------
    network : Network
        Gates are labelled NAND; others are no part of a module.

    Returns
    -------
    dict
        Modules t = NAND(a, b), u = NAND(a, t), v = NAND(b, t), o = NAND(u, v) of any two signals a and b: node o by the
        set of the four. A signal may be another module's output, and each gate may also lead elsewhere.

    Notes
    -----
    The XOR of Kashtan & Alon 2005 (doi 10.1073/pnas.0503610102): two feed-forward loops and a diamond.
    """
    sources: list[list[int]] = [[] for _ in network.names]
    for source, target in network.edges:
        sources[target].append(source)
    nands = {
        node: set(sources[node])
        for node, label in enumerate(network.labels)
        if label == "NAND" and network.roles[node] == "gate" and len(set(sources[node])) == 2
    }
    found: dict[frozenset[int], int] = {}
    for o, (u, v) in ((o, tuple(pair)) for o, pair in nands.items()):
        for t in nands.get(u, set()) & nands.get(v, set()) & nands.keys():
            module = frozenset((o, u, v, t))
            signals = (nands[u] | nands[v]) - {t}
            if len(module) == 4 and len(signals) == 2 and signals == nands[t] and not signals & module:
                found[module] = o
    return found


def _most_disjoint(modules: list[frozenset[int]]) -> int:
    if not modules:
        return 0
    first, *rest = modules
    apart = [module for module in rest if not module & first]
    with_first = 1 + _most_disjoint(apart)
    return with_first if len(apart) == len(rest) else max(with_first, _most_disjoint(rest))


def classes(specimens: Sequence[Specimen]) -> list[str]:
    """The class of each effective circuit, inputs and outputs named, as `canonical` writes it.

    Raises
    ------
    MeasureError, NetworkError
        If a specimen has no network, or one that is too symmetric.
    """
    known: dict[Network, str] = {}
    labels = []
    for specimen in specimens:
        network = specimen.phenotype.network() if specimen.phenotype else specimen.bare or specimen.network
        if network not in known:
            known[network] = canonical(network)
        labels.append(known[network])
    return labels


@dataclass(frozen=True)
class Class:
    """A row of the table of classes.

    Attributes
    ----------
    label : what `classes` calls it, and an example to read
    count, share : how many there are, of all
    first : place of the first among those counted
    """

    label: str
    count: int
    share: float
    first: int


def tally(labels: Sequence[str]) -> list[Class]:
    """Count classes, over runs or over time: the most frequent first, and of these the one that came first."""
    first = {label: place for place, label in reversed(list(enumerate(labels)))}
    counts = Counter(labels)
    return [
        Class(label, count, count / len(labels), first[label])
        for label, count in sorted(counts.items(), key=lambda item: (-item[1], first[item[0]]))
    ]


def changed_connections(a: CircuitPhenotype, b: CircuitPhenotype) -> int:
    """In how many connections two circuits of one encoding differ.

    Parameters
    ----------
    a, b : CircuitPhenotype
        As many inputs, gates and outputs each. Gates and outputs are held to be the same if their numbers are: the
        measure is meant for relatives, as the ends of two epochs of one run. Strangers can be one circuit under other
        numbers and differ in everything.

    Returns
    -------
    int
        Wires into outputs, and into gates that are effective in either circuit, that one circuit has and the other
        has not. Which of its two sources a gate reads first counts for ANDNOT and ORNOT alone, kinds not at all.

    Raises
    ------
    MeasureError
        If the circuits are not of one size.

    Notes
    -----
    What Kashtan & Alon 2005 count when they say that the solutions of their two goals differ in 2 connections.
    """
    sizes = [(len(c.input_names), len(c.sources), len(c.outputs)) for c in (a, b)]
    if sizes[0] != sizes[1]:
        said = " and ".join(f"{inputs} inputs, {gates} gates, {outputs} outputs" for inputs, gates, outputs in sizes)
        raise MeasureError(f"changed connections: circuits of one encoding are compared; got {said}")
    changed = sum(left != right for left, right in zip(a.outputs, b.outputs, strict=True))
    for gate in set(a.effective()) | set(b.effective()):
        one, other = a.sources[gate], b.sources[gate]
        if {a.kinds[gate].upper(), b.kinds[gate].upper()} & ORDERED:
            changed += sum(left != right for left, right in zip(one, other, strict=True))
        else:
            changed += (Counter(one) - Counter(other)).total()
    return changed

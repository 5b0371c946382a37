"""When are two circuits the same circuit, drawn differently? A canonical form that is equal for these alone.

Inputs and outputs are named and stay themselves; gates of one kind can be exchanged. Colour refinement (Weisfeiler &
Leman 1968) tells nodes apart by what leads into and out of them; where that leaves a tie, each node of it is singled
out in turn, and the least of the forms that result is the canonical one (McKay 1981). Two nodes that can be exchanged,
all others staying, give the same form, so that one of them is enough.
"""

from __future__ import annotations

import hashlib
from collections import deque
from typing import Any

from evomod.networks.network import Network, NetworkError

# Gates whose two sources cannot be exchanged; their edges stand in the order in which the gate reads them.
ORDERED = frozenset({"ANDNOT", "ORNOT"})
MAX_FORMS = 1000

Wires = list[list[tuple[Any, int]]]  # for each node, the colour and the far end of each edge


def canonical(network: Network) -> str:
    """A line that is the same for two networks if and only if they are isomorphic.

    Parameters
    ----------
    network : Network
        Inputs and outputs count with their names, gates with their labels, units with nothing; edges with their
        weights, as often as they occur, and for ANDNOT and ORNOT in their order. Names of gates, order, layers,
        positions and title do not matter.

    Returns
    -------
    str
        Ten hex digits that stand for the class, and the circuit to read: '1f…: #1=NAND(x,y) #2=NAND(#1,x) out=#2'.
        Gates are numbered by their distance from the inputs.

    Raises
    ------
    NetworkError
        If the network is so symmetric that more than 1,000 forms would have to be compared.
    """
    into, out_of = _wires(network)
    forms: list[tuple[Any, list[int]]] = []
    kinds = _kinds(network)
    _search(network, into, out_of, _ranks(kinds), kinds, forms)
    form, rank = min(forms)
    digest = hashlib.sha256(repr(form).encode()).hexdigest()[:10]
    return f"{digest}: {_read(network, into, rank)}"


def _kinds(network: Network) -> list[Any]:
    """What each node is, whatever it is joined to; sorts by role and distance from the inputs."""
    far = network.n_nodes
    distance = [0 if role == "input" else far for role in network.roles]
    successors: list[list[int]] = [[] for _ in network.names]
    for source, target in network.edges:
        successors[source].append(target)
    queue = deque(i for i, role in enumerate(network.roles) if role == "input")
    while queue:
        node = queue.popleft()
        for target in successors[node]:
            if distance[target] == far:
                distance[target] = distance[node] + 1
                queue.append(target)
    order = {"input": 0, "gate": 1, "unit": 1, "output": 2}
    said = {"input": network.names, "gate": network.labels, "output": network.names}
    return [
        (order[role], distance[i], role, said[role][i] if role in said else "") for i, role in enumerate(network.roles)
    ]


def _wires(network: Network) -> tuple[Wires, Wires]:
    into: Wires = [[] for _ in network.names]
    out_of: Wires = [[] for _ in network.names]
    for e, (source, target) in enumerate(network.edges):
        place = len(into[target]) if network.roles[target] == "gate" and network.labels[target] in ORDERED else 0
        colour = (place, network.weights[e] if network.weights else 1.0)
        into[target].append((colour, source))
        out_of[source].append((colour, target))
    return into, out_of


def _ranks(signatures: list[Any]) -> list[int]:
    rank = {signature: k for k, signature in enumerate(sorted(set(signatures)))}
    return [rank[signature] for signature in signatures]


def _refine(rank: list[int], into: Wires, out_of: Wires) -> list[int]:
    """Split ranks by what lies around until nothing splits any more; the order of what was split is kept."""
    n_ranks = -1
    while n_ranks < len(set(rank)) < len(rank):
        n_ranks = len(set(rank))
        seen = [[tuple(sorted([(colour, rank[end]) for colour, end in ends])) for ends in w] for w in (into, out_of)]
        rank = _ranks(list(zip(rank, *seen, strict=True)))
    return rank


def _search(
    network: Network, into: Wires, out_of: Wires, rank: list[int], kinds: list[Any], forms: list[tuple[Any, list[int]]]
) -> None:
    """Collect the forms of all ways to break the ties that refinement leaves."""
    rank = _refine(rank, into, out_of)
    groups: list[list[int]] = [[] for _ in rank]
    for node, at in enumerate(rank):
        groups[at].append(node)
    tie = next((group for group in groups if len(group) > 1), None)
    if tie is None:
        wires = sorted((rank[node], rank[end], colour) for node in range(len(rank)) for colour, end in into[node])
        forms.append(((sorted(zip(rank, kinds, strict=True)), wires), rank))
        if len(forms) > MAX_FORMS:
            raise NetworkError(
                f"{network.title}: is too symmetric for a canonical form; more than {MAX_FORMS} orders look alike"
            )
        return
    tried: list[int] = []
    for node in tie:
        if not any(_are_twins(node, other, into, out_of) for other in tried):
            tried.append(node)
            first = [2 * at + (at == rank[node] and other != node) for other, at in enumerate(rank)]
            _search(network, into, out_of, _ranks(first), kinds, forms)


def _are_twins(a: int, b: int, into: Wires, out_of: Wires) -> bool:
    """Does the exchange of two nodes that refinement could not tell apart, all others staying, change nothing?"""
    other = {a: b, b: a}
    return all(
        sorted((colour, other.get(end, end)) for colour, end in wires[a]) == sorted(wires[b])
        for wires in (into, out_of)
    )


def _read(network: Network, into: Wires, rank: list[int]) -> str:
    order = sorted(range(len(rank)), key=rank.__getitem__)
    parts = [node for node in order if network.roles[node] in ("gate", "unit")]
    number = {node: f"#{k}" for k, node in enumerate(parts, 1)}

    def sources(node: int) -> str:
        wires = sorted(into[node], key=lambda wire: (wire[0], rank[wire[1]]))
        named = [(weight, number.get(end, network.names[end])) for (_, weight), end in wires]
        return ",".join(name if weight == 1 else f"{weight:g}*{name}" for weight, name in named)

    said = [
        f"{number[node]}={network.labels[node] if network.roles[node] == 'gate' else 'unit'}({sources(node)})"
        for node in parts
    ]
    outputs = [node for node in order if network.roles[node] == "output"]
    said += [f"{network.names[node].removeprefix('out:')}={sources(node)}" for node in outputs]
    return " ".join(said)

"""Which node belongs to which module."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from evomod.networks.network import Network, NetworkError


@dataclass(frozen=True)
class Partition:
    """A module for each node; partitions that differ only in how modules are numbered are equal.

    Parameters
    ----------
    labels : tuple of int, length n_nodes
        Nodes with equal labels share a module. Kept renumbered by first occurrence: 0, then 1, …
    """

    labels: tuple[int, ...]

    def __post_init__(self) -> None:
        numbers: dict[int, int] = {}
        renumbered = tuple(numbers.setdefault(int(label), len(numbers)) for label in self.labels)
        object.__setattr__(self, "labels", renumbered)

    @classmethod
    def of(cls, network: Network, modules: Iterable[Iterable[str]]) -> Partition:
        """The partition of a network's parts (all nodes but outputs) into modules given by their nodes' names.

        Raises
        ------
        NetworkError
            If a name is of no part, or a part is in no module or in several.
        """
        parts = network.parts()
        module = [(name, m) for m, names in enumerate(modules) for name in names]
        count = Counter(name for name, _ in module)
        for wrong, what in (
            (sorted(set(count) - set(parts.names)), "no such nodes"),
            ([name for name in parts.names if name not in count], "in no module"),
            (sorted(name for name, times in count.items() if times > 1), "in more than one module"),
        ):
            if wrong:
                raise NetworkError(f"{network.title}: modules must hold each node once; {what}: {', '.join(wrong)}")
        label = dict(module)
        return cls(tuple(label[name] for name in parts.names))

    @property
    def n_modules(self) -> int:
        """Number of modules."""
        return max(self.labels, default=-1) + 1

    @cached_property
    def groups(self) -> tuple[tuple[int, ...], ...]:
        """Nodes of each module, in order."""
        groups: list[list[int]] = [[] for _ in range(self.n_modules)]
        for node, label in enumerate(self.labels):
            groups[label].append(node)
        return tuple(map(tuple, groups))

    def named(self, network: Network) -> tuple[tuple[str, ...], ...]:
        """Names of the nodes of each module; `Partition.of(network, p.named(network)) == p`."""
        names = network.parts().names
        return tuple(tuple(names[node] for node in group) for group in self.groups)

"""A layered net in plain Python: what the kernels of all net genotypes are held equal to, and what analysis reads."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from evomod.networks.network import Network

# What a unit makes of the sum of its weighted inputs and its bias.
UNITS: dict[str, Callable[[float], float]] = {
    "threshold": lambda x: float(x > 0),
    "sign": lambda x: float((x > 0) - (x < 0)),  # what tanh(20 x) is in single precision for whole numbers x
    "tanh": math.tanh,
    "relu": lambda x: max(0.0, x),
}


@dataclass(frozen=True)
class NetPhenotype:
    """A net of units in layers, computed unit by unit.

    Attributes
    ----------
    input_names, output_names : names, in order
    hidden : sizes of the hidden layers, from the inputs up
    weights : for each unit, layer by layer, a weight for each node of the layer below; 0 is no link
    biases : for each unit, what is added to its sum
    unit : what a hidden unit makes of the sum, a name in `UNITS`; outputs are 1 where it is above 0
    low : what an input that is 0 is taken for, 0.0 or −1.0
    """

    input_names: tuple[str, ...]
    output_names: tuple[str, ...]
    hidden: tuple[int, ...]
    weights: tuple[tuple[float, ...], ...]
    biases: tuple[float, ...]
    unit: str
    low: float = 0.0

    def states(self, inputs: Sequence[bool | float]) -> list[tuple[float, ...]]:
        """Values of the inputs, and of each layer above; the last one holds the sums of the output units."""
        layers = [tuple(float(x) if x or not isinstance(x, bool | np.bool_) else self.low for x in inputs)]
        k = 0
        for size in (*self.hidden, len(self.output_names)):
            last, below = k + size == len(self.biases), layers[-1]
            sums = [
                self.biases[j] + sum(w * x for w, x in zip(self.weights[j], below, strict=True))
                for j in range(k, k + size)
            ]
            layers.append(tuple(sums) if last else tuple(UNITS[self.unit](x) for x in sums))
            k += size
        return layers

    def respond(self, inputs: Sequence[bool | float]) -> tuple[float, ...]:
        """Per output, 1.0 or 0.0."""
        return tuple(float(x > 0) for x in self.states(inputs)[-1])

    def failing(self, parts: Collection[int] = (), links: Collection[int] = ()) -> NetPhenotype:
        """What is left where units give 0 and links, numbered unit by unit, carry 0."""
        weights, first = [], 0
        for k, row in enumerate(self.weights):
            fails = [k in parts or first + s in links for s in range(len(row))]
            weights.append(tuple(0.0 if f else w for w, f in zip(row, fails, strict=True)))
            first += len(row)
        biases = tuple(0.0 if k in parts else bias for k, bias in enumerate(self.biases))
        return replace(self, weights=tuple(weights), biases=biases)

    def network(self) -> Network:
        """Inputs that are used, units with paths from an input and to an output, and outputs; weights on the links."""
        n_inputs, sizes = len(self.input_names), (len(self.input_names), *self.hidden, len(self.output_names))
        layer = [k for k, size in enumerate(sizes) for _ in range(size)]
        first = [sum(sizes[:k]) for k in range(len(sizes))]
        links = {
            (first[layer[t] - 1] + s, t): w
            for t, row in enumerate(self.weights, start=n_inputs)
            for s, w in enumerate(row)
            if w
        }
        fed, reaching = set(range(n_inputs)), set(range(first[-1], len(layer)))
        for source, target in sorted(links, key=lambda link: link[1]):
            if source in fed:
                fed.add(target)
        for source, target in sorted(links, key=lambda link: -link[1]):
            if target in reaching:
                reaching.add(source)
        links = {(s, t): w for (s, t), w in links.items() if s in fed and t in reaching}
        nodes = sorted({node for link in links for node in link})
        place = {node: k for k, node in enumerate(nodes)}
        outputs = [first[-1] + o for o in range(len(self.output_names))]
        edges = [(place[s], place[t]) for s, t in links]
        edges += [(place[node], len(nodes) + o) for o, node in enumerate(outputs) if node in place]
        top = len(sizes)
        return Network(
            names=(*map(self.name, nodes), *(f"out:{name}" for name in self.output_names)),
            roles=tuple("input" if n < n_inputs else "gate" for n in nodes) + ("output",) * len(outputs),
            labels=(*(self.label(n) for n in nodes), *self.output_names),
            edges=tuple(edges),
            weights=(*links.values(), *(1.0 for node in outputs if node in place)),
            given_layers=(*(layer[n] for n in nodes), *(top for _ in outputs)),
        )

    def name(self, node: int) -> str:
        """What tables call a node: inputs by their names, units n0, n1, …, layer by layer."""
        n_inputs = len(self.input_names)
        return self.input_names[node] if node < n_inputs else f"n{node - n_inputs}"

    def label(self, node: int) -> str:
        """What a drawing prints in a node."""
        n_inputs = len(self.input_names)
        if node < n_inputs:
            return self.input_names[node]
        bias = self.biases[node - n_inputs]
        if self.unit == "threshold":
            return f"> {0 - bias:.3g}"  # and not -0
        return f"{self.unit.upper()} {bias:+.3g}" if bias else self.unit.upper()

"""A circuit in plain Python: what the kernels are held equal to, and what analysis reads."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from evomod.genotypes import circuit_evaluation as rule
from evomod.networks.network import Network

# Truth tables of the two-input gates: bit a + 2·b is the output for inputs a and b.
GATES = {
    "and": 0b1000,
    "or": 0b1110,
    "xor": 0b0110,
    "nand": 0b0111,
    "nor": 0b0001,
    "eq": 0b1001,
    "andnot": 0b0010,
    "ornot": 0b1011,
}
UNARY = ("xor", "nand", "and", "eq")  # of one node with itself: 0, its inverse, itself, 1


@dataclass(frozen=True)
class CircuitPhenotype:
    """A circuit in plain Python, simulated in full, row by row: the reference for the kernels.

    Attributes
    ----------
    input_names, output_names : names, in order
    kinds : the kind of each gate
    sources : for each gate, the two nodes that it reads
    outputs : the node that each output reads
        Nodes are numbered inputs first, then gates.
    """

    input_names: tuple[str, ...]
    output_names: tuple[str, ...]
    kinds: tuple[str, ...]
    sources: tuple[tuple[int, int], ...]
    outputs: tuple[int, ...]

    def failing(self, gates: Collection[int] = (), wires: Collection[int] = ()) -> CircuitPhenotype:
        """What is left where gates give 0 and wires carry 0: gates of other kinds, which read one node twice.

        Wire 2·g is the first one to gate g, 2·g + 1 the second.
        """
        kinds, sources = list(self.kinds), list(self.sources)
        for g, (a, b) in enumerate(self.sources):
            table, cut = GATES[self.kinds[g]], (2 * g in wires, 2 * g + 1 in wires)
            if g in gates or any(cut):
                free = 0 if all(cut) else 2 if cut[0] else 1
                unary = 0 if g in gates else (table & 1) + 2 * (table >> free & 1)
                kinds[g], sources[g] = UNARY[unary], (b, b) if cut[0] else (a, a)
        return replace(self, kinds=tuple(kinds), sources=tuple(sources))

    def effective(self) -> tuple[int, ...]:
        """Gates with a directed path to an output, in order."""
        n_inputs = len(self.input_names)
        reached: set[int] = set()
        todo = [node - n_inputs for node in self.outputs if node >= n_inputs]
        while todo:
            gate = todo.pop()
            if gate not in reached:
                reached.add(gate)
                todo += [node - n_inputs for node in self.sources[gate] if node >= n_inputs]
        return tuple(sorted(reached))

    def states(self, inputs: Sequence[bool]) -> list[tuple[bool, ...]]:
        """All nodes in the 20 states that count; gates without a path to an output stay at 0."""
        n_inputs, gates = len(inputs), self.effective()
        state = [bool(value) for value in inputs] + [False] * len(self.kinds)
        states = []
        for sweep in range(len(self.kinds) + rule.EXTRA_SWEEPS + rule.N_STATES):
            new = list(state)
            for gate in gates:
                a, b = self.sources[gate]
                new[n_inputs + gate] = bool(GATES[self.kinds[gate]] >> (state[a] + 2 * state[b]) & 1)
            state = new
            if sweep >= len(self.kinds) + rule.EXTRA_SWEEPS:
                states.append(tuple(state))
        return states

    def trajectory(self, inputs: Sequence[bool]) -> list[tuple[bool, ...]]:
        """Outputs in the 20 states that count; all equal where the circuit settles."""
        return [tuple(state[node] for node in self.outputs) for state in self.states(inputs)]

    def respond(self, inputs: Sequence[bool]) -> tuple[float, ...]:
        """Per output, the share of the 20 states in which it is 1."""
        states = self.trajectory(inputs)
        return tuple(sum(state[o] for state in states) / len(states) for o in range(len(self.outputs)))

    def network(self) -> Network:
        """Inputs that are used, effective gates and outputs; one edge for each wire, parallel wires kept."""
        n_inputs, gates = len(self.input_names), self.effective()
        read = {node for gate in gates for node in self.sources[gate]} | set(self.outputs)
        nodes = [i for i in range(n_inputs) if i in read] + [n_inputs + gate for gate in gates]
        place = {node: k for k, node in enumerate(nodes)}
        names = [self.input_names[n] if n < n_inputs else f"g{n - n_inputs}" for n in nodes]
        edges = [(place[source], place[n_inputs + gate]) for gate in gates for source in self.sources[gate]]
        edges += [(place[node], len(nodes) + o) for o, node in enumerate(self.outputs)]
        return Network(
            names=(*names, *(f"out:{name}" for name in self.output_names)),
            roles=tuple("input" if n < n_inputs else "gate" for n in nodes) + ("output",) * len(self.outputs),
            labels=(
                *(self.input_names[n] if n < n_inputs else self.kinds[n - n_inputs].upper() for n in nodes),
                *self.output_names,
            ),
            edges=tuple(edges),
        )

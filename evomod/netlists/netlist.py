"""Circuits by the names of their wires, which is what every format writes and reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote, unquote

from evomod.errors import NetlistError
from evomod.genotypes.circuit_phenotype import GATES, CircuitPhenotype
from evomod.genotypes.circuit_placing import cycle

PORT = "out:"  # before an output that is called like an input; `encode` leaves no colon in a name

# Functions of two sources that are no gate of ours: bit a + 2·b is the value for a and b, as in GATES.
ZERO, ONE, SAME, SAME_B, NOT, NOT_B = 0b0000, 0b1111, 0b1010, 0b1100, 0b0101, 0b0011
_KINDS = {table: kind for kind, table in GATES.items()}
_MIRRORED = {0b0100: 0b0010, 0b1101: 0b1011}  # andnot and ornot with their sources exchanged


def encode(name: str) -> str:
    """A name in letters, digits and `_.-~%`, which is legal in every format; `decode` brings it back."""
    return quote(name, safe="")


def decode(name: str) -> str:
    """The name that was encoded."""
    return unquote(name.removeprefix(PORT))


class Gate(NamedTuple):
    """A gate, and the names of the two nodes that it reads."""

    name: str
    kind: str
    sources: tuple[str, str]


@dataclass(frozen=True)
class Netlist:
    """The effective part of a circuit, as it is written; no two of inputs, gates and ports have the same name.

    Attributes
    ----------
    inputs : all inputs, used or not
    gates : gates with a path to an output, numbered as in the circuit: g0, g1, …
    outputs : for each output its port and the node that it reads
    remark : a sentence about cycles, "" where there are none
    """

    inputs: tuple[str, ...]
    gates: tuple[Gate, ...]
    outputs: tuple[tuple[str, str], ...]
    remark: str

    @classmethod
    def of(cls, circuit: CircuitPhenotype) -> Netlist:
        """The circuit with encoded names; NetlistError where two inputs or two outputs share one."""
        for what, names in (("inputs", circuit.input_names), ("outputs", circuit.output_names)):
            if twice := [name for name in names if names.count(name) > 1 or not name]:
                raise NetlistError(f"{what} need names that differ; two are called {twice[0]!r}, or one has no name")
        inputs = tuple(map(encode, circuit.input_names))
        ports = [PORT + port if port in inputs else port for port in map(encode, circuit.output_names)]
        node = dict(enumerate(inputs))
        for gate in circuit.effective():
            name = f"g{gate}"
            while name in inputs or name in ports:
                name += "_"
            node[len(inputs) + gate] = name
        gates = [
            Gate(node[len(inputs) + g], circuit.kinds[g], (node[circuit.sources[g][0]], node[circuit.sources[g][1]]))
            for g in circuit.effective()
        ]
        around = [node[len(inputs) + g] for g in cycle(circuit)]
        remark = (
            f"This netlist has combinational cycles, such as {' -> '.join(around)}: its outputs depend on delays."
            if around
            else ""
        )
        outputs = tuple((port, node[source]) for port, source in zip(ports, circuit.outputs, strict=True))
        return cls(inputs, tuple(gates), outputs, remark)


class _Driver(NamedTuple):
    table: int
    sources: tuple[str, str]
    where: str


class Wiring:
    """What a reader has found so far; wires may be read before they are driven.

    Inverters, buffers and constants, for which there are no gates of ours, become NAND gates: NOT a = NAND(a, a),
    1 = NAND(a, NAND(a, a)); a buffer is another name of the same wire.
    """

    def __init__(self) -> None:
        self.inputs: dict[str, str] = {}  # names, and where they stand
        self.outputs: dict[str, str] = {}
        self.drivers: dict[str, _Driver] = {}
        self._n_fresh = 0

    def add_input(self, name: str, where: str) -> None:
        """Another input, in order; NetlistError for a second of that name."""
        if name in self.inputs:
            raise mistake(where, f"a second input {name!r}; the first: {self.inputs[name]}")
        self.inputs[name] = where

    def add_output(self, name: str, where: str) -> None:
        """Another output, in order; it reads the wire of its name."""
        if name in self.outputs:
            raise mistake(where, f"a second output {name!r}; the first: {self.outputs[name]}")
        self.outputs[name] = where

    def drive(self, name: str, table: int, sources: tuple[str, str], where: str) -> None:
        """Give the wire `name` the function `table` (bit a + 2·b) of two wires."""
        if name in self.drivers:
            raise mistake(where, f"{name!r} has two drivers; the first: {self.drivers[name].where}")
        a, b = sources
        if table in _MIRRORED:
            table, sources = _MIRRORED[table], (b, a)
        elif table in (NOT, NOT_B):
            table, sources = GATES["nand"], (a, a) if table == NOT else (b, b)
        elif table in (ZERO, ONE):
            table, sources = SAME, (self._constant(table == ONE, where),) * 2
        elif table == SAME_B:
            table, sources = SAME, (b, b)
        self.drivers[name] = _Driver(table, sources, where)

    def fresh(self) -> str:
        """A name that no file can contain."""
        self._n_fresh += 1
        return f"wire {self._n_fresh}"

    def _constant(self, value: bool, where: str) -> str:
        names = {True: "constant 1", False: "constant 0"}
        if names[value] not in self.drivers:
            if not self.inputs:
                raise mistake(where, "a constant needs at least one input beside it, from which gates make it")
            if value:
                first, inverted = next(iter(self.inputs)), self.fresh()
                self.drive(inverted, NOT, (first, first), where)
                self.drive(names[True], GATES["nand"], (first, inverted), where)
            else:
                self.drive(names[False], NOT, (self._constant(True, where),) * 2, where)
        return names[value]

    def circuit(self) -> CircuitPhenotype:
        """The effective circuit, gates in the order of the file; NetlistError for wires that nothing drives."""
        if not self.outputs:
            raise NetlistError("expected at least one output, got none")
        for name in self.drivers.keys() & self.inputs.keys():
            raise mistake(self.drivers[name].where, f"{name!r} is an input, so that nothing may drive it")
        outputs = [self._node(name, where) for name, where in self.outputs.items()]
        sources: dict[str, tuple[str, str]] = {}
        todo = list(outputs)
        while todo:
            name = todo.pop()
            if name not in self.inputs and name not in sources:
                _, (a, b), where = self.drivers[name]
                sources[name] = (self._node(a, where), self._node(b, where))
                todo += sources[name]
        gates = [name for name in self.drivers if name in sources]
        number = {name: k for k, name in enumerate([*self.inputs, *gates])}
        return CircuitPhenotype(
            input_names=tuple(map(decode, self.inputs)),
            output_names=tuple(map(decode, self.outputs)),
            kinds=tuple(_KINDS[self.drivers[gate].table] for gate in gates),
            sources=tuple((number[sources[gate][0]], number[sources[gate][1]]) for gate in gates),
            outputs=tuple(number[name] for name in outputs),
        )

    def _node(self, name: str, where: str) -> str:
        """The input or gate behind a name, through all buffers."""
        passed = {name}
        while name not in self.inputs:
            if name not in self.drivers:
                raise mistake(where, f"{name!r} is read, but nothing drives it")
            driver = self.drivers[name]
            if driver.table != SAME:
                return name
            name, where = driver.sources[0], driver.where
            if name in passed:
                raise mistake(where, f"{name!r} is joined to itself, without a gate between")
            passed.add(name)
        return name


def mistake(where: str, message: str) -> NetlistError:
    """What is wrong in a text that is read, and in which line or part of it."""
    return NetlistError(f"{where}: {message}")

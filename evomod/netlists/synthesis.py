"""Circuits made from expressions, out of the kinds of gates that a genotype has.

Values are truth tables, whole numbers with row r in bit r, and a value becomes a gate only when a gate has to read it.
Two sub-expressions with the same table are one gate: that shares what is equal, drops double inverters and does
without constants wherever it can.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import product

from evomod.errors import InputError
from evomod.genotypes.circuit_phenotype import GATES, CircuitPhenotype
from evomod.goals.logic import ExpressionError, evaluate, hex_table

# Functions of two nodes a and b: bit a + 2·b.
_A, _B, _NOT_A, _ONE = 0b1010, 0b1100, 0b0101, 0b1111

MAX_INPUTS = 16  # 65,536 rows, which each gate has one whole number for

Step = tuple[int, str, int, int]  # the function that a gate gets, its kind, and the functions of its sources


def synthesise(outputs: Sequence[str], input_names: Sequence[str], gates: Sequence[str]) -> CircuitPhenotype:
    """A circuit without feedback that computes the expressions.

    Parameters
    ----------
    outputs : sequence of str
        Expressions or hex truth tables as in a scenario's goals, one for each output.
    input_names : sequence of str
        1 to 16, all different.
    gates : sequence of str
        Kinds of gates, keys of `GATES`. An operator becomes the gate of its kind where there is one, otherwise the
        smallest arrangement of the others: with NAND alone XOR takes 4 gates, OR 3, AND 2, NOT 1.

    Returns
    -------
    CircuitPhenotype
        Every gate has a path to an output and reads only inputs and earlier gates. Outputs are called o0, o1, ….

    Raises
    ------
    InputError
        For a mistake in an expression or in the names, an unknown gate, or where these gates cannot do it.
    """
    _check(outputs, input_names, gates)
    builder = _Builder(len(input_names), tuple(gates))
    nodes = []
    for k, text in enumerate(outputs):
        try:
            nodes.append(builder.node(builder.value(text, input_names)))
        except ExpressionError as error:
            raise InputError(f"output {k}, {text!r}: {error}") from None
    circuit = CircuitPhenotype(
        input_names=tuple(input_names),
        output_names=tuple(f"o{k}" for k in range(len(outputs))),
        kinds=tuple(kind for kind, _, _ in builder.gates),
        sources=tuple((a, b) for _, a, b in builder.gates),
        outputs=tuple(nodes),
    )
    return _without_idle_gates(circuit)


def _check(outputs: Sequence[str], input_names: Sequence[str], gates: Sequence[str]) -> None:
    if unknown := [kind for kind in gates if kind not in GATES]:
        raise InputError(f"unknown gate {unknown[0]!r}; possible: {', '.join(GATES)}")
    if not input_names or not outputs or not gates:
        raise InputError("a circuit needs at least one input, one output and one kind of gate")
    if len(set(input_names)) < len(input_names):
        raise InputError(f"two inputs have the same name: {', '.join(input_names)}")
    if len(input_names) > MAX_INPUTS:
        raise InputError(f"{len(input_names)} inputs; at most {MAX_INPUTS} are possible, as truth tables are compared")


class _Builder:
    """The gates so far, and the algebra over truth tables that makes them."""

    def __init__(self, n_inputs: int, kinds: tuple[str, ...]) -> None:
        self.n_inputs, self.kinds, self.recipes = n_inputs, kinds, recipes(frozenset(kinds))
        self.all = (1 << (1 << n_inputs)) - 1
        # Column i of the truth table: 2^i zeros, 2^i ones, and so on.
        self.inputs = [self.all // ((1 << (1 << i)) + 1) << (1 << i) for i in range(n_inputs)]
        self.nodes = {table: i for i, table in enumerate(self.inputs)}
        self.gates: list[tuple[str, int, int]] = []

    def value(self, text: str, input_names: Sequence[str]) -> int:
        """The table of an expression or a hex table, with the gates that lead to it."""
        table = hex_table(text, self.n_inputs)
        if table is None:
            return evaluate(text, dict(zip(input_names, self.inputs, strict=True)), self)
        return self.expand(table, self.n_inputs - 1)

    def constant(self, value: bool) -> int:
        """Nothing is made before it is needed."""
        return self.all if value else 0

    def invert(self, a: int) -> int:
        """Likewise: it may end within a gate."""
        return self.all ^ a

    def apply(self, operator: str, a: int, b: int) -> int:
        """The table of an operator's result, made as a gate unless it or its inverse is there."""
        value = _composed(GATES[operator], a, b, self.all)
        if not self.at_hand(value):
            # An operand of which only the inverse is there is inverted within the gate.
            turned = (a not in self.nodes) + 2 * (b not in self.nodes)
            table = sum((GATES[operator] >> (row ^ turned) & 1) << row for row in range(4))
            a, b = (each if each in self.nodes else self.invert(each) for each in (a, b))
            self.make(table ^ _ONE if table not in self.recipes and table ^ _ONE in self.recipes else table, a, b)
        return value

    def at_hand(self, value: int) -> bool:
        """Can this be had without a gate, but for an inverter or a constant?"""
        return value in (0, self.all) or value in self.nodes or self.invert(value) in self.nodes

    def node(self, value: int) -> int:
        """The node of a table that is at hand."""
        if value in (0, self.all):
            return self.make(_ONE if value else 0, self.inputs[0], self.inputs[0])
        return self.nodes[value] if value in self.nodes else self.make(_NOT_A, self.invert(value), self.invert(value))

    def make(self, table: int, a: int, b: int) -> int:
        """The node of a function of two nodes, given by their tables; gates are added as needed."""
        if table not in self.recipes:
            raise InputError(_impossible(table, self.kinds))
        values = {f: _composed(f, a, b, self.all) for f in (_A, _B)}
        for function, kind, left, right in self.recipes[table]:
            values[function] = value = _composed(function, a, b, self.all)
            if value not in self.nodes:
                self.gates.append((kind, self.nodes[values[left]], self.nodes[values[right]]))
                self.nodes[value] = self.n_inputs + len(self.gates) - 1
        return self.nodes[values[table]]

    def expand(self, table: int, k: int) -> int:
        """A table as a choice by input k between its two halves, and so on (Shannon's expansion)."""
        if self.at_hand(table):
            return table
        x, width = self.inputs[k], 1 << k
        low, high = table & ~x, table & x
        low, high = self.expand(low | low << width, k - 1), self.expand(high | high >> width, k - 1)
        if low == self.invert(high):
            return self.apply("xor", x, low)
        return self.apply("or", self.apply("and", x, high), self.apply("and", self.invert(x), low))


def _composed(table: int, a: int, b: int, all_rows: int) -> int:
    """The table of a function of two tables: its minterms, each in the rows where it holds."""
    minterms = (all_rows & ~a & ~b, a & ~b, b & ~a, a & b)
    return sum(rows for row, rows in enumerate(minterms) if table >> row & 1)


@cache
def recipes(kinds: frozenset[str]) -> dict[int, tuple[Step, ...]]:
    """For each function of two nodes that these gates can make, the fewest gates that do: breadth first."""
    possible = {_A, _B}
    while more := {table for table, *_ in _steps(kinds, possible)} - possible:
        possible |= more
    found: dict[int, tuple[Step, ...]] = {_A: (), _B: ()}
    # Sets of functions that are there, and the steps that lead to them.
    level: dict[frozenset[int], tuple[Step, ...]] = {frozenset((_A, _B)): ()}
    seen = set(level)
    while len(found) < len(possible):
        above: dict[frozenset[int], tuple[Step, ...]] = {}
        for there, steps in level.items():
            for step in _steps(kinds, there):
                if (then := there | {step[0]}) not in seen:
                    seen.add(then)
                    above[then] = (*steps, step)
                    found.setdefault(step[0], above[then])
        level = above
    return found


def _steps(kinds: frozenset[str], there: Iterable[int]) -> Iterator[Step]:
    """All gates that may come next."""
    for kind, left, right in product(filter(kinds.__contains__, GATES), sorted(there), sorted(there)):
        yield _composed(GATES[kind], left, right, _ONE), kind, left, right


def _impossible(table: int, kinds: Sequence[str]) -> str:
    names = {GATES[kind]: kind for kind in GATES} | {_NOT_A: "not", 0: "the constant 0", _ONE: "the constant 1"}
    name = names.get(table) or names.get(table ^ _ONE) or "an inverted operand"
    enough = [kind for kind in GATES if table in recipes(frozenset((*kinds, kind)))]
    return f"{name} cannot be made of {', '.join(kinds)} alone; add one of {', '.join(enough)}"


def _without_idle_gates(circuit: CircuitPhenotype) -> CircuitPhenotype:
    n_inputs, gates = len(circuit.input_names), circuit.effective()
    node = dict(enumerate(range(n_inputs))) | {n_inputs + gate: n_inputs + k for k, gate in enumerate(gates)}
    return replace(
        circuit,
        kinds=tuple(circuit.kinds[gate] for gate in gates),
        sources=tuple((node[circuit.sources[gate][0]], node[circuit.sources[gate][1]]) for gate in gates),
        outputs=tuple(node[source] for source in circuit.outputs),
    )

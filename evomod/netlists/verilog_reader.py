"""Reading structural Verilog: single wires, gate primitives of two inputs, `assign` with ~ & ^ | and parentheses."""

from __future__ import annotations

import re
from typing import NamedTuple

from evomod.genotypes.circuit_phenotype import GATES, CircuitPhenotype
from evomod.netlists.netlist import NOT, NOT_B, ONE, SAME, SAME_B, ZERO, Wiring, mistake
from evomod.netlists.tokens import TokenReader

PRIMITIVES = {"nand": "nand", "and": "and", "or": "or", "xor": "xor", "nor": "nor", "xnor": "eq"}
MAX_DEPTH = 100  # parentheses and negations inside one another

_ONE_INPUT = {"not": NOT, "buf": SAME}
_LEVELS = ({"|": "or", "~|": "nor"}, {"^": "xor", "~^": "eq", "^~": "eq"}, {"&": "and", "~&": "nand"})
_TOKEN = re.compile(
    r"(?P<skip>\s+|//[^\n]*|/\*.*?\*/|\(\*(?!\s*\)).*?\*\)|`[^\n]*)"
    r"|\\(?P<escaped>\S+)|(?P<word>[A-Za-z_][\w$]*)"
    r"|(?P<constant>(?:1\s*)?'[sS]?[bBoOdDhH]\s*[01]\b)|(?P<number>\d[\w']*)|(?P<symbol>~\^|\^~|~&|~\||.)",
    re.DOTALL,
)


class _Value(NamedTuple):
    """A function of two wires, not yet a gate: ~(a & b) is to become one NAND and not two gates."""

    table: int
    sources: tuple[str, str]


class VerilogReader(TokenReader):
    """Recursive descent over the tokens of one module."""

    literal = ("word", "symbol")
    names = ("word", "escaped")

    def __init__(self, text: str) -> None:
        super().__init__(text, _TOKEN)
        self.depth = 0
        self.ports: dict[str, str] = {}
        self.directions: dict[str, str] = {}
        self.wiring = Wiring()
        self.statements: list[tuple[str, _Value, str]] = []

    def module(self) -> CircuitPhenotype:
        """The circuit."""
        self.expect("module")
        self.name()
        if self.accept("("):
            self.header()
        self.expect(";")
        while not self.accept("endmodule"):
            self.item()
        self.expect_end("endmodule")
        for port, where in self.ports.items():
            if port not in self.directions:
                raise mistake(where, f"expected `input {port};` or `output {port};` somewhere")
            (self.wiring.add_input if self.directions[port] == "input" else self.wiring.add_output)(port, where)
        for name, value, where in self.statements:
            self.wiring.drive(name, value.table, value.sources, where)
        return self.wiring.circuit()

    def header(self) -> None:
        """Names of the ports, perhaps with their directions; their order is that of the circuit."""
        direction = ""
        while not self.accept(")"):
            if self.here.kind == "word" and self.here.text in ("input", "output"):
                direction = self.take().text
                self.accept("wire")
            self.declare(direction)
            if not self.accept(","):
                self.expect(")")
                break

    def item(self) -> None:
        """One declaration, assignment or list of gates."""
        token = self.take()
        word = token.text if token.kind == "word" else ""
        if word in ("input", "output", "wire"):
            if word != "wire":
                self.accept("wire")
            self.declare(word)
            while self.accept(","):
                self.declare(word)
        elif word == "assign":
            self.assignment()
            while self.accept(","):
                self.assignment()
        elif word in PRIMITIVES or word in _ONE_INPUT:
            self.gate(word)
            while self.accept(","):
                self.gate(word)
        else:
            words = ", ".join(["input", "output", "wire", "assign", *PRIMITIVES, *_ONE_INPUT])
            raise mistake(token.where, f"expected one of {words}, or endmodule, got {token.text!r}")
        self.expect(";")

    def declare(self, direction: str) -> None:
        """One name of a port or wire."""
        if self.here.text == "[":
            raise mistake(self.here.where, "expected a name, got a bus; only single wires are read")
        where, name = self.here.where, self.name()
        if direction != "wire":
            self.ports.setdefault(name, where)
        if direction in ("input", "output"):
            self.directions[name] = direction

    def gate(self, word: str) -> None:
        """One instance: perhaps a name, then the output and the inputs."""
        if not self.accept("("):
            self.name()
            self.expect("(")
        where, output = self.here.where, self.name()
        self.expect(",")
        values = [self.expression(0)]
        while self.accept(","):
            values.append(self.expression(0))
        self.expect(")")
        n_inputs = 1 if word in _ONE_INPUT else 2
        if len(values) != n_inputs:
            raise mistake(where, f"expected {word!r} with an output and {n_inputs} input(s), got {len(values)} inputs")
        if n_inputs == 1:
            value = values[0] if word == "buf" else _inverted(values[0])
        else:
            value = self.joined(GATES[PRIMITIVES[word]], *values)
        self.statements.append((output, value, where))

    def assignment(self) -> None:
        """`name = expression`."""
        where, name = self.here.where, self.name()
        self.expect("=")
        self.statements.append((name, self.expression(0), where))

    def expression(self, level: int) -> _Value:
        """From the loosest operator to the tightest; as in Verilog, | then ^ then &."""
        if level == len(_LEVELS):
            return self.operand()
        value = self.expression(level + 1)
        while self.here.kind == "symbol" and self.here.text in _LEVELS[level]:
            operator = _LEVELS[level][self.take().text]
            value = self.joined(GATES[operator], value, self.expression(level + 1))
        return value

    def operand(self) -> _Value:
        """A name, a constant, ~ or parentheses."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise mistake(self.here.where, f"expected an expression at most {MAX_DEPTH} deep")
        if self.accept("("):
            value = self.expression(0)
            self.expect(")")
        elif self.accept("~"):
            value = _inverted(self.operand())
        elif self.here.kind == "constant":
            value = _Value(ONE if self.take().text.endswith("1") else ZERO, ("", ""))
        else:
            name = self.name()
            value = _Value(SAME, (name, name))
        self.depth -= 1
        return value

    def joined(self, gate: int, left: _Value, right: _Value) -> _Value:
        """The gate of two values, each of which becomes a function of one wire first."""
        (f, (a, _)), (g, (b, _)) = self.of_one_wire(left), self.of_one_wire(right)
        table = 0
        for row in range(4):
            first, second = row & 1, row >> 1  # the values of the two wires
            table |= (gate >> ((f >> first & 1) + 2 * (g >> second & 1)) & 1) << row
        return _Value(table, (a, b))

    def of_one_wire(self, value: _Value) -> _Value:
        """A constant, a wire or an inverted wire, with what else there is made a gate."""
        table, (_, b) = value
        if table in (ZERO, ONE, SAME, NOT):
            return value
        if table in (SAME_B, NOT_B):
            return _Value(SAME if table == SAME_B else NOT, (b, b))
        name = self.wiring.fresh()
        self.statements.append((name, value, self.here.where))
        return _Value(SAME, (name, name))


def _inverted(value: _Value) -> _Value:
    return _Value(value.table ^ 0b1111, value.sources)

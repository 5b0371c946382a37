"""Goals as Boolean expressions over the named inputs, or as truth tables."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, Literal, NoReturn, Protocol, TypeVar

import numpy as np
import numpy.typing as npt
from pydantic import Field

from evomod.component import AsTuple
from evomod.goals.base import Cases, Goal, truth_table_inputs
from evomod.goals.function import function_of, multiplicity
from evomod.rng import Stream

Bits = npt.NDArray[np.bool_]
Value = TypeVar("Value")

MAX_LENGTH = 4_096  # characters of an expression
MAX_DEPTH = 100  # parentheses and negations inside one another

# From loose to tight. A chain of nand or nor has no agreed meaning, so those ask for parentheses.
LEVELS = (("or", "nor"), ("xor", "eq"), ("and", "nand"))
SYMBOLS = {"|": "or", "^": "xor", "&": "and", "~": "not"}
WORDS = frozenset({"or", "nor", "xor", "eq", "and", "nand", "not"})
_TOKEN = re.compile(r"\s*(?:(?P<word>[A-Za-z_]\w*)|(?P<symbol>[()|^&~])|(?P<constant>[01])(?!\w)|(?P<other>\S))")


class ExpressionError(ValueError):
    """What is wrong with an expression, as a sentence."""


class LogicGoal(Goal):
    """Boolean functions of the named inputs, one expression or hex truth table per output."""

    kind: Literal["logic"] = "logic"
    outputs: Annotated[tuple[str, ...], Field(min_length=1, max_length=64), AsTuple] = Field(
        description="One function per output: ~ & ^ | or not, and, nand, xor, eq, or, nor with parentheses; "
        "or a truth table in hex, row 0 as the lowest bit."
    )

    @property
    def n_outputs(self) -> int:
        """Number of outputs."""
        return len(self.outputs)

    def cases(self, input_names: Sequence[str], stream: Stream | None = None) -> Cases:
        """All rows of the truth table."""
        columns = [truth_table(text, input_names) for text in self.outputs]
        return Cases(truth_table_inputs(len(input_names)), np.stack(columns, axis=1))

    def mistake(self, input_names: Sequence[str]) -> tuple[str, str] | None:
        """Syntax, unknown names, tables of a wrong length."""
        for k, text in enumerate(self.outputs):
            try:
                truth_table(text, input_names)
            except ExpressionError as error:
                return f"outputs[{k}]" if len(self.outputs) > 1 else "", str(error)
        return None

    def subgoals(self, input_names: Sequence[str]) -> dict[int, str]:
        """The operands of the outermost operators that are operators themselves, such as the XORs of (x ^ y) & (w ^ z).

        A chain such as a & b & c is one operator; negations do not count, nor do functions of less than two inputs.
        """
        found: dict[int, str] = {}
        mask = (1 << (1 << len(input_names))) - 1
        for text in self.outputs:
            for part in _term(text, input_names).positive().operands:
                term = part.positive()
                function = function_of(term.table[:, None])
                n_read = sum(multiplicity(function, len(input_names), [i]) > 1 for i in range(len(input_names)))
                if term.operator and n_read > 1:
                    found.setdefault(function ^ mask if function & 1 else function, term.text)
        return found


def shorthand(node: Any) -> Any:
    """What people write for a goal (an expression, a table, a list of them) as a full node; others as they are."""
    if node is None:
        raise ValueError("is empty; write an expression, such as x ^ y")
    if isinstance(node, str) or (isinstance(node, int) and not isinstance(node, bool)):
        node = [node]
    if isinstance(node, list):
        # YAML reads 0x0660 as a number; its leading zeros carry nothing.
        return {"kind": "logic", "outputs": [hex(n) if type(n) is int and n >= 0 else n for n in node]}
    return node


def truth_table(text: str, input_names: Sequence[str]) -> Bits:
    """Evaluate an expression or a hex table in all rows: bool (2^n,), row r with input i equal to bit i of r."""
    n_rows = 1 << len(input_names)
    if (number := hex_table(text, len(input_names))) is not None:
        return np.array([number >> row & 1 for row in range(n_rows)], bool)
    inputs = truth_table_inputs(len(input_names))
    return evaluate(text, {name: inputs[:, i] for i, name in enumerate(input_names)}, _Columns(n_rows))


def hex_table(text: str, n_inputs: int) -> int | None:
    """The truth table that a text gives in hex, row r in bit r; None for an expression."""
    if not re.fullmatch(r"\s*0[xX][0-9a-fA-F_]+\s*", text):
        return None
    n_rows = 1 << n_inputs
    digits = text.strip()[2:].replace("_", "").lstrip("0")
    if len(digits) * 4 > n_rows + 3 or int(digits or "0", 16) >> n_rows:
        raise ExpressionError(
            f"the table has more than the {n_rows} rows of {n_inputs} input(s) ({max(1, n_rows // 4)} hex digits)"
        )
    return int(digits or "0", 16)


class Algebra(Protocol[Value]):
    """What an expression is evaluated over: columns of a truth table, or gates of a circuit."""

    def constant(self, value: bool) -> Value:
        """0 or 1."""
        ...

    def invert(self, a: Value) -> Value:
        """NOT a."""
        ...

    def apply(self, operator: str, a: Value, b: Value) -> Value:
        """One of and, or, xor, nand, nor, eq."""
        ...


def evaluate(text: str, inputs: Mapping[str, Value], algebra: Algebra[Value]) -> Value:
    """The value of an expression whose inputs have these values; raises ExpressionError."""
    return _Parser(text, inputs, algebra).parse()


class _Columns:
    """Truth tables: bool (n_rows,)."""

    def __init__(self, n_rows: int) -> None:
        self.n_rows = n_rows

    def constant(self, value: bool) -> Bits:
        return np.full(self.n_rows, value)

    def invert(self, a: Bits) -> Bits:
        return ~a

    def apply(self, operator: str, a: Bits, b: Bits) -> Bits:
        if operator in ("and", "nand"):
            value = a & b
        elif operator in ("or", "nor"):
            value = a | b
        else:
            value = a ^ b
        return ~value if operator in ("nand", "nor", "eq") else value


@dataclass(frozen=True)
class _Term:
    """An expression taken apart one level deep; `operator` is empty for inputs and constants."""

    text: str
    table: Bits
    operator: str = ""
    operands: tuple[_Term, ...] = ()

    def positive(self) -> _Term:
        """Without the negations around it."""
        return self.operands[0].positive() if self.operator == "not" else self


class _Terms:
    """Expressions as terms, in the text of which only the parentheses are ours."""

    def __init__(self, n_rows: int) -> None:
        self.columns = _Columns(n_rows)

    def constant(self, value: bool) -> _Term:
        return _Term(str(int(value)), self.columns.constant(value))

    def invert(self, a: _Term) -> _Term:
        return _Term(f"~{_bracketed(a)}", self.columns.invert(a.table), "not", (a,))

    def apply(self, operator: str, a: _Term, b: _Term) -> _Term:
        table = self.columns.apply(operator, a.table, b.table)
        operands: tuple[_Term, ...] = ()
        for term in (a, b):  # and, or, xor and eq are associative
            chained = term.operator == operator and operator not in ("nand", "nor")
            operands += term.operands if chained else (term,)
        sign = next((symbol for symbol, word in SYMBOLS.items() if word == operator), operator)
        return _Term(f" {sign} ".join(map(_bracketed, operands)), table, operator, operands)


def _bracketed(term: _Term) -> str:
    return f"({term.text})" if term.operator not in ("", "not") else term.text


def _term(text: str, input_names: Sequence[str]) -> _Term:
    n_rows, inputs = 1 << len(input_names), truth_table_inputs(len(input_names))
    if hex_table(text, len(input_names)) is not None:
        return _Term(text, truth_table(text, input_names))
    return evaluate(text, {name: _Term(name, inputs[:, i]) for i, name in enumerate(input_names)}, _Terms(n_rows))


class _Parser(Generic[Value]):
    """Recursive descent. Nothing is ever evaluated as Python."""

    def __init__(self, text: str, inputs: Mapping[str, Value], algebra: Algebra[Value]) -> None:
        if len(text) > MAX_LENGTH:
            raise ExpressionError(f"is {len(text)} characters long; at most {MAX_LENGTH} are read")
        self.inputs, self.algebra, self.depth, self.next = inputs, algebra, 0, 0
        self.tokens = [(m.group().strip(), m.lastgroup) for m in _TOKEN.finditer(text)]

    def parse(self) -> Value:
        if not self.tokens:
            raise ExpressionError("is empty")
        value = self.level(0)
        if self.next < len(self.tokens):
            token, kind = self.tokens[self.next]
            after = self.tokens[self.next - 1][0]
            if kind == "other":
                self.refuse(token)
            if token == ")":
                raise ExpressionError("a `)` too many")
            raise ExpressionError(f"an operator is missing between {after!r} and {token!r}")
        return value

    def level(self, k: int) -> Value:
        if k == len(LEVELS):
            return self.operand()
        value, operators = self.level(k + 1), []
        while (operator := self.operator()) in LEVELS[k]:
            self.next += 1
            operators.append(operator)
            if len(operators) > 1 and (ambiguous := {"nand", "nor"}.intersection(operators)):
                raise ExpressionError(f"a chain with {ambiguous.pop()!r} needs parentheses: it means two things")
            value = self.algebra.apply(str(operator), value, self.level(k + 1))
        return value

    def operator(self) -> str | None:
        if self.next == len(self.tokens):
            return None
        token = self.tokens[self.next][0]
        return SYMBOLS.get(token, token.lower())

    def operand(self) -> Value:
        if self.next == len(self.tokens):
            raise ExpressionError(f"ends too early, after {self.tokens[-1][0]!r}")
        token, kind = self.tokens[self.next]
        self.next += 1
        if token in self.inputs:
            return self.inputs[token]
        if kind == "constant":
            return self.algebra.constant(token == "1")
        if token == "(" or token == "~" or token.lower() == "not":
            return self.nested(token)
        if kind == "word" and token.lower() not in WORDS:
            raise ExpressionError(f"unknown input {token!r}; inputs are {', '.join(self.inputs) or 'none'}")
        if kind == "other":
            self.refuse(token)
        twice = f"; write a single {token!r}" if self.next > 1 and self.tokens[self.next - 2][0] == token else ""
        raise ExpressionError(f"{token!r} stands where an input or `(` should{twice}")

    def refuse(self, token: str) -> NoReturn:
        hint = "; a truth table in hex begins with 0x" if token.isdigit() else ""
        raise ExpressionError(f"{token!r} means nothing here; operators are ~ & ^ | and {_WORDS}{hint}")

    def nested(self, token: str) -> Value:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionError(f"is nested more than {MAX_DEPTH} deep")
        if token == "(":
            value = self.level(0)
            if self.operator() != ")":
                if self.next < len(self.tokens) and self.tokens[self.next][1] == "other":
                    self.refuse(self.tokens[self.next][0])
                raise ExpressionError("a `)` is missing")
            self.next += 1
        else:
            value = self.algebra.invert(self.operand())
        self.depth -= 1
        return value


_WORDS = ", ".join(sorted(WORDS))

"""Families of goals that are put together from the same sub-goals (Kashtan, Noor & Alon 2007; Parter et al. 2008)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from evomod.component import AsTuple
from evomod.errors import InputError
from evomod.goals.base import Cases, Goal
from evomod.goals.logic import WORDS, ExpressionError, LogicGoal, truth_table
from evomod.rng import Stream

MAX_MEMBERS = 4_096
MAX_SUBGOALS = 12

_NAME = re.compile(r"[A-Za-z_]\w*")


def _one_or_many(value: Any) -> Any:
    return (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else value


OneOrMany = BeforeValidator(_one_or_many, json_schema_input_type=str | list[str])


class Family(Goal):
    """All goals F(A, B, …) of given sub-goals A, B, … and functions F; `g` stands for g1, g2, ….

    They are numbered over the alternatives of the sub-goals, sub-goals in alphabetical order, the last one fastest, and
    within these over the entries of `outputs`. A function that comes twice is listed once, where it comes first.
    """

    kind: Literal["family"] = "family"
    where: Annotated[
        dict[str, Annotated[tuple[str, ...], OneOrMany, Field(min_length=1)]],
        Field(min_length=1, max_length=MAX_SUBGOALS),
    ] = Field(description="Sub-goals by name, each an expression of the inputs or a list of alternatives.")
    outputs: Annotated[
        tuple[Annotated[tuple[str, ...], OneOrMany, Field(min_length=1, max_length=64)], ...],
        Field(min_length=1),
        AsTuple,
    ] = Field(description="Functions of the sub-goals, each an expression or, with several outputs, a list of them.")

    @property
    def n_outputs(self) -> int:
        """Number of outputs of every member."""
        return len(self.outputs[0])

    def cases(self, input_names: Sequence[str], stream: Stream) -> Cases:
        """A family has none; its members do."""
        raise InputError("a family stands for many goals and has no cases of its own; take those of its members")

    def mistake(self, input_names: Sequence[str]) -> tuple[str, str] | None:
        """Syntax, unknown names, entries of unlike length, too many members, members that are too long."""
        return next(self._mistakes(input_names), None)

    def members(self, name: str) -> dict[str, Goal]:
        """The goals `name`1, `name`2, …, each once, as explicit expressions of the inputs."""
        if found := self.mistake(self._inputs):
            raise InputError(f"{name}.{found[0]}: {found[1]}")
        texts = (outputs for _, outputs in self._distinct())
        return {f"{name}{k}": LogicGoal(outputs=outputs) for k, outputs in enumerate(texts, 1)}

    @property
    def _inputs(self) -> list[str]:
        words = {word for texts in self.where.values() for text in texts for word in _NAME.findall(text)}
        return sorted(word for word in words if word.lower() not in WORDS)

    def _mistakes(self, input_names: Sequence[str]) -> Iterator[tuple[str, str]]:
        for name, texts in self.where.items():
            if not _NAME.fullmatch(name) or not name.isascii() or name.lower() in WORDS:
                yield "where", f"{name!r} cannot name a sub-goal: use letters, digits and '_', and no operator"
            for k, text in enumerate(texts):
                if sentence := _mistake_in(text, input_names):
                    yield f"where.{name}" + f"[{k}]" * (len(texts) > 1), sentence
        for e, entry in enumerate(self.outputs):
            for k, text in enumerate(entry):
                if sentence := _mistake_in(text, sorted(self.where)):
                    aside = " (here, the sub-goals of `where`)" if sentence.startswith("unknown input") else ""
                    yield f"outputs[{e}]" + f"[{k}]" * (len(entry) > 1), sentence + aside
            if len(entry) != self.n_outputs:
                yield f"outputs[{e}]", f"has {len(entry)} output(s), but the first entry has {self.n_outputs}"
        n_members = len(self.outputs) * math.prod(map(len, self.where.values()))
        if n_members > MAX_MEMBERS:
            yield "", f"stands for {n_members:,} goals; at most {MAX_MEMBERS:,} are possible"
        for e, outputs in self._distinct():
            if found := LogicGoal(outputs=outputs).mistake(input_names):
                yield f"outputs[{e}]", f"with the sub-goals written out, {found[1]}"

    def _distinct(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Entry and expressions of each member; nothing may be wrong with the parts."""
        names = sorted(self.where)
        columns = {name: [truth_table(text, self._inputs) for text in self.where[name]] for name in names}
        tables = [[truth_table(text, names) for text in entry] for entry in self.outputs]
        seen = set[tuple[bytes, ...]]()
        for choice in product(*(range(len(columns[name])) for name in names)):
            rows = sum(columns[name][k].astype(int) << i for i, (name, k) in enumerate(zip(names, choice, strict=True)))
            parts = {name: self.where[name][k] for name, k in zip(names, choice, strict=True)}
            for e, entry in enumerate(self.outputs):
                function = tuple(table[rows].tobytes() for table in tables[e])
                if function not in seen:
                    seen.add(function)
                    yield e, tuple(_substitute(text, parts) for text in entry)


def _mistake_in(text: str, names: Sequence[str]) -> str | None:
    if text.strip().lower().startswith("0x"):
        return "a truth table cannot be part of a family; write an expression"
    try:
        truth_table(text, names)
    except ExpressionError as error:
        return str(error)
    return None


def _substitute(text: str, parts: Mapping[str, str]) -> str:
    return _NAME.sub(lambda word: f"({parts[word[0]]})" if word[0] in parts else word[0], text)

"""A text as tokens with their lines, and the steps that every reader takes over them."""

from __future__ import annotations

import re
from typing import NamedTuple

from evomod.errors import NetlistError
from evomod.netlists.netlist import mistake


class Token(NamedTuple):
    """`kind` is the name of the group of the pattern that matched."""

    kind: str
    text: str
    where: str


class TokenReader:
    """The tokens of a text, of which a subclass says what may follow what.

    `pattern` has named groups: what matches `skip` is passed over, tokens of the kinds `literal` are told by their
    text, and those of the kinds `names` are names.
    """

    literal: tuple[str, ...]
    names: tuple[str, ...]

    def __init__(self, text: str, pattern: re.Pattern[str]) -> None:
        self.tokens: list[Token] = []
        line = 1
        for match in pattern.finditer(text):
            kind = str(match.lastgroup)
            if kind != "skip":
                self.tokens.append(Token(kind, match[kind], f"line {line}"))
            line += match.group().count("\n")
        self.tokens.append(Token("end", "the end of the text", f"line {line}"))
        self.next = 0

    @property
    def here(self) -> Token:
        """The next token."""
        return self.tokens[self.next]

    def take(self) -> Token:
        """The next token, which is passed; the end is never passed."""
        token = self.here
        self.next = min(self.next + 1, len(self.tokens) - 1)
        return token

    def accept(self, text: str) -> bool:
        """Pass the next token if it is this one."""
        found = self.here.text == text and self.here.kind in self.literal
        self.next += found
        return found

    def expect(self, text: str) -> None:
        """Pass this token, or say what stands in its place."""
        if not self.accept(text):
            raise self.unexpected(f"`{text}`")

    def name(self) -> str:
        """Pass a name."""
        if self.here.kind not in self.names:
            raise self.unexpected("a name")
        return self.take().text

    def expect_end(self, after: str) -> None:
        """Nothing may follow."""
        if self.here.kind != "end":
            raise self.unexpected(f"nothing after {after}, as a file holds one circuit")

    def unexpected(self, wanted: str) -> NetlistError:
        """What was expected at the next token."""
        return mistake(self.here.where, f"expected {wanted}, got {self.here.text!r}")

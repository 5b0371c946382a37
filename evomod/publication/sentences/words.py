"""Words, numbers and formulas as sentences need them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from evomod.goals.logic import SYMBOLS, WORDS

_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def code(name: object) -> str:
    """A name as it stands in the scenario."""
    return "`" + str(name).replace("`", "'") + "`"


def listed(items: Iterable[object], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    texts = [str(item) for item in items]
    return f" {last} ".join(filter(None, [", ".join(texts[:-1]), texts[-1]])) if texts else "none"


def number(value: float) -> str:
    """10,000; 0.2; 1e-08; as exact as it is."""
    if float(value).is_integer() and abs(value) < 1e15:
        return f"{int(value):,}"
    return short if float(short := f"{value:g}") == value else repr(value)


def counted(n: int, noun: str, plural: str = "") -> str:
    """`one gate`, `12 gates`."""
    amount = _SMALL[n] if n < len(_SMALL) else f"{n:,}"
    return f"{amount} {noun if n == 1 else plural or noun + 's'}"


def ranges(numbers: Sequence[int]) -> str:
    """`1 to 50`, `1, 2 and 7 to 9`."""
    runs: list[list[int]] = []
    for value in sorted(set(numbers)):
        if runs and value == runs[-1][-1] + 1:
            runs[-1].append(value)
        else:
            runs.append([value])
    return listed(f"{r[0]} to {r[-1]}" if len(r) > 2 else listed(r) for r in runs)


def formula(text: str) -> str:
    """An expression in the words of the field: (x XOR y) AND (w XOR z); a hex table as one."""
    if text.strip().lower().startswith("0x"):
        return f"the truth table {text.strip()} (row 0 the lowest bit)"
    for symbol, word in SYMBOLS.items():
        text = text.replace(symbol, f" {word} ")
    text = re.sub(r"\b\w+\b", lambda m: m[0].upper() if m[0].lower() in WORDS else m[0], text)
    return re.sub(r"\( ", "(", " ".join(text.split()))


def formulas(texts: Sequence[str]) -> str:
    """One for each output."""
    return formula(texts[0]) if len(texts) == 1 else f"({'; '.join(map(formula, texts))})"

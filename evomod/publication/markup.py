"""Sentences of Pandoc's Markdown as plain text and as LaTeX."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from evomod.publication.bibliography import CITATION, CODE, Reference

_SPECIAL = {
    "\\": r"\textbackslash{}",
    **{sign: f"\\{sign}" for sign in "#$%&_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': "''",
    "−": "$-$",
    "×": r"$\times$",
    "·": r"$\cdot$",
    "∝": r"$\propto$",
    "≥": r"$\geq$",
    "≤": r"$\leq$",
    "–": "--",
    "…": r"\ldots{}",
    "“": "``",
    "”": "''",
    "‘": "`",
    "’": "'",
    "\n": " ",
}
_PARTS = re.compile(CODE.pattern + "|( ?)" + CITATION.pattern + r"|\b([A-Z])_([a-z]+)\b")
_IN_TEXT = re.compile(CODE.pattern + "|" + CITATION.pattern)


def as_text(sentences: str, references: Mapping[str, Reference]) -> str:
    """For people: `(Kashtan & Alon 2005)` for a citation, ‘name’ for a name; a key that nobody knows as it is."""

    def shown(found: re.Match[str]) -> str:
        if found[1] is not None:
            return f"‘{found[1]}’"
        keys = [key.removeprefix("@") for key in found[2].split("; ")]
        return f"({'; '.join(references[key].label if key in references else f'@{key}' for key in keys)})"

    return _IN_TEXT.sub(shown, sentences)


def as_latex(sentences: str) -> str:
    """For LaTeX: names in typewriter type, citations, Q with its index; everything else escaped."""
    done, end = [], 0
    for found in _PARTS.finditer(sentences):
        done.append(escaped(sentences[end : found.start()]))
        name, _, keys, symbol, index = found.groups()
        if name is not None:
            done.append(typewriter(name))
        elif keys:
            done.append(rf"~\cite{{{keys.replace('; ', ',').replace('@', '')}}}")
        else:
            done.append(rf"${symbol}_{{\mathrm{{{index}}}}}$")
        end = found.end()
    return "".join([*done, escaped(sentences[end:])])


def typewriter(name: str) -> str:
    """A name of the scenario, which may be broken after a dot or an underscore."""
    breakable = re.sub(r"([._])", r"\1\\allowbreak{}", escaped(name))
    return rf"\texttt{{{breakable}}}"


def escaped(text: str) -> str:
    """Any text as LaTeX prints it; a sign that its fonts may not have by its number in Unicode."""
    return "".join(_SPECIAL.get(sign) or (sign if _is_printed(sign) else f"[U+{ord(sign):04X}]") for sign in text)


def _is_printed(sign: str) -> bool:
    return 32 <= ord(sign) < 127 or (ord(sign) < 0x180 and unicodedata.name(sign, "").startswith("LATIN"))

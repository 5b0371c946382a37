"""The works that sentences cite, from `references.bib`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

CITATION = re.compile(r"\[(@\w+(?:; @\w+)*)\]")
CODE = re.compile(r"`([^`]*)`")  # a name of the user's, in which nothing is a citation


@dataclass(frozen=True)
class Reference:
    """An entry of a bibliography: its key, and its text in BibTeX."""

    key: str
    bibtex: str

    @property
    def label(self) -> str:
        """Authors and year, as a text has them: `Kashtan & Alon 2005`, `Parter et al. 2008`."""
        authors = [name.split(",")[0].strip("{} ") for name in self.field("author").split(" and ")]
        names = " & ".join(authors) if len(authors) < 3 else f"{authors[0]} et al."
        return f"{names} {self.field('year')}".strip()

    def field(self, name: str) -> str:
        """The value of a field, "" where there is none."""
        found = re.search(rf"^\s*{name}\s*=\s*\{{(.*)\}},?$", self.bibtex, re.MULTILINE)
        return found[1] if found else ""


def evomod(version: str, commit: str = "") -> Reference:
    """The package itself, as it was used."""
    note = f"Version {version}" + (f", git commit {commit}" if commit else "")
    return Reference(
        "evomod",
        "@misc{evomod,\n  author = {{The evomod developers}},\n"
        f"  title  = {{evomod: a laboratory for the evolution of modularity}},\n  note   = {{{note}}}\n}}",
    )


@cache
def known() -> dict[str, Reference]:
    """All works that come along, by key."""
    text = files("evomod.publication").joinpath("references.bib").read_text(encoding="utf-8")
    entries = (entry.strip() for entry in re.split(r"^(?=@)", text, flags=re.MULTILINE) if entry.strip())
    return {(reference := Reference(entry.split("{")[1].split(",")[0], entry)).key: reference for entry in entries}


def cited(texts: Iterable[str]) -> list[str]:
    """Keys of what texts cite, in the order of first mention."""
    found = (key for text in texts for some in CITATION.findall(CODE.sub("", text)) for key in some.split("; "))
    return list(dict.fromkeys(key.removeprefix("@") for key in found))

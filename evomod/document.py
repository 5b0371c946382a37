"""A YAML file in which every mistake can be shown where it stands, and values that `--set` replaces."""

from __future__ import annotations

import copy
import difflib
import math
import pathlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from evomod.errors import ScenarioError
from evomod.yaml_core import MISSING, SURROGATE, Finding, Path, Place, Places, Refused, bound, read

__all__ = ["MAX_BYTES", "MISSING", "Document", "Mistake", "Path", "shown", "suggest"]

MAX_BYTES: Final = 2**20


@dataclass(frozen=True)
class Mistake:
    """One thing that is wrong in a document.

    Parameters
    ----------
    path : Path
        Where, as keys and list indices from the top; () for the document as a whole.
    message : str
        A sentence without a full stop, such as "must be at least 1".
    got : object
        The value that was found; a line shows it unless it is `MISSING` or has an inside.
    at_key : bool
        Whether to point at the key rather than at its value.
    """

    path: Path
    message: str
    got: object = MISSING
    at_key: bool = False


@dataclass(frozen=True)
class Document:
    """A mapping read from YAML, which remembers where each of its keys stood and which ones `--set` changed.

    Parameters
    ----------
    source : str
        What messages call it: the file as the user named it, or "<string>".
    data : dict
        Plain dicts, lists, text, numbers, booleans and None.
    """

    source: str
    data: dict[str, Any]
    _places: Places = field(repr=False, compare=False)
    _settings: tuple[tuple[str, Path], ...] = ()  # where each was asked for, and the outermost path that it made

    @classmethod
    def parse(cls, text: str, source: str = "<string>") -> Document:
        """Read a document from text; raises ScenarioError."""
        try:
            data, places = read(text)
        except Refused as refused:
            raise ScenarioError([_line(_at(source, what.place), what) for what in refused.found]) from None
        if not places:
            raise _error(source, "is empty, where a mapping of keys to values is needed")
        if not isinstance(data, dict):
            raise _error(_at(source, places[()][0]), "must be a mapping of keys to values", data)
        return cls(source, data, places)

    @classmethod
    def read(cls, path: pathlib.Path) -> Document:
        """Read a document from a file; raises ScenarioError."""
        source = str(path)
        try:
            with path.open("rb") as file:
                raw = file.read(MAX_BYTES + 1)
            if len(raw) > MAX_BYTES:
                raise _error(source, "is larger than 1 MiB, the most that is read")
            text = raw.decode("utf-8-sig")  # some editors begin a file with a byte order mark
        except FileNotFoundError:
            beside = [other.name for other in path.parent.glob("*") if other.is_file()]
            raise _error(source, "no such file" + suggest(path.name, beside)) from None
        except IsADirectoryError:
            resolved, hint = path / "resolved.yaml", "; give a file"
            if resolved.is_file():
                hint = f"; the scenario of this run is {resolved}"
            if (path / "plan.json").is_file():
                hint = f"; go on with this campaign: python -m evomod campaign resume {path}"
            raise _error(source, f"is a folder{hint}") from None
        except OSError as error:
            raise _error(source, f"cannot be read: {error.strerror or error}") from None
        except UnicodeDecodeError as error:
            line = raw.count(b"\n", 0, error.start) + 1
            raise _error(f"{source}:{line}", "is not UTF-8 text") from None
        return cls.parse(text, source)

    def override(self, setting: str) -> Document:
        """Return a copy with one value replaced, as `--set key.path=value` asks; raises ScenarioError.

        Parameters
        ----------
        setting : str
            `fitness.costs.0.weight=0.1`, or `fitness.costs[0].weight=0.1` as messages write it; the value is YAML. Keys
            that are not there are made, and so is the item after the last one of a list.
        """
        where = f"--set {_short(setting)}"
        name, equals, text = setting.partition("=")
        if not equals:
            raise _error(where, "must have the form key.path=value")
        try:
            value, _ = read(text)
        except Refused as refused:
            raise ScenarioError([_line(where, what) for what in refused.found]) from None
        return self.put(name, value, where)

    def put(self, name: str, value: object, where: str) -> Document:
        """Return a copy with one value replaced, asked for in a place that messages call `where`."""
        parts = re.sub(r"\[([0-9]+)\]", r".\1", name.strip()).split(".")
        if not all(parts) or SURROGATE.search(name):
            raise _error(where, "must have the form key.path=value")
        data = copy.deepcopy(self.data)
        try:
            made = _put(data, parts, value)
        except Refused as refused:
            raise ScenarioError([_line(where, what) for what in refused.found]) from None
        return replace(self, data=data, _settings=(*self._settings, (where, made)))

    def place(self, path: Path, at_key: bool = False) -> str:
        """Where something stands, as messages show it: `file:line:column`."""
        return self._where(Mistake(path, "", at_key=at_key))[1]

    def error(self, mistakes: Iterable[Mistake]) -> ScenarioError:
        """Return all mistakes as one error, in the order of the file's lines, those made by `--set` last."""
        lines = [(*self._where(mistake), mistake) for mistake in mistakes]
        lines.sort(key=lambda entry: entry[0])
        return ScenarioError([_line(where, mistake) for _, where, mistake in lines])

    def _where(self, mistake: Mistake) -> tuple[tuple[int, Place], str]:
        """Where a mistake stands, to sort by and to show; what is not in the file is put at the key that lacks it."""
        path, at_key = mistake.path, mistake.at_key
        for i, (where, made) in reversed([*enumerate(self._settings, 1)]):
            if path[: len(made)] == made:
                return (i, (0, 0)), where
        while path not in self._places:
            path, at_key = path[:-1], True
        key, value = self._places[path]
        place = key if at_key else value
        return (0, place), _at(self.source, place)


def _put(data: dict[str, Any], parts: list[str], value: object) -> Path:
    """Set a value in place, making mappings on the way; return the path of the outermost thing that is new."""
    here: Any = data
    path: Path = ()
    made: Path = ()
    for part in parts:
        bound(len(path) + 1)
        step = _step(here, part, path)
        path = (*path, step)
        if isinstance(here, dict) and step not in here:
            made = made or path
            here[step] = {}
        elif isinstance(here, list) and step == len(here):
            made = made or path
            here.append({})
        parent, here = here, here[step]
    parent[step] = value
    return made or path


def _step(here: object, part: str, path: Path) -> str | int:
    """Read one part of a `--set` path as a key or an index of what it leads into."""
    if isinstance(here, dict):
        return part
    if not isinstance(here, list):
        raise Refused(Finding(path, f"is not a mapping, so it has no {part!r}", here))
    if not re.fullmatch("[0-9]{1,9}", part) or int(part) > len(here):
        found = f"is a list of {len(here)}, counted from 0; it has no {part!r}, and a new one would be {len(here)}"
        raise Refused(Finding(path, found))
    return int(part)


def suggest(word: str, candidates: Iterable[str]) -> str:
    """Return " (did you mean 'x'?)" for the candidate nearest to a word, or "" when none is near."""
    by_fold = {candidate.casefold(): candidate for candidate in candidates}
    near = difflib.get_close_matches(word.casefold(), by_fold, n=1)
    return f" (did you mean {by_fold[near[0]]!r}?)" if near else ""


def shown(value: object) -> str:
    """Return a value about as YAML would write it, on one short line."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    if isinstance(value, float) and not math.isfinite(value):
        return ".nan" if math.isnan(value) else ".inf" if value > 0 else "-.inf"
    if isinstance(value, list | tuple):
        return _short(f"[{', '.join(map(shown, value))}]")
    return _short(repr(value))


def _short(text: str, longest: int = 60) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _at(source: str, place: Place) -> str:
    return f"{source}:{place[0]}:{place[1]}"


def _line(where: str, what: Mistake | Finding) -> str:
    """Return `where: key.path: what is wrong [got …]`, with nothing in it that would break or colour the line."""
    keys = "".join(f"[{part}]" if isinstance(part, int) else f".{_short(part)}" for part in what.path)
    line = ": ".join(filter(None, (where, keys.removeprefix("."), what.message)))
    has_inside = isinstance(what.got, dict | list | tuple) and what.got
    if what.got is not MISSING and not has_inside:
        line += f" [got {shown(what.got)}]"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)


def _error(where: str, message: str, got: object = MISSING) -> ScenarioError:
    return ScenarioError([_line(where, Finding((), message, got))])

"""What pydantic finds wrong in a document, in the document's own terms."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from evomod.document import Document, Mistake, Path, shown, suggest

Known = Callable[[Path], Iterable[str]]

KIND: Final = "kind"
_TYPES: Final = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "string": "text",
    "list": "a list",
    "tuple": "a list",
    "dict": "a mapping",
    "model": "a mapping",
}
_BOUNDS: Final = {
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "greater_than": "must be more than {gt}",
    "less_than": "must be less than {lt}",
    "too_short": "needs at least {min_length} item{s}",
    "too_long": "takes at most {max_length} item{s}",
}


def mistakes_of(
    error: ValidationError,
    document: Document,
    prefix: Path = (),
    known_keys: Known = lambda _: (),
    known_kinds: Known = lambda _: (),
) -> list[Mistake]:
    """Return what pydantic found wrong in a document's data, or in a part of it, in the document's own terms.

    Parameters
    ----------
    error : ValidationError
        From validating what stands at `prefix` in `document.data`.
    document : Document
        What was validated.
    prefix : Path
        Where in the document the validated part stands.
    known_keys, known_kinds : callable, optional
        The legal keys, and the legal values of `kind`, of the mapping at a path (from the top of the document).

    Returns
    -------
    list of Mistake
        One a path: what the members of a union say about one value is joined by "or". Only the deepest: of a value
        with something wrong inside, no word about the value itself, as it may be meant for another member of a union.
    """
    data: Any = document.data
    for part in prefix:
        data = data[part]
    found: dict[Path, Mistake] = {}
    for details in error.errors(include_url=False):
        mistake = _mistake(prefix + _path_in(data, details), details, known_keys, known_kinds)
        earlier = found.setdefault(mistake.path, mistake)
        if mistake.message not in earlier.message:
            message = f"{earlier.message} or {mistake.message.removeprefix('must be ')}"
            found[mistake.path] = replace(earlier, message=message)
    inside = {path[:k] for path in found for k in range(len(path))}
    return [mistake for path, mistake in found.items() if path not in inside]


def _mistake(path: Path, details: ErrorDetails, known_keys: Known, known_kinds: Known) -> Mistake:
    """Put one finding of pydantic into words."""
    value, context = details["input"], details.get("ctx", {})
    match details["type"]:
        case "missing":
            return Mistake(path, "is missing")
        case "extra_forbidden":
            options = list(known_keys(path[:-1]))
            near = suggest(str(path[-1]), options) or (f"; possible: {', '.join(options)}" if options else "")
            return Mistake(path, f"unknown key{near}", value, at_key=True)
        case "union_tag_not_found":
            kinds = ", ".join(known_kinds(path))
            return Mistake(path, f"needs a `{KIND}`" + (f": one of {kinds}" if kinds else ""), at_key=True)
        case "union_tag_invalid":
            tag = value.get(KIND) if isinstance(value, dict) else context["tag"]
            options = _listed(context["expected_tags"])
            message = f"unknown kind {shown(tag)}{suggest(str(tag), options)}; possible: {', '.join(options)}"
            return Mistake((*path, KIND), message)
        case "literal_error" | "enum":
            options = _listed(context["expected"])
            near = suggest(value, options) if isinstance(value, str) else ""
            one_of = "one of " if len(options) > 1 else ""
            return Mistake(path, f"must be {one_of}{', '.join(options)}{near}", value)
        case other:
            return Mistake(path, _sentence(other, details["msg"], context), value)


def _sentence(kind: str, message: str, context: dict[str, Any]) -> str:
    noun, _, what = kind.partition("_")
    if noun in _TYPES and what in ("type", "parsing", "parsing_size", "from_float", "attributes_type"):
        return f"must be {_TYPES[noun]}"
    if kind in _BOUNDS:
        plain = {k: int(v) if isinstance(v, float) and v.is_integer() else v for k, v in context.items()}
        one = plain.get("min_length" if kind == "too_short" else "max_length") == 1
        return _BOUNDS[kind].format(**plain, s="" if one else "s")
    if kind in ("value_error", "assertion_error"):
        message = re.sub("^(Value error|Assertion failed), ", "", message)
    else:
        message = re.sub(r"^\w+ should ", "must ", message)
        message = message[:1].lower() + message[1:]
    return " ".join(message.split()).removesuffix(".")


def _path_in(data: Any, details: ErrorDetails) -> Path:
    """Return pydantic's `loc` as a path in the data, without the tags of unions that it contains.

    A tag may happen to be a key as well. The right one of the possible readings leads to the very value that pydantic
    reports; where it reports a value of its own making, take the reading with the most keys.
    """
    loc: Path = details["loc"]
    absent: Path = ()
    if details["type"] == "missing":  # the last part is not in the data, and the value reported is what lacks it
        loc, absent = loc[:-1], loc[-1:]
    readings = list(_readings(loc, data))
    return next((path for path, value in readings if value is details["input"]), readings[0][0]) + absent


def _readings(loc: Path, here: Any) -> Iterable[tuple[Path, Any]]:
    if not loc:
        yield (), here
        return
    part, rest = loc[0], loc[1:]
    is_key = isinstance(here, dict) and part in here
    if is_key or (isinstance(here, list) and isinstance(part, int) and part < len(here)):
        for path, value in _readings(rest, here[part]):
            yield (part, *path), value
        if not is_key or here.get(KIND) != part:
            return
    yield from _readings(rest, here)


def _listed(text: str) -> list[str]:
    """Read pydantic's "'a', 'b' or 3" as a list."""
    found = re.findall(r"'((?:[^'\\]|\\.)*)'|([^\s,']+)", text)
    return [quoted or bare for quoted, bare in found if bare != "or"]

"""YAML by its 1.2 core schema, with the place of every key and value.

`1e-3` is a number; `off`, `yes` and `2026-01-01` are text. A key is text and stands once, tags are refused, and aliases
are allowed up to what they expand to.
"""

from __future__ import annotations

import math
import re
from typing import Any, Final, NamedTuple

import yaml

Path = tuple[str | int, ...]  # keys and list indices from the top
Place = tuple[int, int]  # line and column, from 1
Places = dict[Path, tuple[Place, Place]]  # of a key and of its value; a list item is both

MISSING: Final[object] = object()
MAX_NODES: Final = 100_000
MAX_DEPTH: Final = 50
MAX_DIGITS: Final = 100
MAX_HEX_DIGITS: Final = 2_000  # a truth table of 12 inputs has 1,024
SURROGATE: Final = re.compile("[\ud800-\udfff]")

_CONSTANTS: Final[dict[str, object]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
}
_INTEGER: Final = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


class Finding(NamedTuple):
    """Why a text is refused: a sentence without a full stop, and what it is about."""

    path: Path
    message: str
    got: object = MISSING
    place: Place = (0, 0)


class Refused(Exception):  # noqa: N818 - findings on their way to becoming a ScenarioError, which knows the source
    """A text that is not taken as YAML, with what was found."""

    def __init__(self, *found: Finding) -> None:
        super().__init__(*found)
        self.found = found


def read(text: str) -> tuple[Any, Places]:
    """Return the value of one YAML document and where everything in it stands; None and {} if it is empty.

    Raises Refused, with one finding a place in the order of the text.
    """
    try:
        loader = _Loader(text)
        root = loader.get_node() if loader.check_node() else None
        if loader.check_node():
            event = loader.peek_event()  # type: ignore[no-untyped-call]
            raise _refused(event, "a second YAML document begins here, only one is possible")
    except yaml.reader.ReaderError as error:
        at = error.position
        place = (text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
        message = f"not valid YAML: the character {text[at]!r} is not allowed"
        raise Refused(Finding((), message, place=place)) from None
    except yaml.MarkedYAMLError as error:
        place = _place(error.problem_mark)
        raise Refused(Finding((), f"not valid YAML: {error.problem}", place=place)) from None
    except (ValueError, OverflowError):  # PyYAML hands "\UFFFFFFFF" to chr() and the digits of %YAML to int()
        place = _place(loader.get_mark())
        raise Refused(Finding((), "not valid YAML: a number is out of range", place=place)) from None
    if root is None:
        return None, {}
    builder = _Builder()
    value = builder.value(root, ())
    if builder.found:
        raise Refused(*(builder.found[place] for place in sorted(builder.found)))
    return value, builder.places


def bound(depth: int, n_nodes: int = 0, place: Place = (0, 0)) -> None:
    """Raise Refused for what is too large."""
    if depth > MAX_DEPTH:
        raise Refused(Finding((), f"nested more than {MAX_DEPTH} levels deep, aliases written out", place=place))
    if n_nodes > MAX_NODES:
        raise Refused(Finding((), f"more than {MAX_NODES:,} keys and values, aliases written out", place=place))


class _Loader(yaml.SafeLoader):
    """PyYAML as far as its tree of nodes: no tag is ever resolved, and what is too large is not composed."""

    depth = -1
    n_nodes = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        self.depth += 1
        self.n_nodes += 1
        bound(self.depth, self.n_nodes, _start(event))
        if getattr(event, "tag", None) is not None:
            raise _refused(event, f"tags such as {event.tag.replace('tag:yaml.org,2002:', '!!')} are not allowed")
        if event.anchor in self.anchors and not isinstance(event, yaml.AliasEvent):
            raise _refused(event, f"the anchor &{event.anchor} stands twice")
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


class _Builder:
    """Makes values of nodes; each alias becomes a copy of its own, and the bounds hold for all copies together."""

    def __init__(self) -> None:
        self.places: Places = {}
        self.found: dict[Place, Finding] = {}  # once a place, however many copies it has
        self.n_nodes = 0

    def value(self, node: Any, path: Path, key: Any = None) -> Any:
        self.count(node, path)
        self.places[path] = _start(key or node), _start(node)
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, i)) for i, item in enumerate(node.value)]
        return self.scalar(node, path)

    def mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key, value in node.value:
            self.count(key, path)
            name = self.scalar(key, path) if isinstance(key, yaml.ScalarNode) else MISSING
            if not isinstance(name, str):
                self.refuse(key, path, "a key must be text; put it in quotes", name)
            elif name in made:
                (first, _), _ = self.places[*path, name]
                self.refuse(key, (*path, name), f"stands twice, on lines {first} and {_start(key)[0]}")
            else:
                made[name] = self.value(value, (*path, name), key)
        return made

    def scalar(self, node: Any, path: Path) -> object:
        text: str = node.value
        if SURROGATE.search(text):
            self.refuse(node, path, "holds half of a surrogate pair, which is no character")
        if node.style is not None:  # in quotes, or a block of text
            return text
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if not _INTEGER.fullmatch(text):
            return float(text) if _FLOAT.fullmatch(text) else text
        if len(text) > (
            MAX_HEX_DIGITS if text.startswith("0x") else MAX_DIGITS
        ):  # beyond some thousand, int() itself fails
            self.refuse(node, path, f"has more than {MAX_DIGITS} digits", text)
            return 0
        return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))

    def count(self, node: Any, path: Path) -> None:
        self.n_nodes += 1
        bound(len(path), self.n_nodes, _start(node))

    def refuse(self, node: Any, path: Path, message: str, got: object = MISSING) -> None:
        self.found.setdefault(_start(node), Finding(path, message, got, _start(node)))


def _refused(at: Any, message: str) -> Refused:
    return Refused(Finding((), message, place=_start(at)))


def _start(at: Any) -> Place:
    """Where a node or event begins."""
    return _place(at.start_mark)


def _place(mark: Any) -> Place:
    return mark.line + 1, mark.column + 1


def to_yaml(node: Any) -> str:
    """YAML that our own loader (YAML 1.2) and others (1.1) read alike."""
    return yaml.dump(node, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


class _Dumper(yaml.SafeDumper):
    """Quotes every text that some version of YAML could take for a number, a date or a truth value."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    plain = text.replace("-", "a").replace("_", "a").isalpha() and text.lower() not in _WORDS_OF_YAML
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if plain else '"')


_WORDS_OF_YAML = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
_Dumper.add_representer(str, _text)

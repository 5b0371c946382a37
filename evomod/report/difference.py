"""In what two scenarios, or two runs, differ: value by value, and what came out, side by side."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from evomod.lineage.reader import LineageReader
from evomod.report.summary import summarise


class _Absent:
    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()  # None is a value


@dataclass(frozen=True)
class Difference:
    """A key path whose values differ: `schedule.every`, `goals.and.outputs[0]`; ABSENT where it is not there."""

    path: str
    left: Any
    right: Any

    def as_json(self) -> dict[str, Any]:
        """Without the side on which it is absent."""
        sides = {"left": self.left, "right": self.right}
        return {"path": self.path, **{side: value for side, value in sides.items() if value is not ABSENT}}


def differences(left: Any, right: Any, path: str = "") -> list[Difference]:
    """Where two JSON values differ, in the order of the left one, then what only the right one has.

    Mappings are compared by key and lists by index; 1, 1.0 and true are three values.
    """
    if isinstance(left, dict) and isinstance(right, dict):
        keys = [*left, *(key for key in right if key not in left)]
        parts = [(_joined(path, key), left.get(key, ABSENT), right.get(key, ABSENT)) for key in keys]
    elif isinstance(left, list) and isinstance(right, list):
        parts = [
            (f"{path}[{k}]", left[k] if k < len(left) else ABSENT, right[k] if k < len(right) else ABSENT)
            for k in range(max(len(left), len(right)))
        ]
    else:
        same = type(left) is type(right) and left == right
        return [] if same else [Difference(path, left, right)]
    return [found for key, a, b in parts for found in differences(a, b, key)]


def _joined(path: str, key: Any) -> str:
    text = str(key)
    if "." in text or "[" in text or not text:
        text = json.dumps(text, ensure_ascii=False)  # a goal may have any name
    return f"{path}.{text}" if path else text


def came_out(folder: Path) -> dict[str, Any]:
    """What a run came to, and what made it: for a comparison of two.

    Raises
    ------
    LogError
        If there is no log, or nothing in it yet.
    """
    summary = summarise(folder)
    with LineageReader(folder) as log:
        software = log.stated("provenance").get("software", {})
    commit = software.get("git_commit")
    return {
        "seed": summary["seed"],
        "generation reached": summary["generation"],
        "status": summary["status"],
        **{f"solved {goal}": generation for goal, generation in summary["solved"].items()},
        "evomod version": software.get("version"),
        "evomod commit": f"{commit}, changed since" if commit and software.get("git_dirty") else commit,
    }


def same_result(left: dict[str, Any], right: dict[str, Any]) -> bool:
    """Did two runs come to the same, whatever software made them?"""
    keys = left.keys() | right.keys()
    return all(left.get(key) == right.get(key) for key in keys - {"evomod version", "evomod commit"})


def as_text(found: list[Difference], results: tuple[dict[str, Any], dict[str, Any]] | None, names: list[str]) -> str:
    """For people: a table of key, left and right value; for two runs a second one of what they came to."""
    rows = [(d.path, _value(d.left), _value(d.right)) for d in found]
    lines = list(_table([("", *names), *rows])) if rows else ["the scenarios are the same"]
    if results:
        left, right = results
        keys = dict.fromkeys([*left, *right])
        sides = [(key, _result(left, key), _result(right, key)) for key in keys]
        lines += ["", *_table([("", *names), *sides])]
    return "\n".join(lines)


def _value(value: Any) -> str:
    return "–" if value is ABSENT else json.dumps(value, ensure_ascii=False)


def _result(side: dict[str, Any], key: str) -> str:
    value = side.get(key)
    if value is None:
        return "not yet" if key.startswith("solved ") and key in side else "–"
    return f"{value:,}" if isinstance(value, int) and key != "seed" else str(value)


def _table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    for row in rows:
        yield f"{row[0]:<{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]}".rstrip()

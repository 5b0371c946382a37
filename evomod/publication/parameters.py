"""All parameters of a scenario as rows of a table: key, value, what it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

from pydantic import BaseModel

from evomod.scenario import Scenario

NOT_LISTED = ("name", "seed")  # the text has them


class Parameter(NamedTuple):
    """A key path of the scenario, its value, and the sentence that describes it."""

    key: str
    value: str
    meaning: str


def parameters(scenario: Scenario) -> list[Parameter]:
    """Every value of a scenario, defaults written out, but for name and seed."""
    return [row for row in _rows(scenario, "") if row.key not in NOT_LISTED]


def _rows(model: BaseModel, path: str) -> Iterator[Parameter]:
    described = type(model).model_fields
    for name, value in model:
        meaning = described[name].description or (type(model).__doc__ or "").strip().split("\n")[0]
        yield from _of_value(f"{path}{name}", value, meaning)


def _of_value(key: str, value: object, meaning: str) -> Iterator[Parameter]:
    if isinstance(value, BaseModel):
        yield from _rows(value, f"{key}.")
    elif isinstance(value, dict) and any(isinstance(inner, BaseModel) for inner in value.values()):
        for name, inner in value.items():
            yield from _of_value(f"{key}.{name}", inner, meaning)
    elif isinstance(value, tuple) and any(isinstance(inner, BaseModel) for inner in value):
        for k, inner in enumerate(value):
            yield from _of_value(f"{key}[{k}]", inner, meaning)
    else:
        yield Parameter(key, _written(value), meaning)


def _written(value: object) -> str:
    if value is None or value == ():
        return "–"
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return ", ".join(_written(each) if not isinstance(each, tuple) else f"({_written(each)})" for each in value)
    return json.dumps(value, ensure_ascii=False)

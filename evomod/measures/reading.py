"""Measures as people name them outside scenarios: by their kind, or as a node with settings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BeforeValidator, TypeAdapter, ValidationError

from evomod.component import OneOf, members
from evomod.document import Document
from evomod.errors import InputError
from evomod.measures.base import Measure, by_name
from evomod.validation import mistakes_of


def read_measures(texts: Iterable[str], source: str) -> list[Measure]:
    """The measures of `q_m`, `q_m,motifs` or `{kind: q_m, against: solutions}`, in order.

    Raises
    ------
    ScenarioError
        With every mistake at once; `source` is what it calls the place that the texts come from.
    """
    given = list(texts)
    document = Document.parse(f"measures: [{', '.join(text for text in given if text.strip())}]", source)
    nodes = document.data["measures"]
    if given and not nodes:
        raise InputError(f"{source}: names no measure; possible: {', '.join(members(Measure))}")  # type: ignore[type-abstract]
    family: TypeAdapter[Any] = TypeAdapter(list[Annotated[Measure, OneOf(), BeforeValidator(by_name)]])
    try:
        found: list[Measure] = family.validate_python(nodes)
    except ValidationError as error:
        known = members(Measure)  # type: ignore[type-abstract]

        def keys(path: tuple[str | int, ...]) -> Iterable[str]:
            node = nodes[path[1]] if len(path) > 1 and isinstance(path[1], int) else {}
            member = known.get(node.get("kind", "")) if isinstance(node, dict) else None
            return member.model_fields if member else ()

        raise document.error(mistakes_of(error, document, ("measures",), keys, lambda _: known)) from None
    return found

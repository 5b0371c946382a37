"""Measures as people name them outside scenarios: by their kind, or as a node with settings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError

from evomod.component import OneOf, members
from evomod.document import Document
from evomod.measures.base import Measure
from evomod.validation import mistakes_of


def read_measures(texts: Iterable[str], source: str) -> list[Measure]:
    """The measures of `q_m`, `q_m,motifs` or `{kind: q_m, against: solutions}`, in order.

    Raises
    ------
    ScenarioError
        With every mistake at once; `source` is what it calls the place that the texts come from.
    """
    parts = [part for text in texts for part in ([text] if "{" in text else text.split(",")) if part.strip()]
    written = [part if "{" in part else f"{{kind: {part.strip()}}}" for part in parts]
    document = Document.parse(f"measures: [{', '.join(written)}]", source)
    nodes = document.data["measures"]
    family: TypeAdapter[Any] = TypeAdapter(list[Annotated[Measure, OneOf()]])
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

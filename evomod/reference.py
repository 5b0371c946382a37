"""The reference of scenario files: what can stand in one, read off the components themselves."""

from __future__ import annotations

import json

from pydantic import BaseModel

from evomod.component import members
from evomod.measures.base import Measure
from evomod.scenario import FAMILIES, Scenario


def reference() -> str:
    """All families and their members, with fields, defaults and a sentence each, as text."""
    lines = ["scenario", *_fields(Scenario)]
    for family in FAMILIES:
        for kind, member in members(family).items():
            lines += [
                "",
                f"{family.__name__.lower()}: {{kind: {kind}}}",
                f"  {(member.__doc__ or kind).splitlines()[0]}",
            ]
            lines += _fields(member)
            if issubclass(member, Measure):
                numbers = (member.columns.__doc__ or "").splitlines()[0]
                lines.append(f"    gives {', '.join(member.model_validate({'kind': kind}).columns)}: {numbers}")
    return "\n".join(lines)


def _fields(model: type[BaseModel]) -> list[str]:
    lines = []
    for name, field in model.model_fields.items():
        if name == "kind":
            continue
        default = field.get_default()
        if isinstance(default, BaseModel):
            default = default.model_dump(mode="json")
        shown = "required" if field.is_required() else f"default {json.dumps(default)}"
        lines.append(f"    {name} ({shown}): {field.description or 'no description'}")
    return lines

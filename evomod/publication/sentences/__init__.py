"""What the methods section of a paper says of each component, one module a family.

A sentence is made of the component's own values, in Pandoc's Markdown: names within backticks, and [@Key] for an entry
of `references.bib`, by which it is known what was used. Those of goals and costs are parts of sentences.
"""

from __future__ import annotations

import json
from functools import singledispatch

from pydantic import BaseModel

from evomod.component import Component
from evomod.publication.sentences.words import code, listed
from evomod.scenario import Scenario


@singledispatch
def sentence(component: Component, scenario: Scenario) -> str:
    """What a paper says of a component of a scenario; of one that has no sentence of its own, its docstring.

    A component that is new gets a sentence by `@sentence.register` before a function of it and of the scenario.
    """
    family = next(cls.__name__ for cls in type(component).__mro__ if Component in cls.__bases__)
    return f"The {family.lower()} was {in_own_words(component)}."


def in_own_words(component: Component, *without: str) -> str:
    """Its kind, the first line of its docstring, and the values of its fields."""
    lines = (type(component).__doc__ or "").strip().splitlines()
    values = [f"{name} {_written(value)}" for name, value in component if name not in ("kind", *without)]
    about = "; ".join(filter(None, [lines[0].rstrip(".") if lines else "", ", ".join(values)]))
    return code(component.kind) + (f" ({about})" if about else "")


def _written(value: object) -> str:
    if isinstance(value, Component):
        return in_own_words(value)
    if isinstance(value, BaseModel):
        return listed(f"{name} {_written(inner)}" for name, inner in value)
    if isinstance(value, tuple) and any(isinstance(inner, BaseModel) for inner in value):
        return listed(map(_written, value))
    return value if isinstance(value, str) else json.dumps(value)

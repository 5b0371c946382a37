"""How a scenario node becomes an object, and back.

A component is a frozen value whose fields *are* the scenario's keys: types, ranges, units and one sentence each, from
which the JSON schema, the error messages and the reference page come. A family is an abstract component; its members
are found by looking: every module beside the one that defines the family is imported, and every concrete subclass
counts. Nobody registers anything, and nothing is ever imported by a name that stands in a file.
"""

from __future__ import annotations

import hashlib
import importlib
import inspect
import pkgutil
import sys
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetCoreSchemaHandler, TypeAdapter
from pydantic_core import core_schema


class Component(BaseModel):
    """A frozen value; `kind` tells the members of a family apart."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)
    kind: str


C = TypeVar("C", bound=Component)


def members(family: type[C]) -> dict[str, type[C]]:
    """All members of a family by kind, in alphabetical order; classes of the user count once they are defined."""
    package = importlib.import_module(family.__module__).__package__ or ""
    if package != "evomod":  # a family with a package of its own: its members are the modules beside it
        for module in pkgutil.iter_modules(sys.modules[package].__path__):
            importlib.import_module(f"{package}.{module.name}")
    found: dict[str, type[C]] = {}
    todo = list(family.__subclasses__())
    while todo:
        cls = todo.pop()
        todo.extend(cls.__subclasses__())
        kind = cls.model_fields["kind"].default
        if not inspect.isabstract(cls) and isinstance(
            kind, str
        ):  # without a kind it is no member, but a class in making
            found[kind] = cls
    return dict(sorted(found.items()))


class OneOf:
    """Annotation `Annotated[Family, OneOf()]`: any member of the family, told apart by `kind`."""

    def __get_pydantic_core_schema__(self, source: type[Component], handler: GetCoreSchemaHandler) -> Any:
        """Tagged union over the members that exist when the schema is built."""
        choices = {kind: handler.generate_schema(cls) for kind, cls in members(source).items()}
        return core_schema.tagged_union_schema(choices, discriminator="kind")


def build(family: type[C], node: Any) -> C:
    """The component that a scenario node describes; `pydantic.ValidationError` where it describes none."""
    adapter: TypeAdapter[C] = TypeAdapter(Annotated[family, OneOf()])  # type: ignore[arg-type]
    return adapter.validate_python(node)


def describe(component: Component) -> dict[str, Any]:
    """The scenario node of a component, defaults written out; `build(family, describe(c)) == c`."""
    return component.model_dump(mode="json")


def foreign(node: Any) -> dict[str, str | None]:
    """Classes of the user within a value, by name, each with the SHA-256 of its source (None if it has none)."""
    found: dict[str, str | None] = {}
    if isinstance(node, BaseModel):
        cls = type(node)
        if cls.__module__.split(".")[0] != "evomod":
            try:
                found[cls.__qualname__] = hashlib.sha256(inspect.getsource(cls).encode()).hexdigest()
            except (OSError, TypeError):  # typed at a prompt
                found[cls.__qualname__] = None
        node = dict(node)
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, tuple) else ():
        found |= foreign(child)
    return found


def _whole(value: Any) -> Any:
    # People write 1e5 for a number of generations; YAML reads that as a float.
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


Int = Annotated[int, BeforeValidator(_whole)]
Count = Annotated[int, BeforeValidator(_whole), Field(ge=1)]
Rate = Annotated[float, Field(ge=0, le=1)]
AsTuple = BeforeValidator(_frozen)

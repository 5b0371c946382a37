"""Scenario: one experiment, as a file says it; YAML to values, and back."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError, field_validator

from evomod.component import AsTuple, Count, Int, OneOf, build, members
from evomod.consistency import mistakes
from evomod.costs.base import Cost
from evomod.disturbance import Failure, Noise
from evomod.document import Document, Mistake
from evomod.document import Path as KeyPath
from evomod.fitness import Fitness
from evomod.genotypes.base import Genotype
from evomod.goals.base import Goal
from evomod.goals.logic import WORDS, shorthand
from evomod.initial.base import Initial
from evomod.initial.mix import Part
from evomod.initial.random import RandomGenomes
from evomod.measures.base import Measure, by_name
from evomod.problem import Problem
from evomod.schedules.base import Schedule
from evomod.schedules.continued import Continued
from evomod.selection.base import Selection
from evomod.selection.elite_replacement import EliteReplacement
from evomod.validation import mistakes_of
from evomod.variation.base import Crossover, Mutation
from evomod.variation.variation import Variation

MAX_INPUTS = 12  # 4,096 rows of a truth table
MAX_POPULATION = 1_000_000
MAX_WINDOW = 256 << 20  # bytes

# What does not make two runs two experiments: left out of the hash that names the run's folder.
NOT_HASHED = ("name", "seed", "generations", "stop", "record", "measures")
NEW_KEYS = ("engine", "noise", "failure")


def check_name(name: str) -> str:
    """A name that can be part of a folder's; ValueError if it cannot."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", name):
        raise ValueError("must be 1 to 64 letters, digits, '.', '_' or '-', and begin with a letter or digit")
    return name


class Stop(BaseModel):
    """When to stop before `generations` is reached."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)
    when_solved: bool = Field(
        False,
        description="Stop once every named goal has been solved (benefit at least `fitness.success` while in force).",
    )
    extra_generations: Annotated[Int, Field(ge=0)] = Field(0, description="Generations to go on after that.")
    evaluations: Count | None = Field(
        None, description="Stop when so many individuals have been scored: population times generations, 0 included."
    )
    stagnation: Count | None = Field(
        None,
        description="Stop when the best fitness ever reached under a goal has not risen, for any goal, for so many "
        "generations.",
    )
    seconds: Annotated[float, Field(gt=0)] | None = Field(
        None, description="Wall time after which the run stops, resumable, in seconds."
    )


class Record(BaseModel):
    """What the lineage log keeps."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    births: Literal["all", "survivors", "none"] = Field(
        "all",
        description="Parents of every birth; of those with descendants 1,024 generations later; or none "
        "(they can always be made again).",
    )
    genomes_every: Count = Field(500, description="Generations between snapshots of all genomes.")


class Scenario(BaseModel):
    """An experiment: what is to be computed, when, by what, and how it varies and is selected."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    name: str = Field(description="Short name, used for folders: letters, digits, '.', '_' and '-', at most 64.")
    inputs: Annotated[tuple[str, ...], Field(min_length=1), AsTuple] = Field(
        description=f"Names of the inputs, at most {MAX_INPUTS}; row r of a truth table has bit i of r as input i."
    )
    genotype: Annotated[Genotype, OneOf()] = Field(description="How a network is written in genes.")
    goals: Annotated[
        dict[
            Annotated[str, Field(min_length=1, max_length=64)],
            Annotated[
                Goal,
                OneOf(),
                BeforeValidator(
                    shorthand, json_schema_input_type=str | int | list[str | int] | Annotated[Goal, OneOf()]
                ),
            ],
        ],
        Field(min_length=1),
    ] = Field(
        description="Goals by name: an expression, a hex truth table, a list of them (one per output), or a node."
    )
    schedule: Annotated[Schedule, OneOf()] = Field(description="Which goal is in force when.")
    fitness: Fitness = Field(Fitness(), description="Benefit minus weighted costs.")
    noise: Noise = Field(Noise(), description="What is wrong by chance with the cases, afresh at every evaluation.")
    failure: Failure = Field(Failure(), description="What fails by chance in networks, afresh at every evaluation.")
    selection: Annotated[Selection, OneOf()] = Field(EliteReplacement(), description="Who has offspring.")
    variation: Variation = Field(Variation(), description="How offspring differ from their parents.")
    initial: Annotated[Initial, OneOf()] = Field(RandomGenomes(), description="How generation 0 begins.")
    engine: Literal["evomod", "deap"] = Field(
        "evomod", description="What evolves: the compiled engine, or DEAP, its slow and trusted twin (extra `deap`)."
    )
    population: Annotated[Count, Field(ge=2, le=MAX_POPULATION)] = Field(1000, description="S, individuals.")
    generations: Annotated[Count, Field(le=1_000_000_000)] = Field(10_000, description="Length of the run.")
    seed: Annotated[Int, Field(ge=0, lt=2**63)] | None = Field(
        None, description="Seed of all randomness; drawn and recorded if missing."
    )
    stop: Stop = Field(Stop(), description="When to stop earlier.")
    record: Record = Field(Record(), description="What the log keeps.")
    measures: Annotated[
        tuple[
            Annotated[
                Measure,
                OneOf(),
                BeforeValidator(by_name, json_schema_input_type=str | Annotated[Measure, OneOf()]),
            ],
            ...,
        ],
        Field(max_length=16),
        AsTuple,
    ] = Field((), description="What is measured while the run goes on, of the best individual: names, or nodes.")

    @field_validator("name")
    @classmethod
    def _name_can_be_a_folder(cls, name: str) -> str:
        return check_name(name)

    @field_validator("inputs")
    @classmethod
    def _names_are_usable(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if len(names) > MAX_INPUTS:
            raise ValueError(
                f"{len(names)} inputs give {2 ** min(len(names), 99):,} rows; at most {MAX_INPUTS} inputs "
                f"({2**MAX_INPUTS:,} rows) are possible"
            )
        for name in names:
            if not (name.isidentifier() and name.isascii()) or name.lower() in WORDS:
                raise ValueError(f"{name!r} cannot name an input: use letters, digits and '_', and no operator")
        if len(set(names)) < len(names):
            raise ValueError("names an input twice")
        return names

    @property
    def problem(self) -> Problem:
        """What is evolved, apart from seed and length."""
        return Problem(**{field: getattr(self, field) for field in Problem.__dataclass_fields__})

    def resolved(self) -> dict[str, Any]:
        """Every key with its value, defaults written out."""
        return self.model_dump(mode="json")

    def digest(self) -> str:
        """Eight hex digits that tell experiments apart: SHA-256 of what decides the course of evolution."""
        # Folders keep the names that they had when these keys were not there.
        left_out = [*NOT_HASHED, *(k for k in NEW_KEYS if getattr(self, k) == type(self).model_fields[k].default)]
        node = {key: value for key, value in self.resolved().items() if key not in left_out}
        if self.fitness.success == 1:
            del node["fitness"]["success"]
        return hashlib.sha256(json.dumps(node, sort_keys=True).encode()).hexdigest()[:8]


def load(path: Path | str, settings: Iterable[str] = ()) -> Scenario:
    """Read a scenario file and apply `key.path=value` settings; ScenarioError with every mistake at once."""
    return _parsed(Document.read(Path(path)), settings)


def loads(text: str, settings: Iterable[str] = ()) -> Scenario:
    """Read a scenario from YAML text, as `load` does from a file."""
    return _parsed(Document.parse(text), settings)


def _parsed(document: Document, settings: Iterable[str]) -> Scenario:
    for setting in settings:
        document = document.override(setting)
    return parse(document)


def parse(document: Document) -> Scenario:
    """The scenario that a document describes; ScenarioError with every mistake at once."""
    _meet_new_members()
    if "genotype" not in document.data and document.data.keys() & {"scenario", "conditions", "grid", "runs"}:
        raise document.error([Mistake((), "is a campaign file: python -m evomod campaign run carries it out")])
    try:
        scenario, parts, found = Scenario.model_validate(document.data), None, []
    except ValidationError as error:
        scenario, parts = None, _valid_parts(document.data)
        known = _Known(document.data)
        found = mistakes_of(error, document, known_keys=known.keys, known_kinds=known.kinds)
    found += [Mistake(path, message) for path, message in mistakes(vars(scenario) if scenario else parts or {})]
    if scenario and (message := _window_mistake(scenario)):
        found.append(Mistake(("record", "births"), message))
    if found or scenario is None:
        raise document.error(found)
    return scenario


def _window_mistake(scenario: Scenario) -> str | None:
    """Undecided births are kept in full, in memory and in each checkpoint."""
    per_individual = 1280 * (2 if scenario.population <= 1 << 16 else 4) * (1 + scenario.variation.sexual)
    if scenario.record.births != "survivors" or scenario.population * per_individual <= MAX_WINDOW:
        return None
    return (
        f"survivors would keep {scenario.population * per_individual >> 20} MiB of undecided births; at most "
        f"{MAX_WINDOW >> 20} MiB are kept, that is a population of {MAX_WINDOW // per_individual}: use all or none"
    )


FAMILIES = (Genotype, Goal, Schedule, Cost, Selection, Mutation, Crossover, Initial, Measure)
_met = {family: members(family) for family in FAMILIES}


def _meet_new_members() -> None:
    """Let scenarios name the classes that a user has defined since the models were built."""
    now = {family: members(family) for family in FAMILIES}
    if now != _met:
        for model in (Fitness, Variation, Part, Continued, Scenario):
            model.model_rebuild(force=True)
        _met.update(now)


def _valid_parts(data: Mapping[str, Any]) -> dict[str, Any]:
    """The top-level values that are right in themselves, so that what does not fit together is told as well."""
    parts: dict[str, Any] = {}
    for name, field in Scenario.model_fields.items():
        if name == "goals" and isinstance(data.get(name), dict):
            # One bad goal must not hide what is wrong with the others.
            parts[name] = {key: goal for key, node in data[name].items() if (goal := _goal(node))}
            parts["goal_names"] = tuple(data[name])
        elif name in data:
            try:
                one: TypeAdapter[Any] = TypeAdapter(Annotated[field.annotation, field])  # type: ignore[arg-type]
                parts[name] = one.validate_python(data[name])
            except ValidationError:
                continue
    return parts


def _goal(node: Any) -> Goal | None:
    try:
        return build(Goal, shorthand(node))  # type: ignore[type-abstract]
    except (ValidationError, ValueError):
        return None


class _Known:
    """For a path in the file, what could stand there: read off the JSON schema."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data, self.schema = data, json_schema()

    def keys(self, path: KeyPath) -> Iterable[str]:
        """Keys of the mapping at `path`."""
        return [key for node in self._nodes(path) for key in node.get("properties", {})]

    def kinds(self, path: KeyPath) -> Iterable[str]:
        """Values of `kind` in the mapping at `path`."""
        kinds = (node.get("properties", {}).get("kind", {}).get("const") for node in self._nodes(path))
        return sorted({kind for kind in kinds if kind})

    def _nodes(self, path: KeyPath) -> list[dict[str, Any]]:
        nodes, value = [self.schema], self.data
        for part in path:
            value = value[part] if isinstance(value, dict | list) else {}
            kind = value.get("kind") if isinstance(value, dict) else None
            nodes = [child for node in nodes for child in _children(node, part, self.schema.get("$defs", {}))]
            if kind:
                nodes = [n for n in nodes if n.get("properties", {}).get("kind", {}).get("const") == kind] or nodes
        return nodes


def _children(node: dict[str, Any], part: str | int, definitions: dict[str, Any]) -> list[dict[str, Any]]:
    child = node.get("properties", {}).get(part) if isinstance(part, str) else node.get("items")
    child = child or node.get("additionalProperties")
    todo, flat = [child] if isinstance(child, dict) else [], []
    while todo:
        one = todo.pop()
        if "$ref" in one:
            one = definitions[one["$ref"].rsplit("/", 1)[1]]
        todo += [*one.get("anyOf", ()), *one.get("oneOf", ()), *one.get("allOf", ())]
        flat.append(one)
    return flat


def json_schema() -> dict[str, Any]:
    """JSON schema of scenario files, for editors."""
    _meet_new_members()
    return Scenario.model_json_schema()

"""A campaign file: YAML to a plan, every mistake with its line."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from evomod.campaign.plan import FAILURES, LAST_EPOCH_ENDS, MAX_CELLS, MAX_RUNS, RESULTS, Cell, Keep, Level, Plan
from evomod.campaign.results import numbers
from evomod.component import AsTuple, Count, Int
from evomod.document import Document, Mistake, suggest
from evomod.document import Path as KeyPath
from evomod.errors import ScenarioError
from evomod.scenario import Scenario, check_name, parse
from evomod.validation import mistakes_of

Overrides = dict[str, Any]
MAX_SHOWN = 20  # mistakes


class Stop(BaseModel):
    """When to stop before every run is done; what is left can be run later."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)
    seconds: Annotated[float, Field(gt=0)] | None = Field(None, description="Wall time of the campaign, in seconds.")
    failures: Count = Field(FAILURES, description="Failed runs in a row: then something is wrong with all of them.")


class CampaignFile(BaseModel):
    """Many runs: scenarios, what varies between them, and how often each is run."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    name: str = Field(description="Short name, used for the folder: letters, digits, '.', '_' and '-', at most 64.")
    scenario: str | None = Field(
        None, description="Scenario file of all conditions that name none; relative to the campaign file's folder."
    )
    set: Overrides = Field({}, description="Changes to the scenario in all runs, key.path: value.")
    conditions: dict[str, Overrides] | Annotated[tuple[Overrides, ...], AsTuple] = Field(
        {},
        description="Changes by name, key.path: value, and `scenario` for another file. Changes in a list are "
        "named by what they say.",
    )
    grid: dict[str, Annotated[tuple[Any, ...], AsTuple] | dict[str, Any]] = Field(
        {},
        description="Values of key.path, each with each: a list, or names with values. Every condition is run on the "
        "whole grid.",
    )
    runs: Annotated[Count, Field(le=MAX_RUNS)] = Field(10, description="Replicates of each combination.")
    seed: Annotated[Int, Field(ge=0, lt=2**62)] = Field(
        1, description="Seed of the first replicate; the others follow. The same in every condition."
    )
    results: Annotated[tuple[str, ...], AsTuple] = Field(
        RESULTS, description="Columns that are compared and drawn: any of what `show --json` says, by key path."
    )
    epoch_ends: Literal["all"] | Annotated[Int, Field(ge=0)] = Field(
        LAST_EPOCH_ENDS, description="How many of each run's last epoch ends the table of epoch ends has."
    )
    keep: Keep = Field(
        "runs",
        description="`runs` keeps all run folders; `table` deletes each once its results are safe: cell and seed make "
        "it again.",
    )
    stop: Stop = Field(Stop(), description="When to stop earlier.")

    @field_validator("name")
    @classmethod
    def _name_can_be_a_folder(cls, name: str) -> str:
        return check_name(name)


def load(path: Path | str, settings: Iterable[str] = ()) -> Plan:
    """Read a campaign file and the scenarios that it names; ScenarioError with every mistake at once.

    `settings`, `key.path=value`, change the scenario of every run, as `set` does.
    """
    path = Path(path)
    document = Document.read(path)
    if "genotype" in document.data:
        raise document.error(
            [Mistake((), "is a scenario; a campaign file names it, `scenario: FILE`, and says how often to run it")]
        )
    try:
        file = CampaignFile.model_validate(document.data)
    except ValidationError as error:
        keys: dict[KeyPath, Any] = {(): CampaignFile.model_fields, ("stop",): Stop.model_fields}
        raise document.error(mistakes_of(error, document, known_keys=lambda at: keys.get(at, ()))) from None
    if mistakes := list(_mistakes(file)):
        raise document.error(mistakes)
    cells = tuple(_Cells(file, document, path.parent, tuple(settings)))
    if mistakes := list(_wrong_results(file, cells)):
        raise document.error(mistakes)
    return Plan(
        name=file.name,
        cells=cells,
        runs=file.runs,
        seed=file.seed,
        results=tuple(dict.fromkeys(file.results)),
        epoch_ends=file.epoch_ends,
        keep=file.keep,
        seconds=file.stop.seconds,
        failures=file.stop.failures,
    )


def json_schema() -> dict[str, Any]:
    """JSON schema of campaign files, for editors."""
    return CampaignFile.model_json_schema()


def _mistakes(file: CampaignFile) -> Iterator[Mistake]:
    """What is wrong with the file as a whole."""
    conditions = file.conditions.values() if isinstance(file.conditions, dict) else file.conditions
    if file.scenario is None and not (conditions and all("scenario" in condition for condition in conditions)):
        yield Mistake((), "scenario is missing: name one for all, or one in each condition")
    if isinstance(file.conditions, tuple):
        for k, changes in enumerate(file.conditions):
            if changes in file.conditions[:k]:
                yield Mistake(("conditions", k), "says the same as an earlier one")
    n = max(1, len(file.conditions))
    for key, levels in file.grid.items():
        n *= len(levels)
        if not levels:
            yield Mistake(("grid", key), "has no values")
        names = [level_of(value) for value in levels] if isinstance(levels, tuple) else list(levels)
        if len({json.dumps(name) for name in names}) < len(names):
            yield Mistake(("grid", key), "has a value twice")
        if key in ("seed", "name", "condition", "run", "scenario"):
            reason = "runs and the first `seed` decide the seeds" if key == "seed" else "cannot vary in a grid"
            yield Mistake(("grid", key), reason, at_key=True)
    if n > MAX_CELLS:
        yield Mistake(("grid",), f"conditions and grid make {n:,} combinations; at most {MAX_CELLS:,} are possible")
    if n * file.runs > MAX_RUNS:
        yield Mistake(("runs",), f"{n:,} combinations make {n * file.runs:,} runs; at most {MAX_RUNS:,} are possible")


def _wrong_results(file: CampaignFile, cells: tuple[Cell, ...]) -> Iterator[Mistake]:
    """Results that no run will have; one that some conditions have is a result."""
    known = dict.fromkeys(name for cell in cells for name in numbers(cell.scenario))
    for k, name in enumerate(file.results):
        if name not in known and "results" in file.model_fields_set:
            hint = suggest(name, known) or f"; possible: {', '.join(known)}"
            yield Mistake(("results", k), f"is no number that `show` tells of these runs{hint}", name)


def level_of(value: Any) -> Level:
    """What the table calls a value of a grid: itself, or its JSON where it has an inside; 1.0 is 1."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value if value is None or isinstance(value, Level) else json.dumps(value, separators=(",", ":"))


class _Cells:
    """The cells of a file, conditions outermost, the last key of the grid fastest."""

    def __init__(self, file: CampaignFile, document: Document, beside: Path, settings: tuple[str, ...]) -> None:
        self.file, self.document, self.beside, self.settings = file, document, beside, settings
        self.read: dict[str, Document] = {}

    def __iter__(self) -> Iterator[Cell]:
        found: dict[str, list[str]] = {}  # each mistake, and the combinations that make it
        cells = []
        for (name, changes, at), *levels in itertools.product(self._conditions(), *self._axes()):
            try:
                cells.append(self._cell(name, changes, at, levels))
            except ScenarioError as error:
                for line in error.lines:
                    made_by = [*([name] if name else []), *(f"{key}={label}" for key, label, _, _ in levels)]
                    found.setdefault(line, []).append(", ".join(made_by))
        if found:
            more = [f"… and {len(found) - MAX_SHOWN} more"] if len(found) > MAX_SHOWN else []
            raise ScenarioError([*(self._told(*one) for one in list(found.items())[:MAX_SHOWN]), *more])
        return iter(cells)

    def _told(self, line: str, made_by: list[str]) -> str:
        """A mistake; where it shows in the scenario's own lines, with the combinations that make it."""
        if line.startswith((f"{self.document.source}:", "--set ")) or not made_by[0]:
            return line
        others = f", and {len(made_by) - 1} more combinations" if len(made_by) > 1 else ""
        return f"{line} (with {made_by[0]}{others})"

    def _conditions(self) -> list[tuple[str | None, Overrides, KeyPath]]:
        conditions = self.file.conditions
        pairs = conditions.items() if isinstance(conditions, dict) else enumerate(conditions)
        named: list[tuple[str | None, Overrides, KeyPath]] = [
            (key if isinstance(key, str) else _summary(changes), changes, ("conditions", key)) for key, changes in pairs
        ]
        return named or [(None, {}, ())]

    def _axes(self) -> list[list[tuple[str, Level, Any, KeyPath]]]:
        axes: list[list[tuple[str, Level, Any, KeyPath]]] = []
        for key, levels in self.file.grid.items():
            named = isinstance(levels, dict)
            pairs = levels.items() if isinstance(levels, dict) else enumerate(levels)
            axes.append([(key, at if named else level_of(value), value, ("grid", key, at)) for at, value in pairs])
        return axes

    def _cell(
        self, name: str | None, changes: Overrides, at: KeyPath, levels: list[tuple[str, Level, Any, KeyPath]]
    ) -> Cell:
        document = self._scenario(changes, at)
        document = self._changed(document, self.file.set, ("set",))
        document = self._changed(document, {k: v for k, v in changes.items() if k != "scenario"}, at)
        for key, _, value, path in levels:
            document = document.put(key, value, f"{self.document.place(path)}: {key}={level_of(value)}")
        for setting in self.settings:
            document = document.override(setting)
        factors: dict[str, Level] = {} if name is None else {"condition": name}
        return Cell(factors | {key: label for key, label, _, _ in levels}, _unseeded(parse(document))).pinned()

    def _changed(self, document: Document, changes: Mapping[str, Any], at: KeyPath) -> Document:
        for key, value in changes.items():
            if key == "seed":
                raise self.document.error(
                    [Mistake((*at, key), "stands at the top of a campaign; runs count on from it", at_key=True)]
                )
            document = document.put(key, value, f"{self.document.place((*at, key))}: {key}={level_of(value)}")
        return document

    def _scenario(self, changes: Overrides, at: KeyPath) -> Document:
        named = changes.get("scenario", self.file.scenario)
        where: KeyPath = (*at, "scenario") if "scenario" in changes else ("scenario",)
        if not isinstance(named, str):
            raise self.document.error([Mistake(where, "must be the name of a scenario file", named)])
        if named not in self.read:
            try:
                self.read[named] = Document.read(self.beside / named)
            except ScenarioError as error:
                raise ScenarioError(
                    [f"{self.document.place(where)}: scenario: {line}" for line in error.lines]
                ) from None
        return self.read[named]


def _summary(changes: Overrides) -> str:
    return ", ".join(f"{key}={level_of(value)}" for key, value in changes.items()) or "as it is"


def _unseeded(scenario: Scenario) -> Scenario:
    return scenario.model_copy(update={"seed": None})

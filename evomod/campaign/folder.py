"""The folder of a campaign: what it is, who works at it, and what is done."""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from evomod.campaign.journal import Place, places
from evomod.campaign.plan import Cell, Plan, unseeded
from evomod.campaign.worker import TOKEN
from evomod.document import Document
from evomod.errors import InUseError, RunFolderError, ScenarioError
from evomod.lineage.folder import EVENTS, cannot_write, is_locked, locked, log_event, replace_file
from evomod.lineage.provenance import provenance
from evomod.scenario import Scenario, parse
from evomod.yaml_core import to_yaml

FILE, PLAN, PROVENANCE = "campaign.yaml", "plan.json", "provenance.json"
BEGIN_LOCK = "begin.lock"
PATIENCE = 60.0  # seconds
FORMAT = 1
SETTINGS = ("results", "epoch_ends", "keep", "seconds", "failures")


class Campaign:
    """A campaign and its folder.

    Attributes
    ----------
    folder : Path
    plan : Plan
    cwd : str
        Where it was begun: founders that lie on the disk are named from there.

    Raises
    ------
    RunFolderError
        The folder holds no campaign.
    """

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        self.text: str | None = None
        self.plan, self.cwd = _read_plan(self.folder)

    @classmethod
    def begin(cls, plan: Plan, folder: Path | str | None = None, text: str | None = None) -> Campaign:
        """The campaign of a plan in its folder, `campaigns/<name>-<hash8>` by default, new or begun before.

        More runs than before go on from there; fewer change nothing of what is there. `text` is the campaign file as
        it was written, kept beside what it was read as. What is new is written by `save`, by whoever holds the
        campaign. RunFolderError if the folder holds something else.
        """
        folder = Path(folder) if folder else default_folder(plan)
        try:
            for inside in ("runs", "cells", "logs"):
                (folder / inside).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RunFolderError(
                f"{folder}: cannot be made ({error.strerror}); choose another folder with --out"
            ) from error
        with _settled(folder):
            if not (folder / PLAN).exists():
                _write_new(folder, plan)
            one = cls(folder)
        if differences := _differences(one.plan, plan):
            raise RunFolderError(
                f"{folder}: holds another campaign (they differ in {', '.join(differences)}); "
                "choose another folder with --out"
            )
        one.plan, one.text = replace(plan, runs=max(plan.runs, one.plan.runs)), text
        return one

    def save(self) -> None:
        """Write what is new of the plan: more runs, other results."""
        with _settled(self.folder):
            _write_plan(self.folder, self.plan, self.cwd)
            if self.text is not None:
                replace_file(self.folder / FILE, self.text.encode())

    @property
    def token(self) -> str:
        """What tells this folder from others of the same path."""
        return (self.folder / TOKEN).read_text()

    def places(self) -> dict[int, Place]:
        """For each run that was tried to the end, where its line is."""
        n_cells = len(self.plan.cells)
        found = places(self.folder).items()
        return {run: place for run, place in found if run < len(self.plan) and place.cell == run % n_cells}

    def file_of(self, name: str, shard: tuple[int, int]) -> Path:
        """A file that a controller writes: each shard has its own, `journal.3-of-8.jsonl`."""
        stem, suffix = name.split(".")
        return self.folder / (name if shard[1] == 1 else f"{stem}.{shard[0]}-of-{shard[1]}.{suffix}")

    def journal(self, shard: tuple[int, int]) -> Path:
        """What the controller of a shard appends to."""
        return self.file_of("journal.jsonl", shard)

    def note(self, shard: tuple[int, int], event: str, /, **details: Any) -> None:
        """Add to the events of a shard: start, failures, stop."""
        log_event(self.folder, event, self.file_of(EVENTS, shard).name, **details)

    @contextmanager
    def held(self, shard: tuple[int, int]) -> Iterator[None]:
        """Be the only controller of a shard, and of everything that overlaps with it; InUseError if another is."""
        with _announced(self.folder), locked(self.folder, _lock(shard)):
            for path in self.folder.glob("shard.*.lock"):
                numbers = re.fullmatch(r"shard\.([0-9]+)-of-([0-9]+)\.lock", path.name)
                other = (int(numbers[1]), int(numbers[2])) if numbers else shard
                apart = other[1] == shard[1]  # shards of one division never overlap
                if not apart and is_locked(self.folder, path.name):
                    raise InUseError(
                        f"{self.folder}: is in use as shard {other[0]}/{other[1]}, which overlaps with "
                        f"{shard[0]}/{shard[1]}; if nobody runs it any longer, delete {path}"
                    )
            yield

    def note_provenance(self, shard: tuple[int, int]) -> None:
        """Software and machine of this stretch, added to those before."""
        path = self.file_of(PROVENANCE, shard)
        earlier: list[Any] = []
        with suppress(OSError, ValueError):
            earlier = json.loads(path.read_text())["stretches"]
        stretches = [*earlier, provenance({"campaign": self.plan.name, "digest": self.plan.digest()})]
        replace_file(path, json.dumps({"stretches": stretches}, indent=2).encode())

    def is_running(self) -> list[str]:
        """The shards that somebody is at, as far as this machine can tell."""
        names = [path.name for path in sorted(self.folder.glob("shard.*.lock")) if is_locked(self.folder, path.name)]
        return [name.removeprefix("shard.").removesuffix(".lock").replace("-of-", "/") for name in names]


@contextmanager
def _announced(folder: Path) -> Iterator[None]:
    """Say how to look on where somebody else is at work."""
    try:
        yield
    except InUseError as error:
        if str(error).startswith(f"{folder}: is in use by"):
            raise InUseError(f"{error}. Look on with: python -m evomod campaign status {folder}") from error
        raise


def default_folder(plan: Plan) -> Path:
    """`campaigns/<name>-<hash8>`."""
    return Path("campaigns") / f"{plan.name}-{plan.digest()}"


def finished(plan: Plan, folder: Path) -> set[int]:
    """The runs of a plan that are done in a folder, if that is the plan's."""
    if not (folder / PLAN).is_file() or _differences(_read_plan(folder)[0], plan):
        return set()
    return {run for run, place in places(folder).items() if place.finished}


@contextmanager
def _settled(folder: Path) -> Iterator[None]:
    """Wait for others who begin at the same moment, the shards of a campaign say."""
    latest = time.monotonic() + PATIENCE
    with ExitStack() as stack:
        while True:
            try:
                stack.enter_context(locked(folder, BEGIN_LOCK))
                break
            except InUseError:
                if time.monotonic() > latest:
                    raise
                time.sleep(0.05)
        yield


def _write_new(folder: Path, plan: Plan) -> None:
    if others := sorted(path.name for path in folder.iterdir() if path.name not in _EARLY):
        raise RunFolderError(
            f"{folder}: is not empty and holds no campaign ({others[0]} is there); choose another folder with --out"
        )
    replace_file(folder / TOKEN, secrets.token_hex(8).encode())
    try:
        for k, cell in enumerate(plan.cells):  # for people; the plan has them all
            (folder / "cells" / f"{plan.cell_name(k)}.yaml").write_text(to_yaml(cell.scenario.resolved()))
    except OSError as error:
        raise cannot_write(folder / "cells", error) from error
    _write_plan(folder, plan, str(Path.cwd()))


# A start that was killed may leave these.
_EARLY = {"runs", "cells", "logs", BEGIN_LOCK, TOKEN, FILE, *(f"{name}.new" for name in (TOKEN, FILE, PLAN))}


def _lock(shard: tuple[int, int]) -> str:
    return f"shard.{shard[0]}-of-{shard[1]}.lock"


def _write_plan(folder: Path, plan: Plan, cwd: str) -> None:
    node = {
        "format": FORMAT,
        "cwd": cwd,
        "runs": plan.runs,
        **{key: getattr(plan, key) for key in SETTINGS},
        **plan.identity(),
    }
    text = json.dumps(node, indent=1).encode()
    if not (folder / PLAN).exists() or (folder / PLAN).read_bytes() != text:
        replace_file(folder / PLAN, text)


def _read_plan(folder: Path) -> tuple[Plan, str]:
    path = folder / PLAN
    if not path.is_file():
        hint = "; this is a run: python -m evomod show looks at it" if (folder / "resolved.yaml").is_file() else ""
        hint = "; it is a file: give the campaign's folder" if folder.is_file() else hint
        raise RunFolderError(f"{folder}: is not a campaign's folder: it has no {PLAN}{hint}")
    try:
        node = json.loads(path.read_text())
        if node["format"] > FORMAT:
            raise RunFolderError(f"{path}: was written by a newer evomod (format {node['format']}); install that")
        cells = tuple(Cell(one["levels"], _scenario(one["scenario"], path)) for one in node["cells"])
        settings = {key: node[key] for key in SETTINGS}
        settings["results"] = tuple(settings["results"])
        return Plan(node["name"], cells, node["runs"], node["seed"], **settings), str(node["cwd"])
    except ScenarioError:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RunFolderError(f"{path}: cannot be read as a campaign's plan ({error!r})") from error


def _scenario(node: dict[str, Any], path: Path) -> Scenario:
    return parse(Document.parse(json.dumps(node), str(path)))


def _differences(old: Plan, new: Plan) -> list[str]:
    """In what two campaigns differ, in the words of the campaign file."""
    # Rows of the tables must have come about alike.
    found = [key for key in ("name", "seed", "epoch_ends", "keep") if getattr(old, key) != getattr(new, key)]
    if [cell.levels for cell in old.cells] != [cell.levels for cell in new.cells]:
        return [*found, "conditions or grid"]
    keys = {
        key
        for before, after in zip(old.cells, new.cells, strict=True)
        for key, value in unseeded(after.scenario).items()
        if unseeded(before.scenario)[key] != value
    }
    return [*found, f"their scenarios' {', '.join(sorted(keys))}"] if keys else found

"""A run or a campaign packed for a repository of data: what it is, what it means, and how to make it again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from evomod.campaign import Campaign
from evomod.errors import InUseError, RunFolderError
from evomod.lineage.export.aside import check_file
from evomod.lineage.folder import LOCK, is_locked
from evomod.publication import metadata, rendering, tables
from evomod.publication.conditions import is_campaign
from evomod.publication.methods import methods
from evomod.publication.packing import MANIFEST, Content, pack
from evomod.report.summary import summary_of
from evomod.runner import open_run, open_scenario

_LOG = ("lineage.*.h5", "checkpoint.npz")
_PASSING = (".*", "*.lock", "*.new", MANIFEST)  # there only while somebody writes; of an archive that was unpacked


NOT_BY_BYTES = "files differ in any case, in the times that generations took (`/timing` in the log)."


class _Subject(NamedTuple):
    """What is packed: what its archive is called, how to make it again, and the tables made of its log."""

    name: str
    title: str
    again: str
    made: Mapping[str, Content]


def archive(folder: Path | str, out: Path | str, *, with_log: bool = True, authors: Sequence[str] = ()) -> Path:
    """Pack a run or a campaign; the same folder gives the same bytes.

    Parameters
    ----------
    folder : Path
        Of a run, finished or stopped, or of a campaign. It is only read.
    out : Path
        The ZIP file. Nothing is overwritten.
    with_log : bool
        With the logs, or only with what was made of them and what makes them again.
    authors : sequence of str
        `Family, Given`, or the name of a group.

    Raises
    ------
    InUseError
        Somebody is writing to the folder.
    RunFolderError
        It is no such folder, or `out` lies within it.
    InputError
        `out` is there already, or cannot be written.
    LogError
        The log cannot be read, or there is nothing in it yet.
    """
    folder, out = Path(folder), Path(out)
    if out.resolve().is_relative_to(folder.resolve()):
        raise RunFolderError(f"{out}: lies within what is packed; choose another file with --out")
    check_file(out)
    what = _of_campaign(folder, with_log) if is_campaign(folder) else _of_run(folder, with_log)
    contents: dict[str, Content] = {**_files(folder, with_log), **what.made}
    told = methods([folder])
    for name, make in rendering.FILES.items():
        contents[f"methods/{name}"] = make(told).encode
    own = ("README.md", "CITATION.cff", "zenodo.json")
    contents["README.md"] = metadata.readme(what.title, {*contents, *own}, told, what.again, not authors).encode
    contents["CITATION.cff"] = metadata.citation(what.title, authors, told).encode
    contents["zenodo.json"] = metadata.zenodo(what.title, authors, told).encode
    pack(contents, out, what.name)
    return out


def _files(folder: Path, with_log: bool) -> Mapping[str, Path]:
    """What lies in a folder and stays, by its name there."""
    unwanted = _PASSING if with_log else (*_PASSING, *_LOG)
    found = {path.relative_to(folder): path for path in folder.rglob("*") if path.is_file()}
    return {
        name.as_posix(): path
        for name, path in found.items()
        if not any(fnmatchcase(part, pattern) for part in name.parts for pattern in unwanted)
    }


def _of_run(folder: Path, with_log: bool) -> _Subject:
    scenario = open_scenario(folder)
    if is_locked(folder, LOCK):
        raise InUseError(f"{folder}: is being written; wait until it ends, or stop it first")
    with open_run(folder) as log:
        summary, listed = summary_of(log), tables.names(log)
    made = {f"tables/{table}.csv": _table(folder, table) for table in listed}
    name = f"{scenario.name}-{scenario.digest()}-s{scenario.seed}"
    title = f"evomod run {scenario.name}, seed {scenario.seed}, {summary['generation']:,} generations"
    length = "" if summary["status"] == "finished" else f" --generations {summary['generation']}"
    reason = "" if summary["reason"] is None else f" ({summary['reason']})"
    again = (
        f"    python -m evomod run resolved.yaml --seed {scenario.seed}{length}\n\n"
        f"The run is {summary['status']}, at generation {summary['generation']:,}{reason}.\n"
    )
    return _Subject(name, title, again + _compared(scenario.initial.files, with_log), made)


def _table(folder: Path, name: str) -> Content:
    return lambda: tables.as_csv(folder, name)


def _compared(files: Sequence[Path], with_log: bool) -> str:
    """How a run is compared with its archive, and what it needs besides."""
    text = "\nThe log was left out.\n"
    if with_log:
        text = (
            "\nThis is a run's folder. `python -m evomod rerun .` makes the run again and compares all that evolved, "
            f"bit for bit; {NOT_BY_BYTES}\n"
        )
    return text + _read_from(files, with_log)


def _read_from(files: Iterable[Path], with_log: bool) -> str:
    names = ", ".join(f"`{path.name if path.is_absolute() else path}`" for path in dict.fromkeys(files))
    rerun = "; `rerun` does not, as the log has it" if with_log else ""
    return f"\nGeneration 0 was read from {names}, not packed, which `run` needs there{rerun}.\n" if names else ""


def _of_campaign(folder: Path, with_log: bool) -> _Subject:
    campaign = Campaign(folder)
    if shards := campaign.is_running():
        raise InUseError(f"{folder}: is being carried out (shard {shards[0]}); wait until it ends, or stop it first")
    plan = campaign.plan
    done = sum(place.finished for place in campaign.places().values())
    first = plan[0]
    again = (
        f"    python -m evomod run cells/{plan.cell_name(first.cell)}.yaml --seed {first.seed}\n\n"
        f"makes one run; so is any of them made by its condition's scenario and its seed, which `runs.csv` has. "
        f"{done:,} of {len(plan):,} runs are done.\n"
    )
    if with_log and (folder / first.folder).is_dir():
        again += (
            f"\n`python -m evomod rerun {first.folder}` makes it again and compares all that evolved, bit for bit; "
            f"{NOT_BY_BYTES}\n"
        )
    again += _read_from((path for cell in plan.cells for path in cell.scenario.initial.files), with_log)
    title = f"evomod campaign {plan.name}, {done:,} runs of {len(plan.cells):,} conditions"
    return _Subject(f"{plan.name}-{plan.digest()}", title, again, {})

"""What the scripts share: how a run is named, where a figure goes, and how a mistake is told."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import evomod
from evomod.campaign import Campaign
from evomod.cli.parser import Parser
from evomod.cli.running import say_if_cold
from evomod.errors import EvomodError, InputError
from evomod.lineage.export.aside import check_file
from evomod.measures.base import Specimen
from evomod.report.figure import FORMATS, Chart, check_suffix, csv_of, save

KINDS = {".png": "or .svg or .pdf; its data come beside it, as .csv", ".gif": "or .mp4"}
THERE = "{}: is there already; choose another --out, or replace it with --force"
NEWEST = "default: the newest folder in runs/"


def script(doc: str, suffix: str = ".png") -> Parser:
    """A parser for a script with this docstring, with --out and --force."""
    name = Path(sys.argv[0]).stem
    parser = Parser(prog=f"{name}.py", description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, metavar="FILE", help=f"default: {name}{suffix}; {KINDS.get(suffix, '')}")
    parser.add_argument("--force", action="store_true", help="replace a file that is there")
    parser.set_defaults(name=name)
    return parser


def one_run(parser: Parser) -> None:
    """A run folder, the newest one by default."""
    parser.add_argument("run", nargs="?", type=Path, metavar="RUN", help=f"run folder ({NEWEST})")


def several_runs(parser: Parser) -> None:
    """Run folders and campaign folders; the newest run by default."""
    parser.add_argument("runs", nargs="*", type=Path, metavar="RUN", help=f"run or campaign folders ({NEWEST})")


def span(parser: Parser) -> None:
    """A stretch of generations."""
    parser.add_argument("--from", type=int, metavar="G", dest="start", help="first generation")
    parser.add_argument("--to", type=int, metavar="G", dest="last", help="last generation")


def limits(options: Any, first: int, last: int) -> tuple[int, int]:
    """First and last generation that `span` asks for, within what there is."""
    start = first if options.start is None else options.start
    stop = last if options.last is None else options.last
    if not first <= start < stop <= last:
        raise InputError(f"--from and --to: must lie from {first} to {last}, one below the other [got {start}, {stop}]")
    return start, stop


def carry_out(
    parser: Parser,
    draw: Callable[[Any], Any],
    write: Callable[[Any, Path], list[Path]] = save,
    suffixes: tuple[str, ...] = tuple(FORMATS),
) -> None:
    """Read the options, draw, write; a mistake is a sentence and exit code 2."""
    options = parser.parse_args()
    try:
        out = options.out or Path(f"{options.name}{suffixes[0]}")
        check_suffix(out, suffixes)
        check_file(out, force=options.force, or_else=", or replace it with --force")
        check_file(out.with_suffix(".csv"), force=True)  # one with the same data may be there
        if getattr(options, "run", 0) is None:
            options.run = newest()
        if getattr(options, "runs", 0) == []:
            options.runs = [newest()]
        say_if_cold(options)
        figure, table = draw(options), out.with_suffix(".csv")
        if table.exists() and not options.force and not holds_the_data_of(figure, table):
            raise InputError(THERE.format(table))
        for path in write(figure, out):
            print(path)
    except EvomodError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
    except OSError as error:
        sys.exit(f"{error.filename or 'the output'}: {error.strerror or error}")


def holds_the_data_of(figure: Any, table: Path) -> bool:
    """Is a file what would be written beside the figure? The data of one figure, in two formats, are the same."""
    return isinstance(figure, Chart) and table.read_bytes() == csv_of(figure.data).encode()


def newest() -> Path:
    """The run folder in `runs/` that was begun last; says which."""
    found = [path.parent for path in Path("runs").glob("*/resolved.yaml") if ".aside-" not in path.parent.name]
    if not found:
        raise InputError("runs/: has no run; name a run folder, or: python -m evomod run scenarios/logic_gates.yaml")
    folder = max(found, key=lambda folder: ((folder / "resolved.yaml").stat().st_mtime, folder.name))
    print(f"{folder} (the newest)", file=sys.stderr)
    return folder


def groups(folders: list[Path]) -> dict[str, list[Path]]:
    """Run folders by what they are to be compared by: the condition of their campaign, or the scenario's name."""
    found: dict[str, list[Path]] = {}
    for folder in folders:
        if not (folder / "plan.json").is_file():
            with evomod.open_run(folder) as log:
                found.setdefault(log.stated("scenario")["name"], []).append(folder)
            continue
        campaign = Campaign(folder)
        for index, place in sorted(campaign.places().items()):
            run = folder / campaign.plan[index].folder
            if not place.finished:
                continue
            if not run.is_dir():
                raise InputError(f"{run}: is no longer there (keep: table); figures of logs need keep: all")
            levels = campaign.plan.cells[place.cell].levels.values()
            found.setdefault(", ".join(map(str, levels)) or campaign.plan.name, []).append(run)
    if not found:
        raise InputError(f"{', '.join(map(str, folders))}: has no run that is done")
    return found


def shared_goals(by_group: dict[str, list[Path]], goal: str | None) -> tuple[str, ...]:
    """The goals that all groups have in force, for like is to be compared with like; or the one that is asked for."""
    named = []
    for folders in by_group.values():
        with evomod.open_run(folders[0]) as log:
            named.append(log.layout.named)
            if goal and goal not in log.layout.named:
                raise InputError(
                    f"{log.folder}: no goal {goal!r} is in force; goals are {', '.join(log.layout.named) or 'random'}"
                )
    shared = tuple(name for name in named[0] if all(name in names for names in named)) if named else ()
    if not goal and not shared:
        raise InputError("these runs have no goal in common; look at those that have one together")
    return (goal,) if goal else shared


def specimens(log: Any, rows: Any) -> list[Specimen]:
    """Rows of `/champions` or `/epoch_ends`, to be measured."""
    goals, seed = log.layout.goals, int(log.attributes["seed"])
    return [
        Specimen(f"generation {row['generation']}", None, log.problem, row["genome"], goals[row["goal"]], seed=seed)
        for row in rows
    ]


def ends(log: Any, goals: tuple[str, ...]) -> Any:
    """Epoch ends under these goals; of a goal that stays, every champion."""
    rows = log.epoch_ends if len(log.epoch_ends) else log.champions
    return rows[np.isin(rows["goal"], [log.layout.goals.index(name) for name in goals if name in log.layout.goals])]

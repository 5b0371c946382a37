"""`replay`: the story of one line of descent, and whether the log can be made again."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Any

from evomod.cli.parser import Commands, Options, add_individual, add_json, add_run, generation

LONG = 10**7  # births that are made again in about a second
SUFFIXES = (".csv", ".json", ".md")


def add_commands(commands: Commands) -> None:
    """`replay`."""
    replay = commands.add(
        "replay",
        _replay,
        "make generations again, compare them with the log, and tell the story of one line of descent; "
        "exit code 1 if the log differs",
    )
    add_run(replay)
    add_individual(replay, "whose line")
    replay.add_argument("--from", type=generation, default=0, dest="start", metavar="G", help="default: 0")
    replay.add_argument(
        "--to", type=generation, dest="stop", metavar="G", help="the line up to G (default: to the individual)"
    )
    replay.add_argument("--verify", action="store_true", help="compare the whole run, not these generations alone")
    replay.add_argument(
        "--out", type=Path, metavar="FILE", help="write all steps to a .csv or .json file, or the story to a .md file"
    )
    add_json(replay, "the story and all of its steps as JSON")


def _replay(options: Options) -> int:
    from evomod.errors import InputError
    from evomod.lineage.individual import named
    from evomod.lineage.story import tell
    from evomod.lineage.subfunctions import subfunctions
    from evomod.report.story_summary import as_rows, summarise
    from evomod.report.story_text import N_LAST, as_markdown, as_text
    from evomod.runner import open_run, open_scenario

    _look_at(options.out)
    problem = open_scenario(options.run).problem
    with open_run(options.run) as log:
        last, _ = named(log, options.individual)
        if options.stop is not None and options.stop >= log.n_generations:
            raise InputError(
                f"{options.run}: has generations 0 to {log.n_generations - 1}; --to can be at most the last"
            )
        story = tell(log, problem, options.individual, options.start, options.stop)
        checked = _check(log, problem, options, last if options.stop is None else options.stop)
        found = subfunctions(story)
        told = summarise(log, story, found) | {"checked": checked}
        steps = as_rows(story, found, None if options.json or options.out else N_LAST)
    text = as_text(told, steps)
    if options.json:
        print(json.dumps(told | {"steps": steps}, indent=2))
    else:
        print(text)
    if options.out:
        with options.out.open("x", newline="", encoding="utf-8") as file:
            if options.out.suffix == ".csv":
                table = csv.DictWriter(file, list(steps[0]), lineterminator="\n")
                table.writeheader()
                table.writerows(steps)
            elif options.out.suffix == ".json":
                json.dump(told | {"steps": steps}, file, indent=2)
            else:
                file.write(as_markdown(told, steps))
        print(f"written: {options.out}", file=sys.stderr)
    return 0


def _look_at(out: Path | None) -> None:
    """Refuse a file that cannot be written, before anything is done."""
    from evomod.errors import InputError
    from evomod.lineage.export.aside import check_file

    if out is None:
        return
    if out.suffix not in SUFFIXES:
        raise InputError(f"{out}: is no name of a table or a text; end it with {', '.join(SUFFIXES)}")
    check_file(out)


def _check(log: Any, problem: Any, options: Options, last: int) -> dict[str, Any]:
    """Make the populations again and compare them; what was compared."""
    from evomod.lineage.replay import verify
    from evomod.lineage.stretch import check_stretch
    from evomod.report.progress import Heartbeat

    if options.verify:
        end = log.n_generations - 1
        if end * log.layout.population > LONG:
            print(f"making generations 0 to {end:,} again …", file=sys.stderr)
        return {"first": 0, "last": end, "snapshots": verify(log, problem)}
    beat = Heartbeat(lambda generation: f"generation {generation:,} made again, of those up to {last:,}")
    return vars(check_stretch(log, problem, options.start, last, beat))

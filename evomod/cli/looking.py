"""Commands that look at runs without changing them."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from evomod.cli.codes import INTERRUPTED
from evomod.cli.parser import Commands, Options, add_json, add_run


def add_commands(commands: Commands) -> None:
    """`show`, `watch` and `diff`."""
    show = commands.add("show", _show, "what a run found; works while it is running")
    add_run(show)
    add_json(show)

    watch = commands.add("watch", _watch, "follow a run that is going on, until it ends")
    add_run(watch)
    watch.add_argument("--every", type=_seconds, default=2.0, metavar="SECONDS", help="between two looks (default: 2)")

    diff = commands.add(
        "diff", _diff, "in what two scenario files or runs differ; exit code 1 if they do, 2 if it cannot be said"
    )
    for side in ("left", "right"):
        diff.add_argument(side, type=Path, metavar=side.upper(), help="a scenario file or a run folder")
    add_json(diff)


def _show(options: Options) -> int:
    from evomod.report.summary import as_text, summarise
    from evomod.runner import open_scenario

    open_scenario(options.run)  # says so if it is no run folder
    summary = summarise(options.run)
    print(json.dumps(summary, indent=2) if options.json else as_text(summary))
    return 0


def _seconds(text: str) -> float:
    try:
        if 0.01 <= float(text) <= 86_400:
            return float(text)
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"must be a number of seconds from 0.01 to 86400 [got {text}]")


def _watch(options: Options) -> int:
    from evomod.report.watching import ending, shown, watch
    from evomod.runner import open_scenario

    open_scenario(options.run)  # says so if it is no run folder
    try:
        with shown(str(options.run)) as show:
            last = watch(options.run, options.every, show)
    except KeyboardInterrupt:  # whoever looks on may leave; the run does not notice
        return INTERRUPTED
    print(ending(last))
    return 0


def _diff(options: Options) -> int:
    from evomod.errors import InputError, LogError
    from evomod.report.difference import as_text, came_out, differences, same_result

    sides = (options.left, options.right)
    found = differences(_resolved(options.left), _resolved(options.right))
    try:
        results = (came_out(sides[0]), came_out(sides[1])) if all(map(Path.is_dir, sides)) else None
    except LogError as error:  # 1 would say that they differ
        raise InputError(str(error)) from error
    if options.json:
        both = {} if results is None else {"results": dict(zip(("left", "right"), results, strict=True))}
        print(json.dumps({"differences": [one.as_json() for one in found], **both}, indent=2))
    else:
        print(as_text(found, results, [str(side) for side in sides]))
    return 0 if not found and (results is None or same_result(*results)) else 1


def _resolved(path: Path) -> dict[str, Any]:
    """The scenario of a file or of a run, defaults written out."""
    from evomod.runner import open_scenario
    from evomod.scenario import load

    scenario = open_scenario(path) if path.is_dir() else load(path)
    resolved: dict[str, Any] = scenario.resolved()
    return resolved

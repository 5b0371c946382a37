"""Commands that look at runs without changing them."""

from __future__ import annotations

import json

from evomod.cli.parser import Commands, Options, add_json, add_run


def add_commands(commands: Commands) -> None:
    """`show`."""
    show = commands.add("show", _show, "what a run found; works while it is running")
    add_run(show)
    add_json(show)


def _show(options: Options) -> int:
    from evomod.report.summary import as_text, summarise
    from evomod.runner import open_scenario

    open_scenario(options.run)  # says so if it is no run folder
    summary = summarise(options.run)
    print(json.dumps(summary, indent=2) if options.json else as_text(summary))
    return 0

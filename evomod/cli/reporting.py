"""Runs as a page to look at."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from evomod.cli.parser import Commands, Options, add_individual


def add_commands(commands: Commands) -> None:
    """`report`."""
    report = commands.add("report", _report, "one HTML file to look at runs in a browser; works while they are running")
    report.add_argument("runs", nargs="+", type=Path, metavar="RUN", help="run folders, shown side by side")
    add_individual(report, "whose line of descent")
    report.add_argument(
        "--out", type=Path, metavar="FILE.html", help="default: report.html in the run's folder, or here for several"
    )
    report.add_argument("--force", action="store_true", help="replace a file that is there")


def _report(options: Options) -> int:
    from evomod.cli.running import say_if_cold
    from evomod.report.page import write_page
    from evomod.runner import open_run

    out = options.out or (options.runs[0] if len(options.runs) == 1 else Path()) / "report.html"
    with ExitStack() as open_logs:
        logs = [open_logs.enter_context(open_run(run)) for run in options.runs]
        say_if_cold(options)
        print(f"report: {write_page(logs, out, options.individual, force=options.force)}")
    return 0

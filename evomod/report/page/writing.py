"""The page put together and written; the same bytes for the same runs."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template

from evomod.lineage.export.aside import check_file, new_file
from evomod.lineage.individual import Individual
from evomod.lineage.reader import LineageReader
from evomod.report.page.gathering import gather
from evomod.report.page.markup import section
from evomod.report.page.packing import Arrays, script_text
from evomod.report.summary import summary_of

# In the order in which they use each other.
SCRIPTS = ["elements", "circuit", "layout", "routes", "drawing", "curves", "charts", "line", "tables", "walk", "page"]


def write_page(
    logs: Sequence[LineageReader], path: Path, individual: Individual = "best", *, force: bool = False
) -> Path:
    """Write the page of some runs: all of it or nothing.

    Parameters
    ----------
    logs : sequence of LineageReader
        With their problems, as `evomod.open_run` gives them; finished or not.
    path : Path
        The file; its folder exists.
    individual : 'best', 'last' or (generation, place)
        Whose line of descent the page walks.
    force : bool
        Replace a plain file that is there.

    Raises
    ------
    InputError
        If something is there that is not to be replaced, the file cannot be written, or there is no such individual.
    LogError
        If a log has nothing in it yet.
    """
    or_else = ", or replace it with --force"
    check_file(path, force=force, or_else=or_else)
    text = page_of(logs, individual)
    with new_file(path, force=force, or_else=or_else) as aside:
        aside.write_text(text, encoding="utf-8")
    return path


def page_of(logs: Sequence[LineageReader], individual: Individual = "best") -> str:
    """The page as text; see `write_page`."""
    arrays = Arrays()
    summaries = [summary_of(log) for log in logs]
    runs = [
        gather(log, summary["solved"], individual, arrays, len(logs))
        for log, summary in zip(logs, summaries, strict=True)
    ]
    version = logs[0].stated("provenance")["software"]["version"]
    title = ", ".join(dict.fromkeys(run["name"] for run in runs))
    parts = {
        "title": escape(title if len(title) < 120 else f"{len(runs)} runs"),
        "about": "one run" if len(runs) == 1 else f"{len(runs)} runs, side by side; a goal has one colour in all",
        "version": escape(str(version)),
        "n_runs": str(len(runs)),
        "style": _resource("page.css"),
        "runs": "\n".join(map(section, range(len(logs)), logs, summaries, runs)),
        "data": script_text(runs),
        "arrays": arrays.text(),
        "script": "\n".join(_resource(f"{name}.js") for name in SCRIPTS),
    }
    return Template(_resource("page.html")).substitute(parts)


def _resource(name: str) -> str:
    return files("evomod.report.page").joinpath(name).read_text(encoding="utf-8")

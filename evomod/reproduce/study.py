"""Studies: published results that one command carries out and sets beside what comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evomod import campaign
from evomod.campaign import Campaign, Plan
from evomod.errors import InputError
from evomod.reproduce.rows import Row

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Findings:
    """What a study found.

    Attributes
    ----------
    rows : of the table
    draw : callable
        Draws the figure into a file.
    tables : CSV texts by file name
        The values behind the rows, a line each.
    """

    rows: tuple[Row, ...]
    draw: Callable[[Path], None]
    tables: dict[str, str]


@dataclass(frozen=True)
class Study:
    """A published result.

    Attributes
    ----------
    name : str
        What the command calls it.
    title, source : str
        What it is about, and where it was published.
    campaign : str
        The campaign file that is carried out, below `scenarios/campaigns`.
    analyse : callable
        Findings from a campaign of which at least some runs are done.
    follow : callable, optional
        From the campaign, once it is done, to those that depend on what it found, each with the folder within the
        study's own that it is carried out in.
    """

    name: str
    title: str
    source: str
    campaign: str
    analyse: Callable[[Campaign], Findings]
    follow: Callable[[Campaign], Iterator[tuple[str, Plan]]] | None = None

    def plan(self, runs: int | None = None) -> Plan:
        """The campaign, with so many runs of each condition."""
        plan = campaign.load(scenarios() / "campaigns" / self.campaign)
        return replace(plan, runs=runs or plan.runs)

    def stages(self, folder: Path, runs: int | None = None) -> Iterator[tuple[Path, Plan, str | None]]:
        """What to carry out, one after the other: folder, plan, and the campaign file as it was written.

        The next is known when the one before has been carried out.
        """
        yield folder, self.plan(runs), self.text()
        for name, plan in self.follow(Campaign(folder)) if self.follow else ():
            yield folder / name, plan, None

    def text(self) -> str:
        """The campaign file as it was written."""
        return (scenarios() / "campaigns" / self.campaign).read_text(encoding="utf-8")


def scenarios() -> Path:
    """The folder of the scenarios that come along: in the package, or beside it in a clone.

    Raises
    ------
    InputError
        If it is in neither place.
    """
    for folder in (HERE / "scenarios", HERE.parents[1] / "scenarios"):
        if (folder / "campaigns").is_dir():
            return folder
    raise InputError(f"{HERE / 'scenarios'}: the scenarios that reproductions need are missing; install evomod again")


def studies() -> dict[str, Study]:
    """All of them, by name."""
    from evomod.reproduce import cml13, contingency, ka05, ka05_choices, ka05_retina, kna07, solution_space

    modules = (ka05, ka05_choices, ka05_retina, kna07, solution_space, cml13, contingency)
    return {module.STUDY.name: module.STUDY for module in modules}


def write(findings: Findings, study: Study, folder: Path, figures: str = "png") -> list[Path]:
    """Write the table as CSV and Markdown, the values behind it, and the figure; the files, the figure last."""
    from evomod.reproduce.table import as_csv, as_markdown

    texts: dict[str, Any] = {
        f"{study.name}.csv": as_csv(findings.rows),
        f"{study.name}.md": as_markdown(findings.rows),
        **findings.tables,
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    figure = folder / f"{study.name}.{figures}"
    findings.draw(figure)
    return [*(folder / name for name in texts), figure]

"""What the page says of a run before any script runs: numbers, scenario, provenance. All text is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import Any

from evomod.lineage.reader import LineageReader
from evomod.report.page.front import front_of
from evomod.report.words import Words
from evomod.yaml_core import to_yaml

N_SOLVED = 6  # goals whose solving is told one by one


def section(k: int, log: LineageReader, summary: dict[str, Any], run: dict[str, Any]) -> str:
    """The part of the page about its `k`-th run, of which the page knows `run`."""
    return f"""<section class="run" id="run-{k}" aria-labelledby="run-{k}-name" tabindex="-1">
<h2 id="run-{k}-name">{escape(run["name"])} <small>seed {summary["seed"]} · {escape(log.folder.name)}</small></h2>
<p class="status">{escape(_status(summary))}</p>
{_facts(summary)}
<div class="parts">
<div class="curves-here"></div>
<div class="walk-here"></div>
</div>
{front_of(log, summary)}
<details><summary>Scenario</summary><pre tabindex="0">{_yaml(to_yaml(log.stated("scenario")))}</pre></details>
<details><summary>Provenance</summary>{_provenance(log.stated("provenance"))}{_events(run["events"])}</details>
</section>"""


def _status(summary: dict[str, Any]) -> str:
    why = f": {summary['reason']}" if summary["reason"] else ""
    if summary["status"] == "running":
        why = "; this page shows what was in its log when it was written"
    return f"{summary['status']} at generation {summary['generation']:,}{why}"


def _facts(summary: dict[str, Any]) -> str:
    """The numbers by which one decides."""
    solved = list(summary["solved"].items())
    facts = [(f"solved {goal}", "not yet" if at is None else f"{at:,}", "") for goal, at in solved[:N_SOLVED]]
    if len(solved) > N_SOLVED:
        n_solved = sum(at is not None for _, at in solved)
        facts = [("goals solved", f"{n_solved} of {len(solved)}", "")]
    best, recent, words = summary["best"], summary["recent_epochs"], Words(**summary["called"])
    facts.append(
        (
            f"best {words.network}, for {best['goal']}",
            f"{best['benefit']:.4g}",
            words.parts(best["gates"]),
        )
    )
    if recent:
        facts.append(("perfect at the end", f"{recent['n_perfect']} of {recent['n']}", "last epochs"))
    facts.append(("mean fitness at the end", f"{summary['population']['mean_fitness']:.3f}", ""))
    items = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)} <small>{escape(aside)}</small></dd></div>"
        for name, value, aside in facts
    )
    return f'<dl class="facts">{items}</dl>'


def _yaml(text: str) -> str:
    """With its keys marked."""
    return re.sub(r"(?m)^([ -]*)([^\s:'\"&]+)(:)(?=\s|$)", r"\1<b>\2</b>\3", escape(text, quote=False))


def _provenance(made: dict[str, Any]) -> str:
    software, environment = made.get("software", {}), made.get("environment", {})
    commit = software.get("git_commit")
    dirty = ", with changes that were not committed" if software.get("git_dirty") else ""
    versions = (f"{name} {of['version']}" for name, of in environment.get("libraries", {}).items() if of.get("version"))
    system, python = environment.get("os", {}), environment.get("python", {})
    return _list(
        [
            ("evomod", str(software.get("version"))),
            ("git", f"{commit}{dirty}" if commit else "not from a checkout"),
            ("Python", f"{python.get('implementation')} {python.get('version')}"),
            ("libraries", ", ".join(versions)),
            ("machine", f"{environment.get('cpu')}, {system.get('system')} {system.get('release')}"),
            ("command", " ".join(map(str, made.get("parameters", {}).get("command", ())))),
        ]
    )


def _events(events: Iterable[dict[str, Any]]) -> str:
    return _list([(f"generation {event['generation']:,}", event["text"]) for event in events])


def _list(entries: Iterable[tuple[str, str]]) -> str:
    items = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in entries)
    return f'<dl class="made">{items}</dl>'

"""`reproduce`: published results, carried out, with the paper's number beside ours."""

from __future__ import annotations

import shlex
import signal
import sys
from pathlib import Path
from typing import Any

from evomod.cli.campaigns import backend
from evomod.cli.codes import INTERRUPTED, RESUMABLE
from evomod.cli.parser import Commands, Options, add_figures, add_progress, number


def add_commands(commands: Commands) -> None:
    """`reproduce`."""
    command = commands.add("reproduce", _reproduce, "a published result: run it, the paper's number beside ours")
    command.add_argument("study", nargs="?", metavar="STUDY", help="what to reproduce, e.g. ka05; see --list")
    command.add_argument("--list", action="store_true", help="what can be reproduced")
    command.add_argument("--choices", action="store_true", help="what the paper leaves open, as a grid")
    command.add_argument("--runs", type=number, metavar="N", help="runs of each condition (default: as in the paper)")
    command.add_argument("--out", type=Path, metavar="FOLDER", help="folder (default: reproductions/<study>)")
    command.add_argument("--jobs", type=number, metavar="N", help="processes (default: one for each core)")
    command.add_argument(
        "--cluster", metavar="WHERE", help="a Dask scheduler, tcp://host:port, or a YAML file for dask-jobqueue"
    )
    add_figures(command)
    add_progress(command)


def _reproduce(options: Options) -> int:
    from evomod.document import suggest
    from evomod.errors import InputError
    from evomod.reproduce.study import studies

    known = studies()
    if options.list:
        width = max(map(len, known))
        for one in known.values():
            print(f"{one.name:<{width}}  {one.title}\n{'':<{width}}  {one.source}")
        return 0
    if options.study is None:
        raise InputError(f"name what to reproduce: {', '.join(known)}")
    name = f"{options.study.removesuffix('-choices')}-choices" if options.choices else options.study
    if name not in known:
        raise InputError(f"there is no study {name!r}{suggest(name, known)}; possible: {', '.join(known)}")
    return _carry_out(known[name], options)


def _carry_out(study: Any, options: Options) -> int:
    from evomod.campaign import Campaign
    from evomod.cli.running import say_if_cold
    from evomod.reproduce.study import write
    from evomod.reproduce.table import as_text

    folder = options.out or Path("reproductions") / study.name
    say_if_cold(options)
    outcomes = _stages(study, folder, options)
    runs = f" --runs {options.runs}" if options.runs else ""
    again = f"python -m evomod reproduce {study.name}{runs} --out {shlex.quote(str(folder))}"
    given = {"--jobs": options.jobs, "--cluster": options.cluster}
    again += "".join(f" {name} {shlex.quote(str(value))}" for name, value in given.items() if value)
    last, done, all_runs = outcomes[-1], sum(o.all_done for o in outcomes), sum(o.all_runs for o in outcomes)
    if not done:
        print(f"{folder}: no run is done yet; go on with: {again}", file=sys.stderr)
    else:
        print(f"{study.title}\n{study.source}\n{folder}: {done:,} of {all_runs:,} runs done")
        findings = study.analyse(Campaign(folder))
        files = write(findings, study, folder, options.figures)
        print(f"\n{as_text(findings.rows)}\n\nfiles:", *(f"\n  {path}" for path in files), sep="")
    for outcome in outcomes:
        for run, error in sorted(outcome.errors.items())[:3]:
            print(f"{outcome.folder}: run {run} failed twice: {error}", file=sys.stderr)
    if done < all_runs or last.reason:
        why = f" ({last.reason})" if last.reason else ""
        print(f"not everything is done{why}; go on with: {again}", file=sys.stderr)
    if last.signal == signal.SIGINT:
        return INTERRUPTED
    if last.reason or any(outcome.asked > outcome.done + outcome.failed for outcome in outcomes):
        return RESUMABLE
    return 1 if any(outcome.failed for outcome in outcomes) else 0


def _stages(study: Any, folder: Path, options: Options) -> list[Any]:
    """Carry out what the study consists of, until something stops it: what became of each campaign."""
    from evomod import campaign
    from evomod.report.campaign_progress import shown

    outcomes: list[Any] = []
    for place, plan, text in study.stages(folder, options.runs):
        with shown(options.progress) as show:
            outcome = campaign.run(
                plan, place, text=text, jobs=options.jobs, backend=backend(options), on_progress=show
            )
        outcomes.append(outcome)
        if outcome.reason:
            break
    return outcomes

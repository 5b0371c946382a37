"""`campaign run`, `resume` and `status`: many runs at once."""

from __future__ import annotations

import argparse
import json
import shlex
import signal
import sys
from pathlib import Path
from typing import Any

from evomod.cli.codes import INTERRUPTED, RESUMABLE
from evomod.cli.parser import Commands, Options, Parser, add_figures, add_json, add_progress, add_settings, number
from evomod.errors import InputError

N_ERRORS = 5  # failed runs that are named


def add_commands(commands: Commands) -> None:
    """`campaign` and what it can do."""
    group = commands.group("campaign", "many runs: replicates, conditions, grids; here or on a cluster")

    run = group.add("run", _run, "carry out a campaign file, or go on with it; tables and figures at the end")
    run.add_argument("file", type=Path, metavar="FILE", help="a campaign file (YAML)")
    add_settings(run)
    run.add_argument("--out", type=Path, metavar="FOLDER", help="folder (default: campaigns/<name>-<hash>)")
    _add_choice(run)
    run.add_argument(
        "--dry-run", action="store_true", help="say how many runs, how long and how much disk, from a timed sample"
    )
    run.add_argument("--slurm", type=Path, metavar="SCRIPT", help="write a SLURM array script instead of running")
    run.add_argument("--shards", type=number, metavar="N", help="tasks of that array (default: 10)")

    resume = group.add("resume", _resume, "go on with a campaign from its folder alone; tables and figures at the end")
    resume.add_argument("folder", type=Path, metavar="FOLDER", help="folder of a campaign")
    _add_choice(resume)

    status = group.add(
        "status", _status, "what is done; exit code 0 if everything is, 75 if not, 1 if the rest has failed"
    )
    status.add_argument("folder", type=Path, metavar="FOLDER", help="folder of a campaign")
    status.add_argument("--power", action="store_true", help="how many runs it takes to see each difference")
    add_json(status)


def _add_choice(command: Parser) -> None:
    """Which runs, and where."""
    command.add_argument("--runs", type=number, metavar="N", help="replicates of each combination")
    command.add_argument(
        "--jobs", type=number, metavar="N", help="processes of this machine (default: one for each core)"
    )
    command.add_argument(
        "--cluster", metavar="WHERE", help="a Dask scheduler, tcp://host:port, or a YAML file for dask-jobqueue"
    )
    command.add_argument(
        "--only",
        type=_only,
        action="append",
        default=[],
        metavar="FACTOR=LEVEL,…",
        help="leave out runs with other levels, e.g. --only condition=MVG --only seed=1,2; may be repeated",
    )
    command.add_argument("--shard", type=_shard, default=(1, 1), metavar="K/N", help="the k-th of n parts, e.g. 3/8")
    command.add_argument("--limit", type=number, metavar="N", help="at most so many runs now")
    add_figures(command)
    add_progress(command)


def _only(text: str) -> tuple[str, list[str]]:
    factor, equals, levels = text.partition("=")
    if not equals or not factor or not levels:
        raise argparse.ArgumentTypeError(f"must have the form factor=level,level [got {text}]")
    return factor, [levels]


def _shard(text: str) -> tuple[int, int]:
    k, _, n = text.partition("/")
    if k.isdecimal() and n.isdecimal() and 1 <= int(k) <= int(n) <= 10**6:
        return int(k), int(n)
    raise argparse.ArgumentTypeError(f"must have the form k/n with 1 ≤ k ≤ n, e.g. 3/8 [got {text}]")


def _run(options: Options) -> int:
    from dataclasses import replace

    from evomod import campaign

    plan = campaign.load(options.file, options.settings)
    plan = replace(plan, runs=options.runs or plan.runs)
    if options.dry_run:
        return estimate_of(plan, options)
    if options.slurm:
        return _write_script(plan, options)
    if options.shards:
        raise InputError("--shards is for --slurm; one part of a campaign is --shard k/n")
    return carry_out(plan, options.out, options, source=options.file)


def _resume(options: Options) -> int:
    from dataclasses import replace

    from evomod import campaign

    plan = campaign.Campaign(options.folder).plan
    return carry_out(replace(plan, runs=options.runs or plan.runs), options.folder, options)


def carry_out(plan: Any, folder: Path | None, options: Options, source: Path | None = None) -> int:
    """Run a plan as the options say, and say what came of it; the exit code."""
    from evomod import campaign
    from evomod.cli.running import say_if_cold
    from evomod.report.campaign_progress import shown

    say_if_cold(options)
    with shown(options.progress) as show:
        outcome = campaign.run(
            plan,
            folder,
            text=source.read_text(encoding="utf-8") if source else None,
            jobs=options.jobs,
            backend=backend(options),
            only=_chosen(options),
            shard=options.shard,
            limit=options.limit,
            on_progress=show,
        )
    if options.runs and options.runs * len(plan.cells) < outcome.all_runs:
        print(f"{outcome.folder}: has more runs than --runs {options.runs} says; they stay", file=sys.stderr)
    return _conclude(outcome, options.figures)


def backend(options: Options) -> Any:
    """What carries the runs out instead of processes of this machine, if `--cluster` says so."""
    if options.cluster is None:
        return None
    from evomod.campaign.cluster import Dask

    return lambda one: Dask(options.cluster, one)


def _chosen(options: Options) -> dict[str, list[str]]:
    """The levels that are asked for; a factor that is named twice has the levels of both."""
    chosen: dict[str, list[str]] = {}
    for factor, levels in options.only:
        chosen.setdefault(factor, []).extend(levels)
    return chosen


def estimate_of(plan: Any, options: Options) -> int:
    """Say how long the runs of a plan will take, and how much disk."""
    from evomod.campaign.controller import cores
    from evomod.campaign.estimate import estimate
    from evomod.campaign.folder import default_folder, finished
    from evomod.report.campaign_progress import duration

    path = options.out or default_folder(plan)
    before = finished(plan, path)
    asked = list(plan.chosen(_chosen(options), options.shard))
    chosen = [run for run in asked if run not in before][: options.limit]
    if not chosen:
        print(f"{plan.name}: nothing is left to be run")
        return 0
    jobs = options.jobs or cores()
    found = estimate(plan, chosen, path)
    each, cell = found.slowest
    what = f"{plan.runs} replicate{'s' if plan.runs > 1 else ''} of {len(plan.cells)} setting"
    what += "s" if len(plan.cells) > 1 else ""
    factors = f" ({' × '.join(plan.factors)})" if plan.factors else ""
    most = "at most " if found.stops else ""
    done = f" ({len(before):,} are done)" if before else ""
    print(f"{plan.name}: {found.runs:,} run{'s' if found.runs != 1 else ''}{done}, {what}{factors}")
    print(f"  processor time     {most}{duration(found.seconds)}; {duration(found.seconds / jobs)} with --jobs {jobs}")
    print(
        f"  a run              {most}{duration(found.seconds / found.runs)} in the mean; {duration(each)} for "
        f"{plan.cells[cell].label}"
    )
    print(f"  disk               {most}{found.bytes / 1e6:,.1f} MB; {found.free / 1e6:,.0f} MB are free")
    print(f"  memory             about {found.memory / 1e6:,.0f} MB a process")
    print(f"  from a sample of {found.timed} of {found.cells} settings, timed here; nothing was kept")
    if found.bytes > found.free:
        print("  the disk would be full: `keep: table`, `record: {births: none}` or fewer runs need less")
    return 0


def _write_script(plan: Any, options: Options) -> int:
    from evomod import campaign
    from evomod.campaign.folder import finished
    from evomod.campaign.slurm import write

    given = {"--cluster": options.cluster, "--only": options.only, "--limit": options.limit}
    given["--shard"] = None if options.shard == (1, 1) else options.shard
    if strange := [name for name, value in given.items() if value]:
        raise InputError(f"--slurm writes a script for all runs; {strange[0]} can be written into it, or left out here")
    if options.slurm.exists():
        raise InputError(f"{options.slurm}: is there already, perhaps with changes of yours; choose another name")
    one = campaign.Campaign.begin(plan, options.out, text=options.file.read_text(encoding="utf-8"))
    one.save()
    shards = min(options.shards or 10, len(one.plan))
    write(options.slurm, one, options.file, shards=shards, jobs=options.jobs or 1, python=sys.executable)
    folder, script = shlex.quote(str(one.folder)), shlex.quote(str(options.slurm))
    done = f", of which {n:,} are done" if (n := len(finished(one.plan, one.folder))) else ""
    print(f"{len(one.plan):,} runs in {shards} shards{done}; look at {options.slurm} (time, partition), then:")
    print(f"  submit it:  sbatch {script}")
    print(f"  look at it: python -m evomod campaign status {folder}")
    print(f"  afterwards: python -m evomod campaign resume {folder}   (tables and figures)")
    return 0


def _status(options: Options) -> int:
    from evomod.campaign import Campaign
    from evomod.campaign.status import status
    from evomod.report.campaign_status import as_text

    one = Campaign(options.folder)
    found = status(one)
    power = _power(one) if options.power else None
    if options.json:
        print(json.dumps(found.as_json() | ({} if power is None else {"power": power[0]}), indent=2))
    else:
        print(as_text(found) if power is None else power[1])
    total = found.total
    if total.done == total.asked:
        return 0
    return 1 if total.done + total.failed == total.asked else RESUMABLE


def _power(one: Any) -> tuple[list[dict[str, Any]], str]:
    """How many runs each difference needs, for programs and for people."""
    from evomod.campaign.analysis import analyse, as_json, as_text, needs

    analysis = analyse(one)
    found = needs(analysis) if analysis else []
    nothing = "nothing to compare yet: two levels of a factor need runs that are done"
    return [as_json(need) for need in found], as_text(found) if found else nothing


def _analyse(folder: Path, figures: str) -> tuple[list[Path], str]:
    """Compare and draw; the files that were written, and what to print."""
    from evomod.campaign import Campaign
    from evomod.campaign.analysis import analyse, write
    from evomod.statistics.effects_table import as_text

    analysis = analyse(Campaign(folder))
    return (write(analysis, figures), as_text(analysis.effects)) if analysis else ([], "")


def _conclude(outcome: Any, figures: str) -> int:
    """The last lines of a campaign: what is done, what failed, what was found, where it lies, what to do next."""
    folder = shlex.quote(str(outcome.folder))
    drawn, text = _analyse(outcome.folder, figures) if outcome.files else ([], "")  # before anybody closes the output
    left = outcome.asked - outcome.done - outcome.failed
    why = f"; stopped: {outcome.reason}" if outcome.reason else ""
    part = outcome.asked < outcome.all_runs
    now = f"{outcome.done:,} of the {outcome.asked:,} runs asked for are done; " if part else ""
    print(f"{outcome.folder}: {now}{outcome.all_done:,} of {outcome.all_runs:,} runs done{why}")
    for run, error in sorted(outcome.errors.items())[:N_ERRORS]:
        print(f"run {run} failed twice: {error}", file=sys.stderr)
    if len(outcome.errors) > N_ERRORS:
        print(f"… and {len(outcome.errors) - N_ERRORS} more runs failed", file=sys.stderr)
    if outcome.files:
        print(f"\n{text}\n\n" if text else "", "files:", *(f"\n  {path}" for path in (*outcome.files, *drawn)), sep="")
    print(f"next:\n  look again: python -m evomod campaign status {folder}")
    if outcome.all_done < outcome.all_runs:
        print(f"  go on:      python -m evomod campaign resume {folder}")
    if outcome.signal == signal.SIGINT:
        return INTERRUPTED
    if left:
        return RESUMABLE
    return 1 if outcome.failed else 0

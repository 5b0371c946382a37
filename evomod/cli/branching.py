"""`branch`: new runs from generations of a run, through the campaign engine."""

from __future__ import annotations

from pathlib import Path

from evomod.cli.parser import Commands, Options, add_figures, add_progress, add_run, add_settings, number


def add_commands(commands: Commands) -> None:
    """`branch`."""
    command = commands.add("branch", _branch, "replay the tape: new runs from generations of a run, as a campaign")
    add_run(command)
    text = "branch at this generation of the run; may be repeated"
    command.add_argument("--at", type=_generation, action="append", required=True, metavar="G", help=text)
    command.add_argument("--futures", type=number, default=10, metavar="N", help="runs from each (default: 10)")
    add_settings(command)
    command.add_argument("--generations", type=number, metavar="N", help="length (default: what was left of the run)")
    command.add_argument("--seed", type=_generation, metavar="N", help="of the first (default: the run's own plus 1)")
    command.add_argument("--out", type=Path, metavar="FOLDER", help="folder (default: campaigns/<name>-<hash>)")
    command.add_argument("--jobs", type=number, metavar="N", help="processes (default: one for each core)")
    command.add_argument(
        "--cluster", metavar="WHERE", help="a Dask scheduler, tcp://host:port, or a YAML file for dask-jobqueue"
    )
    command.add_argument("--dry-run", action="store_true", help="say how many runs, how long and how much disk")
    add_figures(command)
    add_progress(command)
    command.set_defaults(runs=None, only=[], shard=(1, 1), limit=None)  # all of them, as `campaign run` has it


def _generation(text: str) -> int:
    return 0 if text == "0" else number(text)


def _branch(options: Options) -> int:
    from evomod.campaign.branching import COMPARED, branches
    from evomod.cli.campaigns import carry_out, estimate_of

    plan = branches(
        options.run,
        options.at,
        options.futures,
        settings=options.settings,
        generations=options.generations,
        seed=options.seed,
    )
    if options.dry_run:
        return estimate_of(plan, options)
    code = carry_out(plan, options.out, options)
    meanings = (f"\n  {name}: {meaning}" for name, meaning in COMPARED.items())
    print("compared, by generation of branching (all other results are in runs.csv):", *meanings, sep="")
    return code

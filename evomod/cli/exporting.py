"""Commands that hand out what evolved in the formats of other tools."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from evomod.cli.parser import Commands, Options, add_run

WHAT = ("circuit",)
FORMATS = ("verilog", "blif", "dot", "graphml", "json")  # those of `evomod.netlists.formats`, without importing it


def add_commands(commands: Commands) -> None:
    """`export`."""
    export = commands.add("export", _export, "what evolved, for other tools: a circuit as a netlist or a graph")
    add_run(export)
    export.add_argument("--what", choices=WHAT, default="circuit", help="default: circuit")
    export.add_argument("--format", choices=FORMATS, help="default: that of the file's suffix, or verilog")
    export.add_argument(
        "--individual",
        type=_individual,
        metavar="best|G:PLACE",
        help="the best champion (the default), or who was in generation G at this place",
    )
    export.add_argument("--goal", metavar="NAME", help="the best champion while this goal was in force")
    export.add_argument("--out", type=Path, metavar="FILE", help="write to this file (default: print)")


def _individual(text: str) -> tuple[int, int] | None:
    """Generation and place; None for the best."""
    generation, colon, place = text.partition(":")
    if text == "best":
        return None
    if colon and generation.isdecimal() and place.isdecimal():
        return int(generation), int(place)
    raise argparse.ArgumentTypeError(f"must be best, or generation and place as in 500:0 [got {text}]")


def _format(options: Options) -> str:
    """As asked for, or as the file's suffix says; the two must agree, since files are read by their suffix."""
    from evomod.errors import InputError
    from evomod.netlists.formats import FORMATS as KNOWN

    suffix = options.out.suffix if options.out else ""
    by_suffix = next((name for name, known in KNOWN.items() if known.suffix == suffix), None)
    if options.format and by_suffix not in (None, options.format):
        raise InputError(f"{options.out}: is the name of a {by_suffix} file, and --format is {options.format}")
    return options.format or by_suffix or "verilog"


def _export(options: Options) -> int:
    from evomod.errors import InputError
    from evomod.genotypes.circuit_phenotype import CircuitPhenotype
    from evomod.lineage.individual import best_champion, genome_at, phenotype
    from evomod.netlists import formats
    from evomod.runner import open_run, open_scenario

    if options.individual and options.goal:
        raise InputError("--goal chooses among champions; leave it out, or --individual")
    scenario = open_scenario(options.run)
    problem = scenario.problem
    with open_run(options.run) as log:
        if not log.n_generations:
            raise InputError(f"{options.run}: the log has no complete block yet")
        if options.individual:
            genome = genome_at(log, problem, *options.individual)
        else:
            genome = best_champion(log, options.goal)["genome"]
    circuit = phenotype(problem, genome)
    if not isinstance(circuit, CircuitPhenotype):
        raise InputError(f"{options.run}: evolved {scenario.genotype.kind!r}, not circuits; nothing to export as one")
    text = formats.write(circuit, _format(options), scenario.name)
    if options.out is None:
        sys.stdout.write(text)
        return 0
    if options.out.exists():
        raise InputError(f"{options.out}: is there already; choose another --out")
    try:
        options.out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{options.out}: cannot be written ({error.strerror}); choose another --out") from error
    return 0

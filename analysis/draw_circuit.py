"""One circuit of a run, or of a netlist file, from inputs to outputs; colours are the modules of greatest Q."""

import argparse
import re
from pathlib import Path

from _script import carry_out, newest, script

import evomod
from evomod.cli.parser import add_individual
from evomod.lineage.individual import genome_at, named, phenotype
from evomod.neighbourhood import assessed
from evomod.netlists.formats import FORMATS, read_file
from evomod.report.individual_figure import plot_individual


def draw(options):
    """Draw the circuit of the file, or whoever is asked for."""
    target = options.circuit or newest()
    if target.suffix.lower() in {known.suffix for known in FORMATS.values()}:
        return plot_individual(read_file(target).network(), target.name, options.size)
    with evomod.open_run(target) as log:
        generation, place = named(log, options.individual)
        genome = genome_at(log, log.problem, (generation, place))
        return plot_individual(
            phenotype(log.problem, genome).network(), caption(log, generation, place, genome), options.size
        )


def caption(log, generation, place, genome):
    """Who it is, and how well it does on each goal."""
    benefits = []
    for goal in log.layout.scored:
        targets = log.problem.targets(goal, 0, int(log.attributes["seed"]))
        hits = assessed(log.problem, genome[None], goal, targets).hits[0]
        benefits.append(f"‘{goal}’ {hits / log.problem.full_hits:.4g}")
    on = f", benefit on {', '.join(benefits)}" if benefits else ""
    return f"generation {generation:,}, place {place}{on}"


def size(text):
    """Width and height in inches, as in 6x3."""
    numbers = re.fullmatch(r"([0-9.]{1,4})x([0-9.]{1,4})", text)
    if not numbers or not all(1 <= float(number) <= 40 for number in numbers.groups()):
        raise argparse.ArgumentTypeError(f"must be width and height in inches, 1 to 40, as in 6x3 [got {text}]")
    return float(numbers[1]), float(numbers[2])


if __name__ == "__main__":
    parser = script(__doc__)
    parser.add_argument(
        "circuit", nargs="?", type=Path, help="run folder or netlist file (default: the newest folder in runs/)"
    )
    add_individual(parser)
    parser.add_argument("--size", type=size, metavar="WxH", help="in inches (default: to suit the circuit)")
    carry_out(parser, draw)

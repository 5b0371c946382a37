"""The front of a run that weighs objectives: benefit against a cost, in several generations."""

from _script import carry_out, one_run, script

import evomod
from evomod.cli.parser import number
from evomod.report.run_figures import FRONTS, front_figure


def draw(options):
    """The fronts that are stored, evenly spread over the run."""
    with evomod.open_run(options.run) as log:
        return front_figure(log, options.against, options.n)


if __name__ == "__main__":
    parser = script(__doc__)
    one_run(parser)
    parser.add_argument("--against", metavar="OBJECTIVE", help="on the horizontal axis (default: the first cost)")
    parser.add_argument("--n", type=number, default=FRONTS, metavar="N", help=f"fronts (default: {FRONTS})")
    carry_out(parser, draw)

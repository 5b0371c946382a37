"""Fitness over a run: the best and the mean of each generation, and the goals of its epochs."""

from _script import carry_out, limits, one_run, script, span

import evomod
from evomod.report.run_figures import fitness_figure


def draw(options):
    """Draw all of the run, or a stretch of it."""
    with evomod.open_run(options.run) as log:
        start, last = limits(options, 0, log.n_generations - 1)
        return fitness_figure(log, start, last + 1)


if __name__ == "__main__":
    parser = script(__doc__)
    one_run(parser)
    span(parser)
    carry_out(parser, draw)

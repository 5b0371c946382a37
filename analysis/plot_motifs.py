"""Motifs over a run: Z-scores of the best circuits at epoch ends, against rewired networks, or mere counts."""

import numpy as np
from _script import carry_out, ends, one_run, script, specimens

import evomod
from evomod.cli.parser import number
from evomod.errors import InputError
from evomod.measures.motifs import Motifs
from evomod.report.epochs import goals_of
from evomod.report.motif_figure import plot_motifs
from evomod.report.run_figures import title_of

NAMES = {
    "ffl": "feed-forward loop",
    "diamond": "diamond (bi-parallel)",
    "feedback_loop": "feedback loop of three",
    "feedback_loop_4": "feedback loop of four",
}


def draw(options):
    """Measure circuits that are evenly spread over the run."""
    measure = Motifs(samples=options.samples)
    with evomod.open_run(options.run) as log:
        rows = ends(log, log.layout.named)
        if not len(rows):
            raise InputError(f"{options.run}: has no champion under a named goal")
        generations, values = {}, {}
        for goal in np.unique(rows["goal"]):
            of_goal = rows[rows["goal"] == goal]
            some = of_goal[np.unique(np.linspace(0, len(of_goal) - 1, options.n).astype(int))]
            name = log.layout.goals[goal]
            generations[name] = some["generation"].astype(float)
            values[name] = measure.checked(specimens(log, some))
        scores = {
            NAMES.get(motif, motif): {
                goal: table[:, measure.columns.index(motif if options.counts else f"{motif}_z")]
                for goal, table in values.items()
            }
            for motif in measure.motifs
        }
        quantity = "number" if options.counts else "Z"
        point = "the best circuit at an epoch's end" if len(log.epoch_ends) else "a champion"
        n = sum(map(len, generations.values()))
        few = "" if len(log.epoch_ends) else f" (only {n} champions: the goal stays)"
        title = f"{title_of(log)}: motifs of the best circuits{few}"
        return plot_motifs(generations, scores, goals_of(log.layout), title, quantity, point)


if __name__ == "__main__":
    parser = script(__doc__)
    one_run(parser)
    parser.add_argument("--n", type=number, default=100, metavar="N", help="circuits for each goal (default: 100)")
    parser.add_argument(
        "--samples", type=number, default=200, metavar="N", help="rewired networks for each (default: 200)"
    )
    parser.add_argument("--counts", action="store_true", help="numbers of motifs instead of Z-scores")
    carry_out(parser, draw)

"""The circuit changing along one line of descent, as a GIF; as a film (.mp4) where ffmpeg is installed.

A frame for each change that is expressed, one after the other: by default the last ones before the individual. New
wires and gates are green, those that have gone are dotted.
"""

from collections import Counter

from _script import carry_out, limits, one_run, script, span

import evomod
from evomod.cli.parser import add_individual, number
from evomod.report.circuit_frames import SUFFIXES, Frame, animate

MOST = 14  # changes that are told, on two lines


def draw(options):
    """The last frames of the line, or of the part that was asked for."""
    with evomod.open_run(options.run) as log:
        story = log.story(options.individual)
        last = int(story.line.generations[-1])
        start, last = limits(options, 0, last) if last else (0, 0)
        steps = [
            k
            for k, row in enumerate(story.steps)
            if (k == 0 or row["expressed"]) and start <= row["generation"] <= last
        ]
        steps = steps[-options.frames :]
        networks = [story.phenotype(k).network() for k in steps]
        return [
            Frame(network, title(log, story, k), caption(story.steps[k], network, before))
            for k, network, before in zip(steps, networks, [None, *networks][: len(steps)], strict=True)
        ]


def title(log, story, k):
    """When it was, the goal, and how well the circuit does."""
    row = story.steps[k]
    benefits = ", ".join(f"‘{goal}’ {row['benefits'][i]:.4g}" for i, goal in enumerate(story.goals))
    goal = story.in_force[row["goal"]]
    return f"generation {row['generation']:,}, goal ‘{goal}’      benefit: {benefits}"


def caption(row, network, before):
    """What the mutation did, and to which wires."""
    effect = {-1: "deleterious", 0: "hidden" if row["hidden"] else "neutral", 1: "beneficial"}[int(row["effect"])]
    if before is None:
        return "the first of these frames"
    labels = dict(zip(before.names, before.labels, strict=True))
    kinds = zip(network.names, network.labels, strict=True)
    changes = [f"{name}: {labels[name]} → {kind}" for name, kind in kinds if labels.get(name, kind) != kind]
    now, then = (Counter((called(n, a), called(n, b)) for a, b in n.edges) for n in (network, before))
    changes += [f"+ {a} → {b}" for a, b in (now - then)] + [f"− {a} → {b}" for a, b in (then - now)]
    shown = changes if len(changes) <= MOST else [*changes[: MOST - 1], f"and {len(changes) - MOST + 1} more"]
    lines = ["   ".join(shown[k : k + MOST // 2]) for k in range(0, len(shown), MOST // 2)]
    return f"{effect}: " + "\n".join(lines)


def called(network, i):
    """A node as the frame has it."""
    return network.names[i] if network.roles[i] == "gate" else network.labels[i]


if __name__ == "__main__":
    parser = script(__doc__, SUFFIXES[0])
    one_run(parser)
    add_individual(parser)
    span(parser)
    parser.add_argument("--frames", type=number, default=60, metavar="N", help="at most so many (default: 60)")
    carry_out(parser, draw, animate, SUFFIXES)

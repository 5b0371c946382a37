"""The calibrations that come with the package, made again by `python -m evomod.measures.shipped FOLDER`."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from evomod.genotypes.circuit import Circuit
from evomod.genotypes.threshold_net import ThresholdNet
from evomod.goals.base import Cases, truth_table_inputs
from evomod.goals.logic import truth_table
from evomod.measures.calibration import Null
from evomod.measures.random_genomes import random_genomes
from evomod.measures.solutions import solutions
from evomod.measures.walk import ANY

NAMES = ("x", "y", "z", "w")
GOALS = {"and": "(x ^ y) & (w ^ z)", "or": "(x ^ y) | (w ^ z)"}  # G1 and G2 of Kashtan & Alon 2005


def nulls() -> dict[str, list[Null]]:
    """All that is shipped, by file: of KA05, NAND circuits, solutions of its goals in 12 gates, and retina nets."""
    # Of NAND genomes up to 16 gates all sizes, but those of no link: a smaller genome has the same networks of a size.
    sizes = [(gates, used) for gates in range(1, 17) for used in range(5) if 2 - gates <= used <= gates + 1]
    found = {"random_genomes": [random_genomes(Circuit(), 4, 1, size) for size in sizes]}
    found["random_genomes_of_gates"] = [random_genomes(Circuit(), 4, 1, (gates, ANY)) for gates in range(2, 17)]
    for name, text in GOALS.items():
        cases = Cases(truth_table_inputs(4), truth_table(text, NAMES)[:, None])
        found[f"solutions_{name}"] = [solutions(Circuit(), cases, (gates, 4)) for gates in (10, 11, 12)]
    # Sizes of the retina nets that evolve; others are possible, and rare.
    sizes = [(units, used) for units in range(9, 15) for used in range(6, 9)]
    found["random_genomes_of_retina_nets"] = [random_genomes(ThresholdNet(), 8, 1, size) for size in sizes]
    return found


def make(folder: Path, files: Mapping[str, Sequence[Null]]) -> None:
    """Compute and write them, a JSON file each; what is shipped or cached is not looked at."""
    for name, some in files.items():
        rows = {}
        for null in some:
            rows[null.name] = asdict(null.compute())
            print(null.name, flush=True)
        (folder / f"{name}.json").write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]), nulls())

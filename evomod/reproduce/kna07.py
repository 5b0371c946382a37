"""Kashtan, Noor & Alon 2007, Varying environments can speed up evolution, PNAS 104:13711: circuits.

doi 10.1073/pnas.0611630104. Of the paper's five models the logic circuits are here: 1 (NAND circuits) and 2-small
(layered circuits of a 38-bit genome). Continuous functions and RNA are out of scope.

One command carries out six campaigns (`STEPS`): times to a solution for a dozen goals of model 1 with four inputs,
which is where `--runs` is taken from; best fitness over time, with both goals at once; model 1 with six inputs, for few
goals; a dozen goals of model 2-small; speed-up by switching time and population; and lines of descent in the mapped
landscape. By default that takes some twenty minutes on two cores, with ten runs of each condition or what each file
says; `--runs 40`, as many as the paper's curves have, takes hours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from evomod import campaign
from evomod.campaign import Campaign, Plan
from evomod.component import build
from evomod.measures.base import Measure
from evomod.reproduce import kna07_rows
from evomod.reproduce.kna07_curves import Curves
from evomod.reproduce.kna07_scaling import line_of_times, pairs
from evomod.reproduce.kna07_times import ALL, G1, Samples, read, solutions, step, table
from evomod.reproduce.rows import Row
from evomod.reproduce.study import Findings, Study, scenarios
from evomod.reproduce.table import csv_text

if TYPE_CHECKING:
    from evomod.reproduce.kna07_landscape import Landscape

Array = npt.NDArray[Any]
STEPS = {  # what follows the first campaign: folder and file
    "curves": "kna07_curves.yaml",
    "six-inputs": "kna07_six_inputs.yaml",
    "layered": "kna07_layered.yaml",
    "switching": "kna07_switching.yaml",
    "landscape": "kna07_landscape.yaml",
}
Q_M = {"kind": "q_m", "against": "random_genomes_of_gates"}
FOUR, SIX, SMALL = "1, four inputs", "1, six inputs", "2-small"
SMALLER = {
    FOUR: "four inputs and 12 gates, the paper's have six and up to 26; S cannot be above the limit over T",
    SIX: "four goals, five runs",
    SMALL: "the paper's table is of model 2, with layers of 8, 4, 2 and 1 gates",
}


@dataclass(frozen=True, eq=False)
class Found:
    """What the campaigns of a folder came to, as far as they are.

    Attributes
    ----------
    main : Campaign
        The first of them, in whose folder the others lie.
    """

    main: Campaign

    def step(self, name: str) -> Campaign | None:
        """A later campaign; None if it has not begun."""
        return step(self.main.folder / name)

    @cached_property
    def models(self) -> dict[str, Samples]:
        """Times by model, goal and schedule."""
        return {FOUR: read(self.main), SIX: read(self.step("six-inputs")), SMALL: read(self.step("layered"))}

    @cached_property
    def switching(self) -> Samples:
        """Times by population and schedule."""
        return read(self.step("switching"))

    @cached_property
    def curves(self) -> Curves | None:
        """Best fitness over time."""
        found = self.step("curves")
        return Curves.read(found) if found else None

    @cached_property
    def landscape(self) -> Landscape | None:
        """Lines of descent in the mapped landscape."""
        if found := self.step("landscape"):
            from evomod.reproduce.kna07_landscape import Landscape  # compiles what no other step needs

            return Landscape.read(found)
        return None

    @cached_property
    def q_m(self) -> dict[str, dict[str, Array]]:
        """Q_m of solutions of the first goal: by model and schedule, float64 (n_runs,)."""
        measure = build(Measure, Q_M)  # type: ignore[type-abstract]
        found = {FOUR: solutions(self.main)}
        if layered := self.step("layered"):
            found[SMALL] = solutions(layered)
        taken = {
            model: {schedule: measure.checked(some)[:, 0] for schedule, some in by_schedule.items()}
            for model, by_schedule in found.items()
        }
        return {
            model: {name: values[np.isfinite(values)] for name, values in one.items()} for model, one in taken.items()
        }


def analyse(main: Campaign) -> Findings:
    """The table, the figure and the values behind them."""
    found = Found(main)

    def draw(path: Path) -> None:
        from evomod.report import figure, kna07_figure

        by_schedule = {
            model: {name: of for name in kna07_rows.SCHEDULES if len((of := pairs(samples, name)).goals)}
            for model, samples in found.models.items()
        }
        points = {
            model: {name: kna07_figure.Points(**of.points()) for name, of in one.items()}
            for model, one in by_schedule.items()
        }
        lines = {model: line_of_times(one["MVG"]) for model, one in by_schedule.items() if "MVG" in one}
        curves = (found.curves.generations, found.curves.benefit) if found.curves else None
        switching = kna07_rows.by_time(found.switching)
        mapped = (
            kna07_figure.Landscape(found.landscape.genomes, found.landscape.goals, found.landscape.groups())
            if found.landscape
            else None
        )
        figure.save(kna07_figure.plot(points, lines, curves, switching, found.q_m, mapped), path)

    tables = {"goals.csv": csv_text(table({**found.models, "switching": found.switching}))}
    if found.curves:
        tables["curves.csv"] = csv_text(found.curves.table())
    if found.landscape:
        tables["lines.csv"] = csv_text(found.landscape.table())
    return Findings(tuple(rows(found)), draw, tables)


def rows(found: Found) -> Iterator[Row]:
    """All lines."""
    for model, samples in found.models.items():
        yield from kna07_rows.speed_rows(model, samples, SMALLER[model])
    six = read(found.step("six-inputs"), G1)
    for k, (goal, by_schedule) in enumerate(six.items()):
        paper: Mapping[str, tuple[float, float]] = {} if k else kna07_rows.EXAMPLE
        section = f"Model 1, six inputs, {goal}: generations until G1 alone is solved"
        yield from kna07_rows.time_rows(section, by_schedule, paper)
    together = read(found.step("curves"), ALL)
    section = "Both goals at once: model 1, four inputs, G1 = (x XOR y) AND (w XOR z), G2 with OR"
    for by_schedule in together.values():
        yield from kna07_rows.time_rows(section, by_schedule, {})
    yield from kna07_rows.together_rows(section, together)
    section = "S by switching time E and population: model 2-small, G1 = (x XOR y) OR (w XOR z), G2 with AND"
    yield from kna07_rows.switching_rows(section, found.switching, "E = 1", "E = 20")
    for model, q_m in found.q_m.items():
        yield from kna07_rows.modularity_rows(f"Model {model}: exact Q, null random_genomes_of_gates", q_m)
    if found.landscape:
        yield from found.landscape.rows()


def follow(main: Campaign) -> Iterator[tuple[str, Plan]]:
    """The later campaigns, with as many runs as were asked for, or as each says where nothing was."""
    usual, asked = STUDY.plan().runs, main.plan.runs
    for name, file in STEPS.items():
        plan = campaign.load(scenarios() / "campaigns" / file)
        yield name, plan if asked == usual else replace(plan, runs=asked)


STUDY = Study(
    "kna07",
    "goals that vary speed evolution up, the more the harder they are",
    "Kashtan, Noor & Alon 2007, PNAS 104:13711, doi 10.1073/pnas.0611630104",
    "kna07.yaml",
    analyse,
    follow,
)

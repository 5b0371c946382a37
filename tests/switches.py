"""A genotype that is no circuit: what measures of circuits must refuse or leave open."""

from __future__ import annotations

from typing import Any

from evomod.genotypes.base import Array, Encoding, Genotype
from evomod.genotypes.packed import PackedEncoding
from evomod.goals.logic import LogicGoal
from evomod.problem import Problem
from evomod.schedules.fixed import Fixed
from tests.generators import NAMES, logic_gates


class Switches(Genotype):
    """Two alleles: does the output follow x, does it follow y?"""

    def mistake(self, n_inputs: int, n_outputs: int) -> tuple[str, str] | None:
        return None

    def encode(self, inputs: Array, n_outputs: int) -> Encoding:
        return SwitchesEncoding(inputs, n_outputs, (2, 2))


class SwitchesEncoding(PackedEncoding):
    """x and y, each if its switch is on, under AND; 1 if none is."""

    def respond(self, genomes: Array) -> Array:
        return (self.cases[None] | (genomes[:, None] == 0)).all(axis=2, keepdims=True)

    def develop(self, genome: Array, input_names: Any = (), output_names: Any = ()) -> Any:
        raise NotImplementedError


def of_switches() -> Problem:
    """Both switches must be on."""
    goals = {"both": LogicGoal(outputs=("x & y",)), "one": LogicGoal(outputs=("x",))}
    return logic_gates(inputs=NAMES[:2], genotype=Switches(kind="switches"), goals=goals, schedule=Fixed(goal="both"))

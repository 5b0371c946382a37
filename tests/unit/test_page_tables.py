"""What the page's scripts know of circuits is what the package knows."""

from __future__ import annotations

import json
import re
from importlib.resources import files

from evomod.genotypes.circuit_evaluation import N_STATES
from evomod.genotypes.circuit_phenotype import GATES

SCRIPT = files("evomod.report.page").joinpath("circuit.js").read_text(encoding="utf-8")


def test_every_kind_of_gate_has_its_truth_table_in_the_page() -> None:
    (text,) = re.findall(r"^const PAIRS = (\[.*?\]);$", SCRIPT, re.MULTILINE | re.DOTALL)
    pairs = json.loads(re.sub(r",(\s*\])", r"\1", text))
    assert {name.replace(" ", "").lower(): table for name, table in pairs} == GATES


def test_a_circuit_that_does_not_settle_is_looked_at_for_as_many_states() -> None:
    assert re.search(rf"^const N_STATES = {N_STATES};$", SCRIPT, re.MULTILINE)

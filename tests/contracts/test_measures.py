"""What every measure keeps where there is nothing to measure."""

from __future__ import annotations

import numpy as np
import pytest

from evomod.measures.base import Measure, MeasureError, Specimen
from evomod.measures.census import Census
from evomod.networks.network import Network
from tests.generators import logic_gates, shipped
from tests.networks import UNLINKED
from tests.unit.test_logic_gates_facts import genome

every_measure = pytest.mark.parametrize("cls", shipped(Measure).values(), ids=shipped(Measure))

LOOP = Specimen("loop", problem=logic_gates(), genome=genome([(4, 4), *[(0, 0)] * 11, 4]))  # a gate that reads itself


@every_measure
@pytest.mark.parametrize("specimen", [UNLINKED, LOOP], ids=lambda specimen: specimen.name)
def test_an_individual_in_which_nothing_is_linked_is_no_error_and_its_network_has_no_number(cls, specimen):
    measure = cls()
    values = measure.checked([specimen])
    assert values.shape == (1, len(measure.columns))
    assert np.isnan(values[0, 0]) or cls.needs_genome or cls is Census  # the genome still computes; nothing is counted


@every_measure
@pytest.mark.parametrize("edges", [(), ((0, 0), (1, 1))], ids=["none", "loops"])
def test_a_network_in_which_nothing_is_linked_is_refused_by_name(cls, edges):
    bare = Network(("a", "b"), ("unit",) * 2, ("a", "b"), edges)
    with pytest.raises(MeasureError, match=rf"^it.graphml: {cls().kind} "):
        cls().checked([Specimen("it.graphml", bare=bare)])


@every_measure
def test_of_nobody_there_are_no_rows(cls):
    assert cls().checked([]).shape == (0, len(cls().columns))

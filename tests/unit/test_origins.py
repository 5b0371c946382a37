"""How old the gates of a circuit are, on lines written by hand and against plain Python."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.errors import InputError
from evomod.goals.base import truth_table_inputs
from evomod.goals.modularity import ModularityGoal
from evomod.lineage.origins import origins
from evomod.schedules.fixed import Fixed
from tests.generators import examples, genomes, logic_gates
from tests.lines import story_by_hand
from tests.switches import of_switches
from tests.unit.test_subfunctions import BOTH, NEGATED, PROBLEM, UNREAD, WITHOUT, three


def ages(line, problem=PROBLEM, start=0):
    rows = origins(story_by_hand(problem, line, start=start))
    return {int(row["gate"]): tuple(int(row[name]) for name in ("wired", "effective", "computes")) for row in rows}


@pytest.mark.jitless
def test_wiring_paths_and_functions_have_ages_of_their_own():
    # g0: x ^ y from generation 1 on, not read in 2; g1 never changes; g2 reads g1 twice in 2, otherwise both.
    assert ages([WITHOUT, BOTH, UNREAD, BOTH, BOTH]) == {0: (1, 3, 3), 1: (0, 0, 0), 2: (3, 0, 3)}


@pytest.mark.jitless
def test_another_kind_is_another_wiring_and_a_gate_behind_it_computes_something_else():
    assert ages([BOTH, NEGATED, BOTH]) == {0: (2, 0, 2), 1: (0, 0, 0), 2: (0, 0, 2)}


@pytest.mark.jitless
def test_a_gate_that_is_always_0_computes_that_only_where_it_is_read():
    unread, read = three(("xor", 0, 0), last=("and", 5, 5)), three(("xor", 0, 0))
    assert ages([unread, read])[0] == (0, 1, 1)


@pytest.mark.jitless
def test_only_gates_of_the_last_circuit_are_told_of_and_none_is_older_than_the_line():
    assert ages([BOTH, UNREAD], start=7) == {1: (7, 7, 7), 2: (8, 7, 8)}


@given(data=st.data())
@examples(25)
def test_ages_are_what_plain_python_counts(data):
    problem = logic_gates()
    first, *others = data.draw(genomes(problem.encoding, 3))
    # Neighbours of a genome, so that some of it stays.
    line = [first]
    for other in others * 2:
        locus = data.draw(st.integers(0, len(other) - 1))
        line.append(np.where(np.arange(len(other)) == locus, other, line[-1]))
    circuits = [problem.encoding.develop(genome) for genome in line]
    states = [[circuit.states(row) for row in truth_table_inputs(4)] for circuit in circuits]

    def since(held):
        k = len(held)
        while k and held[k - 1]:
            k -= 1
        return k

    def function(k, gate):
        return [sum(state[4 + gate] for state in row) for row in states[k]]

    n, expected = len(line), {}
    for gate in circuits[-1].effective():
        effective = [gate in circuit.effective() for circuit in circuits]
        wired = [circuit.sources[gate] == circuits[-1].sources[gate] for circuit in circuits]
        same = [effective[k] and function(k, gate) == function(n - 1, gate) for k in range(n)]
        expected[gate] = (since(wired), since(effective), since(same))
    # Generations in which nothing changed are no steps; what was there then was there at the step before.
    steps = [k for k in range(n) if k == 0 or (line[k] != line[k - 1]).any()]
    begin = {k: max(s for s in steps if s <= k) for k in range(n)}
    assert ages(line, problem) == {gate: tuple(begin[k] for k in found) for gate, found in expected.items()}


def test_what_has_no_gates_has_no_ages_and_a_sentence_says_so():
    problem = logic_gates(goals={"q": ModularityGoal()}, schedule=Fixed(goal="q"))
    assert ages([np.arange(25) % 16] * 2, problem)  # circuits compute something though nobody asks for it
    with pytest.raises(InputError, match="origins of gates are known of circuits"):
        origins(SimpleNamespace(problem=of_switches()))

"""Enumeration with the compiled evaluation against plain Python; neutral walks; functions matched in difficulty."""

from __future__ import annotations

from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.errors import InputError
from evomod.genotypes.circuit import Circuit
from evomod.goals.base import truth_table_inputs
from evomod.goals.function import answers, function_of
from evomod.goals.logic import LogicGoal
from evomod.neighbourhood import count_genomes, drift, matched, reached, rewired, survey, tally
from evomod.schedules.fixed import Fixed
from tests.generators import NAMES, encodings, evaluated, examples, genomes, logic_gates, seeds
from tests.unit.test_logic_gates_facts import G1, genome

AND_PERFECT, AND, OR = genome(G1), 0x0660, 0x6FF6


def small(n_inputs, n_outputs=1, **circuit):
    goals = {"x": LogicGoal(outputs=("x",) * n_outputs)}
    genotype = Circuit(**circuit)
    return logic_gates(inputs=NAMES[:n_inputs], goals=goals, schedule=Fixed(goal="x"), genotype=genotype)


def plain(problem, row):
    """The function that a genome computes, row by row in plain Python; None if it computes none."""
    phenotype = problem.encoding.develop(row)
    responses = np.array([phenotype.respond(bits) for bits in truth_table_inputs(len(problem.inputs))])
    return function_of(responses == 1) if set(np.unique(responses)) <= {0.0, 1.0} else None


def all_genomes(problem):
    return [np.array(row, np.uint8) for row in product(*(range(n) for n in problem.encoding.alleles))]


# Against plain Python -------------------------------------------------------------------------------------------------

SPACES = {
    "nand": small(2, n_gates=2),
    "one input": small(1, n_gates=3),
    "in order": small(2, n_gates=3, feedback=False),
    "two outputs": small(2, 2, n_gates=1),
    "three kinds": small(1, n_gates=2, gates=("nand", "eq", "andnot")),
}


@pytest.mark.parametrize("problem", SPACES.values(), ids=SPACES)
def test_all_genomes_are_counted_as_plain_python_does(problem):
    expected = Counter(plain(problem, row) for row in all_genomes(problem))
    nothing = expected.pop(None, 0)
    found = count_genomes(problem)
    assert found == expected
    assert found.total() == len(all_genomes(problem)) - nothing
    assert all(type(function) is int and type(count) is int for function, count in found.items())


def test_counting_does_not_depend_on_the_batches(monkeypatch):
    before = count_genomes(SPACES["nand"])
    monkeypatch.setattr("evomod.neighbourhood.BATCH", 7)
    assert count_genomes(SPACES["nand"]) == before
    assert len(survey(SPACES["nand"], np.array(all_genomes(SPACES["nand"]))).steady) == 1024


@given(data=st.data())
@examples(60)
def test_a_survey_tells_what_each_genome_computes(data):
    n_inputs, n_outputs = data.draw(st.sampled_from([(2, 1), (4, 1), (4, 3), (6, 2), (7, 2)]))
    gates = data.draw(st.sampled_from([("nand",), ("nand", "or", "eq")]))
    problem = small(n_inputs, n_outputs, n_gates=data.draw(st.integers(1, 9)), gates=gates)
    rows = data.draw(genomes(problem.encoding, 4))
    found = survey(problem, rows)
    for k, row in enumerate(rows):
        expected, one = plain(problem, row), survey(problem, rows[k : k + 1])
        assert found.steady[k] == (expected is not None)
        assert tally(problem, one) == ({} if expected is None else {expected: 1})
        assert found.gates[k] == len(problem.encoding.develop(row).effective())


def test_a_circuit_that_never_settles_may_compute_a_function_all_the_same():
    problem = small(1, n_gates=2, gates=("nand", "or"))
    rows = np.array([[1, 1, 0, 1, 2, 1, 2]], np.uint8)  # an inverter that reads itself, or-ed with a gate that holds
    population = evaluated(problem.encoding, rows)
    assert not population.settled[0]
    assert plain(problem, rows[0]) == 0b11
    assert tally(problem, survey(problem, rows)) == {0b11: 1}


def test_too_many_genomes_are_refused_with_the_limit():
    with pytest.raises(InputError, match=r"1\.27e\+30 genomes are too many to go through; at most 67,108,864 are"):
        count_genomes(logic_gates())
    with pytest.raises(InputError, match="at most 1,023 are"):
        count_genomes(SPACES["nand"], limit=1023)
    assert count_genomes(SPACES["nand"], limit=1024)


# Neighbourhoods -------------------------------------------------------------------------------------------------------


@pytest.mark.jitless
@given(encoding=encodings(max_inputs=2, max_nodes=5), n=st.integers(0, 3), data=st.data())
@examples(40)
def test_rewired_genomes_are_all_those_at_that_distance(encoding, n, data):
    (row,) = data.draw(genomes(encoding, 1))
    found = {bytes(other) for other in rewired(encoding, row, n)}
    assert len(found) == len(rewired(encoding, row, n))
    others = (np.frombuffer(other, np.uint8) for other in found)
    assert all((other != row).sum() == n and (other < encoding.alleles).all() for other in others)
    sizes = np.zeros(n + 1, int)  # elementary symmetric polynomials of the numbers of other alleles
    sizes[0] = 1
    for alleles in encoding.alleles:
        sizes[1:] += sizes[:-1] * (int(alleles) - 1)
    assert len(found) == sizes[n]


def test_two_rewirings_lead_from_g1_to_g2_and_to_the_neighbour_of_pka08():
    found = reached(logic_gates(), AND_PERFECT)
    assert sum(count for (function, _), count in found.items() if function == OR) > 0
    assert min(gates for function, gates in found if function == OR) == 11
    assert found[AND, 10] > found[OR, 11]
    assert found.total() <= 1 + 25 * 15 + 300 * 15**2


def test_a_neighbourhood_that_fills_the_memory_is_refused():
    encoding = Circuit(n_gates=60).encode(truth_table_inputs(4), 1)
    with pytest.raises(InputError, match="differ in 2 loci; they would take 3 GiB"):
        rewired(encoding, np.zeros(121, np.uint8), 2)


# Walks ----------------------------------------------------------------------------------------------------------------


@given(seed=seeds, steps=st.integers(0, 60))
@examples(20)
def test_a_neutral_walk_keeps_what_the_circuit_computes(seed, steps):
    problem, start = logic_gates(), np.stack([AND_PERFECT] * 5)
    end = drift(problem, start, "and", steps, seed)
    assert np.array_equal(end, drift(problem, start, "and", steps, seed))
    found = survey(problem, end)
    assert tally(problem, found) == {AND: 5}
    assert (found.gates <= 11).all()  # more would cost fitness
    assert np.array_equal(start, np.stack([AND_PERFECT] * 5))


def test_a_long_neutral_walk_goes_far_and_each_its_own_way():
    ends = drift(logic_gates(), np.stack([AND_PERFECT] * 8), "and", 2000, 1)
    assert len({row.tobytes() for row in ends}) == 8
    assert ((ends != AND_PERFECT).sum(axis=1) >= 3).all()


# Matched functions ----------------------------------------------------------------------------------------------------


@given(seed=seeds, n=st.integers(0, 2))
@examples(30)
def test_matched_functions_have_as_many_ones_and_nearly_as_many_genomes(seed, n):
    counts = count_genomes(SPACES["in order"])
    goal = 0b0111  # nand
    found = matched(counts, goal, n, seed, factor=50)
    assert len(set(found) - {goal}) == n
    assert all(other.bit_count() == 3 and counts[goal] / 50 <= counts[other] <= 50 * counts[goal] for other in found)
    assert found == matched(counts, goal, n, seed, factor=50)


def test_matched_functions_depend_on_the_seed_and_on_nothing_else_than_the_counts():
    counts = dict.fromkeys(range(256), 10) | {0b10101010: 21, 0b10101100: 20, 0b10100110: 5, 0b01010110: 4}
    found = matched(counts, 0x0F, 67, seed=3)
    assert sorted(found) == [f for f in range(256) if f.bit_count() == 4 and f not in (0x0F, 0b10101010, 0b01010110)]
    assert found == matched(dict(reversed(counts.items())), 0x0F, 67, seed=3)
    assert found != matched(counts, 0x0F, 67, seed=4)
    with pytest.raises(InputError, match=r"only 67 functions .* 68 are wanted"):
        matched(counts, 0x0F, 68, seed=3)
    with pytest.raises(InputError, match="no genome computes 0x100"):
        matched(counts, 0x100, 1, seed=3)


def test_answers_of_a_matched_function_make_a_goal():
    (other,) = matched(count_genomes(SPACES["in order"]), 0b0111, 1, seed=1, factor=50)
    goal = LogicGoal(outputs=(hex(other),))
    assert np.array_equal(goal.cases(NAMES[:2]).targets, answers(other, 2))

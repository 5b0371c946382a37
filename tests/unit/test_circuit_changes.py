"""What a mutation did, in words."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from evomod.genotypes.circuit import Circuit
from evomod.genotypes.packed import PackedEncoding
from evomod.goals.base import truth_table_inputs
from tests.generators import NAMES, bound, examples, genomes, logic_gates
from tests.unit.test_logic_gates_facts import G1, genome

INPUTS = ("x", "y", "z", "w")


def said(*loci, problem=None, start=None):
    """Words for a change of (locus, allele) pairs in the modular circuit for G1, whose twelfth gate is not used."""
    encoding = (problem or logic_gates()).encoding
    before = genome(G1) if start is None else np.array(start, np.uint8)
    after = before.copy()
    for locus, allele in loci:
        after[locus] = allele
    return encoding.changes(before, after, INPUTS)


def test_inputs_are_called_as_in_the_scenario_and_gates_as_in_the_network():
    assert said((2, 9)) == ("g1 reads g5 instead of x",)
    assert said((3, 1)) == ("g1 reads y instead of g0",)


def test_an_output_is_the_output_where_there_is_one():
    assert said((24, 9)) == ("the output reads g5 instead of g10",)


def test_a_gate_without_a_path_to_the_output_is_silent():
    assert said((22, 0)) == ("silent: g11 reads x instead of g11",)


def test_a_gate_that_gets_its_path_or_loses_it_is_not_silent():
    assert said((22, 0), (24, 15)) == ("g11 reads x instead of g11", "the output reads g11 instead of g10")
    after = genome(G1)
    after[24] = 15
    assert said((22, 0), (24, 14), start=after)[0] == "g11 reads x instead of g11"


def test_several_changes_are_said_in_order_and_two_sources_of_a_gate_together():
    assert said((0, 3), (1, 2), (2, 9)) == ("g0 reads w and z instead of x and y", "g1 reads g5 instead of x")


def test_sources_that_changed_places_are_not_new_ones():
    assert said((0, 1), (1, 0)) == ("g0 reads y first, and x second",)


def test_nothing_is_said_of_equal_genomes():
    assert said() == ()


def test_kinds_of_gates_have_names_and_so_have_several_outputs():
    encoding = Circuit(n_gates=2, gates=("nand", "nor")).encode(truth_table_inputs(2), 2)
    before = np.array([0, 1, 0, 2, 2, 0, 3, 2], np.uint8)
    after = np.array([0, 1, 1, 2, 0, 1, 3, 3], np.uint8)
    assert encoding.changes(before, after, ("a", "b")) == (
        "g0: NAND became NOR",
        "g1: NAND became NOR and reads a instead of g0",
        "out2 reads g1 instead of g0",
    )


def test_other_genotypes_name_the_loci():
    class Letters(PackedEncoding):
        def develop(self, genome, input_names, output_names):
            raise AssertionError("need not be developed")

    encoding = Letters(truth_table_inputs(1), 1, [4, 4, 4])
    assert encoding.changes(np.array([1, 2, 3]), np.array([1, 0, 2]), "x") == ("locus 1: 2 → 0", "locus 2: 3 → 2")


@given(pair=bound(max_inputs=4), data=st.data())
@examples(50)
def test_every_gate_and_output_that_differs_is_named_once(pair, data):
    encoding, _ = pair
    before, after = data.draw(genomes(encoding, 2))
    n_inputs, n_gates, _, stride = encoding.shape
    told = encoding.changes(before, after, NAMES[:n_inputs])
    changed = before != after
    genes = changed[: n_gates * stride].reshape(n_gates, stride).any(axis=1).sum()
    assert len(told) == genes + changed[n_gates * stride :].sum()
    assert len(set(told)) == len(told)
    # Who oscillates or settles does not matter: silent is who has no path, before or after.
    effective = {*encoding.develop(before).effective(), *encoding.develop(after).effective()}
    silent = {int(words.split()[1].removeprefix("g").rstrip(":")) for words in told if words.startswith("silent: ")}
    assert not silent & effective
    assert len(silent) == sum(
        changed[g * stride : (g + 1) * stride].any() for g in range(n_gates) if g not in effective
    )

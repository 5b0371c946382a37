"""Circuits made from expressions: right for every set of gates that can do it, small, and told where none can."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.errors import InputError
from evomod.genotypes.circuit_phenotype import GATES
from evomod.goals.base import truth_table_inputs
from evomod.goals.logic import truth_table
from evomod.netlists.synthesis import recipes, synthesise
from tests.generators import AND, NAMES, OR, examples

XYZW = NAMES[:4]
SETS = [kinds for n in range(1, 9) for kinds in combinations(GATES, n)]


def complete(kinds):
    """Post's criterion: for each of his five classes, a gate outside it."""
    tables = [[GATES[kind] >> row & 1 for row in range(4)] for kind in kinds]
    preserves_0 = all(t[0] == 0 for t in tables)
    preserves_1 = all(t[3] == 1 for t in tables)
    monotone = all(t[0] <= t[1] <= t[3] and t[0] <= t[2] <= t[3] for t in tables)
    affine = all((t[0] + t[1] + t[2] + t[3]) % 2 == 0 for t in tables)
    self_dual = all(t[0] != t[3] and t[1] != t[2] for t in tables)
    return not (preserves_0 or preserves_1 or monotone or affine or self_dual)


def expressions():
    leaves = st.sampled_from([*XYZW, "0", "1"])
    operators = st.sampled_from(["&", "|", "^", "nand", "nor", "eq"])
    return st.recursive(
        leaves,
        lambda inner: (
            inner.map(lambda a: f"~({a})") | st.builds(lambda a, op, b: f"(({a}) {op} ({b}))", inner, operators, inner)
        ),
        max_leaves=12,
    )


def assert_computes(circuit, outputs, names=XYZW):
    tables = [truth_table(text, names) for text in outputs]
    for r, row in enumerate(truth_table_inputs(len(names))):
        assert circuit.respond([bool(v) for v in row]) == tuple(float(table[r]) for table in tables)


@given(kinds=st.sampled_from([kinds for kinds in SETS if complete(kinds)]), data=st.data())
@examples(200)
def test_every_complete_set_of_gates_computes_every_expression(kinds, data):
    table = st.integers(0, 2**16 - 1).map(hex)
    outputs = data.draw(st.lists(expressions() | table, min_size=1, max_size=2))
    circuit = synthesise(outputs, XYZW, kinds)
    assert_computes(circuit, outputs)
    assert set(circuit.kinds) <= set(kinds)
    assert circuit.effective() == tuple(range(len(circuit.kinds)))
    assert all(source < 4 + gate for gate, pair in enumerate(circuit.sources) for source in pair)


def test_a_set_is_found_complete_when_posts_criterion_says_so():
    assert [len(recipes(frozenset(kinds))) == 16 for kinds in SETS] == [complete(kinds) for kinds in SETS]


@given(kinds=st.sampled_from([kinds for kinds in SETS if not complete(kinds)]), text=expressions())
@examples(100)
def test_an_incomplete_set_computes_an_expression_or_says_what_to_add(kinds, text):
    try:
        circuit = synthesise([text], XYZW, kinds)
    except InputError as error:
        added = str(error).split("add one of ")[1].split(", ")
        assert all(set(recipes(frozenset((*kinds, gate)))) > set(recipes(frozenset(kinds))) for gate in added)
    else:
        assert_computes(circuit, [text])


# NAND alone -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "n_gates"),
    [
        (AND, 10),
        (OR, 11),
        ("x ^ y", 4),
        ("x & y", 2),
        ("x | y", 3),
        ("~x", 1),
        ("x nand y", 1),
        ("~(x & y)", 1),
        ("~~x", 0),
        ("x", 0),
        ("1", 2),
        ("0", 3),
        ("x & 1 | 0", 0),
        ("(x ^ y) & (y ^ x)", 4),
        ("~x nand ~y", 3),
    ],
)
def test_nand_circuits_have_the_size_counted_by_hand(text, n_gates):
    circuit = synthesise([text], XYZW, ["nand"])
    assert len(circuit.kinds) == n_gates
    assert_computes(circuit, [text])


def test_the_modular_circuits_of_kashtan_and_alon_are_two_four_gate_modules_and_a_last_part():
    """Two modules of four gates that share no wire, as in the figure of the paper."""
    for text in (AND, OR):
        network = synthesise([text], XYZW, ["nand"]).network()
        into = {
            name: {network.names[s] for s, t in network.edges if network.names[t] == name} for name in network.names
        }
        module = [{"g0", "g1", "g2", "g3"}, {"g4", "g5", "g6", "g7"}]
        assert set().union(*(into[gate] for gate in module[0])) == {"x", "y", "g0", "g1", "g2"}
        assert set().union(*(into[gate] for gate in module[1])) == {"w", "z", "g4", "g5", "g6"}


def test_the_four_gate_module_is_that_of_the_textbook():
    circuit = synthesise(["x ^ y"], ["x", "y"], ["nand"])
    assert [set(pair) for pair in circuit.sources] == [{0, 1}, {0, 2}, {1, 2}, {3, 4}]
    assert circuit.outputs == (5,)


# Other gates ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "gates", "kinds"),
    [
        ("(x ^ y) & z", ["and", "xor"], ["xor", "and"]),
        ("x & ~y", ["andnot"], ["andnot"]),
        ("~y & x", ["andnot", "nand"], ["andnot"]),
        ("~x | y", ["ornot"], ["ornot"]),
        ("~(x eq y)", ["xor"], ["xor"]),
        ("x nor y", ["nor", "or"], ["nor"]),
        ("~x & ~y", ["nor", "nand"], ["nor"]),
        ("x & y", ["nor"], ["nor", "nor", "nor"]),
        ("1", ["eq", "nand"], ["eq"]),
    ],
)
def test_a_kind_that_exists_is_used_directly(text, gates, kinds):
    assert list(synthesise([text], XYZW, gates).kinds) == kinds


def test_outputs_share_gates_and_may_read_an_input_or_one_another():
    circuit = synthesise(["x ^ y", "x", "x nand y", "~(x ^ y)"], XYZW, ["nand"])
    assert len(circuit.kinds) == 5
    assert circuit.outputs[1] == 0
    assert circuit.output_names == ("o0", "o1", "o2", "o3")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((["~x"], XYZW, ["and", "xor"]), "not cannot be made of and, xor alone; add one of nand, nor, eq, ornot"),
        ((["1"], XYZW, ["and"]), "the constant 1 cannot be made of and alone; add one of nand, nor, eq, ornot"),
        ((["x", "x &"], XYZW, ["nand"]), "output 1, 'x &': ends too early, after '&'"),
        ((["0x10000"], XYZW, ["nand"]), "output 0, '0x10000': the table has more than the 16 rows of 4 input(s)"),
        ((["x"], XYZW, ["nnd"]), "unknown gate 'nnd'; possible: and, or, xor, nand"),
        ((["1"], [], ["nand"]), "a circuit needs at least one input, one output and one kind of gate"),
        ((["x"], ["x", "x"], ["nand"]), "two inputs have the same name: x, x"),
        ((["x"], [f"x{i}" for i in range(17)], ["nand"]), "17 inputs; at most 16 are possible"),
    ],
)
def test_what_cannot_be_made_is_answered_with_a_sentence(arguments, sentence):
    with pytest.raises(InputError) as error:
        synthesise(*arguments)
    assert str(error.value).startswith(sentence)

"""Families of goals: what they stand for, what of KNA07 and PKA08 they write, and what is refused."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

import evomod
from evomod.document import Document
from evomod.errors import InputError, ScenarioError
from evomod.goals.base import expand
from evomod.goals.family import MAX_MEMBERS, Family
from evomod.goals.logic import LogicGoal, truth_table
from evomod.scenario import parse
from evomod.yaml_core import to_yaml
from tests.generators import AND, NAMES, OR, examples, logic_gates

XYZW, SIX = NAMES[:4], NAMES[:6]
TEXT = """\
name: family
inputs: [x, y, z, w, q, r]
genotype: {kind: circuit, n_gates: 26}
goals:
  g:
    kind: family
    where: {A: x ^ y, B: [z ^ w, z eq w], C: [q ^ r]}
    outputs:
      - [A | B, A & C, B & C]
      - [A & B, A | C, B & C]
schedule: {kind: alternating, goals: [g1, g4]}
seed: 1
"""


def functions(goals, names):
    """Truth tables of all outputs of each goal."""
    return [tuple(truth_table(text, names).tobytes() for text in goal.outputs) for goal in goals.values()]


def mistakes(text):
    with pytest.raises(ScenarioError) as error:
        parse(Document.parse(text))
    return error.value.lines


# What it stands for ---------------------------------------------------------------------------------------------------


@pytest.mark.jitless
def test_entries_vary_fastest_then_the_last_sub_goal_in_alphabetical_order():
    family = Family(where={"B": ("z", "w"), "A": ("x", "y")}, outputs=(("A & B",), ("A | B",)))
    texts = [goal.outputs for goal in family.members("g").values()]
    assert list(family.members("g")) == [f"g{k}" for k in range(1, 9)]
    assert texts == [(f"({a}) {op} ({b})",) for a in "xy" for b in "zw" for op in "&|"]


@pytest.mark.jitless
def test_a_function_that_comes_twice_is_listed_once_where_it_comes_first():
    family = Family(where={"A": ("x", "y"), "B": ("y", "x")}, outputs=(("A & B",), ("~(~A | ~B)",), ("A ^ B",)))
    assert [goal.outputs for goal in family.members("g").values()] == [
        ("(x) & (y)",),
        ("(x) ^ (y)",),
        ("(x) & (x)",),
        ("(x) ^ (x)",),
        ("(y) & (y)",),
    ]


@pytest.mark.jitless
def test_a_family_of_one_is_numbered_as_well():
    assert list(Family(where={"A": ("x",)}, outputs=(("A",),)).members("g")) == ["g1"]


@pytest.mark.jitless
@given(
    alternatives=st.lists(
        st.lists(st.sampled_from(["x", "x & y", "z eq w", AND, OR]), min_size=1, max_size=3), min_size=3, max_size=3
    ),
    entries=st.lists(
        st.lists(st.sampled_from(["A & B | C", "~A", "A nand (B ^ C)"]), min_size=2, max_size=2), min_size=1
    ),
)
@examples(60)
def test_members_are_all_distinct_compositions_of_the_sub_goals(alternatives, entries):
    family = Family(where=dict(zip("ABC", map(tuple, alternatives), strict=True)), outputs=tuple(map(tuple, entries)))
    expected = []
    for parts in product(*alternatives):
        a, b, c = (truth_table(text, XYZW) for text in parts)
        meaning = {"A & B | C": (a & b) | c, "~A": ~a, "A nand (B ^ C)": ~(a & (b ^ c))}
        for entry in entries:
            function = tuple(meaning[text].tobytes() for text in entry)
            if function not in expected:
                expected.append(function)
    assert family.mistake(XYZW) is None
    assert functions(family.members("g"), XYZW) == expected


# The families of the papers -------------------------------------------------------------------------------------------


@pytest.mark.jitless
def test_pka08_is_eight_goals():
    family = Family(
        where={"G": ("x ^ y", "x eq y"), "H": ("w ^ z", "w eq z")},
        outputs=(("G & H",), ("G | H",)),
    )
    found = functions(family.members("g"), XYZW)
    assert len(found) == len(set(found)) == 8
    assert found[:2] == functions({"and": LogicGoal(outputs=(AND,)), "or": LogicGoal(outputs=(OR,))}, XYZW)


@pytest.mark.jitless
@pytest.mark.parametrize(
    ("where", "outputs", "n"),
    [
        ({"A": ["x ^ y", "x eq y"], "B": ["z ^ w", "z eq w"]}, ["A & B", "A | B"], 8),
        (
            {"A": ["x ^ y", "x eq y"], "B": ["z ^ w", "z eq w"], "C": ["q ^ r", "q eq r"]},
            ["A & B & C", "A & B | C"],
            16,
        ),
        (
            {"A": ["x ^ y", "x eq y"], "B": ["y ^ z", "y eq z"], "C": ["z ^ w", "z eq w"]},
            ["A & B & C", "A | B | C"],
            16,
        ),
        ({"A": ["x ^ y", "x eq y"], "B": ["z ^ w", "z eq w"]}, [["A & B", "A | B"], ["A | B", "A & B"]], 8),
    ],
)
def test_kna07_is_xor_and_eq_under_read_once_formulas(where, outputs, n):
    node = {"kind": "family", "where": where, "outputs": outputs}
    inputs = sorted({word for texts in where.values() for text in texts for word in text.split()} - {"^", "eq"})
    data = parse(Document.parse(TEXT)).resolved() | {"goals": {"g": node}, "inputs": inputs}
    data["schedule"] = {"kind": "fixed", "goal": "g1"}
    goals = parse(Document.parse(to_yaml(data))).problem.goals
    assert len(goals) == len(set(functions(goals, inputs))) == n


@pytest.mark.jitless
def test_the_six_input_goals_of_ka05_have_the_ones_that_one_counts_by_hand():
    family = Family(
        where={"A": ("x ^ y",), "B": ("z ^ w",), "C": ("q ^ r",)},
        outputs=(
            ("A | B", "A & C", "B & C"),
            ("A & B", "A | C", "B & C"),
            ("A & B", "A & C", "B | C"),
            ("A & B", "A & C", "B & C"),
        ),
    )
    goals = family.members("g")
    ones = [[int(truth_table(text, SIX).sum()) for text in goal.outputs] for goal in goals.values()]
    assert list(goals) == ["g1", "g2", "g3", "g4"]
    assert ones == [[48, 16, 16], [16, 48, 16], [16, 16, 48], [16, 16, 16]]


# In scenarios ---------------------------------------------------------------------------------------------------------


@pytest.mark.jitless
def test_the_scenario_keeps_the_family_and_the_problem_has_its_members():
    scenario = parse(Document.parse(TEXT))
    assert list(scenario.goals) == list(scenario.resolved()["goals"]) == ["g"]
    assert list(scenario.problem.goals) == ["g1", "g2", "g3", "g4"]
    assert scenario.problem.named_goals == ("g1", "g4")
    assert scenario.problem.goals["g3"].outputs[0] == "(x ^ y) | (z eq w)"
    assert parse(Document.parse(to_yaml(scenario.resolved()))) == scenario


def test_a_run_of_a_family_logs_its_members(tmp_path):
    scenario = parse(Document.parse(TEXT + "population: 40\nselection: {kind: elite_replacement, elite: 10}\n"))
    evomod.run(scenario.model_copy(update={"generations": 25}), tmp_path / "run")
    with evomod.open_run(tmp_path / "run") as log:
        assert log.layout.goals == ("g1", "g2", "g3", "g4")
        assert log.generations["goal"].tolist() == [0] * 20 + [3] * 6


@pytest.mark.jitless
def test_a_problem_made_in_python_writes_families_out():
    family = Family(where={"A": ("x ^ y",), "B": ("w ^ z",)}, outputs=(("A & B",), ("A | B",)))
    schedule = logic_gates().schedule.model_copy(update={"goals": ("g1", "g2")})
    problem = logic_gates(goals={"g": family}, schedule=schedule)
    assert list(problem.goals) == ["g1", "g2"]
    with pytest.raises(InputError, match="no cases of its own"):
        family.cases(XYZW, None)


# Mistakes -------------------------------------------------------------------------------------------------------------


@pytest.mark.jitless
@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("z eq w", "z eq v", "goals.g.where.B[1]: unknown input 'v'; inputs are x, y, z, w, q, r"),
        ("A: x ^ y", "A: x ^", "goals.g.where.A: ends too early, after '^'"),
        (
            "- [A | B, A & C, B & C]",
            "- [A | B, A & C, B & D]",
            "goals.g.outputs[0][2]: unknown input 'D'; inputs are A, B, C ",
        ),
        ("- [A | B, A & C, B & C]", "- [A | B, A & C, B & 0x6]", "goals.g.outputs[0][2]: '0' means nothing here"),
        (
            "- [A | B, A & C, B & C]",
            "- ['0x6', A & C, B & C]",
            "goals.g.outputs[0][0]: a truth table cannot be part of",
        ),
        (
            "- [A & B, A | C, B & C]",
            "- [A & B, A | C]",
            "goals.g.outputs[1]: has 2 output(s), but the first entry has 3",
        ),
        ("A: x", "or: x", "goals.g.where: 'or' cannot name a sub-goal"),
        ("[g1, g4]", "[g1, g5]", "schedule: names the goal 'g5', which is not defined; goals are g1, g2, g3, g4"),
        ("[g1, g4]", "[g]", "schedule: names the goal 'g', which is not defined; goals are g1, g2, g3, g4"),
        ("schedule:", "  g2: [x, y, z]\nschedule:", "goals.g2: makes a second goal called 'g2'"),
        ("where: {", "where: {D: [" + "x, " * 5000 + "y], ", "goals.g: stands for 20,004 goals; at most 4,096"),
    ],
)
def test_a_mistake_is_told_where_it_stands(old, new, sentence):
    (line,) = mistakes(TEXT.replace(old, new))
    assert sentence in line


@pytest.mark.jitless
def test_a_broken_family_hides_nothing_else_and_its_members_are_not_called_unknown():
    for broken in (TEXT.replace("z eq w", "z eq v"), TEXT.replace("where:", "were:")):
        lines = mistakes(broken.replace("[g1, g4]", "[g1, ore]"))
        assert sum("names the goal 'ore'" in line for line in lines) == 1
        assert not any("'g1'" in line for line in lines)


@pytest.mark.jitless
def test_sub_goals_that_make_an_expression_too_long_are_refused_where_they_are_put_together():
    long = " ^ ".join("x" * 601)
    family = Family(where={"A": (long,)}, outputs=(("A",), ("~A & A",)))
    field, sentence = family.mistake(XYZW)
    assert field == "outputs[1]"
    assert sentence.startswith("with the sub-goals written out, is ")


@pytest.mark.jitless
def test_the_limit_of_members_is_reached_exactly():
    family = Family(where={"A": ("x",) * (MAX_MEMBERS // 2)}, outputs=(("A",), ("~A",)))
    assert family.mistake(XYZW) is None
    assert "4,098" in family.model_copy(update={"where": {"A": ("x",) * 2049}}).mistake(XYZW)[1]


@pytest.mark.jitless
def test_two_goals_of_one_name_are_refused():
    family = Family(where={"A": ("x",)}, outputs=(("A",),))
    with pytest.raises(InputError, match="two goals are called 'g1'"):
        expand({"g1": LogicGoal(outputs=("x",)), "g": family})
    with pytest.raises(InputError, match=r"g\.where\.A: ends too early"):
        expand({"g": Family(where={"A": ("x &",)}, outputs=(("A",),))})

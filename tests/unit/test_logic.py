from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.goals.logic import MAX_DEPTH, MAX_LENGTH, ExpressionError, LogicGoal, _term, shorthand, truth_table
from tests.generators import AND, NAMES, OR, examples

XY = ("x", "y")
ALL = 2**16 - 1  # a column of the truth table of four inputs as a whole number, row r in bit r
COLUMNS = {name: sum((row >> i & 1) << row for row in range(16)) for i, name in enumerate(NAMES[:4])}


def number(text, names=NAMES[:4]):
    return sum(int(bit) << row for row, bit in enumerate(truth_table(text, names)))


# Operators, for (x, y) = (0, 0), (1, 0), (0, 1), (1, 1).
TABLES = {
    "and": (0, 0, 0, 1),
    "nand": (1, 1, 1, 0),
    "or": (0, 1, 1, 1),
    "nor": (1, 0, 0, 0),
    "xor": (0, 1, 1, 0),
    "eq": (1, 0, 0, 1),
}
SYMBOLS = {"and": "&", "or": "|", "xor": "^"}


@pytest.mark.jitless
@pytest.mark.parametrize("operator", [*TABLES, *SYMBOLS.values(), *(word.upper() for word in TABLES)])
def test_each_operator_has_its_truth_table(operator):
    word = {symbol: word for word, symbol in SYMBOLS.items()}.get(operator, operator.lower())
    assert tuple(truth_table(f"x {operator} y", XY)) == TABLES[word]
    assert tuple(truth_table(f"(x){operator} (y)", XY)) == TABLES[word]


@pytest.mark.jitless
def test_negation_and_constants_have_their_truth_tables():
    assert tuple(truth_table("~x", XY)) == tuple(truth_table("not x", XY)) == (1, 0, 1, 0)
    assert tuple(truth_table("~~ not y", XY)) == (1, 1, 0, 0)
    assert tuple(truth_table("1", XY)) == (1, 1, 1, 1)
    assert tuple(truth_table("0 | x & 1", XY)) == (0, 1, 0, 1)


@pytest.mark.jitless
@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("x | y ^ z & w", "x | (y ^ (z & w))"),
        ("x & y ^ z | w", "((x & y) ^ z) | w"),
        ("x or y xor z and w", "x | (y ^ (z & w))"),
        ("x nor y eq z nand w", "x nor (y eq (z nand w))"),
        ("~x & y", "(~x) & y"),
        ("not x or y", "(not x) or y"),
        ("not x xor y", "(not x) xor y"),
        ("x ^ y eq z ^ w", "((x ^ y) eq z) ^ w"),
        ("x nand y | z", "(x nand y) | z"),
        ("x and y & z", "(x and y) and z"),
    ],
)
def test_operators_bind_as_in_python_and_words_like_their_symbols(text, meaning):
    assert number(text) == number(meaning)


@st.composite
def expressions(draw, depth=4):
    """The same random formula twice: as we write it, with words and symbols, and as Python reads it."""
    kind = draw(st.sampled_from(["leaf", "not", "chain", "chain", "paired"])) if depth else "leaf"
    if kind == "leaf":
        ours = draw(st.sampled_from([*NAMES[:4], "0", "1"]))
        return ours, {"1": "ALL"}.get(ours, ours)
    if kind == "not":
        ours, python = draw(expressions(depth - 1))
        return draw(st.sampled_from(["~", "not ", "NOT\t"])) + f"({ours})", f"~({python})"
    if kind == "paired":
        (a, p), (b, q) = draw(expressions(depth - 1)), draw(expressions(depth - 1))
        word, python = draw(st.sampled_from([("nand", "&"), ("nor", "|"), ("eq", "^"), ("Eq", "^")]))
        return f"(({a}) {word} ({b}))", f"(~(({p}) {python} ({q})))"
    ours, python = "", ""
    for k in range(draw(st.integers(2, 5))):  # without parentheses: Python's precedence decides
        word = draw(st.sampled_from(list(SYMBOLS))) if k else ""
        sign = draw(st.sampled_from(["", "", "~"]))
        a, p = draw(expressions(depth - 1)) if draw(st.booleans()) else (draw(st.sampled_from(NAMES[:4])),) * 2
        bracketed = a if a.isalnum() else f"({a})"
        ours += f" {draw(st.sampled_from([word, SYMBOLS.get(word, '')]))} {sign}{bracketed}"
        python += f" {SYMBOLS.get(word, '')} {sign}{p if a.isalnum() else f'({p})'}"
    return ours, python.strip()


@pytest.mark.jitless
@given(pair=expressions())
@examples(300)
def test_random_expressions_mean_what_python_reads_in_them(pair):
    ours, python = pair
    assert number(ours) == eval(python, {"__builtins__": {}}, {**COLUMNS, "ALL": ALL}) & ALL  # noqa: S307


# Tables ---------------------------------------------------------------------------------------------------------------


@pytest.mark.jitless
def test_row_0_is_the_lowest_bit_of_a_hex_table():
    assert tuple(truth_table("0x1", XY)) == (1, 0, 0, 0)
    assert tuple(truth_table("0x8", XY)) == tuple(truth_table("x & y", XY))
    assert number("0x0660") == number(AND) == 0x0660
    assert number("0X6F_F6") == number(" 0x6ff6 ") == number(OR) == 0x6FF6


@pytest.mark.jitless
@given(n_inputs=st.integers(1, 8), data=st.data())
@examples(100)
def test_a_hex_table_is_read_back_bit_by_bit(n_inputs, data):
    value = data.draw(st.integers(0, 2 ** (2**n_inputs) - 1))
    assert number(hex(value), NAMES[:n_inputs]) == number(f"0x000{value:x}", NAMES[:n_inputs]) == value
    with pytest.raises(ExpressionError, match=f"more than the {2**n_inputs} rows of {n_inputs} input"):
        truth_table(hex(value + 2 ** (2**n_inputs)), NAMES[:n_inputs])


@pytest.mark.jitless
def test_numbers_and_lists_are_shorthand_for_tables_and_outputs():
    assert shorthand(0x0660) == shorthand("0x660") == {"kind": "logic", "outputs": ["0x660"]}
    assert shorthand(["x", 6]) == {"kind": "logic", "outputs": ["x", "0x6"]}
    assert shorthand({"kind": "random"}) == {"kind": "random"}
    assert shorthand(True) is True


# Mistakes -------------------------------------------------------------------------------------------------------------

HEX = "a truth table in hex begins with 0x"
OPERATORS = "operators are ~ & ^ | and and, eq, nand, nor, not, or, xor"
MISTAKES = {
    "": "is empty",
    " \t\n": "is empty",
    "x y": "an operator is missing between 'x' and 'y'",
    "(x)(y)": "an operator is missing between ')' and '('",
    "x not y": "an operator is missing between 'x' and 'not'",
    "x 1": "an operator is missing between 'x' and '1'",
    "x)": "a `)` too many",
    "(x": "a `)` is missing",
    "((x) & y": "a `)` is missing",
    "x &": "ends too early, after '&'",
    "not": "ends too early, after 'not'",
    "(": "ends too early, after '('",
    "& x": "'&' stands where an input or `(` should",
    "x | | y": "'|' stands where an input or `(` should; write a single '|'",
    "(x + y)": f"'+' means nothing here; {OPERATORS}",
    "()": "')' stands where an input or `(` should",
    "x and or y": "'or' stands where an input or `(` should",
    "q": "unknown input 'q'; inputs are x, y",
    "X": "unknown input 'X'; inputs are x, y",
    "x + y": f"'+' means nothing here; {OPERATORS}",
    "$x": f"'$' means nothing here; {OPERATORS}",
    "x & 2": f"'2' means nothing here; {OPERATORS}; {HEX}",
    "x == y": f"'=' means nothing here; {OPERATORS}",
    "10": f"'1' means nothing here; {OPERATORS}; {HEX}",
    "0xg": f"'0' means nothing here; {OPERATORS}; {HEX}",
    "0x10": "the table has more than the 4 rows of 2 input(s) (1 hex digits)",
    "x nand y nand x": "a chain with 'nand' needs parentheses: it means two things",
    "x & y nand x": "a chain with 'nand' needs parentheses: it means two things",
    "x nor y | x": "a chain with 'nor' needs parentheses: it means two things",
    "x nand y & x": "a chain with 'nand' needs parentheses: it means two things",
    "~" * (MAX_DEPTH + 1) + "x": f"is nested more than {MAX_DEPTH} deep",
    "(" * 2000: f"is nested more than {MAX_DEPTH} deep",
    "x" * (MAX_LENGTH + 1): f"is {MAX_LENGTH + 1} characters long; at most {MAX_LENGTH} are read",
}


@pytest.mark.jitless
@pytest.mark.parametrize(("text", "sentence"), MISTAKES.items(), ids=[text[:20] for text in MISTAKES])
def test_a_mistake_is_answered_with_a_sentence(text, sentence):
    with pytest.raises(ExpressionError) as error:
        truth_table(text, XY)
    assert str(error.value) == sentence


@pytest.mark.jitless
def test_a_goal_says_which_output_is_wrong():
    assert LogicGoal(outputs=("x", "x &")).mistake(XY) == ("outputs[1]", "ends too early, after '&'")
    assert LogicGoal(outputs=("q",)).mistake(XY)[0] == ""
    assert LogicGoal(outputs=("x", "y")).mistake(XY) is None


@pytest.mark.jitless
def test_the_longest_and_the_deepest_expressions_are_read():
    assert truth_table("(" * MAX_DEPTH + "x" + ")" * MAX_DEPTH, XY).tolist() == [0, 1, 0, 1]
    assert truth_table("x^" * (MAX_LENGTH // 2 - 1) + "y ", XY).tolist() == truth_table("x ^ y", XY).tolist()


@pytest.mark.jitless
@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')",
        "__import__('os').system('true')",
        "().__class__.__bases__",
        "x if y else x",
        "lambda: x",
        "[x for x in y]",
        "x.__class__",
        "x[0]",
        "x := 1",
        "f'{x}'",
        "9 ** 9 ** 9",
        "open('f')",
        "x; y",
        "x\n\nimport os",
        "!!python/object:os.system",
    ],
)
def test_nothing_is_evaluated_as_python(text):
    with pytest.raises(ExpressionError):
        truth_table(text, XY)


@pytest.mark.jitless
@given(
    text=st.text()
    | st.lists(st.sampled_from([*"()~&^|xy01q$", "not", "and", "nand", "or", "nor", "xor", "eq", "0x6"])).map(" ".join)
)
@examples(500)
def test_any_text_is_a_table_or_a_sentence(text):
    try:
        assert truth_table(text, XY).shape == (4,)
    except ExpressionError as error:
        assert str(error)  # noqa: PT017


# Sub-goals ------------------------------------------------------------------------------------------------------------

XYZW = NAMES[:4]


@pytest.mark.jitless
@pytest.mark.parametrize(
    ("outputs", "texts"),
    [
        ((AND,), ["x ^ y", "w ^ z"]),
        (("x & (w nand z) | (w nor z)",), ["x & (w nand z)", "w nor z"]),
        (("(x ^ y) & (w ^ z) & (y eq z)",), ["x ^ y", "w ^ z", "y eq z"]),
        (("(x nand y) nand (z nand w)",), ["x nand y", "z nand w"]),
        (("(x nand y) nand z",), ["x nand y"]),
        (("not ((x | y & z) ^ ~(z and w))",), ["x | (y & z)", "z & w"]),
        (("(x ^ y) & (w ^ z)", "(x eq y) | (w & z)"), ["x ^ y", "w ^ z", "w & z"]),
        (("x ^ y ^ ~z",), []),
        (("(x | x) & (y ^ 1) & (0 | 1)",), []),
        (("0x0660", "x"), []),
    ],
)
def test_sub_goals_are_the_operators_below_the_outermost_one(outputs, texts):
    assert list(LogicGoal(outputs=outputs).subgoals(XYZW).values()) == texts


@pytest.mark.jitless
def test_a_sub_goal_and_its_complement_are_one():
    xor, eq = LogicGoal(outputs=("(x ^ y) & z",)), LogicGoal(outputs=("~(x ^ y) | w", "(y eq x) nor z"))
    assert xor.subgoals(XYZW).keys() == eq.subgoals(XYZW).keys() == {0x6666}
    assert LogicGoal(outputs=(AND,)).subgoals(XYZW).keys() == LogicGoal(outputs=(OR,)).subgoals(XYZW).keys()


@pytest.mark.jitless
@given(pair=expressions())
@examples(150)
def test_an_expression_is_a_function_of_its_terms(pair):
    term = _term(pair[0], XYZW)
    assert term.table.tolist() == truth_table(term.text, XYZW).tolist() == truth_table(pair[0], XYZW).tolist()
    values = [operand.table for operand in term.operands]
    if term.operator in ("nand", "nor", "not", ""):
        assert len(values) == {"": 0, "not": 1}.get(term.operator, 2)
    else:
        joined = f" {term.operator} ".join(f"({operand.text})" for operand in term.operands)
        assert term.table.tolist() == truth_table(joined, XYZW).tolist()
        assert all(operand.operator != term.operator for operand in term.operands[1:] if operand.operator != "eq")

from __future__ import annotations

import json
import math
import tracemalloc
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evomod.yaml_core import MISSING, Finding, Refused, read


def value(text: str) -> Any:
    return read(text)[0]


def findings(text: str) -> list[Finding]:
    with pytest.raises(Refused) as caught:
        read(text)
    return list(caught.value.found)


def messages(text: str) -> list[str]:
    return [finding.message for finding in findings(text)]


# Values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("NULL", None),
        ("true", True),
        ("True", True),
        ("FALSE", False),
        ("12", 12),
        ("-12", -12),
        ("+12", 12),
        ("012", 12),
        ("0o17", 15),
        ("0x1F", 31),
        ("1e-3", 0.001),
        ("1e5", 100_000.0),
        ("1E+5", 100_000.0),
        ("1.", 1.0),
        (".5", 0.5),
        ("-.5e1", -5.0),
        (".inf", math.inf),
        ("+.INF", math.inf),
        ("-.Inf", -math.inf),
        ("[1, a, {b: }]", [1, "a", {"b": None}]),
        ("|\n  12\n", "12\n"),
    ],
)
def test_a_plain_value_is_read_as_the_core_schema_of_yaml_1_2_says(text: str, expected: object) -> None:
    made = value(f"key: {text}")["key"]
    assert (type(made), made) == (type(expected), expected)


WORDS = ("off", "on", "yes", "no", "y", "n", "nULL", "tRUE", "inf", "nan", "-.nan", "=", "<<", "+", ".", "..5")
ALMOST_NUMBERS = ("2026-01-01", "12:30:00", "1_000", "0b1", "0o8", "-0x1", "1e", "e1", "1.2.3", "١٢")


@pytest.mark.parametrize("text", [*WORDS, *ALMOST_NUMBERS])
def test_everything_else_is_text(text: str) -> None:
    assert value(f"key: {text}") == {"key": text}


def test_not_a_number_is_read() -> None:
    assert all(math.isnan(one) for one in value("[.nan, .NaN, .NAN]"))


@pytest.mark.parametrize("text", ["'12'", '"12"', "'true'", "''", "'~'", '"1e-3"', "'.inf'"])
def test_what_stands_in_quotes_is_text(text: str) -> None:
    assert value(f"key: {text}") == {"key": text[1:-1]}


@pytest.mark.parametrize("key", ["and", "or", "not", "y", "no", "off", "on", "<<", "=", "2026-01-01"])
def test_a_word_that_older_yaml_reads_otherwise_stays_a_key(key: str) -> None:
    assert value(f"{key}: 1") == {key: 1}


@pytest.mark.parametrize(
    ("key", "got"), [("1", 1), ("true", True), ("null", None), ("~", None), ("1e-3", 0.001), (".inf", math.inf)]
)
def test_a_key_that_is_no_text_is_refused_at_its_place(key: str, got: object) -> None:
    assert findings(f"a:\n  {key}: x") == [Finding(("a",), "a key must be text; put it in quotes", got, (2, 3))]
    assert value(f"a:\n  '{key}': x") == {"a": {key: "x"}}


def test_a_key_that_is_a_list_is_refused() -> None:
    assert findings("? [a]\n: 1") == [Finding((), "a key must be text; put it in quotes", MISSING, (1, 3))]


def test_a_key_that_stands_twice_is_refused_with_both_lines() -> None:
    assert findings("a: 1\nb:\n  c: 2\n  d: 0\n  c: 3\na: 4\n") == [
        Finding(("b", "c"), "stands twice, on lines 3 and 5", place=(5, 3)),
        Finding(("a",), "stands twice, on lines 1 and 6", place=(6, 1)),
    ]


def test_a_key_that_stands_thrice_is_reported_at_each_repetition() -> None:
    assert [finding.place for finding in findings("a: 1\na: 2\na: 3")] == [(2, 1), (3, 1)]


PRINTABLE = st.characters(codec="utf-8", exclude_categories=["Cc", "Cn", "Zl", "Zp"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(PRINTABLE),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(PRINTABLE, max_size=5), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(JSON)
def test_json_is_yaml(data: object) -> None:
    assert value(json.dumps(data, ensure_ascii=False)) == data


def test_every_key_and_value_has_a_place() -> None:
    assert read("a: 1\nb:\n- {c: x}")[1] == {
        (): ((1, 1), (1, 1)),
        ("a",): ((1, 1), (1, 4)),
        ("b",): ((2, 1), (3, 1)),
        ("b", 0): ((3, 3), (3, 3)),
        ("b", 0, "c"): ((3, 4), (3, 7)),
    }


# What is refused


@pytest.mark.parametrize("text", ["", "# nothing\n\n"])
def test_an_empty_text_holds_nothing_at_no_place(text: str) -> None:
    assert read(text) == (None, {})


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("a: 1\n---\nb: 2\n", (2, 1), "a second YAML document begins here, only one is possible"),
        ("a: 1\n\tb: 2", (2, 1), "not valid YAML: found character '\\t' that cannot start any token"),
        ("a: b: c", (1, 5), "not valid YAML: mapping values are not allowed here"),
        ("a: [1,\nb: }", (2, 4), "not valid YAML: expected the node content, but found '}'"),
        ("a: *b", (1, 4), "not valid YAML: found undefined alias 'b'"),
        ("a: &x 1\nb: &x 2", (2, 4), "the anchor &x stands twice"),
        ("a: 1\nb: \x07", (2, 4), "not valid YAML: the character '\\x07' is not allowed"),
        ("a: \ud800", (1, 4), "not valid YAML: the character '\\ud800' is not allowed"),
        (r'a: "\UFFFFFFFF"', (1, 7), "not valid YAML: a number is out of range"),
        (r'a: "\U00110000"', (1, 7), "not valid YAML: a number is out of range"),
        (f"%YAML 1.{'9' * 5000}\n---\na: 1", (1, 9), "not valid YAML: a number is out of range"),
    ],
)
def test_what_is_not_one_valid_document_is_refused_in_a_sentence(
    text: str, place: tuple[int, int], message: str
) -> None:
    assert findings(text) == [Finding((), message, place=place)]


@pytest.mark.parametrize(
    ("tagged", "tag"),
    [
        ("!!python/object/apply:os.system ['true']", "!!python/object/apply:os.system"),
        ("!!python/name:os.system", "!!python/name:os.system"),
        ("!!str 12", "!!str"),
        ("!!binary aGk=", "!!binary"),
        ("!goal {a: 1}", "!goal"),
        ("! x", "!"),
    ],
)
def test_a_tag_is_refused_and_never_constructed(tagged: str, tag: str) -> None:
    assert findings(f"a:\n- {tagged}") == [Finding((), f"tags such as {tag} are not allowed", place=(2, 3))]


def test_half_of_a_surrogate_pair_is_refused() -> None:
    message = "holds half of a surrogate pair, which is no character"
    assert findings(r'a: "\ud800"') == [Finding(("a",), message, place=(1, 4))]


@pytest.mark.parametrize("digits", ["9" * 101, "-" + "9" * 5000, "0x" + "f" * 5000, "0o" + "7" * 5000])
def test_a_whole_number_of_very_many_digits_is_refused(digits: str) -> None:
    assert findings(f"a: {digits}") == [Finding(("a",), "has more than 100 digits", digits, (1, 4))]


def test_a_whole_number_of_many_digits_is_exact() -> None:
    assert value("9" * 100) == 10**100 - 1


# Aliases and size

TOO_DEEP = "nested more than 50 levels deep, aliases written out"


def test_an_alias_stands_for_a_copy_of_its_anchor() -> None:
    data = value("a: &x {n: [1]}\nb: *x\n")
    assert data == {"a": {"n": [1]}, "b": {"n": [1]}}
    assert data["a"]["n"] is not data["b"]["n"]


def bomb(level: str) -> str:
    levels = [f"a{i}: &a{i} {level.format(f'*a{i - 1} ')}" for i in range(1, 40)]
    return "\n".join(["a0: &a0 [x]", *levels])


@pytest.mark.parametrize(
    "text",
    [
        bomb("[{0}, {0}, {0}, {0}, {0}, {0}, {0}, {0}, {0}]"),
        bomb("[{0}, {0}]"),
        bomb("{{k: {0}, l: {0}}}"),
        f"a: &a [{'x, ' * 2000}]\nb: [{'*a , ' * 2000}]",
    ],
)
def test_an_alias_bomb_is_refused_before_it_goes_off(text: str) -> None:
    tracemalloc.start()
    assert messages(text) == ["more than 100,000 keys and values, aliases written out"]
    assert tracemalloc.get_traced_memory()[1] < 100e6  # written out, the largest has 10^9 values
    tracemalloc.stop()


@pytest.mark.parametrize("text", ["a: &a [*a ]", "a: &a {b: *a , c: [*a , *a ]}", "&a {b: *a }"])
def test_an_alias_inside_what_it_names_is_refused(text: str) -> None:
    assert messages(text) == [TOO_DEEP]


@pytest.mark.parametrize("text", ["a: " + "[" * 3000, "- " * 3000, "? " * 3000, "{" * 3000, "{a: " * 3000])
def test_what_is_nested_too_deep_is_refused(text: str) -> None:
    assert messages(text) == [TOO_DEEP]


def test_fifty_levels_are_read_and_aliases_count_as_levels() -> None:
    assert value("a: " + "[" * 50 + "]" * 50)
    assert messages(f"a: &a {'[' * 30 + ']' * 30}\nb: {'[' * 30 + '*a' + ']' * 30}") == [TOO_DEEP]


def test_keys_and_values_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evomod.yaml_core.MAX_NODES", 5)
    assert value("a: [1, 2]") == {"a": [1, 2]}
    message = "more than 5 keys and values, aliases written out"
    assert findings("a: [1, 2, 3]") == [Finding((), message, place=(1, 11))]


@pytest.mark.parametrize("entry", ["b: 1, b: 2", r'b: "\ud800"', f"b: {'9' * 101}"])
def test_an_error_below_an_anchor_is_reported_once_by_the_path_of_the_anchor(entry: str) -> None:
    assert [finding.path for finding in findings(f"a: &a {{{entry}}}\nc: [*a , *a ]")] == [("a", "b")]

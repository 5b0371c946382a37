from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from evomod.document import MAX_BYTES, MISSING, Document, Mistake, shown, suggest
from evomod.document import Path as KeyPath
from evomod.errors import ScenarioError


def parsed(text: str, *sets: str) -> Document:
    document = Document.parse(text, "s.yaml")
    for setting in sets:
        document = document.override(setting)
    return document


def refusal(text: str, *sets: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        parsed(text, *sets)
    return caught.value.lines


# What is refused


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "s.yaml: is empty, where a mapping of keys to values is needed"),
        ("~", "s.yaml:1:1: must be a mapping of keys to values [got null]"),
        ("\n- 1\n", "s.yaml:2:1: must be a mapping of keys to values"),
        ("[]", "s.yaml:1:1: must be a mapping of keys to values [got []]"),
        ("nand", "s.yaml:1:1: must be a mapping of keys to values [got 'nand']"),
        ("a: b: c", "s.yaml:1:5: not valid YAML: mapping values are not allowed here"),
    ],
)
def test_what_is_not_one_mapping_in_valid_yaml_is_refused_in_a_sentence(text: str, line: str) -> None:
    assert refusal(text) == [line]


def test_all_that_is_wrong_with_the_yaml_is_told_at_once() -> None:
    assert refusal(f"a:\n  true: x\n  b: {'9' * 5000}\na: 2\n") == [
        "s.yaml:2:3: a: a key must be text; put it in quotes [got true]",
        f"s.yaml:3:6: a.b: has more than 100 digits [got '{'9' * 58}…]",
        "s.yaml:4:1: a: stands twice, on lines 1 and 4",
    ]


# Files


def unreadable(path: Path) -> str:
    with pytest.raises(ScenarioError) as caught:
        Document.read(path)
    (line,) = caught.value.lines
    return line


def test_a_file_is_read_under_the_name_that_the_user_gave(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path("s.yaml")
    path.write_bytes("\ufeffname: Kühe\r\nn: 3\r\n".encode())
    document = Document.read(path)
    assert document.data == {"name": "Kühe", "n": 3}
    assert document.error([Mistake(("n",), "is odd", 3)]).lines == ["s.yaml:2:4: n: is odd [got 3]"]
    assert document.error([Mistake(("name",), "is cold", at_key=True)]).lines == ["s.yaml:1:1: name: is cold"]


def test_for_a_missing_file_one_beside_it_is_suggested_if_any(tmp_path: Path) -> None:
    (tmp_path / "logic_gates.yaml").touch()
    path = tmp_path / "logic_gate.yaml"
    assert unreadable(path) == f"{path}: no such file (did you mean 'logic_gates.yaml'?)"
    path = tmp_path / "no" / "s.yaml"
    assert unreadable(path) == f"{path}: no such file"


def test_a_folder_is_no_scenario(tmp_path: Path) -> None:
    assert unreadable(tmp_path) == f"{tmp_path}: is a folder; give a file"
    (tmp_path / "resolved.yaml").touch()
    assert unreadable(tmp_path).endswith(f"the scenario of this run is {tmp_path / 'resolved.yaml'}")
    (tmp_path / "plan.json").touch()
    assert unreadable(tmp_path).endswith(f"go on with this campaign: python -m evomod campaign resume {tmp_path}")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.touch(mode=0)
    assert unreadable(path) == f"{path}: cannot be read: Permission denied"


@pytest.mark.parametrize(("raw", "line"), [(b"a: 1\nb: \xff\n", 2), ("a: 1".encode("utf-16"), 1), (b"\xe4: 1", 1)])
def test_a_file_that_is_not_utf_8_is_refused_with_the_line(tmp_path: Path, raw: bytes, line: int) -> None:
    path = tmp_path / "s.yaml"
    path.write_bytes(raw)
    assert unreadable(path) == f"{path}:{line}: is not UTF-8 text"


def test_a_file_larger_than_a_mebibyte_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_bytes(b"a: 1\n#" + "ü".encode() * MAX_BYTES)
    assert unreadable(path) == f"{path}: is larger than 1 MiB, the most that is read"


# Places and lines

TEXT = """\
# a comment
name: KA05
fitness:
  costs:
  - {kind: gates, weight: 0.2}
  - kind: depth
    weight: -1
selection: {kind: elite, elite: 300}
"""


@pytest.mark.parametrize(
    ("mistake", "line"),
    [
        (Mistake((), "is odd"), "s.yaml:2:1: is odd"),
        (Mistake(("name",), "is odd", "KA05"), "s.yaml:2:7: name: is odd [got 'KA05']"),
        (Mistake(("name",), "is odd", at_key=True), "s.yaml:2:1: name: is odd"),
        (Mistake(("nam",), "is missing"), "s.yaml:2:1: nam: is missing"),
        (Mistake(("fitness", "costs", 1, "weight"), "x", -1), "s.yaml:7:13: fitness.costs[1].weight: x [got -1]"),
        (Mistake(("fitness", "costs", 1), "is odd"), "s.yaml:6:5: fitness.costs[1]: is odd"),
        (Mistake(("fitness", "costs", 1, "above"), "is missing"), "s.yaml:6:5: fitness.costs[1].above: is missing"),
        (Mistake(("fitness", "costs", 7, "kind"), "is missing"), "s.yaml:4:3: fitness.costs[7].kind: is missing"),
        (Mistake(("fitness", "goal", "a"), "is missing"), "s.yaml:3:1: fitness.goal.a: is missing"),
        (Mistake(("name", "x"), "is missing"), "s.yaml:2:1: name.x: is missing"),
    ],
)
def test_a_mistake_stands_at_its_value_or_at_the_key_of_its_nearest_parent(mistake: Mistake, line: str) -> None:
    assert parsed(TEXT).error([mistake]).lines == [line]


def test_a_mistake_in_an_alias_stands_at_its_anchor() -> None:
    error = parsed("a: &x\n  n: 1\nb: *x\n").error([Mistake(("b", "n"), "is odd", 1)])
    assert error.lines == ["s.yaml:2:6: b.n: is odd [got 1]"]


def test_all_mistakes_are_reported_in_the_order_of_lines_and_columns() -> None:
    paths: list[KeyPath] = [("selection", "elite"), ("selection",), ("name",), ("fitness", "costs", 1)]
    error = parsed(TEXT).error(Mistake(path, "is odd") for path in paths)
    assert [line.split(": ")[1] for line in error.lines] == ["name", "fitness.costs[1]", "selection", "selection.elite"]
    assert str(error) == "\n".join(error.lines)
    assert error.exit_code == 2


def test_what_was_got_is_shown_short_and_about_as_yaml_has_it() -> None:
    values: list[object] = [None, True, 1000, 1e-9, math.inf, -math.inf, math.nan]
    as_yaml = ["null", "true", "1000", "1e-09", ".inf", "-.inf", ".nan"]
    values += ["it's", "a\nb\x1b[31m", [], "x" * 1000]
    as_yaml += ['"it\'s"', r"'a\nb\x1b[31m'", "[]", f"'{'x' * 58}…"]
    assert [shown(value) for value in values] == as_yaml
    lines = parsed("a: 1").error([Mistake(("a",), "is odd", value) for value in values]).lines
    assert lines == [f"s.yaml:1:4: a: is odd [got {text}]" for text in as_yaml]
    unshown: list[object] = [MISSING, [1], {"a": 1}]
    lines = parsed("a: 1").error([Mistake(("a",), "is odd", value) for value in unshown]).lines
    assert lines == ["s.yaml:1:4: a: is odd"] * 3


def test_nothing_in_a_line_breaks_or_colours_it() -> None:
    document = Document.parse('"a\\nb\\e[31m": 1', "s.yaml")
    (line,) = document.error([Mistake(("a\nb\x1b[31m",), "is\nodd")]).lines
    assert line == "s.yaml:1:15: a\\nb\\x1b[31m: is\\nodd"


# Overrides


@pytest.mark.parametrize(
    ("setting", "data"),
    [
        ("a=2", {"a": 2, "b": {"c": [{"d": 1}, 5]}}),
        ("b.c.0.d=1e-3", {"a": 1, "b": {"c": [{"d": 0.001}, 5]}}),
        ("b.c[0].d=off", {"a": 1, "b": {"c": [{"d": "off"}, 5]}}),
        ("b.c.1={e: [x, 2]}", {"a": 1, "b": {"c": [{"d": 1}, {"e": ["x", 2]}]}}),
        ("b.c=", {"a": 1, "b": {"c": None}}),
        ("b=x=y", {"a": 1, "b": "x=y"}),
        ("x.y.z=1", {"a": 1, "b": {"c": [{"d": 1}, 5]}, "x": {"y": {"z": 1}}}),
        ("b.c.0.e.f=1", {"a": 1, "b": {"c": [{"d": 1, "e": {"f": 1}}, 5]}}),
        ("b.0=1", {"a": 1, "b": {"c": [{"d": 1}, 5], "0": 1}}),
    ],
)
def test_an_override_sets_one_value_in_a_copy(setting: str, data: dict[str, Any]) -> None:
    original = parsed("a: 1\nb: {c: [{d: 1}, 5]}")
    assert original.override(setting).data == data
    assert original.data == {"a": 1, "b": {"c": [{"d": 1}, 5]}}


LIST_OF_2 = "b.c: is a list of 2, counted from 0;"


@pytest.mark.parametrize(
    ("setting", "line"),
    [
        ("a", "--set a: must have the form key.path=value"),
        ("=1", "--set =1: must have the form key.path=value"),
        ("b..c=1", "--set b..c=1: must have the form key.path=value"),
        ("\udc80=1", "--set \\udc80=1: must have the form key.path=value"),
        ("b.c.3=1", f"--set b.c.3=1: {LIST_OF_2} it has no '3', and a new one would be 2"),
        ("b.c.-1=1", f"--set b.c.-1=1: {LIST_OF_2} it has no '-1', and a new one would be 2"),
        ("b.c.d=1", f"--set b.c.d=1: {LIST_OF_2} it has no 'd', and a new one would be 2"),
        ("b.c.3.d=1", f"--set b.c.3.d=1: {LIST_OF_2} it has no '3', and a new one would be 2"),
        ("b.c.0.d.e=1", "--set b.c.0.d.e=1: b.c[0].d: is not a mapping, so it has no 'e' [got 1]"),
        ("e.f=1", "--set e.f=1: e: is not a mapping, so it has no 'f' [got null]"),
        ("a=[1", "--set a=[1: not valid YAML: expected ',' or ']', but got '<stream end>'"),
        ("a={x: 1, x: 2}", "--set a={x: 1, x: 2}: x: stands twice, on lines 1 and 1"),
        ("a=1\n---\n2", "--set a=1\\n---\\n2: a second YAML document begins here, only one is possible"),
    ],
)
def test_an_override_that_leads_nowhere_is_refused_by_its_name(setting: str, line: str) -> None:
    assert refusal("a: 1\nb: {c: [{d: 1}, 5]}\ne:", setting) == [line]


def test_an_override_adds_to_the_end_of_a_list() -> None:
    document = Document.parse("a: [1, {b: 2}]").override("a.2=3").override("a[3].c=4")
    assert document.data == {"a": [1, {"b": 2}, 3, {"c": 4}]}


def test_an_override_of_many_keys_or_many_digits_is_refused() -> None:
    (line,) = refusal("a: 1", ".".join("x" * 5000) + "=1")
    assert line == f"--set {'x.' * 29}x…: nested more than 50 levels deep, aliases written out"
    (line,) = refusal("a: [1]", f"a.{'9' * 5000}=1")
    assert line.startswith("--set a.9999")
    assert "is a list of 1" in line


@pytest.mark.parametrize(
    ("sets", "mistake", "line"),
    [
        (["a=0"], Mistake(("a",), "is odd", 0), "--set a=0: a: is odd [got 0]"),
        (["a=0", "a=2"], Mistake(("a",), "is odd", 2), "--set a=2: a: is odd [got 2]"),
        (["b={x: 1}"], Mistake(("b", "x"), "is odd"), "--set b={x: 1}: b.x: is odd"),
        (["b={x: 1}"], Mistake(("b", "y"), "is missing"), "--set b={x: 1}: b.y: is missing"),
        (["b.c=3"], Mistake(("b", "y"), "is missing"), "s.yaml:2:1: b.y: is missing"),
        (["b.c=3"], Mistake(("a",), "is odd"), "s.yaml:1:4: a: is odd"),
        (["n.o.p=3"], Mistake(("n",), "unknown key", at_key=True), "--set n.o.p=3: n: unknown key"),
        (["n.o.p=3", "n.o.q=4"], Mistake(("n", "o", "q"), "is odd"), "--set n.o.q=4: n.o.q: is odd"),
        (["n.o.p=3", "n.o.q=4"], Mistake(("n", "o"), "is odd"), "--set n.o.p=3: n.o: is odd"),
        (["b.c=3", "b={}"], Mistake(("b", "c"), "is missing"), "--set b={}: b.c: is missing"),
    ],
)
def test_a_mistake_that_an_override_made_names_it(sets: list[str], mistake: Mistake, line: str) -> None:
    assert parsed("a: 1\nb: {c: 2}", *sets).error([mistake]).lines == [line]


def test_the_mistakes_of_overrides_follow_those_of_the_file_in_the_order_given() -> None:
    document = parsed("a: 1\nb: 2\nc: 3", "c=4", "a=5")
    error = document.error(Mistake((key,), "is odd") for key in "abc")
    assert error.lines == ["s.yaml:2:4: b: is odd", "--set c=4: c: is odd", "--set a=5: a: is odd"]


# Whatever is thrown at it

TRICKY = st.text(st.sampled_from("ab1.0e-+:,?[]{}&*!|>'\"%@#~<= \n\t\r\\xuU\x00\x85\u2028\ufeff\ud800"), max_size=60)


AFFIXES = st.sampled_from([("", ""), ("a: ", ""), ("a.0=", ""), ("", "=1")])


@settings(max_examples=400, deadline=None)
@given(st.text() | st.builds(lambda text, around: text.join(around), TRICKY, AFFIXES))
@example("a: !<%ff> 1")
@example("%TAG ! tag:x,2000:\n---\na: !b 1")
@example("a: &a\nb: *a : c")
def test_any_text_or_override_is_taken_or_refused_in_lines_that_print(text: str) -> None:
    for attempt, where in (Document.parse, "<string>"), (parsed("a: [1, {b: 2}]\nb: x").override, "--set "):
        lines: list[str] = []
        try:
            assert isinstance(attempt(text).data, dict)
        except ScenarioError as error:
            lines = error.lines
        assert all(line.startswith(where) and line.isprintable() for line in lines)


# Suggestions


def test_the_nearest_word_is_suggested_if_one_is_near() -> None:
    words = ["generations", "population", "NAND"]
    for word, near in ("popluation", "population"), ("POPULATION", "population"), ("nand", "NAND"):
        assert suggest(word, words) == f" (did you mean '{near}'?)"
    assert suggest("xyz", words) == suggest("", words) == suggest("population", []) == ""

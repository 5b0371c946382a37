"""What differs between two scenarios is found, all of it and nothing else, and named as the file names it."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.report.difference import ABSENT, Difference, as_text, differences

keys = st.text("abc.[", max_size=3)
scalars = st.none() | st.booleans() | st.integers(-2, 2) | st.floats(-1, 1) | st.text("xy", max_size=2)
values = st.recursive(scalars, lambda v: st.lists(v, max_size=3) | st.dictionaries(keys, v, max_size=3), max_leaves=12)


@given(value=values)
def test_a_value_does_not_differ_from_its_copy(value: Any) -> None:
    assert differences(value, copy.deepcopy(value)) == []


@given(left=values, right=values)
def test_differences_seen_from_the_other_side_are_the_same_paths(left: Any, right: Any) -> None:
    there = {(d.path, repr(d.left), repr(d.right)) for d in differences(left, right)}
    back = {(d.path, repr(d.right), repr(d.left)) for d in differences(right, left)}
    assert there == back
    assert bool(there) == (repr(normal(left)) != repr(normal(right)))


def normal(value: Any) -> Any:
    """Keys sorted, so that `repr` tells 1, 1.0 and True apart, but not orders; 0.0 and -0.0 are equal."""
    if isinstance(value, dict):
        return {key: normal(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [normal(item) for item in value]
    return value + 0.0 if isinstance(value, float) else value


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ({"a": {"b": 1}}, {"a": {"b": 2}}, [("a.b", 1, 2)]),
        ({"a": [1, 2]}, {"a": [1, 3, 4]}, [("a[1]", 2, 3), ("a[2]", ABSENT, 4)]),
        ({"b": 1, "a": 1}, {"c": 0, "a": 2, "b": 2}, [("b", 1, 2), ("a", 1, 2), ("c", ABSENT, 0)]),
        ({"a": None}, {}, [("a", None, ABSENT)]),
        ({"a": 1}, {"a": True}, [("a", 1, True)]),
        ({"a": {"b": 1}}, {"a": 1}, [("a", {"b": 1}, 1)]),
        ({"goals": {"v1.0": "x"}}, {"goals": {"v1.0": "y"}}, [('goals."v1.0"', "x", "y")]),
        ({"a": []}, {"a": {}}, [("a", [], {})]),
    ],
)
def test_each_difference_has_its_place_in_order(left: Any, right: Any, expected: list[tuple[str, Any, Any]]) -> None:
    assert differences(left, right) == [Difference(*one) for one in expected]


def test_a_table_stands_in_columns_and_tells_null_from_what_is_not_there() -> None:
    text = as_text(differences({"seed": None, "size": 10}, {"seed": 3}), None, ["a.yaml", "b.yaml"])
    assert text.splitlines() == ["      a.yaml  b.yaml", "seed  null    3", "size  10      –"]

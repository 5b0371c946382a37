from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from evomod.document import Document, Path
from evomod.validation import mistakes_of


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Circuit(Part):
    kind: Literal["circuit"]
    n_gates: int = Field(ge=1, le=100)
    circuit: int = 1  # a key that is called like the tag
    gates: list[Literal["nand", "and", "or"]] = Field(["nand"], min_length=1, max_length=3)
    goal: int | str | list[int] = 1

    @model_validator(mode="after")
    def even(self) -> Circuit:
        if self.n_gates % 2:
            raise ValueError("An odd number\nof gates.")
        return self


class Net(Part):
    kind: Literal["net"] = "net"
    rate: float = Field(0.5, gt=0.0, lt=1.0, allow_inf_nan=False)
    bias: bool = True
    layers: dict[str, float] = {}
    name: str = Field("x", pattern="^[a-z]$")
    pairs: list[int] = Field([1, 2], min_length=2)
    mode: Literal["fast"] = "fast"
    step: int = Field(2, multiple_of=2)


Genotype = Annotated[Circuit | Net, Field(discriminator="kind")]


class Scenario(Part):
    genotype: Genotype = Net()
    parts: list[Genotype] = []
    net: Net = Net()
    seed: int = 1


def found(text: str, *sets: str, known: bool = True) -> list[str]:
    document = Document.parse(text, "s.yaml")
    for setting in sets:
        document = document.override(setting)
    with pytest.raises(ValidationError) as caught:
        Scenario.model_validate(document.data)

    def keys(path: Path) -> list[str]:
        return list(Net.model_fields if path else Scenario.model_fields)

    def kinds(path: Path) -> list[str]:
        return ["circuit", "net"]

    return document.error(mistakes_of(caught.value, document, (), *((keys, kinds) if known else ()))).lines


def in_circuit(text: str) -> list[str]:
    return found(f"genotype:\n  kind: circuit\n  {text}")


def in_net(text: str) -> list[str]:
    return found(f"genotype:\n  kind: net\n  {text}")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("n_gates: 0", "3:12: genotype.n_gates: must be at least 1 [got 0]"),
        ("n_gates: 1000", "3:12: genotype.n_gates: must be at most 100 [got 1000]"),
        ("n_gates: x", "3:12: genotype.n_gates: must be a whole number [got 'x']"),
        ("n_gates: true", "3:12: genotype.n_gates: must be a whole number [got true]"),
        ("n_gates: 1.5", "3:12: genotype.n_gates: must be a whole number [got 1.5]"),
        ("n_gates:", "3:11: genotype.n_gates: must be a whole number [got null]"),
        ("n_gates: [1, 2]", "3:12: genotype.n_gates: must be a whole number"),
        ("n_gates: []", "3:12: genotype.n_gates: must be a whole number [got []]"),
        ("circuit: 3", "1:1: genotype.n_gates: is missing"),
        ("n_gates: 3", "2:3: genotype: An odd number of gates"),
    ],
)
def test_a_field_of_a_tagged_union_is_found_without_its_tag(text: str, line: str) -> None:
    assert in_circuit(text) == [f"s.yaml:{line}"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("rate: 0", "3:9: genotype.rate: must be more than 0 [got 0]"),
        ("rate: 1", "3:9: genotype.rate: must be less than 1 [got 1]"),
        ("rate: .nan", "3:9: genotype.rate: must be a finite number [got .nan]"),
        ("rate: low", "3:9: genotype.rate: must be a number [got 'low']"),
        ("bias: 1", "3:9: genotype.bias: must be true or false [got 1]"),
        ("layers: [1]", "3:11: genotype.layers: must be a mapping"),
        ("layers: {a: b}", "3:15: genotype.layers.a: must be a number [got 'b']"),
        ("name: 3", "3:9: genotype.name: must be text [got 3]"),
        ("name: XY", "3:9: genotype.name: must match pattern '^[a-z]$' [got 'XY']"),
        ("pairs: 3", "3:10: genotype.pairs: must be a list [got 3]"),
        ("pairs: [3]", "3:10: genotype.pairs: needs at least 2 items"),
        ("mode: fats", "3:9: genotype.mode: must be fast (did you mean 'fast'?) [got 'fats']"),
        ("step: 3", "3:9: genotype.step: must be a multiple of 2 [got 3]"),
        ("rat: 0.5", "3:3: genotype.rat: unknown key (did you mean 'rate'?) [got 0.5]"),
        ("rat: {a: 1}", "3:3: genotype.rat: unknown key (did you mean 'rate'?)"),
        (
            "qqq: 1",
            "3:3: genotype.qqq: unknown key; possible: kind, rate, bias, layers, name, pairs, mode, step [got 1]",
        ),
    ],
)
def test_each_kind_of_finding_has_its_words(text: str, line: str) -> None:
    assert in_net(text) == [f"s.yaml:{line}"]


@pytest.mark.parametrize(
    ("gates", "line"),
    [
        ("[]", "4:10: genotype.gates: needs at least 1 item [got []]"),
        ("[and, or, and, or]", "4:10: genotype.gates: takes at most 3 items"),
        ("[and, nan]", "4:16: genotype.gates[1]: must be one of nand, and, or (did you mean 'nand'?) [got 'nan']"),
        ("[and, xyz]", "4:16: genotype.gates[1]: must be one of nand, and, or [got 'xyz']"),
        ("[7]", "4:11: genotype.gates[0]: must be one of nand, and, or [got 7]"),
    ],
)
def test_lists_and_choices_have_their_words(gates: str, line: str) -> None:
    assert in_circuit(f"n_gates: 2\n  gates: {gates}") == [f"s.yaml:{line}"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("genotype: {kind: cirquit}", "1:18: genotype.kind: unknown kind 'cirquit' (did you mean 'circuit'?)"),
        ("genotype: {kind: 3}", "1:18: genotype.kind: unknown kind 3"),
        ("genotype: {kind: }", "1:17: genotype.kind: unknown kind null"),
        ("parts:\n- {kind: tree}", "2:10: parts[0].kind: unknown kind 'tree'"),
    ],
)
def test_an_unknown_kind_is_reported_at_the_kind_with_those_possible(text: str, line: str) -> None:
    assert found(text) == [f"s.yaml:{line}; possible: circuit, net"]


def test_a_kind_that_is_missing_is_asked_for() -> None:
    assert found("genotype: {}") == ["s.yaml:1:1: genotype: needs a `kind`: one of circuit, net"]
    assert found("parts:\n- n_gates: 1") == ["s.yaml:2:3: parts[0]: needs a `kind`: one of circuit, net"]


def test_without_known_keys_and_kinds_less_is_said() -> None:
    assert found("sede: 1\ngenotype: {}", known=False) == [
        "s.yaml:1:1: sede: unknown key [got 1]",
        "s.yaml:2:1: genotype: needs a `kind`",
    ]


@pytest.mark.parametrize("value", ["3", "[]", "net"])
def test_what_must_be_a_part_must_be_a_mapping(value: str) -> None:
    shown = repr(value) if value == "net" else value
    assert found(f"genotype: {value}") == [f"s.yaml:1:11: genotype: must be a mapping [got {shown}]"]
    assert found(f"net: {value}") == [f"s.yaml:1:6: net: must be a mapping [got {shown}]"]


def test_what_the_members_of_a_union_want_is_said_in_one_line() -> None:
    assert in_circuit("n_gates: 2\n  goal: true") == [
        "s.yaml:4:9: genotype.goal: must be a whole number or text or a list [got true]"
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("circuit: x\n  n_gates: 2", "3:12: genotype.circuit: must be a whole number [got 'x']"),
        ("circuit: 2\n  n_gates: x", "4:12: genotype.n_gates: must be a whole number [got 'x']"),
        ("circuit: 2\n  n_gates: 3", "2:3: genotype: An odd number of gates"),
        ("circuit: {n_gates: 7}\n  n_gates: 2", "3:12: genotype.circuit: must be a whole number"),
        ("circuit: 2", "1:1: genotype.n_gates: is missing"),
    ],
)
def test_a_key_that_is_called_like_the_tag_is_told_from_it(text: str, line: str) -> None:
    assert in_circuit(text) == [f"s.yaml:{line}"]


def test_a_finding_in_an_override_names_the_override() -> None:
    assert found("genotype: {kind: net}\nseed: x", "genotype.kind=nett", "net.pairs=[1]") == [
        "s.yaml:2:7: seed: must be a whole number [got 'x']",
        "--set genotype.kind=nett: genotype.kind: unknown kind 'nett' (did you mean 'net'?); possible: circuit, net",
        "--set net.pairs=[1]: net.pairs: needs at least 2 items",
    ]


def test_a_part_that_was_validated_alone_is_found_under_its_prefix() -> None:
    document = Document.parse("parts:\n- {kind: net}\n- {kind: net, rate: 2, x: 1}", "s.yaml")
    asked: list[Path] = []

    def keys(path: Path) -> list[str]:
        asked.append(path)
        return ["rate"]

    with pytest.raises(ValidationError) as caught:
        Net.model_validate(document.data["parts"][1])
    assert document.error(mistakes_of(caught.value, document, ("parts", 1), keys)).lines == [
        "s.yaml:3:21: parts[1].rate: must be less than 1 [got 2]",
        "s.yaml:3:24: parts[1].x: unknown key; possible: rate [got 1]",
    ]
    assert asked == [("parts", 1)]


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
DATA = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from([*Scenario.model_fields, "sed"]), DATA, min_size=1))
def test_any_finding_points_into_the_data_or_just_below(data: dict[str, Any]) -> None:
    document = replace(Document.parse("a: 1"), data=data)
    try:
        Scenario.model_validate(document.data)
    except ValidationError as error:
        for mistake in mistakes_of(error, document):
            here: Any = data
            for part in mistake.path[:-1]:
                here = here[part]
            assert isinstance(here, dict | list)

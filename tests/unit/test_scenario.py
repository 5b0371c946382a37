"""Scenarios: text to values and back, hashes, the user's own classes."""

import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

import evomod
from evomod.component import foreign, members
from evomod.document import Document
from evomod.errors import InputError, ScenarioError
from evomod.goals.base import Cases, Goal, truth_table_inputs
from evomod.problem import Problem
from evomod.reference import reference
from evomod.rng import Stream
from evomod.scenario import FAMILIES, Scenario, json_schema, parse
from evomod.selection.base import Selection
from evomod.selection.tournament import Tournament
from evomod.yaml_core import to_yaml
from tests.generators import shipped

LOGIC_GATES = Path(__file__).parents[2] / "scenarios" / "logic_gates.yaml"
TEXT = LOGIC_GATES.read_text(encoding="utf-8")


class AtLeast(Goal):
    """A goal of the user: at least `k` inputs are 1."""

    kind: Literal["at_least"] = "at_least"
    k: int = Field(2, description="Inputs that must be 1.")

    @property
    def n_outputs(self) -> int:
        return 1

    def cases(self, input_names: Sequence[str], stream: Stream) -> Cases:
        inputs = truth_table_inputs(len(input_names))
        return Cases(inputs, (inputs.sum(axis=1) >= self.k)[:, None])


@pytest.mark.jitless
def test_resolved_yaml_reads_back_as_the_same_scenario() -> None:
    scenario = evomod.load(LOGIC_GATES)
    assert parse(Document.parse(to_yaml(scenario.resolved()))) == scenario


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12))
def test_any_text_survives_our_yaml(text: str) -> None:
    assert Document.parse(to_yaml({"key": text})).data == {"key": text}


def test_the_hash_covers_what_decides_evolution_and_nothing_else() -> None:
    same = ["seed=7", "generations=5", "stop.seconds=3", "record.births=none", "name=other"]
    different = [
        "population=999",
        "selection.ties=random",
        "schedule.every=21",
        "goals.and=x & y",
        "inputs=[y, x, z, w]",
    ]
    digest = evomod.load(LOGIC_GATES).digest()
    assert {evomod.load(LOGIC_GATES, [setting]).digest() for setting in same} == {digest}
    assert len({evomod.load(LOGIC_GATES, [setting]).digest() for setting in different} | {digest}) == 6


def test_written_defaults_are_the_same_scenario() -> None:
    short = "\n".join(line for line in TEXT.splitlines() if not line.startswith(("population:", "record:")))
    assert parse(Document.parse(short)) == parse(Document.parse(TEXT))


def test_a_class_of_the_users_works_once_it_is_defined(tmp_path: Path) -> None:
    node = evomod.load(LOGIC_GATES).resolved() | {
        "goals": {"some": {"kind": "at_least", "k": 2}},
        "schedule": {"kind": "fixed", "goal": "some"},
        "generations": 5,
    }
    assert members(Goal)["at_least"] is AtLeast
    scenario = parse(Document.parse(to_yaml(node)))
    assert foreign(scenario).keys() == {"AtLeast"}
    evomod.run(scenario, tmp_path / "run")
    assert '"AtLeast": "' in (tmp_path / "run" / "provenance.json").read_text()
    with evomod.open_run(tmp_path / "run", components=[AtLeast]) as log:
        assert log.problem is not None
        assert np.array_equal(log.problem.cases("some", 0, 1).targets[:, 0], truth_table_inputs(4).sum(axis=1) >= 2)


def test_a_component_that_is_not_there_is_named() -> None:
    with pytest.raises(ScenarioError, match=r"unknown kind 'at_most' .*possible: .*at_least, .*family, .*logic"):
        parse(Document.parse(TEXT.replace("and: (x ^ y) & (w ^ z)", "and: {kind: at_most}")))


def test_problems_can_be_pickled_and_compared() -> None:
    problem = evomod.load(LOGIC_GATES).problem
    _ = problem.encoding
    assert pickle.loads(pickle.dumps(problem)) == problem  # noqa: S301
    assert problem != evomod.load(LOGIC_GATES, ["population=999"]).problem


def test_a_problem_made_in_python_is_checked_too() -> None:
    parts = {name: getattr(evomod.load(LOGIC_GATES), name) for name in Problem.__dataclass_fields__}
    with pytest.raises(InputError, match=r"selection\.elite: is 300, but can be at most half of the population of 300"):
        Problem(**parts | {"population": 300})


def test_an_alias_bomb_is_refused_with_the_limit() -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{chr(98 + k)}: &{chr(98 + k)} [{', '.join([f'*{chr(97 + k)}'] * 9)}]\n" for k in range(9)
    )
    with pytest.raises(ScenarioError, match=r"100,?000"):
        Document.parse(bomb)


def test_every_field_has_a_sentence_in_the_reference_and_the_schema() -> None:
    for family in FAMILIES:
        for kind, member in shipped(family).items():
            assert f"{{kind: {kind}}}" in reference()
            assert all(field.description or name == "kind" for name, field in member.model_fields.items()), member
    properties = json_schema()["properties"]
    assert properties.keys() == Scenario.model_fields.keys()
    assert all(node.get("description") for node in properties.values())


def test_the_reference_bears_with_a_class_that_says_nothing_of_itself() -> None:
    class Silent(Goal):
        kind: Literal["silent"] = "silent"
        number: int = 1

        @property
        def n_outputs(self) -> int:
            return 1

        def cases(self, input_names: Sequence[str], stream: Stream) -> Cases:
            return Cases(*[truth_table_inputs(len(input_names))] * 2)

    Silent.__doc__ = None
    assert "goal: {kind: silent}\n  silent\n    number (default 1): no description" in reference()


def test_a_class_in_making_spoils_no_scenario() -> None:
    class HalfDone(Tournament):
        kind: str  # type: ignore[assignment]

    assert HalfDone not in members(Selection).values()
    assert parse(Document.parse(TEXT)).name


def test_lists_have_their_items_and_lengths_in_the_schema() -> None:
    goals = json_schema()["$defs"]["Alternating"]["properties"]["goals"]
    assert goals["items"] == {"minLength": 1, "type": "string"}
    assert goals["minItems"] == 1


def test_one_bad_goal_hides_nothing_else() -> None:
    text = TEXT.replace("or: (x ^ y) | (w ^ z)", "or: (x ^ y) | q\n  none:\n  long: 0x1ffff").replace(
        "goals: [and, or]", "goals: [and, ore]"
    )
    with pytest.raises(ScenarioError) as error:
        parse(Document.parse(text))
    for words in ("unknown input 'q'", "goals.none: is empty", "more than the 16 rows", "names the goal 'ore'"):
        assert words in str(error.value)

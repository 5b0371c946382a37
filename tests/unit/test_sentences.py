"""What the methods section says of each component: something of its own, all of it, and nothing wrong."""

from __future__ import annotations

import re
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.component import Component
from evomod.costs.base import Cost
from evomod.goals.base import Cases, Goal, truth_table_inputs
from evomod.goals.logic import truth_table
from evomod.goals.modularity import ModularityGoal
from evomod.goals.neutral import NeutralGoal
from evomod.goals.random import RandomGoal
from evomod.initial.base import Source
from evomod.initial.circuit import GivenCircuit
from evomod.initial.mix import Mix
from evomod.initial.stored import CircuitFiles, RunPopulation
from evomod.measures.base import Measure
from evomod.publication import bibliography
from evomod.publication.methods import sentence  # with the sentences of all families
from evomod.publication.sentences import in_own_words
from evomod.publication.sentences.words import counted, formula, listed, number, ranges
from evomod.scenario import FAMILIES, loads
from evomod.schedules.orders import Alternating
from tests.generators import AND, OR, components, examples, shipped
from tests.unit.test_logic import expressions

SCENARIO = loads(f"""
name: many
inputs: [x, y, z, w]
genotype: {{kind: circuit, n_gates: 12}}
goals: {{and: {AND}, or: {OR}, noise: {{kind: random}}, nothing: {{kind: neutral}}}}
schedule: {{kind: fixed, goal: and}}
""")
SHA = "0123456789abcdef" * 4
drifts = {"drift": st.integers(0, 3)}
MORE = {  # those that the shared strategies leave out, with more than their defaults
    GivenCircuit: st.builds(GivenCircuit, computes=st.sampled_from([(AND,), (OR,), ("x", "y")]), **drifts),
    CircuitFiles: st.builds(
        CircuitFiles, path=st.sampled_from([("a.v",), ("a.v", "b.v")]), sha256=st.sampled_from([None, SHA]), **drifts
    ),
    RunPopulation: st.builds(
        RunPopulation,
        path=st.sampled_from(["runs/a", "runs/b"]),
        generation=st.sampled_from(["last", 0, 5]),
        who=st.sampled_from(["all", "best"]),
        sha256=st.sampled_from([None, SHA]),
        **drifts,
    ),
}
MEMBERS = [(family, cls) for family in FAMILIES for cls in shipped(family).values()]
every_member = pytest.mark.parametrize(("family", "cls"), MEMBERS, ids=[cls.__name__ for _, cls in MEMBERS])


def values(family, cls):
    """Values of a member; of measures all that their fields of a few choices allow."""
    if cls in MORE:
        return MORE[cls]
    if family is not Measure:
        return components(family, cls)
    choices = {
        name: st.sampled_from(options)
        for name, options in {
            "directed": [False, True],
            "weighted": [False, True],
            "method": ["exact", "fast"],
            "against": {"q_m": ["random_genomes", "random_genomes_of_gates", "degree_preserving", "solutions"]}.get(
                cls.model_fields["kind"].default,
                ["all", "nonzero"] if cls.__name__ == "NCut" else ["degrees", "layers", "acyclic"],
            ),
            "sizes": [3, 4, "both"],
            "samples": [10, 1000],
            "goals": [None, ("and",)],
            "groups": [None, (("x", "y"), ("z", "w"))],
        }.items()
        if name in cls.model_fields
    }
    return st.builds(cls, **choices)


def said(component):
    field = next((f for f in ("genotype", "schedule") if isinstance(component, type(getattr(SCENARIO, f)))), None)
    scenario = SCENARIO.model_copy(update={field: component}) if field == "genotype" else SCENARIO
    return sentence(component, scenario)


@every_member
def test_every_member_has_a_sentence_of_its_own(family: type[Component], cls: type[Component]) -> None:
    own = sentence.dispatch(cls)
    assert own is not sentence.dispatch(Component)
    assert own is not sentence.dispatch(family)


@every_member
@given(data=st.data())
@examples(25)
def test_a_sentence_is_whole_and_cites_known_works(family, cls, data) -> None:
    text = said(data.draw(values(family, cls)))
    assert set(bibliography.cited([text])) <= set(bibliography.known())
    assert not re.search(r"None|True|False|\{|\}|  | [.,;]|\.\.|<|kind=|=\('", text), text
    assert text.count("`") % 2 == 0
    assert text.count("(") == text.count(")")
    if family in (Goal, Cost):
        assert text[-1] not in ".,; "
    else:
        assert text[0].isupper()
        assert text.endswith(".")
        assert not re.search(r"\. [a-z]", text)


def meaning(component):
    """The values that decide something; two that are written differently may be the same."""
    node = component.model_dump()
    if isinstance(component, Alternating):
        node["every"] = list(component.lengths)
    if isinstance(component, RandomGoal) and component.balanced:
        node |= {"balanced": False, "ones": 8}
    node.pop("every" if isinstance(component, Measure) else "", None)
    if isinstance(component, NeutralGoal | ModularityGoal):
        node.pop("outputs")  # the genotype's sentence has their number
    if getattr(component, "method", "") == "exact":
        node.pop("restarts")  # only climbs are counted
    return node


@every_member
@given(data=st.data())
@examples(30)
def test_no_value_is_left_out(family, cls, data) -> None:
    one, two = data.draw(values(family, cls)), data.draw(values(family, cls))
    if cls is not Mix:  # its shares are rounded
        assert (said(one) == said(two)) == (meaning(one) == meaning(two))


def test_a_component_of_the_user_is_described_by_its_docstring(monkeypatch) -> None:
    class Echo(Goal):
        """The outputs repeat the first input. More about that."""

        kind: Literal["echo-of-sentences"] = "echo-of-sentences"
        delay: int = 3

        @property
        def n_outputs(self):
            return 1

        def cases(self, input_names, stream):
            inputs = truth_table_inputs(len(input_names))
            return Cases(inputs, inputs[:, :1])

    class Bare(Source):
        kind: Literal["bare-of-sentences"] = "bare-of-sentences"

        def draw(self, founding):
            return np.zeros((founding.n, 25), np.uint8)

    class Dear(Cost):
        """Gates with a name"""

        kind: Literal["dear-of-sentences"] = "dear-of-sentences"

        def count(self, encoding, population, counts):
            counts[:] = 0

    assert said(Echo()) == "`echo-of-sentences` (The outputs repeat the first input. More about that; delay 3)"
    assert said(Bare()) == "Generation 0 came from `bare-of-sentences` (drift 0)."
    assert said(Dear(above=2)) == "0.2 for each unit of `dear-of-sentences` (Gates with a name) above 2"
    sentence.register(Echo, lambda goal, _: f"an echo after {goal.delay}")
    assert said(Echo()) == "an echo after 3"


@every_member
@given(data=st.data())
@examples(10)
def test_what_lies_within_a_component_of_the_user_is_written_in_words(family, cls, data) -> None:
    class Within(Source):
        """Something of something"""

        kind: Literal["within-of-sentences"] = "within-of-sentences"
        inner: Component
        several: tuple[Component, ...]

        def draw(self, founding):
            return np.zeros((founding.n, 25), np.uint8)

    inner = data.draw(values(family, cls))
    text = said(Within.model_construct(inner=inner, several=(inner,), drift=0))
    assert not re.search(r"kind=|=\('|=\d", text), text
    assert text.count(in_own_words(inner)) == 2


def test_parts_of_a_mixture_are_told_in_full() -> None:
    text = said(
        data := Mix(of=({"share": 1, "initial": {"kind": "random"}}, {"share": 3, "initial": {"kind": "random"}}))
    )
    assert "(1) 25 % of places: The genomes" in text
    assert text.count(sentence(data.of[0].initial, SCENARIO)) == 2


# Words ----------------------------------------------------------------------------------------------------------------


@given(formulas=expressions())
@examples(200)
def test_a_formula_in_words_means_the_same(formulas) -> None:
    ours, _ = formulas
    names = ["x", "y", "z", "w"]
    assert np.array_equal(truth_table(formula(ours), names), truth_table(ours, names))


@given(st.lists(st.integers(0, 60), min_size=1))
def test_ranges_name_each_number_once(numbers) -> None:
    found = []
    for part in re.split(r", | and ", ranges(numbers)):
        first, _, last = part.partition(" to ")
        found += range(int(first), int(last or first) + 1)
    assert found == sorted(set(numbers))


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(0, 10**12))
def test_numbers_are_exact(value) -> None:
    assert float(number(value).replace(",", "")) == value


def test_words_for_numbers_and_lists() -> None:
    assert (counted(1, "locus", "loci"), counted(2, "gate"), counted(1200, "run")) == (
        "one locus",
        "two gates",
        "1,200 runs",
    )
    assert (listed([]), listed("a"), listed("ab"), listed("abc", "or")) == ("none", "a", "a and b", "a, b or c")
    assert ranges([1, 2, 3, 5, 6]) == "1 to 3 and 5 and 6"

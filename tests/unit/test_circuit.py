"""The public circuit: from text to something that computes, and shows itself."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import evomod
from evomod.circuit import Circuit
from evomod.errors import InputError, NetlistError
from evomod.goals.logic import LogicGoal
from evomod.netlists.formats import FORMATS
from tests.generators import AND, NAMES, OR, examples
from tests.netlists import circuits, effective_part, names

every_format = pytest.mark.parametrize("format_", FORMATS)


@every_format
@given(circuit=circuits(), name=names)
@examples(100)
def test_a_circuit_that_is_written_is_recognised_and_read_back(format_, circuit, name):
    again = Circuit.parse(Circuit.of(circuit).write(format_, name))
    assert again == Circuit.of(effective_part(circuit))


@given(data=st.data())
@examples(40)
def test_expressions_become_circuits_that_answer_as_the_goal_asks(data):
    texts = data.draw(
        st.lists(st.sampled_from([AND, OR, "x", "1", "0x6996", "~x nand (y eq w)"]), min_size=1, max_size=3)
    )
    gates = data.draw(st.sampled_from([("nand",), ("and", "xor", "nor"), ("or", "andnot", "eq")]))
    circuit = Circuit.parse(texts, inputs=NAMES[:4], gates=gates)
    assert np.array_equal(circuit.truth_table(), LogicGoal(outputs=tuple(texts)).cases(NAMES[:4]).targets)
    assert set(circuit.kinds) <= set(gates)


def test_inputs_come_in_the_order_of_the_text():
    circuit = evomod.Circuit.parse(AND)
    assert circuit.input_names == ("x", "y", "w", "z")
    assert circuit.output_names == ("out",)
    assert len(circuit.kinds) == 10
    assert Circuit.parse(["b & a", "a or c"]).output_names == ("out1", "out2")


@every_format
def test_a_file_is_read_by_its_suffix(format_, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = Path(f"one{FORMATS[format_].suffix}")
    path.write_text(Circuit.parse(OR).write(format_))
    assert Circuit.parse(path) == Circuit.parse(str(path)) == Circuit.parse(OR)


@pytest.mark.parametrize("comment", ["// made by hand\n", "// one\n// two\n/* three */", "/* two\nlines */ ", "\n\n  "])
def test_comments_before_a_netlist_do_not_hide_it(comment):
    assert Circuit.parse(comment + Circuit.parse(AND).write("verilog")) == Circuit.parse(AND)


@pytest.mark.parametrize("text", ["module & graph", "digraph ^ strict", "graphs | x"])
def test_expressions_may_use_the_words_of_netlists(text):
    assert set(Circuit.parse(text).input_names) == set(text.replace("&", "").replace("^", "").replace("|", "").split())


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("(x ^ y", "output 0, '(x ^ y'"),
        ("0x6", "names no input"),
        ("", "''"),
        ("nowhere.blif", "nowhere.blif: cannot be read"),
        ("module m (x, y);\nendmodule", "line"),
        ('{"format": "else"}', "format"),
    ],
)
def test_what_is_no_circuit_is_refused_with_a_sentence(text, sentence):
    with pytest.raises((InputError, NetlistError)) as error:
        Circuit.parse(text)
    assert sentence in str(error.value)


def test_a_circuit_that_oscillates_has_shares_in_its_truth_table():
    text = ".model ring\n.inputs x\n.outputs f\n.names x f f\n0- 1\n-0 1\n.end\n"
    assert Circuit.parse(text).truth_table().tolist() == [[1.0], [0.5]]


def test_the_notebook_shows_the_drawing_as_the_same_text_each_time():
    svg = Circuit.parse(AND)._repr_svg_()
    root = ElementTree.fromstring(svg)  # noqa: S314 (our own)
    words = [node.text for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert words.count("NAND") == 10
    assert {"x", "y", "z", "w", "out"} <= set(words)
    assert svg == Circuit.parse(AND)._repr_svg_()
    assert svg != Circuit.parse(OR)._repr_svg_()

"""Netlists that others wrote, and texts that are none: few gates with the right function, or a sentence."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.errors import NetlistError
from evomod.genotypes.circuit_phenotype import CircuitPhenotype
from evomod.goals.base import truth_table_inputs
from evomod.netlists.formats import FORMATS, read, write
from tests.generators import examples
from tests.netlists import circuits, function

every_format = pytest.mark.parametrize("format_", FORMATS)


@pytest.mark.parametrize(
    ("expression", "kinds"),
    [
        ("~(a & b)", ["nand"]),
        ("~a | ~b", ["nand"]),
        ("~(a | b)", ["nor"]),
        ("a ~^ b", ["eq"]),
        ("a ^~ ~b", ["xor"]),
        ("~a & b", ["andnot"]),
        ("~(~a & b)", ["ornot"]),
        ("a & a", ["and"]),
        ("~~a", []),
        ("~a", ["nand"]),
        ("a ^ b & c | a", ["and", "xor", "or"]),
        ("(a ^ b) & 1'b1", ["xor"]),
        ("a & 1'b0", ["nand", "nand", "nand"]),
        ("1'h1", ["nand", "nand"]),
        ("(a & 1'b1) ^ (1'b0 | b)", ["xor"]),
    ],
)
def test_a_verilog_expression_becomes_few_gates_with_its_truth_table(expression, kinds):
    circuit = read(f"module m(a, b, c, f); input a, b, c; output f; assign f = {expression}; endmodule", "verilog")
    assert sorted(circuit.kinds) == sorted(kinds)
    python = re.sub(r"1'[bh](\d)", r"\1", expression).replace("~^", "^ ~").replace("^~", "^ ~")
    for row in truth_table_inputs(3):
        values = dict(zip("abc", map(int, row), strict=True))
        assert circuit.respond([bool(v) for v in row]) == (eval(python, {}, values) & 1,)  # noqa: S307


def test_verilog_is_read_with_ansi_ports_comments_and_gates_in_any_order():
    text = """
    `timescale 1ns / 1ps
    (* top *) module \\my-circuit (input wire x, y, output f, output \\g$ );  // ports
      /* gates in any
         order */
      not n(f, w), (w2, w);
      nand first(w, x, y), second(\\g$ , w2, 1'b1);
      wire w;
    endmodule"""
    circuit = read(text, "verilog")
    assert (circuit.input_names, circuit.output_names) == (("x", "y"), ("f", "g$"))
    assert function(circuit) == [(0, 1), (0, 1), (0, 1), (1, 0)]


def test_blif_is_read_with_dashes_offsets_continued_lines_and_constants():
    text = """# by hand
.model m
.inputs x \\
 y   # two
.outputs f g h k
.names x y f
0- 1
-0 1
.names x y g
11 0
.names h
1
.names $false
.names f k
0 1
.end
"""
    circuit = read(text, "blif")
    assert function(circuit) == [(1, 1, 1, 0), (1, 1, 1, 0), (1, 1, 1, 0), (0, 0, 1, 1)]


def test_dot_is_read_with_defaults_chains_and_bare_names():
    text = """
    strict digraph { graph [rankdir=LR]; node [shape=box, fontsize=12]; label = "a circuit"
      x [role=input] y [role=input]; g [role=gate; kind=andnot]
      "out:f" [role=output];  // an output
      y -> g [pin=b];  x -> g [pin=a];  g -> "out:f" }"""
    assert function(read(text, "dot")) == [(0,), (1,), (0,), (0,)]


def test_graphml_of_other_tools_may_number_its_pins():
    text = write(CircuitPhenotype(("x", "y"), ("f",), ("andnot",), ((1, 0),), (2,)), "graphml", "c")
    numbered = (
        text.replace(">a<", ">0<").replace(">b<", ">1<").replace('"pin" attr.type="string"', '"pin" attr.type="int"')
    )
    assert function(read(numbered, "graphml")) == [(0,), (0,), (1,), (0,)]


# Mistakes -------------------------------------------------------------------------------------------------------------

HEAD = "module m(a, b, f); input a, b; output f;\n"
MISTAKES = [
    ("verilog", "", "line 1: expected `module`, got 'the end of the text'"),
    ("verilog", HEAD + "nand (f, a, b, a); endmodule", "line 2: expected 'nand' with an output and 2 input(s), got 3"),
    ("verilog", HEAD + "\nassign f = a ? b : a; endmodule", "line 3: expected `;`, got '?'"),
    ("verilog", HEAD + "assign f = g; endmodule", "line 2: 'g' is read, but nothing drives it"),
    ("verilog", HEAD + "endmodule", "line 1: 'f' is read, but nothing drives it"),
    ("verilog", HEAD + "buf (f, a);\nbuf (f, b); endmodule", "line 3: 'f' has two drivers; the first: line 2"),
    ("verilog", HEAD + "assign f = f; endmodule", "line 2: 'f' is joined to itself, without a gate between"),
    (
        "verilog",
        HEAD + "assign f = a; assign a = b; endmodule",
        "line 2: 'a' is an input, so that nothing may drive it",
    ),
    ("verilog", HEAD + "always @(a) f = b; endmodule", "line 2: expected one of input, output, wire, assign, nand"),
    ("verilog", HEAD + "assign f = " + "(" * 200, "line 2: expected an expression at most 100 deep"),
    ("verilog", HEAD + "assign f = a; endmodule module n();", "line 2: expected nothing after endmodule"),
    ("verilog", "module m(a, f); output f; assign f = a; endmodule", "line 1: expected `input a;` or `output a;`"),
    ("verilog", "module m(f);\noutput [3:0] f; endmodule", "line 2: expected a name, got a bus"),
    ("verilog", "module m(f);\noutput f; assign f = 1'b1; endmodule", "line 2: a constant needs at least one input"),
    ("verilog", "module m(a);\ninput a; endmodule", "expected at least one output"),
    (
        "blif",
        ".model m\n.inputs a b c\n.outputs f\n.names a b c f\n111 1\n.end",
        "line 4: expected .names with at most",
    ),
    ("blif", ".model m\n.inputs a\n.outputs f\n.names a f\n2 1\n.end", "line 5: expected 1 of 0, 1 or -, a space, and"),
    ("blif", ".model m\n.inputs a\n.outputs f\n.names a f\n1 1\n0 0\n.end", "line 5: expected rows that all end in 0"),
    ("blif", ".model m\n.subckt $and A=a B=b Y=f\n.end", "line 2: expected .model, .inputs, .outputs, .names or .end"),
    ("blif", ".model m\n.inputs a a\n.end", "line 2: a second input 'a'; the first: line 2"),
    ("blif", "11 1\n", "line 1: expected a command such as .names, got '11'"),
    ("blif", ".model m\n.inputs a\n", "expected .end, got the end of the text"),
    ("blif", ".model m\n.end\n.model n\n.end", "line 3: expected nothing after .end, got '.model'"),
    ("dot", "graph { a -- b }", "line 1: expected `digraph`, got 'graph'"),
    ("dot", "digraph {\na [role=input];\nb [role=door] }", "line 3: 'b': expected a role input, gate or output"),
    ("dot", "digraph {\na [role=input]; a -> b }", "line 2: expected edges between nodes with a role, got 'b'"),
    (
        "dot",
        "digraph { a [role=input]\ng [role=gate, kind=nand]; a -> g }",
        "line 2: 'g': expected 2 edges into it, got 1",
    ),
    ("dot", "digraph { a [role=input]\ng [role=gate]; a -> g; a -> g }", "line 2: 'g': expected a kind and, or, xor"),
    ("dot", "digraph {\nsubgraph s { a } }", "line 2: expected a name, got '{'"),
    ("graphml", "<graphml><graph>\n</graph>", "line 2: expected GraphML, got what is no XML"),
    ("graphml", "<html></html>", "expected one directed GraphML graph"),
    (
        "graphml",
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph edgedefault="undirected"/></graphml>',
        "dir",
    ),
    ("json", "", "line 1, column 1: expected JSON"),
    ("json", "[" * 100_000, "lists within lists"),
    ("json", "[]", "line 1, column 1: must be a mapping"),
    ("json", '{"format": "evomod-netlist",\n "version": 2}', "line 2, column 13: version: must be 1 [got 2]"),
    ("json", '{\n"gates": [{"name": "g", "kind": "nandd"}]}', "unknown gate 'nandd' (did you mean 'nand'?)"),
    ("json", '{\n"gates": [{"nam": "g", "kind": "nand"}]}', "gates[0].nam: unknown key (did you mean 'name'?)"),
]


@pytest.mark.parametrize(("format_", "text", "sentence"), MISTAKES, ids=[f"{m[0]}-{m[2][:30]}" for m in MISTAKES])
def test_a_mistake_in_a_netlist_is_answered_with_a_sentence(format_, text, sentence):
    with pytest.raises(NetlistError) as error:
        read(text, format_)
    assert sentence in str(error.value)
    assert error.value.exit_code == 2


@every_format
@given(data=st.data())
@examples(150)
def test_any_damaged_text_is_a_circuit_or_a_sentence(format_, data):
    circuit = data.draw(circuits(st.sampled_from(["x", "y", "z", "out", "u v"])))
    text = write(circuit, format_, "damaged")
    for _ in range(data.draw(st.integers(1, 3))):
        at, length = data.draw(st.integers(0, len(text))), data.draw(st.integers(0, 6))
        text = (
            text[:at]
            + data.draw(st.sampled_from(["", " ", "g0", "(", "}", ".end", "1", '"', "->"]))
            + text[at + length :]
        )
    try:
        assert isinstance(read(text, format_), CircuitPhenotype)
    except NetlistError as error:
        assert str(error)  # noqa: PT017


@every_format
@given(text=st.text())
@examples(50)
def test_any_text_is_a_sentence(format_, text):
    with pytest.raises(NetlistError):
        read(text, format_)

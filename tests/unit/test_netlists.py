"""Circuits out and in: what is written is read back, in every format."""

from __future__ import annotations

import html
import random
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.errors import EvomodError, InputError, NetlistError
from evomod.genotypes.circuit_phenotype import CircuitPhenotype
from evomod.netlists.formats import FORMATS, read, read_file, write
from tests.generators import bound, examples, genomes
from tests.netlists import circuits, effective_part, function, names

every_format = pytest.mark.parametrize("format_", FORMATS)


@every_format
@given(circuit=circuits(), name=names)
@examples(150)
def test_the_effective_circuit_is_read_back_with_its_names_and_wires(format_, circuit, name):
    again = read(write(circuit, format_, name), format_)
    assert again == effective_part(circuit)


@every_format
@given(data=st.data())
@examples(60)
def test_a_genome_that_went_through_a_file_computes_the_same_in_every_row(format_, data):
    encoding, _ = data.draw(bound(max_inputs=4, max_nodes=16))
    circuit = encoding.develop(data.draw(genomes(encoding, 1))[0])
    again = encoding.develop(encoding.genome_of(read(write(circuit, format_, "c"), format_)))
    assert function(again) == function(circuit)


@given(circuit=circuits(), seed=st.integers(0, 99))
@examples(60)
def test_gates_may_stand_in_any_order(circuit, seed):
    lines = write(circuit, "verilog", "c").splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith("  output")) + 1
    body = lines[first:-1]
    random.Random(seed).shuffle(body)  # noqa: S311
    again = read("\n".join([*lines[:first], *body, lines[-1]]), "verilog")
    assert len(again.kinds) == len(circuit.effective())
    assert function(again) == function(effective_part(circuit))


@every_format
def test_a_file_says_that_it_has_cycles_and_only_then(format_):
    straight = CircuitPhenotype(("x", "y"), ("f",), ("nand", "nor"), ((0, 1), (2, 0)), (3,))
    latch = CircuitPhenotype(("x", "y"), ("f",), ("nand", "nand"), ((0, 3), (1, 2)), (3,))
    assert "combinational cycles" not in write(straight, format_, "straight")
    assert "combinational cycles, such as g0 -> g1 -> g0" in html.unescape(write(latch, format_, "latch"))
    assert read(write(latch, format_, "latch"), format_) == latch


@every_format
def test_gates_keep_their_numbers(format_):
    circuit = CircuitPhenotype(("g1", "x"), ("f",), ("and", "nand", "or"), ((0, 1), (0, 1), (3, 3)), (4,))
    text = write(circuit, format_, "numbers")
    assert set(re.findall(r"\bg\d_?\b", text)) == {"g1", "g1_", "g2"}  # an input has taken the name g1


@pytest.mark.parametrize("name", ["and", "output", "always_comb", "pull0", "x%20y", "1x", "out:x"])
def test_verilog_escapes_what_is_a_keyword_or_no_identifier(name):
    encoded = {"x%20y": "x y"}.get(name, name).removeprefix("out:")
    text = write(CircuitPhenotype(("x", "y"), (encoded,), (), (), (0,)), "verilog", "c")
    assert f"  output \\{name} ;\n" in text
    assert "module c (x, y, " in text


def test_names_that_repeat_cannot_be_written():
    circuit = CircuitPhenotype(("x", "y"), ("f", "f"), (), (), (0, 1))
    with pytest.raises(NetlistError, match="outputs need names that differ; two are called 'f'"):
        write(circuit, "blif", "c")
    with pytest.raises(NetlistError, match="inputs need names that differ"):
        write(replace(circuit, input_names=("x", "x")), "json", "c")


# Files ----------------------------------------------------------------------------------------------------------------


@every_format
def test_a_file_is_read_by_its_suffix(format_, tmp_path):
    circuit = CircuitPhenotype(("x", "y"), ("f",), ("nand",), ((0, 1),), (2,))
    path = tmp_path / f"circuit{FORMATS[format_].suffix}"
    path.write_text(write(circuit, format_, "c"), encoding="utf-8")
    assert read_file(path) == read_file(str(path)) == circuit


def test_files_that_cannot_be_read_are_told_by_name(tmp_path):
    for name, content, sentence in [
        ("a.txt", b"", "the suffix '.txt' is that of no format; possible: .v, .blif, .dot, .graphml, .json"),
        ("b.v", b"\xff", "is not UTF-8 text"),
        ("c.blif", b"", "expected .end"),
        ("d.dot", None, "cannot be read: No such file"),
    ]:
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(NetlistError) as error:
            read_file(tmp_path / name)
        assert str(error.value).startswith(f"{tmp_path / name}: {sentence}")


def test_an_unknown_format_is_answered_with_those_that_exist():
    with pytest.raises(
        InputError, match=r"unknown format 'verilo' \(did you mean 'verilog'\?\); possible: verilog, blif"
    ):
        read("", "verilo")
    assert issubclass(NetlistError, EvomodError)

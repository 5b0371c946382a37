"""Yosys and ABC read our circuits, prove that they compute their goals, catch a fault, and are read in turn."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from evomod.genotypes.base import draw_genomes
from evomod.genotypes.circuit import Circuit
from evomod.genotypes.circuit_phenotype import GATES, CircuitPhenotype
from evomod.goals.base import truth_table_inputs
from evomod.netlists.formats import read_file, write
from evomod.netlists.synthesis import synthesise
from tests.generators import AND, OR

YOSYS = shutil.which("yosys")
ABC = shutil.which("berkeley-abc") or shutil.which("yosys-abc") or shutil.which("abc")
needs_yosys = pytest.mark.skipif(YOSYS is None, reason="Yosys is not installed (Debian: apt-get install yosys)")
needs_abc = pytest.mark.skipif(ABC is None, reason="ABC is not installed (Debian: apt-get install berkeley-abc)")
NAMES = ("x", "y", "z", "w")


def table(circuit: CircuitPhenotype) -> list[tuple[float, ...]]:
    return [circuit.respond([bool(v) for v in row]) for row in truth_table_inputs(len(circuit.input_names))]


def evolved(seed: int) -> CircuitPhenotype:
    """A random circuit of all kinds of gates, two outputs."""
    encoding = Circuit(n_gates=20, gates=tuple(GATES), feedback=False).encode(truth_table_inputs(4), 2)
    genomes = np.empty((1, encoding.n_loci), np.uint8)
    draw_genomes(genomes, encoding.alleles, seed, 0)
    return encoding.develop(genomes[0], NAMES, ("o0", "o1"))


def by_table(circuit: CircuitPhenotype) -> list[str]:
    """What a circuit computes, as Verilog that looks its truth table up."""
    numbers = [sum(int(row[o]) << r for r, row in enumerate(table(circuit))) for o in range(len(circuit.outputs))]
    return [f"16'h{number:04x} >> {{w, z, y, x}}" for number in numbers]


# Circuits, and the same functions in Verilog's own words.
CASES = {
    "and": (synthesise([AND], NAMES, ["nand"]), [AND]),
    "or": (synthesise([OR], NAMES, ["nand"]), [OR]),
    "both": (synthesise([AND, OR, "x", "1"], NAMES, ["nor"]), [AND, OR, "x", "1'b1"]),
} | {f"random {seed}": (circuit, by_table(circuit)) for seed in range(4) for circuit in [evolved(seed)]}
every_case = pytest.mark.parametrize(("circuit", "goal"), CASES.values(), ids=CASES)


def faulty(circuit: CircuitPhenotype) -> CircuitPhenotype:
    """One wire reads another node, and the function is another one."""
    right = table(circuit)
    for gate, pin, node in product(reversed(range(len(circuit.kinds))), (0, 1), range(4)):
        sources = [list(pair) for pair in circuit.sources]
        sources[gate][pin] = node
        other = replace(circuit, sources=tuple((a, b) for a, b in sources))
        if table(other) != right:
            return other
    raise AssertionError("no wire of this circuit matters")


def run(folder: Path, *command: str | None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(word) for word in command], cwd=folder, capture_output=True, text=True, timeout=120)


def write_goal(folder: Path, goal: list[str]) -> None:
    ports = ", ".join(f"o{k}" for k in range(len(goal)))
    assigned = " ".join(f"assign o{k} = {text};" for k, text in enumerate(goal))
    (folder / "goal.v").write_text(
        f"module goal ({', '.join(NAMES)}, {ports}); input {', '.join(NAMES)}; output {ports}; {assigned} endmodule"
    )


def yosys_proves(folder: Path, circuit: CircuitPhenotype) -> bool:
    """Is there no input for which the outputs differ from the goal's?"""
    (folder / "circuit.v").write_text(write(circuit, "verilog", "circuit"))
    script = (
        "read_verilog circuit.v goal.v; proc; opt_clean; miter -equiv -flatten goal circuit both; "
        "hierarchy -top both; sat -prove trigger 0 both"
    )
    done = run(folder, YOSYS, "-p", script)
    proven = "SAT proof finished - no model found: SUCCESS!" in done.stdout
    assert proven or "SAT proof finished - model found: FAIL!" in done.stdout, done.stdout + done.stderr
    return proven


def abc_finds_equal(folder: Path, one: CircuitPhenotype, two: CircuitPhenotype) -> bool:
    """What `cec` says of two BLIF files."""
    for name, circuit in (("one.blif", one), ("two.blif", two)):
        (folder / name).write_text(write(circuit, "blif", name))
    said = run(folder, ABC, "-c", "cec one.blif two.blif").stdout
    equal = "Networks are equivalent" in said
    assert equal or "Networks are NOT EQUIVALENT" in said, said
    return equal


@needs_yosys
@every_case
def test_yosys_proves_each_circuit_and_catches_one_wrong_wire(
    circuit: CircuitPhenotype, goal: list[str], tmp_path: Path
) -> None:
    write_goal(tmp_path, goal)
    assert yosys_proves(tmp_path, circuit)
    assert not yosys_proves(tmp_path, faulty(circuit))


@needs_abc
@every_case
def test_abc_finds_a_circuit_equal_to_one_of_other_gates_and_catches_one_wrong_wire(
    circuit: CircuitPhenotype, goal: list[str], tmp_path: Path
) -> None:
    tables = [hex(sum(int(row[o]) << r for r, row in enumerate(table(circuit)))) for o in range(len(goal))]
    other = synthesise(tables, NAMES, ["and", "or", "xor", "nand"])
    assert abc_finds_equal(tmp_path, circuit, other)
    assert not abc_finds_equal(tmp_path, faulty(circuit), other)


@needs_yosys
@every_case
@pytest.mark.parametrize("steps", ["proc", "synth", "synth; abc -g NAND"])
def test_what_yosys_writes_is_read(circuit: CircuitPhenotype, goal: list[str], steps: str, tmp_path: Path) -> None:
    """From our file, with names that Verilog must escape."""
    names = {"input_names": ("and", "x y", "_", "é"), "output_names": ("o%", "f", "output", "g0")}
    ours = replace(circuit, input_names=names["input_names"], output_names=names["output_names"][: len(goal)])
    (tmp_path / "ours.v").write_text(write(ours, "verilog", "our circuit"))
    written = "write_verilog -noattr theirs.v" + ("" if steps == "proc" else "; write_blif theirs.blif")
    done = run(tmp_path, YOSYS, "-q", "-p", f"read_verilog ours.v; {steps}; {written}")
    assert done.returncode == 0, done.stderr
    for path in tmp_path.glob("theirs.*"):
        theirs = read_file(path)
        assert (theirs.input_names, theirs.output_names) == (ours.input_names, ours.output_names)
        assert table(theirs) == table(ours)


@needs_abc
@every_case
def test_what_abc_writes_is_read(circuit: CircuitPhenotype, goal: list[str], tmp_path: Path) -> None:
    (tmp_path / "ours.blif").write_text(write(circuit, "blif", "ours"))
    run(tmp_path, ABC, "-c", "read_blif ours.blif; strash; write_blif theirs.blif; write_verilog theirs.v")
    for name in ("theirs.blif", "theirs.v"):
        theirs = read_file(tmp_path / name)
        assert (theirs.input_names, theirs.output_names) == (circuit.input_names, circuit.output_names)
        assert table(theirs) == table(circuit)


@needs_yosys
def test_yosys_reads_a_circuit_with_feedback_and_finds_its_cycle(tmp_path: Path) -> None:
    latch = CircuitPhenotype(("s", "r"), ("q",), ("nand", "nand"), ((0, 3), (1, 2)), (2,))
    (tmp_path / "latch.v").write_text(write(latch, "verilog", "latch"))
    done = run(tmp_path, YOSYS, "-p", "read_verilog latch.v; check")
    assert "found logic loop in module latch" in done.stdout + done.stderr


def test_graphviz_draws_a_circuit(tmp_path: Path) -> None:
    dot = shutil.which("dot")
    if dot is None:
        pytest.skip("Graphviz is not installed (Debian: apt-get install graphviz)")
    circuit = CASES["and"][0]
    (tmp_path / "ours.dot").write_text(write(circuit, "dot", "ours"))
    assert run(tmp_path, dot, "-Tcanon", "-o", "theirs.dot", "ours.dot").returncode == 0
    theirs = read_file(tmp_path / "theirs.dot")
    assert (theirs.kinds, table(theirs)) == (circuit.kinds, table(circuit))
    assert "<svg" in run(tmp_path, dot, "-Tsvg", "ours.dot").stdout

"""The sampled partners of logic_gates_nbvg_partners.yaml are what their file says, and can be sampled again."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import evomod
from evomod.goals.function import function_of, is_made_of, multiplicity
from evomod.neighbourhood import reached, survey, tally

ROOT = Path(__file__).parents[2]
FILE = ROOT / "scenarios" / "logic_gates_nbvg_partners.yaml"
SCRIPT = ROOT / "analysis" / "nbvg_partners.py"
TEXT = FILE.read_text(encoding="utf-8")
G1, G2, NBVG = 0x0660, 0x6FF6, 0x0AAF
XORS = (0x6666, 0x0FF0)
CIRCUITS = [[int(digit, 16) for digit in line] for line in re.findall(r"^#   ([0-9a-f]{25})$", TEXT, re.MULTILINE)]


@pytest.fixture(scope="module")
def partners():
    problem = evomod.load(FILE).problem
    tables = {name: function_of(problem.cases(name, 0, 0).targets) for name in problem.goals}
    assert tables.pop("and") == G1
    return tables


def decomposes(function):
    return multiplicity(function, 4, [0, 1]) <= 2 and multiplicity(function, 4, [2, 3]) <= 2


def test_there_are_fifty_different_ones(partners):
    assert list(partners) == [f"p{k:02}" for k in range(1, 51)]
    assert len(set(partners.values())) == 50


def test_each_is_as_far_from_g1_as_g2_is(partners):
    assert (G1 ^ G2).bit_count() == (G1 ^ NBVG).bit_count() == 8
    assert {(G1 ^ partner).bit_count() for partner in partners.values()} == {8}


def test_none_is_made_of_modules(partners):
    assert decomposes(G1)
    assert decomposes(G2)
    assert not any(decomposes(partner) for partner in (*partners.values(), NBVG))
    assert all(is_made_of(g, part, 4) for g in (G1, G2) for part in XORS)
    assert not any(is_made_of(partner, part, 4) for partner in (*partners.values(), NBVG) for part in XORS)


def test_all_are_two_rewirings_away_from_the_circuits_in_the_file(partners):
    problem = evomod.load(FILE).problem
    circuits = np.array(CIRCUITS, np.uint8)
    own = survey(problem, circuits)
    assert tally(problem, own) == {G1: len(CIRCUITS)}
    assert (own.gates <= 11).all()
    near = sum((reached(problem, circuit) for circuit in circuits), Counter())
    assert {function for function, _ in near} >= set(partners.values())


def test_the_comments_tell_the_ones_and_a_rate_like_that_of_g2(partners):
    said = re.findall(r"^  (p\d\d): .* # +(\d+) ones, ([\d.]+)$", TEXT, re.MULTILINE)
    assert {name: int(ones) for name, ones, _ in said} == {name: f.bit_count() for name, f in partners.items()}
    rates = [float(rate) for *_, rate in said]
    assert f"{min(rates):.2f} to {max(rates):.2f} times" in TEXT
    assert sum(0.25 <= rate <= 4 for rate in rates) == int(re.search(r"\((\d+) functions are within", TEXT)[1])


def test_nothing_but_the_goals_differs_from_ka05():
    base, other = (evomod.load(path).resolved() for path in (FILE.with_name("logic_gates.yaml"), FILE))
    assert {key for key in base if base[key] != other[key]} == {"name", "goals", "schedule"}
    assert other["schedule"] == base["schedule"] | {"goals": ["and", "p01"]}
    assert other["goals"]["and"] == base["goals"]["and"]
    assert evomod.load(FILE, ["schedule.goals=[and,p07]"]).problem.named_goals == ("and", "p07")


@pytest.mark.verification
def test_the_script_samples_and_writes_a_scenario(tmp_path):
    def again(name):
        command = [sys.executable, SCRIPT, "--seeds", "2", "--out", tmp_path / name]
        done = subprocess.run(command, capture_output=True, text=True, env={"PYTHONPATH": str(ROOT)}, check=True)
        return done.stdout, (tmp_path / name).read_bytes()

    assert again("a.yaml") == again("b.yaml")
    assert "functions, " in again("a.yaml")[0]
    assert len(evomod.load(tmp_path / "a.yaml").goals) == 51


def test_the_script_has_help():
    done = subprocess.run(
        [sys.executable, SCRIPT, "--help"], capture_output=True, text=True, env={"PYTHONPATH": str(ROOT)}
    )
    assert done.returncode == 0
    assert "--seeds" in done.stdout

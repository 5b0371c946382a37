"""`goals` as people use it: tables, distances, shared sub-goals, counts of genomes, the first epochs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import evomod
from evomod.neighbourhood import count_genomes
from evomod.report.goal_table import tabulate
from tests.whole.conftest import TINY, complaint, say

SCENARIOS = Path(__file__).parents[2] / "scenarios"
SMALL = """\
name: small
inputs: [x, y]
genotype: {kind: circuit, n_gates: 2}
goals: {nand: x nand y, and: x & y, eq: x eq y}
schedule: {kind: fixed, goal: nand}
"""
FAMILY = """\
name: six
inputs: [x, y, z, w, q, r]
genotype: {kind: circuit, n_gates: 26}
goals:
  g:
    kind: family
    where: {A: x ^ y, B: z ^ w, C: q ^ r}
    outputs: [[A | B, A & C], [A & B, A | C]]
schedule: {kind: alternating, goals: [g1, g2], every: [30, 10]}
seed: 4
"""


@pytest.fixture
def file(tmp_path):
    def write(text):
        (tmp_path / "scenario.yaml").write_text(text)
        return tmp_path / "scenario.yaml"

    return write


def test_the_goals_of_ka05_are_8_rows_apart_and_share_two_xors(capsys):
    code, out, err = say(capsys, "goals", SCENARIOS / "logic_gates.yaml", "--epochs", "3")
    assert (code, err) == (0, "")
    assert (
        out
        == """\
  goal  ones  table   rows 0 to 15         function
  x                   0101 0101 0101 0101
  y                   0011 0011 0011 0011
  z                   0000 1111 0000 1111
  w                   0000 0000 1111 1111
  and      4  0x0660  0000 0110 0110 0000  (x ^ y) & (w ^ z)
  or      12  0x6ff6  0110 1111 1111 0110  (x ^ y) | (w ^ z)

distances: rows in which any output differs
       and  or
  and    0   8
  or     8   0

sub-goals that several goals share (or one has the complement)
  x ^ y  and, or
  w ^ z  and, or

genomes: 1.27e+30, too many to count what they compute (at most 67,108,864)

first epochs, in generations (seed 1)
  0 to 19   and
  20 to 39  or
  40 to 59  and
"""
    )


def test_json_says_the_same(capsys):
    table = json.loads(say(capsys, "goals", SCENARIOS / "logic_gates.yaml", "--json")[1])
    assert table == json.loads(json.dumps(tabulate(evomod.load(SCENARIOS / "logic_gates.yaml").problem, 1)))
    assert table["goals"]["or"] == {
        "text": ["(x ^ y) | (w ^ z)"],
        "tables": ["0x6ff6"],
        "ones": [12],
        "subgoals": ["x ^ y", "w ^ z"],
        "genomes": None,
    }
    assert table["distances"] == [[0, 8], [8, 0]]
    assert table["shared_subgoals"][0] == {"subgoal": "x ^ y", "goals": ["and", "or"]}
    assert [epoch["goal"] for epoch in table["epochs"]] == ["and", "or"] * 4
    assert table["epochs"][1] == {"start": 20, "stop": 40, "goal": "or", "drawn": None, "fade": 0}


def test_random_goals_are_shown_as_they_are_drawn(capsys):
    path = SCENARIOS / "logic_gates_random.yaml"
    problem = evomod.load(path).problem
    drawn = problem.cases("random", 20, 7).targets[:, 0]
    out = say(capsys, "goals", path, "--seed", "7", "--epochs", "2", "--set", "goals.random.draw=once")[1]
    assert "random (draw=once, balanced=False, outputs=1)" in out
    assert "(seed 7)" in out
    epochs = json.loads(say(capsys, "goals", path, "--seed", "7", "--json")[1])["epochs"]
    assert int(epochs[1]["drawn"][0], 16) == sum(int(bit) << row for row, bit in enumerate(drawn))
    assert len({epoch["drawn"][0] for epoch in epochs[1::2]}) == 4
    assert epochs[0]["drawn"] is None


def test_genomes_are_counted_where_they_can_be(capsys, file):
    path = file(SMALL)
    counts = count_genomes(evomod.load(path).problem)
    out = say(capsys, "goals", path)[1]
    assert "genomes that compute a goal, of 1,024" in out
    assert f"nand  {counts[0b0111]}  {counts[0b0111] / 1024:.2e} of all" in " ".join(
        out.split("of 1,024")[1].split(" ")
    )
    assert counts[0b1000] > 0
    assert json.loads(say(capsys, "goals", path, "--json")[1])["goals"]["and"]["genomes"] == counts[0b1000]
    assert "  0 on  nand\n" in out
    assert "share" not in out


def test_members_of_a_family_and_several_outputs_stand_one_a_line(capsys, file):
    out = say(capsys, "goals", file(FAMILY), "--epochs", "3")[1]
    lines = {line.split()[0]: line.split() for line in out.splitlines() if line.startswith("  g") and "[" in line}
    assert list(lines) == ["g1[0]", "g1[1]", "g2[0]", "g2[1]"]
    assert [line[1] for line in lines.values()] == ["48", "16", "16", "48"]
    assert "rows 0 to" not in out
    assert out.count("g1, g2\n") == 3
    assert "  0 to 29   g1\n  30 to 39  g2\n  40 to 69  g1\n" in out


def test_many_goals_are_not_printed_as_a_matrix(capsys, file):
    goals = ", ".join(f"g{k}: 0x{k:x}" for k in range(30))
    path = file(FAMILY.split("goals:")[0] + f"goals: {{{goals}}}\nschedule: {{kind: fixed, goal: g7}}\n")
    assert "distances: 30 goals are too many to print, --json has them" in say(capsys, "goals", path)[1]
    distances = json.loads(say(capsys, "goals", path, "--json")[1])["distances"]
    assert distances[3][12] == 4
    assert distances[7][7] == 0


def test_mistakes_are_told_as_everywhere(capsys, file):
    assert "unknown input 'q'" in complaint(capsys, "goals", file(SMALL.replace("x & y", "x & q")))
    assert "schedule" in complaint(capsys, "goals", file(TINY), "--set", "schedule.goals=[nor]")
    assert say(capsys, "goals", file(TINY), "--epochs", "0")[0] == 2

"""`reproduce solution-space`: all solutions are known, and runs that pick among them evenly land in the middle."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from evomod import campaign
from evomod.cli import main
from evomod.kernel import JIT
from evomod.measures.base import Specimen
from evomod.problem import Problem
from evomod.reproduce import solution_space, solution_spaces
from evomod.reproduce.ka05_runs import End, Evolved
from evomod.reproduce.rows import Row
from evomod.reproduce.solution_space_rows import rows
from evomod.reproduce.solution_spaces import Space, landed, spaces
from evomod.reproduce.study import scenarios

pytestmark = pytest.mark.skipif(not JIT, reason="a hundred thousand solutions")
TABLES = ("solution-space.csv", "solution-space.md", "solutions.csv", "ends.csv", "codes.csv")


@cache
def problem() -> Problem:
    """That of the study."""
    return campaign.load(scenarios() / "campaigns" / solution_space.STUDY.campaign).cells[0].scenario.problem


@pytest.fixture(scope="module")
def space() -> Space:
    """All circuits for the AND of two XORs; one in three is modular, and no other can switch."""
    return spaces(problem())["and"]


def specimen(genome: np.ndarray[tuple[int], np.dtype[np.uint8]]) -> Specimen:
    return Specimen("made up", problem=problem(), genome=genome, goal="and", seed=1)


def runs_of(space: Space, genomes: np.ndarray[tuple[int, int], np.dtype[np.uint8]]) -> dict[str, list[Evolved]]:
    """Runs that end with two genomes each, and one that never solved its goal."""
    ends = [
        End("and", 20, benefit, 7, 14, benefit == 1, specimen(genome))
        for benefit, some in ((1.0, genomes), (0.75, genomes[:1]))
        for genome in some
    ]
    pairs = [tuple(ends[k : k + 2]) for k in range(0, len(ends), 2)]
    return {"made up": [Evolved("made up", k, 20, {}, pair, np.array([]), ()) for k, pair in enumerate(pairs)]}


def landing(space: Space, genomes: np.ndarray[tuple[int, int], np.dtype[np.uint8]]) -> dict[str, Row]:
    """The rows of where such runs land."""
    runs = runs_of(space, genomes)
    found = rows({"and": space}, [], list(landed(runs, {"and": space})), {("made up", "and"): len(runs["made up"])})
    return {row.what: row for row in found if row.section.startswith("Where")}


def test_runs_that_pick_among_all_solutions_evenly_land_in_the_middle(space: Space) -> None:
    found = landing(space, np.random.default_rng(1).permutation(space.solutions.sample(600, seed=2)))
    assert {name: row.verdict for name, row in found.items()} == {
        "share of ends with the highest Q": "agrees",
        "Q": "agrees",
        "one-bit mutants that switch": "agrees",
    }
    assert found["Q"].ours is not None
    assert found["Q"].ours.value == pytest.approx(0.5, abs=0.05)
    assert found["share of ends with the highest Q"].paper == "0.333 of all solutions"
    assert found["share of ends with the highest Q"].note.startswith("300 of 301 runs have perfect ends; p = 0.")


def test_runs_that_pick_modular_solutions_land_above(space: Space) -> None:
    modular = space.solutions.genomes()[space.properties.q > 0.4]
    found = landing(space, modular[:: len(modular) // 60][:60])
    assert [row.verdict for row in found.values()].count("differs") == 3
    assert found["Q"].ours is not None
    assert found["Q"].ours.value == pytest.approx(1 - 1 / 6)  # the middle of the upper third


def test_three_runs_that_are_alike_prove_little_and_eight_do(space: Space) -> None:
    mixed = space.solutions.genomes()[space.properties.q < 0.4]
    assert landing(space, mixed[:6])["Q"].verdict == "cannot tell"  # (2/3)³ = 0.3
    assert landing(space, mixed[:20])["Q"].verdict == "differs"  # (2/3)¹⁰ = 0.02


def test_where_nobody_solves_the_goal_that_is_said(space: Space) -> None:
    nobody: Sequence[Row] = list(rows({"and": space}, [], [], {("FG and", "and"): 3}))
    (row,) = (row for row in nobody if row.section.startswith("Where"))
    assert (row.verdict, row.note) == ("no runs", "0 of 3 runs have perfect ends")


def test_a_sample_tells_nearly_what_all_solutions_do(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    assert space.exact
    assert space.modular == pytest.approx(1 / 3)
    monkeypatch.setattr(solution_spaces, "EXACT", 1000)
    monkeypatch.setattr(solution_spaces, "SAMPLE", 4000)
    sampled = replace(space)
    assert not sampled.exact
    assert len(sampled.properties.q) == 4000
    assert sampled.modular == pytest.approx(space.modular, abs=0.03)
    assert np.unique(sampled.properties.q).tolist() == np.unique(space.properties.q).tolist()


def test_the_command_evolves_and_compares(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (scenarios() / "campaigns" / solution_space.STUDY.campaign).read_text()
    text = text.replace("../", f"{scenarios()}/").replace("runs: 20", "runs: 1")
    text = re.sub(r"generations: 20000", "generations: 400\n  population: 100\n  selection.elite: 30", text)
    text = re.sub(r"  (FG (or|and)|.*drifting|NBVG|RVGv|cost).*\n", "", text)
    path = tmp_path / "solution_space.yaml"
    path.write_text(text)
    monkeypatch.setattr(solution_space, "STUDY", replace(solution_space.STUDY, campaign=str(path)))
    monkeypatch.setattr(solution_space, "READINGS", solution_spaces.READINGS[:1])
    monkeypatch.setattr(solution_spaces, "EXACT", 1000)
    monkeypatch.setattr(solution_spaces, "SAMPLE", 1000)
    out = tmp_path / "out"
    command = ["reproduce", "solution-space", "--out", str(out), "--jobs", "1", "--progress", "none"]
    assert main(command) == 0
    assert "2 of 2 runs done" in capsys.readouterr().out
    assert all((out / name).stat().st_size for name in TABLES)
    assert (out / "solution-space.png").stat().st_size > 10_000
    ends = list(csv.DictReader((out / "ends.csv").open()))
    assert {end["goal"] for end in ends} >= {"neighbour"}
    assert all(0 < float(end["q_quantile"]) < 1 for end in ends)
    (codes,) = (row for row in csv.DictReader((out / "codes.csv").open()) if row["goal"] == "and")
    assert (codes["genomes"], codes["solutions"]) == (str(2**38), "36864")

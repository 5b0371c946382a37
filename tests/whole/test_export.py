"""`export`: the circuit that a figure shows, or any other of the run, as a netlist that computes the same."""

from __future__ import annotations

import json

import pytest

from evomod.cli import exporting
from evomod.engine import evolve
from evomod.lineage.individual import best_champion, phenotype
from evomod.lineage.reader import LineageReader
from evomod.netlists import formats
from evomod.runner import run
from tests.whole.conftest import complaint, say, tiny


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A finished run, not to be changed."""
    path = tmp_path_factory.mktemp("export") / "run"
    run(tiny("generations=300"), path)
    return path


def expected(genome, form):
    return formats.write(phenotype(tiny().problem, genome), form, "tiny")


def test_every_format_that_there_is_can_be_asked_for():
    assert tuple(formats.FORMATS) == exporting.FORMATS


@pytest.mark.parametrize("form", exporting.FORMATS)
def test_the_default_is_the_champion_of_the_figure(form, folder, tmp_path, capsys):
    with LineageReader(folder) as log:
        genome = best_champion(log)["genome"]
    code, out, err = say(capsys, "export", folder, "--what", "circuit", "--format", form)
    assert (code, err) == (0, "")
    assert out == expected(genome, form)
    assert say(capsys, "export", folder, "--format", form, "--out", tmp_path / "file") == (0, "", "")
    assert (tmp_path / "file").read_text() == out


@pytest.mark.parametrize("form", exporting.FORMATS)
def test_what_is_exported_computes_what_the_log_says(form, folder, tmp_path, capsys):
    say(capsys, "export", folder, "--format", form, "--goal", "and", "--out", tmp_path / "file")
    circuit = formats.read((tmp_path / "file").read_text(), form)
    with LineageReader(folder) as log:
        row = best_champion(log, "and")
    problem = tiny().problem
    cases = problem.cases("and", 0, 1)
    right = sum(
        1 - abs(circuit.respond(inputs)[0] - target[0])
        for inputs, target in zip(cases.inputs, cases.targets, strict=True)
    )
    assert right / len(cases.inputs) == pytest.approx(row["benefit"])


@pytest.mark.parametrize("goal", ["and", "or"])
def test_a_goal_chooses_the_best_champion_that_it_had_in_force(goal, folder, capsys):
    with LineageReader(folder) as log:
        rows = [row for row in log.champions if log.layout.goals[row["goal"]] == goal]
    best = max(rows, key=lambda row: (row["benefit"], row["fitness"], row["generation"]))
    assert say(capsys, "export", folder, "--goal", goal)[1] == expected(best["genome"], "verilog")


def test_anybody_of_the_run_can_be_exported(folder, capsys):
    for generation in evolve(tiny().problem, 1):
        if generation.population.generation == 123:
            genome = generation.population.genomes[17].copy()
            break
    code, out, _ = say(capsys, "export", folder, "--individual", "123:17", "--format", "json")
    assert code == 0
    assert out == expected(genome, "json")
    assert json.loads(out)


def test_who_is_not_there_is_named_in_a_sentence(folder, tmp_path, capsys):
    assert "goals were and, or" in complaint(capsys, "export", folder, "--goal", "noise")
    assert "places 0 to 29" in complaint(capsys, "export", folder, "--individual", "5:30")
    assert "generations 0 to 300" in complaint(capsys, "export", folder, "--individual", "301:0")
    assert "leave it out" in complaint(capsys, "export", folder, "--individual", "3:0", "--goal", "and")
    assert "not a run folder" in complaint(capsys, "export", tmp_path)
    assert "as in 500:0" in say(capsys, "export", folder, "--individual", "5")[2]
    assert "did you mean 'verilog'" in say(capsys, "export", folder, "--format", "verilg")[2]
    (tmp_path / "there.v").touch()
    assert "is there already" in complaint(capsys, "export", folder, "--out", tmp_path / "there.v")
    assert "name of a blif file" in complaint(capsys, "export", folder, "--format", "json", "--out", "c.blif")
    assert "No such file" in complaint(capsys, "export", folder, "--out", tmp_path / "no" / "file")

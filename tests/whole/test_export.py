"""`export`: circuits as netlists that compute the same, phylogenies, and genomes."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import networkx as nx
import numpy as np
import pytest

from evomod.cli import exporting
from evomod.engine import evolve
from evomod.lineage.individual import best_champion, genome_at, network_of, phenotype
from evomod.lineage.pedigree import pedigree
from evomod.lineage.reader import LineageReader
from evomod.netlists import formats
from evomod.networks.files import read_network
from evomod.runner import open_run, run
from tests.whole.conftest import complaint, say, tiny

PLACED = "[{kind: squared_length, positions: optimal}]"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A finished run, not to be changed."""
    path = tmp_path_factory.mktemp("export") / "run"
    run(tiny("generations=300"), path)
    return path


def expected(genome, form):
    return formats.write(phenotype(tiny().problem, genome), form, "tiny")


def test_every_format_that_there_is_can_be_asked_for():
    assert {name: form.suffix for name, form in formats.FORMATS.items()} == exporting.FORMATS["circuit"]


@pytest.mark.parametrize("form", exporting.FORMATS["circuit"])
def test_the_default_is_the_champion_of_the_figure(form, folder, tmp_path, capsys):
    with LineageReader(folder) as log:
        genome = best_champion(log)["genome"]
    code, out, err = say(capsys, "export", folder, "--what", "circuit", "--format", form)
    assert (code, err) == (0, "")
    assert out == expected(genome, form)
    code, printed, err = say(capsys, "export", folder, "--format", form, "--out", tmp_path / "file")
    assert (code, printed, err) == (0, "", f"{tmp_path / 'file'}: a circuit of 12 gates, {form}\n")
    assert (tmp_path / "file").read_text() == out
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("form", exporting.FORMATS["circuit"])
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


def table(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_a_phylogeny_is_printed_as_a_table_of_the_ancestors_of_the_last_generation(folder, tmp_path, capsys):
    code, out, err = say(capsys, "export", folder, "--what", "phylogeny")
    assert (code, err) == (0, "")
    with LineageReader(folder) as log:
        found = pedigree(log, tiny().problem)
    assert [row["taxon_label"] for row in table(out)] == found.labels
    code, printed, err = say(capsys, "export", folder, "--what", "phylogeny", "--out", tmp_path / "tree.csv")
    assert (code, printed) == (0, "")
    assert err.startswith(f"{tmp_path / 'tree.csv'}: {len(found):,} individuals, born in generations 0 to ")
    assert (tmp_path / "tree.csv").read_text() == out


@pytest.mark.parametrize(
    ("whom", "individuals"),
    [("best", ["best"]), ("last", ["last"]), ("0", [(0, p) for p in range(30)]), ("250:3", [(250, 3)])],
)
def test_the_ancestors_of_whom_one_likes(whom, individuals, folder, capsys):
    code, out, _ = say(capsys, "export", folder, "--what", "phylogeny", "--ancestors-of", whom, "--with-genomes")
    assert code == 0
    with LineageReader(folder) as log:
        found = pedigree(log, tiny().problem, individuals)
        genomes = found.genomes(log, tiny().problem)
    assert [row["taxon_label"] for row in table(out)] == found.labels
    assert [row["genome"] for row in table(out)] == [genome.tobytes().hex() for genome in genomes]


def test_everybody_or_only_branchings(folder, capsys):
    _, ancestors, _ = say(capsys, "export", folder, "--what", "phylogeny")
    _, everybody, err = say(capsys, "export", folder, "--what", "phylogeny", "--everybody")
    assert err == "everybody: up to 9,030 individuals, 0 MB\n"
    _, branching, _ = say(capsys, "export", folder, "--what", "phylogeny", "--branching", "--format", "graphml")
    labels = [{row["taxon_label"] for row in table(text)} for text in (ancestors, everybody)]
    few = {label for _, label in nx.parse_graphml(branching).nodes(data="label")}
    assert few < labels[0] < labels[1]


def test_a_tree_sequence_is_written_beside_and_named(folder, tmp_path, monkeypatch, capsys):
    tskit = pytest.importorskip("tskit")
    monkeypatch.chdir(tmp_path)
    command = ("export", folder, "--what", "phylogeny", "--format", "tskit", "--ancestors-of", "best")
    code, out, err = say(capsys, *command)
    assert (code, out) == (0, "run-phylogeny.trees\n")
    assert err.startswith("run-phylogeny.trees: 2 individuals, 1 tree, ")
    assert "only founders, branchings and samples are in the genes' trees" in err
    assert tskit.load("run-phylogeny.trees").num_samples == 1
    assert "is there already" in complaint(capsys, *command)
    assert say(capsys, "export", folder, "--what", "phylogeny", "--out", "other.trees")[:2] == (0, "")
    assert tskit.load("other.trees").num_samples == 30


def test_genomes_are_of_the_last_generation_or_of_those_that_are_named(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    told = "run-genomes.npz: genomes of 1 generation of 30 individuals, 25 loci each\n"
    assert say(capsys, "export", folder, "--what", "genomes") == (0, "run-genomes.npz\n", told)
    wanted = {
        "run-genomes.npz": [300],
        "a.npz": [3, 7],
        "b.npz": [0, 1, 2],
        "c.npz": [299, 300],
    }
    for name, options in (("a.npz", "--at 7 --at 3"), ("b.npz", "--to 2"), ("c.npz", "--from 299")):
        command = ("export", folder, "--what", "genomes", *options.split(), "--out", name)
        code, out, err = say(capsys, *command)
        assert (code, out) == (0, "")
        assert err.startswith(f"{name}: genomes of {len(wanted[name])} generations")
    for name, generations in wanted.items():
        with np.load(name) as file:
            assert np.unique(file["generation"]).tolist() == generations


def test_what_does_not_go_together_is_said_in_a_sentence(folder, capsys):
    def refused(*options):
        return complaint(capsys, "export", folder, *options)

    assert "--at: belongs to --what genomes, not to circuit" in refused("--at", "0")
    assert "--branching: belongs to --what phylogeny" in refused("--what", "genomes", "--branching")
    assert "which has alife, tskit, graphml" in refused("--what", "phylogeny", "--format", "dot")
    assert "name of a tskit file" in refused("--what", "phylogeny", "--format", "alife", "--out", "a.trees")
    assert "--everybody: leave it out" in refused("--what", "phylogeny", "--out", "a.trees", "--everybody")
    both = ("--everybody", "--ancestors-of", "best")
    assert "--ancestors-of only some and their ancestors" in refused("--what", "phylogeny", *both)
    assert "leave out one or the other" in refused("--what", "genomes", "--out", "a.npz", "--at", "3", "--from", "2")
    assert "--from 9 is behind --to 2" in refused("--what", "genomes", "--out", "a.npz", "--from", "9", "--to", "2")
    assert "generations 0 to 300" in refused("--what", "genomes", "--out", "a.npz", "--to", "301")
    assert "generations 0 to 300" in refused("--what", "phylogeny", "--ancestors-of", "301")
    assert "places 0 to 29" in refused("--what", "phylogeny", "--ancestors-of", "3:30")
    assert "one and a place as in 500:0" in say(capsys, "export", folder, "--ancestors-of", "first")[2]
    assert "must be a generation" in say(capsys, "export", folder, "--at", "-3")[2]


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
    assert "a folder that does not exist" in complaint(capsys, "export", folder, "--out", tmp_path / "no" / "file")


def test_any_network_is_exported_with_its_weights_and_comes_back(folder, tmp_path, capsys):
    run(tiny("generations=5", "genotype={kind: ternary_net, hidden: [3]}", f"fitness.costs={PLACED}"), tmp_path / "net")
    for folder_, genotype in ((folder, "circuit"), (tmp_path / "net", "net")):
        found = {}
        for form in exporting.FORMATS["network"]:
            file = tmp_path / f"{genotype}.{form}"
            code, out, err = say(capsys, "export", folder_, "--what", "network", "--individual", "last", "--out", file)
            assert (code, out, "a network of" in err) == (0, "", True)
            found[form] = read_network(file)
        with open_run(folder_) as log:
            network = network_of(log.problem, genome_at(log, log.problem, "last"))
        assert replace(found["graphml"], title="") == replace(network, title="", weights=found["graphml"].weights)
        assert found["graphml"].weight_array.tolist() == network.weight_array.tolist()
        ends = [(network.names[a], network.names[b]) for a, b in network.edges]
        assert [(found["csv"].names[a], found["csv"].names[b]) for a, b in found["csv"].edges] == ends
        assert found["csv"].weight_array.tolist() == network.weight_array.tolist()
        assert bool(network.positions) == (genotype == "net")


def test_a_net_is_no_netlist_and_the_sentence_says_what_it_is(tmp_path, capsys):
    run(tiny("generations=2", "genotype={kind: threshold_net, hidden: [4]}"), tmp_path / "net")
    sentence = "evolved 'threshold_net', not circuits; export the network: --what network"
    assert sentence in complaint(capsys, "export", tmp_path / "net")
    assert "best net" in say(capsys, "show", tmp_path / "net")[1]

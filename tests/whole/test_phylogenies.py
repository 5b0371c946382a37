"""Phylogenies in the formats of other tools, read again by these tools."""

from __future__ import annotations

import csv
import io

import networkx as nx
import pytest

from evomod.errors import InputError
from evomod.lineage.export import alife
from evomod.lineage.export.graph import graphml, to_networkx
from evomod.lineage.pedigree import pedigree
from evomod.lineage.reader import LineageReader
from evomod.runner import run
from tests.unit.test_pedigree import above_of, names
from tests.whole.conftest import SEX, tiny

both = pytest.mark.parametrize("sex", [(), (SEX,)], ids=["asexual", "sexual"])


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The pedigree of a finished run, and its genomes."""

    def of(*settings):
        folder = tmp_path_factory.mktemp("phylogeny") / "run"
        run(tiny(*settings), folder)
        with LineageReader(folder) as log:
            found = pedigree(log, tiny().problem)
            return found, found.genomes(log, tiny(*settings).problem)

    return of


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


@both
def test_the_table_read_again_has_the_same_parents(sex, made):
    found, genomes = made(*sex)
    rows = rows_of(alife.text(found, genomes))
    label = {row["id"]: (int(row["generation"]), int(row["place"])) for row in rows}
    assert list(label.values()) == names(found)
    above = {}
    for row in rows:
        parents = row["ancestor_list"].strip("[]").split(",")
        above[label[row["id"]]] = [] if parents == ["none"] else [label[parent] for parent in parents]
        assert row["taxon_label"] == "{generation}:{place}".format(**row)
        assert row["origin_time"] == row["generation"]
    assert above == above_of(found)
    assert [row["genome"] for row in rows] == [genome.tobytes().hex() for genome in genomes]
    gone = [float(row["destruction_time"]) - 1 for row in rows]
    assert [min(last, 700) for last in gone] == found.last.tolist()
    assert [row["destruction_time"] == "inf" for row in rows] == (found.last == 700).tolist()


def test_what_the_log_does_not_tell_is_no_column(made):
    found, _ = made("record.births=survivors")
    columns = rows_of(alife.text(found))[0]
    assert list(columns) == ["id", "ancestor_list", "origin_time", "taxon_label", "generation", "place"]


@pytest.mark.parametrize("births", ["all", "survivors"])
def test_phylotrackpy_reads_the_same_tree(births, made, tmp_path):
    systematics = pytest.importorskip("phylotrackpy").systematics
    found, _ = made(f"record.births={births}")
    (tmp_path / "tree.csv").write_text(alife.text(found))
    tracker = systematics.Systematics(lambda _: "", True, True, True, False)
    tracker.load_from_file(str(tmp_path / "tree.csv"), "taxon_label", True)
    taxa = {*tracker.get_active_taxa(), *tracker.get_ancestor_taxa(), *tracker.get_outside_taxa()}
    seen = {taxon.get_info(): taxon.get_parent().get_info() if taxon.get_parent() else None for taxon in taxa}
    labels = found.labels
    parents = zip(labels, found.parent.tolist(), strict=True)
    assert seen == {label: labels[parent] if parent >= 0 else None for label, parent in parents}
    origins = {taxon.get_info(): taxon.get_origination_time() for taxon in taxa}
    assert origins == dict(zip(labels, found.birth.tolist(), strict=True))
    if births == "all":
        alive = {labels[row] for row in range(len(found)) if found.last[row] == 700}
        assert {taxon.get_info() for taxon in tracker.get_active_taxa()} == alive


@both
def test_the_graph_has_all_individuals_and_who_came_from_whom(sex, made):
    found, genomes = made(*sex)
    graph = to_networkx(found, genomes)
    assert nx.is_directed_acyclic_graph(graph)
    label = nx.get_node_attributes(graph, "label")
    above = {
        tuple(map(int, label[i].split(":"))): [
            tuple(map(int, label[parent].split(":")))
            for parent, _, data in sorted(graph.in_edges(i, data=True), key=lambda edge: edge[2]["parent"])
        ]
        for i in graph
    }
    assert above == above_of(found)
    assert {i for i, asked in graph.nodes(data="asked") if asked} == set(found.asked.tolist())
    assert [last for _, last in graph.nodes(data="last")] == found.last.tolist()
    assert graph.nodes[3]["genome"] == genomes[3].tobytes().hex()


@both
def test_graphml_read_again_is_the_same_graph(sex, made):
    found, genomes = made(*sex)
    again = nx.parse_graphml(graphml(found, genomes), node_type=int)
    expected = to_networkx(found, genomes)
    assert dict(again.nodes(data=True)) == dict(expected.nodes(data=True))
    assert list(again.edges(data=True)) == list(expected.edges(data=True))


def test_a_graph_that_would_not_fit_is_refused(made, monkeypatch):
    found, _ = made()
    monkeypatch.setattr("evomod.lineage.export.graph.MOST", 100)
    with pytest.raises(InputError, match="a graph can have 100"):
        to_networkx(found)

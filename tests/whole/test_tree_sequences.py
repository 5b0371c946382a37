"""Tree sequences: every sample's genome and every gene's line through the log can be read off them."""

from __future__ import annotations

import json
import sys

import numpy as np
import pytest

from evomod.errors import InputError
from evomod.lineage.export import tree_sequence
from evomod.lineage.export.inheritance import Crossing
from evomod.lineage.export.tree_sequence import to_tskit
from evomod.lineage.reader import LineageReader
from evomod.runner import run
from tests.whole.conftest import SEX, all_births, tiny
from tests.whole.pedigrees import evolved, lives

tskit = pytest.importorskip("tskit")

ARMS = {
    "asexual": (),
    "one point": (SEX,),
    "two points": (
        "variation.crossover={kind: two_point, rate: 0.9}",
        "selection={kind: tournament, size: 3, elite: 1}",
    ),
    "uniform": ("variation.crossover={kind: uniform, swap: 0.3}", "genotype.gates=[nand, nor]"),
}
every_arm = pytest.mark.parametrize("arm", ARMS.values(), ids=ARMS)


def exported(folder, individuals=None, *settings):
    scenario = tiny(*settings)
    run(scenario, folder)
    with LineageReader(folder) as log:
        return to_tskit(log, scenario.problem, individuals)


def name(trees, node):
    data = trees.individual(trees.node(node).individual).metadata
    return data["generation"], data["place"]


@all_births
@pytest.mark.parametrize("n", [1, 40])
def test_founders_alone_are_a_tree_sequence_without_edges(births, n, tmp_path):
    trees = exported(tmp_path / "run", [(0, 3), (0, 5)], SEX, f"generations={n}", f"record.births={births}")
    assert (trees.num_samples, trees.num_edges) == (2, 0)
    assert [name(trees, node) for node in trees.samples()] == [(0, 3), (0, 5)]


@every_arm
def test_the_genotypes_of_the_samples_are_the_genomes_of_the_last_generation(arm, tmp_path):
    trees = exported(tmp_path / "run", None, *arm)
    genomes, *_ = evolved(*arm)
    decoded = np.array([[int(v.alleles[k]) for k in v.genotypes] for v in trees.variants()]).T
    born = [name(trees, node) for node in trees.samples()]
    assert sorted(born) == sorted(lives(*arm)[0][700])
    assert np.array_equal(decoded, [genomes[g, p] for g, p in born])
    assert trees.num_sites == trees.sequence_length == genomes.shape[2]


@every_arm
@pytest.mark.parametrize("generation", [0, 4])
def test_so_they_are_where_several_founders_have_descendants(generation, arm, tmp_path):
    trees = exported(tmp_path / "run", [(generation, place) for place in range(30)], *arm)
    genomes, *_ = evolved(*arm)
    variants = trees.variants(isolated_as_missing=False)
    decoded = np.array([[int(v.alleles[k]) for k in v.genotypes] for v in variants]).T
    assert all(tree.num_roots > 1 for tree in trees.trees())
    assert np.array_equal(decoded, [genomes[name(trees, node)] for node in trees.samples()])


@every_arm
def test_up_the_tree_of_a_gene_everybody_descends_from_the_one_above(arm, tmp_path):
    trees = exported(tmp_path / "run", None, *arm)
    _, above, _ = lives(*arm)
    for tree in trees.trees():
        for node in tree.nodes():
            up, parent = {name(trees, node)}, tree.parent(node)
            if parent == tskit.NULL:
                assert name(trees, node)[0] == 0  # all lines begin with a founder
                continue
            goal = name(trees, parent)
            while goal not in up:
                up = {one for child in up for one in above[child] if one >= goal}
                assert up, "is no ancestor"


@every_arm
def test_it_is_what_recording_forwards_and_simplifying_gives(arm, tmp_path):
    """The way of Kelleher et al. 2018, doi 10.1371/journal.pcbi.1006581, with crossovers watched as they happen."""
    scenario = tiny(*arm)
    encoding, (_, parents, second), (who, *_) = scenario.problem.encoding, evolved(*arm), lives(*arm)
    tables, number = tskit.TableCollection(encoding.n_loci), {}
    crossing = Crossing(scenario.problem, scenario.seed) if scenario.problem.variation.sexual else None
    for g, people in enumerate(who):
        foreign = crossing.foreign(g) if crossing else np.zeros((30, encoding.gene[-1] + 1), bool)
        for p, one in enumerate(people):
            if one == (g, p):
                number[one] = tables.nodes.add_row(time=700 - g)
                for locus in range(encoding.n_loci if g else 0):
                    parent = second[g, p] if foreign[p, encoding.gene[locus]] else parents[g, p]
                    tables.edges.add_row(locus, locus + 1, number[who[g - 1][parent]], number[one])
    tables.edges.squash()
    tables.sort()
    tables.simplify([number[one] for one in sorted(who[700])], keep_input_roots=True)
    expected, found = tables.tree_sequence(), exported(tmp_path / "run", None, *arm)
    assert [name(found, node) for node in found.samples()] == sorted(who[700])
    assert (expected.num_nodes, expected.num_edges) == (found.num_nodes, found.num_edges)
    for left, right in zip(expected.trees(), found.trees(), strict=True):
        assert left.interval == right.interval
        for a, b in zip(expected.samples(), found.samples(), strict=True):
            assert times_above(left, a) == times_above(right, b)


def times_above(tree, node):
    times = []
    while node != tskit.NULL:
        times.append(tree.time(node))
        node = tree.parent(node)
    return times


@every_arm
def test_mutations_are_the_changes_on_the_branch_at_their_time(arm, tmp_path):
    trees = exported(tmp_path / "run", None, *arm)
    genomes, *_ = evolved(*arm)
    for tree in trees.trees():
        for site in tree.sites():
            locus, state = int(site.position), {}
            for mutation in site.mutations:  # older ones first
                before = site.ancestral_state if mutation.parent == tskit.NULL else state[mutation.parent]
                assert mutation.derived_state != before
                state[mutation.id] = mutation.derived_state
                assert mutation.time >= tree.time(mutation.node)
            for node in tree.nodes():  # the last mutation at or above a node is its allele
                up, at = node, {mutation.node: mutation.derived_state for mutation in site.mutations}
                while up != tskit.NULL and up not in at:
                    up = tree.parent(up)
                assert int(at.get(up, site.ancestral_state)) == genomes[(*name(trees, node), locus)]


def test_every_change_of_an_allele_on_a_branch_is_a_mutation_at_the_birth_with_which_it_came(tmp_path):
    trees = exported(tmp_path / "run")
    (genomes, *_), (_, above, _), tree = evolved(), lives(), trees.first()
    expected = set()
    for node in tree.nodes():
        one = name(trees, node)
        while tree.parent(node) != tskit.NULL and one != name(trees, tree.parent(node)):
            (parent,) = above[one]
            for locus in np.flatnonzero(genomes[one] != genomes[parent]).tolist():
                expected.add((locus, node, 700.0 - one[0], str(genomes[one][locus])))
            one = parent
    changes = [(mutation.site, mutation.node, mutation.time, mutation.derived_state) for mutation in trees.mutations()]
    assert len(tree.roots) == 1
    assert len(changes) == len(expected) > 50
    assert set(changes) == expected


@all_births
def test_it_is_the_same_however_births_were_recorded(births, tmp_path):
    expected = exported(tmp_path / "all", None, "generations=1700", SEX)
    found = exported(tmp_path / "run", None, "generations=1700", SEX, f"record.births={births}")
    assert found.tables.equals(expected.tables, ignore_provenance=True)


def test_the_samples_can_be_others_and_of_several_times(tmp_path):
    trees = exported(tmp_path / "run", [(300, 4), (690, 11), (0, 3), (300, 4)], SEX)
    who, *_ = lives(SEX)
    born = sorted({who[300][4], who[690][11], (0, 3)})
    assert [name(trees, node) for node in trees.samples()] == born
    assert [trees.node(node).time for node in trees.samples()] == [700 - g for g, _ in born]


def test_it_says_what_made_it(tmp_path):
    trees = exported(tmp_path / "run", [(300, 4)])
    run_of, export_of = (json.loads(record.record) for record in trees.provenances())
    for record in (run_of, export_of):
        tskit.validate_provenance(record)
        assert record["software"]["name"] == "evomod"
    assert run_of["parameters"]["scenario"]["seed"] == 1
    assert trees.time_units == "generations"


def test_what_cannot_be_exported_is_said_in_a_sentence(tmp_path, monkeypatch):
    with pytest.raises(InputError, match="generations 0 to 700"):
        exported(tmp_path / "run", [(701, 0)])
    monkeypatch.setitem(sys.modules, "tskit", None)
    with LineageReader(tmp_path / "run") as log, pytest.raises(InputError, match=r"pip install '.\[phylogeny\]'"):
        tree_sequence.to_tskit(log, tiny().problem)


def test_of_the_slow_twin_what_did_not_cross_over_can_be_exported(tmp_path):
    pytest.importorskip("deap")
    trees = exported(tmp_path / "run", None, "engine=deap", "generations=20")
    with LineageReader(tmp_path / "run") as log:
        genomes = log.snapshot(0)
    founders = {name(trees, node)[1] for tree in trees.trees() for node in tree.roots}
    assert {site.ancestral_state for site in trees.sites() if site.position == 0} == {str(genomes[min(founders)][0])}
    with pytest.raises(InputError, match="the engine deap, whose crossovers cannot be carried out again"):
        exported(tmp_path / "crossed", None, "engine=deap", "generations=20", SEX)

"""The ancestry of genes as a tskit tree sequence (Kelleher et al. 2016, doi 10.1371/journal.pcbi.1004842).

Positions are loci; the samples are the individuals that were asked for; time is in generations before the last of the
log. One tree for each gene, or a single one where there is no crossover. A tree is made of founders, branchings and
samples only; every change of an allele stands on its branch, at its time, as a mutation.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from evomod.errors import InputError
from evomod.lineage.export.inheritance import gene_pedigrees
from evomod.lineage.individual import Individual
from evomod.lineage.pedigree import Pedigree, checked, last_generation
from evomod.lineage.provenance import provenance
from evomod.lineage.reader import LineageReader
from evomod.problem import Problem

if TYPE_CHECKING:
    import tskit

Array = npt.NDArray[Any]
WHO: dict[str, Any] = {
    "codec": "struct",
    "type": "object",
    "properties": {
        "generation": {"type": "integer", "binaryFormat": "I", "description": "of birth"},
        "place": {"type": "integer", "binaryFormat": "I", "description": "row of the population, at birth"},
    },
    "required": ["generation", "place"],
    "additionalProperties": False,
}


def to_tskit(
    log: LineageReader, problem: Problem, individuals: Collection[Individual] | None = None
) -> tskit.TreeSequence:
    """The ancestry of individuals' genes.

    Parameters
    ----------
    log : LineageReader
    problem : Problem
    individuals : optional
        The samples, as in `pedigree`; by default the whole last generation of the log. Who was asked for twice is one.

    Returns
    -------
    tskit.TreeSequence
        Samples come in order of birth and place; one may be an ancestor of others. Each node is of a haploid individual
        with generation and place of birth as metadata. Founders are kept as roots: where several are left, a mutation
        at a founder says in what it differs from the first. (A founder that is a sample without relatives is what tskit
        calls isolated: its alleles are there with `isolated_as_missing=False`.) Provenance: the run's, then ours.

    Raises
    ------
    InputError
        If tskit is not installed, or who was asked for is not there.
    """
    tskit = _tskit()
    samples = last_generation(log) if individuals is None else checked(log, individuals)
    genes = gene_pedigrees(log, problem, samples)
    everybody = _union(genes)
    genomes = everybody.genomes(log, problem)
    tables = tskit.TableCollection(sequence_length=problem.encoding.n_loci)
    tables.time_units = "generations"
    key = _keys(everybody)
    rows = [np.searchsorted(key, _keys(gene)) for gene in genes]  # of everybody, for each gene
    kept = np.zeros(len(key), bool)
    for gene, row in zip(genes, rows, strict=True):
        kept[row[gene.kept]] = True
    node = np.cumsum(kept) - 1
    _add_nodes(tables, everybody, kept, log.n_generations - 1)
    for g, (gene, row) in enumerate(zip(genes, rows, strict=True)):
        loci = np.flatnonzero(problem.encoding.gene == g)
        _add_edges(tables, gene, node[row], loci)
        _add_mutations(tables, gene, node[row], genomes[row], loci, log.n_generations - 1)
    _tell(tables, log)
    tables.edges.squash()
    tables.sort()
    tables.build_index()
    tables.compute_mutation_parents()
    return tables.tree_sequence()


def _tskit() -> Any:
    try:
        import tskit
    except ImportError as error:
        raise InputError("a tree sequence needs tskit, which is not installed: pip install '.[phylogeny]'") from error
    return tskit


def _keys(pedigree: Pedigree) -> Array:
    """A number for each individual, in order of birth and place."""
    keys: Array = pedigree.birth.astype(np.int64) << 32 | pedigree.place
    return keys


def _union(genes: list[Pedigree]) -> Pedigree:
    """Everybody through whom any of the genes came, without parents."""
    keys = np.unique(np.concatenate([_keys(gene) for gene in genes]))
    birth, place, nobody = (keys >> 32).astype(np.int32), keys.astype(np.int32), np.full(len(keys), -1, np.int32)
    asked = np.searchsorted(keys, _keys(genes[0])[genes[0].asked])
    return Pedigree(birth, place, nobody, nobody, None, asked, genes[0].n_generations)


def _add_nodes(tables: Any, everybody: Pedigree, kept: Array, now: int) -> None:
    """One individual and one node for each of those that are kept."""
    tskit = _tskit()
    tables.individuals.metadata_schema = tskit.MetadataSchema(WHO)
    flags = np.zeros(len(kept), np.uint32)
    flags[everybody.asked] = tskit.NODE_IS_SAMPLE
    birth, place = everybody.birth[kept], everybody.place[kept]
    n = len(birth)
    metadata = np.stack([birth, place], axis=1).astype("<u4").tobytes()
    tables.individuals.set_columns(
        flags=np.zeros(n, np.uint32),
        metadata=np.frombuffer(metadata, np.int8),
        metadata_offset=np.arange(n + 1, dtype=np.uint64) * 8,
    )
    tables.nodes.set_columns(flags=flags[kept], time=now - birth.astype(float), individual=np.arange(n, dtype=np.int32))


def _add_edges(tables: Any, gene: Pedigree, node: Array, loci: Array) -> None:
    tree = gene.branching()
    nodes = node[gene.kept]
    child = np.flatnonzero(tree.parent >= 0)
    tables.edges.append_columns(
        left=np.full(len(child), float(loci[0])),
        right=np.full(len(child), float(loci[-1] + 1)),
        parent=nodes[tree.parent[child]].astype(np.int32),
        child=nodes[child].astype(np.int32),
    )


def _add_mutations(tables: Any, gene: Pedigree, node: Array, genomes: Array, loci: Array, now: int) -> None:
    """A site for each locus of a gene, and all changes there: where a child differs, or a founder from the first."""
    before = np.where(gene.parent >= 0, gene.parent, 0)  # row 0 is the first founder
    below, time = node[gene.below()], now - gene.birth.astype(float)
    for locus in loci.tolist():
        alleles = genomes[:, locus]
        site = tables.sites.add_row(position=locus, ancestral_state=str(alleles[0]))
        for row in np.flatnonzero(alleles != alleles[before]).tolist():
            tables.mutations.add_row(site=site, node=below[row], time=time[row], derived_state=str(alleles[row]))


def _tell(tables: Any, log: LineageReader) -> None:
    """What made this: the run, as its log says, and this export."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    for record in (log.stated("provenance"), provenance({"exported": "tree sequence", "run": log.folder.name})):
        tables.provenances.add_row(record=json.dumps(record), timestamp=now)

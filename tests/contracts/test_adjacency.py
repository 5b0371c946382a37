"""Graphs of genomes in machine words: equal to those of the phenotypes, and as frequent in smaller genotypes."""

from __future__ import annotations

from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.errors import InputError
from evomod.genotypes.base import Genotype
from evomod.genotypes.circuit import Circuit
from evomod.genotypes.packed import PackedEncoding
from evomod.measures.walk import sizes
from tests.generators import encodings, examples, genomes, shipped

every_genotype = pytest.mark.parametrize("cls", shipped(Genotype).values(), ids=shipped(Genotype))


def compressed(rows, present):
    """The graph among the nodes that are there, in their order."""
    nodes = [a for a in range(len(rows)) if int(present) >> a & 1]
    return tuple(tuple(int(rows[a]) >> b & 1 for b in nodes) for a in nodes)


@pytest.mark.jitless
@every_genotype
@given(data=st.data())
@examples(150)
def test_graphs_are_those_of_the_phenotypes(cls, data):
    encoding = data.draw(encodings(cls))
    some = data.draw(genomes(encoding, 4))
    rows, present = encoding.adjacency(some)
    slow_rows, slow_present = PackedEncoding.adjacency(encoding, some)
    for i in range(len(some)):
        assert compressed(rows[i], present[i]) == compressed(slow_rows[i], slow_present[i])
        assert not any(int(row) & ~int(present[i]) for row in rows[i])
    assert np.array_equal(sizes(encoding, present), sizes(encoding, slow_present))


@pytest.mark.jitless
@given(data=st.data())
@examples(100)
def test_a_size_is_effective_gates_and_inputs_used(data):
    encoding = data.draw(encodings())
    some = data.draw(genomes(encoding, 4))
    found = sizes(encoding, encoding.adjacency(some)[1])
    for genome, size in zip(some, found.tolist(), strict=True):
        roles = encoding.develop(genome).network().roles
        assert size == [roles.count("gate"), roles.count("input")]


def spectrum(genotype, n_inputs, n_outputs, size):
    """How often each graph of the size comes, over all genomes."""
    encoding = genotype.encode(np.zeros((2, n_inputs), bool), n_outputs)
    every = np.array(list(product(*(range(n) for n in encoding.alleles))), np.uint8)
    rows, present = encoding.adjacency(every)
    who = (sizes(encoding, present) == size).all(axis=1)
    return Counter(compressed(r, p) for r, p in zip(rows[who], present[who], strict=True))


@pytest.mark.parametrize("feedback", [True, False])
@pytest.mark.parametrize(("size", "n_outputs"), [((2, 2), 1), ((2, 1), 1), ((1, 2), 2)])
def test_a_smaller_genotype_has_the_networks_of_a_size_as_often(feedback, size, n_outputs):
    genotype = Circuit(n_gates=3 if n_outputs == 1 else 2, gates=("nand", "xor")[:1], feedback=feedback)
    smaller, n_inputs = genotype.compact(2, *size)
    assert (smaller.n_gates, n_inputs) == size
    many, few = spectrum(genotype, 2, n_outputs, size), spectrum(smaller, n_inputs, n_outputs, size)
    assert many.keys() == few.keys()
    assert len({many[graph] / few[graph] for graph in few}) == 1


def test_kinds_of_gates_do_not_matter_to_networks():
    assert Circuit(n_gates=9, gates=("and", "xor")).compact(4, 5, 3) == (Circuit(n_gates=5), 3)


def test_a_genotype_of_too_many_nodes_for_a_word_says_so():
    class Wide(PackedEncoding):
        def develop(self, genome, input_names, output_names):
            raise AssertionError("too late")

    with pytest.raises(InputError, match="70 nodes; at most 64"):
        Wide(np.zeros((2, 40), bool), 1, [2], n_parts=30).adjacency(np.zeros((1, 1), np.uint8))

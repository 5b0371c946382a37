"""Partitions: numbering, names, and what is no partition of a network."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.networks.network import NetworkError
from evomod.networks.partition import Partition
from tests.graphs import CANONICAL_AND, MODULES_AND


def test_modules_are_numbered_by_first_occurrence():
    partition = Partition((7, 3, 7, 0, 3))
    assert partition.labels == (0, 1, 0, 2, 1)
    assert partition.groups == ((0, 2), (1, 4), (3,))
    assert partition.n_modules == 3
    assert partition == Partition((1, 2, 1, 9, 2))


def test_of_no_nodes_there_are_no_modules():
    assert (Partition(()).n_modules, Partition(()).groups) == (0, ())


@given(st.lists(st.integers(-3, 3), min_size=14, max_size=14))
def test_a_partition_written_as_names_and_read_back_is_the_same(labels):
    partition = Partition(tuple(labels))
    assert Partition.of(CANONICAL_AND, partition.named(CANONICAL_AND)) == partition


def test_the_names_of_the_canonical_modules_give_their_groups():
    assert Partition.of(CANONICAL_AND, MODULES_AND).labels == (0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2)


@pytest.mark.parametrize(
    ("modules", "message"),
    [
        (MODULES_AND[:2], "in no module: g8, g9"),
        ([*MODULES_AND, ("x0", "g3")], "in more than one module: g3, x0"),
        ([*MODULES_AND, ("f0", "g77")], "no such nodes: f0, g77"),
    ],
)
def test_modules_that_do_not_hold_each_node_once_are_named(modules, message):
    with pytest.raises(NetworkError, match=f"the network: modules must hold each node once; {message}"):
        Partition.of(CANONICAL_AND, modules)

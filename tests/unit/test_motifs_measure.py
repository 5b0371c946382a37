"""The measure `motifs`: what its columns hold, and that company changes nothing."""

from __future__ import annotations

import numpy as np
import pytest

from evomod.component import build, describe
from evomod.measures.base import Measure, MeasureError, Specimen
from evomod.measures.motifs import Motifs
from evomod.networks.motifs import profile
from tests.digraphs import XOR, random_digraph, units
from tests.networks import UNLINKED


@pytest.mark.parametrize(
    ("sizes", "names"),
    [
        (3, ["ffl", "feedback_loop"]),
        (4, ["diamond", "bifan", "feedback_loop_4"]),
        ("both", ["ffl", "feedback_loop", "diamond", "bifan", "feedback_loop_4"]),
    ],
)
def test_each_motif_has_a_z_score_a_count_a_mean_and_a_standard_deviation(sizes, names):
    motifs = build(Measure, {"kind": "motifs", "sizes": sizes})
    assert motifs.columns == tuple(f"{name}{end}" for name in names for end in ("_z", "", "_mean", "_sd"))
    assert build(Measure, describe(motifs)) == motifs


@pytest.mark.parametrize("null", ["degrees", "layers", "acyclic"])
def test_the_numbers_are_those_of_the_profile(null):
    network = random_digraph(9, 0.25, 3)
    motifs = Motifs(against=null, samples=50)
    row = dict(zip(motifs.columns, motifs.checked([Specimen("a", bare=network, seed=7)])[0], strict=True))
    for size in (3, 4):
        for motif in profile(network, size, 50, null, 7):
            if motif.name:
                values = [row[f"{motif.name}{end}"] for end in ("", "_mean", "_sd", "_z")]
                assert values == pytest.approx([motif.count, motif.mean, motif.sd, motif.z], nan_ok=True)


def test_company_changes_nothing():
    motifs = Motifs(samples=20)
    specimens = [Specimen(str(k), bare=random_digraph(8, 0.3, k % 3), seed=k % 2) for k in range(12)]
    together = motifs.checked(specimens)
    alone = np.concatenate([motifs.checked([specimen]) for specimen in specimens])
    assert np.array_equal(together, alone, equal_nan=True)
    assert len({row.tobytes() for row in together}) == 6


@pytest.mark.parametrize("edges", [[], [(0, 0)]])
def test_of_what_is_not_linked_a_network_is_refused_and_an_individual_has_no_numbers(edges):
    with pytest.raises(MeasureError, match="empty: motifs is not defined where no two different nodes are linked"):
        Motifs(samples=5).checked([Specimen("empty", bare=units(3, edges))])
    assert np.isnan(Motifs(samples=5).checked([UNLINKED])).all()


def test_an_xor_module_has_more_loops_and_diamonds_than_chance():
    row = dict(zip(Motifs().columns, Motifs().checked([Specimen("xor", bare=units(6, XOR))])[0], strict=True))
    assert (row["ffl"], row["diamond"]) == (2, 1)
    assert row["ffl_z"] > 1
    assert row["diamond_z"] > 1


def test_nobody_can_be_measured():
    assert Motifs(samples=5).checked([]).shape == (0, 20)

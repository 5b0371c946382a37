"""What units of nets compute: against the readable twin, and as sub-functions on a line of descent."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from evomod.genotypes.net import NetEncoding
from evomod.genotypes.net_phenotype import UNITS
from evomod.genotypes.part_states import UNITS as IN_ARRAYS
from evomod.genotypes.part_states import part_states
from evomod.genotypes.ternary_net import TernaryNet
from evomod.goals.base import truth_table_inputs
from evomod.goals.retina import Listed, Retina
from evomod.lineage.origins import origins
from evomod.lineage.subfunctions import subfunctions
from evomod.measures.base import Specimen
from evomod.measures.functional_split import FunctionalSplit
from evomod.schedules.orders import Alternating
from tests.generators import examples, logic_gates
from tests.lines import story_by_hand

NAMES = tuple("abcdefgh")
# An object is a half whose first pixel is black: what one unit can tell.
FIRST = Listed(left=(1, 3, 5, 7, 9, 11, 13, 15), right=(1, 3, 5, 7, 9, 11, 13, 15))
PROBLEM = logic_gates(
    inputs=NAMES,
    genotype=TernaryNet(hidden=(2,)),
    goals={"and": Retina(objects=FIRST), "or": Retina(ask="left | right", objects=FIRST)},
    schedule=Alternating(goals=("and", "or"), every=2),
)


def test_units_in_arrays_are_those_of_the_readable_twin() -> None:
    values = np.array([-3.0, -0.5, 0.0, 0.5, 2.0])
    assert IN_ARRAYS.keys() == UNITS.keys()
    for name, unit in UNITS.items():
        np.testing.assert_allclose(IN_ARRAYS[name](values), [unit(value) for value in values.tolist()], rtol=1e-15)


@given(data=st.data())
@examples(15)
def test_a_unit_is_1_where_its_value_is_above_0_and_0_where_it_is_not_alive(data) -> None:
    encoding = TernaryNet(hidden=(3, 2)).encode(truth_table_inputs(3), 2)
    assert isinstance(encoding, NetEncoding)
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    genomes = rng.integers(0, encoding.alleles, (4, encoding.n_loci)) * (rng.random((4, encoding.n_loci)) < 0.5)
    share, effective = part_states(encoding, genomes.astype(np.uint8))
    for k, genome in enumerate(genomes.astype(np.uint8)):
        net = encoding.develop(genome)
        units = {net.name(3 + j): j for j in range(7)}
        alive = [units[name] for name in net.network().names if name in units]
        assert np.flatnonzero(effective[k]).tolist() == sorted(alive)
        for r, row in enumerate(encoding.cases.tolist()):
            values = [value > 0 for layer in net.states(row)[1:] for value in layer]
            assert share[k, :, r].tolist() == [float(v) if j in alive else 0.0 for j, v in enumerate(values)]


def net(left_weight: int, right: bool = True) -> np.ndarray:
    """Unit n0 reads the first pixel, n1 the second one of the left half where it is `right`; n2 is their AND."""
    encoding = PROBLEM.encoding
    alleles = {-2: 1, -1: 2, 1: 3, 2: 4}
    genome = np.zeros(encoding.n_loci, np.uint8)
    genome[encoding.bias_loci] = 2  # no bias
    genome[encoding.link_loci[0]] = alleles[left_weight]  # a → n0
    genome[encoding.link_loci[8 + (4 if right else 1)]] = alleles[1]  # e or b → n1
    genome[encoding.link_loci[16:18]] = alleles[1]
    genome[encoding.bias_loci[2]] = 1
    return genome


def test_units_that_compute_a_detector_or_negate_it_are_found_on_a_line() -> None:
    found = subfunctions(story_by_hand(PROBLEM, [net(1), net(-1), net(2), net(2, right=False)]))
    assert found.names == ()  # a detector of one pixel is no sub-task
    wide = Retina(objects=Listed(left=(1, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14, 15), right=(1, 2)))  # first or second pixel
    problem = logic_gates(inputs=NAMES, genotype=TernaryNet(hidden=(2,)), goals={"and": wide, "or": wide})
    genomes = [net(1) for _ in range(3)]
    encoding = problem.encoding
    for genome, weight in zip(genomes, (3, 2, 0), strict=True):
        genome[encoding.link_loci[[0, 1]]] = weight  # a and b → n0, with weight 1, −1, none
        genome[encoding.bias_loci[0]] = {3: 3, 2: 1, 0: 2}[weight]  # 1, −1, 0
    story = story_by_hand(problem, genomes)
    found = subfunctions(story)
    assert found.names == ("left", "right")
    assert [found.where(k, 0) for k in range(3)] == [("n0",), ("not n0",), ()]
    assert not found.there[:, 1].any()
    assert origins(story_by_hand(problem, genomes[:2]))["gate"].tolist() == [0, 1, 2]


def test_the_split_of_functions_is_taken_of_nets() -> None:
    objects = Listed(left=(1, 2, 3), right=(1, 2, 3))
    problem = logic_gates(
        inputs=NAMES,
        genotype=TernaryNet(hidden=(2,)),
        goals={"and": Retina(objects=objects)},
        schedule=PROBLEM.schedule.model_copy(update={"goals": ("and",)}),
    )
    values = FunctionalSplit().take([Specimen("it", problem=problem, genome=net(1), goal="and")])
    left_only, right_only, mixed = values[0, 3:]
    assert (left_only, right_only, mixed) == (1 / 3, 1 / 3, 1 / 3)

"""Whole genotype spaces: what is counted from layer to layer equals what going through all genomes finds."""

from collections import Counter
from functools import cache

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from evomod.errors import InputError
from evomod.genotypes.circuit import Circuit
from evomod.genotypes.layered_circuit import LayeredCircuit
from evomod.goals.base import truth_table_inputs
from evomod.kernel import JIT
from evomod.landscape import Model, Solutions, genomes_per_function, nearest, slopes
from evomod.landscape.model import Unit
from evomod.landscape.mutations import mutations, n_mutants_computing
from evomod.landscape.properties import properties, quantiles

SMALL = Model(("and", "nand"), n_inputs=2, n_first=2)  # 8,192 genomes
Q_OF_TWO_XORS = 13 / 14 - (15**2 + 13**2) / 28**2
CODED = Model(("and", "nand", "or", "xor"), n_inputs=2, n_first=1)  # 1,024; a kind has two bits
OR_OF_XORS, AND_OF_XORS = 0x6FF6, 0x0660
UNITS: tuple[Unit, ...] = ("bit", "allele")
STEP = 37 if JIT else 371  # everybody would take too long
Genomes = npt.NDArray[np.uint8]

models = st.builds(
    Model,
    st.lists(st.sampled_from(["and", "or", "nand", "xor", "andnot"]), min_size=2, max_size=3).map(tuple),
    n_inputs=st.integers(1, 2),
    n_first=st.just(2),
)


@cache
def everybody(model: Model) -> Genomes:
    """All genomes."""
    shape = tuple(model.alleles.tolist())
    return np.stack(np.unravel_index(np.arange(model.n_genomes), shape), axis=1).astype(np.uint8)


def one_mutants(model: Model, genomes: Genomes, unit: Unit) -> Genomes:
    """All of them, written down without the tables of the package: uint8 (n, n_mutations, n_loci)."""
    found = []
    for locus, n in enumerate(model.alleles.tolist()):
        for other in range(n):
            mutants = genomes.copy()
            if unit == "bit":
                if 1 << other >= n:
                    continue
                mutants[:, locus] ^= 1 << other
            else:
                mutants[:, locus] = np.where(genomes[:, locus] == other, n - 1, other)
                if other == n - 1:
                    continue
            found.append(mutants)
    return np.stack(found, axis=1)


def distances(model: Model, function: int, unit: Unit) -> npt.NDArray[np.int64]:
    """Of all genomes to the nearest that computes the function: a search in all directions, step by step."""
    space, shape = everybody(model), tuple(model.alleles.tolist())
    distance = np.where(model.functions(space) == function, 0, -1)
    for step in range(1, 100):
        around = one_mutants(model, space[distance == step - 1], unit).reshape(-1, len(shape))
        reached = np.asarray(np.ravel_multi_index(tuple(around.T.astype(np.int64)), shape))
        distance[reached[distance[reached] < 0]] = step
        if (distance >= 0).all():
            break
    return distance


@settings(max_examples=5 if JIT else 1, deadline=None)
@given(models)
def test_functions_are_counted_as_going_through_all_genomes_counts_them(model: Model) -> None:
    found = np.bincount(model.functions(everybody(model)), minlength=1 << model.n_rows)
    assert genomes_per_function(model).tolist() == found.tolist()


def test_spaces_of_other_shapes_are_counted_likewise() -> None:
    for model in (SMALL, CODED, Model(("or", "nand"), 3, 1), Model(("and", "nand"), 1, 3)):
        found = np.bincount(model.functions(everybody(model)), minlength=1 << model.n_rows)
        assert genomes_per_function(model).tolist() == found.tolist()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_genome_computes_what_its_readable_twin_answers(seed: int) -> None:
    model = Model(("and", "or", "nand", "andnot"))
    genome = (np.random.default_rng(seed).random(len(model.alleles)) * model.alleles).astype(np.uint8)
    twin = model.encoding.develop(genome)
    answers = [twin.respond(row)[0] for row in truth_table_inputs(4).tolist()]
    assert model.functions(genome[None])[0] == sum(int(answer) << row for row, answer in enumerate(answers))


@pytest.mark.skipif(not JIT, reason="two seconds when compiled")
def test_the_38_bit_genomes_are_all_counted_and_inputs_are_alike() -> None:
    model = Model()
    counts = genomes_per_function(model)
    assert model.n_genomes == counts.sum() == 2**38
    assert (counts[OR_OF_XORS], counts[AND_OF_XORS], (counts > 0).sum()) == (110_592, 36_864, 8778)
    rows = np.arange(16)
    swapped = rows & 0b1100 | rows >> 1 & 1 | (rows & 1) << 1  # x and y exchanged
    functions = np.arange(1 << 16)
    renamed = sum((functions >> int(row) & 1) << int(to) for row, to in zip(rows, swapped, strict=True))
    assert (counts[renamed] == counts).all()


def test_all_solutions_of_every_function_are_listed_once() -> None:
    found = SMALL.functions(everybody(SMALL))
    for function in range(16):
        expected = everybody(SMALL)[found == function]
        solutions = Solutions(SMALL, function)
        assert len(solutions) == len(expected)
        assert set(map(bytes, solutions.genomes())) == set(map(bytes, expected))


def test_a_sample_is_of_solutions_and_each_is_equally_likely() -> None:
    counts = genomes_per_function(SMALL)
    function = int(np.argmin(np.where(counts > 0, counts, counts.max())))
    solutions = Solutions(SMALL, function)
    n = 20 * solutions.n
    drawn = Counter(map(bytes, solutions.sample(n, seed=3)))
    assert set(drawn) <= set(map(bytes, solutions.genomes()))
    times = np.array([drawn[bytes(genome)] for genome in solutions.genomes()])
    assert stats.chisquare(times).pvalue > 0.001
    half = solutions.genomes(np.sort(np.arange(n) % max(1, solutions.n // 2 + 1)))  # one that leaves some out
    biased = Counter(map(bytes, half))
    assert stats.chisquare([biased[bytes(genome)] for genome in solutions.genomes()]).pvalue < 1e-6


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("model", [SMALL, CODED], ids=["small", "coded"])
def test_the_nearest_solution_is_as_far_as_a_search_in_all_directions_finds(model: Model, unit: Unit) -> None:
    largest = 0
    for function in np.flatnonzero(genomes_per_function(model)).tolist():
        found = nearest(Solutions(model, function), everybody(model)[::STEP], unit)
        assert found.tolist() == distances(model, function, unit)[::STEP].tolist()
        largest = max(largest, int(found.max()))
    assert largest > 1


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize(("model", "function"), [(SMALL, 0b0111), (CODED, 0b0110)], ids=["small", "coded"])
def test_slopes_are_those_of_all_one_mutants(model: Model, function: int, unit: Unit) -> None:
    step = 19 if model == CODED else 173
    solutions, genomes = Solutions(model, function), everybody(model)[5::step]
    shape = tuple(model.alleles.tolist())
    distance = distances(model, function, unit)
    mutants = one_mutants(model, genomes, unit)

    def benefit(some: Genomes) -> npt.NDArray[np.float64]:
        wrong = np.bitwise_count(model.functions(some.reshape(-1, len(shape))) ^ function)
        return np.asarray(1 - wrong.reshape(some.shape[:-1]) / 4)

    gains = benefit(mutants) - benefit(genomes)[:, None]
    best = gains == gains.max(axis=1, keepdims=True)
    after = distance[np.ravel_multi_index(tuple(np.moveaxis(mutants, -1, 0).astype(np.int64)), shape)]
    before = distance[5::step, None]
    path = slopes(solutions, genomes, unit)
    assert path.distance.tolist() == before.ravel().tolist()
    assert path.benefit == pytest.approx(benefit(genomes))
    assert path.gain == pytest.approx(gains.max(axis=1))
    assert path.toward == pytest.approx(((after < before) & best).sum(axis=1) / best.sum(axis=1))
    assert path.away == pytest.approx(((after > before) & best).sum(axis=1) / best.sum(axis=1))
    assert 0 < path.toward.mean() < 1
    assert 0 < path.away.mean() < 1


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("model", [SMALL, CODED], ids=["small", "coded"])
def test_neighbours_that_compute_a_function_are_counted(model: Model, unit: Unit) -> None:
    genomes = everybody(model)[1::97]
    mutants = one_mutants(model, genomes, unit)
    functions = model.functions(mutants.reshape(-1, genomes.shape[1])).reshape(len(genomes), -1)
    for function in (0, 0b1110, 0b0111):
        assert (n_mutants_computing(model, genomes, function, unit) == (functions == function).sum(axis=1)).all()
    assert functions.shape[1] == len(mutations(model, unit)[0])


@pytest.mark.skipif(not JIT, reason="110,592 genomes")
def test_every_circuit_for_or_is_modular_and_one_in_three_for_and() -> None:
    model = Model()
    expected = ((OR_OF_XORS, AND_OF_XORS, 1, 1 / 9), (AND_OF_XORS, OR_OF_XORS, 1 / 3, 1 / 3))
    for function, other, share_modular, share_that_switches in expected:
        solutions = Solutions(model, function).genomes()
        assert (model.functions(solutions) == function).all()
        found = properties(model, solutions, function, other)
        assert set(found.gates.tolist()) == {7}
        assert set(found.connections.tolist()) == {14}
        modular = found.q == found.q.max()
        assert modular.mean() == pytest.approx(share_modular)
        assert (found.switches == 1).mean() == (found.switches > 0).mean() == pytest.approx(share_that_switches)
        assert modular[found.switches > 0].all()  # who can switch at once is modular
        # Two modules of 7 and 6 links, and one link between them: the output gate joins either.
        assert found.q.max() == pytest.approx(Q_OF_TWO_XORS)


def test_half_of_everybody_lands_below_half() -> None:
    everyone = np.array([0.1, 0.1, 0.1 + 1e-12, 0.4])
    assert quantiles(np.array([0.1, 0.4, 0.2]), everyone).tolist() == [3 / 8, 7 / 8, 3 / 4]
    assert quantiles(everyone, everyone).mean() == 0.5


def test_a_model_is_found_from_its_genotype() -> None:
    inputs = truth_table_inputs(4)
    genotype = LayeredCircuit(hidden=(4, 2), gates=("and", "or", "nand", "or"), wired_outputs=True)
    assert Model.of(genotype.encode(inputs, 1)) == Model(("and", "or", "nand", "or"))
    others = (LayeredCircuit(hidden=(4, 2)), LayeredCircuit(hidden=(4, 4, 2), wired_outputs=True), Circuit())
    for other in others:
        with pytest.raises(InputError, match="wired_outputs: true"):
            Model.of(other.encode(inputs, 1))


def test_what_cannot_be_counted_is_said() -> None:
    with pytest.raises(InputError, match="unknown gate 'nsnd'"):
        Model(("and", "nsnd"))
    with pytest.raises(InputError, match="1 to 4 inputs"):
        Model(n_inputs=5)
    with pytest.raises(InputError, match="different first layers"):
        Model(n_first=5)
    with pytest.raises(InputError, match="no function of 2 inputs"):
        Solutions(SMALL, 16)
    with pytest.raises(InputError, match="3 alleles"):
        mutations(Model(("and", "or", "nand")), "bit")
    with pytest.raises(InputError, match="'bits'"):
        mutations(SMALL, "bits")  # type: ignore[arg-type]
    empty = Solutions(Model(("and", "or"), 2, 2), 0b0110)
    assert empty.n == len(empty.genomes()) == 0
    with pytest.raises(InputError, match="no genome computes 0x6"):
        nearest(empty, everybody(SMALL)[:1])
    with pytest.raises(InputError, match="no genome computes 0x6"):
        empty.sample(1, 0)
    solutions = Solutions(SMALL, 0b1000)
    with pytest.raises(InputError, match="numbered 0 to"):
        solutions.genomes(np.array([solutions.n]))
    with pytest.raises(InputError, match="13 loci"):
        nearest(solutions, np.zeros((1, 5), np.uint8))

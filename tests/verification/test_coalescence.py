"""Without selection, lines meet and mutations are fixed as the theory of Wright and Fisher's population says.

Haploid, N individuals, each of whom draws its parent from all: pairs meet after N generations (Kingman 1982); how many
ancestors k individuals have one generation before is a matter of occupied boxes (Fu 2006, doi
10.1016/j.tpb.2005.12.001); mutations are fixed at the rate at which they arise in a genome (Kimura 1968).
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

import evomod
from evomod.lineage.coalescence import Genealogy, effective_size
from tests.verification.fit import fits
from tests.whole.conftest import tiny

pytestmark = pytest.mark.verification
N, EVERY = 40, 400  # samples so far apart share almost nothing
UNEQUAL = np.linspace(0, 2, N) / N


def agrees(values, expected, standard_errors=5.0):
    """Is the mean of independent values as expected?"""
    return abs(np.mean(values) - expected) < standard_errors * np.std(values) / np.sqrt(len(values))


def drawn(seed, n_samples=1500, weights=None, elite=0):
    """Rows of a population whose members draw their parents with such chances, behind an elite that stays."""
    random, tree, rows = np.random.default_rng(seed), Genealogy(N), []
    for _ in range(n_samples + 2):
        parents = random.choice(N, (EVERY, N), p=weights).astype(np.uint16)
        parents[:, :elite] = np.arange(elite)
        rows.append(tree.grow(parents, EVERY))
    return np.concatenate(rows)[2:]


def occupied(n_balls, n_boxes):
    """Chances that balls thrown at random lie in 0, 1, 2, … boxes."""
    chances = np.zeros(n_boxes + 1)
    chances[0] = 1
    for _ in range(n_balls):
        share = np.arange(n_boxes + 1) / n_boxes
        chances = chances * share + np.append(0, (chances * (1 - share))[:-1])
    return chances


def expected_t_mrca(n):
    times = np.zeros(n + 1)
    for k in range(2, n + 1):
        chances = occupied(k, n)
        times[k] = (1 + chances[1:k] @ times[1:k]) / (1 - chances[k])
    return times[n]


def test_pairs_meet_after_n_generations_and_all_after_nearly_twice_as_many():
    rows = drawn(1)
    assert agrees(rows["t_pair"], N)
    assert not agrees(rows["t_pair"], N * 1.1)
    assert expected_t_mrca(N) == pytest.approx(2 * N * (1 - 1 / N), rel=0.03)
    assert agrees(rows["t_mrca"], expected_t_mrca(N))
    assert not agrees(rows["t_mrca"], expected_t_mrca(N) * 1.1)
    assert effective_size(rows) == pytest.approx(N, rel=0.05)


@pytest.mark.parametrize("twin", [{"weights": UNEQUAL}, {"elite": 4}], ids=["unequal", "elite"])
def test_other_ways_of_drawing_parents_do_not_pass_for_that(twin):
    rows = drawn(2, 300, **twin)
    assert not agrees(rows["t_pair"], N)
    assert not agrees(rows["t_mrca"], expected_t_mrca(N))


def test_unequal_chances_that_nobody_inherits_make_the_size_of_a_single_generation():
    assert agrees(drawn(3, weights=UNEQUAL)["t_pair"], 1 / (UNEQUAL**2).sum())


@pytest.fixture(scope="module")
def neutral(tmp_path_factory):
    """A run without selection: parents drawn from all, children mutated."""
    scenario = tiny(
        f"population={N}",
        "generations=30000",
        "goals.nothing={kind: neutral}",
        "schedule={kind: fixed, goal: nothing}",
        "selection={kind: tournament, size: 1}",
        "variation.mutation={kind: redraw, rate: 0.3}",
    )
    folder = tmp_path_factory.mktemp("neutral") / "run"
    evomod.run(scenario, folder)
    with evomod.open_run(folder) as log:
        yield log


def test_mutations_are_fixed_at_the_rate_at_which_they_arise(neutral):
    n_fixed, until = len(neutral.fixed_mutations()), int(neutral.coalescence()["mrca"][-1])
    alleles = neutral.problem.encoding.alleles
    rate = 0.3 * np.mean(1 - 1 / alleles)  # the old allele may be drawn again
    assert fits([n_fixed, until - n_fixed], [rate, 1 - rate])
    assert not fits([n_fixed, until - n_fixed], [0.3, 0.7])
    assert not fits([n_fixed, until - n_fixed], [rate / N, 1 - rate / N])


def expected_time_to_fixation(n):
    """Mean time to fixation of what begins with one of n and is fixed, from the chain of its numbers."""
    numbers = np.arange(1, n)
    step = np.array([binom.pmf(numbers, n, k / n) for k in numbers])
    conditioned = step * numbers / numbers[:, None]  # who begins with k is fixed with chance k/n
    return np.linalg.solve(np.eye(n - 1) - conditioned, np.ones(n - 1))[0]


def test_it_takes_nearly_2n_generations_to_fix_a_mutation(neutral):
    rows = neutral.fixed_mutations()
    late = rows[rows["generation"] > EVERY]
    # Mutations of a time are fixed together: means of stretches are nearly independent, single times are not.
    means = [
        np.mean(late["time_to_fixation"][late["generation"] // EVERY == k])
        for k in np.unique(late["generation"] // EVERY)
    ]
    expected = expected_time_to_fixation(N)
    assert expected == pytest.approx(2 * N, rel=0.05)
    assert agrees(means, expected)
    assert not agrees(means, expected * 1.3)
    assert not agrees(means, N)


def test_without_selection_the_coalescence_size_is_that_of_the_single_generations(neutral):
    times = neutral.coalescence(EVERY)["t_pair"][2:]
    single = neutral.generations["effective_size"][1:]
    assert agrees(times, 1 / np.mean(1 / single))
    assert not agrees(times, 2 * N)
    assert neutral.effective_size(EVERY) == pytest.approx(np.mean(times), rel=0.02)

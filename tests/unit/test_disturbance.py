"""What disturbs an evaluation, digit by digit against plain Python, and where it is drawn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod import disturbance
from evomod.disturbance import DRAWS, Failure, Noise, bits, draw, flips, normals
from evomod.genotypes.circuit import Circuit
from evomod.goals.base import truth_table_inputs
from evomod.rng import FAILURE, NOISE, draw4
from tests.generators import examples, rates, seeds

ENCODING = Circuit(n_gates=33).encode(truth_table_inputs(7), 2)
ALL = {"noise": Noise(input=0.3, target=0.2, sigma=0.5), "failure": Failure(parts=0.1, links=0.2)}


def literal(rate, mask, purpose, word, seed, generation, individual):
    """Each bit has a number of 32 binary digits of its own, and is 1 where that is below the rate."""
    numbers = [0] * 64
    for d in range(DRAWS):
        quad = [int(w) for w in draw4(seed, generation, individual, purpose, word * DRAWS + d)]
        for digits in (quad[0] | quad[1] << 32, quad[2] | quad[3] << 32):
            numbers = [number * 2 + (digits >> lane & 1) for lane, number in enumerate(numbers)]
    return sum(1 << lane for lane in range(64) if mask >> lane & 1 and numbers[lane] < int(rate * 2**32))


@pytest.mark.jitless
@given(
    rate=rates, mask=st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=3), seed=seeds, start=st.integers(0, 9)
)
@examples(60)
def test_a_bit_is_flipped_where_a_number_of_its_own_is_below_the_rate(rate, mask, seed, start):
    words = flips(rate, np.array(mask, np.uint64), NOISE, start, seed, 3, 5, 2)
    if rate == 0:
        assert words is None
        return
    expected = [[literal(rate, m, NOISE, start + w, seed, 3, 5 + i) for w, m in enumerate(mask)] for i in range(2)]
    assert words.tolist() == expected


@pytest.mark.jitless
def test_everybody_has_draws_of_their_own_wherever_one_begins():
    whole = draw(**ALL, encoding=ENCODING, seed=4, generation=7, first=0, n=6)
    part = draw(**ALL, encoding=ENCODING, seed=4, generation=7, first=2, n=3)
    later = draw(**ALL, encoding=ENCODING, seed=4, generation=8, first=0, n=6)
    for name in ("inputs", "targets", "parts", "links", "shifts"):
        found = getattr(whole, name)
        assert np.array_equal(found[2:5], getattr(part, name))
        assert len({row.tobytes() for row in (*found, *getattr(later, name))}) == 12


@pytest.mark.jitless
def test_shapes_are_those_of_the_encoding_and_bits_beyond_it_are_never_set():
    found = draw(Noise(input=1, target=1, sigma=1), Failure(parts=1, links=1), ENCODING, 1, 1, 0, 2)
    assert found.inputs.shape == (2, 7, 2)
    assert found.targets.shape == (2, 2, 2)
    assert found.shifts.shape == (2, 7, 128)
    assert np.bitwise_count(found.parts).tolist() == [33, 33]
    assert np.bitwise_count(found.links).sum(axis=1).tolist() == [66, 66]
    small = Circuit().encode(truth_table_inputs(2), 1)
    assert np.bitwise_count(draw(Noise(input=1), Failure(), small, 1, 1, 0, 1).inputs).ravel().tolist() == [4, 4]


def test_inputs_and_targets_parts_and_links_share_no_draw():
    same = draw(Noise(input=0.5, target=0.5), Failure(parts=0.5, links=0.5), ENCODING, 1, 1, 0, 1)
    words = [*same.inputs.ravel(), *same.targets.ravel()]
    assert len(set(words)) == len(words)
    assert same.parts[0] != same.links[0, 0] & bits(33)[0]


def test_what_is_not_asked_for_is_not_drawn():
    nothing = draw(Noise(), Failure(), ENCODING, 1, 1, 0, 2)
    assert not nothing.of_answers
    assert nothing.targets is None
    assert not draw(Noise(target=0.5), Failure(), ENCODING, 1, 1, 0, 2).of_answers
    assert draw(Noise(), Failure(links=0.5), ENCODING, 1, 1, 0, 2).of_answers


@pytest.mark.jitless
def test_gaussian_noise_ends_in_the_middle_of_a_draw_as_well():
    four, seven = (normals(1.0, (1, n), 3, 2, 1, 2) for n in (4, 7))
    assert four.dtype == np.float32
    assert np.array_equal(four, seven[..., :4])
    assert np.allclose(2 * four, normals(2.0, (1, 4), 3, 2, 1, 2))
    assert np.isfinite(seven).all()


def test_no_draw_of_flips_reaches_those_of_gaussian_noise():
    assert (64 + 64) * 64 * DRAWS < disturbance.FIRST_NORMAL  # inputs and outputs, in 4,096 cases
    assert flips(0.5, bits(64), FAILURE, 0, 1, 1, 0, 1) != flips(0.5, bits(64), NOISE, 0, 1, 1, 0, 1)

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod import rng
from evomod.rng import Stream, below, draw4, permutation, philox4x32, threshold
from tests.generators import examples, seeds

words = st.integers(0, 2**32 - 1)
PURPOSES = ("INITIAL", "TIES", "PARENT", "PAIRING", "CROSSOVER", "MUTATION", "GOAL")


def literal_philox(counter, key):
    """Philox4x32-10 as in figure 2 of Salmon et al. 2011, with Python's own integers."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        high0, low0 = divmod(0xD2511F53 * c0, 2**32)
        high1, low1 = divmod(0xCD9E8D57 * c2, 2**32)
        c0, c1, c2, c3 = high1 ^ c1 ^ k0, low1, high0 ^ c3 ^ k1, low0
        k0, k1 = (k0 + 0x9E3779B9) % 2**32, (k1 + 0xBB67AE85) % 2**32
    return c0, c1, c2, c3


def philox(counter, key):
    return tuple(int(word) for word in philox4x32(*(np.uint32(word) for word in (*counter, *key))))


# Random123's known answers (kat_vectors, philox4x32 10).
KNOWN = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
]


@pytest.mark.jitless
@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN)
def test_philox_gives_the_known_answers_of_random123(counter, key, answer):
    counter, key, answer = ([int(word, 16) for word in text.split()] for text in (counter, key, answer))
    assert philox(counter, key) == literal_philox(counter, key) == tuple(answer)


@pytest.mark.jitless
@given(counter=st.tuples(words, words, words, words), key=st.tuples(words, words))
@examples(300)
def test_philox_is_the_published_algorithm(counter, key):
    assert philox(counter, key) == literal_philox(counter, key)


@pytest.mark.jitless
@given(seed=seeds, generation=words, individual=words, purpose=st.integers(0, 6), draw=words)
@examples(200)
def test_the_key_is_the_seed_and_the_counter_is_the_place(seed, generation, individual, purpose, draw):
    expected = literal_philox((draw, individual, generation, purpose), (seed % 2**32, seed >> 32))
    assert tuple(int(word) for word in draw4(seed, generation, individual, purpose, draw)) == expected


@pytest.mark.jitless
@given(seed=seeds, generation=words, individual=words, n=st.integers(0, 40), k=st.integers(0, 40))
@examples(100)
def test_a_stream_is_the_draws_of_its_place_however_many_are_asked_for(seed, generation, individual, n, k):
    stream = Stream(seed, generation, individual, rng.GOAL)
    drawn = stream.words(n)
    assert drawn.dtype == np.uint32
    assert len(drawn) == n
    assert np.array_equal(drawn[: min(n, k)], stream.words(k)[: min(n, k)])
    quads = [draw4(seed, generation, individual, rng.GOAL, q) for q in range(-(-n // 4))]
    assert drawn.tolist() == [int(word) for quad in quads for word in quad][:n]


@pytest.mark.jitless
def test_neighbouring_places_share_no_draw():
    places = [Stream(s, g, i, p) for s in (1, 2, 2**32 + 1) for g in range(5) for i in range(5) for p in range(7)]
    drawn = np.concatenate([place.words(8) for place in places])
    assert len(set(drawn.tolist())) >= len(drawn) - 2  # 4,200 words of 32 bits: 0.002 collisions are expected


@pytest.mark.jitless
def test_purposes_are_part_of_the_file_format():
    assert [getattr(rng, name) for name in PURPOSES] == list(range(7))


@pytest.mark.jitless
@given(word=words, n=st.integers(1, 2**31))
@examples(200)
def test_below_is_the_scaled_word(word, n):
    assert below(np.uint32(word), n) == word * n // 2**32


@pytest.mark.jitless
@given(rate=st.floats(0, 1))
@examples(200)
def test_a_word_is_below_the_threshold_of_a_rate_with_that_probability(rate):
    assert int(threshold(rate)) == int(rate * 2**32)
    assert int(threshold(0.0)) == 0
    assert int(threshold(1.0)) == 2**32


@pytest.mark.jitless
@given(n=st.integers(0, 60), seed=seeds, generation=words)
@examples(100)
def test_permutations_are_durstenfelds_shuffle(n, seed, generation):
    order = list(range(n))
    for i in range(n - 1, 0, -1):
        j = int(draw4(seed, generation, 0, rng.TIES, i)[0]) * (i + 1) >> 32
        order[i], order[j] = order[j], order[i]
    assert permutation(n, seed, generation, rng.TIES).tolist() == order

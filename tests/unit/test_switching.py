"""When epochs begin and end, whatever the order of goals: strictly, at random, gradually."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.rng import SWITCH, Stream
from evomod.schedules import switching
from evomod.schedules.base import Epoch, Schedule
from evomod.schedules.continued import Continued
from evomod.schedules.orders import Alternating, Drawn
from tests.generators import examples, seeds, shipped
from tests.schedules import every_kind

every_schedule = pytest.mark.parametrize("strategy", every_kind().values(), ids=every_kind())
switching_kinds = [kind for kind in every_kind() if kind not in ("fixed", "together", "continued")]
every_switching = pytest.mark.parametrize("strategy", [every_kind()[k] for k in switching_kinds], ids=switching_kinds)


def test_every_schedule_is_tried():
    assert set(every_kind()) == set(shipped(Schedule))


@pytest.mark.jitless
@every_schedule
@given(data=st.data(), seed=seeds)
@examples(40)
def test_generation_by_generation_an_epoch_is_one_stretch_and_the_next_begins_where_it_ends(strategy, data, seed):
    schedule = data.draw(strategy)
    epoch = schedule.at(0, seed)
    assert epoch.index == 0
    assert (epoch.start, epoch.before) == (0, None) or isinstance(schedule, Continued)  # which began before the run
    for generation in range(120):
        now = schedule.at(generation, seed)
        if generation == epoch.stop:
            assert (now.index, now.start) == (epoch.index + 1, generation)
            assert now.before is None or now.before == (epoch.goal, epoch.start)
            epoch = now
        assert now == epoch
        assert now.stop is None or now.stop > generation


@pytest.mark.jitless
@every_switching
@given(data=st.data(), seed=seeds, generation=st.integers(0, 5000))
@examples(40)
def test_an_epoch_can_be_asked_for_from_anywhere(strategy, data, seed, generation):
    schedule = data.draw(strategy)
    switching._starts.cache_clear()  # whoever resumes has drawn nothing yet
    epoch = schedule.at(generation, seed)
    assert epoch.start <= generation < epoch.stop
    assert schedule.at(epoch.start, seed) == schedule.at(epoch.stop - 1, seed) == epoch
    after = schedule.at(epoch.stop, seed)
    assert (after.index, after.start) == (epoch.index + 1, epoch.stop)
    if epoch.index:
        before = schedule.at(epoch.start - 1, seed)
        assert (before.index, before.stop) == (epoch.index - 1, epoch.start)
        expected = (before.goal, before.start) if schedule.fade else None
        assert (epoch.before, epoch.fade) == (expected, schedule.fade)


@pytest.mark.jitless
@pytest.mark.parametrize("kind", ["shuffled", "drawn", "star_walk"])
@given(data=st.data(), seed=seeds)
@examples(40)
def test_strict_epochs_are_exactly_e_generations_long(kind, data, seed):
    schedule = data.draw(every_kind()[kind]).model_copy(update={"timing": "strict"})
    for generation in range(0, 10 * schedule.every, schedule.every):
        epoch = schedule.at(generation, seed)
        assert (epoch.start, epoch.stop) == (generation, generation + schedule.every)
        assert epoch.index * schedule.every == generation


@pytest.mark.jitless
@given(every=st.integers(1, 40) | st.tuples(st.integers(1, 9), st.integers(1, 9)), seed=seeds)
@examples(40)
def test_random_switches_are_those_that_one_draws_by_hand(every, seed):
    schedule = Alternating(goals=("a", "b"), every=every, timing="random")
    mean, starts = every if isinstance(every, tuple) else (every, every), [0]
    for generation in range(1, 150):
        chance = 1 / mean[(len(starts) - 1) % 2]
        if Stream(seed, generation, 0, SWITCH).words(1)[0] < int(chance * 2**32):
            starts.append(generation)
    found = sorted({schedule.at(generation, seed).start for generation in range(150)})
    assert found == starts


@pytest.mark.jitless
def test_a_random_epoch_that_is_longer_than_what_was_drawn_is_found_all_the_same():
    schedule, seed = Drawn(goals=("a",), every=5000, timing="random"), 3
    first = schedule.at(0, seed)
    assert first.stop > 4096  # where drawing pauses; the seed was chosen so
    assert schedule.at(first.stop - 1, seed) == first
    assert schedule.at(first.stop, seed).start == first.stop


@pytest.mark.jitless
def test_a_random_epoch_longer_than_any_run_ends_the_search(monkeypatch):
    monkeypatch.setattr(switching, "_NO_RUN_IS_LONGER", 1 << 14)
    epoch = Drawn(goals=("a",), every=10**15, timing="random").at(9, 1)
    assert epoch == Epoch(0, 0, 1 << 14, "a")


@pytest.mark.jitless
def test_random_epochs_of_one_generation_switch_every_generation():
    schedule = Alternating(goals=("a", "b"), every=1, timing="random")
    assert "".join(schedule.at(g, 1).goal for g in range(6)) == "ababab"
    assert schedule.at(5000, 1).index == 5000  # and there is room for all of them


@pytest.mark.jitless
@given(fade=st.integers(1, 50), start=st.integers(0, 1000))
def test_the_share_of_the_goal_before_falls_linearly_to_nothing(fade, start):
    epoch = Epoch(1, start, start + 500, "b", before=("a", 0), fade=fade)
    shares = [epoch.share_of_the_goal_before(start + k) for k in range(fade + 10)]
    assert shares[:fade] == pytest.approx([(fade - k) / (fade + 1) for k in range(fade)])
    assert all(0 < share < 1 for share in shares[:fade])
    assert shares[fade:] == [0.0] * 10
    assert np.allclose(np.diff([1.0, *shares[: fade + 1]]), -1 / (fade + 1))


def test_a_sudden_change_has_no_goal_before():
    assert Epoch(1, 5, 10, "b").share_of_the_goal_before(5) == 0.0
    assert Alternating(goals=("a", "b"), every=5).at(7, 1).before is None

"""Speed-ups and their rows, from times that were made up so that the answer is known."""

import math

import numpy as np
import pytest

from evomod.reproduce.kna07_rows import by_time, estimate_row, ratio_row, speed_rows, switching_rows, together_rows
from evomod.reproduce.kna07_scaling import halves, itself, line_of_times, pairs, permuted, slope_of_speedup
from evomod.reproduce.kna07_times import Sample, Samples
from evomod.statistics.intervals import Interval

LIMIT = 1e5


def sample(times: np.ndarray) -> Sample:
    return Sample(np.clip(np.rint(times), 1, LIMIT), times < LIMIT, LIMIT)


def model(exponent: float, n_goals: int = 16, n_runs: int = 40, spread: float = 0.4, seed: int = 1) -> Samples:
    """Goals of all difficulties, whose T under MVG grows as T_FG to `exponent`; lognormal runs."""
    rng = np.random.default_rng(seed)
    hard = np.linspace(2, 4.5, n_goals)

    def runs(log_median: float) -> Sample:
        return sample(10 ** (log_median + spread * rng.standard_normal(n_runs)))

    return {f"goal {k}": {"FG": runs(t), "MVG": runs(2 + exponent * (t - 2))} for k, t in enumerate(hard)}


def test_what_was_not_solved_counts_as_the_limit_and_is_censored() -> None:
    one = sample(np.array([10.0, 20.0, 3e5, 4e5, 5e5]))
    assert one.median == LIMIT
    assert one.survival.median.value == math.inf
    assert len(one.half(0)) == 3
    assert one.half(1).times.tolist() == [20, LIMIT]


@pytest.mark.parametrize("exponent", [0.3, 0.7])
def test_all_three_slopes_find_how_times_scale(exponent: float) -> None:
    samples = model(exponent)
    of = pairs(samples, "MVG")
    line = line_of_times(of)
    assert line is not None
    assert line.slope == pytest.approx(exponent, abs=0.1)
    for found in (slope_of_speedup(of), slope_of_speedup(halves(samples, "MVG"))):
        assert found is not None
        assert found.value == pytest.approx(1 - exponent, abs=0.1)
        assert found.low < 1 - exponent < found.high


def test_noise_alone_makes_the_papers_slope_and_not_that_of_halves() -> None:
    rng = np.random.default_rng(3)
    slopes = []
    for _ in range(20):  # goals that are all equally hard, three runs each: nothing is sped up, nothing scales
        samples = {f"g{k}": {s: sample(10 ** (3 + rng.standard_normal(4))) for s in ("FG", "MVG")} for k in range(12)}
        found = slope_of_speedup(pairs(samples, "MVG")), slope_of_speedup(halves(samples, "MVG"))
        slopes.append([one.value for one in found if one])
    shared, apart = np.mean(slopes, axis=0)
    assert shared > 0.7  # the same T_FG on both axes
    assert abs(apart) < 0.25


def test_permuted_pairs_have_a_slope_of_one_and_a_scaling_law_lies_below_it() -> None:
    null = permuted(pairs(model(0.3), "MVG"))
    assert null is not None
    assert null.mean() == pytest.approx(1, abs=0.05)
    found = slope_of_speedup(pairs(model(0.3), "MVG"))
    assert found is not None
    assert found.value < np.quantile(null, 0.01)
    unrelated = slope_of_speedup(pairs(model(0.0), "MVG"))
    assert unrelated is not None
    assert np.quantile(null, 0.01) < unrelated.value < np.quantile(null, 0.99)


def test_a_fixed_goal_is_as_fast_as_itself() -> None:
    of = itself(model(0.3))
    assert np.median(of.speedups) == pytest.approx(1, rel=0.3)


def test_only_goals_whose_medians_are_known_make_the_line_of_times() -> None:
    samples = model(0.5) | {"too hard": {"FG": sample(np.full(9, 3e5)), "MVG": sample(np.full(9, 100.0))}}
    of = pairs(samples, "MVG")
    assert not of.known[-1]
    assert of.hard[-1]
    line = line_of_times(of)
    assert line is not None
    assert line.n == 16


def test_too_few_goals_have_no_slope() -> None:
    of = pairs(model(0.5, n_goals=2), "MVG")
    assert (slope_of_speedup(of), line_of_times(of), permuted(of)) == (None, None, None)


def test_the_hardest_goals_and_no_others_make_s_max() -> None:
    hard = {"FG": sample(np.full(9, 8e4)), "MVG": sample(np.full(9, 800.0)), "RVGc": sample(np.full(9, 99e3))}
    easy = {"FG": sample(np.full(9, 1e4)), "MVG": sample(np.full(9, 10.0)), "RVGc": sample(np.full(9, 10.0))}
    samples = {f"hard {k}": hard for k in range(6)} | {"easy": easy}
    rows = {row.what: row for row in speed_rows("1, made up", samples, "smaller")}
    found = rows["S_max, MVG"]
    assert found.ours is not None
    assert (found.ours.value, found.n, found.paper, found.verdict) == (100, 6, "95 ± 45", "cannot tell")
    assert rows["S_max, RVGc"].verdict == "agrees"  # below 1
    sooner = rows["MVG: goals that are surely solved sooner (censored runs; log-rank)"]
    assert (sooner.ours.value, sooner.n) == (1, 7)
    assert {row.section.split(":")[0] for row in rows.values()} == {"Model 1, made up"}


@pytest.mark.parametrize(
    ("value", "half", "verdict"), [(0.7, 0.03, "agrees"), (0.2, 0.1, "differs"), (0.5, 0.3, "cannot tell")]
)
def test_a_slope_is_compared_with_both_errors(value: float, half: float, verdict: str) -> None:
    ours = Interval(value, value - half, value + half)
    row = estimate_row("", "", ours, 12, (0.7, 0.05), "0.7 ± 0.05", 0.2)
    assert row.verdict == verdict
    assert row.difference is not None
    assert row.difference.high - row.difference.value == pytest.approx(math.hypot(half, 1.96 * 0.05))


@pytest.mark.parametrize(
    ("other", "verdict"), [(100.0, "agrees"), (10.0, "differs"), (1000.0, "agrees"), (math.nan, "cannot tell")]
)
def test_a_speed_up_is_virtually_none_up_to_two(other: float, verdict: str) -> None:
    times = np.array([10.0, 20, 3000, 4000]) if math.isnan(other) else np.full(9, other)
    fixed = sample(np.full(9, 110.0))
    assert ratio_row("", "", fixed, sample(times), 2, "virtually none").verdict == verdict


def test_of_two_medians_at_the_limit_nobody_can_tell() -> None:
    never = sample(np.full(9, 2 * LIMIT))
    row = ratio_row("", "", never, never, 2, "virtually none")
    assert (row.verdict, row.note) == ("cannot tell", "neither median is known")


def test_both_goals_at_once_are_compared_with_each_alone_under_the_same_selection() -> None:
    names = ["FG", "FG on G2", "MVG", "both at once, weighted"]
    names += ["FG, NSGA-II", "FG on G2, NSGA-II", "both at once, Pareto"]
    samples = {"": {name: sample(np.full(9, 10.0 * (k + 1))) for k, name in enumerate(names)}}
    found = {row.what: row for row in together_rows("", samples)}
    ratios = {what: row.ours.value for what, row in found.items()}
    assert ratios == {
        "S, MVG, against G1 alone": pytest.approx(1 / 3),
        "S, MVG, against G2 alone": pytest.approx(2 / 3),
        "S, both at once, weighted, against G1 alone": pytest.approx(1 / 4),
        "S, both at once, weighted, against G2 alone": pytest.approx(2 / 4),
        "S, both at once, Pareto, against G1 alone": pytest.approx(5 / 7),
        "S, both at once, Pareto, against G2 alone": pytest.approx(6 / 7),
    }
    assert found["S, both at once, Pareto, against G2 alone"].verdict == "agrees"
    assert found["S, MVG, against G2 alone"].paper == ""


def test_speed_ups_are_listed_by_switching_time() -> None:
    one = {"FG": sample(np.full(9, 1e4)), "E = 1": sample(np.full(9, 5e3)), "E = 20": sample(np.full(9, 100.0))}
    assert {every: ratio.value for every, ratio in by_time({"S = 100": one})["S = 100"].items()} == {1: 2, 20: 100}
    *ratios, plateau = switching_rows("", {"S = 100": one}, "E = 1", "E = 20")
    assert [row.ours.value for row in ratios] == [2, 100]
    assert plateau.verdict == "agrees"
    assert plateau.ours.value == pytest.approx(math.log10(50))

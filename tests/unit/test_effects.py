"""What factors do to results: the right runs are compared in the right way, and the tables say it."""

from __future__ import annotations

import csv
import io
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.errors import InputError
from evomod.statistics.comparison import compare_shares, holm, mann_whitney, superiority
from evomod.statistics.effects import effects
from evomod.statistics.effects_table import as_rows, as_text
from evomod.statistics.intervals import bootstrap
from evomod.statistics.logrank import logrank
from evomod.statistics.power import runs_needed_of
from evomod.statistics.survival import kaplan_meier, restricted_mean, restricted_mean_difference
from evomod.statistics.table import by_level, numbers, times
from tests.generators import examples

FACTORS, RESULTS = ["schedule.every", "population"], ["solved.and", "best.gates", "perfect"]


def campaign(n: int = 6, generation: int = 1000) -> list[dict]:
    rng, rows = np.random.default_rng(4), []
    for every in (20, 5, 100):
        for population in (300, 1000):
            for seed in range(n):
                time = int(rng.exponential(10 * every * 300 / population))
                results = {"solved.and": time if time < generation else None, "best.gates": int(rng.integers(8, 13))}
                factors = {"schedule.every": every, "population": population, "seed": seed}
                rows.append({**factors, "generation": generation, "perfect": bool(time < 100), **results})
    return rows


def found(rows, result, factor, level, **options):
    wanted = (result, factor, level)
    return next(e for e in effects(rows, FACTORS, RESULTS, **options) if (e.result, e.factor, e.level) == wanted)


def test_levels_come_in_the_order_of_appearance_and_results_and_factors_as_asked():
    got = [(e.result, e.factor, e.level) for e in effects(campaign(), FACTORS, RESULTS)]
    levels = [("schedule.every", "20"), ("schedule.every", "5"), ("schedule.every", "100")]
    levels += [("population", "300"), ("population", "1000")]
    assert got == [(result, *pair) for result in RESULTS for pair in levels]


def test_numbers_are_described_and_compared_over_all_other_factors():
    rows = campaign()
    effect = found(rows, "best.gates", "schedule.every", "5")
    a, b = ([r["best.gates"] for r in rows if r["schedule.every"] == every] for every in (20, 5))
    assert effect.n_runs == len(b) == 12
    assert effect.description.mean == bootstrap(b)
    assert effect.description.median == bootstrap(b, "median")
    assert effect.contrast.difference.value == pytest.approx(np.mean(b) - np.mean(a))
    assert effect.contrast.p == mann_whitney(a, b)
    assert effect.contrast.superiority == superiority(a, b)
    assert effect.baseline == "20"
    assert found(rows, "best.gates", "schedule.every", "20").contrast is None


def test_times_are_censored_at_the_generation_reached_and_compared_by_log_rank():
    rows = campaign()
    for row in rows[:12]:
        row["generation"] = 400
        row["solved.and"] = None if (row["solved.and"] or 400) >= 400 else row["solved.and"]
    rows[0]["solved.and"] = None
    effect = found(rows, "solved.and", "schedule.every", "100")
    a, b = (kaplan_meier(*times(by_level(rows, "schedule.every")[level], "solved.and")) for level in ("20", "100"))
    assert effect.description.n_yes == sum(r["solved.and"] is not None for r in rows if r["schedule.every"] == 100) < 12
    horizon = effect.description.horizon
    assert horizon == a.horizon == 400 < b.horizon
    assert effect.description.median == b.median
    assert effect.description.mean == restricted_mean(b, horizon)
    assert effect.contrast.difference == restricted_mean_difference(a, b, horizon)
    assert effect.contrast.p == logrank(a, b).p
    assert effect.contrast.hazard_ratio == logrank(a, b).hazard_ratio
    up_to = [np.where(one.times <= horizon, one.ranked, np.inf) for one in (a, b)]
    assert effect.contrast.superiority == superiority(*up_to)


def test_when_all_solve_the_horizon_is_the_last_of_their_times():
    rows = [{"a": k % 2, "generation": 900, "all_solved": 10 * k} for k in range(8)]
    assert {e.description.horizon for e in effects(rows, ["a"], ["all_solved"])} == {70}
    instant = [{"a": k % 2, "generation": 0, "all_solved": None if k else 0} for k in range(8)]
    assert {e.description.mean.value for e in effects(instant, ["a"], ["all_solved"])} == {0}


def test_booleans_are_shares_compared_by_fishers_test():
    rows = campaign()
    effect = found(rows, "perfect", "population", "1000")
    k_a, k_b = (sum(r["perfect"] for r in rows if r["population"] == size) for size in (300, 1000))
    assert (effect.kind, effect.description.n_yes, effect.n_runs) == ("share", k_b, 18)
    assert effect.contrast.p == compare_shares(k_a, 18, k_b, 18).p


def test_p_values_are_corrected_for_all_contrasts_of_a_result():
    contrasts = [e for e in effects(campaign(), FACTORS, RESULTS) if e.result == "best.gates" and e.contrast]
    assert len(contrasts) == 3
    assert [e.p_holm for e in contrasts] == holm([e.contrast.p for e in contrasts])


def test_a_star_marks_where_the_test_and_the_interval_disagree():
    ranks = [{"a": "low", "score": k / 10} for k in range(20)]
    ranks += [{"a": "high", "score": score} for score in (-200, *(3 + k / 10 for k in range(19)))]
    text = as_text(effects(ranks, ["a"], ["score"]))
    assert "< 0.001 *" in text
    assert "* p < 0.05, although the interval holds 0: p is of Mann & Whitney's test of ranks" in text
    for row in ranks:
        row["score"] = max(row["score"], 3 * (row["a"] == "high"))
    assert "*" not in as_text(effects(ranks, ["a"], ["score"]))


def test_another_baseline_turns_the_contrast_round():
    there = found(campaign(), "best.gates", "population", "1000").contrast
    back = found(campaign(), "best.gates", "population", "300", baseline={"population": 1000}).contrast
    assert back.difference.value == pytest.approx(-there.difference.value)
    assert back.p == there.p


def test_missing_results_are_left_out_and_counted():
    rows = campaign()
    rows[0]["best.gates"], rows[1]["best.gates"] = None, math.nan
    rows[2].update({"solved.and": None, "generation": None})
    assert (found(rows, "best.gates", "schedule.every", "20").n_runs, len(numbers(rows, "best.gates"))) == (10, 34)
    assert found(rows, "solved.and", "schedule.every", "20").n_missing == 1
    for row in rows[:12]:
        row["best.gates"] = None
    nothing = found(rows, "best.gates", "schedule.every", "20")
    assert (nothing.n_runs, nothing.n_missing, nothing.description) == (0, 12, None)
    assert found(rows, "best.gates", "schedule.every", "5").contrast is None  # the baseline is not known


def test_a_result_that_is_known_of_no_run_is_no_share():
    (effect,) = effects([{"a": 1, "b": None}], ["a"], ["b"])
    assert (effect.kind, effect.n_runs, effect.n_missing, effect.description) == ("number", 0, 1, None)


def test_a_run_that_never_had_a_goal_is_missing_and_one_that_did_not_solve_it_is_censored():
    rows = [{"a": 1, "generation": 9, "solved.x": None}, {"a": 1, "generation": 9}, {"a": 2, "generation": 9}]
    one, two = effects(rows, ["a"], ["solved.x"])
    assert (one.n_runs, one.n_missing, one.description.n_yes) == (1, 1, 0)
    assert (two.n_runs, two.description) == (0, None)


def test_an_unbalanced_design_is_named_and_a_lost_run_is_not():
    rows = campaign()
    assert not any(e.note for e in effects(rows, FACTORS, RESULTS))
    assert not any(e.note for e in effects(campaign(40)[:-1], FACTORS, RESULTS))
    fewer = [r for r in rows if r["schedule.every"] != 5 or r["population"] == 300]
    assert "levels of schedule.every do not meet those of population" in effects(fewer, FACTORS, RESULTS)[0].note
    assert not effects(fewer, ["schedule.every"], RESULTS)[0].note


def test_the_csv_has_one_set_of_columns_and_reads_back():
    rows = as_rows(effects(campaign(), FACTORS, RESULTS))
    assert len({tuple(row) for row in rows}) == 1
    file = io.StringIO()
    writer = csv.DictWriter(file, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    back = list(csv.DictReader(io.StringIO(file.getvalue())))
    assert float(back[1]["difference_high"]) == rows[1]["difference_high"]
    assert (back[0]["p"], back[0]["hazard_ratio"]) == ("", "")


words = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=150)
levels = words | words.map(lambda word: 30 * word)
values = st.floats(-1e12, 1e12) | st.floats(-1e-9, 1e-9) | st.none()


@examples(60)
@given(found=st.lists(st.tuples(levels, values), min_size=1, max_size=12), names=st.tuples(levels, levels))
def test_the_text_is_at_most_110_columns_wide_whatever_is_in_it(found, names):
    factor, result = f"f{names[0]}", f"r{names[1]}"
    rows = [{factor: level, result: value} for level, value in found]
    assert max(map(len, as_text(effects(rows, [factor], [result])).splitlines())) <= 110


def test_the_text_names_what_it_shows():
    text = as_text(effects(campaign(), FACTORS, RESULTS))
    assert "solved.and (generations; means up to 1,000)" in text
    assert "> 1,000" not in text.split("best.gates")[1]
    assert text.count("baseline") == 6
    assert as_text([]) == ""


@pytest.mark.parametrize(
    ("rows", "factors", "results", "baseline", "message"),
    [
        ([], ["a"], ["b"], None, "no column a, b in the table; there are: none"),
        ([{"a": 1, "b": 2}], ["c"], ["b"], None, "no column c in the table; there are: a, b"),
        ([{"a": 1, "b": "x", "run": "r7"}], ["a"], ["b"], None, "column b: numbers are needed; run r7 has 'x'"),
        ([{"a": 1, "b": 2}], ["a"], ["b"], {"a": 5}, "baseline: a has no level 5; there are: 1"),
        ([{"a": 1, "b": 2}], ["a"], ["b"], {"z": 5}, "baseline: z is not among the factors a"),
    ],
)
def test_what_is_not_in_the_table_is_refused_in_a_sentence(rows, factors, results, baseline, message):
    with pytest.raises(InputError, match=message):
        effects(rows, factors, results, baseline)


def test_times_that_were_waited_for_differently_long_are_compared_up_to_where_both_are_known():
    rng = np.random.default_rng(4)
    times = rng.exponential(2000, size=(2, 200)).astype(int) + 1
    rows = [
        {"wait": wait, "all_solved": int(t) if t <= wait else None, "generation": wait}
        for wait, of_level in zip((1000, 4000), times, strict=True)
        for t in of_level
    ]
    (_, longer) = effects(rows, ["wait"], ["all_solved"])
    assert longer.description.horizon == 1000
    assert 0.45 < longer.contrast.superiority.value < 0.55  # the same process
    assert np.isinf(runs_needed_of(rows, "wait", "all_solved")["4000"].high)

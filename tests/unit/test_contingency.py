"""Replayed tapes on hand-made data: where the jump is, which mutation was decisive, what became of modules."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from evomod.netlists.synthesis import synthesise
from evomod.report.contingency_figure import N_SHOWN, Tape, plot
from evomod.reproduce.contingency import Curve, _counts, jump_in
from evomod.reproduce.contingency_lines import Step, _step, decisive
from evomod.reproduce.contingency_rows import LAST, WHEN, WHICH, rows
from evomod.reproduce.contingency_runs import OTHER, OWN, Founder, Future, Judge
from evomod.reproduce.rows import Row
from evomod.statistics.change_point import ChangePoint, step_or_slope
from tests.generators import OR, logic_gates

AT = np.arange(0, 500, 10)
FIRST, N = 400, 12


def curve(seed: int, shares: np.ndarray, other: float = 0.1, **changes: Any) -> Curve:
    """A run whose futures are modular as often as `shares` say; another one's always equally often."""
    n, k = np.full(len(AT), N), np.rint(N * shares).astype(int)
    before = AT <= FIRST
    jump = jump_in(k[before], n[before])
    found = Curve(
        Founder(seed, Path(f"s{seed}"), (FIRST, 3), None),
        *(AT, n, k, k, AT[::5], n[::5], np.rint(N * other * np.ones(len(AT[::5]))).astype(int)),
        jump,
        step_or_slope(k[before], n[before]),
        (step(100), step(205, added=1, gain=0.1, in_window=True), step(206, gain=0.3, in_window=True)),
        Counter({"persists": 8, "found again": 1, "lost": 1}),
    )
    return replace(found, **changes)


def step(generation: int, effect: str = "neutral", hidden: bool = True, **more: Any) -> Step:
    known: dict[str, Any] = {"added": 0, "gain": 0.0, "in_window": False}
    return Step(generation, 5, "and", effect, hidden, **(known | more))


def stepped(at: int, before: float = 0.1, after: float = 0.7) -> np.ndarray:
    return np.where(at <= AT, after, before)


def table(curves: list[Curve], **counts: int) -> dict[str, Row]:
    found = list(rows(curves, counts.get("n_founders", len(curves)), counts.get("n_runs", len(curves) + 1)))
    assert len({(row.section, row.what) for row in found}) == len(found)
    return {row.what: row for row in found}


def test_a_jump_that_was_planted_is_found_and_told() -> None:
    curves = [curve(seed, stepped(200 + 10 * seed)) for seed in range(6)]
    for seed, one in enumerate(curves):
        assert one.jump
        assert one.window[0] < 200 + 10 * seed <= one.window[1]
    found = table(curves)
    assert found["runs with a rise"].note == "seeds 0, 1, 2, 3, 4, 5"
    assert found["of runs with a rise, with the best step surely before the solution"].ours.value == 1
    assert found["height of the best step"].ours.value == pytest.approx(7 / 12, abs=0.02)
    assert 0.5 < found["place of the best step, the way from 0 to the solution being 1"].ours.value < 0.65
    assert found["… more than from generation 0 (potentiation)"].verdict == "agrees"
    assert found["… more than from another run at the same generations (history)"].verdict == "agrees"


def test_a_rise_bit_by_bit_is_a_rise_and_is_told_from_a_step() -> None:
    key = "of runs with a rise, better described by a step than by a gradual (logistic) rise"
    gradual = [curve(seed, 1 / (1 + np.exp(-(AT - 200) / 90))) for seed in range(4)]
    assert all(one.jump for one in gradual)
    assert table(gradual)[key].ours.value == 0
    both = table([*gradual, curve(4, stepped(200))])[key]
    assert both.ours.value == pytest.approx(0.2)
    assert both.note.startswith("BIC of the gradual rise less that of the step: seed 0: -")


def test_where_nothing_changes_there_is_no_jump_and_nothing_is_made_of_it() -> None:
    rng = np.random.default_rng(3)
    curves = [curve(seed, rng.binomial(N, 0.3, len(AT)) / N, other=0.3) for seed in range(8)]
    found = table(curves)
    assert found["runs with a rise"].ours.value < 0.3
    assert found["… more than from generation 0 (potentiation)"].verdict == "cannot tell"
    assert found["… more than from another run at the same generations (history)"].verdict != "agrees"


def test_a_fall_is_no_jump_and_the_opposite_of_what_was_expected_is_told() -> None:
    curves = [curve(seed, stepped(200, before=0.8 - 0.05 * seed, after=0.1), other=0.5) for seed in range(5)]
    found = table(curves)
    assert not any(one.jump for one in curves)
    assert found["… more than from generation 0 (potentiation)"].verdict == "differs"
    assert found["runs with a rise"].ours.value == 0
    assert found["the decisive one was neutral under the goal in force"].verdict == "no runs"


def test_without_any_run_the_table_says_so() -> None:
    found = table([], n_runs=3)
    assert found["runs with a modular solution"].n == 3
    assert {row.verdict for what, row in found.items() if what != "runs with a modular solution"} == {"no runs"}


def test_only_the_second_half_of_the_way_is_compared_with_the_beginning() -> None:
    shares = np.where(AT < 0.5 * FIRST, 1.0, np.where(AT < FIRST, 0.5, 0.0))
    found = table([curve(1, shares)])
    row = found["modular, from the second half of the way to the run's first modular solution"]
    assert row.ours is not None
    assert row.ours.value == 0.5
    assert found["modular within the horizon, from generation 0"].ours.value == 1


def test_another_run_that_was_modular_before_is_left_out_where_that_is_asked() -> None:
    shares = np.where(AT < 250, 0.25, 0.75)
    curves = [curve(seed, shares, other=0.5) for seed in range(2)]
    some = [replace(one, founder=replace(one.founder, other_first=250 * (1 - k))) for k, one in enumerate(curves)]
    found = table(some)
    both = found["… more than from another run at the same generations (history)"]
    yet = found["… likewise, than from another run that was not modular yet"]
    assert (both.n, yet.n) == (2, 1)
    assert both.ours.value == pytest.approx(0.25 * 2 / 4)  # own 0.25, 0.75, 0.75, 0.75 at 200, 250, 300, 350
    assert yet.ours.value == pytest.approx(-0.25)


def test_the_decisive_mutation_adds_a_sub_goal_then_gains_most_then_is_the_first() -> None:
    within = {"in_window": True}
    assert decisive([step(1, added=2), step(2)]) is None
    assert decisive([step(1, added=2), step(2, **within)]).generation == 2
    assert decisive([step(1, gain=0.5, **within), step(2, added=1, gain=-0.2, **within)]).generation == 2
    assert decisive([step(1, gain=0.1, **within), step(2, gain=0.5, **within), step(3, **within)]).generation == 2
    assert decisive([step(1, **within), step(2, **within)]).generation == 1


def test_decisive_mutations_are_counted_by_what_they_did_under_the_goal_in_force() -> None:
    curves = [curve(seed, stepped(200)) for seed in range(3)]
    visible = replace(curves[0], steps=(step(204, effect="beneficial", hidden=False, in_window=True),))
    found = table([visible, *curves[1:]])
    assert found["the decisive one was beneficial under the goal in force"].note == "seed 0: generation 204 (one of 1)"
    assert found["the decisive one was neutral under the goal in force"].ours.value == pytest.approx(2 / 3)
    assert found["… and hidden: neutral there, not under the other goal"].ours.value == pytest.approx(2 / 3)
    assert found["… and it added a sub-goal"].ours.value == pytest.approx(2 / 3)
    assert {row.section for row in found.values()} == {WHEN, WHICH, LAST}


def test_a_modular_solution_is_perfect_has_both_modules_and_is_modular() -> None:
    problem, judge = logic_gates(), Judge(logic_gates())
    genome = problem.encoding.genome_of(synthesise([OR], "xyzw", ["nand"]), problem.inputs)
    ends = np.zeros(3, [("benefit", "f8"), ("genome", "u1", (len(genome),))])
    ends["benefit"], ends["genome"][:2] = (1.0, 0.9, 1.0), genome  # the third one answers with an input
    assert judge.modular(ends).tolist() == [True, False, False]
    assert judge.modular(ends[:0]).tolist() == []


@pytest.mark.parametrize(
    ("decoded", "q_m", "modular"), [(1.0, 0.33, True), (1.0, 0.3299, False), (0.5, 0.9, False), (np.nan, 0.9, False)]
)
def test_modular_is_every_sub_goal_and_a_q_m_of_a_third(decoded: float, q_m: float, modular: bool) -> None:
    class Given:
        columns = ("decoded", "q_m")

        def checked(self, specimens: list[Any]) -> np.ndarray:
            return np.array([[decoded, q_m]] * len(specimens))

    judge = Judge(logic_gates())
    judge.split = judge.q_m = Given()
    ends = np.zeros(2, [("benefit", "f8"), ("genome", "u1", (25,))])
    ends["benefit"] = 1.0, 0.999
    assert judge.modular(ends).tolist() == [modular, False]


def test_perfect_and_modular_futures_are_counted_apart() -> None:
    found = [
        Future(1, of, at, 7, *times)
        for of, at, *times in (
            (OWN, 0, 20, None),
            (OWN, 0, None, None),
            (OWN, 0, 20, 40),
            (OWN, 30, 0, 0),
            (OTHER, 0, 20, 20),
        )
    ]
    assert [counts.tolist() for counts in _counts(found, OWN)] == [[0, 30], [3, 1], [1, 1], [2, 1]]
    assert [counts.tolist() for counts in _counts(found, OTHER)] == [[0], [1], [1], [1]]


def test_the_window_goes_from_the_point_before_the_first_step_to_the_last_one() -> None:
    one = replace(curve(1, stepped(200)), jump=ChangePoint(20, 18, 22, 0.1, 0.7, 0.01))
    assert one.window == (170, 220)
    assert replace(one, jump=None).window == (0, 0)


def test_a_mutation_in_the_last_generation_of_the_window_is_in_it_and_one_in_the_first_is_not() -> None:
    rows = np.zeros(4, [(name, "i8") for name in ("generation", "place", "goal", "effect", "hidden")])
    rows["generation"] = 100, 101, 200, 201
    story = SimpleNamespace(steps=rows, in_force=("and",))
    assert [_step(story, k, 0, 0.0, (100, 200)).in_window for k in range(4)] == [False, True, True, False]


def test_branching_points_go_a_quarter_beyond_the_solution_which_is_one_of_them() -> None:
    founder = Founder(1, Path(), (1239, 3), None)
    assert (len(founder.points), founder.points[0], founder.points[-1]) == (50, 0, round(1239 / 0.8))
    assert len(Founder(1, Path(), (19, 0), None).points) == 25  # no point twice


def tapes(n: int, jump: bool = True) -> list[Tape]:
    found = [curve(seed, stepped(200) if jump else 0 * stepped(200)) for seed in range(n)]
    names = ("at", "n", "modular", "other_at", "other_n", "other_modular")
    return [Tape(one.founder.seed, FIRST, *(getattr(one, k) for k in names), one.jump) for one in found]


@pytest.mark.parametrize("n", [0, 1, 3, N_SHOWN + 1])
def test_each_run_has_a_panel_and_all_have_one_together(n: int) -> None:
    figure = plot(tapes(n), 400)
    assert isinstance(figure, Figure)
    titles = [ax.get_title(loc="left") for ax in figure.axes]
    assert titles == [*(f"seed {seed}" for seed in range(min(n, N_SHOWN))), "all runs"]


def test_the_jump_is_marked_where_it_is_and_only_if_there_is_one() -> None:
    panel, _ = plot(tapes(1), 400).axes
    (line,) = [line for line in panel.lines if line.get_label() == "best step, where there is a rise"]
    assert line.get_xdata()[1] == 200
    without, _ = plot(tapes(1, jump=False), 400).axes
    assert without.get_title(loc="left") == "seed 0: no rise"
    assert not [line for line in without.lines if line.get_label() == "best step, where there is a rise"]

"""Rows of the replayed tapes: when the modular solution became likely, what made it so, and whether modules last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from evomod.reproduce.contingency_lines import KEPT_OR_LOST, Step, decisive
from evomod.reproduce.rows import Row, mean_row, share_row
from evomod.statistics.agreement import direction
from evomod.statistics.intervals import bootstrap

if TYPE_CHECKING:
    from evomod.reproduce.contingency import Curve

Array = npt.NDArray[Any]
LATE = 0.5  # of the way to the first modular solution
WHEN, WHICH, LAST = "When it became likely", "Which mutation", "Do modules last?"


def rows(curves: Sequence[Curve], n_founders: int, n_runs: int) -> Iterator[Row]:
    """All rows; runs that were forked are the unit."""
    note = f"{n_runs - n_founders} of {n_runs} runs had no modular solution early enough, and are not forked"
    yield share_row(WHEN, "runs with a modular solution", n_founders, n_runs, None, np.nan, note)
    yield from _when(curves)
    yield from _which([one for one in curves if one.jump])
    yield from _lasting(curves)


def _when(curves: Sequence[Curve]) -> Iterator[Row]:
    fresh = np.array([_share(one.modular, one.n, one.at == 0) for one in curves])
    perfect = np.array([_share(one.solved, one.n, one.at == 0) for one in curves])
    late = np.array([_late(one) for one in curves])
    yield _plain(WHEN, "modular within the horizon, from generation 0", fresh)
    yield _plain(WHEN, "perfect within the horizon, from generation 0", perfect)
    yield _plain(WHEN, "modular, from the second half of the way to the run's first modular solution", late)
    yield _expected(WHEN, "… more than from generation 0 (potentiation)", late - fresh)
    more = np.array([_more(one) for one in curves])
    yield _expected(WHEN, "… more than from another run at the same generations (history)", more)
    yet = np.array([_more(one, before=one.founder.other_first) for one in curves])
    note = "asked after the first look; at points where the other had had no modular solution either"
    yield _expected(WHEN, "… likewise, than from another run that was not modular yet", yet, note)
    jumps = [one for one in curves if one.jump]
    note = "seeds " + ", ".join(str(one.founder.seed) for one in jumps) if jumps else ""
    yield share_row(WHEN, "runs with a rise", len(jumps), len(curves), None, np.nan, note)
    steps = sum(one.by_step > 0 for one in jumps)
    note = "BIC of the gradual rise less that of the step: " if jumps else ""
    note += ", ".join(f"seed {one.founder.seed}: {one.by_step:.1f}" for one in jumps)
    text = "of runs with a rise, better described by a step than by a gradual (logistic) rise"
    yield share_row(WHEN, text, steps, len(jumps), None, np.nan, note)
    text = "of runs with a rise, with the best step surely before the solution"
    before = sum(one.window[1] < one.founder.modular[0] for one in jumps)
    yield share_row(
        WHEN, "of runs with a rise, with the best step surely before the solution", before, len(jumps), None, np.nan
    )
    yield _plain(WHEN, "height of the best step", [one.jump.rise for one in jumps if one.jump])
    place = [one.at[one.jump.index] / one.founder.modular[0] for one in jumps if one.jump]
    yield _plain(WHEN, "place of the best step, the way from 0 to the solution being 1", place)


def _late(one: Curve) -> float:
    return _share(one.modular, one.n, _is_late(one.at, one))


def _more(one: Curve, before: int | None = None) -> float:
    """How much more of the run's own futures than of the other's, at points of the second half that both have."""
    both = np.intersect1d(one.at, one.other_at)
    both = both[_is_late(both, one) & (both < (np.inf if before is None else before))]
    own = _share(one.modular, one.n, np.isin(one.at, both))
    return own - _share(one.other_modular, one.other_n, np.isin(one.other_at, both))


def _is_late(at: Array, one: Curve) -> Array:
    return (at >= LATE * one.founder.modular[0]) & (at < one.founder.modular[0])


def _share(k: Array, n: Array, some: Array) -> float:
    return float(k[some].sum() / n[some].sum()) if some.any() else np.nan


def _which(curves: Sequence[Curve]) -> Iterator[Row]:
    yield _plain(WHICH, "mutations of the line where the best step may be", [len(_window(one.steps)) for one in curves])
    named = [(one, step) for one in curves if (step := decisive(list(one.steps)))]
    for what in ("beneficial", "neutral", "deleterious"):
        which = [(one, step) for one, step in named if step.effect == what]
        text = f"the decisive one was {what} under the goal in force"
        yield share_row(WHICH, text, len(which), len(named), None, np.nan, _listed(which))
    hidden = sum(step.hidden for _, step in named)
    yield share_row(WHICH, "… and hidden: neutral there, not under the other goal", hidden, len(named), None, np.nan)
    adds = sum(step.added > 0 for _, step in named)
    yield share_row(WHICH, "… and it added a sub-goal", adds, len(named), None, np.nan)
    every = [float(np.mean([step.hidden for step in one.steps])) for one in curves if one.steps]
    yield _plain(WHICH, "hidden, of all mutations on the line", every)


def _window(steps: Sequence[Step]) -> list[Step]:
    return [step for step in steps if step.in_window]


def _listed(named: Sequence[tuple[Curve, Step]]) -> str:
    """Generation of each, and of how many mutations it was chosen: many where nobody can tell when the rise came."""
    return ", ".join(
        f"seed {one.founder.seed}: generation {step.generation} (one of {len(_window(one.steps))})"
        for one, step in named
    )


def _lasting(curves: Sequence[Curve]) -> Iterator[Row]:
    known = [one.fates for one in curves if one.fates.total()]
    shares = {fate: np.array([one[fate] / one.total() for one in known]) for fate in KEPT_OR_LOST}
    meanings = ("in all generations of the next epoch", "in its last one, not in all", "not in its last one")
    note = "of sub-goals that a gate of the line's circuit computed before the switch"
    for (fate, values), meaning in zip(shares.items(), meanings, strict=True):
        yield _plain(LAST, f"{fate} ({meaning})", values, note)
    yield _expected(LAST, "persists more often than lost", shares["persists"] - shares["lost"])
    after = [_share(one.modular, one.n, one.at > one.founder.modular[0]) for one in curves]
    yield _plain(LAST, "modular within the horizon, forked after the first modular solution", after)


def _plain(section: str, what: str, values: npt.ArrayLike, note: str = "") -> Row:
    return mean_row(section, what, values, None, "", np.nan, note)


def _expected(section: str, what: str, differences: Array, note: str = "") -> Row:
    """A difference within runs, expected to be above 0."""
    x = differences[np.isfinite(differences)]
    if not len(x):
        return Row(section, what, "> 0 expected", None, 0, "no runs", "difference of means", note=note)
    ours = bootstrap(x)
    verdict = direction(ours) if len(x) > 1 else "too few runs"
    return Row(section, what, "> 0 expected", ours, len(x), verdict, "difference of means", note=note)

"""Effects as rows of a CSV, and as a table for people."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from evomod.statistics.effects import Effect
from evomod.statistics.intervals import Interval
from evomod.statistics.outcomes import Description

WIDTH = 110
ALPHA = 0.05
RANKS = (
    "* p < 0.05, although the interval holds 0: p is of {}, the interval of the difference of {}; trust neither alone"
)
TESTS = {
    "time": ("the log-rank test of whole curves", "restricted means"),
    "share": ("Fisher's exact test", "shares"),
    "number": ("Mann & Whitney's test of ranks", "means"),
}
YES = {"time": "solved", "share": "yes", "number": ""}


def as_rows(effects: Sequence[Effect]) -> list[dict[str, Any]]:
    """One flat row an effect, all with the same columns; an interval fills three: `mean`, `mean_low`, `mean_high`."""
    return [_row(effect) for effect in effects]


def _row(effect: Effect) -> dict[str, Any]:
    said, contrast = effect.description or Description(), effect.contrast
    row: dict[str, Any] = {key: getattr(effect, key) for key in ("result", "kind", "factor", "level")}
    row |= {"n_runs": effect.n_runs, "n_missing": effect.n_missing, "n_yes": said.n_yes}
    row |= {**_flat("share", said.share), **_flat("mean", said.mean), **_flat("median", said.median)}
    row |= {"horizon": said.horizon, "baseline": effect.baseline}
    row |= _flat("difference", contrast.difference if contrast else None)
    row |= {"p": contrast.p if contrast else None, "p_holm": effect.p_holm}
    row |= _flat("superiority", contrast.superiority if contrast else None)
    row |= _flat("hazard_ratio", contrast.hazard_ratio if contrast else None)
    return {**row, "note": effect.note}


def _flat(name: str, interval: Interval | None) -> dict[str, float | None]:
    ends = (interval.value, interval.low, interval.high) if interval else (None, None, None)
    known = (None if end is None or math.isnan(end) else end for end in ends)
    return dict(zip((name, f"{name}_low", f"{name}_high"), known, strict=True))


def as_text(effects: Sequence[Effect]) -> str:
    """For people: a table for each result, at most 110 columns wide.

    Runs are those of which the result is known, of all (8/10) if it is not known of some; P(>) is the superiority.
    """
    by_result = groupby(effects, key=lambda effect: effect.result)
    blocks = ["\n".join(_block(list(of_result))) for _, of_result in by_result]
    notes = dict.fromkeys(effect.note for effect in effects if effect.note)
    told = ["\n".join(textwrap.wrap(note, WIDTH, initial_indent="! ", subsequent_indent="  ")) for note in notes]
    return "\n\n".join([*blocks, *(["\n".join(told)] if told else [])])


def _block(effects: list[Effect]) -> Iterator[str]:
    """A heading, a line for each factor and each level, warnings; columns with nothing in them are left out."""
    horizon = next((said.horizon for effect in effects if (said := effect.description) and said.horizon), None)
    up_to = f" (generations; means up to {_number(horizon)})" if horizon is not None else ""
    yield shortened(effects[0].result, WIDTH - len(up_to)) + up_to
    estimate = "share [95 %]" if effects[0].kind == "share" else "mean [95 %]"
    counted = YES[effects[0].kind]
    heading = ("", "runs", counted, estimate, "median", "difference [95 %]", "p (Holm)", "P(>)")
    lines = [heading, *(_cells(effect) for effect in effects)]
    kept = [k for k in range(1, len(heading)) if any(line[k] for line in lines[1:])]
    widths = {k: max(len(line[k]) for line in lines) for k in kept}
    room = min(max(len(line[0]) for line in lines), WIDTH - sum(widths.values()) - 2 * len(kept))

    def aligned(line: tuple[str, ...]) -> str:
        return "  ".join([f"{shortened(line[0], room):<{room}}", *(f"{line[k]:>{widths[k]}}" for k in kept)]).rstrip()

    yield aligned(heading)
    rest = iter(lines[1:])
    for factor, levels in groupby(effects, key=lambda effect: effect.factor):
        yield shortened(factor, WIDTH)
        yield from (aligned(next(rest)) for _ in levels)
    if any(map(_disagrees, effects)):
        yield from textwrap.wrap(RANKS.format(*TESTS[effects[0].kind]), WIDTH, subsequent_indent="  ")


def _disagrees(effect: Effect) -> bool:
    """Does a test tell a level from the baseline, and the interval of the difference does not?"""
    if effect.contrast is None or effect.p_holm is None:
        return False
    between = effect.contrast.difference
    return effect.p_holm < ALPHA and between.low <= 0 <= between.high


def _cells(effect: Effect) -> tuple[str, ...]:
    said, contrast = effect.description or Description(), effect.contrast
    median = "" if said.median is None else _number(said.median.value)
    if said.median and math.isinf(said.median.value) and said.horizon is not None:
        median = f"> {_number(said.horizon)}"
    p = "" if effect.p_holm is None else "< 0.001" if effect.p_holm < 0.001 else f"{effect.p_holm:.3f}"
    return (
        f"  {effect.level}",
        f"{effect.n_runs}/{effect.n_runs + effect.n_missing}" if effect.n_missing else str(effect.n_runs),
        "" if said.n_yes is None else str(said.n_yes),
        _interval(said.estimate),
        median,
        "baseline" if effect.level == effect.baseline else _interval(contrast.difference if contrast else None),
        f"{p} *" if _disagrees(effect) else p,
        f"{contrast.superiority.value:.2f}" if contrast else "",
    )


def _interval(interval: Interval | None) -> str:
    """Value and ends; what is nothing beside the largest of the three is 0."""
    if interval is None:
        return ""
    bounded = math.isfinite(interval.low) or math.isfinite(interval.high)
    three = (interval.value, interval.low, interval.high)[: 3 if bounded else 1]
    nothing = 1e-3 * max(abs(number) for number in three if math.isfinite(number))
    value, *ends = (_number(0.0 if abs(number) < nothing else number) for number in three)
    return f"{value} [{', '.join(ends)}]" if bounded else value


def _number(value: float) -> str:
    """Three digits that count, or all of whole thousands."""
    size = abs(value)
    if math.isinf(size):
        return str(value)
    if size >= 1e6 or 0 < size < 1e-3:
        digits, _, power = f"{value:.2e}".partition("e")
        return f"{digits}e{int(power)}"
    return f"{value:,.0f}" if size >= 1000 else f"{value:.3g}"


def shortened(text: str, room: int) -> str:
    """A text cut to at most `room` characters, the last of which then says so."""
    return text if len(text) <= room else text[: max(room - 1, 0)] + "…"

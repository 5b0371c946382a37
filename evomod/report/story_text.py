"""The story of a line of descent for people, at most 100 columns wide: for `replay`."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from evomod.report.summary import on_others
from evomod.report.words import Words

WIDTH = 100
N_LAST = 10  # steps that are listed one by one
N_LISTED = 12  # goals, sub-functions and gates that are
N_MILESTONES = 20
LEGEND = (
    "  hidden: neutral then, but not under another goal; helps next: neutral then, and a gain under the",
    "  goal that came next; silent: in {}s without a path to an output (one can be several of these)",
)
FADING = ("  while a goal fades, a step is scored on the new goal, which this individual may not have faced",)
AGES = (
    "  generations since when a {} reads these {}(wired), has a path to an output (effective),",
    "  and has computed what it does (computes); none is older than the line told here",
)
Summary = dict[str, Any]


def as_text(told: Summary, last_steps: Sequence[dict[str, Any]]) -> str:
    """What `summarise` found and, as `checked`, what was compared with the log; and the last steps of `as_rows`."""
    lines = _head(told)
    for title, section in sections(told, last_steps):
        lines += ["", title, *section]
    return "\n".join([f"{told['folder']}  (seed {told['seed']})", *map(_fit, lines)])


def as_markdown(told: Summary, last_steps: Sequence[dict[str, Any]]) -> str:
    """The same as a page, its tables set as text."""
    head = [f"# The line of generation {told['last']:,}, place {told['place']:,}", "", f"Run `{told['folder']}`."]
    parts = [("", _head(told)), *sections(told, last_steps)]
    for title, section in parts:
        head += ["", *([f"## {title[0].upper()}{title[1:]}", ""] if title else []), "```text"]
        head += [*map(_fit, section), "```"]
    return "\n".join(head) + "\n"


def sections(told: Summary, last_steps: Sequence[dict[str, Any]]) -> Iterator[tuple[str, list[str]]]:
    """Title and lines of each section that there is something to say in."""
    words = Words(**told["called"])
    found = [
        ("mutations by the goal in force when they came", _effects(told["effects"], words, told["fading"])),
        ("milestones", _milestones(told["milestones"])),
        ("sub-functions at goal switches", _through_switches(told)),
        ("perfect again after a goal switch", _recovery(told)),
        (f"{words.part}s of the last {words.network}, and since when", _gates(told["gates"], words.part)),
        (
            "last steps" if told["mutations"] else "the one step",
            [line for row in last_steps[-N_LAST:] for line in _step(row)],
        ),
    ]
    yield from ((title, lines) for title, lines in found if lines)


def _head(told: Summary) -> list[str]:
    end, head = told["end"], list[tuple[str, str]]()
    settles = "" if end["settled"] else ", does not settle"
    size = f"{Words(**told['called']).parts(end['gates'])}, {end['connections']} connections{settles}"
    head.append(("individual", f"generation {told['last']:,}, place {told['place']:,}: {size}"))
    benefits = {
        name.removeprefix("benefit_on_"): value for name, value in end.items() if name.startswith("benefit_on_")
    }
    own = "" if end["benefit"] is None else f", benefit {end['benefit']:.4g} on {end['goal']}"
    others = on_others({name: value for name, value in benefits.items() if name != end["goal"]})
    head.append(("", f"its genome came in generation {end['generation']:,}{own}{others}"))
    births = _n(told["births"], "birth")
    head.append(("line of descent", f"generations {told['first']:,} to {told['last']:,}: {births}"))
    silent = f", {told['silent']:,} of them silent" if told["mutations"] else ""
    crossed = f", {told['crossed']:,} by crossover" if told["crossed"] else ""
    head.append(("", f"{_n(told['mutations'], 'change')} of the genome{silent}{crossed}"))
    if checked := told.get("checked"):
        compared = [_n(checked[what], what[:-1]) for what in ("snapshots", "champions") if checked.get(what)]
        same = f"as in the log ({', '.join(compared)})" if compared else "the log has nothing to compare with"
        head.append(("made again", f"generations {checked['first']:,} to {checked['last']:,}, {same}"))
    return [line for what, text in head for line in _wrapped(f"  {what:<18} ", text)]


def _n(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 'es' if what.endswith('ch') else 's'}"


def _effects(effects: dict[str, dict[str, int]], words: Words, fading: bool) -> list[str]:
    """A line for each goal; of many goals the ones with most mutations, and the sum."""
    if not effects:
        return []
    columns = list(next(iter(effects.values())))
    rows = list(effects.items())
    if len(rows) > N_LISTED:
        rows = sorted(rows, key=lambda item: -sum(item[1].values()))[:N_LISTED]
    rows.append((f"all {len(effects)}", {c: sum(one[c] for one in effects.values()) for c in columns}))
    lines = [
        f"  {'':<53}" + " of the neutral: ".center(13 * (len(columns) - 3), "-").rjust(13 * (len(columns) - 3)),
        f"  {'':<14}" + "".join(f"{name:>13}" for name in columns),
    ]
    lines += [
        f"  {_cut(goal, 14):<14}" + "".join(f"{counts[name]:>13,}" for name in columns)
        for goal, counts in (rows if len(effects) > 1 else rows[:1])
    ]
    return [*lines, *(line.format(words.part) for line in LEGEND), *(FADING if fading else ())]


def _milestones(rows: list[dict[str, Any]]) -> list[str]:
    lines = []
    for row in rows[:N_MILESTONES]:
        changes = f" ({row['changes']})" if row["changes"] else ""
        lines += _wrapped(f"{row['generation']:>11,}  ", "; ".join(row["what"]) + changes)
    return lines + ([f"  … and {len(rows) - N_MILESTONES} more"] if len(rows) > N_MILESTONES else [])


def _since(told: Summary) -> tuple[str, str]:
    """Which switches are told of: those after all goals were solved, where there are any."""
    if told["recovery"]["line_since_solved"]["switches"]:
        return "_since_solved", f" since all goals were solved (generation {told['solved']:,})"
    return "", ""


def _through_switches(told: Summary) -> list[str]:
    known, lines = told["subfunctions"], list[str]()
    if not known:
        return []
    for name, found in list(known.items())[:N_LISTED]:
        lines.append(f"  {name}: {_there(found, told['first'])}")
    suffix, when = _since(told)
    counted = next(iter(known.values()))[f"switches{suffix}"]
    if not (n := sum(counted.values())):
        return lines
    lines += ["", f"  {_n(n, 'goal switch')}{when}", f"  {'':<28}" + "".join(f"{fate:>13}" for fate in counted)]
    for name, found in list(known.items())[:N_LISTED]:
        for key, what in ((f"switches{suffix}", name), (f"switches{suffix}_in_module", "  … as four NANDs")):
            if what == name or any(count for fate, count in found[key].items() if fate != "absent"):
                shares = "".join(f"{count:>6,}{count / n * 100:>5.0f} %" for count in found[key].values())
                lines.append(f"  {_cut(what, 28):<28}{shares}".rstrip())
    return lines


def _there(found: dict[str, Any], start: int) -> str:
    if found["first"] is None:
        return "never computed"
    already = "computed from the start" if start == 0 else f"already computed in generation {start:,}"
    first = already if found["first"] == start else f"first computed in generation {found['first']:,}"
    if found["since"] is None:
        return f"{first}; not there at the end"
    always = "ever since" if found["since"] == found["first"] else f"there since {found['since']:,}"
    return f"{first}; {always}, in {', '.join(found['gates'])} at the end"


def _recovery(told: Summary) -> list[str]:
    suffix, when = _since(told)
    if not (n := told["recovery"][f"line{suffix}"]["switches"]):
        return []
    lines = [f"  {_n(n, 'goal switch')}{when}"]
    for who, what in (("population", "somebody"), ("line", "the line itself")):
        found = told["recovery"][who + suffix]
        after = "" if found["median"] is None else f", after {found['median']:.4g} generations (median)"
        lines.append(f"  {what:<16} after {found['perfect']:,} of them, {found['perfect'] / n * 100:.0f} %{after}")
    return lines


def _gates(gates: list[dict[str, Any]], part: str) -> list[str]:
    names = max(6, len(part) + 1)
    width = max((12, *(len(", ".join(row["reads"])) + 1 for row in gates[:N_LISTED])))
    head = f"  {part:<{names}}{'reads':<{width}}{'wired':>9}{'effective':>11}{'computes':>10}  sub-function"
    lines = [head] if gates else []
    for row in gates[:N_LISTED]:
        ages = f"{row['wired']:>9,}{row['effective']:>11,}{row['computes']:>10,}"
        lines.append(
            f"  {row['name']:<{names}}{', '.join(row['reads']):<{width}}{ages}  {row['subfunction'] or ''}".rstrip()
        )
    return (
        lines
        + ([f"  … and {len(gates) - N_LISTED} more"] if len(gates) > N_LISTED else [])
        + ([line.format(part, "two " * (part == "gate")) for line in AGES] if gates else [])
    )


def _step(row: dict[str, Any]) -> list[str]:
    gain = f"{row['gain']:+.4g}" if row["gain"] else ""
    kind = (row["effect"] or "first") if row["gain"] is not None else "unselected"
    head = f"{row['generation']:>11,}  {_cut(row['goal'], 12):<12} {kind + ' (hidden)' * row['hidden']:<16} {gain:>8}  "
    return _wrapped(head, row["changes"])


def _wrapped(head: str, text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=head, subsequent_indent=" " * len(head)) or [head.rstrip()]


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _fit(line: str) -> str:
    return _cut(line, WIDTH)

"""In what two weighted nets differ, in words."""

from __future__ import annotations

from itertools import accumulate, pairwise

from evomod.genotypes.net_phenotype import NetPhenotype


def changes(before: NetPhenotype, after: NetPhenotype) -> tuple[str, ...]:
    """Which links came, went or have another weight, and which biases changed.

    A change is silent in a unit that has no path of links to an output in either net.
    """
    expressed, found = _effective(before) | _effective(after), []
    sizes = (len(before.input_names), *before.hidden, len(before.output_names))
    below = [first for first, size in zip(accumulate((0, *sizes)), sizes[1:], strict=False) for _ in range(size)]
    for k in range(len(before.biases)):
        unit = before.name(len(before.input_names) + k)
        told = [
            _told(unit, before.name(below[k] + s), old, new)
            for s, (old, new) in enumerate(zip(before.weights[k], after.weights[k], strict=True))
            if old != new
        ]
        if before.biases[k] != after.biases[k]:
            told.append(f"the bias of {unit} is {after.biases[k]:.6g} instead of {before.biases[k]:.6g}")
        found += told if k in expressed else [f"silent: {one}" for one in told]
    return tuple(found)


def _told(unit: str, source: str, old: float, new: float) -> str:
    if not old:
        return f"{unit} now reads {source}, with weight {new:.6g}"
    if not new:
        return f"{unit} no longer reads {source}"
    return f"{unit} reads {source} with weight {new:.6g} instead of {old:.6g}"


def _effective(net: NetPhenotype) -> set[int]:
    """Units with a path of links to an output."""
    ends = list(accumulate((0, *net.hidden, len(net.output_names))))
    found = set(range(ends[-2], ends[-1]))
    for (below, above), (_, top) in reversed(list(zip(pairwise(ends), pairwise(ends[1:]), strict=False))):
        found |= {below + s for k in range(above, top) if k in found for s, w in enumerate(net.weights[k]) if w}
    return found

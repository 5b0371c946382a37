"""How wires look: feedback apart from the rest and, in nets, weights by their sign and size."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from matplotlib.lines import Line2D

from evomod.networks.network import Network
from evomod.report.figure import BLUE, INK, VERMILLION

DASHES = (0, (4, 2))
DOTS = (0, (1.6, 1.0))  # of weights below 0
WIDTH = 1.25  # in points; of weights from THIN to THICK
THIN, THICK = 0.5, 2.6


class Look(NamedTuple):
    """Of a wire; the width in points on a roomy page."""

    colour: str
    style: Any
    width: float


def is_weighted(network: Network) -> bool:
    """Do weights differ from 1?"""
    return any(weight != 1 for weight in _weights(network))


def looks_of(network: Network, feedback: Collection[int]) -> list[Look]:
    """The look of each edge; the name of an output is no weight."""
    least, most = _sizes(network)
    weighted, looks = is_weighted(network), []
    for e, ((_, target), weight) in enumerate(zip(network.edges, network.weight_array.tolist(), strict=True)):
        inner = weighted and network.roles[target] != "output"
        width = THIN + (THICK - THIN) * abs(weight) / most if inner and least < most else WIDTH
        minus = inner and weight < 0
        style = DASHES if e in feedback else DOTS if minus else "-"
        looks.append(Look(BLUE if minus else VERMILLION if e in feedback else INK, style, width))
    return looks


def legend_of(network: Network, feedback: Collection[int], scale: float) -> list[tuple[Any, str]]:
    """Lines and what they mean."""

    def line(colour: str, style: Any, width: float) -> Line2D:
        return Line2D([], [], color=colour, linestyle=style, linewidth=width * scale)

    entries: list[tuple[Any, str]] = []
    if is_weighted(network):
        least, most = _sizes(network)
        if least < most:
            thin = THIN + (THICK - THIN) * least / most
            entries.append(((line(INK, "-", thin), line(INK, "-", THICK)), f"|weight| {least:.2g} to {most:.2g}"))
        if any(weight < 0 for weight in _weights(network)):
            entries.append((line(BLUE, DOTS, WIDTH), "below 0"))
    if feedback:
        entries.append((line(VERMILLION, DASHES, WIDTH), "feedback"))
    return entries


def _weights(network: Network) -> list[float]:
    """Those of wires between inputs and parts."""
    weights = zip(network.edges, network.weight_array.tolist(), strict=True)
    return [weight for (_, target), weight in weights if network.roles[target] != "output"]


def _sizes(network: Network) -> tuple[float, float]:
    """The smallest and the largest size of a weight."""
    sizes = [abs(weight) for weight in _weights(network)]
    return min(sizes, default=1.0), max(sizes, default=1.0)

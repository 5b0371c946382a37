"""A circuit that changes: frames in which every node keeps its place, as a GIF or a film."""

from __future__ import annotations

import os
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.animation import FFMpegWriter
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch, PathPatch, Polygon
from matplotlib.path import Path as Curve
from PIL import Image

from evomod.errors import InputError
from evomod.networks.network import Network
from evomod.report.circuit_drawing import FILLS
from evomod.report.epochs import Floats
from evomod.report.figure import GREEN, GREY, INK, VERMILLION
from evomod.report.wire_looks import DASHES

SUFFIXES = (".gif", ".mp4")
SECONDS, LAST_SECONDS = 0.8, 3.0  # that a frame is shown, and the last one
SIZE, FRAME_DPI = (7.6, 4.4), 90
N_COLUMNS = 7  # of gates
WIDTH, HEIGHT = 0.62, 0.5  # of a box, in units of the distance of two
BENDS = (0.0, 0.4, -0.4, 0.8, -0.8, 1.2, -1.2, 1.7, -1.7)
# Ways that a wire tries, to get round boxes: how far it is bent aside near either end, of equals the least.
BOWS = sorted(((a, b) for a in BENDS for b in BENDS), key=lambda bow: abs(bow[0]) + abs(bow[1]) + abs(bow[0] - bow[1]))
APART = 0.13  # of wires that go up or leave backwards, from those that come: an end is never a beginning
MEANING = (GREEN, VERMILLION)
GONE: dict[str, Any] = {"edgecolor": "#999999", "linestyle": ":", "linewidth": 1.2, "zorder": 1}
Wire = tuple[str, str]
Point = tuple[float, float]


@dataclass(frozen=True)
class Frame:
    """A network, told from others in the sequence by the names of its nodes, and what is printed above and below it."""

    network: Network
    title: str
    caption: str


def animate(frames: Sequence[Frame], path: Path) -> list[Path]:
    """Draw the frames one after the other into a file, `.gif` or `.mp4`: the same frames, the same bytes of a GIF.

    Raises
    ------
    InputError
        If there is no frame, or no ffmpeg for a film.
    """
    if not frames:
        raise InputError(f"{path}: nothing has changed on this line, so that there is nothing to animate")
    if path.suffix.lower() == ".mp4" and shutil.which("ffmpeg") is None:
        raise InputError(f"{path}: films are made by ffmpeg, which is not installed; choose a GIF: {path.stem}.gif")
    figure = Figure(figsize=SIZE, dpi=FRAME_DPI)
    canvas = FigureCanvasAgg(figure)
    drawn = _drawn(figure, frames)
    unfinished = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        if path.suffix.lower() == ".mp4":
            writer = FFMpegWriter(fps=5)
            with writer.saving(figure, str(unfinished), FRAME_DPI):
                for k, _ in enumerate(drawn):
                    for _ in range(round(5 * (SECONDS if k + 1 < len(frames) else LAST_SECONDS))):
                        writer.grab_frame()
        else:
            _write_gif([_image(canvas) for _ in drawn], unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return [path]


def _image(canvas: FigureCanvasAgg) -> Image.Image:
    canvas.draw()  # type: ignore[no-untyped-call]
    return Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3].copy())  # type: ignore[no-untyped-call]


def _write_gif(images: Sequence[Image.Image], path: Path) -> None:
    """One palette for all: nothing flickers, and what does not change takes no room."""
    n, height = min(len(images), 4), images[0].height
    sample = Image.new("RGB", (images[0].width, height * n + 20 * len(MEANING)))
    for k, colour in enumerate(MEANING):  # however rare they are
        sample.paste(colour, (0, height * n + 20 * k, sample.width, height * n + 20 * (k + 1)))
    for k in range(n):
        sample.paste(images[k * (len(images) - 1) // 3 if len(images) > 3 else k], (0, k * images[0].height))
    palette = sample.quantize(48)
    first, *others = (image.quantize(palette=palette, dither=Image.Dither.NONE) for image in images)
    durations = [round(1000 * SECONDS)] * len(others) + [round(1000 * LAST_SECONDS)]
    first.save(path, format="GIF", save_all=True, append_images=others, duration=durations, loop=0, optimize=True)


@rc_context({"text.parse_math": False})
def _drawn(figure: Figure, frames: Sequence[Frame]) -> Iterator[Frame]:
    """Draw each frame into the figure, in turn."""
    places = _places([frame.network for frame in frames])
    x, y = np.array(list(places.values())).T
    before: Network | None = None
    for frame in frames:
        figure.clear()
        ax = figure.add_axes((0.0, 0.09, 1.0, 0.8))
        ax.set(xlim=(x.min() - 0.6, x.max() + 0.6), ylim=(y.min() - 0.85, y.max() + 0.85))
        ax.set_axis_off()
        _draw(ax, frame.network, before or frame.network, places)
        _draw_legend(figure)
        figure.text(0.5, 0.94, frame.title, ha="center", va="center", fontsize=10.5, color=INK)
        figure.text(0.5, 0.045, frame.caption, ha="center", va="center", fontsize=8.5, color=INK)
        yield frame
        before = frame.network


def _places(networks: Sequence[Network]) -> dict[str, Point]:
    """A place for every node that is ever there: gates in columns by mean layer, beside what they are wired to."""
    layers, wires, role = defaultdict(list), Counter[Wire](), {}
    for network in networks:
        for name, layer, what in zip(network.names, network.layers(), network.roles, strict=True):
            layers[name].append(layer)
            role[name] = what
        wires.update(_wires(network).keys())
    order = sorted(role, key=lambda name: (float(np.mean(layers[name])), name))
    gates = [name for name in order if role[name] not in ("input", "output")]
    fullest = max(networks, key=lambda network: network.roles.count("input"))
    inputs = [name for name in (*fullest.names, *order) if role[name] == "input"]
    columns = [list(dict.fromkeys(inputs))]
    each = max(2, -(-len(gates) // N_COLUMNS))
    columns += [gates[k : k + each] for k in range(0, len(gates), each)]
    columns.append(sorted(name for name in order if role[name] == "output"))
    places: dict[str, Point] = {}
    for c, names in enumerate(columns):
        pull = {name: _pull(name, wires, places) for name in names}
        # Every other column is set lower, so that level wires pass between boxes.
        middle = (len(names) - 1) / 2 + (0.22 if c % 2 else -0.22) * (0 < c < len(columns) - 1)
        for k, name in enumerate(names if c == 0 else sorted(names, key=lambda name: -pull[name])):
            places[name] = (1.25 * c, (middle - k) * (1.6 if c else 0.95))
    return places


def _pull(name: str, wires: Mapping[Wire, int], places: Mapping[str, Point]) -> float:
    """The mean height of what lies on the left and feeds a node, weighted by how often it does."""
    near = [(n, places[a][1]) for (a, b), n in wires.items() if b == name and a in places]
    total = sum(n for n, _ in near)
    return sum(n * y for n, y in near) / total if total else 0.0


def _wires(network: Network) -> Counter[Wire]:
    return Counter((network.names[source], network.names[target]) for source, target in network.edges)


def _draw(ax: Axes, network: Network, before: Network, places: Mapping[str, Point]) -> None:
    """The network; what is new since the one before is green, what has gone dotted."""
    now, then = _wires(network), _wires(before)
    names, edges = network.names, network.edges
    feedback = {(names[edges[e][0]], names[edges[e][1]]) for e in network.feedback_edges()}
    there = {name: places[name] for name in network.names}
    for wire in then - now:
        if wire not in now:
            _draw_wire(ax, wire, places, there, GONE, 0.0)
    for wire, n in now.items():
        for k in range(n):
            new = k >= then[wire]
            colour = GREEN if new else VERMILLION if wire in feedback else INK
            look = {
                "edgecolor": colour,
                "linestyle": DASHES if wire in feedback else "-",
                "linewidth": 2.4 if new else 1.2,
                "zorder": 2.5 if new else 2,
            }
            _draw_wire(ax, wire, places, there, look, 0.1 * (k - (n - 1) / 2))
    labels = dict(zip(network.names, network.labels, strict=True))
    roles = dict(zip(network.names, network.roles, strict=True))
    for name, (x, y) in places.items():
        here = name in labels
        new = here and name not in before.names
        box = FancyBboxPatch((x - WIDTH / 2, y - HEIGHT / 2), WIDTH, HEIGHT, boxstyle="round,pad=0,rounding_size=0.12")
        box.set(facecolor=FILLS[roles[name]] if here else "#FAFAFA", zorder=3)
        box.set(edgecolor=GREEN if new else INK if here else "#DDDDDD", linewidth=2.2 if new else 1.0)
        ax.add_patch(box)
        gate = here and roles[name] not in ("input", "output")
        if here:
            ax.text(x, y + 0.07 * gate, labels[name], ha="center", va="center", fontsize=8, color=INK, zorder=4)
        if gate or not here:
            colour = GREY if here else "#CCCCCC"
            ax.text(x, y - 0.13 * gate, name, ha="center", va="center", fontsize=6.5, color=colour, zorder=4)


def _draw_legend(figure: Figure) -> None:
    handles = [
        Line2D([], [], color=GREEN, linewidth=2.4, label="new"),
        Line2D([], [], color=GONE["edgecolor"], linestyle=":", linewidth=1.2, label="gone"),
        Line2D([], [], color=VERMILLION, linestyle=DASHES, linewidth=1.2, label="feedback"),
    ]
    look = {"frameon": False, "fontsize": 7.5, "labelcolor": INK, "borderaxespad": 0.2}
    figure.legend(handles=handles, loc="upper right", bbox_to_anchor=(1.0, 0.91), ncols=len(handles), **look)


def _draw_wire(
    ax: Axes,
    wire: Wire,
    places: Mapping[str, Point],
    here: Mapping[str, Point],
    look: Mapping[str, Any],
    aside: float,
) -> None:
    """Draw a wire past the boxes that are `here`, and if it can be past the places of the others."""
    source, target = (places[end] for end in wire)
    solid, faint = (
        np.array([place for name, place in these.items() if name not in wire]).reshape(-1, 2)
        for these in (here, {name: place for name, place in places.items() if name not in here})
    )
    own = np.array([source, target])
    ways = [_way(source, target, aside, bow) for bow in BOWS]
    hits = [10 * (_hits(way, solid, 0.03) + _hits(way, own, -0.02)) + _hits(way, faint, 0.03) for way in ways]
    start, *controls, end = ways[int(np.argmin(hits))]
    curve = Curve([start, *controls, end], [Curve.MOVETO] + [Curve.CURVE4] * 3)
    # The white rim shows which wire passes over which.
    rim = {"edgecolor": "white", "linewidth": look["linewidth"] + 2.5, "zorder": look["zorder"] - 0.2}
    ax.add_patch(PathPatch(curve, fill=False, **rim))
    ax.add_patch(PathPatch(curve, fill=False, **look))
    along = np.subtract(end, controls[-1])
    along = along / np.hypot(*along)
    across = np.array([-along[1], along[0]])
    head = [end, end - 0.13 * along + 0.055 * across, end - 0.13 * along - 0.055 * across]
    ax.add_patch(Polygon(head, facecolor=look["edgecolor"], linewidth=0, zorder=3.5))


def _hits(way: Sequence[Point], others: Floats, margin: float) -> int:
    """How many boxes, float64 (n, 2), a Bézier curve meets, or comes as near as the margin."""
    t = np.linspace(0, 1, 40)[:, None, None]
    a, b, c, d = (np.array(point) for point in way)
    points = (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d
    inside = (np.abs(points - others) < [WIDTH / 2 + margin, HEIGHT / 2 + margin]).all(axis=2)
    return int(inside.any(axis=0).sum())


def _way(source: Point, target: Point, aside: float, bow: tuple[float, float]) -> list[Point]:
    """A Bézier curve from box to box, bent aside by so much near either end."""
    (x0, y0), (x1, y1) = source, target
    towards = float(np.sign(x1 - x0))
    if source == target:  # over the box
        top = y0 + HEIGHT / 2
        return [(x0 - 0.2, top), (x0 - 0.35, top + 0.45), (x0 + 0.35, top + 0.45), (x0 + 0.2, top)]
    if not towards:  # up or down
        way = float(np.sign(y1 - y0))
        up, x = HEIGHT / 2 * way, x0 + aside - APART * way
        return [(x, y0 + up), (x + bow[0], y0 + 2 * up), (x + bow[1], y1 - 2 * up), (x, y1 - up)]
    if towards < 0:  # back: over or under the boxes
        sides = [float(np.sign(b)) or float(np.sign(y1)) or 1.0 for b in bow]
        rises = [side * (0.4 + abs(b)) for side, b in zip(sides, bow, strict=True)]
        start = (x0 - APART * sides[0] - aside, y0 + sides[0] * HEIGHT / 2)
        end = (x1 + APART * sides[1] + aside, y1 + sides[1] * HEIGHT / 2)
        return [start, (start[0], start[1] + rises[0]), (end[0], end[1] + rises[1]), end]
    start = (x0 + WIDTH / 2, y0 + aside)
    end = (x1 - WIDTH / 2, y1 + aside + 0.12 * float(np.sign(y0 - y1)))
    bend = 0.45 * (end[0] - start[0])
    return [start, (start[0] + bend, start[1] + bow[0]), (end[0] - bend, end[1] + bow[1]), end]

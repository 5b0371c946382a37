"""Circuits for notebooks and scripts: from a text to a value that computes and draws itself."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
import numpy.typing as npt
from matplotlib import rc_context

from evomod.errors import InputError
from evomod.genotypes.circuit_phenotype import CircuitPhenotype
from evomod.goals.base import truth_table_inputs
from evomod.goals.logic import WORDS
from evomod.netlists import formats
from evomod.netlists.synthesis import synthesise
from evomod.report.circuit_drawing import draw_circuit

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# How the text of a netlist begins, comments left out; no expression begins so.
_BEGINNINGS = {
    "json": r"\{",
    "blif": r"\.\w",
    "graphml": "<",
    "dot": r"(strict\s+)?(di)?graph\b[^{]*\{",
    "verilog": r"(\(\*.*?\*\)\s*)*module\b.*\bendmodule\b",
}
_LINE = re.compile(r"\s*(//|#)[^\n]*")
_BLOCK = re.compile(r"\s*/\*.*?\*/", re.DOTALL)


class Circuit(CircuitPhenotype):
    """A circuit of two-input gates: it computes, draws itself, and shows its drawing in a notebook.

    Two are equal if gates, wires and names are. `states`, `trajectory` and `respond` take the inputs in the order of
    `input_names`.
    """

    @classmethod
    def of(cls, circuit: CircuitPhenotype) -> Self:
        """The same circuit, from a log (`evomod.lineage.individual.phenotype`) or a netlist."""
        return cls(**vars(circuit))

    @classmethod
    def parse(
        cls, source: str | Path | Sequence[str], *, inputs: Sequence[str] = (), gates: Sequence[str] = ("nand",)
    ) -> Self:
        """A circuit from expressions, from the text of a netlist, or from a file with one.

        Parameters
        ----------
        source : str, Path, or sequence of str
            An expression or hex table as in a scenario's goals, or one for each output; or a netlist in Verilog, BLIF,
            JSON, DOT or GraphML, which is recognised; or a netlist's file, known by its suffix.
        inputs : sequence of str, optional
            Of expressions: names and order of the inputs; by default as they come in the text.
        gates : sequence of str
            Of expressions: the kinds of gates that it is made of, keys of `GATES`.

        Raises
        ------
        InputError
            For a mistake in an expression; as NetlistError, for one in a netlist, with its line.
        """
        if isinstance(source, Path) or (isinstance(source, str) and _is_file_name(source)):
            return cls.of(formats.read_file(source))
        if isinstance(source, str):
            if (format_ := _format_of(source)) is not None:
                return cls.of(formats.read(source, format_))
            source = [source]
        made = synthesise(source, inputs or _inputs_of(source), gates)
        names = ("out",) if len(source) == 1 else tuple(f"out{k}" for k in range(1, len(source) + 1))
        return cls.of(CircuitPhenotype(made.input_names, names, made.kinds, made.sources, made.outputs))

    def write(self, format: str, name: str = "circuit") -> str:  # noqa: A002 (the field's own word)
        """The effective circuit as a netlist: verilog, blif, dot, graphml or json; `parse` reads it."""
        return formats.write(self, format, name)

    def truth_table(self) -> npt.NDArray[np.float64]:
        """Its answers: (2^n_inputs, n_outputs), 0 or 1; where it oscillates the share of the states that are 1.

        Row r has input i equal to bit i of r.
        """
        return np.array([self.respond(row) for row in truth_table_inputs(len(self.input_names)).tolist()])

    def draw(self, title: str = "") -> Figure:
        """The drawing, as a matplotlib figure."""
        return draw_circuit(self.network(), title=title)

    def _repr_svg_(self) -> str:
        """The drawing as SVG; the same text for the same circuit. Its words stay words."""
        text = io.StringIO()
        with rc_context({"svg.fonttype": "none", "svg.hashsalt": "evomod"}):
            self.draw().savefig(text, format="svg", metadata={"Date": None, "Creator": None})
        return text.getvalue()[text.getvalue().index("<svg") :]


def _is_file_name(text: str) -> bool:
    """No expression ends like a netlist's file."""
    return "\n" not in text and text.lower().endswith(tuple(known.suffix for known in formats.FORMATS.values()))


def _format_of(text: str) -> str | None:
    """The format of a netlist, by how it begins after comments; None for an expression."""
    while found := _LINE.match(text) or _BLOCK.match(text):
        text = text[found.end() :]
    return next((name for name, begin in _BEGINNINGS.items() if re.match(rf"\s*{begin}", text, re.DOTALL)), None)


def _inputs_of(expressions: Sequence[str]) -> list[str]:
    """Names in the order in which they come."""
    words = [word for text in expressions for word in re.findall(r"\b[A-Za-z_]\w*", text)]
    found = list(dict.fromkeys(word for word in words if word.lower() not in WORDS))
    if not found:
        raise InputError(
            f"{', '.join(map(repr, expressions))}: names no input; say which there are, as in "
            "Circuit.parse('0x6', inputs=['x', 'y'])"
        )
    return found

"""All formats by name, and files by their suffix."""

from __future__ import annotations

import pathlib
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

from evomod.document import suggest
from evomod.errors import InputError, NetlistError
from evomod.genotypes.circuit_phenotype import CircuitPhenotype
from evomod.netlists import blif, dot, graphml, json_netlist, verilog

MAX_BYTES = 1 << 24  # of a file that is read; a circuit of 64 nodes has some thousand


@dataclass(frozen=True)
class Format:
    """How circuits are written and read, and the suffix of such files."""

    suffix: str
    write: Callable[[CircuitPhenotype, str], str]
    read: Callable[[str], CircuitPhenotype]


def _format(suffix: str, module: ModuleType) -> Format:
    return Format(suffix, module.write, module.read)


FORMATS: dict[str, Format] = {
    "verilog": _format(".v", verilog),
    "blif": _format(".blif", blif),
    "dot": _format(".dot", dot),
    "graphml": _format(".graphml", graphml),
    "json": _format(".json", json_netlist),
}


def write(circuit: CircuitPhenotype, format: str, name: str) -> str:  # noqa: A002 (the field's own word)
    """The effective circuit as a text.

    Parameters
    ----------
    circuit : CircuitPhenotype
        Gates without a path to an output are left out; inputs that nothing reads are not.
    format : str
        A key of FORMATS.
    name : str
        What the text calls the circuit; any text, encoded where the format asks for it.

    Raises
    ------
    InputError
        For an unknown format; as NetlistError, where two inputs or two outputs share a name.
    """
    return _known(format).write(circuit, name)


def read(text: str, format: str) -> CircuitPhenotype:  # noqa: A002
    """The effective circuit of a text; NetlistError with line and what was expected, where there is none.

    Gates are numbered in the order of the text. A circuit that oscillates is sampled after as many sweeps as it has
    gates and four: put it back into a genome of as many gates as it came from to see the same 20 states.
    """
    return _known(format).read(text)


def read_file(path: str | pathlib.Path) -> CircuitPhenotype:
    """The effective circuit of a file, in the format of its suffix; NetlistError as `read`, with the file's name."""
    path = pathlib.Path(path)
    found = [format_ for format_ in FORMATS.values() if format_.suffix == path.suffix.lower()]
    if not found:
        suffixes = ", ".join(format_.suffix for format_ in FORMATS.values())
        raise NetlistError(f"{path}: the suffix {path.suffix!r} is that of no format; possible: {suffixes}")
    try:
        if path.exists() and not path.is_file():  # a pipe would keep us waiting
            raise NetlistError("is no file")
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise NetlistError(f"is larger than {MAX_BYTES >> 20} MiB, the most that is read")
        return found[0].read(raw.decode("utf-8-sig"))
    except OSError as error:
        raise NetlistError(f"{path}: cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise NetlistError(f"{path}: is not UTF-8 text") from None
    except NetlistError as error:
        raise NetlistError(f"{path}: {error}") from None


def _known(name: str) -> Format:
    if name not in FORMATS:
        raise InputError(f"unknown format {name!r}{suggest(name, FORMATS)}; possible: {', '.join(FORMATS)}")
    return FORMATS[name]

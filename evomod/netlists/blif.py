"""BLIF, the format of SIS and ABC: one truth table, `.names`, for each gate."""

from __future__ import annotations

from collections.abc import Iterator

from evomod.errors import NetlistError
from evomod.genotypes.circuit_phenotype import GATES, CircuitPhenotype
from evomod.netlists.netlist import SAME, Netlist, Wiring, encode, mistake

_HINT = "a circuit has gates of two inputs, written as .names (in Yosys: `techmap`, `abc -g AND,XOR`; in ABC: `strash`)"


def write(circuit: CircuitPhenotype, name: str) -> str:
    """The effective circuit as one `.model`; NetlistError where two inputs or two outputs share a name."""
    netlist = Netlist.of(circuit)
    lines = [f"# {netlist.remark}"] if netlist.remark else []
    lines += [f".model {encode(name)}", ".inputs " + " ".join(netlist.inputs)]
    lines += [".outputs " + " ".join(port for port, _ in netlist.outputs)]
    for gate in netlist.gates:
        lines += [f".names {' '.join(gate.sources)} {gate.name}", *_cover(GATES[gate.kind])]
    for port, source in netlist.outputs:
        lines += [f".names {source} {port}", "1 1"]
    return "\n".join([*lines, ".end", ""])


def _cover(table: int) -> list[str]:
    """The rows with the rarer value."""
    rare = 1 if table.bit_count() <= 2 else 0
    return [f"{row & 1}{row >> 1} {rare}" for row in range(4) if table >> row & 1 == rare]


def read(text: str) -> CircuitPhenotype:
    """The circuit of the only `.model`; NetlistError with the line where there is none, or a gate is too wide."""
    wiring, ended = Wiring(), False
    table: tuple[str, list[str]] | None = None  # of the .names that is being read: its line and wires
    rows: list[tuple[str, list[str]]] = []
    for where, words in _lines(text):
        if ended:
            raise mistake(where, f"expected nothing after .end, got {words[0]!r}; a file holds one circuit")
        if not words[0].startswith("."):
            if table is None:
                raise mistake(where, f"expected a command such as .names, got {words[0]!r}")
            rows.append((where, words))
            continue
        if table is not None:
            _drive(wiring, *table, rows)
        table, rows = None, []
        match words[0]:
            case ".model":
                pass
            case ".inputs":
                for name in words[1:]:
                    wiring.add_input(name, where)
            case ".outputs":
                for name in words[1:]:
                    wiring.add_output(name, where)
            case ".names":
                table = (where, words[1:])
            case ".end":
                ended = True
            case other:
                raise mistake(where, f"expected .model, .inputs, .outputs, .names or .end, got {other!r}; {_HINT}")
    if not ended:
        raise NetlistError("expected .end, got the end of the text")
    return wiring.circuit()


def _lines(text: str) -> Iterator[tuple[str, list[str]]]:
    """Words of each line that has some; a backslash at its end joins the next one."""
    joined, first = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        line = line.split("#")[0].rstrip()
        first = first if joined else number
        if line.endswith("\\"):
            joined += line[:-1] + " "
            continue
        if words := (joined + line).split():
            yield f"line {first}", words
        joined = ""


def _drive(wiring: Wiring, where: str, wires: list[str], rows: list[tuple[str, list[str]]]) -> None:
    """Read one cover: rows of 0, 1 and -, and the value that the function has there."""
    if not 1 <= len(wires) <= 3:
        raise mistake(where, f"expected .names with at most two inputs and an output, got {len(wires)} wires; {_HINT}")
    n_sources = len(wires) - 1
    covered, values = 0, set()
    for row_where, words in rows:
        pattern, value = words if n_sources and len(words) == 2 else ("", "".join(words))
        if len(pattern) != n_sources or set(pattern) - set("01-") or value not in ("0", "1"):
            expected = f"{n_sources} of 0, 1 or -, a space, and 0 or 1" if n_sources else "0 or 1"
            raise mistake(row_where, f"expected {expected}, got {' '.join(words)!r}")
        for row in range(4):
            covered |= all(p in ("-", str(row >> i & 1)) for i, p in enumerate(pattern)) << row
        values.add(value)
    if len(values) > 1:
        raise mistake(rows[0][0], "expected rows that all end in 0 or all in 1, got both")
    table = covered ^ (0b1111 if values == {"0"} else 0)
    a, b = ([*wires[:-1]] * 2)[:2] if n_sources else ("", "")
    if wires[-1] != a or table != SAME:
        wiring.drive(wires[-1], table, (a, b), where)

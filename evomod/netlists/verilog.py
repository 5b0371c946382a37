"""Structural Verilog: one module of gate primitives; `andnot` and `ornot`, which have none, as `assign`."""

from __future__ import annotations

import re

from evomod.genotypes.circuit_phenotype import CircuitPhenotype
from evomod.netlists.netlist import Netlist, encode
from evomod.netlists.verilog_reader import PRIMITIVES, VerilogReader

_PRIMITIVE = {kind: word for word, kind in PRIMITIVES.items()}
_EXPRESSION = {"andnot": "{} & ~{}", "ornot": "{} | ~{}"}

# Plain where it can be no keyword of any Verilog: those are of small letters, with a digit at the end at most.
_PLAIN = re.compile(r"(?![a-z_]{2,}[0-9]?$)[A-Za-z_][A-Za-z0-9_]*")


def write(circuit: CircuitPhenotype, name: str) -> str:
    """The effective circuit as one module; NetlistError where two inputs or two outputs share a name."""
    netlist = Netlist.of(circuit)
    ports = [_identifier(port) for port, _ in netlist.outputs]
    inputs = [_identifier(each) for each in netlist.inputs]
    lines = [f"// {netlist.remark}"] if netlist.remark else []
    lines += [f"module {_identifier(encode(name))} ({', '.join(inputs + ports)});"]
    lines += [f"  input {', '.join(inputs)};", f"  output {', '.join(ports)};"]
    if netlist.gates:
        lines.append(f"  wire {', '.join(gate.name for gate in netlist.gates)};")
    for gate in netlist.gates:
        a, b = map(_identifier, gate.sources)
        if gate.kind in _PRIMITIVE:
            lines.append(f"  {_PRIMITIVE[gate.kind]} ({gate.name}, {a}, {b});")
        else:
            lines.append(f"  assign {gate.name} = {_EXPRESSION[gate.kind].format(a, b)};")
    for port, (_, source) in zip(ports, netlist.outputs, strict=True):
        lines.append(f"  assign {port} = {_identifier(source)};")
    return "\n".join([*lines, "endmodule", ""])


def _identifier(name: str) -> str:
    """A name as Verilog wants it: plain, or escaped by a backslash and closed by a space."""
    return name if _PLAIN.fullmatch(name) else f"\\{name} "


def read(text: str) -> CircuitPhenotype:
    """The circuit of the only module; NetlistError with the line, where it is more than gates and expressions."""
    return VerilogReader(text).module()

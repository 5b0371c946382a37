"""Circuits as JSON, for scripts.

{"format": "evomod-netlist", "version": 1, "name": "…",
 "inputs": ["x", "y"],
 "gates": [{"name": "g0", "kind": "nand", "sources": ["x", "y"]}],
 "outputs": [{"name": "f", "source": "g0"}]}

Sources are names of inputs or gates, in any order; kinds are those of `genotype.gates`. `comment` may say more.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from evomod.component import AsTuple
from evomod.document import Document, Path, suggest
from evomod.errors import NetlistError, ScenarioError
from evomod.genotypes.circuit_phenotype import GATES, CircuitPhenotype
from evomod.netlists.netlist import PORT, SAME, Netlist, Wiring, decode, encode, mistake
from evomod.validation import mistakes_of


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class _Gate(_Part):
    name: str
    kind: str
    sources: Annotated[tuple[str, str], AsTuple]

    @field_validator("kind")
    @classmethod
    def _kind_exists(cls, kind: str) -> str:
        if kind not in GATES:
            raise ValueError(f"unknown gate {kind!r}{suggest(kind, GATES)}; possible: {', '.join(GATES)}")
        return kind


class _Output(_Part):
    name: str
    source: str


class _File(_Part):
    format: Literal["evomod-netlist"]
    version: Literal[1]
    name: str = ""
    comment: str = ""
    inputs: Annotated[tuple[str, ...], AsTuple]
    gates: Annotated[tuple[_Gate, ...], AsTuple]
    outputs: Annotated[tuple[_Output, ...], Field(min_length=1), AsTuple]


def _keys_at(path: Path) -> Iterable[str]:
    parts: dict[Path, type[_Part]] = {("gates",): _Gate, ("outputs",): _Output}
    return parts.get(path[:1], _File).model_fields


def write(circuit: CircuitPhenotype, name: str) -> str:
    """The effective circuit, a gate a line; NetlistError where two inputs or two outputs share a name."""
    netlist = Netlist.of(circuit)
    gates = [{"name": g.name, "kind": g.kind, "sources": [decode(s) for s in g.sources]} for g in netlist.gates]
    outputs = [
        {"name": output, "source": decode(source)}
        for output, (_, source) in zip(circuit.output_names, netlist.outputs, strict=True)
    ]
    fields = {"format": "evomod-netlist", "version": 1, "name": name}
    fields |= {"comment": netlist.remark} if netlist.remark else {}
    fields |= {"inputs": list(circuit.input_names), "gates": gates, "outputs": outputs}
    return "{\n" + ",\n".join(f"  {_text(key)}: {_listed(value)}" for key, value in fields.items()) + "\n}\n"


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _listed(value: object) -> str:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "[\n" + ",\n".join(f"    {_text(each)}" for each in value) + "\n  ]"
    return _text(value)


def _placed(error: ValidationError, text: str) -> str:
    """What is wrong in a text, and where: JSON is YAML, and that reader remembers lines."""
    try:
        document = Document.parse(text, "line")
        sentences = document.error(mistakes_of(error, document, known_keys=_keys_at))
    except ScenarioError as other:  # such as a list where a mapping should be
        sentences = other
    return re.sub(r"(?m)^line:(\d+):(\d+)", r"line \1, column \2", str(sentences))


def read(text: str) -> CircuitPhenotype:
    """The circuit; NetlistError with line, column and key of everything that is wrong."""
    try:
        file = _File.model_validate(json.loads(text))
    except json.JSONDecodeError as error:
        raise mistake(f"line {error.lineno}, column {error.colno}", f"expected JSON: {error.msg}") from None
    except RecursionError:
        raise NetlistError("expected a netlist, got lists within lists within lists") from None
    except ValidationError as error:
        raise NetlistError(_placed(error, text)) from None
    wiring = Wiring()
    for k, name in enumerate(file.inputs):
        wiring.add_input(encode(name), f"inputs[{k}]")
    for k, gate in enumerate(file.gates):
        a, b = map(encode, gate.sources)
        wiring.drive(encode(gate.name), GATES[gate.kind], (a, b), f"gates[{k}]")
    for k, output in enumerate(file.outputs):
        port = PORT + encode(output.name)
        wiring.add_output(port, f"outputs[{k}]")
        wiring.drive(port, SAME, (encode(output.source),) * 2, f"outputs[{k}]")
    return wiring.circuit()

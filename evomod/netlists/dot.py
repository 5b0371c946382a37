"""DOT, the language of Graphviz: for pictures, and read back as well."""

from __future__ import annotations

import re
from itertools import pairwise

from evomod.genotypes.circuit_phenotype import CircuitPhenotype
from evomod.netlists.graph import Edge, Node, circuit_of, graph_of
from evomod.netlists.netlist import Netlist, encode
from evomod.netlists.tokens import TokenReader

_SHAPES = {"input": "plaintext", "gate": "box", "output": "plaintext"}
_TOKEN = re.compile(
    r'(?P<skip>\s+|//[^\n]*|/\*.*?\*/|^\#[^\n]*)|"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<arrow>->)|(?P<word>-?[\w.]+)|(?P<symbol>.)',
    re.DOTALL | re.MULTILINE,
)


def write(circuit: CircuitPhenotype, name: str) -> str:
    """The effective circuit as a digraph from left to right; NetlistError where inputs or outputs share a name."""
    netlist = Netlist.of(circuit)
    nodes, edges = graph_of(netlist)
    lines = [f"// {netlist.remark}"] if netlist.remark else []
    lines += [f'digraph "{encode(name)}" {{', "  rankdir=LR;"]
    for node in nodes:
        attributes = {**node.attributes, "shape": _SHAPES[node.attributes["role"]]}
        listed = ", ".join(f'{key}="{value}"' for key, value in attributes.items())
        lines.append(f'  "{node.name}" [{listed}];')
    for edge in edges:
        pin = "".join(f' [{key}="{value}"]' for key, value in edge.attributes.items())
        lines.append(f'  "{edge.source}" -> "{edge.target}"{pin};')
    return "\n".join([*lines, "}", ""])


def read(text: str) -> CircuitPhenotype:
    """The circuit of the only digraph; NetlistError with the line where nodes lack roles or edges."""
    return _Reader(text).circuit()


class _Reader(TokenReader):
    """Statements of one digraph, without subgraphs; defaults of nodes and edges are for drawing and passed over."""

    literal = ("word", "symbol", "arrow")
    names = ("word", "quoted")

    def __init__(self, text: str) -> None:
        super().__init__(text, _TOKEN)
        self.nodes: dict[str, Node] = {}
        self.edges: list[Edge] = []

    def circuit(self) -> CircuitPhenotype:
        self.accept("strict")
        self.expect("digraph")
        if not self.accept("{"):
            self.name()
            self.expect("{")
        while not self.accept("}"):
            self.statement()
            self.accept(";")
        self.expect_end("the digraph")
        return circuit_of(list(self.nodes.values()), self.edges)

    def statement(self) -> None:
        token = self.here
        names = [self.name()]
        if self.accept("="):
            self.name()
            return
        while self.accept("->"):
            names.append(self.name())
        attributes = self.attributes()
        if len(names) > 1:
            self.edges += [Edge(source, target, attributes, token.where) for source, target in pairwise(names)]
        elif token.kind == "quoted" or token.text not in ("graph", "node", "edge"):
            before = self.nodes.get(names[0], Node(names[0], {}, token.where))
            self.nodes[names[0]] = before._replace(attributes={**before.attributes, **attributes})

    def attributes(self) -> dict[str, str]:
        found = {}
        while self.accept("["):
            while not self.accept("]"):
                key = self.name()
                self.expect("=")
                found[key] = self.name()
                if not self.accept(","):
                    self.accept(";")
        return found

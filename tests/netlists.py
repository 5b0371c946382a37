"""Circuits with any names that the tests of netlists share, and what circuits compute."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from evomod.genotypes.circuit_phenotype import GATES, CircuitPhenotype
from evomod.goals.base import truth_table_inputs

AWKWARD = ("g0", "out:x", "out", "and", "x y", "é", "%41", 'a"b\\', "#", "x", "module", "1", "a.b", "\n", "constant 1")
names = st.sampled_from(AWKWARD) | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=5)


@st.composite
def circuits(draw, name=names):
    """Circuits with any names, gates and wires, cycles and idle gates included."""
    inputs = draw(st.lists(name, min_size=1, max_size=4, unique=True))
    outputs = draw(st.lists(name, min_size=1, max_size=3, unique=True))
    kinds = draw(st.lists(st.sampled_from([*GATES]), max_size=10))
    node = st.integers(0, len(inputs) + len(kinds) - 1)
    sources = draw(st.lists(st.tuples(node, node), min_size=len(kinds), max_size=len(kinds)))
    reads = draw(st.lists(node, min_size=len(outputs), max_size=len(outputs)))
    return CircuitPhenotype(tuple(inputs), tuple(outputs), tuple(kinds), tuple(sources), tuple(reads))


def effective_part(circuit):
    """The circuit without idle gates, in the order of their numbers."""
    n_inputs, gates = len(circuit.input_names), circuit.effective()
    node = {i: i for i in range(n_inputs)} | {n_inputs + gate: n_inputs + k for k, gate in enumerate(gates)}
    return replace(
        circuit,
        kinds=tuple(circuit.kinds[gate] for gate in gates),
        sources=tuple((node[circuit.sources[gate][0]], node[circuit.sources[gate][1]]) for gate in gates),
        outputs=tuple(node[source] for source in circuit.outputs),
    )


def function(circuit):
    return [circuit.respond([bool(value) for value in row]) for row in truth_table_inputs(len(circuit.input_names))]

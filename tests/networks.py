"""Networks that the tests of drawings and of measures share."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from evomod.measures.base import Specimen
from evomod.networks.network import Network
from tests.generators import logic_gates


def circuit(n_inputs: int, gates: list[tuple[int, int]], outputs: list[int]) -> Network:
    n_gates = len(gates)
    edges = [(source, n_inputs + g) for g, pair in enumerate(gates) for source in pair]
    edges += [(source, n_inputs + n_gates + o) for o, source in enumerate(outputs)]
    names = (
        [f"x{i}" for i in range(n_inputs)] + [f"g{g}" for g in range(n_gates)] + [f"f{o}" for o in range(len(outputs))]
    )
    roles = ["input"] * n_inputs + ["gate"] * n_gates + ["output"] * len(outputs)
    labels = ["NAND" if role == "gate" else name for name, role in zip(names, roles, strict=True)]
    return Network(tuple(names), tuple(roles), tuple(labels), tuple(edges))


@st.composite
def circuits(draw: st.DrawFn) -> Network:
    n_inputs, n_gates, n_outputs = draw(st.integers(1, 4)), draw(st.integers(0, 23)), draw(st.integers(0, 3))
    source = st.integers(0, n_inputs + n_gates - 1)
    gates = draw(st.lists(st.tuples(source, source), min_size=n_gates, max_size=n_gates))
    return circuit(n_inputs, gates, draw(st.lists(source, min_size=n_outputs, max_size=n_outputs)))


# An inverter of two parallel wires, a self-loop, a ring back to g0 and a wire that skips layers.
CYCLIC = circuit(2, [(0, 5), (2, 2), (3, 1), (4, 5), (0, 5)], [6])

# An individual in which nothing is linked: every gate reads x, and so does the output.
_GATES = logic_gates()
UNLINKED = Specimen("unlinked", problem=_GATES, genome=np.zeros(_GATES.encoding.n_loci, np.uint8))

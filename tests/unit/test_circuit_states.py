"""States of all gates, against the circuit simulated row by row."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evomod.genotypes.circuit_states import gate_states
from tests.generators import bound, examples, genomes


@pytest.mark.jitless
@given(pair=bound(max_inputs=7), data=st.data())
@examples(60)
def test_gates_are_on_as_long_as_in_plain_python(pair, data):
    encoding, inputs = pair
    rows = data.draw(genomes(encoding, 3))
    share, effective = gate_states(encoding, rows)
    n_inputs = inputs.shape[1]
    cases = data.draw(st.lists(st.integers(0, len(inputs) - 1), min_size=1, max_size=8))
    for k, row in enumerate(rows):
        circuit = encoding.develop(row)
        assert tuple(np.flatnonzero(effective[k])) == circuit.effective()
        for case in cases:
            states = np.array(circuit.states(inputs[case]))
            assert np.array_equal(share[k, :, case], states[:, n_inputs:].mean(axis=0))


@pytest.mark.jitless
def test_no_genomes_have_no_states():
    from tests.generators import logic_gates

    share, effective = gate_states(logic_gates().encoding, np.zeros((0, 25), np.uint8))
    assert (share.shape, effective.shape) == ((0, 12, 16), (0, 12))

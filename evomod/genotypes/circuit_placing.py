"""From a circuit back to a genome: `CircuitEncoding.genome_of`, the inverse of `develop`."""

from __future__ import annotations

from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any

import numpy as np

from evomod.errors import InputError
from evomod.genotypes import circuit_evaluation as rule
from evomod.genotypes.circuit_phenotype import CircuitPhenotype

if TYPE_CHECKING:
    from evomod.genotypes.base import Array
    from evomod.genotypes.circuit import CircuitEncoding


def _sorter(circuit: CircuitPhenotype) -> TopologicalSorter[int]:
    n_inputs = len(circuit.input_names)
    gates = circuit.effective()
    return TopologicalSorter({g: [node - n_inputs for node in circuit.sources[g] if node >= n_inputs] for g in gates})


def cycle(circuit: CircuitPhenotype) -> list[int]:
    """One cycle of effective gates, its first gate again at the end; empty if there is none."""
    try:
        _sorter(circuit).prepare()
    except CycleError as error:
        found: list[int] = error.args[1]
        return found
    return []


def genome_of(
    encoding: CircuitEncoding, circuit: CircuitPhenotype, input_names: Sequence[str], output_names: Sequence[str]
) -> Array:
    """See `CircuitEncoding.genome_of`."""
    n_inputs, n_gates, _, stride = encoding.shape
    inputs = _matched("input", circuit.input_names, input_names, n_inputs)
    outputs = _matched("output", circuit.output_names, output_names, encoding.n_outputs)
    place = _places(encoding, circuit)
    node = dict(enumerate(inputs)) | {len(inputs) + gate: n_inputs + position for gate, position in place.items()}
    genome = np.zeros(encoding.n_loci, np.uint8)
    kinds = encoding.circuit.gates
    for gate, position in place.items():
        if circuit.kinds[gate] not in kinds:
            raise InputError(
                f"gate g{gate} of the circuit is {circuit.kinds[gate]!r}, and the genotype has {', '.join(kinds)}; add "
                "it to `genotype.gates`, or make the circuit from an expression, which uses the genotype's own gates"
            )
        gene: list[Any] = [node[source] for source in circuit.sources[gate]] + [kinds.index(circuit.kinds[gate])]
        genome[position * stride : (position + 1) * stride] = gene[:stride]
    for output, source in zip(outputs, circuit.outputs, strict=True):
        genome[n_gates * stride + output] = node[source]
    return genome


def _matched(what: str, names: Sequence[str], wanted: Sequence[str], n_wanted: int) -> list[int]:
    """For each input or output of the circuit, its number in the encoding."""
    if len(names) != n_wanted:
        raise InputError(
            f"the circuit has {len(names)} {what}(s) ({', '.join(names)}), and {n_wanted} are asked for; "
            f"give a circuit with {n_wanted}"
        )
    if not wanted:
        return list(range(n_wanted))
    if sorted(names) != sorted(wanted):
        raise InputError(
            f"the circuit's {what}s are {', '.join(names)}, and {', '.join(wanted)} are asked for; "
            f"rename them in the circuit's file or in the scenario"
        )
    return [list(wanted).index(name) for name in names]


def _places(encoding: CircuitEncoding, circuit: CircuitPhenotype) -> dict[int, int]:
    """A place in the genome for each effective gate: its own where all can keep theirs, else close together."""
    n_inputs, n_gates, _, _ = encoding.shape
    gates, around = circuit.effective(), cycle(circuit)
    if len(gates) > n_gates:
        possible = n_inputs + len(gates) <= rule.MAX_NODES
        more = f"set `genotype.n_gates` to {len(gates)} or more, or give" if possible else "give"
        raise InputError(
            f"the circuit has {len(gates)} gates with a path to an output, and the genome has room for {n_gates}; "
            f"{more} a smaller circuit"
        )
    if around and not encoding.circuit.feedback:
        raise InputError(
            f"the circuit has feedback ({' -> '.join(f'g{g}' for g in around)}), and the genotype has none; "
            "set `genotype.feedback: true`, or give a circuit without cycles"
        )
    forward = all(source < n_inputs + gate for gate in gates for source in circuit.sources[gate])
    if all(gate < n_gates for gate in gates) and (forward or encoding.circuit.feedback):
        return {gate: gate for gate in gates}
    return {gate: k for k, gate in enumerate(gates if around else _sorter(circuit).static_order())}

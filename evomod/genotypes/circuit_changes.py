"""What a mutation did to a circuit, in words."""

from __future__ import annotations

from evomod.genotypes.circuit_phenotype import CircuitPhenotype


def changes(before: CircuitPhenotype, after: CircuitPhenotype) -> tuple[str, ...]:
    """In what two circuits of one encoding differ: a sentence for each gate and output, in order.

    A change is silent in a gate that has no path to an output in either circuit: what it reads makes no difference.
    """
    expressed = {*before.effective(), *after.effective()}
    found = []
    for gate, (old, new) in enumerate(zip(before.sources, after.sources, strict=True)):
        told = []
        if before.kinds[gate] != after.kinds[gate]:
            told.append(f": {before.kinds[gate].upper()} became {after.kinds[gate].upper()}")
        if old != new:
            told.append(f" {_rewired(before, old, new)}")
        if told:
            found.append(("" if gate in expressed else "silent: ") + f"g{gate}" + " and".join(told))
    for name, old_node, new_node in zip(after.output_names, before.outputs, after.outputs, strict=True):
        if old_node != new_node:
            who = "the output" if len(after.outputs) == 1 else name
            found.append(f"{who} reads {_name(after, new_node)} instead of {_name(before, old_node)}")
    return tuple(found)


def _rewired(circuit: CircuitPhenotype, old: tuple[int, int], new: tuple[int, int]) -> str:
    if old == new[::-1]:
        return f"reads {_name(circuit, new[0])} first, and {_name(circuit, new[1])} second"
    moved = [(a, b) for a, b in zip(old, new, strict=True) if a != b]
    gone, come = (" and ".join(_name(circuit, pair[k]) for pair in moved) for k in (0, 1))
    return f"reads {come} instead of {gone}"


def _name(circuit: CircuitPhenotype, node: int) -> str:
    n_inputs = len(circuit.input_names)
    return circuit.input_names[node] if node < n_inputs else f"g{node - n_inputs}"

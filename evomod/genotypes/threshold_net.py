"""Nets of threshold neurons in layers: the retina nets of Kashtan & Alon 2005, doi 10.1073/pnas.0503610102.

A genome lists for each neuron its sources in the layer below, a weight of −1 or +1 for each, and its threshold. Two
wires from one source add up.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, field_validator

from evomod.component import AsTuple, Count, Int
from evomod.genotypes.base import Array, Genotype
from evomod.genotypes.layered import layers_mistake
from evomod.genotypes.net import NetEncoding
from evomod.genotypes.slots import MAX_SLOTS, SlotEncoding
from evomod.genotypes.threshold_evaluation import evaluate_thresholds
from evomod.population import Population


class ThresholdNet(Genotype):
    """Threshold neurons in layers, with weights of −1 and +1; one fires when its sum exceeds its threshold."""

    network_word: ClassVar[str] = "net"
    part_word: ClassVar[str] = "neuron"
    kind: Literal["threshold_net"] = "threshold_net"
    hidden: Annotated[tuple[Count, ...], AsTuple] = Field(
        (8, 4, 2), description="Neurons in each hidden layer, from the inputs up; output neurons come on top."
    )
    fan_in: Annotated[Count, Field(le=MAX_SLOTS)] = Field(
        3, description="Wires into each hidden neuron, always connected; two may come from one source."
    )
    output_fan_in: Annotated[Count, Field(le=MAX_SLOTS)] = Field(2, description="Wires into each output neuron.")
    thresholds: Annotated[
        tuple[Annotated[Int, Field(ge=-MAX_SLOTS - 1, le=MAX_SLOTS)], ...], Field(min_length=1), AsTuple
    ] = Field((0, 1, 2), description="Thresholds to choose from; a neuron fires when its sum exceeds its own.")

    @field_validator("thresholds")
    @classmethod
    def _each_once(cls, thresholds: tuple[int, ...]) -> tuple[int, ...]:
        if len(set(thresholds)) != len(thresholds):
            raise ValueError("names a threshold twice")
        return thresholds

    def mistake(self, n_inputs: int, n_outputs: int) -> tuple[str, str] | None:
        """Layers of a size, and no more wires into a neuron than there are nodes below it."""
        if found := layers_mistake(self.hidden, n_inputs, n_outputs):
            return found
        below = (n_inputs, *self.hidden)
        for layer, size in enumerate(below):
            last = layer == len(self.hidden)
            field = "output_fan_in" if last else "fan_in"
            if (wires := self.output_fan_in if last else self.fan_in) > size:
                who = "an output neuron" if last else f"a neuron of hidden layer {layer + 1}"
                return field, (
                    f"is {wires}, but the layer below {who} has {size} node(s); give at most {size}, or a wider layer"
                )
        return None

    def compact(self, n_inputs: int, n_parts: int, n_used: int) -> tuple[ThresholdNet, int]:
        """The same wires with one threshold: thresholds are drawn apart from the wires, and make no link."""
        wires = {name: getattr(self, name) for name in ("hidden", "fan_in", "output_fan_in")}
        return ThresholdNet(**wires, thresholds=(0,)), n_inputs

    def encode(self, inputs: Array, n_outputs: int) -> ThresholdEncoding:
        """The encoding for cases `inputs`, bool (n_cases, n_inputs)."""
        return ThresholdEncoding(self, inputs, n_outputs)


class ThresholdEncoding(SlotEncoding, NetEncoding):
    """Threshold nets with given inputs and outputs; a gene is a neuron: sources, then weights, then the threshold."""

    unit = "threshold"

    def __init__(self, net: ThresholdNet, inputs: Array, n_outputs: int) -> None:
        sizes = (inputs.shape[1], *net.hidden, n_outputs)
        alleles: list[int] = []
        part: list[int] = []
        slots: list[list[tuple[int, int]]] = []
        for layer in range(1, len(sizes)):
            wires = net.output_fan_in if layer == len(sizes) - 1 else net.fan_in
            for _ in range(sizes[layer]):
                first = len(alleles)
                part += [len(slots)] * (2 * wires + 1)
                slots.append([(first + j, first + wires + j) for j in range(wires)])
                alleles += [sizes[layer - 1]] * wires + [2] * wires + [len(net.thresholds)]
        super().__init__(inputs, net.hidden, n_outputs, alleles, slots)
        self.net = net
        self.part, self.gene = np.array(part, np.int32), np.array(part, np.int32)
        self.thresholds = np.array(net.thresholds, np.int64)
        self.threshold_locus = np.searchsorted(self.part, np.arange(self.n_parts), side="right") - 1

    def biases(self, genomes: Array) -> Array:
        """Minus the thresholds."""
        return (-self.thresholds[genomes[:, self.threshold_locus]]).astype(np.int8)

    def evaluate(self, population: Population) -> None:
        """Write responses, effective and settled of everybody whose `changed` is set."""
        p = population
        evaluate_thresholds(
            p.storage,
            p.changed,
            p.responses,
            p.effective,
            p.settled,
            self.input_blocks,
            self.row_mask,
            self.slots,
            self.first_slot,
            self.below,
            self.threshold_locus,
            self.thresholds,
            self.shape,
        )

    def changes(self, before: Array, after: Array, input_names: Sequence[str]) -> tuple[str, ...]:
        """Which neuron has another source, weight or threshold; silent where it has no path to an output."""
        _, effective, _ = self.anatomy(np.stack([before, after]))
        expressed = int(effective[0] | effective[1])
        names = self.develop(before, input_names)
        told: dict[int, list[str]] = {}
        for locus in np.flatnonzero(before != after).tolist():
            k, old, new = int(self.part[locus]), int(before[locus]), int(after[locus])
            below = int(self.below[k])
            if locus == self.threshold_locus[k]:
                what = f"fires above {self.thresholds[new]} instead of {self.thresholds[old]}"
            elif (slot := np.flatnonzero(self.slots[:, 0] == locus)).size:
                what = f"reads {names.name(below + new)} instead of {names.name(below + old)}"
            else:
                slot = np.flatnonzero(self.slots[:, 1] == locus)
                source = names.name(below + int(after[self.slots[slot[0], 0]]))
                what = f"weighs {source} {2 * new - 1:+d} instead of {2 * old - 1:+d}"
            told.setdefault(k, []).append(what)
        return tuple(
            ("" if expressed >> k & 1 else "silent: ") + f"{names.name(self.n_inputs + k)} " + " and ".join(sentences)
            for k, sentences in told.items()
        )

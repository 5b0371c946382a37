"""Of genotypes and goals."""

from __future__ import annotations

from evomod.genotypes.circuit import Circuit
from evomod.genotypes.circuit_evaluation import EXTRA_SWEEPS, N_STATES
from evomod.genotypes.layered_circuit import LayeredCircuit
from evomod.genotypes.ternary_net import TernaryNet
from evomod.genotypes.threshold_net import ThresholdNet
from evomod.genotypes.weighted_net import WeightedNet
from evomod.goals.base import Goal
from evomod.goals.family import Family
from evomod.goals.hierarchical import Hierarchical
from evomod.goals.logic import LogicGoal
from evomod.goals.modularity import ModularityGoal
from evomod.goals.neutral import NeutralGoal
from evomod.goals.patterns import PatternGoal
from evomod.goals.random import RandomGoal
from evomod.goals.retina import Listed, Retina, RetinaGoal
from evomod.goals.serial import Serial
from evomod.publication.sentences import in_own_words, sentence
from evomod.publication.sentences.words import counted, formula, formulas, listed, number
from evomod.scenario import Scenario


@sentence.register
def _(genotype: Circuit, scenario: Scenario) -> str:
    kinds = listed((kind.upper() for kind in genotype.gates), "or")
    problem = scenario.problem
    reads = "the two nodes that it reads" + (" and its kind" if len(genotype.gates) > 1 else "")
    n = problem.n_outputs
    outputs = "the node that the output reads" if n == 1 else f"the node that each of {counted(n, 'output')} reads"
    nodes = f"{counted(len(scenario.inputs), 'input')} ({', '.join(scenario.inputs)})"
    told = (
        f"Individuals were circuits of {counted(genotype.n_gates, f'two-input {kinds} gate')} [@Kashtan2005]. A genome "
        f"lists {reads} for each gate, and {outputs}: {counted(problem.encoding.n_loci, 'locus', 'loci')}, where nodes "
        f"are the {nodes} and the gates."
    )
    if not genotype.feedback:
        return f"{told} A gate could read only inputs and gates before it, so that there was no feedback."
    return (
        f"{told} Feedback was allowed. All gates began at 0 and were updated synchronously "
        f"{number(genotype.n_gates + EXTRA_SWEEPS)} times; the answer of a circuit that had not settled by then was "
        f"scored in each of the next {N_STATES} states, and the mean was taken [@Parter2008]."
    )


def _layers(hidden: tuple[int, ...], what: str, scenario: Scenario) -> str:
    """How many parts stand in which layer."""
    sizes = (*hidden, scenario.problem.n_outputs)
    inputs = f"{counted(len(scenario.inputs), 'input')} ({', '.join(scenario.inputs)})"
    stand = f"in layers of {listed(map(number, sizes))}, " if hidden else ""
    return f"{counted(sum(sizes), what)}, {stand}each reading the layer below, the lowest the {inputs}"


@sentence.register
def _(genotype: ThresholdNet, scenario: Scenario) -> str:
    last, loci = genotype.output_fan_in, counted(scenario.problem.encoding.n_loci, "locus", "loci")
    wires = f"Each hidden neuron had {counted(genotype.fan_in, 'wire')} and each output neuron {number(last)}"
    thresholds = listed(map(number, genotype.thresholds), "or")
    return (
        f"Individuals were nets of {_layers(genotype.hidden, 'threshold neuron', scenario)} [@Kashtan2005]. {wires}, "
        "of weight +1 or −1; weights of wires from one source added up. A neuron was 1 where the weighted sum of what "
        f"it read was greater than its threshold of {thresholds}, and 0 elsewhere. A genome lists the sources, the "
        f"weights and the threshold of each neuron: {loci}."
    )


@sentence.register
def _(genotype: LayeredCircuit, scenario: Scenario) -> str:
    loci = counted(scenario.problem.encoding.n_loci, "locus", "loci")
    codes = listed(kind.upper() for kind in genotype.gates)
    several = len(genotype.gates) > 1
    kinds = f"A gate's kind was one of {len(genotype.gates)} codes, for {codes}." if several else f"Gates were {codes}."
    listing = "the two sources of each gate" + (" and its kind" if several else "")
    wired = ""
    if genotype.wired_outputs:
        wired = "; output gates read both nodes of the layer below, and only their kind was in the genome"
    return (
        f"Individuals were circuits of {_layers(genotype.hidden, 'two-input gate', scenario)} [@Kashtan2007]. {kinds} "
        f"A genome lists {listing}: {loci}{wired}."
    )


@sentence.register
def _(genotype: TernaryNet, scenario: Scenario) -> str:
    return (
        f"Individuals were nets of {_layers(genotype.hidden, 'unit', scenario)}; any link between neighbouring layers "
        "could be there, with a weight of −2, −1, 1 or 2 [@Clune2013]. A unit, of bias −2 to 2, answered "
        "tanh(20·(Σ w·x + b)), which is −1, 0 or 1; inputs were −1 and 1, and an output above 0 was true."
    )


@sentence.register
def _(genotype: WeightedNet, scenario: Scenario) -> str:
    unit = "tanh(s)" if genotype.unit == "tanh" else "max(0, s)"
    false = "0" if genotype.inputs == "binary" else "−1"
    return (
        f"Individuals were nets of {_layers(genotype.hidden, 'unit', scenario)}, with a continuous weight for each "
        "link between neighbouring layers and a bias for each unit, in single precision; a weight of 0 was no link. A "
        f"unit whose weighted inputs and bias added up to s answered {unit}; inputs were {false} and 1, and an "
        "output was true where its s was above 0."
    )


@sentence.register
def _(goal: Goal, scenario: Scenario) -> str:
    return in_own_words(goal)


@sentence.register
def _(goal: LogicGoal, scenario: Scenario) -> str:
    return formulas(goal.outputs)


@sentence.register
def _(goal: Family, scenario: Scenario) -> str:
    functions = listed((formulas(entry) for entry in goal.outputs), "or")
    parts = listed(f"{name} is {listed(map(formula, texts), 'or')}" for name, texts in goal.where.items())
    return f"all functions {functions}, where {parts}"


@sentence.register
def _(goal: RandomGoal, scenario: Scenario) -> str:
    n_rows = 1 << len(scenario.inputs)
    ones = n_rows // 2 if goal.balanced else goal.ones
    rows = "each row 0 or 1 with equal probability" if ones is None else f"with exactly {ones} of {n_rows} rows 1"
    when = "anew for each epoch" if goal.draw == "each_epoch" else "once for each run"
    what = "a Boolean function" if goal.outputs == 1 else counted(goal.outputs, "Boolean function")
    return f"{what} of all inputs drawn at random {when}, {rows} [@Kashtan2007]"


@sentence.register
def _(goal: NeutralGoal, scenario: Scenario) -> str:
    return (
        "no task: while it was in force everybody's fitness was 0, and who counted as the fittest was drawn anew "
        "in each generation [@Kashtan2007]"
    )


@sentence.register
def _(goal: Retina, scenario: Scenario) -> str:
    detectors = "`left` and `right` tell whether that half of a retina of eight pixels shows an object"
    return f"{formula(goal.ask)}, where {detectors}: {_objects(goal)}{_sampled(goal)}"


def _objects(goal: RetinaGoal) -> str:
    if isinstance(goal.objects, Listed):
        left, right = (listed(goal.objects.left), listed(goal.objects.right))
        return f"one of the patterns {left} on the left, and {right} on the right (first input the lowest bit)"
    return "three or more black pixels, or one or two in the outer column alone [@Kashtan2005]"


def _sampled(goal: PatternGoal) -> str:
    return "" if goal.sample == "all" else f"; asked in {number(goal.sample)} patterns, drawn once for each run"


@sentence.register
def _(goal: Serial, scenario: Scenario) -> str:
    asked = f"{formula(goal.if_left)} where the left half of a retina of eight pixels shows an object, and otherwise"
    names = (
        "`object` is an object in the right half, `mirrored` one in its mirror image, and `dark` three or more black "
        "pixels of it"
    )
    return f"{asked} {formula(goal.otherwise)}, where {names}; an object is {_objects(goal)}{_sampled(goal)}"


@sentence.register
def _(goal: Hierarchical, scenario: Scenario) -> str:
    tree = " of pairwise ".join(level.upper() for level in reversed(goal.levels))
    return f"a hierarchy of two-input functions of neighbouring inputs: {tree}{_sampled(goal)}"


@sentence.register
def _(goal: ModularityGoal, scenario: Scenario) -> str:
    q = "the modularity Q of the effective network [@NewmanGirvan2004; @Kashtan2005], whatever it computes"
    if goal.reach is None:
        return f"{q}; the benefit was Q itself, at least 0"
    return (
        f"{q}; the benefit was 1 for a Q within {number(goal.tolerance)} of {number(goal.reach)}, and fell by the "
        "distance beyond"
    )

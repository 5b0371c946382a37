"""Of measures, each with its null."""

from __future__ import annotations

from evomod.measures.base import Measure
from evomod.measures.census import Census
from evomod.measures.evolvability import Evolvability
from evomod.measures.functional_split import FunctionalSplit
from evomod.measures.hierarchy import Hierarchy
from evomod.measures.lesions import Lesions
from evomod.measures.motifs import Motifs
from evomod.measures.n_cut import NCut
from evomod.measures.q import Q
from evomod.measures.q_m import NormalisedModularity
from evomod.measures.redundancy import Redundancy
from evomod.measures.robustness import Robustness
from evomod.measures.specialisation import Specialisation
from evomod.publication.sentences import in_own_words, sentence
from evomod.publication.sentences.words import code, counted, listed, number
from evomod.scenario import Scenario

_NULLS = {
    "random_genomes": "networks of random genomes of the same encoding with as many effective {}s and inputs in use",
    "random_genomes_of_gates": "networks of random genomes of the same encoding with as many effective {}s",
    "degree_preserving": "rewired networks in which every node keeps its number of neighbours [@Milo2003]",
    "solutions": "the networks of all genomes with as many {}s and inputs that answer the goal in force perfectly",
}
_KEPT = {
    "degrees": "the degrees of every node",
    "layers": "the degrees of every node and how many of its edges come from and go to each layer",
    "acyclic": "the degrees of every node and, where there is none, that there is no cycle",
}


def _graph(scenario: Scenario) -> str:
    return (
        f"the inputs in use and the effective {scenario.genotype.part_word}s, those with a directed path to an output"
    )


@sentence.register
def _(measure: Measure, scenario: Scenario) -> str:
    return f"A measure was {in_own_words(measure, 'every')}."


@sentence.register
def _(measure: Q, scenario: Scenario) -> str:
    way = (
        "directed network [@LeichtNewman2008]" if measure.directed else "undirected simple network [@NewmanGirvan2004]"
    )
    weights = ", its links weighted [@Newman2004]" if measure.weighted else ""
    how = (
        "with proof that there is none better wherever that was possible"
        if measure.method == "exact"
        else "by cutting in two, again and again, by the leading eigenvector [@LeichtNewman2008]"
        if measure.method == "spectral"
        else f"as the best of {counted(measure.restarts, 'climb')} from random partitions"
    )
    return (
        f"Modularity Q is that of the {way} of {_graph(scenario)}{weights}; its best partition into modules was found "
        f"{how}."
    )


@sentence.register
def _(measure: NormalisedModularity, scenario: Scenario) -> str:
    null = _NULLS[measure.against].format(scenario.genotype.part_word)
    return (
        "Normalised modularity is Q_m = (Q − Q_rand) / (Q_max − Q_rand) [@Kashtan2005]. Q is the largest modularity "
        f"[@NewmanGirvan2004] of the undirected simple network of {_graph(scenario)}; Q_rand is the mean of Q over, "
        f"and Q_max the largest Q found under the constraints of, this null: {null}."
    )


@sentence.register
def _(measure: Motifs, scenario: Scenario) -> str:
    sizes = "three or four" if measure.sizes == "both" else "three" if measure.sizes == 3 else "four"
    return (
        f"Motifs of {sizes} nodes [@Milo2002] were counted and compared, as Z-scores, with {number(measure.samples)} "
        f"random networks for each network, which kept {_KEPT[measure.against]} [@Milo2003]."
    )


@sentence.register
def _(measure: NCut, scenario: Scenario) -> str:
    shuffled = "all weights" if measure.against == "all" else "the non-zero weights"
    return (
        f"Clusterability is the n-cut of absolute weights under spectral clustering into {measure.k} clusters "
        f"[@ShiMalik2000; @Filan2021], computed with SciPy [@Virtanen2020] and compared with {number(measure.samples)} "
        f"networks in which {shuffled} were shuffled within layers."
    )


@sentence.register
def _(measure: Census, scenario: Scenario) -> str:
    return "Of circuits were counted the effective gates, connections, XOR modules of four NAND gates, and feedback."


@sentence.register
def _(measure: Hierarchy, scenario: Scenario) -> str:
    by = "by strengths of links along shortest paths" if measure.weighted else "by who is reached"
    return f"Hierarchy is the global reaching centrality of the directed effective network, {by} [@Mones2012]."


@sentence.register
def _(measure: FunctionalSplit, scenario: Scenario) -> str:
    part = scenario.genotype.part_word
    groups = "what the sub-goals read"
    if measure.groups:
        groups = " against ".join(listed(map(code, group)) for group in measure.groups)
    return (
        "Whether modules of structure are modules of function [@Clune2013] is the adjusted Rand index "
        f"[@HubertArabie1985], over inputs, of the cut into two modules with the largest Q and two groups ({groups}); "
        f"besides, the shares of sub-goals that a {part} computes and of {part}s that follow one group alone."
    )


@sentence.register
def _(measure: Evolvability, scenario: Scenario) -> str:
    which = f"the goals {listed(map(code, measure.goals))}" if measure.goals else "the other goals"
    return (
        f"Evolvability is the share of all single mutations that solve one of {which}; besides, the number of "
        "functions one mutation away and the share of new ones that are made of the same sub-goals, after an idea of "
        "[@Parter2008]."
    )


@sentence.register
def _(measure: Robustness, scenario: Scenario) -> str:
    part = scenario.genotype.part_word
    fails = "one effective gate, or one of its addresses, is held at 0 or at 1"
    if part != "gate":
        fails = f"one effective {part} gives 0, or one link into such a {part} carries 0"
    return (
        "Robustness is the share of all single mutants that are as fit as the individual or fitter; besides, the mean "
        f"benefit when {fails}."
    )


@sentence.register
def _(measure: Lesions, scenario: Scenario) -> str:
    return (
        "Lesions hold the outputs of all parts of a module, of the partition with the largest modularity Q "
        "[@NewmanGirvan2004], at 0; the benefit that is lost was compared with that of "
        f"{counted(measure.samples, 'random lesion')} of as many parts."
    )


@sentence.register
def _(measure: Redundancy, scenario: Scenario) -> str:
    return (
        "Two parts cover for each other if the loss of both costs more benefit than the losses of one and of the other "
        "together; redundancy is the share of pairs of effective parts that do [@Segre2005]."
    )


@sentence.register
def _(measure: Specialisation, scenario: Scenario) -> str:
    return (
        "The specialisation of a part is the index tau [@Yanai2005] of the right answers that are lost with it among "
        "those that each sub-goal decides alone; the mean over the parts that serve any was taken."
    )

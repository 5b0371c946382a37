"""Commands that hand out what evolved in the formats of other tools."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

from evomod.cli.parser import Commands, Options, add_individual, add_run, generation, individual

# Formats and the suffixes of their files, by what is exported, the default first; those of circuits are those of
# `evomod.netlists.formats`, without importing it.
FORMATS: dict[str, dict[str, str]] = {
    "circuit": {"verilog": ".v", "blif": ".blif", "dot": ".dot", "graphml": ".graphml", "json": ".json"},
    "network": {"graphml": ".graphml", "csv": ".csv"},
    "phylogeny": {"alife": ".csv", "tskit": ".trees", "graphml": ".graphml"},
    "genomes": {"npz": ".npz"},
}
BINARY = ("tskit", "npz")
OPTIONS = {
    "circuit": ("individual", "goal"),
    "network": ("individual", "goal"),
    "phylogeny": ("ancestors_of", "everybody", "branching", "with_genomes"),
    "genomes": ("at", "from", "to"),
}
IMPLIED = {  # what a tree sequence has anyway, or cannot have
    "everybody": "has ancestors only",
    "branching": "has nobody who only passes on a line anyway",
    "with_genomes": "has all alleles anyway",
}


def add_commands(commands: Commands) -> None:
    """`export`."""
    export = commands.add("export", _export, "what evolved, for other tools: circuits, networks, phylogenies, genomes")
    add_run(export)
    export.add_argument("--what", choices=tuple(FORMATS), default="circuit", help="default: circuit")
    names = tuple(dict.fromkeys(name for forms in FORMATS.values() for name in forms))
    export.add_argument(
        "--format", choices=names, help="default: as the file's suffix says, or verilog, graphml, alife, npz"
    )
    export.add_argument("--out", type=Path, metavar="FILE", help="a new file (default: print, if it is text)")

    circuit = export.add_argument_group(
        "circuit, network",
        "a netlist: verilog, blif, dot, graphml, json; of any genotype the network, with weights: graphml, csv (edges)",
    )
    add_individual(circuit)
    circuit.add_argument("--goal", metavar="NAME", help="the best champion while this goal was in force")

    phylogeny = export.add_argument_group(
        "phylogeny", "who descended from whom: alife (CSV of the ALife data standard), tskit (tree sequence), graphml"
    )
    phylogeny.add_argument(
        "--ancestors-of",
        type=_whom,
        metavar="best|last|G|G:PLACE",
        help="the best champion, the best of the last generation, all of generation G, or who was in it at this place "
        "(default: all of the last generation)",
    )
    phylogeny.add_argument("--everybody", action="store_true", help="all individuals, also those without descendants")
    phylogeny.add_argument("--branching", action="store_true", help="leave out who only passes on a line")
    phylogeny.add_argument("--with-genomes", action="store_true", help="a column of genomes, a byte in hex per locus")

    genomes = export.add_argument_group("genomes", "of whole generations: npz (NumPy); default: the last generation")
    genomes.add_argument("--at", type=generation, action="append", metavar="G", help="a generation; may be repeated")
    genomes.add_argument("--from", type=generation, metavar="G", help="the first of several (default: 0)")
    genomes.add_argument("--to", type=generation, metavar="G", help="the last of several (default: that of the log)")


def _whom(text: str) -> str | int | tuple[int, int]:
    """One individual, or everybody of a generation."""
    if text.isdecimal() or text in ("best", "last") or ":" in text:
        return generation(text) if text.isdecimal() else individual(text)
    message = f"must be best, last, a generation, or one and a place as in 500:0 [got {text}]"
    raise argparse.ArgumentTypeError(message)


def _export(options: Options) -> int:
    from evomod.errors import InputError
    from evomod.lineage.export.aside import check_file
    from evomod.runner import open_run, open_scenario

    given = vars(options)
    for what, names in OPTIONS.items():
        for name in set(names).difference(OPTIONS[options.what]):
            if given[name] not in (None, False, "best"):
                raise InputError(f"--{name.replace('_', '-')}: belongs to --what {what}, not to {options.what}")
    form = _format(options)
    if unnamed := options.out is None and form in BINARY:
        options.out = Path(f"{options.run.resolve().name}-{options.what}{FORMATS[options.what][form]}")
    if options.out is not None:
        check_file(options.out)
    open_scenario(options.run)  # says so if it is no run folder
    with open_run(options.run) as log:
        if not log.n_generations:
            raise InputError(f"{options.run}: the log has no complete block yet")
        held = {"circuit": _circuit, "network": _network, "phylogeny": _phylogeny, "genomes": _genomes}[options.what](
            log, options, form
        )
    if options.out is not None:
        print(f"{options.out}: {held}", file=sys.stderr)
    if unnamed:
        print(options.out)
    return 0


def _format(options: Options) -> str:
    """As asked for, or as the file's suffix says; the two must agree, since files are read by their suffix."""
    from evomod.errors import InputError

    known = FORMATS[options.what]
    if options.format and options.format not in known:
        raise InputError(f"--format {options.format}: is not for --what {options.what}, which has {', '.join(known)}")
    suffix = options.out.suffix if options.out else ""
    by_suffix = next((name for name in known if known[name] == suffix), None)
    if options.format and by_suffix not in (None, options.format):
        raise InputError(f"{options.out}: is the name of a {by_suffix} file, and --format is {options.format}")
    return options.format or by_suffix or next(iter(known))


def _put(text: str, out: Path | None) -> None:
    """Print, or write to a new file."""
    from evomod.lineage.export.aside import new_file

    if out is None:
        sys.stdout.write(text)
    else:
        with new_file(out) as aside:
            aside.write_text(text, encoding="utf-8")


def _genome(log: Any, options: Options) -> Any:
    """Of whoever is asked for."""
    from evomod.errors import InputError
    from evomod.lineage.individual import best_champion, genome_at

    if options.individual != "best" and options.goal:
        raise InputError("--goal chooses among champions; leave it out, or --individual")
    if options.individual != "best":
        return genome_at(log, log.problem, options.individual)
    return best_champion(log, options.goal)["genome"]


def _circuit(log: Any, options: Options, form: str) -> str:
    """Write it; what there is to say of it, as from the others."""
    from evomod.errors import InputError
    from evomod.genotypes.circuit_phenotype import CircuitPhenotype
    from evomod.lineage.individual import phenotype
    from evomod.netlists import formats
    from evomod.runner import open_scenario

    circuit = phenotype(log.problem, _genome(log, options))
    scenario = open_scenario(options.run)
    if not isinstance(circuit, CircuitPhenotype):
        raise InputError(
            f"{options.run}: evolved {scenario.genotype.kind!r}, not circuits; export the network: --what network"
        )
    _put(formats.write(circuit, form, scenario.name), options.out)
    return f"a circuit of {len(circuit.kinds)} gates, {form}"


def _network(log: Any, options: Options, form: str) -> str:
    from dataclasses import replace

    from evomod.lineage.individual import network_of
    from evomod.networks import files, graphml

    network = replace(network_of(log.problem, _genome(log, options)), title=options.run.resolve().name)
    if network.positions and len(network.positions[0]) == 1:  # GraphML has two or three coordinates
        network = replace(network, positions=tuple((x, 0.0) for (x,) in network.positions))
    _put(graphml.write(network) if form == "graphml" else files.edge_list(network), options.out)
    return f"a network of {network.n_nodes} nodes and {len(network.edges)} edges, {form}"


def _phylogeny(log: Any, options: Options, form: str) -> str:
    from evomod.errors import InputError
    from evomod.lineage.export import alife, graph, tree_sequence
    from evomod.lineage.export.aside import new_file
    from evomod.lineage.pedigree import pedigree

    if form == "tskit":
        for name, reason in IMPLIED.items():
            if getattr(options, name):
                raise InputError(f"--{name.replace('_', '-')}: leave it out; a tree sequence {reason}")
        trees = tree_sequence.to_tskit(log, log.problem, _ancestors_of(log, options))
        with new_file(options.out) as aside:
            trees.dump(aside)
        n_trees = "1 tree" if trees.num_trees == 1 else f"{trees.num_trees:,} trees"
        return (
            f"{trees.num_individuals:,} individuals, {n_trees}, {trees.num_mutations:,} mutations; "
            "only founders, branchings and samples are in the genes' trees, all ancestors in --format alife"
        )
    if options.everybody:
        _announce(log, options, form)
    found = pedigree(log, log.problem, _ancestors_of(log, options), everybody=options.everybody)
    if options.branching:
        found = found.branching()
    genomes = found.genomes(log, log.problem) if options.with_genomes else None
    if form == "graphml":
        _put(graph.graphml(found, genomes), options.out)
    elif options.out is None:
        alife.write(found, sys.stdout, genomes)
    else:
        with new_file(options.out) as aside, aside.open("w", encoding="utf-8", newline="") as file:
            alife.write(found, file, genomes)
    first, last = found.birth[0], found.birth[-1]
    return f"{len(found):,} individuals, born in generations {first:,} to {last:,}"


def _announce(log: Any, options: Options, form: str) -> None:
    """How much everybody is, before the work begins; InputError if only some people's ancestors were meant."""
    from evomod.errors import InputError

    if options.ancestors_of is not None:
        raise InputError(
            "--everybody takes all individuals of the run, --ancestors-of only some and their ancestors; "
            "leave out one or the other"
        )
    n, size = log.n_generations * log.layout.population, ""
    if form == "alife" and not options.branching:
        numbers = 2 * len(str(n)) + 4 * len(str(log.n_generations)) + 2 * len(str(log.layout.population)) + 10
        genome = 2 * log.problem.encoding.n_loci + 1 if options.with_genomes else 0
        size = f", {n * (numbers + genome) / 1e6:,.0f} MB"
    print(f"everybody: up to {n:,} individuals{size}", file=sys.stderr, flush=True)


def _ancestors_of(log: Any, options: Options) -> list[Any] | None:
    """The individuals that are meant; None for the last generation."""
    whom = options.ancestors_of
    if isinstance(whom, int):
        return [(whom, place) for place in range(log.layout.population)]
    return None if whom is None else [whom]


def _genomes(log: Any, options: Options, form: str) -> str:
    from evomod.errors import InputError
    from evomod.lineage.export.genome_archive import write_genomes

    first, last = getattr(options, "from"), options.to
    wanted: Collection[int] = set(options.at or [log.n_generations - 1])
    if first is not None or last is not None:
        if options.at:
            raise InputError("--at names generations, --from and --to a stretch of them; leave out one or the other")
        first, last = first or 0, log.n_generations - 1 if last is None else last
        if first > last:
            raise InputError(f"--from {first} is behind --to {last}; no generation lies between")
        wanted = range(first, last + 1)
    write_genomes(log, log.problem, options.out, wanted)
    population, n_loci = log.layout.population, log.problem.encoding.n_loci
    generations = "1 generation" if len(wanted) == 1 else f"{len(wanted):,} generations"
    return f"genomes of {generations} of {population:,} individuals, {n_loci:,} loci each"

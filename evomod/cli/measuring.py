"""`measure` and `bench`: what can be read off runs, netlists and networks, and how far that can be trusted."""

from __future__ import annotations

import argparse
import csv
import json
import math
import sys
from pathlib import Path
from typing import Any

from evomod.cli.parser import Commands, Options, add_figures, add_json


def add_commands(commands: Commands) -> None:
    """`measure` and `bench`."""
    measure = commands.add(
        "measure", _measure, "modularity and other measures of runs, netlists and network files, with their nulls"
    )
    measure.add_argument(
        "targets", type=Path, nargs="+", metavar="RUN|FILE", help="run folders, netlists, network files (GraphML, …)"
    )
    measure.add_argument(
        "--measure",
        action="append",
        default=[],
        metavar="KIND[,KIND]",
        help="what to measure, e.g. q_m,motifs; with settings as a YAML node, e.g. '{kind: q_m, against: solutions}'; "
        "may be repeated (default: what the run's scenario names, or q)",
    )
    whom = measure.add_mutually_exclusive_group()
    whom.add_argument(
        "--epoch-ends",
        type=_ends,
        metavar="N|all",
        help="the best at the last N epoch ends under each goal (the default, with N = 1)",
    )
    whom.add_argument("--champions", action="store_true", help="every champion of the run")
    whom.add_argument("--at", type=_generation, metavar="G", help="the best individual of generation G")
    whom.add_argument(
        "--population",
        type=_generation,
        metavar="G",
        nargs="?",
        const=-1,
        help="everybody of generation G or the last",
    )
    measure.add_argument(
        "--perfect",
        action="store_true",
        help="only individuals that answer everything right, or as much as `fitness.success` asks",
    )
    measure.add_argument("--scenario", type=Path, metavar="FILE", help="the scenario that a netlist belongs to")
    measure.add_argument("--goal", default="", metavar="NAME", help="the goal that a netlist is for")
    measure.add_argument("--out", type=Path, metavar="CSV", help="write all values to this file")
    add_json(measure)

    bench = commands.add("bench", _bench, "measures on planted networks: which of them tell what is modular?")
    bench.add_argument(
        "--measure", action="append", default=[], metavar="KIND[,KIND]", help="as in measure (default: all)"
    )
    bench.add_argument("--out", type=Path, metavar="FOLDER", help="write bench.csv and bench.png to this folder")
    add_figures(bench)
    add_json(bench)


def _ends(text: str) -> Any:
    if text == "all":
        return text
    return _generation(text) or _refuse(text)


def _generation(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else _refuse(text)


def _refuse(text: str) -> int:
    raise argparse.ArgumentTypeError(f"must be a whole number [got {text}]")


def _measure(options: Options) -> int:
    from evomod.errors import EvomodError, InputError
    from evomod.lineage.export.aside import check_file
    from evomod.measures.base import labelled
    from evomod.measures.reading import read_measures
    from evomod.report.measure_table import as_text

    if options.out:
        check_file(options.out)
    if options.goal and not options.scenario:
        raise InputError("--goal is the goal of a netlist in its scenario; give --scenario too")
    asked = read_measures(options.measure, "--measure")
    tables: list[dict[str, Any]] = []
    failed: list[str] = []
    for target in options.targets:
        try:
            specimens, named = _specimens(target, options)
        except EvomodError as error:
            failed.append(str(error))
            continue
        for name, measure in labelled(asked or named).items():
            try:
                tables.append({"target": target, "measure": name} | _taken(measure, specimens))
            except EvomodError as error:  # the others are still worth having
                failed.append(str(error))
    if options.out and tables:
        _write(options.out, tables)
    if options.json:
        print(json.dumps([_as_json(table) for table in tables], indent=2))
    else:
        for k, table in enumerate(tables):
            if k == 0 or table["target"] != tables[k - 1]["target"]:
                print(f"{table['target']}")
            print(as_text(table["measure"], table["columns"], table["specimens"], table["values"], table["classes"]))
    if options.out and tables:
        print(f"written: {options.out}", file=sys.stderr)
    for sentence in dict.fromkeys(failed):
        print(sentence, file=sys.stderr)
    return InputError.exit_code if failed else 0


def _taken(measure: Any, specimens: list[Any]) -> dict[str, Any]:
    """A measure of some specimens, as a table; classes of circuits too where they are counted."""
    from evomod.measures.census import classes

    values = measure.checked(specimens)
    labels = classes(specimens) if measure.kind == "census" else []
    return {"columns": measure.columns, "values": values, "specimens": specimens, "classes": labels}


def _specimens(target: Path, options: Options) -> tuple[list[Any], list[Any]]:
    """Whom to measure, and the measures that the target's own scenario names, or modularity."""
    from evomod import specimens
    from evomod.errors import InputError
    from evomod.measures.q import Q
    from evomod.runner import open_run, open_scenario
    from evomod.scenario import load

    of_runs = [options.epoch_ends, options.at, options.population]
    if not target.is_dir():
        if any(value is not None for value in of_runs) or options.champions or options.perfect:
            raise InputError(f"{target}: is no run folder; choosing individuals is for runs")
        scenario = load(options.scenario) if options.scenario else None
        return specimens.of_file(target, scenario, options.goal), [Q()]
    if options.scenario or options.goal:
        raise InputError(f"{target}: is a run, and knows its scenario; --scenario and --goal are for netlists")
    named = list(open_scenario(target).measures) or [Q()]
    with open_run(target) as log:
        if not log.n_generations:
            raise InputError(f"{target}: the log has no complete block yet")
        if options.champions:
            return specimens.champions(log, options.perfect), named
        if options.at is not None:
            return specimens.best_of(log, options.at), named
        if options.population is not None:
            everybody = specimens.population(log, None if options.population < 0 else options.population)
            enough = log.layout.success
            return [one for one in everybody if one.benefit >= enough or not options.perfect], named
        return specimens.epoch_ends(log, options.epoch_ends or 1, options.perfect), named


def _write(path: Path, tables: list[dict[str, Any]]) -> None:
    """One row a number: target, specimen, measure, column, value."""
    with path.open("x", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["target", "specimen", "goal", "benefit", "measure", "number", "value"])
        for table in tables:
            for specimen, row in zip(table["specimens"], table["values"], strict=True):
                known = [table["target"], specimen.name, specimen.goal, _cell(specimen.benefit), table["measure"]]
                for column, value in zip(table["columns"], row, strict=True):
                    writer.writerow([*known, column, _cell(value)])


def _cell(value: float) -> str:
    return "" if math.isnan(value) else repr(float(value))


def _as_json(table: dict[str, Any]) -> dict[str, Any]:
    rows = [
        {"specimen": specimen.name, "goal": specimen.goal or None}
        | {"benefit": None if math.isnan(specimen.benefit) else specimen.benefit}
        | {c: None if math.isnan(v) else float(v) for c, v in zip(table["columns"], row, strict=True)}
        for specimen, row in zip(table["specimens"], table["values"], strict=True)
    ]
    for row, name in zip(rows, table["classes"], strict=False):
        row["class"] = name
    return {"target": str(table["target"]), "measure": table["measure"], "rows": rows}


def _bench(options: Options) -> int:
    from evomod.errors import InputError
    from evomod.measures.bench import bench
    from evomod.measures.reading import read_measures
    from evomod.report.bench_figure import plot_bench
    from evomod.report.figure import save

    picture = f"bench.{options.figures}"
    if options.out and options.out.exists() and not options.out.is_dir():
        raise InputError(f"{options.out}: is a file; give a folder with --out")
    if options.out and (there := [name for name in ("bench.csv", picture) if (options.out / name).exists()]):
        raise InputError(f"{options.out / there[0]}: is there already; choose another --out")
    asked = read_measures(options.measure, "--measure")
    if genes := [measure.kind for measure in asked if measure.needs_genome]:
        raise InputError(f"{genes[0]} looks at genomes, and the planted ones are networks alone")
    found = bench(asked or None, on_measure=lambda name: print(f"measuring {name} …", file=sys.stderr))
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        rows = found.as_rows()
        with (options.out / "bench.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(dict.fromkeys(key for row in rows for key in row)), restval="")
            writer.writeheader()
            writer.writerows(rows)
        save(plot_bench(found), options.out / picture)
        print(f"written: {options.out / 'bench.csv'}, {options.out / picture}", file=sys.stderr)
    print(json.dumps(found.as_rows(), indent=2) if options.json else found.as_text())
    return 0

"""`measure` and `bench`: what can be read off runs, netlists and networks, and how far that can be trusted."""

from __future__ import annotations

import argparse
import csv
import json
import math
import sys
from pathlib import Path
from typing import Any

from evomod.cli.parser import Commands, Options, add_json


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
        help="what to measure, e.g. q_m,motifs; with settings as a YAML node, e.g. '{kind: q_m, against: solutions}'; may "
        "be repeated (default: what the run's scenario names, or q)",
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
    measure.add_argument("--scenario", type=Path, metavar="FILE", help="the scenario that a netlist belongs to")
    measure.add_argument("--goal", default="", metavar="NAME", help="the goal that a netlist is for")
    measure.add_argument("--out", type=Path, metavar="CSV", help="write all values to this file")
    add_json(measure)

    bench = commands.add("bench", _bench, "measures on planted networks: which of them tell what is modular?")
    bench.add_argument(
        "--measure", action="append", default=[], metavar="KIND[,KIND]", help="as in measure (default: all)"
    )
    bench.add_argument("--out", type=Path, metavar="FOLDER", help="write bench.csv and bench.png to this folder")
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
    from evomod.errors import InputError
    from evomod.measures.base import labelled
    from evomod.measures.census import classes
    from evomod.measures.reading import read_measures
    from evomod.report.measure_table import as_text, classes_as_text

    if options.out and options.out.exists():
        raise InputError(f"{options.out}: is there already; choose another --out")
    asked = read_measures(options.measure, "--measure")
    tables: list[dict[str, Any]] = []
    for target in options.targets:
        specimens, named = _specimens(target, options)
        for name, measure in labelled(asked or named).items():
            values = measure.checked(specimens)
            tables.append({"target": target, "measure": name, "columns": measure.columns} | {"values": values})
            tables[-1]["specimens"] = [specimen.name for specimen in specimens]
            tables[-1]["classes"] = classes(specimens) if measure.kind == "census" else []
    if options.out:
        _write(options.out, tables)
    if options.json:
        print(json.dumps([_as_json(table) for table in tables], indent=2))
        return 0
    for k, table in enumerate(tables):
        if k == 0 or table["target"] != tables[k - 1]["target"]:
            print(f"{table['target']}")
        print(as_text(table["measure"], table["columns"], table["specimens"], table["values"]))
        if table["classes"]:
            print(classes_as_text(table["classes"]))
    if options.out:
        print(f"written: {options.out}", file=sys.stderr)
    return 0


def _specimens(target: Path, options: Options) -> tuple[list[Any], list[Any]]:
    """Whom to measure, and the measures that the target's own scenario names, or modularity."""
    from evomod import specimens
    from evomod.errors import InputError
    from evomod.measures.q import Q
    from evomod.runner import open_run, open_scenario
    from evomod.scenario import load

    of_runs = [options.epoch_ends, options.at, options.population]
    if not target.is_dir():
        if any(value is not None for value in of_runs) or options.champions:
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
            return specimens.champions(log), named
        if options.at is not None:
            return specimens.best_of(log, options.at), named
        if options.population is not None:
            return specimens.population(log, None if options.population < 0 else options.population), named
        return specimens.epoch_ends(log, options.epoch_ends or 1), named


def _write(path: Path, tables: list[dict[str, Any]]) -> None:
    """One row a number: target, specimen, measure, column, value."""
    with path.open("x", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["target", "specimen", "measure", "number", "value"])
        for table in tables:
            for specimen, row in zip(table["specimens"], table["values"], strict=True):
                for column, value in zip(table["columns"], row, strict=True):
                    shown = "" if math.isnan(value) else repr(float(value))
                    writer.writerow([table["target"], specimen, table["measure"], column, shown])


def _as_json(table: dict[str, Any]) -> dict[str, Any]:
    rows = [
        {"specimen": specimen}
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

    if options.out and options.out.exists() and not options.out.is_dir():
        raise InputError(f"{options.out}: is a file; give a folder with --out")
    found = bench(read_measures(options.measure, "--measure") or None)
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        rows = found.as_rows()
        with (options.out / "bench.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(dict.fromkeys(key for row in rows for key in row)), restval="")
            writer.writeheader()
            writer.writerows(rows)
        save(plot_bench(found), options.out / "bench.png")
    print(json.dumps(found.as_rows(), indent=2) if options.json else found.as_text())
    return 0

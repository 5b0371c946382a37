"""The command line. It reads options, calls the library and prints; no science in here.

Exit codes: 0 done, 1 something failed, 2 wrong input, 75 stopped and resumable, 130 Ctrl-C.
"""

from __future__ import annotations

import argparse
import difflib
import io
import json
import os
import re
import shlex
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from evomod.errors import EvomodError

RESUMABLE = 75  # EX_TEMPFAIL: job schedulers requeue on it
INTERRUPTED = 130

_SET_HELP = "change a value of the scenario, e.g. --set schedule.every=50; may be repeated"


class _Parser(argparse.ArgumentParser):
    """Says which option or command was probably meant."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: {message}{self._guess(message)}\n")

    def _guess(self, message: str) -> str:
        wrong = re.findall(r"invalid choice: '([^']*)'|unrecognized arguments: (\S+)", message)
        known, todo = set[str](), [self]
        while todo:
            for action in todo.pop()._actions:
                known.update(action.option_strings)
                if isinstance(action.choices, dict):
                    known.update(action.choices)
                    todo += action.choices.values()
        for word in (pair[0] or pair[1].split("=")[0] for pair in wrong):
            if word not in known and (near := difflib.get_close_matches(word, known, 1)):
                return f" (did you mean {near[0]!r}?)"
        return ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # whatever the terminal's encoding, nothing may fail to be said
            stream.reconfigure(errors="backslashreplace")
    options = _parser().parse_args(arguments)
    try:
        code = int(options.command(options))
        sys.stdout.flush()
        return code
    except EvomodError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("stopped at once; everything up to the last block is safe", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # `| head` has seen enough; keep Python from complaining about it at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:  # no permission, a name that is too long, an output that is full
        print(f"{error.filename or 'the output'}: {error.strerror or error}", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m evomod", description="evomod: where does modularity come from?")
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and stop")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=_Parser)

    def command(name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text, allow_abbrev=False)
        sub.set_defaults(command=run)
        return sub

    run = command("run", _run, "evolve a scenario, log every birth, draw figures")
    run.add_argument("scenario", type=Path, metavar="SCENARIO", help="a scenario file (YAML)")
    run.add_argument("--set", action="append", default=[], metavar="KEY.PATH=VALUE", dest="settings", help=_SET_HELP)
    run.add_argument("--seed", metavar="N", help="seed of all randomness")
    run.add_argument("--generations", metavar="N", help="length of the run")
    run.add_argument("--out", type=Path, metavar="FOLDER", help="run folder (default: runs/<name>-<hash>-s<seed>)")
    run.add_argument("--force", action="store_true", help="move a run folder that is in the way aside")
    _add_progress(run)

    resume = command("resume", _resume, "go on with a stopped or killed run, as if it had never stopped")
    resume.add_argument("run", type=Path, metavar="RUN", help="run folder")
    resume.add_argument("--generations", type=_number, metavar="N", help="a larger length than planned")
    _add_progress(resume)

    finalize = command("finalize", _finalize, "merge the segments of a stopped run into one plain HDF5 file")
    finalize.add_argument("run", type=Path, metavar="RUN", help="run folder")

    check = command("check", _check, "read a scenario and say what is wrong with it, without running")
    check.add_argument("scenario", type=Path, metavar="SCENARIO")
    check.add_argument("--set", action="append", default=[], metavar="KEY.PATH=VALUE", dest="settings", help=_SET_HELP)
    check.add_argument("--json", action="store_true", help="print the resolved scenario, or the mistakes, as JSON")

    goals = command("goals", _goals, "what the goals are, how far apart, what they share, and which is in force when")
    goals.add_argument("scenario", type=Path, metavar="SCENARIO")
    goals.add_argument("--set", action="append", default=[], metavar="KEY.PATH=VALUE", dest="settings", help=_SET_HELP)
    goals.add_argument("--epochs", type=_number, default=8, metavar="N", help="epochs to show (default: 8)")
    goals.add_argument("--seed", metavar="N", help="seed of random goals and schedules")
    goals.add_argument("--json", action="store_true", help="as JSON")

    show = command("show", _show, "what a run found; works while it is running")
    show.add_argument("run", type=Path, metavar="RUN", help="run folder")
    show.add_argument("--json", action="store_true", help="as JSON")

    command("list", _list, "what can stand in a scenario: families, members, fields and defaults")
    command("schema", _schema, "JSON schema of scenario files, for editors")
    return parser


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> NoReturn:
        from evomod import __version__

        print(f"evomod {__version__}")
        parser.exit()


def _number(text: str) -> int:
    try:
        value = float(text)
        if value.is_integer() and 1 <= value <= 2**53:
            return int(value)
    except (ValueError, OverflowError):
        pass
    raise argparse.ArgumentTypeError(f"must be a whole number of at least 1 [got {text}]")


def _add_progress(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--progress",
        choices=("auto", "bar", "plain", "none"),
        default="auto",
        help="a bar, a line every 30 s, or nothing; auto (the default) looks at the terminal",
    )


def _load(options: argparse.Namespace) -> Any:
    from evomod.scenario import load

    given = {key: getattr(options, key, None) for key in ("seed", "generations")}
    settings = [f"{key}={value}" for key, value in given.items() if value is not None]
    return load(options.scenario, [*options.settings, *settings])


def _run(options: argparse.Namespace) -> int:
    scenario = _load(options)
    from evomod import runner
    from evomod.report.progress import shown

    _say_if_cold(options)
    with shown(options.progress) as show:
        outcome = runner.run(
            scenario,
            options.out,
            text=options.scenario.read_text(encoding="utf-8"),
            force=options.force,
            on_progress=show,
        )
    return _conclude(outcome)


def _resume(options: argparse.Namespace) -> int:
    from evomod import runner
    from evomod.report.progress import shown

    _say_if_cold(options)
    with shown(options.progress) as show:
        outcome = runner.resume(options.run, options.generations, on_progress=show)
    return _conclude(outcome)


def _say_if_cold(options: argparse.Namespace) -> None:
    from evomod.kernel import is_cold

    if options.progress != "none" and is_cold():
        print("compiling (only the first time; less than a minute) …", file=sys.stderr, flush=True)


def _conclude(outcome: Any) -> int:
    """The last lines of a run: why it stopped, what was found, where it lies, what to do next."""
    from evomod import runner
    from evomod.report.run_figures import draw_run
    from evomod.report.summary import as_text, summarise

    folder, quoted = outcome.folder, shlex.quote(str(outcome.folder))
    if outcome.repeated:
        print("this run was finished before; nothing was run again", file=sys.stderr)
    else:
        try:
            draw_run(folder, runner.open_scenario(folder).problem)
        except OSError as error:  # the run itself is safe
            print(f"{error.filename or folder}: no figures could be written ({error.strerror})", file=sys.stderr)
    print(as_text(summarise(folder)))
    print(f"  {'figures':<18} {folder / 'fitness.png'}, {folder / 'circuit.png'}")
    again = "" if outcome.finished else f"resume it:  python -m evomod resume {quoted}\n  "
    planned = runner.open_scenario(folder).generations
    more = planned if outcome.generation < planned else 2 * planned
    on = f"\n  go on:      python -m evomod resume {quoted} --generations {more}" if outcome.finished else ""
    print(f"next:\n  {again}look again: python -m evomod show {quoted}{on}")
    if outcome.finished:
        return 0
    return INTERRUPTED if outcome.signal == signal.SIGINT else RESUMABLE


def _finalize(options: argparse.Namespace) -> int:
    from evomod.lineage.finalize import finalize
    from evomod.lineage.folder import locked
    from evomod.runner import open_scenario

    open_scenario(options.run)  # says so if it is no run folder
    with locked(options.run):
        print(finalize(options.run))
    return 0


def _check(options: argparse.Namespace) -> int:
    from evomod.errors import ScenarioError

    try:
        scenario = _load(options)
    except ScenarioError as error:
        if not options.json:
            raise
        print(json.dumps({"valid": False, "mistakes": error.lines}, indent=2))
        return error.exit_code
    if options.json:
        print(json.dumps({"valid": True, "scenario": scenario.resolved()}, indent=2))
    else:
        problem = scenario.problem
        nodes = f"{len(problem.inputs)} inputs, {problem.n_outputs} output(s), {problem.encoding.n_loci} loci"
        print(f"{options.scenario}: fine ({scenario.name}-{scenario.digest()}; {nodes})")
    return 0


def _goals(options: argparse.Namespace) -> int:
    scenario = _load(options)
    from evomod.report.goal_table import as_text, tabulate

    table = tabulate(scenario.problem, scenario.seed or 0, options.epochs)
    print(json.dumps(table, indent=2) if options.json else as_text(table))
    return 0


def _show(options: argparse.Namespace) -> int:
    from evomod.report.summary import as_text, summarise
    from evomod.runner import open_scenario

    open_scenario(options.run)  # says so if it is no run folder
    summary = summarise(options.run)
    print(json.dumps(summary, indent=2) if options.json else as_text(summary))
    return 0


def _list(_options: argparse.Namespace) -> int:
    from evomod.scenario import reference

    print(reference())
    return 0


def _schema(_options: argparse.Namespace) -> int:
    from evomod.scenario import json_schema

    print(json.dumps(json_schema(), indent=2))
    return 0

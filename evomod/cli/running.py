"""Commands that evolve, or put in order what was evolved."""

from __future__ import annotations

import shlex
import signal
import sys
import time
from pathlib import Path
from typing import Any

from evomod.cli.codes import INTERRUPTED, RESUMABLE
from evomod.cli.parser import Commands, Options, add_figures, add_progress, add_run, add_scenario, load, number


def add_commands(commands: Commands) -> None:
    """`run`, `resume`, `rerun`, `finalize` and `warmup`."""
    run = commands.add("run", _run, "evolve a scenario, log every birth, draw figures")
    add_scenario(run)
    run.add_argument("--seed", metavar="N", help="seed of all randomness")
    run.add_argument("--generations", metavar="N", help="length of the run")
    run.add_argument("--out", type=Path, metavar="FOLDER", help="run folder (default: runs/<name>-<hash>-s<seed>)")
    run.add_argument("--force", action="store_true", help="move a run folder that is in the way aside")
    add_figures(run)
    add_progress(run)

    resume = commands.add("resume", _resume, "go on with a stopped or killed run, as if it had never stopped")
    add_run(resume)
    resume.add_argument("--generations", type=number, metavar="N", help="a larger length than planned")
    add_figures(resume)
    add_progress(resume)

    rerun = commands.add("rerun", _rerun, "make a run again from its own folder, and compare the bytes")
    add_run(rerun)
    rerun.add_argument("--out", type=Path, metavar="FOLDER", help="keep the second run here (default: it is deleted)")
    rerun.add_argument("--generations", type=number, metavar="N", help="how far (default: as far as the log goes)")
    add_progress(rerun)

    finalize = commands.add("finalize", _finalize, "merge the segments of a stopped run into one plain HDF5 file")
    add_run(finalize)

    warmup = commands.add("warmup", _warmup, "compile everything once, for example before an array of jobs")
    text = "compile only what these scenario files need (default: everything)"
    warmup.add_argument("scenarios", type=Path, nargs="*", metavar="SCENARIO", help=text)


def _run(options: Options) -> int:
    scenario = load(options)
    from evomod import runner
    from evomod.report.progress import shown

    say_if_cold(options)
    with shown(options.progress) as show:
        outcome = runner.run(
            scenario,
            options.out,
            text=options.scenario.read_text(encoding="utf-8"),
            force=options.force,
            on_progress=show,
        )
    return _conclude(outcome, options.figures)


def _resume(options: Options) -> int:
    from evomod import runner
    from evomod.report.progress import shown

    say_if_cold(options)
    with shown(options.progress) as show:
        outcome = runner.resume(options.run, options.generations, on_progress=show)
    return _conclude(outcome, options.figures)


def _rerun(options: Options) -> int:
    from evomod.report.progress import shown
    from evomod.rerun import rerun

    say_if_cold(options)
    with shown(options.progress) as show:
        comparison = rerun(options.run, options.out, options.generations, on_progress=show)
    print(comparison)
    return 0 if comparison.same else 1


def _finalize(options: Options) -> int:
    from evomod.lineage.finalize import finalize
    from evomod.lineage.folder import locked
    from evomod.runner import open_scenario

    open_scenario(options.run)  # says so if it is no run folder
    with locked(options.run):
        print(finalize(options.run))
    return 0


def _warmup(options: Options) -> int:
    from evomod.kernel import JIT, cache_folder
    from evomod.scenario import load as read
    from evomod.warmup import examples, warm_up

    if not JIT:
        print("the compiler is switched off (NUMBA_DISABLE_JIT): there is nothing to compile")
        return 0
    scenarios = [read(path) for path in options.scenarios]  # all mistakes before any work
    started = time.monotonic()
    n = warm_up(scenarios or examples(), ask=not scenarios)
    print(f"compiled, or found compiled, in {time.monotonic() - started:.1f} s, what {n} scenarios need")
    print(f"kept in {cache_folder()}")
    return 0


def say_if_cold(options: Options) -> None:
    """Tell people why nothing happens at first."""
    from evomod.kernel import is_cold

    if getattr(options, "progress", "auto") != "none" and is_cold():
        print("compiling (only the first time; less than a minute) …", file=sys.stderr, flush=True)


def _conclude(outcome: Any, figures: str) -> int:
    """The last lines of a run: why it stopped, what was found, where it lies, what to do next."""
    from evomod import runner
    from evomod.report.run_figures import NAMES, draw_run
    from evomod.report.summary import as_text, summarise

    folder, quoted = outcome.folder, shlex.quote(str(outcome.folder))
    if outcome.repeated:
        print("this run was finished before; nothing was run again", file=sys.stderr)
    else:
        try:
            draw_run(folder, runner.open_scenario(folder).problem, figures)
        except OSError as error:  # the run itself is safe
            print(f"{error.filename or folder}: no figures could be written ({error.strerror})", file=sys.stderr)
    print(as_text(summarise(folder)))
    drawn = [str(path) for name in NAMES if (path := folder / f"{name}.{figures}").exists()]
    print(f"  {'figures':<18} {', '.join(drawn) or 'none'}")
    scenario = runner.open_scenario(folder)
    planned = scenario.generations
    more = planned if outcome.generation < planned else 2 * planned
    commands = {
        "look again": f"show {quoted}",
        "a page": f"report {quoted}",
        "replay it": f"replay {quoted}",
        "measure it": f"measure {quoted} --measure {'q' if scenario.problem.encoding.continuous else 'q_m'},motifs",
    }
    if outcome.finished:
        commands["go on"] = f"resume {quoted} --generations {more}"
    else:
        commands = {"resume it": f"resume {quoted}"} | commands
    print("next:", *(f"\n  {what + ':':<12}python -m evomod {command}" for what, command in commands.items()), sep="")
    if outcome.finished:
        return 0
    return INTERRUPTED if outcome.signal == signal.SIGINT else RESUMABLE

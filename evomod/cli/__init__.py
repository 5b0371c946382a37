"""The command line. It reads options, calls the library and prints; no science in here.

One module for each group of commands. What a command needs is imported when it runs, so that `--help` and shell
completion load neither NumPy nor Numba nor pydantic.
"""

from __future__ import annotations

import io
import logging
import os
import sys
from collections.abc import Sequence

from evomod.cli import (
    assays,
    branching,
    campaigns,
    exporting,
    looking,
    machine,
    measuring,
    papers,
    replaying,
    reporting,
    reproducing,
    running,
    scenarios,
)
from evomod.cli.codes import INTERRUPTED
from evomod.cli.parser import Commands, Parser, Version
from evomod.errors import EvomodError

GROUPS = (
    running,
    campaigns,
    looking,
    replaying,
    reporting,
    branching,
    measuring,
    assays,
    reproducing,
    exporting,
    papers,
    scenarios,
    machine,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # whatever the terminal's encoding, nothing may fail to be said
            stream.reconfigure(errors="backslashreplace")
    if not logging.getLogger("evomod").handlers:  # what takes long says so
        logging.getLogger("evomod").addHandler(logging.StreamHandler())
        logging.getLogger("evomod").setLevel(logging.INFO)
    options = build_parser().parse_args(arguments)
    try:
        code = int(options.command(options))
        if sys.stdout is not None:  # closed by whoever began us
            sys.stdout.flush()
        return code
    except EvomodError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("stopped at once; what was written until then is safe", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # `| head` has seen enough; keep Python from complaining about it at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:  # no permission, a name that is too long, an output that is full
        print(f"{error.filename or 'the output'}: {error.strerror or error}", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def build_parser(prog: str = "python -m evomod") -> Parser:
    """All commands."""
    whole = Parser(prog=prog, description="evomod: where does modularity come from?")
    whole.add_argument("--version", action=Version, nargs=0, help="print the version and stop")
    commands = Commands(whole)
    for group in GROUPS:
        group.add_commands(commands)
    return whole

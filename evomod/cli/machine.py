"""Commands about this machine and its shells."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from evomod.cli.parser import Commands, Options, Parser, add_json

SHELLS = ("bash", "zsh", "tcsh")

# What stands after `python -m evomod` is completed like what stands after `evomod`; all else as files, as before.
OF_PYTHON = """
_evomod_of_python() {
  if [[ ${COMP_CWORD} -ge 3 && ${COMP_WORDS[1]} == -m && ${COMP_WORDS[2]} == evomod ]]; then
    local COMP_WORDS=("${COMP_WORDS[@]:2}") COMP_CWORD=$((COMP_CWORD - 2))
    _shtab_evomod
  fi
}

complete -o bashdefault -o default -F _evomod_of_python python python3
"""


def add_commands(commands: Commands) -> None:
    """`doctor` and `completion`."""
    doctor = commands.add("doctor", _doctor, "what this machine has, what is missing and how to get it")
    add_json(doctor)

    completion = commands.add("completion", _completion, "print a script that lets a shell complete commands")
    completion.add_argument("shell", choices=SHELLS, help='for bash: eval "$(python -m evomod completion bash)"')


def _doctor(options: Options) -> int:
    from dataclasses import asdict

    from evomod.doctor import as_text, examine, healthy

    findings = examine(Path.cwd())
    fine = healthy(findings)
    if options.json:
        print(json.dumps({"fine": fine, "findings": [asdict(finding) for finding in findings]}, indent=2))
    else:
        print(as_text(findings))
    return 0 if fine else 1


def _completion(options: Options) -> int:
    import shtab

    from evomod.cli import build_parser

    parser = build_parser("evomod")
    _complete_paths(parser, shtab.FILE, shtab.DIRECTORY)
    print(shtab.complete(parser, options.shell))
    if options.shell == "bash":
        print(OF_PYTHON)
    return 0


def _complete_paths(parser: argparse.ArgumentParser, file: Any, folder: Any) -> None:
    """Let every argument that is a path be completed as one."""
    for action in parser._actions:
        if action.type is Path:
            action.complete = folder if action.metavar in ("RUN", "FOLDER") else file  # type: ignore[attr-defined]
        for child in action.choices.values() if isinstance(action.choices, dict) else ():
            if isinstance(child, Parser):
                _complete_paths(child, file, folder)

"""How the command line is read: commands, the options that several of them share, and a guess at what was meant."""

from __future__ import annotations

import argparse
import difflib
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

Options = argparse.Namespace


class Parser(argparse.ArgumentParser):
    """Says which option or command was probably meant."""

    def error(self, message: str) -> NoReturn:
        """Leave with exit code 2 and a sentence."""
        self.print_usage(sys.stderr)
        self.exit(2, f"{self.prog}: {message}{self._guess(message)}\n")

    def _guess(self, message: str) -> str:
        wrong = re.findall(r"invalid choice: '([^']*)'|unrecognized arguments: (\S+)", message)
        known, todo = set[str](), [self]
        while todo:
            for action in todo.pop()._actions:
                known.update(action.option_strings)
                known.update(map(str, action.choices or ()))
                if isinstance(action.choices, dict):
                    todo += action.choices.values()
        for word in (pair[0] or pair[1].split("=")[0] for pair in wrong):
            if word not in known and (near := difflib.get_close_matches(word, known, 1)):
                return f" (did you mean {near[0]!r}?)"
        return ""


class Commands:
    """The commands of a parser; each group of commands adds its own."""

    def __init__(self, parser: Parser) -> None:
        self.parsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=Parser)

    def group(self, name: str, text: str) -> Commands:
        """Commands within a command: `campaign run`."""
        return Commands(self.parsers.add_parser(name, help=text, description=text, allow_abbrev=False))

    def add(self, name: str, run: Callable[[Options], int], text: str) -> Parser:
        """A command: `run` gets the options and returns the exit code."""
        command: Parser = self.parsers.add_parser(name, help=text, description=text, allow_abbrev=False)
        command.set_defaults(command=run)
        return command


class Version(argparse.Action):
    """Print the version and stop."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> NoReturn:
        """Do so."""
        from evomod import __version__

        print(f"evomod {__version__}")
        parser.exit()


def add_run(command: Parser, name: str = "run") -> None:
    """A run folder."""
    command.add_argument(name, type=Path, metavar=name.upper(), help="run folder")


def add_scenario(command: Parser) -> None:
    """A scenario file and changes to it; `load` reads both."""
    command.add_argument("scenario", type=Path, metavar="SCENARIO", help="a scenario file (YAML)")
    add_settings(command)


def add_settings(command: Parser) -> None:
    """Changes to scenarios."""
    command.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY.PATH=VALUE",
        dest="settings",
        help="change a value of the scenario, e.g. --set schedule.every=50; may be repeated",
    )


def add_json(command: Parser, text: str = "as JSON") -> None:
    """Output for programs."""
    command.add_argument("--json", action="store_true", help=text)


def add_figures(command: Parser) -> None:
    """The format of the figures that a command draws."""
    text = "format of the figures (default: png)"
    command.add_argument("--figures", choices=("png", "svg", "pdf"), default="png", help=text)


def add_progress(command: Parser) -> None:
    """How to show how far a run is."""
    command.add_argument(
        "--progress",
        choices=("auto", "bar", "plain", "none"),
        default="auto",
        help="a bar, a line every 30 s, or nothing; auto (the default) looks at the terminal",
    )


def number(text: str) -> int:
    """A whole number of at least 1, 1e5 too."""
    try:
        value = float(text)
        if value.is_integer() and 1 <= value <= 2**53:
            return int(value)
    except (ValueError, OverflowError):
        pass
    raise argparse.ArgumentTypeError(f"must be a whole number of at least 1 [got {text}]")


def generation(text: str) -> int:
    """The number of a generation."""
    if text.isdecimal() and len(text) < 16:
        return int(text)
    raise argparse.ArgumentTypeError(f"must be a generation, a whole number [got {text}]")


def individual(text: str) -> str | tuple[int, int]:
    """`best` and `last` as they are; generation and place, as in 500:0, as numbers."""
    if text in ("best", "last"):
        return text
    born, colon, place = text.partition(":")
    if colon and all(number.isdecimal() and len(number) < 16 for number in (born, place)):
        return int(born), int(place)
    raise argparse.ArgumentTypeError(f"must be best, last, or generation and place as in 500:0 [got {text}]")


def add_individual(command: argparse._ActionsContainer, whose: str = "whom") -> None:
    """One individual of a run."""
    command.add_argument(
        "--individual",
        type=individual,
        default="best",
        metavar="best|last|G:PLACE",
        help=f"{whose}: the best champion (the default), the best of the last generation, or who was in generation G "
        "at this place",
    )


def load(options: Options) -> Any:
    """The scenario that the options name, changed as they say."""
    from evomod.scenario import load as read

    given = {key: getattr(options, key, None) for key in ("seed", "generations")}
    settings = [f"{key}={value}" for key, value in given.items() if value is not None]
    return read(options.scenario, [*options.settings, *settings])

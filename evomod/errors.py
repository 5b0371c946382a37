"""What can go wrong, as sentences: every error that a user can cause says what, where and the way out."""

from __future__ import annotations

import signal


class EvomodError(Exception):
    """A sentence for the user; the command line prints it without a traceback and exits with `exit_code`."""

    exit_code = 1


class InputError(EvomodError):
    """Something that the user gave cannot be used: a scenario, an option, a folder."""

    exit_code = 2


class ScenarioError(InputError):
    """All mistakes of one scenario file, one line each, as `file:line:col: key.path: what is wrong [got …]`."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class RunFolderError(InputError):
    """A run folder that cannot be used as asked: in use, foreign, finished, unreadable, not writable."""


class InUseError(RunFolderError):
    """A folder in which somebody else is writing now."""


class NetlistError(InputError):
    """A circuit that a format cannot hold, or a text in which no circuit was found: the line, and what was expected."""


class LogError(EvomodError):
    """A lineage log that cannot be written or read, with the file's name."""


class ClusterError(InputError):
    """A cluster that cannot be reached or used: its address, and what is wrong there."""


class StoppedError(EvomodError):
    """Work that a signal stopped before there was a result; 130 if it was Ctrl-C, otherwise to be tried again."""

    def __init__(self, message: str, number: int | None) -> None:
        super().__init__(message)
        self.exit_code = 130 if number == signal.SIGINT else 75

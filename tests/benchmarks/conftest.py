"""The table of bars: each benchmark adds a row, the end of the run prints them all."""

import platform
from collections.abc import Callable
from pathlib import Path

import pytest

Row = tuple[str, str, str]
ROWS: list[Row] = []


@pytest.fixture
def bar() -> Callable[[str, str, str], None]:
    """Add a row: what, what was to be reached, what was measured."""
    return lambda what, reach, measured: ROWS.append((what, reach, measured))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not ROWS:
        return
    cpu = next((x for x in Path("/proc/cpuinfo").read_text().splitlines() if x.startswith("model name")), "")
    terminalreporter.section(f"{cpu.partition(': ')[2]}, Python {platform.python_version()}")
    for row in [("what", "to reach", "measured"), ("---", "---", "---"), *ROWS]:
        terminalreporter.line("| " + " | ".join(row) + " |")

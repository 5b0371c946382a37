"""Being asked to stop: Ctrl-C, SIGTERM, and SIGUSR1, a cluster's warning that time runs out."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType


@contextmanager
def noted(note: Callable[[int], None]) -> Iterator[None]:
    """Call `note` with a signal instead of dying of it; a second Ctrl-C, or another signal, raises KeyboardInterrupt.

    The same one may come in numbers: schedulers send it to every process of a job, and each tells the others. Does
    nothing outside the main thread, which is the one that Python gives signals to.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    asked: int | None = None

    def ask(number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        if asked is not None and (number == signal.SIGINT or number != asked):
            raise KeyboardInterrupt
        asked = number
        note(number)

    before = {s: signal.signal(s, ask) for s in (signal.SIGTERM, signal.SIGUSR1, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            with suppress(TypeError):  # a handler that was not set from Python
                signal.signal(number, handler)

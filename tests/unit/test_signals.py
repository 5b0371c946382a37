"""Signals are noted instead of died of; who insists is heeded."""

import signal
import threading

import pytest

from evomod.signals import noted


def test_the_same_signal_may_come_in_numbers_and_the_handlers_come_back() -> None:
    before, heard = signal.getsignal(signal.SIGUSR1), list[int]()
    with noted(heard.append):
        for _ in range(3):
            signal.raise_signal(signal.SIGUSR1)
    assert heard == [signal.SIGUSR1] * 3
    assert signal.getsignal(signal.SIGUSR1) == before


@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM])
def test_a_second_ctrl_c_or_another_signal_stops_at_once(second: signal.Signals) -> None:
    with noted(lambda _: None):
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(second)


def test_other_threads_leave_signals_alone() -> None:
    found = []

    def look() -> None:
        with noted(lambda _: None):
            found.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert found == [signal.getsignal(signal.SIGTERM)]

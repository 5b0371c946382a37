"""What is sent to workers of a cluster, and what they do with it: open it, do all of it, or refuse."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import evomod
from evomod.campaign.worker import ONE_AT_A_TIME, Report, Task, ask_to_stop, carry_out
from evomod.kernel import source_hash
from evomod.scenario import Scenario
from evomod.warmup import warm_up

_ended: set[str] = set()  # stretches of campaigns of which this worker begins no more tasks


Refusal = dict[str, str]  # the answer of a worker that has other software: `worker`, its address, and what it `has`


def courier() -> Callable[[bytes | None, str], Any]:
    """The function that brings a parcel: it travels as code, so that it arrives where there is no evomod.

    It opens the parcel, if there is one, and does what is in it; or answers with a `Refusal`, if the parcel was sealed
    by other software than is there.
    """

    def deliver(sealed: bytes | None, software: str) -> Any:
        try:
            from evomod.campaign import parcel

            has, opened = parcel.software_here(), parcel.opened
        except (ImportError, AttributeError) as error:
            has = f"no evomod, or another one ({error})"
        if has != software:
            from distributed import get_worker

            return {"worker": get_worker().address, "has": has}
        return opened(sealed) if sealed else None

    return deliver


def opened(sealed: bytes) -> Any:
    """Do what is in a parcel: a function and its argument."""
    function, argument = pickle.loads(sealed)  # noqa: S301 - whoever may submit tasks may run what they like
    return function(argument)


def all_of(parcel: tuple[str, list[Task]]) -> list[Report]:
    """Carry out tasks, one after the other, unless their stretch has been ended."""
    stretch, tasks = parcel
    return [Report(task.index, "stopped") if stretch in _ended else carry_out(task) for task in tasks]


def warm(scenarios: list[Scenario]) -> None:
    """Compile what scenarios need."""
    with ONE_AT_A_TIME:
        warm_up(scenarios)


def end(stretch: str, token: str) -> None:
    """Begin no more tasks of a stretch in this worker, and stop the run of the campaign that it is at."""
    _ended.add(stretch)
    ask_to_stop(token)


@cache
def software_here() -> str:
    """Version and sources of this evomod."""
    return f"evomod {evomod.__version__} (sources {source_hash(Path(evomod.__file__).parent)})"

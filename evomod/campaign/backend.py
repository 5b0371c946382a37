"""What a campaign asks of whoever carries out its runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from evomod.campaign.worker import Report, Task
from evomod.scenario import Scenario


class Backend(Protocol):
    """What carries out tasks: processes here, or a cluster. Entered before and left after its use."""

    n: int  # tasks to keep under way

    @property
    def workers(self) -> int:
        """How many tasks are carried out at once."""

    def __enter__(self) -> Backend: ...
    def __exit__(self, *_: object) -> None: ...
    def prepare(self, scenarios: Sequence[Scenario]) -> None:
        """Compile what the runs will need."""

    def submit(self, task: Task) -> None:
        """Begin a task; at most `n` are under way."""

    def wait(self, seconds: float) -> list[Report]:
        """What has been done since, after so many seconds at most."""

    def stop(self) -> None:
        """Ask the tasks under way to stop, resumable; said again every second."""

"""Runs on a Dask cluster that somebody started, or that a batch system starts.

What is sent is sealed: the scheduler hands on bytes, and only the worker that does a task opens it. Everything that
waits for the network does so in the thread of Dask's event loop; the controller only looks into a queue.
"""

from __future__ import annotations

import asyncio
import pickle
import queue
import secrets
import sys
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import evomod
from evomod.campaign.cluster_file import INSTALL, ClusterFile, started
from evomod.campaign.worker import ONE_AT_A_TIME, Report, Task, ask_to_stop, carry_out
from evomod.errors import ClusterError, StoppedError
from evomod.kernel import source_hash
from evomod.scenario import Scenario
from evomod.warmup import warm_up

if TYPE_CHECKING:
    from evomod.campaign.folder import Campaign

ANSWER = 12.0  # seconds in which a scheduler must answer
LOOK = 2.0  # seconds between two looks at who works
SILENCE = 10.0  # seconds without workers until that is said
COMPILING = 300.0  # seconds that compiling may take before the runs begin all the same
EACH, SPARE = 2, 8  # tasks under way: for each thread one and the next, and some for whoever comes
T = TypeVar("T")
NOT_BEGUN = "not begun"
_ended: set[str] = set()  # in a worker: stretches of campaigns of which no task is to be begun any more


@dataclass(frozen=True)
class Refusal:
    """The answer of a worker that has other software."""

    worker: str
    software: str


class Dask:
    """A Dask cluster that carries out tasks. Workers come, go and die; what they were at, others go on with.

    Parameters
    ----------
    target : str
        Address of a scheduler, such as `tcp://login1:8786`, or a YAML file for a batch system (`ClusterFile`).
    campaign : Campaign

    Attributes
    ----------
    n : int
        How many tasks to keep under way.
    workers : int
        How many are carried out at once.
    name : str
        For people.

    Raises
    ------
    ScenarioError
        The file has mistakes.
    ClusterError
        On entering: nobody answers, the batch system takes no jobs, or Dask is not installed. Later: a worker has
        another evomod than this one, or none.
    StoppedError
        Later: the scheduler is lost.
    """

    def __init__(self, target: str, campaign: Campaign) -> None:
        self.target, self.token, self.logs = target, campaign.token, campaign.folder.resolve() / "logs"
        self.file = None if "://" in target else ClusterFile.read(Path(target))
        self.name = f"Dask at {target}" if self.file is None else f"Dask on {self.file.kind} ({target})"
        self.stretch = secrets.token_hex(8)
        self.under_way: dict[str, tuple[Any, int]] = {}  # by Dask's name of the task
        self.answers: queue.SimpleQueue[Report | Refusal | None] = queue.SimpleQueue()  # None: the scheduler is lost
        self.threads: Mapping[str, int] = {}  # by the worker's address
        self.sent, self.stopping = 0, False

    @property
    def workers(self) -> int:
        """How many tasks can be carried out at once."""
        return sum(self.threads.values())

    @property
    def n(self) -> int:
        """How many tasks to keep under way."""
        return EACH * self.workers + SPARE

    def __enter__(self) -> Dask:
        try:
            import distributed
        except ImportError as error:
            raise ClusterError(f"Dask {INSTALL}") from error
        dask: Any = distributed  # its own annotations are not complete
        self.dask = dask
        with ExitStack() as stack:
            at = stack.enter_context(started(self.file, self.logs)) if self.file else self.target
            try:
                client = dask.Client(at, timeout=ANSWER, set_as_default=False, name="evomod")
            except (OSError, TimeoutError, ValueError) as error:
                raise ClusterError(
                    f"{self.target}: no Dask scheduler can be reached there ({_line(error)}); "
                    "is it running, and may this machine connect to it?"
                ) from error
            self.client: Any = stack.enter_context(client)
            self.threads = client.nthreads()
            if other := self._here(self._others(), ANSWER):
                raise _differ(other)
            self.seen = time.monotonic()
            self._advise()
            client.loop.add_callback(self._look)
            self.resources = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        if self.under_way and self.client.status == "running":  # somebody does not want to wait
            self._here(self._end(), LOOK)
        self.under_way.clear()
        with suppress(OSError, TimeoutError):
            self.resources.close()

    def prepare(self, scenarios: Sequence[Scenario]) -> None:
        """Compile on one worker of each host; hosts that come later compile with their first runs."""
        one_each = {self.dask.comm.get_address_host(address): address for address in self.threads}
        sealed, software = self._sealed(_warm, list(scenarios)), software_here()
        futures = [
            self.client.submit(unsealed, sealed, software, self.stretch, pure=False, workers=[address])
            for address in one_each.values()
        ]
        end = time.monotonic() + COMPILING
        while any(not future.done() for future in futures) and time.monotonic() < end and self.threads:
            time.sleep(0.05)
        for future in futures:
            if future.status == "finished" and isinstance(answer := future.result(), Refusal):
                raise _differ(answer)

    def submit(self, task: Task) -> None:
        """Send a task to whoever has time for it."""
        self.sent += 1
        key = f"run-{self.stretch}-{self.sent}"
        sealed = self._sealed(carry_out, task)
        future = self.client.submit(unsealed, sealed, software_here(), self.stretch, key=key, pure=False)
        self.under_way[key] = future, task.index
        self.client.loop.add_callback(self._collect, key)

    def wait(self, seconds: float) -> list[Report]:
        """What has been done, as soon as something has, or after so many seconds."""
        self._say_if_nobody_works()
        reports = []
        with suppress(queue.Empty):
            answer = self.answers.get(timeout=seconds)
            while True:
                if answer is None:
                    raise StoppedError(
                        f"{self.target}: the connection to the Dask scheduler was lost; what was done is safe, and the "
                        "campaign can be resumed",
                        None,
                    )
                if isinstance(answer, Refusal):
                    raise _differ(answer)
                reports.append(answer)
                answer = self.answers.get_nowait()
        return reports

    def stop(self) -> None:
        """Let all runs finish their generation, and take back what nobody has begun."""
        if not self.stopping:
            self.stopping = True
            self.client.loop.add_callback(self._stop)

    def _here(self, coroutine: Coroutine[Any, Any, T], seconds: float) -> T | None:
        """Wait for the event loop's thread; None if it takes longer, or the cluster is gone."""
        with suppress(OSError, TimeoutError, asyncio.CancelledError):
            return asyncio.run_coroutine_threadsafe(coroutine, self.client.loop.asyncio_loop).result(seconds)
        return None

    def _sealed(self, function: Callable[[Any], object], argument: object) -> bytes:
        return bytes(self.dask.protocol.pickle.dumps((function, argument)))

    def _advise(self) -> None:
        if crowded := [address for address, threads in self.threads.items() if threads > 1]:
            print(
                f"{self.target}: {len(crowded)} of {len(self.threads)} workers have several threads, of which one "
                f"works at a time ({crowded[0]}); start processes instead: dask worker --nworkers N --nthreads 1",
                file=sys.stderr,
            )

    def _say_if_nobody_works(self) -> None:
        if self.threads:
            self.seen = time.monotonic()
        elif time.monotonic() - self.seen > SILENCE:
            self.seen = float("inf")  # once, until somebody comes
            print(f"{self.target}: has no workers at the moment; the runs wait for them", file=sys.stderr)

    # What follows runs in the thread of the event loop. -------------------------------------------------------------

    async def _collect(self, key: str) -> None:
        future, index = self.under_way[key]
        answer: Report | Refusal | None
        try:
            found = await self.client.gather(future, asynchronous=True)
            answer = Report(index, "stopped") if found == NOT_BEGUN else found
        except asyncio.CancelledError as error:
            lost = getattr(error, "reason", "") == "scheduler-connection-lost"
            answer = None if lost else Report(index, "stopped")
        except self.dask.scheduler.KilledWorker as error:
            answer = Report(index, "failed", error=f"{error.allowed_failures + 1} workers died while they were at it")
        except Exception as error:  # noqa: BLE001 - whatever Dask could not do with a task
            answer = await self._others() or Report(index, "failed", error=f"{type(error).__name__}: {_line(error)}")
        if self.under_way.pop(key, None):
            self.answers.put(answer)

    async def _others(self) -> Refusal | None:
        """A worker, or the scheduler, that has another evomod or none."""
        found: dict[str, object] = {}
        with suppress(OSError, TimeoutError):
            found = await self.client.run(software_here, on_error="return")
        try:
            found["the scheduler"] = await self.client.run_on_scheduler(software_here)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the scheduler's
            found["the scheduler"] = error
        for who, what in found.items():
            if isinstance(what, str) and what != software_here():
                return Refusal(who, what)
            if isinstance(what, ImportError | AttributeError):
                return Refusal(who, f"no evomod, or an older one ({_line(what)})")
        return None

    async def _look(self) -> None:
        """Notice who comes and goes, and when the scheduler does."""
        while self.client.status == "running":
            with suppress(OSError, TimeoutError):
                self.threads = await self.client.nthreads()
            await asyncio.sleep(LOOK)
        self.answers.put(None)

    async def _stop(self) -> None:
        while self.client.status == "running":
            with suppress(OSError, TimeoutError):
                await self._end()
                begun = {key for keys in (await self.client.processing()).values() for key in keys}
                await self.client.cancel([pair[0] for key, pair in self.under_way.items() if key not in begun])
            await asyncio.sleep(1)

    async def _end(self) -> None:
        await asyncio.wait_for(self.client.run(end, self.stretch, self.token, on_error="ignore"), LOOK)


# What workers do ------------------------------------------------------------------------------------------------------


def unsealed(sealed: bytes, software: str, stretch: str) -> Any:
    """Open a task and do it, in a worker; a `Refusal` if it was sealed by other software than is here."""
    from distributed import get_worker

    if software != software_here():
        return Refusal(get_worker().address, software_here())
    if stretch in _ended:
        return NOT_BEGUN
    function, argument = pickle.loads(sealed)  # noqa: S301 - whoever may submit tasks may run what they like
    return function(argument)


def end(stretch: str, token: str) -> None:
    """Begin no more tasks of a stretch in this worker, and stop the run of the campaign that it is at."""
    _ended.add(stretch)
    ask_to_stop(token)


@cache
def software_here() -> str:
    """Version and sources of this evomod."""
    return f"evomod {evomod.__version__} (sources {source_hash(Path(evomod.__file__).parent)})"


def _warm(scenarios: list[Scenario]) -> None:
    with ONE_AT_A_TIME:
        warm_up(scenarios)


def _differ(other: Refusal) -> ClusterError:
    return ClusterError(
        f"{other.worker}: has {other.software}, where {software_here()} is needed; install the same on the whole "
        "cluster, then start its workers again"
    )


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__

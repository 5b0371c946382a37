"""Runs on a Dask cluster that somebody started, or that a batch system starts.

What is sent is sealed: the scheduler hands on bytes, and only the worker that does it opens it. A scheduler manages a
few hundred parcels a second, so short runs travel together. Everything that waits for the network does so in the thread
of Dask's event loop; the controller only looks into a queue.
"""

from __future__ import annotations

import asyncio
import queue
import re
import secrets
import sys
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent import futures
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from evomod.campaign.cluster_file import INSTALL, ClusterFile, quiet, started
from evomod.campaign.parcel import Refusal, all_of, courier, end, software_here, warm
from evomod.campaign.worker import Report, Task
from evomod.errors import ClusterError, EvomodError, StoppedError
from evomod.scenario import Scenario

if TYPE_CHECKING:
    from evomod.campaign.folder import Campaign

ANSWER = 12.0  # seconds in which a scheduler must answer
LOOK = 2.0  # seconds between two looks at who works
SILENCE = 10.0  # seconds without workers until that is said
COMPILING = 300.0  # seconds that compiling may take before the runs begin all the same
EACH, SPARE = 2, 8  # parcels under way for each thread, this one and the next; and tasks for whoever comes
RATE = 100  # parcels a second that the scheduler is given, at most
SHORTEST, LARGEST = 0.5, 64  # a parcel shall take so many seconds at least, and be of so many tasks at most
T = TypeVar("T")


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
        if re.fullmatch(r"[\w.-]+:[0-9]+", target) and not Path(target).exists():
            raise ClusterError(f"--cluster {target}: did you mean tcp://{target}?")
        self.file = None if "://" in target else ClusterFile.read(Path(target))
        self.stretch = secrets.token_hex(8)
        self.under_way: dict[str, Any] = {}  # by Dask's name of the parcel
        self.parcel: list[Task] = []
        self.seconds = SHORTEST  # of a run
        self.answers: queue.SimpleQueue[Report | EvomodError] = queue.SimpleQueue()
        self.threads: Mapping[str, int] = {}  # by the worker's address
        self.sent, self.stopping, self.deliver = 0, False, courier()

    @property
    def workers(self) -> int:
        """How many tasks can be carried out at once."""
        return sum(self.threads.values())

    @property
    def n(self) -> int:
        """How many tasks to keep under way."""
        return EACH * self.workers * self.size + SPARE

    @property
    def size(self) -> int:
        """Tasks of a parcel: one, unless runs are short."""
        return max(1, min(LARGEST, int(max(SHORTEST, self.workers / RATE) / self.seconds)))

    def __enter__(self) -> Dask:
        try:
            import distributed
        except ImportError as error:
            raise ClusterError(f"Dask {INSTALL}") from error
        dask: Any = distributed  # its own annotations are not complete
        self.dask = dask
        with ExitStack() as stack:
            stack.enter_context(quiet("distributed.client"))
            self.jobs = stack.enter_context(started(self.file, self.logs)) if self.file else None
            if self.jobs is None:
                self._knock()
            client = dask.Client(self.jobs or self.target, timeout=ANSWER, set_as_default=False, name="evomod")
            self.client: Any = stack.enter_context(client)
            self.threads = client.nthreads()
            self._here(self._compare(), ANSWER)
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
        sealed, software = self._sealed(warm, list(scenarios)), software_here()
        sent = [
            self.client.submit(self.deliver, sealed, software, pure=False, workers=[address])
            for address in one_each.values()
        ]
        latest = time.monotonic() + COMPILING
        while any(not future.done() for future in sent) and time.monotonic() < latest and self.threads:
            time.sleep(0.05)
        for future in sent:
            if future.status == "finished" and (answer := future.result()):
                raise _differ(answer)

    def submit(self, task: Task) -> None:
        """Send a task, alone or with the next ones, to whoever has time for it."""
        self.parcel.append(task)
        if len(self.parcel) >= self.size:
            self._send(self.parcel)
            self.parcel = []

    def wait(self, seconds: float) -> list[Report]:
        """What has been done, as soon as something has, or after so many seconds."""
        if self.parcel:
            self._send(self.parcel)
            self.parcel = []
        self._say_if_nobody_works()
        reports: list[Report] = []
        with suppress(queue.Empty):
            answer = self.answers.get(timeout=seconds)
            while isinstance(answer, Report):
                if answer.status == "finished":
                    self.seconds += (max(answer.seconds, 0.001) - self.seconds) / 8
                reports.append(answer)
                answer = self.answers.get_nowait()
            if not reports:
                raise answer
            self.answers.put(answer)  # first what was done
        return reports

    def stop(self) -> None:
        """Let all runs finish their generation, and take back what nobody has begun."""
        if not self.stopping:
            self.stopping = True
            self.client.loop.add_callback(self._stop)

    def _knock(self) -> None:
        """See that a scheduler answers: a client that finds none is long in giving up, and noisy."""

        async def knock() -> None:
            secrets_of_tls = self.dask.Security().get_connection_args("client")
            comm = await self.dask.comm.connect(self.target, timeout=ANSWER, **secrets_of_tls)
            await comm.close()

        aside = futures.ThreadPoolExecutor(1)  # there may be an event loop in this thread
        try:
            aside.submit(asyncio.run, knock()).result(ANSWER + 1)
        except Exception as error:
            what = _line(error) if isinstance(error, OSError | ValueError) else "something else answers"
            raise ClusterError(
                f"{self.target}: no Dask scheduler can be reached there ({what}); "
                "is it running, and may this machine connect to it?"
            ) from error
        finally:
            aside.shutdown(wait=False)

    def _here(self, coroutine: Coroutine[Any, Any, T], seconds: float) -> T | None:
        """Wait for the event loop's thread; None if it takes longer, or the cluster is gone."""
        with suppress(OSError, TimeoutError, asyncio.CancelledError):
            return asyncio.run_coroutine_threadsafe(coroutine, self.client.loop.asyncio_loop).result(seconds)
        return None

    def _send(self, tasks: list[Task]) -> None:
        self.sent += 1
        key = f"runs-{self.stretch}-{self.sent}"
        sealed = self._sealed(all_of, (self.stretch, tasks))
        future = self.client.submit(self.deliver, sealed, software_here(), key=key, pure=False)
        self.under_way[key] = future
        self.client.loop.add_callback(self._collect, key, future, tasks)

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

    async def _collect(self, key: str, future: Any, tasks: list[Task]) -> None:
        """Wait for a parcel and say what became of it; one that nobody could carry is sent again in its parts."""
        answers: Sequence[Report | EvomodError]
        try:
            found = await self.client.gather(future, asynchronous=True)
            answers = [_differ(found)] if isinstance(found, dict) else found
        except (asyncio.CancelledError, futures.CancelledError, Exception) as error:  # noqa: BLE001 - whatever it was
            if self.client.status != "running":
                answers = [self._lost()]
            elif isinstance(error, asyncio.CancelledError | futures.CancelledError):
                answers = [Report(task.index, "stopped") for task in tasks]
            elif len(tasks) > 1 and not self.stopping:
                answers = []
                for task in tasks:
                    self._send([task])
            else:
                answers = [Report(task.index, "failed", error=_reason(error)) for task in tasks]
        if self.under_way.pop(key, None):
            for answer in answers:
                self.answers.put(answer)

    def _lost(self) -> StoppedError:
        return StoppedError(
            f"{self.target}: the connection to the Dask scheduler was lost; what was done is safe, and the "
            "campaign can be resumed",
            None,
        )

    async def _compare(self) -> None:
        """Refuse workers with another evomod, or none, before anything has begun."""
        found = await self.client.run(self.deliver, None, software_here(), on_error="ignore")
        for answer in found.values():
            if isinstance(answer, dict):
                raise _differ(answer)

    async def _look(self) -> None:
        """Notice who comes and goes, and when the scheduler does."""
        while self.client.status == "running":
            with suppress(OSError, TimeoutError):
                self.threads = await self.client.nthreads()
            if self.file and self.jobs:
                self.jobs.scale(n=self.file.workers)  # what ended, for want of time say, begins again
            await asyncio.sleep(LOOK)
        self.answers.put(self._lost())

    async def _stop(self) -> None:
        while self.client.status == "running":
            with suppress(OSError, TimeoutError):
                await self._end()
                begun = {key for keys in (await self.client.processing()).values() for key in keys}
                await self.client.cancel([future for key, future in list(self.under_way.items()) if key not in begun])
            await asyncio.sleep(1)

    async def _end(self) -> None:
        await asyncio.wait_for(self.client.run(end, self.stretch, self.token, on_error="ignore"), LOOK)


def _differ(other: Refusal) -> ClusterError:
    return ClusterError(
        f"{other['worker']}: has {other['has']}, where {software_here()} is needed; install the same on the whole "
        "cluster, then start its workers again"
    )


def _reason(error: BaseException) -> str:
    if type(error).__name__ == "KilledWorker":
        return "the workers that tried it died, one after another: out of memory, or killed; their logs say more"
    return f"{type(error).__name__}: {_line(error)}"


def _line(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__

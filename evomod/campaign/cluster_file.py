"""A file that says how to start Dask workers through a batch system: SLURM, PBS, LSF and the like."""

from __future__ import annotations

import inspect
import logging
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evomod.campaign.worker import ONE_THREAD
from evomod.component import Count
from evomod.document import Document, Mistake, suggest
from evomod.document import Path as KeyPath
from evomod.errors import ClusterError
from evomod.validation import mistakes_of

Kind = Literal["slurm", "pbs", "lsf", "sge", "oar", "moab", "htcondor"]
INSTALL = "is not installed here; install what clusters need: pip install '.[cluster]'"


class ClusterFile(BaseModel):
    """Workers that a batch system starts, as jobs."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    kind: Kind = Field(description="The batch system.")
    workers: Count = Field(description="Processes, each of which is at one run at a time.")
    options: dict[str, Any] = Field(
        {},
        description="Of a job, as dask-jobqueue has them: `cores` (as many processes a job), `memory`, `walltime`, "
        "`queue`, `account`, `job_script_prologue` (a list of commands that come first), …",
    )

    @classmethod
    def read(cls, path: Path) -> ClusterFile:
        """Read a file; ScenarioError with every mistake at once, ClusterError if dask-jobqueue is not installed."""
        document = Document.read(path)
        try:
            file = cls.model_validate(document.data)
        except ValidationError as error:
            known: dict[KeyPath, Any] = {(): cls.model_fields}
            raise document.error(
                mistakes_of(
                    error, document, known_keys=lambda at: known.get(at, ()), known_kinds=lambda _: get_args(Kind)
                )
            ) from None
        possible = _options_of(file.kind)
        if mistakes := [
            Mistake(
                ("options", key),
                f"unknown option of {file.kind}{suggest(key, possible) or '; possible: ' + ', '.join(possible)}",
                at_key=True,
            )
            for key in file.options
            if key not in possible
        ]:
            raise document.error(mistakes)
        return file


@contextmanager
def started(file: ClusterFile, logs: Path) -> Iterator[Any]:
    """A cluster of dask-jobqueue whose jobs are submitted; cancelled on leaving.

    Parameters
    ----------
    file : ClusterFile
    logs : Path
        Where the batch system puts what the workers print, if the file does not say.

    Raises
    ------
    ClusterError
        If the batch system is not there, or does not take the jobs.
    """
    # Of several jobs that were not taken, one is told of.
    logging.getLogger("asyncio").addFilter(lambda record: "never retrieved" not in record.getMessage())
    kind = _class_of(file.kind)
    command = kind.job_cls.submit_command.split()[0]
    if shutil.which(command) is None:
        raise ClusterError(
            f"{file.kind}: there is no `{command}` here; give this command on a machine that can submit jobs, "
            "or start Dask workers yourself and give the scheduler's address"
        )
    try:
        cluster = kind(**_defaults(file.options, logs))
    except (ValueError, TypeError, OSError) as error:
        raise ClusterError(f"{file.kind}: the options do not make a job: {' '.join(str(error).split())}") from error
    with ExitStack() as stack:
        stack.callback(_close, cluster)

        async def submit() -> None:
            await cluster
            for job in [*cluster.workers.values()]:  # one that was not taken is so quietly; the second time it says why
                if job.job_id is None:
                    await job.start()

        try:
            with quiet("tornado.application"):
                cluster.scale(n=file.workers)
                cluster.sync(submit)
        except (RuntimeError, OSError, ValueError) as error:
            raise ClusterError(f"{file.kind}: `{command}` did not take the job: {_reason(error)}") from error
        yield cluster


def _close(cluster: Any) -> None:
    with suppress(AssertionError):  # Dask does not expect jobs that were never taken
        cluster.close()


@contextmanager
def quiet(logger: str) -> Iterator[None]:
    """Keep Dask from printing a traceback of what is said in a sentence."""
    log = logging.getLogger(logger)
    before, log.disabled = log.disabled, True
    try:
        yield
    finally:
        log.disabled = before


def _defaults(options: Mapping[str, Any], logs: Path) -> dict[str, Any]:
    """The options, with one process a core, one thread a process, and logs where the campaign has its own."""
    prologue = [f"export {name}=1" for name in ONE_THREAD]
    ours: dict[str, Any] = {"log_directory": str(logs)}
    if isinstance(options.get("cores"), int):
        ours["processes"] = options["cores"]
    return ours | dict(options) | {"job_script_prologue": [*prologue, *(options.get("job_script_prologue") or ())]}


def _class_of(kind: Kind) -> Any:
    try:
        import dask_jobqueue
    except ImportError as error:
        raise ClusterError(f"dask-jobqueue {INSTALL}") from error
    name = {"oar": "OAR", "moab": "Moab", "htcondor": "HTCondor"}.get(kind, kind.upper())
    return getattr(dask_jobqueue, f"{name}Cluster")


def _options_of(kind: Kind) -> list[str]:
    """What the class of a batch system, its jobs and their common ancestors take."""
    cluster = _class_of(kind)
    names = {
        name
        for one in (cluster.job_cls, *cluster.job_cls.__mro__, *cluster.__mro__[:2])
        if "__init__" in vars(one)
        for name, parameter in inspect.signature(one.__init__).parameters.items()
        if parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
    }
    return sorted(names - _NOT_OPTIONS)


# What the classes need from one another, what has been renamed, and what this file says by other words.
_NOT_OPTIONS = {
    "self",
    "scheduler",
    "name",
    "n_workers",
    "loop",
    "asynchronous",
    "silence_logs",
    "security",
    "job_cls",
} | {
    "scheduler_cls",
    "dashboard_address",
    "host",
    "config_name",
    "extra",
    "job_extra",
    "env_extra",
    "header_skip",
    "project",
    "nanny",
}


def _reason(error: Exception) -> str:
    """What the batch system said, out of the report of dask-jobqueue."""
    text = str(error)
    said = text.partition("stderr:\n")[2].strip() or text.strip() or type(error).__name__
    return " ".join(said.split())

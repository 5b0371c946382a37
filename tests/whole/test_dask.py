import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from dataclasses import replace
from functools import partial

import pytest

from evomod.campaign import cluster, run
from evomod.campaign.cluster import Dask
from evomod.errors import ClusterError, StoppedError
from tests.whole.dask_cluster import ROOT, Cluster, after, made, plan, times_finished


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    """What the campaign makes on the local pool."""
    folder = tmp_path_factory.mktemp("local") / "campaign"
    assert run(plan(), folder, jobs=2).done == 20
    return made(folder)


@pytest.fixture(scope="module")
def two_workers(tmp_path_factory):
    with Cluster(tmp_path_factory.mktemp("dask")) as dask:
        dask.worker()
        dask.worker("--nanny")
        yield dask


@pytest.fixture
def started(tmp_path):
    with Cluster(tmp_path) as dask:
        yield dask


def on(dask, backend=Dask):
    return partial(backend, dask.address)


def all_done_once(outcome, n=20):
    return (outcome.done, outcome.failed, outcome.reason, times_finished(outcome.folder)) == (n, 0, "", [1] * n)


def test_a_worker_is_killed_and_every_run_is_done_once_with_the_bytes_of_the_local_pool(tmp_path, started, local):
    first, _ = started.worker(), started.worker("--nanny")
    outcome = run(plan(), tmp_path / "campaign", backend=on(started), on_progress=after(3, first.kill))
    assert first.wait(10) == -signal.SIGKILL
    assert all_done_once(outcome)
    assert made(outcome.folder) == local


def test_workers_that_do_not_share_the_disk_send_their_logs_back(tmp_path, two_workers, local):
    class Elsewhere(Dask):
        def submit(self, task):
            super().submit(replace(task, campaign="/nowhere"))

    outcome = run(plan(), tmp_path / "campaign", backend=on(two_workers, Elsewhere))
    assert all_done_once(outcome)
    assert made(outcome.folder) == local


def signal_when_running(folder):
    if len([*folder.glob("runs/*/s*/lineage.0000.h5")]) >= 2:
        signal.raise_signal(signal.SIGTERM)


def test_a_signal_stops_the_runs_where_they_are_and_the_next_start_goes_on_there(tmp_path, two_workers):
    long, folder = plan(2, generations=20_000), tmp_path / "campaign"
    outcome = run(long, folder, backend=on(two_workers), on_progress=lambda _: signal_when_running(folder))
    assert outcome.signal == signal.SIGTERM
    assert outcome.reason == "asked to by SIGTERM"
    assert sum(times_finished(folder)) < 4
    assert [*folder.glob("runs/*/s*/checkpoint*")]
    assert all_done_once(run(long, folder, backend=on(two_workers)), 4)


def test_an_address_without_a_scheduler_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "ANSWER", 1.0)
    with pytest.raises(ClusterError, match=r"^tcp://127\.0\.0\.1:9: no Dask scheduler can be reached there"):
        run(plan(), tmp_path / "campaign", backend=partial(Dask, "tcp://127.0.0.1:9"))


@pytest.mark.parametrize("address", ["tcp://nowhere.invalid:8786", "tcp://127.0.0.1", "carrier-pigeon://loft:1"])
def test_an_address_that_cannot_be_one_is_named(tmp_path, monkeypatch, address):
    monkeypatch.setattr(cluster, "ANSWER", 1.0)
    with pytest.raises(ClusterError, match=f"^{address}: no Dask scheduler"):
        run(plan(), tmp_path / "campaign", backend=partial(Dask, address))


@pytest.mark.parametrize("says", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n" * 9], ids=["nothing", "something"])
def test_an_address_where_something_else_listens_is_named(tmp_path, monkeypatch, says):
    monkeypatch.setattr(cluster, "ANSWER", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=lambda: server.accept()[0].sendall(says), daemon=True).start()
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(ClusterError, match=f"^{address}: no Dask scheduler can be reached there"):
            run(plan(), tmp_path / "campaign", backend=partial(Dask, address))


def other_sources(folder, line):
    """A copy of the package that differs in a line."""
    shutil.copytree(ROOT / "evomod", folder / "evomod", ignore=shutil.ignore_patterns("__pycache__"))
    with (folder / "evomod" / "__init__.py").open("a") as file:
        file.write(line)
    return folder


@pytest.mark.parametrize(
    ("line", "has"),
    [
        ("# newer\n", r"has evomod .* \(sources "),
        ("raise ImportError('no Numba')\n", r"has no evomod, or another one \(no Numba\)"),
    ],
    ids=["other sources", "cannot be imported"],
)
def test_a_worker_with_another_evomod_or_none_is_named_also_if_it_comes_late(tmp_path, started, line, has):
    started.worker()
    source = other_sources(tmp_path / "other", line)
    with pytest.raises(ClusterError, match=rf"^tcp://127\.0\.0\.1:[0-9]+: {has}"):
        run(
            plan(500),
            tmp_path / "campaign",
            backend=on(started),
            on_progress=after(3, lambda: started.worker(source=source)),
        )
    with pytest.raises(ClusterError, match=has):
        run(plan(500), tmp_path / "campaign", backend=on(started))


def test_runs_wait_for_workers_and_it_is_said_that_they_do(tmp_path, started, monkeypatch, capsys):
    monkeypatch.setattr(cluster, "SILENCE", 0.5)
    said = []

    def look(_progress):
        said.append(capsys.readouterr().err)
        if "has no workers at the moment" in said[-1]:
            started.worker(threads=2)

    assert all_done_once(run(plan(2), tmp_path / "campaign", backend=on(started), on_progress=look), 4)
    assert "".join(said).count("has no workers") == 1


def test_several_threads_of_a_worker_are_advised_against(tmp_path, started, capsys):
    started.worker(threads=2)
    from distributed import Client

    with Client(started.address) as client:
        client.wait_for_workers(1, timeout=30)
    assert all_done_once(run(plan(2), tmp_path / "campaign", backend=on(started)), 4)
    assert "1 of 1 workers have several threads, of which one works at a time" in capsys.readouterr().err


def test_a_scheduler_that_is_lost_stops_the_campaign_which_another_can_go_on_with(tmp_path, started, local):
    started.worker()
    folder = tmp_path / "campaign"
    with pytest.raises(
        StoppedError, match=f"^{started.address}: the connection to the Dask scheduler was lost"
    ) as error:
        run(plan(), folder, backend=on(started), on_progress=after(2, started.scheduler.kill))
    assert error.value.exit_code == 75
    assert 0 < sum(times_finished(folder)) < 20
    assert all_done_once(run(plan(), folder, jobs=2))
    assert made(folder) == local


@pytest.mark.verification
def test_a_run_that_kills_its_workers_is_given_up_and_the_others_are_done(tmp_path, started):
    class Deadly(Dask):
        def _sealed(self, function, argument):
            if isinstance(argument, tuple) and any(task.index == 3 for task in argument[1]):
                function, argument = os._exit, 1
            return super()._sealed(function, argument)

    for _ in range(2):
        started.worker("--nanny")
    outcome = run(plan(), tmp_path / "campaign", backend=on(started, Deadly))
    assert (outcome.done, outcome.failed) == (19, 1)
    assert outcome.errors[3].startswith("the workers that tried it died")


@pytest.mark.verification
@pytest.mark.parametrize("time", range(5))
def test_workers_are_killed_again_and_again(tmp_path, started, local, time):
    alive = [started.worker(), started.worker()]

    def kill(progress):
        if progress.total.done // 4 > kill.times:
            kill.times += 1
            alive.append(started.worker())
            alive.pop(0).kill()

    kill.times = 0
    outcome = run(plan(), tmp_path / "campaign", backend=on(started), on_progress=kill)
    assert all_done_once(outcome)
    assert made(outcome.folder) == local


def test_campaigns_that_run_here_do_not_load_dask():
    code = "import sys, evomod.campaign, evomod.campaign.cluster; print({'dask', 'distributed'} & set(sys.modules))"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    assert subprocess.check_output([sys.executable, "-c", code], env=environment) == b"set()\n"

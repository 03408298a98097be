"""The processes that grade: a Dask cluster of this machine's, or one that exists already."""

from __future__ import annotations

import logging
import tempfile
import time
from asyncio import CancelledError
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

import dask
from distributed import (
    Client,
    Future,
    KilledWorker,
    LocalCluster,
    WorkerPlugin,
    get_worker,
    wait,
)

from .admit import Rejected
from .jobs import JobFailed, WorkerLost, run_job
from .released import Released
from .sandbox import Limits, require_sandbox
from .server import START_SECONDS

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 30.0  # of the scheduler, when it is asked for something small
GRACE_SECONDS = 60.0  # that a job may take beyond all the times that it is allowed
LOOK_SECONDS = 30.0  # after which a run without results looks whether anybody is left to work
AHEAD = 2  # jobs sent for each thread of the cluster, so that none waits for the head
GONE = "the cluster is gone: start it and run the same command again"
CONFIG = {
    # A job is tried on this many processes more after the first has died under it.
    "distributed.scheduler.allowed-failures": 1,
    # A process that has not stirred for so long is ended, and its jobs go to another.
    "distributed.scheduler.worker-ttl": "60s",
    # Nobody looks at pages of the cluster; the port stays, and answers nothing.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    # Of the messages that have been sent, with the notebooks in them, Dask would keep a thousand.
    "distributed.admin.low-level-log-length": 10,
    # A submission may hold several notebooks of 20 MB.
    "distributed.admin.large-graph-warning-threshold": "1GB",
    "distributed.worker.preload": ["course_lib.grading.worker_start"],
}


class Kit(WorkerPlugin):
    """What all jobs of a run share, sent once to each worker: the release and the limits."""

    def __init__(self, released: Released, limits: Limits) -> None:
        self.name = f"release-{uuid4().hex}"  # several heads may share a cluster
        self.released, self.limits = replace(released, files={}), limits
        self.files = {name: path.read_bytes() for name, path in released.files.items()}

    def setup(self, worker: Any) -> None:
        """On the worker: make sure of its sandbox; the files get a folder there."""
        require_sandbox(self.limits.weaker)
        self.folder = tempfile.TemporaryDirectory(prefix="grading-")
        paths = {name: Path(self.folder.name, name) for name in self.files}
        for name, path in paths.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self.files[name])
            path.chmod(0o644)
        self.released = replace(self.released, files=paths)

    def teardown(self, worker: Any) -> None:
        self.folder.cleanup()


def _on_worker(kit_name: str, contents: dict[str, bytes | Rejected], seed: int) -> bytes:
    kit = cast(Kit, get_worker().plugins[kit_name])
    return run_job(kit.released, contents, seed, kit.limits)


class Cluster:
    """A cluster that has been given the release; jobs go there, a bounded number at a time."""

    def __init__(self, client: Client, kit: Kit, revive: Callable[[], object] | None) -> None:
        self.client, self.kit, self.revive = client, kit, revive
        self._revive_after = 0.0

    def results(
        self, names: Iterable[str], load: Callable[[str], tuple[dict[str, Any], int]]
    ) -> Iterator[list[tuple[str, bytes | Exception]]]:
        """Run a job for each name; what has come since the last time, until all have.

        ``load`` gives contents and seed of a name and is called when its turn has come; so no more
        is held here than what is on its way. What it raises is the result of that name.
        """
        waiting = iter(names)
        running: dict[Future, tuple[str, float]] = {}  # names, and when their time is up
        while True:
            came: list[tuple[str, bytes | Exception]] = []
            while len(running) < self._room() and (name := next(waiting, None)) is not None:
                try:
                    contents, seed = load(name)
                except Exception as error:
                    came.append((name, error))
                    continue
                job = self.client.submit(
                    _on_worker, self.kit.name, contents, seed, key=f"grade-{uuid4()}", pure=False
                )
                running[job] = name, time.monotonic() + self.patience
            if running and not came:
                done = self._next(running)
                late = [] if done else self._give_up(running)
                came = [(running.pop(job)[0], _outcome(job)) for job in done]
                came += [(running.pop(job)[0], WorkerLost(self._too_long())) for job in late]
            if came:
                yield came
            elif not running:
                return

    def _next(self, running: dict[Future, tuple[str, float]]) -> list[Future]:
        """The jobs that are done, once there are any; none where none is for some time.

        Raises
        ------
        ValueError
            where the cluster is gone.
        """
        left = max(0.0, min(end for _, end in running.values()) - time.monotonic())
        left = min(left, LOOK_SECONDS)
        try:
            with self.client.as_current():
                return list(wait(list(running), left, return_when="FIRST_COMPLETED").done)
        except TimeoutError:
            self._see_to_workers()
            return []
        except CancelledError as error:
            raise ValueError(GONE) from error

    def _see_to_workers(self) -> None:
        """Start the processes anew where all have gone.

        Dask does so with one that has died, but not with one that died as it was started.
        """
        now = time.monotonic()
        if self.revive and now > self._revive_after and not self.client.nthreads():
            self.revive()
            self._revive_after = now + START_SECONDS

    @property
    def patience(self) -> float:
        """Seconds within which a job that was sent comes back, or never will."""
        notebooks = len(self.kit.released.contents) * self.kit.limits.notebook_seconds
        return AHEAD * (START_SECONDS + notebooks + GRACE_SECONDS)  # one may wait for another

    def _too_long(self) -> str:
        return f"the process that graded it gave no answer within {self.patience:.0f} s"

    def _give_up(self, running: dict[Future, tuple[str, float]]) -> list[Future]:
        """The jobs whose time is up; the processes that have them are ended and started again."""
        late = [job for job, (_, end) in running.items() if time.monotonic() >= end]
        if not late:
            return []
        keys = {job.key for job in late}
        scheduler: Any = self.client.scheduler
        try:
            held = self.client.sync(
                scheduler.processing, workers=None, callback_timeout=ANSWER_SECONDS
            )
        except (OSError, TimeoutError) as error:
            raise ValueError(GONE) from error
        hung = [worker for worker, jobs in held.items() if keys.intersection(jobs)]
        if hung:
            self.client.restart_workers(hung, timeout=ANSWER_SECONDS, raise_for_error=False)
        self.client.cancel(late)
        return late

    def _room(self) -> int:
        """How many jobs may be on their way; workers may come and go."""
        return AHEAD * max(1, sum(self.client.nthreads().values()))


def _outcome(job: Future) -> bytes | Exception:
    """The reply of a job that is done.

    Raises
    ------
    ValueError
        where the cluster is gone.
    """
    if job.status == "finished":
        reply = job.result()
        return reply if isinstance(reply, bytes) else JobFailed("a worker's reply is no bytes")
    if job.status != "error":
        raise ValueError(GONE)
    error = job.exception()
    if isinstance(error, KilledWorker):
        return WorkerLost("the process that graded it died, and so did the next")
    return JobFailed(f"{type(error).__name__}: {error}")


@contextmanager
def connected(
    workers: int, scheduler: str | None, released: Released, limits: Limits
) -> Iterator[Cluster]:
    """A cluster of ``workers`` processes on this machine, or that of the ``scheduler``'s address.

    Processes are spawned: a script of one's own that grades must do so below
    ``if __name__ == "__main__":``.

    Raises
    ------
    ValueError
        where no scheduler answers at that address, or a worker cannot start a sandbox.
    """
    kit = Kit(released, limits)
    client = _local(workers) if scheduler is None else _existing(scheduler)
    with dask.config.set(CONFIG), client as (connection, revive):
        connection.register_plugin(kit)
        try:
            yield Cluster(connection, kit, revive)
        finally:
            if scheduler is not None:
                connection.unregister_worker_plugin(kit.name)


@contextmanager
def _local(workers: int) -> Iterator[tuple[Client, Callable[[], None]]]:
    """A client, and what starts its processes anew.

    They have no memory limits, since no student code runs in these processes.

    The line to them is encrypted with keys made for this run: whoever can reach the scheduler can
    have it run anything.
    """
    try:
        cluster = LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            memory_limit=0,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard": False},
            security=True,
            silence_logs=logging.CRITICAL,
        )
    except RuntimeError as error:
        raise ValueError(f"the processes that grade did not start ({error}): try again") from error

    def revive() -> None:
        for count in (0, workers):
            cluster.scale(count)

    with cluster, Client(cluster, set_as_default=False) as client:
        yield client, revive


@contextmanager
def _existing(address: str) -> Iterator[tuple[Client, None]]:
    """A client; its processes are another's to start."""
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ValueError(f"no Dask scheduler answers at {address}: is it running?") from error
    with client:
        yield client, None

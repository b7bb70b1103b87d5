"""Who draws: a pool of processes on this machine, or the workers of a Dask cluster.

Both are executors of `concurrent.futures`; the build only submits `draw_part` and waits.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from studio import part
from studio.errors import StudioError
from studio.part import PartJob, PartResult

ATTEMPTS = 5
"""How often a part is begun whose process dies."""


class Crew:
    """An executor that draws parts, made anew where one of its processes has died."""

    away = False
    """Whether its workers lack our disk."""

    def __init__(self, size: int, make: Callable[[], Executor]):
        self.size = size
        self._make = make
        self._executor = make()

    def draw(self, job: PartJob) -> Future[PartResult]:
        """Have a part drawn."""
        try:
            return self._executor.submit(part.draw_part, job)
        except BrokenExecutor:
            self._executor.shutdown(wait=False)
            self._executor = self._make()
            return self._executor.submit(part.draw_part, job)

    def news_of(self, folder: Path) -> str | None:
        """Return where a part tells its news whose output goes to a folder."""
        return str(folder / "news")

    def news(self, address: str) -> str:
        """Return all that was told at an address so far."""
        try:
            return Path(address).read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""

    def dismiss(self) -> None:
        """Wait for its processes to end."""
        self._executor.shutdown(cancel_futures=True)


@contextmanager
def pool(size: int) -> Iterator[Crew]:
    """Give a crew of as many processes; they are gone in the end, and where we are killed.

    Each watches a pipe whose other end we alone hold: it closes when we do, or die.
    """
    context = multiprocessing.get_context("spawn")  # a fork would hold that end too
    theirs, ours = context.Pipe(duplex=False)

    def make() -> Executor:
        return ProcessPoolExecutor(
            size, mp_context=context, initializer=_enlist, initargs=(theirs,)
        )

    crew = Crew(size, make)
    try:
        yield crew
    except BaseException:
        ours.close()  # those that draw end at once
        raise
    finally:
        crew.dismiss()
        ours.close()
        theirs.close()


def _enlist(leash: Connection) -> None:
    """Set up a process of the pool: Ctrl-C is for the one that watches the pipe."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(leash,), daemon=True).start()


def _end_with(leash: Connection) -> None:
    leash.poll(None)
    part.stop_drawing()
    os._exit(1)


class Cluster(Crew):
    """The workers of a Dask cluster; they get by without our disk."""

    away = True

    def __init__(self, client: Any):
        import cloudpickle

        cloudpickle.register_pickle_by_value(part)
        self._client = client
        self._told: dict[str, list[str]] = {}
        workers = client.scheduler_info(n_workers=-1)["workers"]
        if not workers:
            raise StudioError("--scheduler: the cluster has no workers. Start some.")
        threads = sum(worker["nthreads"] for worker in workers.values())
        super().__init__(threads, lambda: client.get_executor(pure=False, retries=ATTEMPTS - 1))

    def news_of(self, folder: Path) -> str | None:
        """Return the topic under which a part tells its news."""
        topic = f"steepest-{folder.name}"
        told = self._told[topic] = []
        self._client.subscribe_topic(topic, lambda event: told.append(event[1]))
        return topic

    def news(self, address: str) -> str:
        """Return all that was told under a topic so far."""
        return "".join(f"{line}\n" for line in list(self._told[address]))


@contextmanager
def cluster(address: str) -> Iterator[Crew]:
    """Give the workers of the Dask cluster whose scheduler has an address.

    Raises:
        StudioError: the package is not installed, or there is no such scheduler.
    """
    try:
        import distributed
    except ImportError:
        raise StudioError(
            "--scheduler: Dask is not installed here. pip install 'steepest[cluster]' brings it."
        ) from None
    connect: Any = distributed.Client
    try:
        client = connect(address, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise StudioError(
            f"--scheduler {address}: no Dask scheduler answers there ({error}). "
            "Name one such as tcp://10.0.0.1:8786."
        ) from None
    with client:
        yield Cluster(client)


PATIENCE = "5s"
"""How long a scheduler may take to answer."""

"""Running batches of work: in this process if there is little to do, and in a pool otherwise.

Batches go through the standard `concurrent.futures.Executor`, so anything with that interface can
run them. Results come back in the order of the batches, wherever each was run. The processes of
this machine are a `Team`, which can also keep what it has made for the next batch.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from threadbook.cluster import connect
from threadbook.errors import UserError
from threadbook.lifetime import follow_parent
from threadbook.team import Team

T = TypeVar("T")
R = TypeVar("R")

SMALL = 200
"""The least number of things for which starting a pool pays off."""


class InProcess(Executor):
    """Runs everything immediately, in this process."""

    def submit(self, fn: Callable[..., R], /, *args: object, **kwargs: object) -> Future[R]:
        """Run `fn` now; the future is already done."""
        future: Future[R] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 - a future carries whatever was raised
            future.set_exception(error)
        return future


@dataclass(frozen=True, slots=True)
class Workers:
    """Who does the work of a build: an executor, and how much it does at a time.

    Any `concurrent.futures.Executor` will do. With a `Team`, work can go to where what it needs
    was kept.
    """

    pool: Executor
    count: int

    @property
    def can_keep(self) -> bool:
        """Whether a value that is kept where it was made can be found again."""
        return isinstance(self.pool, Team | InProcess)

    def submit(self, home: int | None, fn: Callable[..., R], /, *args: Any) -> Future[R]:
        """Submit work for the worker with the number `home`, if that matters."""
        if home is None or not isinstance(self.pool, Team):
            return self.pool.submit(fn, *args)
        return self.pool.submit_to(home, fn, *args)

    def start(self, fn: Callable[..., R], /, *args: Any) -> Callable[[], R]:
        """Start work aside, and return a function that waits for its result.

        In this process, it begins only when its result is wanted.
        """
        if isinstance(self.pool, InProcess):
            return lambda: fn(*args)
        return self.pool.submit(fn, *args).result

    def run(self, fn: Callable[..., R], arguments: Iterable[tuple[Any, ...]]) -> Iterator[R]:
        """Run `fn` on each tuple of arguments; yield the results in that order."""
        if isinstance(self.pool, InProcess):
            return (fn(*each) for each in arguments)
        return collect([self.pool.submit(fn, *each) for each in arguments])


def _prepare_worker(parent: int) -> None:
    follow_parent(parent)
    stop_collector()


@contextmanager
def _telling_of_lost_workers() -> Iterator[None]:
    """Raise `UserError` if a worker was killed, as systems do that run out of memory."""
    try:
        yield
    except BrokenExecutor as error:
        words = "A worker process was killed; perhaps there was not enough memory"
        raise UserError(f"{words}. Fewer processes (--jobs) need less.") from error


@contextmanager
def open_workers(
    jobs: int, things: int, cluster: str = "", folders: Sequence[Path] = ()
) -> Iterator[Workers]:
    """Give workers for `things` pieces of work.

    `jobs` is the number of processes, or 0 for one for each processor. If the address of a
    `cluster` is given, its workers do the work; they have to see the `folders`.
    """
    if cluster:
        with connect(cluster, folders) as (executor, count):
            yield Workers(executor, count)
        return
    processes = jobs or count_processors()
    if processes == 1 or things < SMALL:
        yield Workers(InProcess(), 1)
        return
    with _telling_of_lost_workers(), Team(processes, _context(), _prepare_worker) as team:
        yield Workers(team, processes)


def stop_collector() -> None:
    """Turn off garbage collection in a process that ends soon: it takes a tenth of a build's time.

    Loading and rendering make no reference cycles (a test counts them), so no memory is lost.
    """
    gc.disable()
    gc.freeze()


def count_processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _context() -> multiprocessing.context.BaseContext:
    """Fork where that is safe: on Linux, if there is no other thread that could hold a lock.

    A forked worker has all modules already; a spawned one has to import them first.
    """
    if sys.platform == "linux" and threading.active_count() == 1:
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context("spawn")


def split(things: Sequence[T], processes: int, largest: int) -> list[Sequence[T]]:
    """Split a sequence into batches of at most `largest`."""
    # Four for each process, so that a slow batch does not leave the others idle for long.
    size = max(1, min(largest, -(-len(things) // (processes * 4))))
    return [things[start : start + size] for start in range(0, len(things), size)]


def collect(futures: Iterable[Future[R]]) -> Iterator[R]:
    """Yield the results of futures in their order, and forget each when it was yielded."""
    waiting = deque(futures)
    while waiting:
        yield waiting.popleft().result()

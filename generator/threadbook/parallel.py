"""Running batches of work: in this process if there is little to do, and in a pool otherwise.

Batches go through the standard `concurrent.futures.Executor`, so anything with that interface can
run them. Results come back in the order of the batches, wherever each was run.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from threadbook.cluster import connect
from threadbook.errors import UserError
from threadbook.lifetime import end_workers, follow_parent, uninterrupted

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


class _Pool(ProcessPoolExecutor):
    """Processes that end with this one, whatever ends it."""

    def __init__(self, processes: int) -> None:
        super().__init__(
            processes,
            mp_context=_context(),
            initializer=_prepare_worker,
            initargs=(os.getpid(),),
        )

    def submit(self, fn: Callable[..., R], /, *args: Any, **kwargs: Any) -> Future[R]:
        """Submit work; no signal interrupts this, because it may start a process."""
        with uninterrupted():
            return super().submit(fn, *args, **kwargs)


def _prepare_worker(parent: int) -> None:
    follow_parent(parent)
    stop_collector()


@contextmanager
def _telling_of_lost_workers() -> Iterator[None]:
    """Raise `UserError` if a worker was killed, as systems do that run out of memory."""
    try:
        yield
    except BrokenProcessPool as error:
        words = "A worker process was killed; perhaps there was not enough memory"
        raise UserError(f"{words}. Fewer processes (--jobs) need less.") from error


@contextmanager
def open_executor(
    jobs: int, things: int, cluster: str = "", folders: Sequence[Path] = ()
) -> Iterator[tuple[Executor, int]]:
    """Give an executor for `things` pieces of work, and how many it runs at a time.

    `jobs` is the number of processes, or 0 for one for each processor. If the address of a
    `cluster` is given, its workers do the work; they have to see the `folders`.
    """
    if cluster:
        with connect(cluster, folders) as (executor, workers):
            yield executor, workers
        return
    processes = jobs or count_processors()
    if processes == 1 or things < SMALL:
        yield InProcess(), 1
        return
    others = multiprocessing.active_children()
    pool = _Pool(processes)
    try:
        with _telling_of_lost_workers():
            yield pool, processes
    except BaseException:
        end_workers(but=others)  # what they still do is of no use
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def start(jobs: int, things: int, work: Callable[..., R], *arguments: object) -> Callable[[], R]:
    """Start `work` in a process of its own, and return a function that waits for its result.

    With few `things` or one process, the work is done before this returns.
    """
    processes = jobs or count_processors()
    if processes == 1 or things < SMALL:
        result = work(*arguments)
        return lambda: result
    pool = _Pool(1)
    future = pool.submit(work, *arguments)

    def wait() -> R:
        with pool, _telling_of_lost_workers():
            return future.result()

    return wait


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


def run(
    pool: Executor, work: Callable[..., R], arguments: Iterable[tuple[object, ...]]
) -> Iterator[R]:
    """Run `work` on each tuple of arguments; yield the results in that order."""
    # A result is yielded as soon as all before it are, so that few of them are in memory.
    waiting: deque[Future[R]] = deque()
    for each in arguments:
        waiting.append(pool.submit(work, *each))
        while waiting and waiting[0].done():
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()

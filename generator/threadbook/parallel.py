"""Running batches of work: in this process when there are few, else in a pool.

Batches go through the standard `concurrent.futures.Executor`, so any engine that offers the same
interface can run them. Results come back in the order of the batches, whatever ran where.
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
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

SMALL = 200
"""Fewer things than this are done sooner than a pool is started."""


class Here(Executor):
    """Runs everything at once, in this process."""

    def submit(self, fn: Callable[..., R], /, *args: object, **kwargs: object) -> Future[R]:
        """Run `fn` now; the future is already done."""
        future: Future[R] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 - a future carries whatever was raised
            future.set_exception(error)
        return future


@contextmanager
def executor(jobs: int, things: int) -> Iterator[tuple[Executor, int]]:
    """Give an executor for `things` pieces of work, and how many run at a time.

    `jobs` is the number of processes, 0 for one a processor.
    """
    processes = jobs or available_processors()
    if processes == 1 or things < SMALL:
        yield Here(), 1
        return
    with ProcessPoolExecutor(processes, mp_context=_context(), initializer=stop_collector) as pool:
        yield pool, processes


def aside(jobs: int, things: int, work: Callable[..., R], *arguments: object) -> Callable[[], R]:
    """Start `work` in a process of its own; call what is returned to wait for its result.

    With few `things` or one process, it is done before this returns.
    """
    processes = jobs or available_processors()
    if processes == 1 or things < SMALL:
        result = work(*arguments)
        return lambda: result
    pool = ProcessPoolExecutor(1, mp_context=_context(), initializer=stop_collector)
    future = pool.submit(work, *arguments)

    def wait() -> R:
        with pool:
            return future.result()

    return wait


def background(work: Callable[..., R], *arguments: object) -> Future[R]:
    """Start `work` in a process of its own, which nobody has to wait for."""
    pool = ProcessPoolExecutor(1, mp_context=_context())
    future = pool.submit(work, *arguments)
    pool.shutdown(wait=False)
    return future


def stop_collector() -> None:
    """Stop looking for reference cycles, in a process that ends soon; a tenth of a build's time.

    Loading and rendering make no cycles (a test counts them), so nothing is lost by it.
    """
    gc.disable()
    gc.freeze()


def available_processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _context() -> multiprocessing.context.BaseContext:
    """Fork where that is safe: on Linux, while no other thread could hold a lock."""
    if sys.platform == "linux" and threading.active_count() == 1:
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context("spawn")


def batches(things: Sequence[T], processes: int, largest: int) -> list[Sequence[T]]:
    """Cut a sequence into batches of at most `largest`, several for each process."""
    size = max(1, min(largest, -(-len(things) // (processes * 4))))
    return [things[start : start + size] for start in range(0, len(things), size)]


def run(
    pool: Executor, work: Callable[..., R], arguments: Iterable[tuple[object, ...]]
) -> Iterator[R]:
    """Run `work` on each tuple of arguments; yield the results in that order.

    A result is let go as soon as it is yielded, and the first ones come before all is under way,
    so that no more of them are held than have to wait for an earlier one.
    """
    waiting: deque[Future[R]] = deque()
    for each in arguments:
        waiting.append(pool.submit(work, *each))
        while waiting and waiting[0].done():
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()

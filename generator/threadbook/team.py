"""A team: processes of this machine that do work as it comes.

Unlike the pools of the standard library, a team can give work to one process of its choice. So a
process can keep a value that it has made (`keep`) for work that comes later (`take`), and the
value need not travel.
"""

from __future__ import annotations

import os
import pickle
import queue
import threading
import traceback
import zlib
from collections import deque
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from typing import Any, Final, NamedTuple, TypeVar, cast

from threadbook.lifetime import uninterrupted

R = TypeVar("R")

_AHEAD: Final = 2
"""How much work a process has at most, with what it does: it never waits for more."""

_OPEN: Final = 6_000
"""How many values a process keeps as they are. If there are more, it packs all of them."""


class Kept(NamedTuple):
    """A value that the process number `worker` keeps."""

    worker: int
    number: int


class _Shelf:
    """The values that this process keeps. A process has one of these."""

    def __init__(self, worker: int) -> None:
        self.worker = worker
        self.values: dict[int, object] = {}
        self.packed: dict[int, bytes] = {}
        self.count = 0


_shelf = _Shelf(0)


def keep(value: object) -> Kept:
    """Keep a value in this process until it is taken."""
    shelf = _shelf
    shelf.count += 1
    if shelf.count <= _OPEN:
        shelf.values[shelf.count] = value
    else:
        shelf.packed.update((number, _pack(each)) for number, each in shelf.values.items())
        shelf.values.clear()
        shelf.packed[shelf.count] = _pack(value)
    return Kept(shelf.worker, shelf.count)


def _pack(value: object) -> bytes:
    """Pack a value, which takes time and saves memory."""
    return zlib.compress(pickle.dumps(value, pickle.HIGHEST_PROTOCOL), zlib.Z_BEST_SPEED)


def take(kept: Kept) -> Any:
    """Return a value that this process keeps, and forget it."""
    if kept.number in _shelf.values:
        return _shelf.values.pop(kept.number)
    packed = zlib.decompress(_shelf.packed.pop(kept.number))
    return pickle.loads(packed)  # noqa: S301 - `keep` made it, here


class _Task(NamedTuple):
    """Work and the future of its result."""

    future: Future[Any]
    work: tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]


class Team(Executor):
    """Processes that work until the team is closed."""

    def __init__(
        self, processes: int, context: BaseContext, prepare: Callable[[int], None]
    ) -> None:
        """Start the processes; each calls `prepare` with the number of this process first."""
        self.pipes: list[Connection] = []
        self.workers: list[Any] = []
        self.changed = threading.Condition()
        self.anyones: deque[_Task] = deque()
        self.own: list[deque[_Task]] = [deque() for _ in range(processes)]
        self.loads = [0] * processes
        """How much work each process has, with what it does."""

        self.failure: BrokenExecutor | None = None
        self.is_closed = False
        with uninterrupted():  # or a process would start that nobody knows
            for number in range(processes):
                self._start(number, context, prepare)
        self.threads = [
            threading.Thread(target=self._serve, args=(number,), daemon=True)
            for number in range(processes)
        ]
        for thread in self.threads:
            thread.start()

    def _start(self, number: int, context: BaseContext, prepare: Callable[[int], None]) -> None:
        ours, theirs = context.Pipe()
        worker = cast("Any", context).Process(  # every context has it
            target=_work, args=(number, theirs, prepare, os.getpid()), daemon=True
        )
        worker.start()
        theirs.close()
        self.pipes.append(ours)
        self.workers.append(worker)

    def submit(self, fn: Callable[..., R], /, *args: Any, **kwargs: Any) -> Future[R]:
        """Submit work for whichever process is free first."""
        return self._add(self.anyones, _Task(Future(), (fn, args, kwargs)))

    def submit_to(self, worker: int, fn: Callable[..., R], /, *args: Any) -> Future[R]:
        """Submit work for one process, which does it before what any process could do."""
        return self._add(self.own[worker], _Task(Future(), (fn, args, {})))

    def _add(self, tasks: deque[_Task], task: _Task) -> Future[Any]:
        with self.changed:
            if self.failure is not None:
                raise self.failure
            tasks.append(task)
            self.changed.notify_all()
        return task.future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002
        """End the processes, whatever they do."""
        with self.changed:
            self.is_closed = True
            self.changed.notify_all()
        for worker in self.workers:
            worker.kill()
        for each in (*self.workers, *self.threads):
            each.join()
        for pipe in self.pipes:
            pipe.close()

    def _serve(self, number: int) -> None:
        """Bring work to a process and take its results until the team is closed."""
        sent: deque[_Task] = deque()
        try:
            while task := self._next(number):
                self._send(task, number, sent)
                while sent:
                    # More work goes out before a result is looked at: the process never waits.
                    answer = self.pipes[number].recv_bytes()
                    done = sent.popleft()
                    self.loads[number] -= 1
                    while len(sent) < _AHEAD and (task := self._next(number, at_once=True)):
                        self._send(task, number, sent)
                    _settle(done.future, answer)
        except (EOFError, OSError):
            self._break(sent)

    def _send(self, task: _Task, number: int, sent: deque[_Task]) -> None:
        try:
            work = pickle.dumps(task.work, pickle.HIGHEST_PROTOCOL)
        except Exception as error:  # noqa: BLE001 - whoever waits for the result learns of it
            task.future.set_exception(error)
            self.loads[number] -= 1
            return
        sent.append(task)
        self.pipes[number].send_bytes(work)
        while len(sent) < _AHEAD and (more := self._next(number, at_once=True)):
            self._send(more, number, sent)

    def _next(self, number: int, *, at_once: bool = False) -> _Task | None:
        """Return the next work of a process; wait for some unless it is wanted `at_once`.

        What anybody could do stays for those who have nothing to do.
        """
        with self.changed:
            while True:
                for tasks in (self.own[number], self.anyones):
                    if tasks and (tasks is not self.anyones or not at_once or all(self.loads)):
                        self.loads[number] += 1
                        return tasks.popleft()
                if at_once or self.is_closed:
                    return None
                self.changed.wait()

    def _break(self, sent: deque[_Task]) -> None:
        """Tell everybody who waits that a process has ended."""
        failure = BrokenExecutor("A process of the team has ended.")
        with self.changed:
            self.failure = failure
            tasks = [*sent, *self.anyones, *(task for own in self.own for task in own)]
            self.anyones.clear()
            for own in self.own:
                own.clear()
        for task in tasks:
            if not task.future.done():
                task.future.set_exception(failure)


def _settle(future: Future[Any], answer: bytes) -> None:
    try:
        is_good, result = pickle.loads(answer)  # noqa: S301 - our own process made it
    except Exception as error:  # noqa: BLE001 - an exception of a library that does not travel
        future.set_exception(error)
        return
    if is_good:
        future.set_result(result)
    else:
        future.set_exception(result)


def _work(number: int, pipe: Connection, prepare: Callable[[int], None], parent: int) -> None:
    """Do what comes, until this process is killed."""
    global _shelf  # noqa: PLW0603 - a fork has the shelf of its parent
    prepare(parent)
    _shelf = _Shelf(number)
    # Work is read by a thread, so that both ends of the pipe never wait to write at once.
    tasks: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(pipe, tasks), daemon=True).start()
    while work := tasks.get():
        pipe.send_bytes(_done(work))


def _listen(pipe: Connection, tasks: queue.SimpleQueue[bytes]) -> None:
    try:
        while True:
            tasks.put(pipe.recv_bytes())
    except (EOFError, OSError):
        tasks.put(b"")


def _done(work: bytes) -> bytes:
    """Do work and return its result, or what it raised, for the other end."""
    try:
        fn, args, kwargs = pickle.loads(work)  # noqa: S301 - the process that started this made it
        return pickle.dumps((True, fn(*args, **kwargs)), pickle.HIGHEST_PROTOCOL)
    except BaseException as error:  # noqa: BLE001 - whoever waits for the result learns of it
        error.add_note(traceback.format_exc())
        try:
            return pickle.dumps((False, error), pickle.HIGHEST_PROTOCOL)
        except Exception:  # noqa: BLE001 - an exception that does not travel
            return pickle.dumps((False, RuntimeError(traceback.format_exc())))

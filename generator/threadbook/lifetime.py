"""Lifetimes: nothing that this process starts outlives it, and it ends in order when it is told to.

A process that is killed cannot tidy up after itself. So what it starts watches it: Linux sends a
signal when the parent ends, and elsewhere a pipe that only the parent holds is closed then.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any, Final

_PR_SET_PDEATHSIG: Final = 1
"""Linux's `prctl`: the signal that a process gets when its parent ends (linux/prctl.h)."""

_ENDING: Final = ("SIGINT", "SIGTERM", "SIGHUP")
"""What asks a process to end, by name, because not every system has all of them."""

_BECOME: Final = """
import os, signal, sys
try:
    import ctypes
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
except (ImportError, OSError, AttributeError):
    pass
if os.getppid() == int(sys.argv[1]):
    os.execv(sys.argv[2], sys.argv[2:])
"""
"""Becomes a program that Linux kills when its parent ends; the setting outlives `exec`."""

_GUARD: Final = """
import os, subprocess, sys, threading
program = subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL)
def watch():
    os.read(0, 1)
    program.kill()
threading.Thread(target=watch, daemon=True).start()
os._exit(program.wait() & 255)
"""
"""Runs a program, and kills it when standard input is closed, as it is when the parent ends."""


class StoppedError(SystemExit):
    """This process was told to end. The status is 128 and the number of the signal."""

    def __init__(self, number: int) -> None:
        super().__init__(128 + number)
        self.number = number


class _Ending:
    """Handles signals: raises `StoppedError`, or keeps the signal while something must finish."""

    def __init__(self) -> None:
        self.held = 0
        self.waiting: int | None = None

    def handle(self, number: int, _frame: object = None) -> None:
        if self.held:
            self.waiting = number
        else:
            self.waiting = None
            raise StoppedError(number)


_ending: Final = _Ending()
"""Signals come to a process, not to a function, so there is one of these in a process."""


@contextmanager
def orderly_end() -> Iterator[None]:
    """Let the signals that end this process raise `StoppedError` in its main thread meanwhile.

    At the end of the block, the process says that it was stopped, and exits with the status for
    that. A signal that this process was started to ignore, as by `nohup`, is ignored still.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may say what happens at a signal
        return
    numbers = [getattr(signal, name) for name in _ENDING if hasattr(signal, name)]
    before: dict[int, Any] = {number: signal.getsignal(number) for number in numbers}
    for number in numbers:
        if before[number] is not signal.SIG_IGN:
            signal.signal(number, _ending.handle)
    try:
        yield
    except StoppedError as stopped:
        print("threadbook: Stopped.", file=sys.stderr)  # noqa: T201 - what a user reads
        raise SystemExit(stopped.code) from None
    finally:
        for number in numbers:
            signal.signal(number, before[number])


@contextmanager
def sudden_end() -> Iterator[None]:
    """Let the signals that end this process end it at once: there is nothing to tidy up.

    This is for a loop that waits in another thread for input, which nothing can interrupt.
    """

    def end(number: int, _frame: object) -> None:
        print("threadbook: Stopped.", file=sys.stderr, flush=True)  # noqa: T201
        os._exit(128 + number)

    numbers = [getattr(signal, name) for name in _ENDING if hasattr(signal, name)]
    before: dict[int, Any] = {number: signal.getsignal(number) for number in numbers}
    for number in numbers:
        if before[number] is not signal.SIG_IGN:
            signal.signal(number, end)
    try:
        yield
    finally:
        for number in numbers:
            signal.signal(number, before[number])


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let signals that would end this process wait until the block is through."""
    _ending.held += 1
    try:
        yield
    finally:
        _ending.held -= 1
        if _ending.waiting is not None and not _ending.held:
            _ending.handle(_ending.waiting)


def follow_parent(parent: int) -> None:
    """End this worker as soon as the process `parent`, which started it, has ended in any way.

    Signals to the whole group, such as Ctrl-C, are left to the parent, which ends its workers.
    """
    for name in _ENDING:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if not _kill_with_parent():
        threading.Thread(target=_wait_for_parent, daemon=True).start()
    elif os.getppid() != parent:  # it ended before Linux was asked to watch it
        os._exit(1)


def _kill_with_parent() -> bool:
    """Ask Linux to kill this process when its parent ends; return whether it will."""
    if sys.platform != "linux":
        return False
    try:
        return bool(ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL) == 0)
    except (OSError, AttributeError):
        return False


def _wait_for_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def end_workers(but: Sequence[Any] = ()) -> None:
    """Kill all processes that `multiprocessing` started from this one, except those in `but`."""
    for worker in multiprocessing.active_children():
        if worker not in but:
            worker.kill()


class Program:
    """A running program, which ends with this process at the latest."""

    def __init__(
        self, command: Sequence[str], output: IO[bytes], system: str = sys.platform
    ) -> None:
        """Start a program that writes everything it says to `output`."""
        self.guard = _BECOME if system == "linux" else _GUARD
        self.process = subprocess.Popen(  # noqa: S603 - our own programs
            [sys.executable, "-I", "-S", "-c", self.guard, str(os.getpid()), *command],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
        )

    def wait(self) -> int:
        """Wait for the end of the program, and return its status."""
        status = self.process.wait()
        self._close()
        return status

    def stop(self) -> None:
        """Kill the program if it still runs."""
        if self.process.poll() is None and self.guard == _BECOME:
            self.process.kill()
        self._close()
        self.process.wait()

    def _close(self) -> None:
        if self.process.stdin is not None:
            self.process.stdin.close()

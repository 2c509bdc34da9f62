"""A deadline for a piece of work: the last net under everything that should be fast anyway.

What counts is the time the processor works, so a machine that is busy or asleep breaks no deadline.
Python code is interrupted anywhere, and so are regular expressions. A single call into a library in
C or Rust is not: the parsers of YAML and Markdown, the sanitiser, the sorting of a list. The
deadline then holds when the call returns. On Windows, and outside the main thread, there is none.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import FrameType
from typing import Final

_AGAIN: Final = 0.5
"""Seconds after which `Late` is raised again, if something has swallowed it."""


class Late(BaseException):
    """The work takes too long. It is no `Exception`, so that no other code takes it for its own."""


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Raise `Late` in what is done meanwhile, after so many seconds of this process's time.

    A deadline inside another one replaces it.
    """
    if not hasattr(signal, "ITIMER_PROF") or (
        threading.current_thread() is not threading.main_thread()
    ):
        yield
        return
    _listen()
    signal.setitimer(signal.ITIMER_PROF, seconds, _AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


@cache  # for each file it would take as long as looking at the file's links
def _listen() -> None:
    signal.signal(signal.SIGPROF, _raise)


def _raise(_signal: int, _frame: FrameType | None) -> None:
    raise Late

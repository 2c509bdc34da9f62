"""How long work says where it is: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol, TextIO


class Advance(Protocol):
    """Called with how many more are done."""

    def __call__(self, done: int, /) -> None:
        """Count `done` more."""


class Progress(Protocol):
    """Something that shows stages of work."""

    def stage(self, name: str, total: int) -> AbstractContextManager[Advance]:
        """Show a stage while the context lasts; `total` is how many things it does."""
        ...


class Quiet:
    """Says nothing."""

    @contextmanager
    def stage(self, name: str, total: int) -> Iterator[Advance]:  # noqa: ARG002
        """Do nothing."""
        yield lambda _done: None


class Lines:
    """One line a stage on standard error, when it has ended."""

    @contextmanager
    def stage(self, name: str, total: int) -> Iterator[Advance]:
        """Print the stage's name, how many, and the seconds it took."""
        start = time.perf_counter()
        yield lambda _done: None
        seconds = time.perf_counter() - start
        print(f"{name}: {total:,} in {seconds:.1f} s", file=sys.stderr)


class Bar:
    """A bar that moves, on a terminal's standard error."""

    @contextmanager
    def stage(self, name: str, total: int) -> Iterator[Advance]:
        """Draw a bar and leave it there when it is full."""
        from rich.console import Console  # noqa: PLC0415 - only terminals pay for it
        from rich.progress import (  # noqa: PLC0415
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
        )

        columns = (
            TextColumn("{task.description:<18}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task(name, total=total)
            yield lambda done: bar.advance(task, done)


def is_coloured(stream: TextIO) -> bool:
    """Tell whether a stream wants colours: a terminal, unless `NO_COLOR` is set."""
    return stream.isatty() and not os.environ.get("NO_COLOR")


def for_this_terminal() -> Progress:
    """Return a bar on a terminal, else lines."""
    return Bar() if sys.stderr.isatty() else Lines()

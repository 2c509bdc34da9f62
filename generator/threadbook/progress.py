"""Progress of long work: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol, TextIO


class Advance(Protocol):
    """A function to call with the number of things done since the last call."""

    def __call__(self, done: int, more: int = 0, /) -> None:
        """Add `done` to the count, and `more` to what there is to do."""


class Progress(Protocol):
    """Shows the stages of a piece of work."""

    def stage(self, name: str, total: int = 0) -> AbstractContextManager[Advance]:
        """Show a stage as long as the context is open.

        `total` is the number of things to do, as far as it is known.
        """
        ...


class Quiet:
    """Shows nothing."""

    @contextmanager
    def stage(self, name: str, total: int = 0) -> Iterator[Advance]:  # noqa: ARG002
        """Do nothing."""
        yield lambda _done, _more=0: None


class Lines:
    """Prints one line on standard error at the end of each stage."""

    @contextmanager
    def stage(self, name: str, total: int = 0) -> Iterator[Advance]:
        """Print the name of the stage, the number of things done, and the seconds it took.

        A total may be a guess, or unknown; what was done counts, if anything was.
        """
        start, done = time.perf_counter(), [0]
        yield lambda more, _=0: done.append(more)
        seconds = time.perf_counter() - start
        print(f"{name}: {sum(done) or total:,} in {seconds:.1f} s", file=sys.stderr)


class Bar:
    """Draws a moving bar on a terminal, on standard error."""

    @contextmanager
    def stage(self, name: str, total: int = 0) -> Iterator[Advance]:
        """Draw a bar, which stays on the screen when it is full."""
        from rich.console import Console  # noqa: PLC0415 - slow, and only terminals need it
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

            def advance(done: int, more: int = 0) -> None:
                if more:
                    bar.update(task, total=(bar.tasks[0].total or 0) + more)
                bar.advance(task, done)

            yield advance


def is_coloured(stream: TextIO) -> bool:
    """Return whether to use colours: on a terminal, unless `NO_COLOR` is set."""
    return stream.isatty() and not os.environ.get("NO_COLOR")


def for_this_terminal() -> Progress:
    """Return a bar if standard error is a terminal, lines otherwise."""
    return Bar() if sys.stderr.isatty() else Lines()

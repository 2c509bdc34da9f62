"""What a command costs: seconds, processor time and memory of all its processes, what it writes.

Times come from the system when the command ends, so processes that it waits for count. Memory is
the proportional set size (PSS) of the command and all its descendants at the moment at which
it is highest together; memory that several share counts once. Looking at it takes time of its own,
so programs measure memory in a run apart from those that they time.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

_EVERY: Final = 0.05
"""Seconds between two looks at memory, at least."""

_PART: Final = 30
"""Between two looks is so many times as long as a look takes: where much runs, that is long."""


class Cost(NamedTuple):
    """Seconds by the clock and of all processors, and bytes of memory, or 0 if nobody looked."""

    seconds: float
    cpu: float
    memory: int = 0


class CommandError(Exception):
    """A command failed; its message is the end of what the command said."""


def run(
    command: Sequence[str | Path],
    folder: Path,
    *,
    looking: bool = False,
    environment: dict[str, str] | None = None,
) -> Cost:
    """Run a command in a folder; look at its memory only if asked to."""
    start = time.perf_counter()
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(
            list(map(str, command)),
            cwd=folder,
            env=os.environ | (environment or {}),
            stdout=said,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        peak = Peak(process.pid) if looking else None
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        memory = peak.stop() if peak else 0
        if process.returncode:
            said.seek(0)
            raise CommandError(said.read()[-2000:].decode(errors="replace"))
    return Cost(seconds, used.ru_utime + used.ru_stime, memory)


def middle(costs: Sequence[Cost]) -> Cost:
    """Return the median of each figure, and the highest memory."""
    return Cost(
        statistics.median(cost.seconds for cost in costs),
        statistics.median(cost.cpu for cost in costs),
        max(cost.memory for cost in costs),
    )


class Peak:
    """Watches the memory of a process and its descendants, from a thread."""

    def __init__(self, process: int) -> None:
        self.process = process
        self.highest = 0
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self._watch)
        self.thread.start()

    def stop(self) -> int:
        """Return the highest sum, in bytes."""
        self.is_over.set()
        self.thread.join()
        return self.highest

    def _watch(self) -> None:
        pause = _EVERY
        while not self.is_over.wait(pause):
            start = time.thread_time()
            memory = sum(map(read_memory, find_family(self.process)))
            self.highest = max(self.highest, memory)
            pause = max(_EVERY, _PART * (time.thread_time() - start))


def find_family(process: int) -> list[int]:
    """Return a process and all its descendants that live."""
    children: dict[int, list[int]] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # The name in brackets may have blanks and brackets itself.
            fields = status.read_text(errors="replace").rpartition(")")[2].split()
            children.setdefault(int(fields[1]), []).append(int(status.parent.name))
    family = [process]
    for member in family:
        family += children.get(member, ())
    return family


def read_memory(process: int) -> int:
    """Return the proportional set size of a process in bytes, 0 if it has ended."""
    with suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def count_written(site: Path) -> tuple[int, int]:
    """Return how many files a folder has, and how many bytes."""
    sizes = [file.stat().st_size for file in site.rglob("*") if file.is_file()]
    return len(sizes), sum(sizes)

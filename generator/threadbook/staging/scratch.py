"""Scratch folders: for work under way, locked while it lives, and removed by the next if it died.

The lock is on a file in the folder. The system releases it when the process ends, however it ends.
So a folder whose lock is free belongs to nobody.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from pathlib import Path
from typing import Final, NamedTuple

from threadbook.errors import UserError
from threadbook.lifetime import uninterrupted

try:
    import fcntl
except ImportError:  # Windows: builds are not kept apart there, and nothing is swept
    fcntl = None  # type: ignore[assignment]

MARKER: Final = ".threadbook-work"
"""The file in a scratch folder that says what it is, and is locked."""

_WORDS: Final = """\
Process {process} of Threadbook works in this folder and removes it at its end.
If that process was killed, the next build removes it.
"""
_RANDOM: Final = "[a-z0-9_]{8}"
"""What `tempfile.mkdtemp` adds to a prefix."""

_TEMPORARY: Final = re.compile(f"threadbook-[a-z]+-{_RANDOM}")
_PAUSE: Final = 0.1
_GUARD_PATIENCE: Final = 10.0
"""How long to wait for others who are making a scratch folder in the same place, in seconds."""


class State(Enum):
    """Whether a scratch folder is in use; `UNKNOWN` where the file system has no locks."""

    FREE = "free"
    IN_USE = "in use"
    UNKNOWN = "unknown"


class Scratch(NamedTuple):
    """A scratch folder of this process, and the locked file in it."""

    folder: Path
    lock: int

    def remove(self) -> None:
        """Remove the folder and give up its lock."""
        with uninterrupted():
            remove(self.folder)
            os.close(self.lock)


def make(parent: Path, prefix: str) -> Scratch:
    """Make a scratch folder; raises `OSError`."""
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    try:
        lock = os.open(folder / MARKER, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        _try_lock(lock)
        os.write(lock, _WORDS.format(process=os.getpid()).encode())
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return Scratch(folder, lock)


def remove(folder: Path) -> None:
    """Remove a scratch folder as far as possible; its marker goes last, so that it is known."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in list(entries):
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path, ignore_errors=True)
            elif entry.name != MARKER:
                Path(entry.path).unlink(missing_ok=True)
    with suppress(OSError):
        if {each.name for each in folder.iterdir()} <= {MARKER}:
            (folder / MARKER).unlink(missing_ok=True)
            folder.rmdir()


def make_alone(parent: Path, prefix: str, patience: float, mend: Callable[[Path], None]) -> Scratch:
    """Make the only scratch folder with this prefix, after sweeping those of the dead.

    `mend` gets each dead folder before it is removed. If another process has one, this waits for
    it, `patience` seconds at most, and then raises `UserError`. Raises `OSError`.
    """
    wanted = re.compile(re.escape(prefix) + _RANDOM)
    end, has_said = time.monotonic() + patience, False
    scratch: Scratch | None = None
    while True:
        try:
            with guard(parent) as is_guarded:
                living = sweep(parent, wanted, mend) if is_guarded else []
                if not living:
                    with uninterrupted():
                        scratch = make(parent, prefix)
        except BaseException:  # a signal that came meanwhile: nobody else knows the folder yet
            if scratch:
                scratch.remove()
            raise
        if scratch:
            return scratch
        words = f"Another build of this site is under way ({_read_process(living[0])})"
        if time.monotonic() > end:
            raise UserError(f"{words}; it has taken {patience:.0f} seconds. Nothing was built.")
        if not has_said:
            print(f"{words}; waiting for it.", file=sys.stderr)  # noqa: T201 - the user waits
            has_said = True
        time.sleep(_PAUSE)


@contextmanager
def temporary(name: str) -> Iterator[Path]:
    """Give a temporary folder in the system's; those of dead processes are removed before."""
    sweep_temporary()
    parent = Path(tempfile.gettempdir())
    scratch: Scratch | None = None
    try:
        with guard(parent), uninterrupted():
            scratch = make(parent, f"threadbook-{name}-")
        yield scratch.folder
    finally:
        if scratch:
            scratch.remove()


def sweep_temporary() -> None:
    """Remove all temporary folders that dead processes of ours have left."""
    parent = Path(tempfile.gettempdir())
    with guard(parent) as is_guarded:
        if is_guarded:
            sweep(parent, _TEMPORARY, lambda _dead: None)


def sweep(parent: Path, wanted: re.Pattern[str], mend: Callable[[Path], None]) -> list[Path]:
    """Remove the scratch folders of dead processes; return those of living ones.

    The caller has the guard, so none of them is being made.
    """
    living = []
    for folder in sorted(
        Path(entry) for entry in os.scandir(parent) if wanted.fullmatch(entry.name)
    ):
        if not is_ours(folder):
            continue
        with _lock_of(folder) as state:
            if state is State.IN_USE:
                living.append(folder)
            elif state is State.FREE:
                mend(folder)
                remove(folder)
    return living


def is_ours(folder: Path) -> bool:
    """Whether a folder with our kind of name is one of ours: with the marker, or still empty."""
    try:
        if folder.is_symlink() or not folder.is_dir():
            return False
        if hasattr(os, "geteuid") and folder.stat().st_uid != os.geteuid():
            return False
        is_empty = not any(folder.iterdir())
    except OSError:
        return False
    marker = folder / MARKER
    return is_empty or (marker.is_file() and not marker.is_symlink())


@contextmanager
def _lock_of(folder: Path) -> Iterator[State]:
    """Tell whether a scratch folder is in use; lock it if it is not."""
    try:
        file = os.open(folder / MARKER, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    except FileNotFoundError:
        yield State.FREE  # it was killed before it made the file
        return
    except OSError:
        yield State.UNKNOWN
        return
    try:
        yield _try_lock(file)
    finally:
        os.close(file)


def _try_lock(file: int) -> State:
    """Lock an open file, if nobody else has; return what it was before."""
    if fcntl is None:
        return State.UNKNOWN
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return State.IN_USE
    except OSError:
        return State.UNKNOWN
    return State.FREE


@contextmanager
def guard(parent: Path) -> Iterator[bool]:
    """Keep others from making or sweeping scratch folders in `parent`; tell whether that works."""
    try:
        folder = os.open(parent, os.O_RDONLY)
    except OSError:
        yield False
        return
    try:
        end = time.monotonic() + _GUARD_PATIENCE
        while (state := _try_lock(folder)) is State.IN_USE and time.monotonic() < end:
            time.sleep(_PAUSE)
        yield state is State.FREE
    finally:
        os.close(folder)


def _read_process(folder: Path) -> str:
    """Return "process 123", as the marker of a scratch folder says."""
    with suppress(OSError):
        found = re.match(r"Process (\d+)", (folder / MARKER).read_text("utf-8"))
        if found:
            return f"process {found[1]}"
    return "an unknown process"

"""Watching: the system tells which files change; where it cannot, folders are looked through.

A folder that is removed and made anew, as when another branch is checked out, is another folder to
the system. So the identity of watched folders is looked at now and then.
"""

from __future__ import annotations

import os
import queue
import time
from collections.abc import Callable
from itertools import count
from typing import Any, Final, Self

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.polling import PollingObserver

from threadbook.preview.places import Places

PAUSE: Final = 0.03
"""How long nothing may change before changes are taken in, in seconds: editors write twice."""

PATIENCE: Final = 0.5
"""How long changes may go on before they are taken in nevertheless, in seconds."""

LOOK: Final = 1.0
"""How often it is looked whether a folder is still the same, in seconds."""

SILENCE: Final = 60
"""After how many looks without a change a preview may tidy up, besides after the first."""

_CHANGES: Final[list[type[FileSystemEvent]]] = [
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
]
"""What is a change. That somebody reads a file is told as well, and we read all the time."""

Identity = tuple[int, int] | None


class Watcher(FileSystemEventHandler):
    """Tells which paths have changed, as a context."""

    def __init__(self, say: Callable[[str], None]) -> None:
        """Watch nothing yet; `say` tells the user in a line what does not work."""
        self.say = say
        self.changed: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.observer: Any = Observer()
        self.watched: dict[tuple[str, bool], tuple[Identity, Any]] = {}
        self.places: Places | None = None

    def __enter__(self) -> Self:
        self.observer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.observer.stop()

    def dispatch(self, event: FileSystemEvent) -> None:
        """Take in what the system says; this runs in a thread of the observer's."""
        for path in (event.src_path, event.dest_path):
            if path:
                self.changed.put(os.fsdecode(path))

    def follow(self, places: Places) -> frozenset[str]:
        """Watch these places from now on; return the folders that are new or others than before."""
        self.places = places
        wanted = {(path, True) for path in places.deep}
        wanted |= {(path, False) for path in places.flat - places.deep}
        for key in [key for key in self.watched if key not in wanted]:
            self._leave(key)
        return frozenset(key[0] for key in sorted(wanted) if self._look(key))

    def _look(self, key: tuple[str, bool]) -> bool:
        """Watch a folder, unless it is watched already; return whether that is new."""
        now, before = _identify(key[0]), self.watched.get(key)
        if before is not None and before[0] == now:
            return False
        self._leave(key)
        if now is not None:
            self.watched[key] = (now, self._watch(key))
        return before is not None or now is not None

    def _watch(self, key: tuple[str, bool]) -> Any:
        path, is_deep = key
        try:
            return self.observer.schedule(self, path, recursive=is_deep, event_filter=_CHANGES)
        except FileNotFoundError:
            return None  # it is gone again, which the next look will tell
        except OSError as error:
            if isinstance(self.observer, PollingObserver):
                return None
            self._poll(error)
            return self._watch(key)

    def _poll(self, error: OSError) -> None:
        """Look through the folders from now on: the system has no room for more watches."""
        words = f"The system cannot tell which files change ({error.strerror or error})"
        self.say(f"{words}; they are looked through every second.")
        self.observer.stop()
        self.observer, before = PollingObserver(timeout=LOOK), list(self.watched)
        self.observer.start()
        self.watched = {key: (_identify(key[0]), self._watch(key)) for key in before}

    def _leave(self, key: tuple[str, bool]) -> None:
        _, watch = self.watched.pop(key, (None, None))
        if watch is not None:
            try:
                self.observer.unschedule(watch)
            except (KeyError, OSError):  # the folder is gone, and its watch with it
                return

    def wait(self, tidy_up: Callable[[], object] = lambda: None) -> frozenset[str]:
        """Wait for changes that matter, and for a short silence after them; return the paths.

        If nothing happens, `tidy_up` is called now and then.
        """
        for looks in count(1):
            paths = self._collect()
            if not paths and looks % SILENCE == 1:
                tidy_up()
            if self.places is not None:
                paths |= self.follow(self.places)
                paths = self.places.choose(paths)
            if paths:
                break
        return paths

    def _collect(self) -> frozenset[str]:
        try:
            paths = {self.changed.get(timeout=LOOK)}
        except queue.Empty:
            return frozenset()
        end = time.monotonic() + PATIENCE
        while (left := end - time.monotonic()) > 0:
            try:
                paths.add(self.changed.get(timeout=min(PAUSE, left)))
            except queue.Empty:
                break
        return frozenset(paths)


def _identify(path: str) -> Identity:
    try:
        found = os.stat(path)  # noqa: PTH116 - a string
    except OSError:
        return None
    return found.st_dev, found.st_ino

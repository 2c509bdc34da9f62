"""What browsers are told: events with a name and JSON, as server-sent events (HTML, section 9.2).

There are two. `changed` says that pages may be others now: `state` is the number of the site, and
`whole` whether style sheets and scripts may have changed, too. `findings` says what is wrong with
the newest content: `findings` is the list, and `behind` whether the site is older than the content.
"""

from __future__ import annotations

import json
import queue
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from threading import Lock
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from threadbook.findings import Finding, Severity
from threadbook.showing.state import AnyState

ALIVE: Final = 15.0
"""After how many seconds without an event a browser is sent a comment, to see if it is there."""

MOST_LISTENERS: Final = 200
CHANGED: Final = "changed"
FINDINGS: Final = "findings"
MOST_TOLD: Final = 50
"""How many findings a browser is told; the terminal shows all."""

_ORDER: Final = tuple(Severity)


class Event(NamedTuple):
    """Something that browsers are told."""

    name: str
    data: dict[str, Any]

    @property
    def text(self) -> bytes:
        """The event as it is sent; JSON has no line breaks, so it is one line."""
        said = json.dumps(self.data, ensure_ascii=True)
        return f"event: {self.name}\ndata: {said}\n\n".encode()


Listener = queue.SimpleQueue[Event]


class Channel:
    """Hands events to whoever listens."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self.lock = Lock()

    @contextmanager
    def listen(self) -> Iterator[Listener]:
        """Give the events from now on."""
        listener: Listener = queue.SimpleQueue()
        with self.lock:
            self.listeners.add(listener)
        try:
            yield listener
        finally:
            with self.lock:
                self.listeners.discard(listener)

    def send(self, event: Event) -> None:
        """Tell everybody who listens."""
        with self.lock:
            for listener in self.listeners:
                listener.put(event)


class Source(NamedTuple):
    """What a server answers from: the newest state, and the events for browsers."""

    state: Callable[[], AnyState]
    channel: Channel
    edit_url: Callable[[], str]


def is_full(source: Source) -> bool:
    """Tell whether so many pages listen that no more can."""
    return len(source.channel.listeners) >= MOST_LISTENERS


def follow(source: Source) -> Generator[bytes]:
    """Yield what a browser is sent that listens: how things stand, and what happens from now on."""
    with source.channel.listen() as events:
        state = source.state()  # after listening began, so that nothing is missed
        said = say_changed(state).text + say_findings(state, source.edit_url()).text
        yield b"retry: 1000\n\n" + said
        while True:
            try:
                yield events.get(timeout=ALIVE).text
            except queue.Empty:
                yield b": still here\n\n"


def say_changed(state: AnyState, *, whole: bool = False) -> Event:
    """Return the event for a new site."""
    return Event(CHANGED, {"state": state.number, "whole": whole})


def say_findings(state: AnyState, edit_url: str) -> Event:
    """Return the event for what is wrong with the newest content, the worst first."""
    worst = sorted(state.findings, key=lambda finding: _ORDER.index(finding.severity))
    told = [describe(finding, edit_url) for finding in worst[:MOST_TOLD]]
    if state.trouble:
        told.insert(0, _describe_trouble(state.trouble))
    left_out = max(0, len(worst) - MOST_TOLD)
    return Event(FINDINGS, {"findings": told, "left_out": left_out, "behind": state.is_behind})


def describe(finding: Finding, edit_url: str) -> dict[str, Any]:
    """Return a finding for a browser; `edit_url` is where the file can be edited, or empty."""
    place = finding.place
    return {
        "file": _plain(place.file),
        "line": place.line,
        "column": place.column,
        "severity": str(finding.severity),
        "rule": finding.rule.id,
        "message": _plain(finding.message),
        "hint": _plain(finding.hint),
        "edit_url": fill_edit_url(edit_url, _plain(place.file)),
    }


def _describe_trouble(words: str) -> dict[str, Any]:
    nowhere = {"file": "", "line": 0, "column": 0, "severity": "error", "rule": "", "hint": ""}
    return {**nowhere, "message": _plain(words), "edit_url": ""}


def fill_edit_url(pattern: str, file: str) -> str:
    """Put a file into the pattern where it is edited; what is not known of it stays empty."""
    values = {"file": quote(file), "id": quote(PurePosixPath(file).stem), "title": "", "url": ""}
    for name, value in values.items():
        pattern = pattern.replace(f"{{{name}}}", value)
    return pattern


def _plain(text: str) -> str:
    """Return text that can be sent: names of files may hold bytes that are no Unicode."""
    return text.encode("utf-8", "replace").decode()

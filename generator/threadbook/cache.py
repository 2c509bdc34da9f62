"""What was loaded and checked the last time, kept between runs of the checker.

It lies in the user's cache folder, never in the repository, and is read by an unpickler that knows
only the few classes of plain values it is made of; anything else in it makes it worthless, not
dangerous. A file is known by its name, size and time of change.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

import platformdirs

from threadbook.findings import Edit, Finding, Place, Related, Rule, Severity
from threadbook.library import Ask, Mention, Outline, Redirect, Reference, Silenced
from threadbook.load.files import Loaded, LoadedThread
from threadbook.load.sources import Kind, Source
from threadbook.settings import Settings

_PLAIN: Final = {
    (kind.__module__, kind.__qualname__): kind
    for kind in (
        *(
            Ask,
            Edit,
            Finding,
            Kind,
            LoadedThread,
            Mention,
            Outline,
            Place,
            Redirect,
            Reference,
            Related,
        ),
        *(Rule, Severity, Silenced, Source, date),
    )
}
_TOO_NEW: Final = 2_000_000_000
"""Nanoseconds; a file changed so shortly before it was read may change again unseen."""


@dataclass(slots=True)
class Cache:
    """What was loaded, by source; a source knows its file's size and time of change."""

    threads: dict[Source, LoadedThread] = field(default_factory=dict)
    files: dict[Source, Loaded] = field(default_factory=dict)
    made_for: str = ""

    def prepare(self, made_for: str) -> None:
        """Forget everything if it was found under other circumstances, such as yesterday."""
        if self.made_for != made_for:
            self.threads, self.files, self.made_for = {}, {}, made_for


def cache_file(settings: Settings) -> Path:
    """Return where a knowledge base's cache lies."""
    name = hashlib.sha256(str(settings.content).encode()).hexdigest()[:20]
    return platformdirs.user_cache_path("threadbook") / f"{name}.checked"


def load_cache(file: Path) -> Cache:
    """Read a cache; without a good one, start with an empty one."""
    try:
        with file.open("rb") as stream, _unchanged_classes():
            made_for, threads = _Plain(stream).load()
        if isinstance(made_for, str) and _is_well_made(threads):
            return Cache(threads, {}, made_for)
    except Exception:  # noqa: BLE001 - whatever is wrong with it, it can be made anew
        return Cache()
    return Cache()


def _is_well_made(threads: Any) -> bool:
    return isinstance(threads, dict) and all(
        type(source) is Source and _is_thread(loaded) for source, loaded in threads.items()
    )


def _is_thread(loaded: Any) -> bool:
    if type(loaded) is not LoadedThread:
        return False
    outline: Any = loaded.outline
    findings: Any = loaded.findings
    return (
        (outline is None or type(outline) is Outline)
        and isinstance(findings, tuple)
        and all(type(finding) is Finding for finding in findings)
    )


def save_cache(cache: Cache, file: Path) -> None:
    """Write the threads of a cache; where that is impossible, the next run takes longer."""
    newest = time.time_ns() - _TOO_NEW
    threads = {
        source: loaded for source, loaded in cache.threads.items() if source.changed < newest
    }
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f"{file.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                pickle.dump((cache.made_for, threads), stream, protocol=pickle.HIGHEST_PROTOCOL)
            Path(name).replace(file)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise


def fingerprint(*circumstances: object) -> str:
    """Return what a cache is good for: this program, this Python, these circumstances."""
    package = Path(__file__).resolve().parents[1]
    code = sorted((str(file), file.stat().st_mtime_ns) for file in package.rglob("*.py"))
    everything = repr((sys.version, code, circumstances))
    return hashlib.sha256(everything.encode()).hexdigest()


@contextlib.contextmanager
def _unchanged_classes() -> Iterator[None]:
    """Undo what a pickle may do to a class itself: give it other attributes."""
    before = {kind: dict(vars(kind)) for kind in _PLAIN.values()}
    try:
        yield
    finally:
        is_changed = False
        for kind, attributes in before.items():
            now = dict(vars(kind))
            for name in attributes.keys() | now.keys():
                if now.get(name) is attributes.get(name):
                    continue
                is_changed = True
                if name in attributes:
                    setattr(kind, name, attributes[name])
                else:
                    delattr(kind, name)
        if is_changed:
            raise pickle.UnpicklingError("it changes classes")


class _Plain(pickle.Unpickler):
    """Makes plain values only."""

    def find_class(self, module: str, name: str) -> Any:
        try:
            return _PLAIN[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name} is no plain value") from None

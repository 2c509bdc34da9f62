"""What was loaded and checked the last time, kept between runs of the checker.

The file lies in the user's cache folder, never in the repository. It is MessagePack, and msgspec
decodes it into the types below and nothing else: whatever somebody writes into it becomes text,
numbers and days, or the file is ignored. A content file is known by its name, size and time of
change.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
import platformdirs

from threadbook.check import RULES
from threadbook.check.likeness import Likeness
from threadbook.findings import Edit, Finding, Place, Related
from threadbook.library import Outline
from threadbook.load.files import Loaded, LoadedThread
from threadbook.load.sources import SourceFile
from threadbook.settings import Settings

_TOO_NEW: Final = 2_000_000_000
"""Nanoseconds; a file changed so shortly before it was read may change again unseen."""

_RULES: Final = {rule.id: rule for rule in RULES}


@dataclass(slots=True)
class Cache:
    """What was loaded, by source; a source knows its file's size and time of change.

    A preview also keeps which questions are alike.
    """

    threads: dict[SourceFile, LoadedThread] = field(default_factory=dict)
    files: dict[SourceFile, Loaded] = field(default_factory=dict)
    made_for: str = ""
    likeness: Likeness | None = None

    def prepare(self, made_for: str) -> None:
        """Forget everything if it was found in other circumstances, such as yesterday."""
        if self.made_for != made_for:
            self.threads, self.files, self.made_for = {}, {}, made_for


class _StoredFinding(NamedTuple):
    """A finding with its rule's id; the rule itself belongs to the program."""

    rule: str
    place: Place
    message: str
    hint: str
    related: tuple[Related, ...]
    fix: tuple[Edit, ...]
    stands_for: int


class _StoredThread(NamedTuple):
    """What the checker needs of a thread.

    Its sealed copy is left out: that is a pickle, which must never come from a file.
    """

    source: SourceFile
    outline: Outline | None
    findings: tuple[_StoredFinding, ...]


class _Stored(NamedTuple):
    """All that is in the file. Named tuples are stored as arrays, without names of fields."""

    made_for: str
    threads: tuple[_StoredThread, ...]


_DECODER: Final = msgspec.msgpack.Decoder(_Stored)


def cache_file(settings: Settings) -> Path:
    """Return the file of a knowledge base's cache."""
    name = hashlib.sha256(os.fsencode(settings.content)).hexdigest()[:20]
    return platformdirs.user_cache_path("threadbook") / f"{name}.checked"


def load_cache(file: Path) -> Cache:
    """Read a cache; return an empty one if there is none or anything in it is wrong."""
    try:
        stored = _DECODER.decode(file.read_bytes())
        threads = {thread.source: _loaded(thread) for thread in stored.threads}
    except Exception:  # noqa: BLE001 - whatever is wrong with it, the next run writes a good one
        return Cache()
    return Cache(threads, {}, stored.made_for)


def save_cache(cache: Cache, file: Path) -> None:
    """Write the threads of a cache. If that fails, the next run only takes longer."""
    newest = time.time_ns() - _TOO_NEW
    threads = tuple(
        _stored(source, loaded)
        for source, loaded in cache.threads.items()
        if source.changed < newest
    )
    # A folder's name can be bytes that are not Unicode, which MessagePack does not hold.
    with contextlib.suppress(OSError, UnicodeEncodeError):
        replace_file(file, msgspec.msgpack.encode(_Stored(cache.made_for, threads)))


def fingerprint(*circumstances: object) -> str:
    """Return what a cache is good for: this program, this Python, these circumstances."""
    package = Path(__file__).resolve().parent
    code = sorted((str(file), file.stat().st_mtime_ns) for file in package.rglob("*.py"))
    everything = repr((sys.version, code, circumstances))
    return hashlib.sha256(everything.encode()).hexdigest()


def _stored(source: SourceFile, loaded: LoadedThread) -> _StoredThread:
    findings = tuple(
        _StoredFinding(
            each.rule.id,
            each.place,
            each.message,
            each.hint,
            each.related,
            each.fix,
            each.stands_for,
        )
        for each in loaded.findings
    )
    return _StoredThread(source, loaded.outline, findings)


def _loaded(thread: _StoredThread) -> LoadedThread:
    """Undo `_stored`; raises `KeyError` for a rule that does not exist."""
    findings = tuple(Finding(_RULES[each.rule], *each[1:]) for each in thread.findings)
    return LoadedThread(thread.outline, b"", findings)


def replace_file(file: Path, content: bytes) -> None:
    """Write a file that nobody else can read, all of it or nothing."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f"{file.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(name).replace(file)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise

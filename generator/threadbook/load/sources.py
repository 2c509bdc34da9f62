"""Finding and reading content files: the only place that does either.

Folder and file names carry meaning: `threads/<board>/<id>.yml`, `paths/<id>.yml`, `site.yml`,
`queries.yml`, `glossary.yml` and `synonyms.yml`. The folder `pages/` holds prose, which
`load/prose.py` finds.
"""

from __future__ import annotations

import codecs
import os
import stat
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, NamedTuple

from threadbook.findings import Finding, Place, Rule, did_you_mean
from threadbook.library import FILE_ENDINGS, PICTURE_ENDINGS
from threadbook.load import rules
from threadbook.model import is_slug

SUFFIX = ".yml"
SUFFIXES = (SUFFIX, ".yaml")
"""How the names of content files end; what Threadbook writes ends in the first."""


_OTHERS: Final = {"pages", "images", "files"}
"""Folders that others walk: `load/prose.py` and `load/media.py`."""

_ORDINARY: Final = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_CONTENT: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class FileKind(StrEnum):
    """What a content file holds."""

    SITE = "site"
    QUERIES = "queries"
    GLOSSARY = "glossary"
    SYNONYMS = "synonyms"
    PATH = "path"
    THREAD = "thread"
    PROSE = "prose"


NAMED: Final = {
    f"{kind}{suffix}": kind
    for suffix in SUFFIXES
    for kind in (FileKind.SITE, FileKind.QUERIES, FileKind.GLOSSARY, FileKind.SYNONYMS)
}
"""The files of which there is one each, directly in the content folder."""

WRITTEN: Final = tuple(name for name in NAMED if name.endswith(SUFFIX))
"""The same, as Threadbook writes them."""


class SourceFile(NamedTuple):
    """A content file that will be read; `file` is its name in findings.

    `size` (bytes) and `changed` (nanoseconds since 1970) tell whether it must be read again.
    """

    kind: FileKind
    path: str
    file: str
    id: str
    board: str
    size: int
    changed: int


@dataclass(frozen=True, slots=True)
class Listing:
    """The content folder at one moment: what to read, in a stable order, and what is wrong."""

    sources: tuple[SourceFile, ...]
    findings: tuple[Finding, ...]


def list_sources(content: Path, root: Path) -> Listing:
    """Walk the content folder; `root` is what names in findings are relative to."""
    if not content.is_dir():
        message = f"There is no content folder at {show_path(content, root)}."
        hint = "Create it, or name the right folder in mkdocs.yml (`content_dir`)."
        missing = Finding(rules.MISSING_FILE, Place(show_path(content, root)), message, hint)
        return Listing((), (missing,))
    walker = _Walker(content, root)
    sources = sorted(
        walker.refuse_twins(walker.walk()),
        key=lambda source: (source.kind != FileKind.SITE, source.file),
    )
    if not any(source.kind is FileKind.SITE for source in sources) and not (
        os.path.lexists(content / "site.yml")
    ):
        place = Place(show_path(content / "site.yml", root))
        message = "site.yml is missing; it names the boards, topics and people."
        hint = "`threadbook init` writes one for you to start from."
        walker.findings.append(Finding(rules.MISSING_FILE, place, message, hint))
    return Listing(tuple(sources), tuple(walker.findings))


def list_again(before: Listing, changed: Collection[str]) -> Listing | None:
    """Return a listing in which only files that were there have changed.

    `changed` are paths. Returns `None` if files or folders may have come or gone: then the whole
    folder has to be looked at, which takes as long as all the rest of an edit.
    """
    by_path = {source.path: place for place, source in enumerate(before.sources)}
    sources = list(before.sources)
    for path in changed:
        place = by_path.get(path)
        try:
            status = os.lstat(path)
        except OSError:
            return None
        if place is None or not stat.S_ISREG(status.st_mode):
            return None
        sources[place] = sources[place]._replace(size=status.st_size, changed=status.st_mtime_ns)
    return Listing(tuple(sources), before.findings)


def show_path(path: Path, root: Path) -> str:
    """Return a path as findings name it: relative to `root` where it can be, with `/`."""
    try:
        return path.relative_to(root).as_posix()
    except ValueError:
        return path.as_posix()


def read_text(source: SourceFile, limit: int) -> tuple[str | None, tuple[Finding, ...]]:
    """Read one file of at most `limit` bytes as UTF-8; findings say why there is no text."""
    place = Place(source.file)
    if source.size > limit:
        message = f"The file has {source.size:,} bytes; the limit is {limit:,}."
        hint = "Split it, or raise `max_file_size` in mkdocs.yml."
        return None, (Finding(rules.TOO_LARGE, place, message, hint),)
    try:
        content = _read_whole(source.path, source.size, limit).removeprefix(codecs.BOM_UTF8)
    except OSError as error:
        message = f"The file cannot be read: {error.strerror or error}."
        return None, (Finding(rules.UNREADABLE, place, message),)
    try:
        return content.decode(), ()
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", "replace")
        place = Place(source.file, before.count("\n") + 1, len(before) - before.rfind("\n"))
        message = f"The byte 0x{content[error.start]:02X} here is not UTF-8."
        return None, (Finding(rules.NOT_UTF8, place, message, "Save the file as UTF-8."),)


def _read_whole(path: str, expected: int, limit: int) -> bytes:
    """Read a file, at most `limit` bytes and one more; raises `OSError`.

    Nearly every file has as many bytes as were `expected`, so one call reads it and nothing is
    copied. A buffered file takes twice as long.
    """
    file = os.open(path, _CONTENT)
    try:
        content = os.read(file, expected + 1)
        if len(content) != expected:  # it was changed meanwhile, or the system gives it in pieces
            while more := os.read(file, limit + 1 - len(content)):
                content += more
        return content
    finally:
        os.close(file)


def read_lines(path: Path, limit: int) -> tuple[str, ...]:
    """Return the lines of a file, to show them beside findings; nothing if it cannot be read."""
    content = read_bytes(path, limit)
    return () if content is None else tuple(content.decode("utf-8-sig", "replace").split("\n"))


def read_bytes(path: Path, limit: int) -> bytes | None:
    """Return the first `limit` bytes of a file; `None` if it cannot be read.

    Only ordinary files are read: a link could show other files of the machine, and a pipe would
    never end.
    """
    try:
        file = os.open(path, _ORDINARY)
    except OSError:
        return None
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        return None
    with os.fdopen(file, "rb") as content:
        return content.read(limit)


def say_where_link_leads(entry: os.DirEntry[str], folder: str) -> str:
    """Return where a symbolic link leads that content may not have; empty for a harmless one.

    A link to a file in `folder`, which is a real path, is harmless.
    """
    real = os.path.realpath(entry.path)
    # Not `entry.is_file()`, which raises OSError where a link leads to itself.
    if os.path.isfile(real) and real.startswith(folder + os.sep):  # noqa: PTH113 - a string
        return ""
    if not os.path.exists(real):  # noqa: PTH110 - a string
        return "to nothing"
    return "to a folder" if entry.is_dir() else "out of the content folder"


class _Walker:
    """One walk through the content folder."""

    def __init__(self, content: Path, root: Path) -> None:
        self.content = content
        self.root = root
        self.prefix = show_path(content, root).removesuffix("/") + "/"
        self.real = os.path.realpath(content)
        self.findings: list[Finding] = []

    def walk(self) -> Iterator[SourceFile]:
        folders: list[tuple[str, tuple[str, ...]]] = [(str(self.content), ())]
        while folders:
            folder, parts = folders.pop()
            for entry in self._read(folder):
                if entry.name.startswith("."):  # of editors, git and operating systems
                    continue
                if entry.is_symlink() and not self._is_harmless(entry):
                    continue
                if entry.is_dir() and not parts and entry.name in _OTHERS:
                    continue
                if entry.is_dir():
                    folders.append((entry.path, (*parts, entry.name)))
                else:
                    yield from self._source(entry, (*parts, entry.name))

    def refuse_twins(self, sources: Iterable[SourceFile]) -> Iterator[SourceFile]:
        """Yield the files without those that another one differs from only in its ending."""
        found = {source.file: source for source in sources}
        for name, source in found.items():
            twin = f"{_stem(name)}{SUFFIX}"
            if name != twin and twin in found:
                message = f"There is a file with the same name that ends in {SUFFIX}, which counts."
                self._add(rules.SAME_FILE, source.path, message, "Join the two, or remove one.")
            else:
                yield source

    def _read(self, folder: str) -> list[os.DirEntry[str]]:
        """Read a folder; one that is gone by now, or may not be read, is a finding."""
        try:
            with os.scandir(folder) as entries:
                return list(entries)
        except OSError as error:
            message = f"The folder cannot be read: {error.strerror or error}."
            self._add(rules.UNREADABLE, folder, message)
            return []

    def _is_harmless(self, entry: os.DirEntry[str]) -> bool:
        where = say_where_link_leads(entry, self.real)
        if where:
            message = f"`{entry.name}` is a link {where}."
            self._add(rules.SYMLINK, entry.path, message, "Replace it with a copy of the file.")
        return not where

    def _source(self, entry: os.DirEntry[str], parts: tuple[str, ...]) -> Iterator[SourceFile]:
        try:
            status = entry.stat()
        except OSError as error:
            self._add(rules.UNREADABLE, entry.path, f"It cannot be read: {error.strerror}.")
            return
        if not stat.S_ISREG(status.st_mode):
            self._add(rules.UNREADABLE, entry.path, f"`{entry.name}` is not an ordinary file.")
            return
        kind = self._kind(parts, entry.path)
        if kind is None:
            return
        stem = _stem(entry.name)
        if not is_slug(stem):
            self._add(
                rules.BAD_ID,
                entry.path,
                f'The file name gives the id "{stem}", which is not allowed.',
                "Use lower-case letters and digits, joined by single hyphens, "
                "at most 100 characters.",
            )
            return
        yield SourceFile(
            kind=kind,
            path=entry.path,
            file=f"{self.prefix}{'/'.join(parts)}",
            id=stem,
            board=parts[1] if kind is FileKind.THREAD else "",
            size=status.st_size,
            changed=status.st_mtime_ns,
        )

    def _kind(self, parts: tuple[str, ...], path: str) -> FileKind | None:
        """Tell what a file is by where it is."""
        top, depth, is_yaml = parts[0], len(parts), parts[-1].endswith(SUFFIXES)
        if is_yaml:
            if depth == 1 and top in NAMED:
                return NAMED[top]
            if top == "paths" and depth == len(("paths", "id")):
                return FileKind.PATH
            if top == "threads" and depth == len(("threads", "board", "id")):
                return FileKind.THREAD
            self._add(
                rules.MISPLACED,
                path,
                f"No file is expected at `{'/'.join(parts)}`.",
                _where(parts),
            )
        elif top in {"threads", "paths"}:
            message = f"`{parts[-1]}` is not read."
            self._add(rules.NOT_READ, path, message, _say_where_it_belongs(parts[-1]))
        return None

    def _add(self, rule: Rule, path: str, message: str, hint: str = "") -> None:
        self.findings.append(Finding(rule, Place(show_path(Path(path), self.root)), message, hint))


def _say_where_it_belongs(name: str) -> str:
    _, dot, ending = name.rpartition(".")
    if f"{dot}{ending}".lower() in PICTURE_ENDINGS:
        return f"Pictures belong in images/: move it there, and name it by image:{name}."
    if f"{dot}{ending}".lower() in FILE_ENDINGS and ending != "md":
        return f"Files belong in files/: move it there, and name it by file:{name}."
    return f"Content files end in {SUFFIX}; prose belongs in pages/."


def _stem(name: str) -> str:
    """Return the name of a content file without its ending."""
    return name.removesuffix(SUFFIXES[1]).removesuffix(SUFFIX)


def _where(parts: tuple[str, ...]) -> str:
    if parts[0] == "threads":
        return "A thread belongs in the folder of its board: threads/<board>/<id>.yml."
    if parts[0] == "paths":
        return "A path belongs directly in paths/: paths/<id>.yml."
    guess = did_you_mean(parts[0], (*WRITTEN, "threads", "paths", "pages"))
    return guess or f"Content belongs in {', '.join(WRITTEN)}, threads/, paths/ or pages/."

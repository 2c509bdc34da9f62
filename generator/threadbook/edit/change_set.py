"""Several content files that change together: shown as a diff, and written all or none."""

from __future__ import annotations

import contextlib
import difflib
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from threadbook.errors import UserError
from threadbook.lifetime import uninterrupted


class FileChange(NamedTuple):
    """A file before and after: `path` leads to `target`, and `old` becomes `new`.

    Without a `target` the file goes. `name` and `new_name` are what messages call it.
    """

    path: Path
    target: Path | None
    old: bytes
    new: bytes
    name: str
    new_name: str


def show_diff(changes: Sequence[FileChange]) -> Iterator[str]:
    """Yield the lines of a unified diff as git writes it, which `git apply` understands."""
    for change in changes:
        yield f"diff --git a/{change.name} b/{change.new_name}"
        if change.target is None:
            yield "deleted file mode 100644"
        elif change.name != change.new_name:
            yield f"rename from {change.name}"
            yield f"rename to {change.new_name}"
        if change.target is None or change.old != change.new:
            after = change.new_name if change.target else ""
            yield from _hunks(change, after)


def _hunks(change: FileChange, after: str) -> Iterator[str]:
    old = change.old.decode("utf-8", "replace").splitlines(keepends=True)
    new = change.new.decode("utf-8", "replace").splitlines(keepends=True) if after else []
    to = f"b/{after}" if after else "/dev/null"
    for line in difflib.unified_diff(old, new, f"a/{change.name}", to):
        if line.endswith("\n"):
            yield line[:-1]
        else:
            yield line
            yield "\\ No newline at end of file"


def write_all(changes: Sequence[FileChange]) -> None:
    """Write all changes or none: new texts go beside the files, then each takes its place.

    Raises `UserError` if a file cannot be written or was changed meanwhile; then everything is as
    it was.
    """
    done: list[_Done] = []
    staged: list[Path] = []
    is_written = False
    try:
        for change in changes:  # one by one: those that are there are removed if one fails
            staged.append(_stage(change))  # noqa: PERF401
        with uninterrupted():
            try:
                for change, ready in zip(changes, staged, strict=True):
                    done.append(_Done(change, _set_aside(change)))
                    if change.target is not None:
                        ready.replace(change.target)
            except BaseException:
                _undo(done)
                raise
            is_written = True
            for each in done:
                each.aside.unlink()
    except OSError as error:
        where = error.filename or "A file"
        words = f"{where} cannot be written: {error.strerror or error}. Nothing was changed."
        raise UserError(words) from error
    finally:
        for ready in staged:
            with contextlib.suppress(OSError):
                ready.unlink(missing_ok=True)
        _remove_empty_folders(changes, is_written=is_written)


class _Done(NamedTuple):
    """A change under way, and where the old file waits."""

    change: FileChange
    aside: Path


def _stage(change: FileChange) -> Path:
    """Write the new text beside its place; refuse a file that somebody else has changed."""
    if change.path.is_symlink():
        raise UserError(f"{change.name} is a link; replace it with a copy of the file first.")
    if change.path.read_bytes() != change.old:
        raise UserError(f"{change.name} was changed meanwhile. Nothing was changed; try again.")
    folder = (change.target or change.path).parent
    folder.mkdir(parents=True, exist_ok=True)
    if change.target not in {None, change.path} and os.path.lexists(change.target):
        raise UserError(f"{change.new_name} exists already. Nothing was changed.")
    handle, name = tempfile.mkstemp(dir=folder, prefix=f".{change.path.name}.")
    with os.fdopen(handle, "wb") as file:
        file.write(change.new)
    Path(name).chmod(change.path.stat().st_mode & 0o7777)
    return Path(name)


def _set_aside(change: FileChange) -> Path:
    """Move the old file to a name of its own in its folder."""
    handle, name = tempfile.mkstemp(dir=change.path.parent, prefix=f".{change.path.name}.")
    os.close(handle)
    try:
        change.path.replace(name)
    except OSError:
        Path(name).unlink()
        raise
    return Path(name)


def _undo(done: Sequence[_Done]) -> None:
    for change, aside in reversed(done):
        if change.target is not None and change.target != change.path:
            with contextlib.suppress(OSError):
                change.target.unlink(missing_ok=True)
        aside.replace(change.path)


def _remove_empty_folders(changes: Sequence[FileChange], *, is_written: bool) -> None:
    """Remove folders whose last file went, or to which none came; one that is not empty stays."""
    moved = [change for change in changes if change.path != change.target]
    left = {change.path if is_written else change.target or change.path for change in moved}
    for folder in {file.parent for file in left}:
        with contextlib.suppress(OSError):
            folder.rmdir()

"""Content files of a revision, read from git's own store: nothing is checked out, nothing is run.

A repository may come from strangers, and its configuration can name programs as filters. So only
commands that read objects are called.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple

from threadbook.errors import UserError
from threadbook.git import GitError, NoGitError, run_git

_INCOMPLETE: Final = "git lacks this file of the revision; fetch it first."
_ORDINARY: Final = frozenset({"100644", "100755"})
"""The modes of ordinary files, not links or other repositories."""


class UnreachableError(UserError):
    """Says why an earlier state cannot be read."""


class NoRevisionError(UnreachableError):
    """Says that git knows no such revision, or that there is no git to ask."""


class _Entry(NamedTuple):
    """A file of a revision: its object, and its path from the top of the repository."""

    object: str
    path: str


def write_revision(
    revision: str, root: Path, folders: Sequence[Path], place: Path, limit: int
) -> None:
    """Write the files that a revision has in folders, below `root`, to the same folders in `place`.

    Files of more than `limit` bytes are left out. Raises `UnreachableError`.
    """
    commit = find_commit(revision, root)
    top = Path(_ask(root, "rev-parse", "--show-toplevel").rstrip("\n"))
    for folder in folders:
        below = os.path.relpath(os.path.realpath(folder), os.path.realpath(top))
        if below.startswith(".."):
            words = f"{folder} is not in the git repository at {top}."
            raise UnreachableError(words)
        prefix = "" if below == "." else f"{PurePosixPath(below)}/"
        entries = [*_list_files(root, commit, prefix, limit)]
        target = place / os.path.relpath(folder, root)
        for entry, content in zip(entries, _read(root, entries), strict=True):
            _write(target, entry.path.removeprefix(prefix), content)


def find_commit(revision: str, root: Path) -> str:
    """Return the name of a revision's commit; raises `NoRevisionError`."""
    if not revision or revision.startswith("-") or "\0" in revision or "\n" in revision:
        raise NoRevisionError(f'"{revision}" is not a revision.')
    if not _ask(root, "rev-parse", "--is-inside-work-tree", fails="").strip():
        words = f"{root} is in no git repository, and there is no folder or file of the name"
        raise NoRevisionError(f'{words} "{revision}".')
    wanted = f"{revision}^{{commit}}"
    found = _ask(root, "rev-parse", "--verify", "--quiet", "--end-of-options", wanted, fails="")
    if not found.strip():
        hint = "Fetch it first (`git fetch origin main`), or name a folder or a sitemap."
        raise NoRevisionError(f'git knows no revision "{revision}". {hint}')
    return found.strip()


def _list_files(root: Path, commit: str, prefix: str, limit: int) -> Iterator[_Entry]:
    where = ["--", prefix] if prefix else []
    listed = _ask(root, "ls-tree", "-r", "-l", "-z", "--full-tree", commit, *where)
    for line in listed.split("\0"):
        about, _, path = line.partition("\t")
        mode, kind, object_, size = [*about.split(), "", "", "", ""][:4]
        if kind != "blob" or mode not in _ORDINARY or not _is_safe(path):
            continue
        if not size.isdecimal():
            raise UnreachableError(f"{path}: {_INCOMPLETE}")
        if int(size) <= limit:
            yield _Entry(object_, path)


def _is_safe(path: str) -> bool:
    parts = path.split("/")
    return "\\" not in path and not {"", ".", "..", ".git"} & set(parts) and ":" not in path


def _read(root: Path, entries: Sequence[_Entry]) -> Iterator[bytes]:
    """Yield the content of objects, which git writes one after the other."""
    wanted = "".join(f"{entry.object}\n" for entry in entries).encode()
    answer = _run(root, ("cat-file", "--batch"), wanted) if entries else b""
    at = 0
    for entry in entries:
        end = answer.index(b"\n", at)
        about = answer[at:end].split()
        if about[1:2] != [b"blob"]:
            raise UnreachableError(f"{entry.path}: {_INCOMPLETE}")
        start, size = end + 1, int(about[2])
        yield answer[start : start + size]
        at = start + size + 1


def _write(target: Path, name: str, content: bytes) -> None:
    place = target.joinpath(*name.split("/"))
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)


def _ask(root: Path, *arguments: str, fails: str | None = None) -> str:
    """Return what git says; `fails` stands for an error."""
    try:
        return _run(root, arguments).decode("utf-8", "surrogateescape")
    except NoRevisionError:  # there is no git
        raise
    except UnreachableError:
        if fails is None:
            raise
        return fails


def _run(root: Path, arguments: Sequence[str], said: bytes | None = None) -> bytes:
    try:
        return run_git(root, arguments, said)
    except NoGitError as error:
        words = "git is not installed; name a folder or a sitemap instead of a revision."
        raise NoRevisionError(words) from error
    except GitError as error:
        raise UnreachableError(f"git cannot read the revision: {error}") from error

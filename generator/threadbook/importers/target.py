"""The content folder that an import writes to, and nothing outside it."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path
from typing import Final

from threadbook.errors import UserError
from threadbook.load.sources import NAMED, SUFFIX, SUFFIXES, FileKind

_OPEN: Final = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


class Target:
    """A folder to write below. With `shown`, files are read from there where this has none.

    A rehearsal writes to a temporary folder, and reads what is there in `shown`.
    """

    def __init__(self, root: Path, shown: Path | None = None) -> None:
        """Make nothing yet: an import that is refused leaves no empty folder."""
        if os.path.lexists(root) and not root.is_dir():
            raise UserError(f"{root} is not a folder.")
        self.root = Path(os.path.realpath(root))
        self.shown = Path(os.path.realpath(shown)) if shown else self.root

    def place(self, name: str) -> Path:
        """Return where a file is written; raises `UserError` if that is not in the folder."""
        parts = name.split("/")
        if any(part in {"", ".", ".."} or "\\" in part or "\0" in part for part in parts):
            raise UserError(f"{name!r} is not the name of a file in the content folder.")
        path = self.root.joinpath(*parts)
        if not Path(os.path.realpath(path.parent)).is_relative_to(self.root):
            raise UserError(
                f"{name} leads out of the content folder by a link; nothing is written there."
            )
        return path

    def read(self, name: str) -> str | None:
        """Return the text of a file; `None` if there is none.

        Raises `UserError` if there is one that cannot be read: it must not be taken for absent,
        because what is absent is written.
        """
        for root in dict.fromkeys((self.root, self.shown)):
            path = root / name
            try:
                with os.fdopen(os.open(path, _OPEN), "rb") as file:
                    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                        return file.read().decode()
            except FileNotFoundError:
                continue
            except UnicodeDecodeError as error:
                raise UserError(f"{path} is not UTF-8; save it as UTF-8.") from error
            except OSError as error:
                if not path.is_symlink():
                    raise UserError(f"{path} cannot be read: {error.strerror}.") from error
            raise UserError(f"{path} is a link or no ordinary file; replace it with a file.")
        return None

    def find_site(self) -> str:
        """Return the name of the file that lists boards, topics and people."""
        names = [name for name, kind in NAMED.items() if kind is FileKind.SITE]
        there = (name for name in names if os.path.lexists(self.shown / name))
        return next(there, names[0])

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file whole or not at all; a link in its place is replaced, never followed."""
        path = self.place(name)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".import-")
        except OSError as error:
            raise UserError(f"{path} cannot be written: {error.strerror}.") from error
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content.encode() if isinstance(content, str) else content)
            Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
        except OSError as error:
            with contextlib.suppress(OSError):
                Path(temporary).unlink(missing_ok=True)
            raise UserError(f"{path} cannot be written: {error.strerror}.") from error
        return path

    def find_threads(self) -> dict[str, str]:
        """Return the name of each thread's file, by id; of two endings the usual one counts.

        Raises `UserError` if a folder cannot be read: what is in it must not be taken for absent.
        """
        folder, found = self.shown / "threads", dict[str, str]()
        try:
            for board in sorted(folder.iterdir()) if os.path.lexists(folder) else ():
                if board.is_dir() and not board.is_symlink():
                    names = (file.name for file in board.iterdir() if file.suffix in SUFFIXES)
                    for name in sorted(names, key=lambda each: each.endswith(SUFFIX)):
                        found[name.removesuffix(Path(name).suffix)] = f"threads/{board.name}/{name}"
        except OSError as error:
            raise UserError(f"{error.filename} cannot be read: {error.strerror}.") from error
        return found

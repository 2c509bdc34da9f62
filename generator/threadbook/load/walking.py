"""Walking through a folder of strangers' files: prose pages, pictures, files to download.

Links, hidden files and folders that are too deep are passed over; what readers should know of it is
a finding. What a file may be is not decided here.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from threadbook.findings import Finding, Place, Rule
from threadbook.load import rules
from threadbook.load.sources import say_where_link_leads, show_path

DEPTH_LIMIT: Final = 8
"""How many folders deep a file can be."""

_NO_LINK: Final = "Replace it with a copy of the file."


class Walk:
    """One walk, and what it found to be wrong; `root` is what names in findings are relative to."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.findings: list[Finding] = []

    def add(self, rule: Rule, path: str | Path, message: str, hint: str = "") -> None:
        """Add a finding about a whole file or folder."""
        self.findings.append(Finding(rule, Place(show_path(Path(path), self.root)), message, hint))

    def files(
        self, start: Path, noun: str, too_deep: Rule
    ) -> Iterator[tuple[os.DirEntry[str], tuple[str, ...]]]:
        """Yield each file below a folder, and its path from there, in the order of names.

        The `noun` is what messages call them, and `too_deep` the rule about folders in folders.
        """
        real = os.path.realpath(start)
        folders: list[tuple[str, tuple[str, ...]]] = [(str(start), ())]
        while folders:
            folder, parts = folders.pop()
            for entry in self._read(folder):
                if entry.name.startswith("."):  # of editors, git and operating systems
                    continue
                where = say_where_link_leads(entry, real) if entry.is_symlink() else ""
                if where:
                    message = f"`{entry.name}` is a link {where}."
                    self.add(rules.SYMLINK, entry.path, message, _NO_LINK)
                elif not entry.is_dir():
                    yield entry, (*parts, entry.name)
                elif len(parts) < DEPTH_LIMIT:
                    folders.append((entry.path, (*parts, entry.name)))
                else:
                    message = f"{noun} can be {DEPTH_LIMIT} folders deep; this is deeper."
                    self.add(too_deep, entry.path, message, "Move it up.")

    def _read(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as entries:
                return sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            message = f"The folder cannot be read: {error.strerror or error}."
            self.add(rules.UNREADABLE, folder, message)
            return []

    def look(self, entry: os.DirEntry[str]) -> os.stat_result | None:
        """Return the size and time of an ordinary file; `None` for anything else."""
        try:
            status = entry.stat()
        except OSError as error:
            self.add(rules.UNREADABLE, entry.path, f"It cannot be read: {error.strerror}.")
            return None
        if stat.S_ISREG(status.st_mode):
            return status
        self.add(rules.UNREADABLE, entry.path, f"`{entry.name}` is not an ordinary file.")
        return None

"""Ground: whether a site may be put at a place. Only what a build wrote is ever replaced."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple, Self

from threadbook.errors import UserError

MARKER: Final = ".threadbook-site"
"""The file by which a build knows a site that a build has written."""

MARK: Final = b"""\
Threadbook wrote this folder. The next build replaces all of it: keep nothing of your own here.
"""

_VERSION_CONTROL: Final = frozenset(
    {".git", ".hg", ".svn", ".bzr", ".jj", "_darcs", ".pijul", ".sl"}
)
_BARE_REPOSITORY: Final = frozenset({"HEAD", "objects", "refs"})

_SCRIPT: Final = "assets/threadbook/threadbook.js"
"""What every site has that Threadbook built before there was a marker."""

_AT_THE_TOP: Final = re.compile(
    r"index\.(html|md|json)|404\.html|sitemap(-\d+)?\.xml(\.gz)?|llms(-full(-\d+)?)?\.txt|_redirects"
    r"|api|assets|boards|components|feeds|glossary|health|latest|library|paths|search|threads|topics"
    r"|unanswered"
)
"""What those sites have at their top, besides prose pages and redirects."""

_REDIRECT: Final = b'http-equiv="refresh"'
_MOUNTS: Final = Path("/proc/self/mountinfo")


class Ground(NamedTuple):
    """The place for a site, with symbolic links resolved, and the folders it must leave alone.

    `root` is the folder of the configuration, `content` that of the content, and `pages` that of
    the prose pages.
    """

    site: Path
    root: Path
    content: Path
    pages: Path

    @classmethod
    def at(cls, site: Path, root: Path, content: Path, pages: Path) -> Self:
        """Resolve all folders; raises `UserError` for a link that leads nowhere."""
        try:
            found = site.resolve()
            if site.is_symlink() and not found.exists():
                raise UserError(f"{site} is a symbolic link that leads nowhere.")
            return cls(found, root.resolve(), content.resolve(), pages.resolve())
        except (OSError, RuntimeError) as error:  # a loop of links is a RuntimeError before 3.13
            raise UserError(f"{site} leads round in a circle of symbolic links.") from error

    def judge(self) -> None:
        """Raise `UserError` unless a build may replace whatever is at the place."""
        self._keep_away()
        if not self.site.exists():
            return
        if not self.site.is_dir():
            raise UserError(f"{self.site} is a file; choose a folder.")
        try:
            self._keep_what_is_not_ours()
        except OSError as error:
            raise UserError(f"{error.filename or self.site}: {error.strerror}.") from error

    def _keep_away(self) -> None:
        site = self.site
        for folder in (
            self.root,
            self.content,
            self.pages,
            Path.home().resolve(),
            Path(site.anchor),
        ):
            if folder.is_relative_to(site):
                held = "files that you need" if site == folder else folder
                raise UserError(f"{site} holds {held}, which building there would remove.")
        for folder, what in ((self.content, "content"), (self.pages, "prose pages")):
            if site.is_relative_to(folder):
                raise UserError(f"{site} is in the folder of the {what}; choose one outside of it.")
        if any(_is_version_control(part) for part in site.parts):
            raise UserError(f"{site} is in a folder of version control; choose another one.")

    def _keep_what_is_not_ours(self) -> None:
        site, names = self.site, {each.name for each in self.site.iterdir()}
        mounted = next(_mounts_in(site), None)
        if mounted == site:
            raise UserError(
                f"{site} is a mount point, so it cannot be replaced in one step. "
                f"Choose a folder in it, such as --out {site / 'site'}"
            )
        if mounted is not None:
            raise UserError(
                f"{site} holds {mounted}, where something is mounted; unmount it first."
            )
        kept = _find_version_control(site, names)
        if kept:
            raise UserError(
                f"{site} holds version control ({kept.relative_to(site)}), which a build would "
                "remove. Choose another folder, and copy the site from there."
            )
        if names and not _has_mark(site):
            self._recognise(names)

    def _recognise(self, names: set[str]) -> None:
        """Accept a site of a version that left no marker, if nothing else is at its top."""
        site = self.site
        if not ({"404.html", "index.html"} <= names and _is_file(site / _SCRIPT)):
            raise UserError(
                f"{site} is not empty, and Threadbook did not write it (there is no {MARKER}). "
                "Choose another folder, or empty this one."
            )
        foreign = next((name for name in sorted(names) if not self._may_be_ours(name)), None)
        if foreign is not None:
            raise UserError(
                f"{site} looks like a site of an earlier version, but also holds {foreign}. "
                "If nothing in it is your own, delete the folder, and build again."
            )

    def _may_be_ours(self, name: str) -> bool:
        if _AT_THE_TOP.fullmatch(name) or os.path.lexists(self.pages / name):
            return True
        place = self.site / name
        return _is_file(self.pages / f"{name}.md") or _is_redirect(place)


def _has_mark(site: Path) -> bool:
    """Whether a build has written a folder."""
    marker = site / MARKER
    return _is_file(marker) and marker.read_bytes()[: len(MARK)] == MARK


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _is_redirect(place: Path) -> bool:
    """Whether a page, or every file of a folder, only leads to another page."""
    files = [place] if place.is_file() else [each for each in place.rglob("*") if not each.is_dir()]
    return bool(files) and all(
        _is_file(file) and file.suffix in {".html", ".htm"} and _REDIRECT in file.read_bytes()
        for file in files
    )


def _is_version_control(name: str) -> bool:
    return name.lower() in _VERSION_CONTROL  # some file systems do not tell .GIT from .git


def _find_version_control(site: Path, names: set[str]) -> Path | None:
    """Return a file or folder of version control in a folder, at any depth."""
    if names >= _BARE_REPOSITORY:
        return site / "HEAD"
    folders = [str(site)]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if _is_version_control(entry.name):
                    return Path(entry.path)
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
    return None


def _mounts_in(site: Path) -> Iterator[Path]:
    """Yield where something is mounted, at a folder or below it, the highest first."""
    if site.is_mount():
        yield site
    if _MOUNTS.exists():  # Linux names bind mounts, too, which look like other folders
        places = (line.split(" ")[4] for line in _MOUNTS.read_text("utf-8", "replace").splitlines())
        found = (
            re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), each) for each in places
        )
        yield from sorted(path for path in map(Path, found) if path.is_relative_to(site))

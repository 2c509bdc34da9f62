"""Pictures in `images/` and other files in `files/`: finding, looking at and reading them.

Strangers can add some, like all content. So only pictures that are what they say, and files that
no browser runs, are taken, under names that are safe in an address. Nothing is decoded.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from threadbook.findings import Finding
from threadbook.library import FILE_ENDINGS, PICTURE_ENDINGS, MediumFile
from threadbook.library.prose import SVG
from threadbook.load import rules
from threadbook.load.pictures import FORMATS, measure, recognise
from threadbook.load.sources import read_bytes, show_path
from threadbook.load.svg import find_active_content
from threadbook.load.walking import Walk
from threadbook.markdown import FILES, IMAGES
from threadbook.model.limits import (
    FILE_BYTES,
    MEDIA,
    PICTURE_BYTES,
    PICTURE_PIXELS,
    PICTURE_SIDE,
)

DIGEST: Final = 12
"""How much of the hash of a file's content is in its address, in hexadecimal digits."""

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_ENDINGS: Final = {IMAGES: PICTURE_ENDINGS, FILES: FILE_ENDINGS}
_MIXED: Final = re.compile(r"[A-Z]")


@dataclass(frozen=True, slots=True)
class MediaListing:
    """Both folders at one moment: what texts can name, by name, and what is wrong."""

    media: Mapping[str, MediumFile] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


_NOTHING: Final = MediaListing()


def list_media(content: Path, root: Path, before: MediaListing = _NOTHING) -> MediaListing:
    """Walk both folders, which need not exist; `root` is what names in findings are relative to.

    Files that have the size and time of change that they had `before` are not looked at again.
    """
    walker = _Walker(content, root, before)
    found = {medium.name: medium for folder in _ENDINGS for medium in walker.walk(folder)}
    if not found and not walker.findings:
        return _NOTHING
    return MediaListing({name: found[name] for name in sorted(found)}, tuple(walker.findings))


def read_medium(medium: MediumFile) -> bytes | None:
    """Read a file; `None` if it is no longer what was looked at, and may not be published."""
    limit = _limit(medium.name)
    content = read_bytes(Path(medium.path).resolve(), limit + 1)
    if content is None or len(content) > limit:
        return None
    is_active = medium.name.endswith(SVG) and find_active_content(content)
    return None if is_active else content


def digest(content: bytes) -> str:
    """Return what a file's address has of its content."""
    return hashlib.sha256(content).hexdigest()[:DIGEST]


def _limit(name: str) -> int:
    return (PICTURE_BYTES if name.startswith(IMAGES) else FILE_BYTES).most


class _Walker(Walk):
    """One walk through both folders."""

    def __init__(self, content: Path, root: Path, before: MediaListing) -> None:
        super().__init__(root)
        self.content, self.before = content, before
        self.count = 0

    def walk(self, top: str) -> Iterator[MediumFile]:
        """Yield the files of a folder."""
        start = self.content / top.rstrip("/")
        if not start.is_dir() or start.is_symlink():  # the walk through all content speaks of links
            return
        for entry, parts in self.files(start, "Files", rules.BAD_MEDIUM_NAME):
            yield from self._take(entry, top + "/".join(parts), top)

    def _take(self, entry: os.DirEntry[str], name: str, top: str) -> Iterator[MediumFile]:
        ending = os.path.splitext(entry.name)[1]  # noqa: PTH122 - a name
        if ending.lower() not in _ENDINGS[top]:
            message, hint = _explain_ending(entry.name, ending.lower(), top)
            self.add(rules.MEDIUM_NOT_PUBLISHED, entry.path, message, hint)
            return
        if not all(map(_NAME.fullmatch, name.split("/"))) or ending != ending.lower():
            message = f"`{name.removeprefix(top)}` cannot be part of an address."
            hint = (
                "Use letters, digits, hyphens, dots and underscores, and an ending in lower case; "
                "begin with a letter or digit."
            )
            self.add(rules.BAD_MEDIUM_NAME, entry.path, message, hint)
            return
        status = self.look(entry)
        if status is None:
            return
        self.count += 1
        if self.count > MEDIA.most:
            if self.count == MEDIA.most + 1:
                message = f"There are more than {MEDIA.most:,} pictures and files."
                self.add(rules.TOO_MANY, entry.path, message, "Remove those that nobody needs.")
            return
        file = show_path(Path(entry.path), self.root)
        yield self._look(
            MediumFile(name, entry.path, file, status.st_size, status.st_mtime_ns), ending
        )

    def _look(self, medium: MediumFile, ending: str) -> MediumFile:
        """Look at a file, unless it is known; say what is wrong with it, and how large it is."""
        known = self.before.media.get(medium.name)
        if known and known[:5] == medium[:5]:
            self.findings += (
                each for each in self.before.findings if each.place.file == medium.file
            )
            return known
        limit = _limit(medium.name)
        if medium.size > limit:
            message = f"The file has {medium.size:,} bytes; the limit is {limit:,}."
            hint = "Make it smaller." if ending in FORMATS else "Split it, or link to it elsewhere."
            self.add(rules.MEDIUM_TOO_LARGE, medium.path, message, hint)
            return medium
        return self._look_at_picture(medium, ending) if ending in FORMATS else medium

    def _look_at_picture(self, medium: MediumFile, ending: str) -> MediumFile:
        content = read_bytes(Path(medium.path).resolve(), PICTURE_BYTES.most)
        if content is None:
            self.add(rules.UNREADABLE, medium.path, "The picture cannot be read.")
            return medium
        promised, found = FORMATS[ending], recognise(content)
        active = find_active_content(content) if promised == "SVG" and found == "SVG" else ""
        if active:
            message = f"The picture contains {active}."
            hint = "Export it as a plain SVG without scripts, or as PNG."
            self.add(rules.ACTIVE_PICTURE, medium.path, message, hint)
            return medium
        size = measure(content, found) if found else None
        if found != promised or size is None:
            message, hint = _explain_format(promised, found)
            self.add(rules.NO_PICTURE, medium.path, message, hint)
            return medium
        width, height = size
        if width * height > PICTURE_PIXELS.most or max(size) > PICTURE_SIDE.most:
            message = (
                f"The picture has {width:,} by {height:,} pixels; the limit is "
                f"{PICTURE_PIXELS.most:,} pixels, and {PICTURE_SIDE.most:,} for a side."
            )
            self.add(rules.MEDIUM_TOO_LARGE, medium.path, message, "Make it smaller.")
        return medium._replace(width=width, height=height)


def _explain_ending(name: str, ending: str, top: str) -> tuple[str, str]:
    if top == IMAGES:
        message = f"`{name}` is not published: it is not a picture that browsers show."
        if ending in FILE_ENDINGS:
            return message, "Move it to files/ beside images/, and name it by `file:`."
        return message, f"Pictures end in {', '.join(PICTURE_ENDINGS)}."
    message = f"`{name}` is not published: files that end in `{ending}` are not allowed."
    if ending in PICTURE_ENDINGS:
        return message, "Move the picture to images/ beside files/, and name it by `image:`."
    return message, f"Allowed are {', '.join(FILE_ENDINGS)}."


def _explain_format(promised: str, found: str) -> tuple[str, str]:
    if found and found != promised:
        endings = " or ".join(ending for ending, name in FORMATS.items() if name == found)
        message = f"The name promises {promised}, but the picture is {found}."
        return message, f"Let its name end in {endings}."
    message = f"The name promises {promised}, but the content is not a picture of this format."
    return message, "Export it again; the file may be cut off or be something else."

"""Pictures and attachments of a source: copied to the content folder, if they are what they say."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from threadbook.importers.cleaning import Tell
from threadbook.importers.decoding import path_of
from threadbook.importers.old_addresses import is_on
from threadbook.importers.slugs import slugify
from threadbook.importers.target import Target
from threadbook.load.svg import find_active_content

_MAGIC: Final = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
)
_FILES: Final = frozenset(
    "pdf csv txt ods odt odp docx xlsx pptx zip json mp3 mp4 ogg webm wav".split()
)
_MOST: Final = 5_000_000
"""Bytes of a picture that a page can show."""

_MOST_FILE: Final = 25_000_000
_DATA: Final = re.compile(r"data:image/[a-z+.-]+;base64,([A-Za-z0-9+/=\s%]*)\Z", re.IGNORECASE)
_LISTED: Final = 200_000
"""Files of a source that are known by name."""

_UPLOAD: Final = re.compile(r"/([0-9a-f]{40})((?:_\d+_\d+x\d+)?)\.([a-z0-9]{2,5})\Z")
"""An upload of Discourse: by its SHA-1, and scaled down as `SHA1_2_690x388.png`."""

_BASE62: Final = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Pictures:
    """Copies what texts show. `folder` is that of the source, if it is on this machine.

    `site` is the address of the old site. Only its addresses, and relative ones, are files there:
    a source is written by strangers, and must not choose among the files of this machine by name.
    """

    def __init__(self, target: Target, folder: Path | None, site: str, tell: Tell) -> None:
        """Look at nothing yet."""
        self.target, self.site, self.tell = target, site, tell
        self.beside = ""
        self.folder = Path(os.path.realpath(folder)) if folder else None
        self._names: dict[str, Path] | None = None
        self._written: set[str] = set()

    def picture(self, url: str, words: str) -> str | None:
        """Return the Markdown of a picture that was copied; `None` if there is nothing to copy."""
        if url.lower().startswith("data:"):
            return self._unpack(url, words)
        content, name = self._read(url, _MOST)
        if content is None:
            return None
        saved = self._save(content, name)
        return f"![{words}](image:{saved})" if saved else words

    def file(self, url: str, label: str) -> str | None:
        """Return a link to an attachment that was copied; `None` if there is nothing to copy."""
        ending = path_of(url).rpartition(".")[2].lower()
        if ending not in _FILES:
            return None
        content, name = self._read(url, _MOST_FILE)
        if content is None:
            return None
        stem = slugify(name.rpartition(".")[0])[:40] or "file"
        place = f"{stem}-{hashlib.blake2s(content, digest_size=4).hexdigest()}.{ending}"
        self._write(f"files/{place}", content)
        self.tell("Attachments copied", place)
        return f"[{label}](file:{place})"

    def _unpack(self, url: str, words: str) -> str:
        found = _DATA.match(url)
        try:
            content = (
                base64.b64decode(re.sub(r"\s", "", unquote(found[1])), validate=True)
                if found
                else b""
            )
        except (binascii.Error, ValueError):
            content = b""
        saved = self._save(content, "picture")
        return f"![{words}](image:{saved})" if saved else words

    def _save(self, content: bytes, name: str) -> str:
        ending = sniff(content)
        if not ending or len(content) > _MOST:
            self.tell(
                "Pictures that are damaged, too large or not what they say, which became words",
                name,
            )
            return ""
        stem = slugify(name.rpartition(".")[0] or name)[:40] or "picture"
        place = f"{stem}-{hashlib.blake2s(content, digest_size=4).hexdigest()}.{ending}"
        self._write(f"images/{place}", content)
        self.tell("Pictures copied", place)
        return place

    def _write(self, place: str, content: bytes) -> None:
        if place not in self._written:
            self.target.write(place, content)
            self._written.add(place)

    def _read(self, url: str, most: int) -> tuple[bytes | None, str]:
        """Read a file of the source by its address; uploads by their name, which is a hash."""
        for place in self._places(url):
            if not Path(os.path.realpath(place)).is_relative_to(self.folder or "/"):
                continue
            content = _read_ordinary(place, most)
            if content is not None:
                return content, place.name
        return None, ""

    def is_there(self, url: str) -> bool:
        """Return whether the source has a file at an address."""
        if self.folder is None:
            return False
        places = (Path(os.path.realpath(each)) for each in self._places(url))
        return any(each.is_relative_to(self.folder) and each.is_file() for each in places)

    def _places(self, url: str) -> Iterator[Path]:
        """Yield where a file can be: beside the text that names it, or from the source's folder."""
        if self.folder is None:
            return
        if url.lower().startswith("upload:"):
            place = self._by_name(_name_of_upload(url))
            if place is not None:
                yield place
            return
        path = unquote(path_of(url))
        if not path.strip("/") or "\0" in path:
            return
        if not is_on(url, self.site):
            yield from self._uploads(path)
            return
        if not path.startswith("/") and self.beside:
            yield self.folder / self.beside / path
        yield self.folder / path.lstrip("/")
        yield from self._uploads(path)

    def _uploads(self, path: str) -> Iterator[Path]:
        """Yield the file of an upload, on whatever host: its name is the hash of what is in it."""
        found = _UPLOAD.search(path)
        if found is None:
            return
        for name in dict.fromkeys((f"{found[1]}.{found[3]}", f"{found[1]}{found[2]}.{found[3]}")):
            place = self._by_name(name)
            if place is not None:
                yield place

    def _by_name(self, name: str) -> Path | None:
        if self._names is None:
            self._names = {}
            for folder, _, files in os.walk(self.folder or "."):
                self._names |= {each: Path(folder, each) for each in files}
                if len(self._names) > _LISTED:
                    break
        return self._names.get(name)


def _name_of_upload(url: str) -> str:
    """Return the file of an upload: Discourse writes its SHA-1 in base 62. Empty for any other."""
    stem, dot, ending = url[len("upload:") :].strip("/").partition(".")
    if not all(each in _BASE62 for each in stem) or len(stem) > 30:  # noqa: PLR2004 - a SHA-1 has 27
        return ""
    number = 0
    for each in stem:
        number = number * 62 + _BASE62.index(each)
    return f"{number:040x}{dot}{ending}"


def _read_ordinary(path: Path, most: int) -> bytes | None:
    try:
        handle = os.open(
            path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        )
    except OSError:
        return None
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return None
        content = file.read(most + 1)
    return content if len(content) <= most else None


def sniff(content: bytes) -> str:
    """Return the ending of a picture by what it begins with; empty if it is none we show."""
    for magic, ending in _MAGIC:
        if content.startswith(magic):
            return ending
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    if content[:400].lstrip().startswith((b"<svg", b"<?xml")) and not find_active_content(content):
        return "svg"
    return ""

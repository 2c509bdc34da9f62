"""Pictures and other files of the content in bodies: `image:…`, `file:…`, and ways to them.

A name is a path below the content folder, such as `images/offers/accept.png`. This room reads no
files: the caller says where each is on the site, and how large its picture is.
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple
from urllib.parse import unquote

IMAGES: Final = "images/"
FILES: Final = "files/"
SCHEMES: Final = {"image:": IMAGES, "file:": FILES}
"""What an address of a picture or file begins with, and the folder that it stands for."""

_TAG: Final = re.compile(r'<(?:(?P<link>/?a)|(?P<picture>img))\b(?P<rest>(?:[^>"]|"[^"]*")*)>')
_ATTRIBUTE: Final = re.compile(r'([a-z]+)="([^"]*)"')
_IGNORED: Final = re.compile(r"^[\x00-\x20]+|[\t\r\n]+")
"""What browsers, and so the sanitiser, remove from an address before they read it."""

_PIXELS: Final = re.compile(r"[1-9][0-9]{0,4}")
_LAZY: Final = re.compile(r'(<img(?:[^>"]|"[^"]*")*?) loading="lazy"')


class Medium(NamedTuple):
    """A picture or another file of the site: its address below the root, and what readers hear.

    `width` and `height` are in pixels, and 0 for a file that is no picture. `words` say the type
    and size of a file, such as "PDF, 120 kB".
    """

    address: str
    width: int = 0
    height: int = 0
    words: str = ""


class Media(NamedTuple):
    """The pictures and files that a body may name.

    `known` has them by name. `way` leads from the body's file to the content folder, such as
    `../../`, and `base` from its page to the site's root.
    """

    known: Mapping[str, Medium] = MappingProxyType({})
    way: str = ""
    base: str = ""

    def find(self, url: str) -> tuple[bool, Medium | None]:
        """Return whether an address names a file of the content, and the file if it is known."""
        name = name_medium(url, self.way)
        return name is not None, self.known.get(name) if name else None


NONE: Final = Media()
"""A body that names none."""

THREAD_WAY: Final = "../../"
"""The way from a thread's file to the content folder."""

PATH_WAY: Final = "../"
"""The way from a path's file to the content folder."""


def name_medium(url: str, way: str) -> str | None:
    """Return the name of the picture or file that an address means; `None` if it means another.

    The name may be of a file that does not exist. `way` is as in `Media`; if it is empty, only
    addresses with a scheme are understood.
    """
    url = _IGNORED.sub("", url)
    for scheme, folder in SCHEMES.items():
        if url[: len(scheme)].lower() == scheme:
            return folder + unquote(url[len(scheme) :])
    if not way or not url.startswith(".") or "/" not in url:
        return None
    path = posixpath.normpath(unquote(url.partition("#")[0].partition("?")[0]))
    name = path.removeprefix(way)
    is_there = path.startswith(way) and name.startswith((IMAGES, FILES))
    return name if is_there else None


def may_name_media(body: str) -> bool:
    """Return whether a body may name a picture or file of the content: a quick look."""
    return ":" in body and ("image:" in body or "file:" in body)


def place_media(markup: str, media: Media) -> str:
    """Write the addresses of pictures and files; one that is not known leaves its words.

    The markup is what the sanitiser wrote, so values are in double quotes and escaped, and no link
    is inside another. What is put in are names that the loader has checked, and numbers.
    """
    ending = ""

    def change(tag: re.Match[str]) -> str:
        nonlocal ending
        written: str = tag[0]
        if tag["link"] == "/a":
            written, ending = (ending or written), ""
            return written if written != _NOTHING else ""
        values: dict[str, str] = dict(_ATTRIBUTE.findall(tag["rest"]))
        is_picture = bool(tag["picture"])
        address = html.unescape(values.get("src" if is_picture else "href", ""))
        is_named, medium = media.find(address)
        if not is_named:
            return written
        if is_picture:
            return _write_picture(values, medium, media.base)
        ending = f" ({html.escape(medium.words)})</a>" if medium else _NOTHING
        return f'<a href="{html.escape(media.base + medium.address)}">' if medium else ""

    return _TAG.sub(change, markup)


_NOTHING: Final = "\0"
"""Stands for the end of a link that has lost its address; no text has a NUL."""


def _write_picture(values: Mapping[str, str], medium: Medium | None, base: str) -> str:
    """Write a picture; the values are escaped already."""
    words = values.get("alt", "")
    if medium is None or not medium.width:
        return words
    width, height = fit(values.get("width", ""), values.get("height", ""), medium)
    title = f' title="{values["title"]}"' if "title" in values else ""
    address = html.escape(base + medium.address)
    size = f'width="{width}" height="{height}"'
    return f'<img src="{address}" alt="{words}"{title} {size} loading="lazy">'


def fit(width: str, height: str, medium: Medium) -> tuple[int, int]:
    """Return the size that an author wants for a picture; what they leave out keeps its shape."""
    wide = int(width) if _PIXELS.fullmatch(width) else 0
    high = int(height) if _PIXELS.fullmatch(height) else 0
    if wide and high:
        return wide, high
    if wide:
        return wide, max(1, round(wide * medium.height / medium.width))
    if high:
        return max(1, round(high * medium.width / medium.height)), high
    return medium.width, medium.height


def hasten_first(page: str) -> str:
    """Let browsers load the first picture of a page at once: it may be what a reader sees first.

    The page is HTML of ours, in which text holds no `<`.
    """
    return _LAZY.sub(r"\1", page, count=1) if '" loading="lazy"' in page else page

"""A prose page, as the library holds it."""

from __future__ import annotations

import posixpath
from typing import Final, NamedTuple
from urllib.parse import unquote, urlsplit

from threadbook.library.media import PICTURE_ENDINGS
from threadbook.library.outline import Redirect

MARKDOWN: Final = ".md"
SVG: Final = ".svg"
PICTURES: Final = PICTURE_ENDINGS
"""The endings of the files that are taken besides Markdown."""


class Prose(NamedTuple):
    """A prose page: its Markdown, and what the navigation and links need to know.

    `name` is the path of its file below the folder of prose, and `file` the file's name in
    findings. `title` stands in the navigation, `heading` at the top of the page; the `body` has
    no heading of its own. `targets` are what it links to by name, each once: see `BodyLink`.
    `redirects` are its old addresses, and `media` the names of the pictures and files of the
    content that it names.
    """

    name: str
    url: str
    file: str
    title: str
    heading: str
    description: str
    hide: tuple[str, ...]
    body: str
    targets: tuple[str, ...]
    redirects: tuple[Redirect, ...] = ()
    media: tuple[str, ...] = ()


def find_file(url: str, name: str) -> str | None:
    """Return the file below the folder of prose that a relative address in `name` leads to.

    `None` stands for every other address, such as that of a page or of another site.
    """
    try:
        parts = urlsplit(url)
    except ValueError:  # such as a host with an unclosed bracket
        return None
    path = unquote(parts.path)
    is_file = path.lower().endswith((MARKDOWN, *PICTURES))
    if parts.scheme or parts.netloc or path.startswith("/") or not is_file:
        return None
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), path))

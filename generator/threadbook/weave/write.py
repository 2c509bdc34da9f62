"""Writing pages: the only place that writes the site's pages."""

from __future__ import annotations

import os
from typing import Final

_BINARY: Final = getattr(os, "O_BINARY", 0)


class OutsideSiteError(Exception):
    """An address leads out of the site's folder; the model lets no such id through."""


def write_page(site: str, url: str, content: bytes, name: str = "index.html") -> None:
    """Write `content` to the folder of `url` below `site`, making folders on the way.

    Plain system calls: a site has many thousands of pages, each in a folder of its own.
    """
    if url.startswith("/") or ".." in url.split("/") or "\\" in url:
        raise OutsideSiteError(f"{url!r} is not an address below the site's folder")
    folder = f"{site}/{url}"
    try:
        os.mkdir(folder)  # noqa: PTH102
    except FileExistsError:
        pass
    except FileNotFoundError:
        os.makedirs(folder, exist_ok=True)  # noqa: PTH103
    file = os.open(f"{folder}/{name}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, 0o666)
    try:
        left = memoryview(content)
        while left:
            left = left[os.write(file, left) :]
    finally:
        os.close(file)

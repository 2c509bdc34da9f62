"""Writing files: the only place that writes the site."""

from __future__ import annotations

import os
from typing import Final

_BINARY: Final = getattr(os, "O_BINARY", 0)


class OutsideSiteError(Exception):
    """An address leads out of the site's folder. The model already refuses such ids."""


def write_file(site: str, address: str, content: bytes) -> None:
    """Write `content` to the file at `address` in the folder `site`, and create its folders.

    These are plain system calls, because `pathlib` and `open` are slower and a site has many
    thousands of pages, each in a folder of its own.
    """
    if address.startswith("/") or ".." in address.split("/") or "\\" in address:
        raise OutsideSiteError(f"{address!r} is not an address below the site's folder")
    path = f"{site}/{address}"
    folder = path.rpartition("/")[0]
    try:
        os.mkdir(folder)  # noqa: PTH102
    except FileExistsError:
        pass
    except FileNotFoundError:
        os.makedirs(folder, exist_ok=True)  # noqa: PTH103
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, 0o666)
    try:
        left = memoryview(content)
        while left:  # one call may write only a part
            left = left[os.write(file, left) :]
    finally:
        os.close(file)

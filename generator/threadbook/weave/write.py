"""Writing files: the only place that writes the site, and reads pages that an engine wrote."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from threadbook.errors import UserError

_FLAGS: Final = (
    os.O_WRONLY
    | os.O_CREAT
    | os.O_TRUNC
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOFOLLOW", 0)  # a link is never written through, wherever it leads
)


def read_pages(site: Path) -> dict[str, str]:
    """Read the pages in a folder as they are, by address, even if they are not UTF-8."""
    return {
        file.relative_to(site).as_posix(): file.read_bytes().decode("utf-8", "surrogateescape")
        for file in sorted(site.rglob("*.html"))
    }


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
    file = os.open(path, _FLAGS, 0o666)
    try:
        left = memoryview(content)
        while left:  # one call may write only a part
            left = left[os.write(file, left) :]
    finally:
        os.close(file)


def refuse_links(site: Path) -> None:
    """Raise `UserError` if there is a symbolic link among what an engine or a plugin has written.

    What is written later would go where it leads. Nothing of ours makes links, so looking once,
    before pages are woven, is enough.
    """
    for folder, folders, files in os.walk(site):
        for name in (*folders, *files):
            path = Path(folder, name)
            if path.is_symlink():
                where = path.relative_to(site).as_posix()
                raise UserError(
                    f"The site holds a symbolic link, {where}; a plugin may have left it."
                )

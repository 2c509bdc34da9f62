"""Writing files: the only place that writes the site, and reads pages that an engine wrote."""

from __future__ import annotations

import os
from collections.abc import Sequence
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
    """Write `content` to the file at `address` in the folder `site`, and create its folders."""
    folder, _, name = address.rpartition("/")
    write_folder(site, f"{folder}/" if folder else "", ((name, content),))


def write_folder(site: str, address: str, files: Sequence[tuple[str, bytes]]) -> None:
    """Write files, by name, into the folder at `address` in the folder `site`, and create it.

    These are plain system calls, because `pathlib` and `open` are slower and a site has many
    thousands of pages, each in a folder of its own.
    """
    _refuse_ways_out(address, [name for name, _ in files])
    folder = f"{site}/{address}"
    try:
        os.mkdir(folder)  # noqa: PTH102
    except FileExistsError:
        pass
    except FileNotFoundError:
        os.makedirs(folder, exist_ok=True)  # noqa: PTH103
    for name, content in files:
        _write(f"{folder}{name}", content)


def _refuse_ways_out(address: str, names: Sequence[str]) -> None:
    if address.startswith("/") or ".." in address.split("/") or "\\" in address:
        raise OutsideSiteError(f"{address!r} is not an address below the site's folder")
    for name in names:
        if name == ".." or "/" in name or "\\" in name:
            raise OutsideSiteError(f"{name!r} is not the name of a file")


def _write(path: str, content: bytes) -> None:
    file = os.open(path, _FLAGS, 0o666)
    try:
        done = os.write(file, content)
        while done < len(content):  # one call may write only a part
            done += os.write(file, memoryview(content)[done:])
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

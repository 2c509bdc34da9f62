"""Files of a source: listed without following links, and read whatever encoding they are in."""

from __future__ import annotations

import codecs
import json
import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from threadbook.errors import UserError

FILE_LIMIT: Final = 200_000_000
"""Bytes of a file that has to be read as a whole. Dumps and tables are read in pieces."""

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode(content: bytes) -> tuple[str, bool]:
    """Return text, and whether its encoding had to be guessed.

    What is not UTF-8 is nearly always Windows-1252, the encoding that browsers take old pages in.
    """
    for mark, name in _BOMS:
        if content.startswith(mark):
            return content[len(mark) :].decode(name, "replace"), False
    try:
        return content.decode(), False
    except UnicodeDecodeError:
        return "".join(_decode_lines(content)), True


def _decode_lines(content: bytes) -> Iterator[str]:
    for line in content.split(b"\n"):
        try:
            yield line.decode() + "\n"
        except UnicodeDecodeError:
            yield line.decode("cp1252", "replace").replace("\ufffd", "") + "\n"


def read_file(path: Path) -> bytes:
    """Return the content of an ordinary file; raises `UserError` if it cannot be read."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.") from error
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise UserError(f"{path} is not an ordinary file.")
        if status.st_size > FILE_LIMIT:
            raise UserError(
                f"{path} has {status.st_size:,} bytes; at most {FILE_LIMIT:,} are read as one."
            )
        return file.read()


def list_files(where: Path, *endings: str) -> list[Path]:
    """Return the file itself, or those of a folder and the folders in it; no link is followed."""
    if where.is_file():
        return [where]
    if not where.is_dir():
        raise UserError(f"There is no file or folder called {where}.")
    found = []
    for folder, folders, files in os.walk(where):
        folders.sort()
        paths = (Path(folder, name) for name in sorted(files) if name.lower().endswith(endings))
        found += [path for path in paths if not path.is_symlink()]
    if not found:
        raise UserError(f"There is no file in {where} that ends in {' or '.join(endings)}.")
    return found


def in_order(path: Path) -> tuple[str | tuple[int, str], ...]:
    """Return what sorts `page-10` after `page-9`, and a name before those that go on from it."""
    parts = re.split(r"(\d+)", path.with_suffix("").as_posix())
    return tuple((int(each), each) if place % 2 else each for place, each in enumerate(parts))


def load_json(content: bytes, place: str) -> Any:
    """Return the value of a JSON file; raises `UserError` if it is none."""
    try:
        return json.loads(decode(content)[0])
    except (ValueError, RecursionError) as error:
        raise UserError(f"{place} is not JSON: {error}.") from error


def text_at(value: Any, *keys: str | int) -> str:
    """Return a text deep in a value; empty if it is not there or no text or number."""
    found = at(value, *keys)
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        return ""
    return str(found).strip()


def at(value: Any, *keys: str | int) -> Any:
    """Return what is deep in a value, or `None`."""
    for key in keys:
        if (isinstance(value, Mapping) and key in value) or (
            isinstance(value, list) and isinstance(key, int) and key < len(value)
        ):
            value = value[key]  # type: ignore[index]
        else:
            return None
    return value


def path_of(url: str) -> str:
    """Return the path of an address; empty if it is none."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def number_at(value: Any, *keys: str | int) -> int:
    """Return a whole number deep in a value; 0 if there is none."""
    try:
        return max(-(2**31), min(2**31, int(float(text_at(value, *keys) or 0))))
    except (ValueError, OverflowError):
        return 0


def list_at(value: Any, *keys: str | int) -> list[Any]:
    """Return a list deep in a value; empty if there is none."""
    found = at(value, *keys)
    return found if isinstance(found, list) else []

"""Writing a content file: whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from threadbook.errors import UserError


def replace_file(path: Path, text: str) -> None:
    """Put `text` in the place of a file; what it was stays until all of it is written.

    A link is followed, so that the file it leads to changes. The file keeps its permissions.
    """
    target = Path(os.path.realpath(path))
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}.") from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode())
        # A temporary file is readable by its owner only.
        Path(name).chmod(target.stat().st_mode & 0o7777)
        Path(name).replace(target)
    except OSError as error:
        with contextlib.suppress(OSError):
            Path(name).unlink(missing_ok=True)
        raise UserError(f"{path} cannot be written: {error.strerror}.") from error


def create_file(path: Path, content: str | bytes, advice: str = "choose another id") -> None:
    """Write a file that does not exist yet, in a folder that may not exist yet either."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
    except FileExistsError as error:
        raise UserError(f"{path} exists already; {advice}.") from error
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}.") from error


def write_file(path: Path, text: str) -> None:
    """Write a file of ours, whether or not it exists, in a folder that may not exist yet."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}.") from error

"""Social pictures of threads, drawn once and kept in the user's cache folder."""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from threadbook.publish.pictures import DESIGN, MissingGlyphError, Words, picture


class Pictures(NamedTuple):
    """Where drawn pictures are kept, and the font they are drawn with.

    `font` is a path, empty for Pillow's own; `fingerprint` changes with the font's content.
    """

    folder: str
    font: str
    fingerprint: str

    def draw(self, words: Words) -> bytes | None:
        """Return a thread's picture, from the folder if it was drawn before.

        None if the font lacks a character. A folder that cannot be used costs only time.
        """
        name = hashlib.sha256(repr((DESIGN, self.fingerprint, words)).encode()).hexdigest()
        file = Path(self.folder, f"{name}.png")
        with suppress(OSError):
            return file.read_bytes()
        try:
            drawn = picture(words, self.font)
        except MissingGlyphError:
            return None
        with suppress(OSError):
            _keep(file, drawn)
        return drawn


def fingerprint_of(font: Path | None) -> str:
    """Return what changes when a font does; raises `OSError` if it cannot be read."""
    return hashlib.sha256(font.read_bytes()).hexdigest() if font else ""


def _keep(file: Path, content: bytes) -> None:
    """Write a file whole or not at all: other builds may be doing the same."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
    Path(name).replace(file)

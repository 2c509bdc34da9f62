"""Social pictures of threads, drawn once and kept in the user's cache folder."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import platformdirs

from threadbook.errors import UserError
from threadbook.outputs.drawing import DESIGN, MissingGlyphError, draw_picture
from threadbook.pages.page import Caption
from threadbook.settings import Settings


class Pictures(NamedTuple):
    """The folder where pictures are kept, and the font they are drawn with.

    `font` is a path, or empty for Pillow's own. `fingerprint` changes with the font's content.
    """

    folder: str
    font: str
    fingerprint: str

    def draw(self, words: Caption) -> bytes | None:
        """Return a thread's picture, from the folder if it was drawn before.

        Returns `None` if the font lacks a character. A folder that cannot be used only costs time.
        """
        name = hashlib.sha256(repr((DESIGN, self.fingerprint, words)).encode()).hexdigest()
        file = Path(self.folder, f"{name}.png")
        with suppress(OSError):
            return file.read_bytes()
        try:
            drawn = draw_picture(words, self.font)
        except MissingGlyphError:
            return None
        with suppress(OSError):
            _keep(file, drawn)
        return drawn


def find_pictures(settings: Settings) -> Pictures | None:
    """Return how to draw pictures, if the site has them; raise `UserError` if that cannot work."""
    if not settings.social_pictures:
        return None
    if importlib.util.find_spec("PIL") is None:
        words = "Social pictures need Pillow: pip install 'threadbook[pictures]'"
        raise UserError(f"{words}, or set `social_pictures: false`.")
    folder = platformdirs.user_cache_path("threadbook") / "pictures"
    font = settings.social_font
    try:
        fingerprint = hashlib.sha256(font.read_bytes()).hexdigest() if font else ""
        pictures = Pictures(str(folder), str(font or ""), fingerprint)
        # A trial, because the site's name is on every picture and the font may lack its letters.
        draw_picture(Caption(settings.site_name, "", "", "", "", is_solved=False), pictures.font)
    except MissingGlyphError as error:
        words = f"The font for social pictures has no character `{error.character}`"
        raise UserError(f"{words}, which is in the site's name; set `social_font`.") from error
    except OSError as error:
        raise UserError(f"The font {font} cannot be used: {error}.") from error
    return pictures


def _keep(file: Path, content: bytes) -> None:
    """Write a file in one step, because other builds may be writing the same one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
    Path(name).replace(file)

"""Whose templates come first: the site's own, then ours, then the theme's.

A site's `main.html` extends `base.html`, as the theme's manual says. That finds our `base.html`,
which extends the theme's. Both have one name, so ours calls the theme's `threadbook/theme.html`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, FunctionLoader

from threadbook.theme_files import theme_folder

BASE: Final = "base.html"
THEIRS: Final = "threadbook/theme.html"
"""What our `base.html` calls the theme's."""

OURS: Final = ("overrides", "lost")
"""The folders of our templates in the theme, the first first."""


def own_folders() -> tuple[Path, ...]:
    """Return the folders of our templates."""
    return tuple(theme_folder() / name for name in OURS)


def make_loader(folders: Sequence[str]) -> BaseLoader:
    """Return a loader of templates from folders, ours among them."""
    after = [*folders][1 + folders.index(str(own_folders()[-1])) :]
    files = FileSystemLoader(after)

    def load_theirs(name: str) -> tuple[str, str | None, None] | None:
        """Return the theme's template; nothing of it changes while a site is rendered."""
        if name != THEIRS:
            return None
        for folder in files.searchpath:
            file = Path(folder) / BASE
            if file.is_file():
                return file.read_text("utf-8"), str(file), None
        return None

    return ChoiceLoader([FunctionLoader(load_theirs), FileSystemLoader(folders)])

"""The theme's files: in the installed package, or in the checkout around it."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def theme_folder() -> Path:
    """Return the theme folder.

    The wheel contains it in the package. An editable install does not, so the folder of the
    checkout comes next. We look for a file in it, because an empty folder may have been left.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "theme", package.parent.parent / "theme"):
        if (folder / "fragments" / "thread.html").is_file():
            return folder
    raise FileNotFoundError("Threadbook's theme is missing from this installation; reinstall it.")


def read_notices() -> str:
    """Return whose work a site holds besides ours, and all licences, for the site itself."""
    folder = theme_folder() / "licences"
    notices = folder / "NOTICES.txt"
    others = sorted(file for file in folder.glob("*.txt") if file != notices)
    return f"\n\n{'-' * 78}\n\n\n".join(file.read_text("utf-8") for file in (notices, *others))


def style_sheet() -> str:
    """Return the theme's style sheet: its files, joined in the order of their names."""
    files = sorted((theme_folder() / "styles").glob("*.css"))
    return "\n".join(file.read_text("utf-8") for file in files)

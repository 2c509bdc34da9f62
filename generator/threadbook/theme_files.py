"""Where the theme's files are: in the installed package, or in the checkout beside it."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def theme_folder() -> Path:
    """Return the theme folder.

    The wheel carries it inside the package. An editable install has no copy there, so the
    checkout's own folder is next. A file is asked for, since an empty folder may remain.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "theme", package.parent.parent / "theme"):
        if (folder / "fragments" / "thread.html").is_file():
            return folder
    raise FileNotFoundError("Threadbook's theme is missing from this installation; reinstall it.")


def style_sheet() -> str:
    """Return the theme's style sheet: its files in the order of their names, as one."""
    files = sorted((theme_folder() / "styles").glob("*.css"))
    return "\n".join(file.read_text("utf-8") for file in files)

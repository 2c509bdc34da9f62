"""The theme's files: in the installed package, or in the checkout around it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from posixpath import dirname, normpath
from typing import Final

_IMPORT: Final = re.compile(r'^import\s[^"\n;]*?from "(\.[^"]+)";', re.MULTILINE)


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


def read_worker(name: str) -> str:
    """Return the code of a service worker of the theme, by its name."""
    return (theme_folder() / "offline" / f"{name}.js").read_text("utf-8")


def early_script() -> str:
    """Return the script that runs before the first paint: it keeps places for what comes later."""
    return (theme_folder() / "early.js").read_text("utf-8")


@cache
def list_modules(script: str) -> tuple[str, ...]:
    """Return a script of the assets and all that it imports at once, each after its importer.

    A browser that is told of them loads them together, and not one after the other.
    """
    found = {script: None}
    for name in (waiting := [script]):
        code = (theme_folder() / "assets" / name).read_text("utf-8")
        named = [normpath(f"{dirname(name)}/{each}") for each in _IMPORT.findall(code)]
        new = [each.removeprefix("/") for each in named]
        waiting += [each for each in new if each not in found]
        found |= dict.fromkeys(new)
    return tuple(found)


def style_sheet() -> str:
    """Return the theme's style sheet: its files, joined in the order of their names."""
    files = sorted((theme_folder() / "styles").glob("*.css"))
    return "\n".join(file.read_text("utf-8") for file in files)

"""What the configuration names and the machine must have: files, folders, themes and programs."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from threadbook.browser import missing_browser
from threadbook.configuration.document import Location
from threadbook.configuration.options import Options
from threadbook.configuration.words import Fault
from threadbook.findings import did_you_mean
from threadbook.load import settings_rules as rules

_FONT_STARTS: Final = (b"\x00\x01\x00\x00", b"OTTO", b"true", b"ttcf")
"""How TrueType and OpenType fonts begin. Nothing else of a stranger's font is read by a check."""

_TAG: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def check_surroundings(
    values: Mapping[Any, Any], options: Options, at: Location, root: Path
) -> Iterator[Fault]:
    """Find what is not there or does not fit; `at` is where the options of our plugin are."""
    yield from _folders(values, options, at, root)
    yield from _language(values)
    if options.social_font is not None:
        yield from _font(root / options.social_font, (*at, "social_font"))
    if options.social_pictures and importlib.util.find_spec("PIL") is None:
        message = "`social_pictures` needs Pillow: pip install 'threadbook[pictures]'."
        yield Fault(rules.NOT_INSTALLED, (*at, "social_pictures"), message)
    if options.engine == "zensical" and importlib.util.find_spec("zensical") is None:
        message = "The engine Zensical needs: pip install 'threadbook[zensical]'."
        yield Fault(rules.NOT_INSTALLED, (*at, "engine"), message)
    if options.pdf and (missing := missing_browser()):
        yield Fault(rules.NOT_INSTALLED, (*at, "pdf"), f"`pdf` needs {missing}.")


def _folders(
    values: Mapping[Any, Any], options: Options, at: Location, root: Path
) -> Iterator[Fault]:
    content = normal(root, options.content_dir)
    pages = normal(root, values.get("docs_dir") or "docs")
    site = normal(root, values.get("site_dir") or "site")
    if content.exists() and not content.is_dir():
        message = f"`content_dir` is {options.content_dir}, which is not a folder."
        yield Fault(rules.BAD_PATH, (*at, "content_dir"), message)
    if pages.exists() and not pages.is_dir():
        message = f"`docs_dir` is {values.get('docs_dir', 'docs')}, which is not a folder."
        yield Fault(rules.BAD_PATH, ("docs_dir",), message)
    if pages == root:
        message = "`docs_dir` is the folder of mkdocs.yml itself."
        yield Fault(rules.BAD_PATH, ("docs_dir",), message, "Name a folder in it.")
    elif pages.is_relative_to(site) or site.is_relative_to(pages):
        message = "`site_dir` and `docs_dir` are in each other; the site would replace its pages."
        yield Fault(rules.BAD_PATH, ("site_dir",), message, "Name two folders side by side.")
    theme = values.get("theme")
    custom = theme.get("custom_dir") if isinstance(theme, Mapping) else None
    if isinstance(custom, str) and not normal(root, custom).is_dir():
        message = "`custom_dir` names a folder that does not exist."
        yield Fault(rules.BAD_PATH, ("theme", "custom_dir"), message)


def normal(root: Path, path: str) -> Path:
    """Return the path that a setting names, without `..`; relative to the folder of the file."""
    return Path(os.path.normpath(root / path))


def _language(values: Mapping[Any, Any]) -> Iterator[Fault]:
    theme = values.get("theme")
    name = theme.get("name") if isinstance(theme, Mapping) else theme or "mkdocs"
    if isinstance(name, str) and name not in themes():
        message = f"There is no theme `{name[:40]}` on this machine."
        at = ("theme", "name") if isinstance(theme, Mapping) else ("theme",)
        yield Fault(rules.BAD_VALUE, at, message, did_you_mean(name, themes()))
        return
    language = theme.get("language") if isinstance(theme, Mapping) else None
    known = languages(name) if isinstance(name, str) else frozenset()
    if isinstance(language, str) and (
        not _TAG.fullmatch(language) or (known and language not in known)
    ):
        message = f"The theme does not know the language `{language[:20]}`."
        hint = did_you_mean(language, known) or "Write a code such as en, de or pt-BR."
        yield Fault(rules.BAD_VALUE, ("theme", "language"), message, hint)


def _font(file: Path, at: Location) -> Iterator[Fault]:
    """Find out whether a file is a font, by its first bytes."""
    try:
        is_ordinary = file.is_file()  # never opens a pipe
        start = file.open("rb").read(4) if is_ordinary else b""
    except OSError as error:
        message = f"`social_font` cannot be read: {error.strerror or error}."
        yield Fault(rules.BAD_PATH, at, message)
        return
    if not is_ordinary:
        yield Fault(rules.BAD_PATH, at, "`social_font` names a file that does not exist.")
    elif start not in _FONT_STARTS:
        yield Fault(rules.BAD_PATH, at, "`social_font` is not a TrueType or OpenType font.")


@cache
def themes() -> Mapping[str, Path]:
    """Return the folder of templates of each installed theme, without importing any of them."""
    found = {}
    for entry in importlib.metadata.entry_points(group="mkdocs.themes"):
        package, *rest = entry.value.partition(":")[0].split(".")
        spec = importlib.util.find_spec(package)  # of a top-level package: imports nothing
        if spec is not None and spec.submodule_search_locations:
            found[entry.name] = Path(spec.submodule_search_locations[0], *rest)
    return found


def languages(theme: str) -> frozenset[str]:
    """Return the languages of a theme that has a file for each, as Material has."""
    folder = themes()[theme] / "partials" / "languages"
    return frozenset(file.stem for file in folder.glob("*.html"))


def icon_folders(values: Mapping[Any, Any], root: Path) -> tuple[Path, ...]:
    """Return the folders with icons: of the site's own templates, then of the theme."""
    theme = values.get("theme")
    if not isinstance(theme, Mapping):
        theme = {"name": theme}
    custom, name = theme.get("custom_dir"), theme.get("name")
    own = [normal(root, custom)] if isinstance(custom, str) else []
    theirs = [themes()[name]] if isinstance(name, str) and name in themes() else []
    return tuple(folder / ".icons" for folder in (*own, *theirs))

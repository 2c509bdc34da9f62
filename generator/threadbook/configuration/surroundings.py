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
from threadbook.configuration.company import check_company
from threadbook.configuration.document import Location
from threadbook.configuration.options import Options
from threadbook.configuration.words import Fault, list_named, name_of
from threadbook.findings import did_you_mean
from threadbook.load import settings_rules as rules

_FONT_STARTS: Final = (b"\x00\x01\x00\x00", b"OTTO", b"true", b"ttcf")
"""How TrueType and OpenType fonts begin. Nothing else of a stranger's font is read by a check."""

_ICON: Final = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*")
_ICON_LENGTH: Final = 100
_TAG: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def check_surroundings(
    values: Mapping[Any, Any], options: Options, at: Location, root: Path
) -> Iterator[Fault]:
    """Find what is not there or does not fit; `at` is where the options of our plugin are."""
    yield from _folders(values, options, at, root)
    yield from _language(values)
    yield from _icons(values, root)
    yield from _uninstalled(values)
    yield from check_company(values, options, at, root)
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
    pages = normal(root, values.get("docs_dir") or "docs")
    site = normal(root, values.get("site_dir") or "site")
    yield from _folder(root / options.content_dir, (*at, "content_dir"))
    yield from _folder(pages, ("docs_dir",))
    if pages == root:
        message = "`docs_dir` is the folder of mkdocs.yml itself."
        yield Fault(rules.BAD_PATH, ("docs_dir",), message, "Name a folder in it.")
    elif pages.is_relative_to(site) or site.is_relative_to(pages):
        message = "`site_dir` and `docs_dir` are in each other; the site would replace its pages."
        yield Fault(rules.BAD_PATH, ("site_dir",), message, "Name two folders side by side.")
    theme = values.get("theme")
    if isinstance(theme, Mapping) and isinstance(theme.get("custom_dir"), str):
        yield from _folder(
            normal(root, theme["custom_dir"]), ("theme", "custom_dir"), is_needed=True
        )
    for name, is_right in (("hooks", os.path.isfile), ("watch", os.path.exists)):
        for index, path in enumerate(values.get(name) or ()):
            if isinstance(path, str) and not is_right(root / path):
                message = f"`{name}` names a file that does not exist."
                yield Fault(rules.BAD_PATH, (name, index), message)


def _folder(path: Path, at: Location, *, is_needed: bool = False) -> Iterator[Fault]:
    """Find out whether a folder can be read; most may be missing."""
    try:
        with os.scandir(path):
            pass
    except FileNotFoundError:
        if is_needed:
            message = f"{name_of(at)} names a folder that does not exist."
            yield Fault(rules.BAD_PATH, at, message)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is not a path"
        yield Fault(rules.BAD_PATH, at, f"{name_of(at)} names a folder that cannot be read: {why}.")


def _uninstalled(values: Mapping[Any, Any]) -> Iterator[Fault]:
    """Find plugins and Markdown extensions that are not on this machine; none is imported."""
    for at, name, _ in list_named(values.get("plugins"), ("plugins",)):
        if isinstance(name, str) and not _has_plugin(name.removeprefix("/")):
            message = f"The plugin `{name[:60]}` is not installed here; a build would end."
            yield Fault(rules.UNINSTALLED, at, message)
    for at, name, _ in list_named(values.get("markdown_extensions"), ("markdown_extensions",)):
        if isinstance(name, str) and not _has_extension(name):
            message = f"The Markdown extension `{name[:60]}` is not installed here."
            yield Fault(rules.UNINSTALLED, at, f"{message[:-1]}; a build would end.")


def _has_plugin(name: str) -> bool:
    known = _names("mkdocs.plugins")
    return name in known or any(f"{theme}/{name}" in known for theme in themes())


def _has_extension(name: str) -> bool:
    package = name.partition(":")[0].partition(".")[0]
    if name in _names("markdown.extensions"):
        return True
    return package.isidentifier() and importlib.util.find_spec(package) is not None


@cache
def _names(group: str) -> frozenset[str]:
    return frozenset(entry.name for entry in importlib.metadata.entry_points(group=group))


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
    start = b""
    try:
        if file.is_file():  # never opens a pipe
            with file.open("rb") as opened:
                start = opened.read(4)
    except (OSError, ValueError) as error:
        message = f"`social_font` cannot be read: {getattr(error, 'strerror', None) or error}."
        yield Fault(rules.BAD_PATH, at, message)
        return
    if not file.is_file():
        yield Fault(rules.BAD_PATH, at, "`social_font` names a file that does not exist.")
    elif start not in _FONT_STARTS:
        yield Fault(rules.BAD_PATH, at, "`social_font` is not a TrueType or OpenType font.")


def _icons(values: Mapping[Any, Any], root: Path) -> Iterator[Fault]:
    """Find icons of the theme that do not exist; rendering would end."""
    folders = icon_folders(values, root)
    for at, name in _named_icons(values):
        is_name = isinstance(name, str) and len(name) <= _ICON_LENGTH and _ICON.fullmatch(name)
        if not is_name or not any((folder / f"{name}.svg").is_file() for folder in folders):
            message = f"There is no icon `{str(name)[:60]}`."
            hint = "Write a name such as material/home."
            yield Fault(rules.BAD_VALUE, at, message, hint)


def _named_icons(values: Mapping[Any, Any]) -> Iterator[tuple[Location, Any]]:
    extra, theme = values.get("extra"), values.get("theme")
    social = extra.get("social") if isinstance(extra, Mapping) else None
    for index, profile in enumerate(social if isinstance(social, list) else ()):
        if isinstance(profile, Mapping) and isinstance(profile.get("icon"), str):
            yield ("extra", "social", index, "icon"), profile["icon"]
    if not isinstance(theme, Mapping):
        return
    yield from _leaves(theme.get("icon"), ("theme", "icon"))
    palette = theme.get("palette")
    entries = palette if isinstance(palette, list) else [palette]
    for index, entry in enumerate(entries):
        if isinstance(entry, Mapping) and isinstance(entry.get("toggle"), Mapping):
            at = ("theme", "palette", index) if entries is palette else ("theme", "palette")
            yield (*at, "toggle", "icon"), entry["toggle"].get("icon")


def _leaves(value: Any, at: Location) -> Iterator[tuple[Location, Any]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _leaves(item, (*at, key))
    elif value is not None:
        yield at, value


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

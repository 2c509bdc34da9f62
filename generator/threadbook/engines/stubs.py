"""Stubs: the small Markdown pages that make an engine render shells."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup

from threadbook.addresses import ASSETS, PATHS, TOPICS
from threadbook.pages import Entry
from threadbook.settings import Settings
from threadbook.theme_files import early_script, style_sheet, theme_folder
from threadbook.translations import Interface, interface
from threadbook.weave import Slot

STYLE: Final = "threadbook.css"
"""The name of the style sheet, which is made from the theme's `styles/`."""

_MESSAGES: Final = "messages.js"
"""The name of the module with the texts of scripts in the site's language."""

_TAGS: Final = re.compile(r"<(?:input|label)\b[^<>]*>")
_INVALID: Final = re.compile(
    r' tabindex=""|(?<=id="__drawer") autocomplete="off"|(?<=id="__search") autocomplete="off"'
)
"""Invalid HTML of the theme that is not in a block, so that no template can override it."""


def file_of(url: str, prefix: str = "") -> str:
    """Return the name of the Markdown file that an engine publishes at `url` below `prefix`."""
    return f"{prefix}{url}index.md"


def write_stub(entry: Entry, texts: Mapping[Slot, str] | None = None) -> str:
    """Return a stub with slot markers, or with `texts` in their place."""
    # The theme's main.html prints `head` and the content of pages that have `woven`.
    said = {slot: slot.marker for slot in Slot} | dict(texts or {})
    hide = "".join(f"\n  - {part}" for part in entry.hide)
    return (
        f"---\ntitle: {_quoted(said[Slot.TITLE])}\n"
        f"description: {_quoted(said[Slot.DESCRIPTION])}\n"
        f"woven: true\nhead: {_quoted(said[Slot.HEAD])}\nhide:{hide}\n---\n\n"
        f"{said[Slot.CONTENT]}\n"
    )


def _quoted(text: str) -> str:
    """Write a double-quoted YAML scalar on one line."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def name_navigation(entries: Iterable[Entry], prefix: str = "") -> list[Any]:
    """Return MkDocs' `nav` for the entries."""
    sections: dict[tuple[str, ...], list[Any]] = {(): []}
    for entry in entries:
        if entry.title:
            # Themes print titles as HTML, so they are escaped here.
            page = {html.escape(entry.title): entry.link or file_of(entry.url, prefix)}
            _open_section(sections, entry.parents).append(page)
    return sections[()]


def _open_section(sections: dict[tuple[str, ...], list[Any]], titles: tuple[str, ...]) -> list[Any]:
    if titles not in sections:
        sections[titles] = []
        section = {html.escape(titles[-1]): sections[titles]}
        _open_section(sections, titles[:-1]).append(section)
    return sections[titles]


def is_shell(page: str) -> bool:
    """Tell whether the page of missing addresses has our slots: a site may have one of its own."""
    return Slot.CONTENT.marker in page


def list_assets(say: Interface) -> Iterator[tuple[str, Path | str]]:
    """Yield the theme's assets: the address of each, and its file or its content.

    What is generated comes last, and replaces a file with the same address.
    """
    folder = theme_folder() / "assets"
    for asset in sorted(folder.rglob("*")):
        if asset.is_file():
            yield f"{ASSETS}{asset.relative_to(folder).as_posix()}", asset
    yield f"{ASSETS}{STYLE}", style_sheet()
    yield f"{ASSETS}{_MESSAGES}", say.script().decode()


def say_to_templates(settings: Settings) -> dict[str, Any]:
    """Return what the theme's templates say, as values for the engine's `extra`.

    `tb_lost` has the slots of the page of missing addresses, which is no stub.
    """
    say = interface(settings.language)
    return {
        "tb_lost": {slot.value: slot.marker for slot in Slot},
        "tb_search": say("Search") if settings.search else "",
        "tb_ask": say("Ask in your own words"),
        "tb_ways": [
            {"url": TOPICS, "title": say("Topics")},
            *(
                []
                if "paths" in settings.hidden
                else [{"url": PATHS, "title": say("Learning paths")}]
            ),
        ],
        "tb_library": "" if "library" in settings.hidden else say("My library"),
        "tb_prefix": settings.prefix,
        "tb_early": Markup(early_script()),  # noqa: S704 - our own
    }


def remove_invalid(output: str) -> str:
    """Return a page without the attributes of the theme that the HTML standard forbids."""
    return _TAGS.sub(lambda tag: _INVALID.sub("", tag[0]), output)

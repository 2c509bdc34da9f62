"""Stubs: the small Markdown pages that make an engine render shells."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from threadbook.addresses import ASSETS
from threadbook.pages import Entry
from threadbook.theme_files import style_sheet, theme_folder
from threadbook.translations import Interface
from threadbook.weave import Slot

STYLE: Final = "threadbook.css"
"""The style sheet among the assets, made of the theme's `styles/`."""

_MESSAGES: Final = "messages.js"
"""The module among them that tells browsers the texts of scripts in the site's language."""


def file_of(url: str) -> str:
    """Return the Markdown file that an engine publishes at `url`."""
    return f"{url}index.md"


def write_stub(entry: Entry, texts: Mapping[Slot, str] | None = None) -> str:
    """Return a stub: slot markers, or `texts` in their place.

    The theme's `main.html` prints `head` and the content alone, without a heading of its own.
    """
    said = {slot: slot.marker for slot in Slot} | dict(texts or {})
    hide = "".join(f"\n  - {part}" for part in entry.hide)
    return (
        f"---\ntitle: {_quoted(said[Slot.TITLE])}\n"
        f"description: {_quoted(said[Slot.DESCRIPTION])}\n"
        f"woven: true\nhead: {_quoted(said[Slot.HEAD])}\nhide:{hide}\n---\n\n"
        f"{said[Slot.CONTENT]}\n"
    )


def _quoted(text: str) -> str:
    """Write a YAML double-quoted scalar on one line."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def name_navigation(entries: Iterable[Entry]) -> list[Any]:
    """Return MkDocs' `nav` for the entries: titles escaped, because themes print them as HTML."""
    nav: list[Any] = []
    sections: dict[tuple[str, ...], list[Any]] = {(): nav}
    for entry in entries:
        if not entry.title:
            continue
        if entry.parents not in sections:
            sections[entry.parents] = []
            nav.append({html.escape(entry.parents[-1]): sections[entry.parents]})
        sections[entry.parents].append({html.escape(entry.title): file_of(entry.url)})
    return nav


def list_assets(say: Interface) -> Iterator[tuple[str, Path | str]]:
    """Yield the theme's assets: addresses, and files or contents; a later one replaces a file."""
    folder = theme_folder() / "assets"
    for asset in sorted(folder.rglob("*")):
        if asset.is_file():
            yield f"{ASSETS}{asset.relative_to(folder).as_posix()}", asset
    yield f"{ASSETS}{STYLE}", style_sheet()
    yield f"{ASSETS}{_MESSAGES}", say.script().decode()

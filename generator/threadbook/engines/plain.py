"""The plain engine: Threadbook's own shell, and the smallest example of an engine.

One template makes every shell, and one style sheet goes before ours. There is no theme.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from markupsafe import Markup

from threadbook import __version__
from threadbook.addresses import ASSETS, HOME, LOST, to_root
from threadbook.build import Rendered
from threadbook.engines.stubs import STYLE, list_assets, say_to_templates
from threadbook.pages import Entry
from threadbook.pages.templates import render_template
from threadbook.settings import Settings
from threadbook.theme_files import theme_folder
from threadbook.translations import interface
from threadbook.weave import Slot, write_file


class Way(NamedTuple):
    """A link of the navigation; `is_here` is a value for `aria-current`, or empty.

    `url` is an address of the site, or a whole one if it `is_outside`.
    """

    title: str
    url: str
    is_outside: bool = False
    is_here: str = ""


class Plain:
    """The engine for a site's settings; `copyright` is HTML for the foot of each page."""

    def __init__(self, settings: Settings, copyright: str = "") -> None:  # noqa: A002
        self.settings = settings
        self.copyright = Markup(copyright)  # noqa: S704 - of the site's configuration

    def render(self, entries: Sequence[Entry], site: Path) -> Rendered:
        """Render a shell for each entry and for missing addresses; write the assets."""
        for address, content in self._list_assets():
            write_file(str(site), address, content)
        pages = [entry for entry in entries if not entry.link]
        shells = {page.url: self._render_shell(page, entries) for page in pages}
        return Rendered(shells | {LOST: self._render_lost(entries)}, ())

    def _list_assets(self) -> Iterator[tuple[str, bytes]]:
        own = theme_folder() / "plain"
        for name in ("palette.js", "icon.svg"):
            yield f"{ASSETS}{name}", (own / name).read_bytes()
        for address, asset in list_assets(interface(self.settings.language)):
            content = asset.read_bytes() if isinstance(asset, Path) else asset.encode()
            is_style = address == f"{ASSETS}{STYLE}"
            yield address, content + (own / "plain.css").read_bytes() if is_style else content

    def _render_shell(self, entry: Entry, entries: Sequence[Entry]) -> str:
        name = self.settings.site_name
        said = {
            "title": name if entry.url == HOME else f"{Slot.TITLE.marker} - {name}",
            "canonical": f"{self.settings.site_url}{entry.url}" if self.settings.site_url else "",
        }
        return self._render(to_root(entry.url), said, list_ways(entries, entry), entry.url)

    def _render_lost(self, entries: Sequence[Entry]) -> str:
        """Render the shell of missing addresses. It is shown anywhere: its links are absolute."""
        root = urlsplit(self.settings.site_url).path or "/"
        said = {"title": f"{Slot.TITLE.marker} - {self.settings.site_name}", "canonical": ""}
        return self._render(root, said, list_ways(entries))

    def _render(
        self, root: str, said: dict[str, str], ways: Sequence[Way], here: str | None = None
    ) -> str:
        settings = self.settings
        context: dict[str, Any] = said | {
            **say_to_templates(settings),
            "description": Slot.DESCRIPTION.marker,
            "head": Markup(Slot.HEAD.marker),  # noqa: S704 - our own marker
            "content": Markup(Slot.CONTENT.marker),  # noqa: S704
            "root": root,
            "here": here,
            "ways": ways,
            "site": settings,
            "direction": interface(settings.language).direction,
            "copyright": self.copyright,
            "version": __version__,
        }
        return render_template("plain", settings.language, context)


def list_ways(entries: Sequence[Entry], here: Entry | None = None) -> list[Way]:
    """Return the top of the navigation: a section is shown as its first page."""
    ways: dict[str, Way] = {}
    for entry in entries:
        if not entry.title:
            continue
        title = entry.parents[0] if entry.parents else entry.title
        key = title if entry.parents else entry.link or entry.url
        way = ways.setdefault(key, _lead_to(entry, title))
        if entry == here:
            ways[key] = way._replace(is_here="page" if way.url == here.url else "true")
    return [*ways.values()]


def _lead_to(entry: Entry, title: str) -> Way:
    is_outside = entry.link.startswith("/") or bool(urlsplit(entry.link).scheme)
    return Way(title, entry.link or entry.url, is_outside)

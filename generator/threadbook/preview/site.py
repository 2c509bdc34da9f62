"""One state of the site: every file that a build would write, made when it is asked for.

A build writes in a certain order, and what comes later replaces what was there. So the sources of
files are asked here in the opposite order. Values are immutable; what is made of them is kept.
Threads may read at the same time: to make something twice does no harm.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from threadbook import outputs
from threadbook.addresses import (
    API,
    HEADERS,
    HOME,
    LICENCES,
    LLMS,
    LOST,
    REDIRECT_RULES,
    ROBOTS,
    WELL_KNOWN,
    of_medium,
    of_thread,
)
from threadbook.build import Rendered, find_policy, make_lost, map_site, split_shells
from threadbook.gather import Gathered
from threadbook.load.media import digest, read_medium
from threadbook.load.prose import read_picture
from threadbook.load.sources import read_bytes
from threadbook.outputs.pictures import Pictures, find_pictures
from threadbook.pages import Entry, Made, Page, Planning, Shared, find_page, plan_site, share
from threadbook.pages.feeds import Feed
from threadbook.pages.plan import list_everything, locate_pages, plan_redirects
from threadbook.pages.views import ThreadView
from threadbook.search.codec import FOLDER
from threadbook.settings import Settings
from threadbook.showing.answers import PAGE
from threadbook.theme_files import read_notices, read_worker
from threadbook.weave import Policy, Shell, list_headers, protect_pages, refuse_links

_LARGEST: Final = 100_000_000
"""The largest file of an engine that is served, in bytes."""


class Dress(NamedTuple):
    """What goes around pages: the shells of an engine, which wrote its assets to `folder`.

    All shells have the same `policy`. `pictures` are how social pictures are drawn, if they are.
    """

    entries: tuple[Entry, ...]
    rendered: Rendered
    folder: Path
    policy: Policy | None
    shells: Mapping[str, Shell]
    pictures: Pictures | None

    @classmethod
    def make(
        cls, settings: Settings, entries: tuple[Entry, ...], rendered: Rendered, folder: Path
    ) -> Dress:
        """Take what an engine rendered into a folder, as a build does; raise `UserError`."""
        refuse_links(folder)
        policy = find_policy(settings, rendered, folder)
        protect_pages(folder, policy)
        shells = split_shells(entries, rendered.shells, settings.site_url, policy)
        return cls(entries, rendered, folder, policy, shells, find_pictures(settings))


@dataclass(frozen=True)
class Site:
    """A site whose files are made when they are read.

    `find_index` returns the folder of the search index, which may be that of an earlier state.
    """

    settings: Settings
    gathered: Gathered
    planning: Planning
    dress: Dress
    find_index: Callable[[], Path | None] = lambda: None

    def read(self, address: str) -> bytes | None:
        """Return the file that a build would write at an address, or `None` if there is none.

        The address is one below the root of the whole site.
        """
        found = (source(address) for source in self._sources)
        return next((content for content in found if content is not None), None)

    @cached_property
    def _sources(self) -> tuple[Callable[[str], bytes | None], ...]:
        """What files come from, the last that a build writes first."""
        return (
            self._redirect,
            self._at_home(self._indexed),
            self._headers,
            self._picture,
            self._at_home(self._medium),
            self._at_root,
            self._at_home(self._output),
            self._at_home(self._feed),
            self._at_home(self._page),
            self._lost,
            self.written,
        )

    def _at_home(self, source: Callable[[str], bytes | None]) -> Callable[[str], bytes | None]:
        """Return a source for addresses below the folder of our pages, if they are in one."""
        prefix = self.settings.prefix

        def read(address: str) -> bytes | None:
            is_ours = address.startswith(prefix)
            return source(address.removeprefix(prefix)) if is_ours else None

        return read

    def written(self, address: str) -> bytes | None:
        """Return what the engine wrote at an address."""
        return read_bytes(self.dress.folder / address, _LARGEST)

    @cached_property
    def shared(self) -> Shared:
        """What all pages know."""
        return share(self.settings, self.planning.library, self.planning.icons)

    # Pages

    def _page(self, address: str) -> bytes | None:
        folder, _, name = address.rpartition("/")
        page = find_page(self.planning, f"{folder}/" if folder else HOME)
        if page is None:
            return None
        made = self._make(page)
        if name == PAGE:
            return self.dress.shells[page.shell].fill(made.texts)
        return dict(made.files).get(name)

    def _lost(self, address: str) -> bytes | None:
        """Return the page of missing addresses, which is at the root of the whole site."""
        if address != LOST:
            return None
        return dict(make_lost(self.planning, self.shared, self.dress.shells)).get(LOST)

    def _make(self, page: Page) -> Made:
        pictures = self.dress.pictures
        draw = pictures.draw if pictures else None
        return page.make(self.shared, self._quote(page.quotes), draw)

    def _quote(self, threads: tuple[str, ...]) -> dict[str, ThreadView]:
        """Return the views of threads that others quote."""
        return {id_: view for id_ in threads if (view := self._view(id_)) is not None}

    def _view(self, thread: str) -> ThreadView | None:
        page = find_page(self.planning, of_thread(thread))
        return page.quoted(page.view(self.shared, {})) if page else None

    # Feeds

    @cached_property
    def _feeds(self) -> Mapping[str, Feed]:
        return {
            f"{feed.url}.{ending}": feed
            for feed in self.planning.feeds
            for ending in ("xml", "json")
        }

    def _feed(self, address: str) -> bytes | None:
        feed = self._feeds.get(address)
        if feed is None:
            return None
        writer = outputs.FeedWriter(self._quote(feed.threads), self.shared)
        return dict(writer.write(feed))[address]

    # Files about the whole site

    def _output(self, address: str) -> bytes | None:
        for is_its, files in self._outputs:
            if is_its(address):
                return files().get(address)
        return None

    @cached_property
    def _outputs(self) -> tuple[tuple[Callable[[str], bool], Callable[[], _Files]], ...]:
        """Which addresses belong to which files, and how to make these."""
        return (
            (LICENCES.__eq__, lambda: {LICENCES: read_notices().encode()}),
            # A preview keeps nothing, and removes what a build at the same address kept.
            (outputs.WORKER.__eq__, lambda: {outputs.WORKER: read_worker("goodbye").encode()}),
            (_is_volume, lambda: self._volumes),
            (lambda address: address == LLMS or address.startswith(API), lambda: self._lists),
        )

    def _at_root(self, address: str) -> bytes | None:
        """Return a file that is at the root of the whole site."""
        if _is_map(address):
            return self._maps.get(address)
        return self._discovery.get(address) if _is_for_discovery(address) else None

    @cached_property
    def _maps(self) -> _Files:
        return dict(map_site(locate_pages(self.planning), self.dress.rendered, self.shared))

    @cached_property
    def _lists(self) -> _Files:
        if not self.shared.has_twins:
            return {}
        catalogue = list_everything(self.planning)
        overview = outputs.write_overview(catalogue, self.shared).encode()
        return {**dict(outputs.write_api(catalogue, self.shared)), LLMS: overview}

    @cached_property
    def _discovery(self) -> _Files:
        def read(address: str) -> bytes:
            return self.written(address) or b""

        return dict(outputs.write_discovery(self.settings, self.shared, read))

    @cached_property
    def _volumes(self) -> _Files:
        """All threads as text. This takes as long as making every page in one process."""
        if not self.shared.has_twins:
            return {}
        pages = (page for page in plan_site(self.planning).pages if not page.quotes)
        twins = (page.twin(page.view(self.shared, {}), self.shared) for page in pages)
        texts = (twin.volume.encode() for twin in twins if twin and twin.volume)
        return dict(outputs.write_volumes(texts, self.shared))

    # Files that stand beside pages

    def _picture(self, address: str) -> bytes | None:
        """Return a picture of a prose page, unless the engine has published all of their folder."""
        if self.settings.trusted_pages or address not in self.planning.library.published:
            return None
        return read_picture(self.settings.pages, address)

    @cached_property
    def _media(self) -> Mapping[str, str]:
        return {medium.address: name for name, medium in self.planning.media.items()}

    def _medium(self, address: str) -> bytes | None:
        """Return a picture or file that texts name, unless it has changed since."""
        name = self._media.get(address)
        content = read_medium(self.planning.library.media[name]) if name else None
        is_same = name and content is not None and of_medium(name, digest(content)) == address
        return content if is_same else None

    def _indexed(self, address: str) -> bytes | None:
        """Return a file of the search index; the page of search is a page like any other."""
        name = address.removeprefix(f"{FOLDER}/")
        folder = self.find_index() if name not in {address, PAGE} else None
        return read_bytes(folder / name, _LARGEST) if folder else None

    @property
    def mount(self) -> str:
        """The path where the site is on its host."""
        return urlsplit(self.settings.host_url).path or "/"

    @property
    def headers(self) -> dict[str, str]:
        """What a host sends with every page."""
        return list_headers(self.dress.policy)

    def _headers(self, address: str) -> bytes | None:
        if address != HEADERS:
            return None
        kept = self.written(HEADERS) or b""
        types = outputs.list_types(self.settings)
        files = outputs.write_headers(self.headers, self.settings.host_url, kept, types)
        return dict(files).get(HEADERS)

    @cached_property
    def redirects(self) -> Mapping[str, str]:
        """The pages to which old addresses lead."""
        return plan_redirects(self.planning.library)

    @cached_property
    def _redirects(self) -> _Files:
        kept = self.written(REDIRECT_RULES) or b""
        return dict(outputs.place_redirects(self.redirects, self.shared, kept))

    def _redirect(self, address: str) -> bytes | None:
        return self._redirects.get(address)


_Files = Mapping[str, bytes]
"""Contents by address."""


def _is_map(address: str) -> bool:
    return address.startswith("sitemap") and address.endswith(".xml")


def _is_for_discovery(address: str) -> bool:
    return address == ROBOTS or address.startswith(WELL_KNOWN)


def _is_volume(address: str) -> bool:
    return address.startswith("llms-full") and address.endswith(".txt")

"""A page: what all kinds have in common, and everything that is made of one.

A kind of page is one module in `pages/kinds/`: a class that derives from `Page`, and a `PageKind`
that says which shells it needs and which pages there are of it. What is said of a page anywhere
(its template, its structured data, its twins, what search finds of it) is a method here that a
kind may override; nothing outside asks which kind a page is.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, ClassVar, NamedTuple

from threadbook import addresses
from threadbook.health import Health
from threadbook.library import Library
from threadbook.pages.cards import Cards
from threadbook.pages.feeds import Feed, plan_feeds
from threadbook.pages.structured import breadcrumb, script
from threadbook.pages.templates import escape_text, render_template
from threadbook.pages.views import Link, TermCard, ThreadView
from threadbook.settings import Settings
from threadbook.translations import Interface, interface

WIDE = ("navigation", "toc")
"""The parts of the theme that a page without a place in the navigation does without."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What all pages know: the site's name and lead, its address, and the day of the build.

    `site_url` ends in a slash or is empty. `takes_answers` says whether readers can add answers,
    `has_twins` whether pages are there as Markdown and JSON too, `has_search` whether there is a
    search index, `has_pdf` whether each path is there as a PDF. Words of the `glossary` are
    explained where a thread first uses them; `stages` are the ids of the life-cycle's topics. What
    readers say of how useful a page is goes to `feedback_url`, if there is one.
    """

    site_name: str
    site_description: str
    today: datetime.date
    site_url: str = ""
    language: str = "en"
    takes_answers: bool = False
    has_twins: bool = True
    has_search: bool = True
    glossary: tuple[TermCard, ...] = ()
    has_pdf: bool = False
    feedback_url: str = ""
    stages: frozenset[str] = frozenset()

    def root(self, address: str) -> str:
        """Return what comes before addresses in data at `address`: the site's own, or `../`."""
        return self.site_url or addresses.to_root(address)


class Document(NamedTuple):
    """What search knows of a page, or of a part of one.

    `id` is its address, `language` that of its texts; `fields` are its texts by the ranking's
    fields. `kind` says how much it counts: `thread` fully, others as the ranking has it. `shown`
    is for showing it as a result, `filters` are its values by name. `day` and `votes` are what
    results can be ordered by.
    """

    id: str
    language: str
    fields: Mapping[str, str]
    kind: str = "thread"
    shown: Mapping[str, str] = {}
    filters: Mapping[str, tuple[str, ...]] = {}
    day: str = ""
    votes: int = 0


class Caption(NamedTuple):
    """What a social picture says."""

    site: str
    title: str
    topic: str
    state: str
    is_solved: bool


Draw = Callable[[Caption], bytes | None]
"""Draws a social picture as a PNG; None where the font lacks a character."""


class Texts(NamedTuple):
    """What goes into a shell's slots, each safe where it goes: in text and in attributes."""

    title: str
    description: str
    head: str
    content: str
    canonical: str


class Twin(NamedTuple):
    """A page as text and as data, and what `llms-full.txt` holds of it, if anything."""

    markdown: str
    json: bytes
    volume: str = ""


class Made(NamedTuple):
    """Everything that is made of a page.

    `files` lie beside it, by name. `view` is there where other pages or feeds quote the thread.
    """

    texts: Texts
    files: tuple[tuple[str, bytes], ...] = ()
    documents: tuple[Document, ...] = ()
    volume: str = ""
    view: ThreadView | None = None


class Pager(NamedTuple):
    """Where a page stands in a list that fills several; pages count from 1."""

    number: int
    last: int
    previous: str | None
    next: str | None


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page to write: `url` is its folder's address.

    `shell` is the address of the shell it is woven into, `canonical` the address that search
    engines should know it by, and `changed` the day its content last changed, where known. `trail`
    are the pages above it, from below home; `crumb` is its own name at their end. A page that is
    not indexed is kept from search engines and out of the sitemap. `feed` is the address, without
    its ending, of the feed its readers may want, and `feed_title` what that feed is of.
    """

    template: ClassVar[str]
    url: str
    shell: str
    title: str
    description: str
    canonical: str
    changed: datetime.date | None
    trail: tuple[Link, ...] = ()
    crumb: str = ""
    is_indexed: bool = True
    feed: str = ""

    has_twins: ClassVar[bool] = False
    """Whether the page is there as Markdown and JSON too, where the site has that."""

    is_article: ClassVar[bool] = False
    """Whether social networks are told that it is an article."""

    @property
    def pager(self) -> Pager | None:
        """Where the page stands among others of the same list."""
        return None

    @property
    def size(self) -> int:
        """How much content the page holds, in bytes, where that may be much."""
        return 0

    @property
    def quotes(self) -> tuple[str, ...]:
        """The ids of the threads whose views the page needs; they are woven before it."""
        return ()

    @property
    def feed_title(self) -> str:
        """What the feed is of."""
        return self.crumb

    def view(self, shared: Shared, quoted: Mapping[str, ThreadView]) -> Any:  # noqa: ARG002
        """Return what the template receives as `view`; where a page holds all of it, itself."""
        return self

    def context(self, view: Any, shared: Shared) -> Mapping[str, Any]:  # noqa: ARG002
        """Return what the template receives besides, or instead of, what all templates do."""
        return {}

    def structure(self, view: Any, shared: Shared) -> Iterator[dict[str, Any]]:  # noqa: ARG002
        """Yield what search engines are told of the page besides its breadcrumb (schema.org)."""
        yield from ()

    def twin(self, view: Any, shared: Shared) -> Twin | None:  # noqa: ARG002
        """Return the page as text and data."""
        return None

    def documents(self, view: Any, shared: Shared) -> Iterator[Document]:  # noqa: ARG002
        """Yield what search finds of the page."""
        yield from ()

    def caption(self, view: Any, shared: Shared) -> Caption | None:  # noqa: ARG002
        """Return what the page's social picture says, if it gets one."""
        return None

    def quoted(self, view: Any) -> ThreadView | None:  # noqa: ARG002
        """Return the view of a thread that other pages or feeds quote."""
        return None

    def make(
        self,
        shared: Shared,
        quoted: Mapping[str, ThreadView] | None = None,
        draw: Draw | None = None,
    ) -> Made:
        """Make everything of the page; `quoted` holds the views of the threads it quotes."""
        view = self.view(shared, quoted or {})
        caption = self.caption(view, shared) if draw else None
        picture = draw(caption) if draw and caption else None
        twin = self.twin(view, shared) if shared.has_twins else None
        files = [(addresses.PICTURE, picture)] if picture else []
        if twin:
            files += [(addresses.MARKDOWN, twin.markdown.encode()), (addresses.JSON, twin.json)]
        return Made(
            self.texts(view, shared, has_picture=picture is not None),
            tuple(files),
            tuple(self.documents(view, shared)) if shared.has_search else (),
            twin.volume if twin else "",
            self.quoted(view),
        )

    def texts(self, view: Any, shared: Shared, *, has_picture: bool = False) -> Texts:
        """Render what goes into the shell's slots."""
        address = f"{shared.site_url}{self.canonical}"
        things = [*self.structure(view, shared)]
        if self.url != addresses.HOME:
            things.append(breadcrumb(self.trail, self.crumb, shared.site_url, shared.language))
        context = {
            "page": self,
            "view": view,
            "site": shared,
            "base": addresses.to_root(self.url),
            "feed": self.feed if shared.site_url else "",
            **self.context(view, shared),
        }
        head = {
            "canonical": address if shared.site_url else "",
            "feeds": self._feeds(shared),
            "image": f"{shared.site_url}{self.url}{addresses.PICTURE}"
            if has_picture and shared.site_url
            else "",
            "structured": script(things if shared.site_url and self.is_indexed else ()),
        }
        return Texts(
            title=escape_text(self.title),
            description=escape_text(self.description),
            head=render_template("head", shared.language, context | head),
            content=render_template(self.template, shared.language, context),
            canonical=address,
        )

    def _feeds(self, shared: Shared) -> dict[str, str]:
        """Return the titles of the feeds that the page names, by address without ending."""
        if not shared.site_url:
            return {}
        own = {self.feed: self.feed_title} if self.feed else {}
        return own | {addresses.of_feed(addresses.LATEST): shared.site_name}


@dataclass(frozen=True, slots=True)
class Entry:
    """A shell to render and its place in the navigation.

    `parents` are the titles of the sections around it; `title` is empty for a shell that is in
    no navigation. `hide` are the parts of the theme it does without.
    """

    url: str
    title: str = ""
    parents: tuple[str, ...] = ()
    hide: tuple[str, ...] = ("toc",)


@dataclass(frozen=True)
class Planning:
    """What pages are planned from; `sealed` holds the threads.

    `find_related` gives each thread's related threads, and is asked late: they may be found in a
    process of their own meanwhile. Without `health` the site has no page of it.
    """

    library: Library
    sealed: Mapping[str, bytes]
    settings: Settings
    icons: Mapping[str, str]
    health: Health | None
    find_related: Callable[[], Mapping[str, tuple[str, ...]]]

    @cached_property
    def related(self) -> Mapping[str, tuple[str, ...]]:
        """The related threads of each thread."""
        return self.find_related()

    @cached_property
    def quoted(self) -> frozenset[str]:
        """The threads that feeds and paths on one page quote."""
        feeds = (thread for feed in self.feeds for thread in feed.threads)
        return frozenset(chain(feeds, *(path.threads for path in self.library.paths.values())))

    @cached_property
    def feeds(self) -> tuple[Feed, ...]:
        """The site's feeds."""
        return tuple(plan_feeds(self.library, self.settings))

    @cached_property
    def say(self) -> Interface:
        """The interface's texts in the site's language."""
        return interface(self.settings.language)

    @cached_property
    def cards(self) -> Cards:
        """The cards of everything."""
        return Cards(self.library, self.icons)

    @cached_property
    def newest(self) -> datetime.date | None:
        """The day anything was last written."""
        return self.find_newest(self.library.latest[:1])

    def find_newest(self, threads: Iterable[str]) -> datetime.date | None:
        """Return the day of the newest of these threads."""
        days = (self.library.threads[id_].updated for id_ in threads)
        return max((day for day in days if day is not None), default=None)

    def describe(self, url: str, title: str, description: str) -> dict[str, Any]:
        """Return what a page of the navigation's first level is made with."""
        return {
            "url": url,
            "shell": url,
            "title": title,
            "description": description,
            "canonical": url,
            "changed": self.newest,
            "crumb": title,
        }

    def link_level(self, url: str, title: str) -> Link:
        """Return a link to a page of the navigation's first level."""
        return Link(url.rstrip("/"), title, url)


def no_entries(_planning: Planning) -> Iterable[Entry]:
    """Return nothing: the pages of a kind share shells."""
    return ()


class PageKind(NamedTuple):
    """One kind of page: the pages there are of it, and the shells it needs."""

    pages: Callable[[Planning], Iterable[Page]]
    entries: Callable[[Planning], Iterable[Entry]] = no_entries

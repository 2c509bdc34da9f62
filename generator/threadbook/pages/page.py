"""A page: what all kinds have in common, and everything that is made from one.

A kind of page is one module in `pages/kinds/`: a class that derives from `Page`, and a `PageKind`
that says which pages of the kind there are and which shells they need. What the site says of a
page anywhere (its template, structured data, twins and search documents) is a method here that a
kind may override. No code outside asks which kind a page is.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any, ClassVar, NamedTuple
from urllib.parse import quote, urlsplit

from threadbook import addresses
from threadbook.day import build_day
from threadbook.health import Health, assess_health
from threadbook.library import Library, leave_out
from threadbook.load.files import Sealed
from threadbook.markdown import Manner, Medium, hasten_first
from threadbook.pages.cards import Cards
from threadbook.pages.feeds import Feed, plan_feeds
from threadbook.pages.media import publish_media
from threadbook.pages.posts import make_manner
from threadbook.pages.structured import write_breadcrumb, write_script
from threadbook.pages.templates import escape_text, render_template
from threadbook.pages.views import Link, TermCard, ThreadView, TopicCard
from threadbook.settings import Settings
from threadbook.theme_files import list_modules
from threadbook.translations import Interface, interface

WIDE = ("navigation", "toc")
"""The parts of the theme to hide on pages that use the whole width."""

_FEW = 8
"""How many boards fit into two or three lines of a wide screen."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What all pages know: the site's name and lead, its address, and the day of the build.

    `site_url` ends with a slash or is empty. `takes_answers` says whether readers can add answers,
    `has_twins` whether pages also exist as Markdown and JSON, `has_search` whether there is a
    search index, `has_offline` whether pages that were read open without network, and `has_pdf`
    whether each path also exists as a PDF. Words of the `glossary` are
    explained where a thread first uses them. `stages` are the topics of the life-cycle, in
    order.
    What readers ask on the search page is sent to `search_url`, unless it is empty.
    Pictures of other hosts are shown only if the site `has_remote_pictures`.
    The pages are in the folder `prefix` of a site, or are the site; its sections do not include
    those that are `hidden`.
    Readers' votes on how useful a page is go to `feedback_url`, unless it is empty.
    """

    site_name: str
    site_description: str
    today: datetime.date
    site_url: str = ""
    language: str = "en"
    takes_answers: bool = False
    has_twins: bool = True
    has_offline: bool = False
    has_search: bool = True
    glossary: tuple[TermCard, ...] = ()
    has_pdf: bool = False
    feedback_url: str = ""
    stages: tuple[TopicCard, ...] = ()
    has_remote_pictures: bool = False
    search_url: str = ""
    prefix: str = ""
    hidden: frozenset[str] = frozenset()

    @property
    def host_url(self) -> str:
        """The address of the whole site, of which these pages may be a folder."""
        return self.site_url.removesuffix(self.prefix)

    def shows(self, section: str) -> bool:
        """Tell whether the site has a section, one of `settings.SECTIONS`."""
        return section not in self.hidden

    @property
    def manner(self) -> Manner:
        """How texts in the site's language are shown."""
        return make_manner(self.language, remote=self.has_remote_pictures)

    @property
    def asked_host(self) -> str:
        """Who gets what readers ask, in words for them: a host, or the site itself."""
        return urlsplit(self.search_url).hostname or self.site_name

    def root(self, address: str) -> str:
        """Return what to put before addresses in a file at `address`.

        This is the site's own address, or the way to the site's root if that is not known.
        """
        return self.site_url or addresses.to_root(address)

    def root_from_host(self, address: str) -> str:
        """As `root`, for a file whose address is below the whole site's root."""
        return self.site_url or f"{addresses.to_root(address)}{self.prefix}"


class Document(NamedTuple):
    """What search knows of a page, or of a part of one.

    `id` is its address, and `language` the language of its texts. `fields` holds its texts by
    the fields of the ranking; each way to ask is a line of `also_asked`. `kind` says what it
    is; the ranking gives kinds other than `thread` less weight. `shown` is what a result shows,
    and `filters` holds the values that results can be filtered by. Results can be sorted by
    `day` and `votes`.
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
    """The words of a social picture; `answer` is the short one of a solved thread."""

    site: str
    title: str
    topic: str
    state: str
    answer: str
    is_solved: bool


Located = tuple[str, datetime.date | None]
"""A page's address relative to the site's root, and the day it last changed, if known."""

Draw = Callable[[Caption], bytes | None]
"""Draws a social picture as a PNG; returns `None` if the font lacks a character."""


class Texts(NamedTuple):
    """What goes into a shell's slots, escaped or sanitised for its place there."""

    title: str
    description: str
    head: str
    content: str
    canonical: str


class Twin(NamedTuple):
    """A page as Markdown and JSON, and what `llms-full.txt` contains of it, if anything."""

    markdown: str
    json: bytes
    volume: str = ""


class Made(NamedTuple):
    """Everything that is made from a page.

    `files` are written beside it, by name. `view` is set if other pages or feeds quote the thread.
    """

    texts: Texts
    files: tuple[tuple[str, bytes], ...] = ()
    documents: tuple[Document, ...] = ()
    volume: str = ""
    view: ThreadView | None = None


class Pager(NamedTuple):
    """The place of a page in a list that fills several pages; they count from 1."""

    number: int
    last: int
    previous: str | None
    next: str | None


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page to write, into the folder at `url`.

    `shell` is the address of the shell it is woven into. `canonical` is the address that search
    engines should list. `changed` is the day its content last changed, if known. `trail` holds the
    pages above it, without home, and `crumb` is its own name at the end of the breadcrumb. A page
    that is not indexed is hidden from search engines and not in the sitemap. `feed` is the
    address, without its ending, of the feed that its readers may want.
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
    """Whether the page also exists as Markdown and JSON, if the site has twins."""

    script: ClassVar[str] = ""
    """The script that the page cannot do without, below the assets: browsers load it early."""

    is_article: ClassVar[bool] = False
    """Whether its metadata tells social networks that it is an article."""

    @property
    def is_searched(self) -> bool:
        """Whether our own search finds the page."""
        return self.is_indexed

    @property
    def located(self) -> Located | None:
        """What the sitemap says of the page: nothing if another is its canonical one."""
        return (self.url, self.changed) if self.is_indexed and self.url == self.canonical else None

    @property
    def pager(self) -> Pager | None:
        """The page's place among the pages of the same list."""
        return None

    @property
    def size(self) -> int:
        """How much content the page holds, in bytes; 0 if it is little."""
        return 0

    @property
    def home(self) -> int | None:
        """The number of the worker that keeps what the page is made from, if one does."""
        return None

    @property
    def quotes(self) -> tuple[str, ...]:
        """The ids of the threads whose views the page needs. They are woven before it."""
        return ()

    @property
    def feed_title(self) -> str:
        """What the feed is about."""
        return self.crumb

    def view(self, shared: Shared, quoted: Mapping[str, ThreadView]) -> Any:  # noqa: ARG002
        """Return what the template receives as `view`: here the page, which holds all of it."""
        return self

    def context(self, view: Any, shared: Shared) -> Mapping[str, Any]:  # noqa: ARG002
        """Return additional values for the template; they replace others of the same name."""
        return {}

    def structure(self, view: Any, shared: Shared) -> Iterator[dict[str, Any]]:  # noqa: ARG002
        """Yield structured data for search engines (schema.org), besides the breadcrumb."""
        yield from ()

    def twin(self, view: Any, shared: Shared) -> Twin | None:  # noqa: ARG002
        """Return the page as Markdown and JSON."""
        return None

    def documents(self, view: Any, shared: Shared) -> Iterator[Document]:  # noqa: ARG002
        """Yield what search can find of the page."""
        yield from ()

    def caption(self, view: Any, shared: Shared) -> Caption | None:  # noqa: ARG002
        """Return the words of the page's social picture, if it gets one."""
        return None

    def quoted(self, view: Any) -> ThreadView | None:  # noqa: ARG002
        """Return the view of the thread, if other pages or feeds quote it."""
        return None

    def make(
        self,
        shared: Shared,
        quoted: Mapping[str, ThreadView] | None = None,
        draw: Draw | None = None,
    ) -> Made:
        """Make everything of the page; `quoted` holds the views that the page needs."""
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
            things.append(
                write_breadcrumb(self.trail, self.crumb, shared.site_url, shared.language)
            )
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
            "scripts": list_modules(self.script) if self.script else (),
            "structured": write_script(things if shared.site_url and self.is_indexed else ()),
        }
        return Texts(
            title=escape_text(self.title),
            description=escape_text(self.description),
            head=render_template("head", shared.language, context | head),
            content=hasten_first(render_template(self.template, shared.language, context)),
            canonical=address,
        )

    def _feeds(self, shared: Shared) -> dict[str, str]:
        """Return the titles of the feeds that the page's head links to, by address."""
        if not shared.site_url:
            return {}
        own = {self.feed: self.feed_title} if self.feed else {}
        return own | {addresses.of_feed(addresses.LATEST): shared.site_name}


@dataclass(frozen=True, slots=True)
class Entry:
    """A shell to render, and its place in the navigation.

    `parents` are the titles of the sections around it. `title` is empty for a shell that is not in
    the navigation. `hide` names the parts of the theme to hide. With a `link`, the entry is only a
    link in the navigation, which the publisher wrote there, and has no shell.
    """

    url: str
    title: str = ""
    parents: tuple[str, ...] = ()
    hide: tuple[str, ...] = ("toc",)
    link: str = ""


@dataclass(frozen=True)
class Planning:
    """What pages are planned from; `sealed` holds the threads.

    `find_related` returns the related threads of each thread. Without it, only those that editors
    name are related.
    """

    library: Library
    sealed: Mapping[str, Sealed]
    settings: Settings
    icons: Mapping[str, str] = field(default_factory=dict)
    find_related: Callable[[], Mapping[str, tuple[str, ...]]] | None = None

    def __post_init__(self) -> None:
        """Leave out of the library what the site does not show."""
        if self.settings.hidden:
            object.__setattr__(self, "library", leave_out(self.library, self.settings.hidden))

    def shows(self, section: str) -> bool:
        """Tell whether the site has a section, one of `settings.SECTIONS`."""
        return section not in self.settings.hidden

    @property
    def has_few_boards(self) -> bool:
        """Tell whether boards are few: then they are a filter of topics, not in the navigation."""
        return self.shows("boards") and 1 < len(self.library.boards) <= _FEW

    @cached_property
    def media(self) -> Mapping[str, Medium]:
        """The pictures and files that pages name, by name."""
        return publish_media(self.library, self.settings.language)

    def choose_media(self, names: Iterable[str]) -> dict[str, Medium]:
        """Return those of these names that there are."""
        return {name: self.media[name] for name in names if name in self.media}

    @cached_property
    def related(self) -> Mapping[str, tuple[str, ...]]:
        """The related threads of each thread.

        The first use waits for them: another process may still be finding them.
        """
        return self.find_related() if self.find_related else self.library.related

    @cached_property
    def health(self) -> Health | None:
        """Content health today; without it the site has no page of content health."""
        return assess_health(self.library, build_day()) if self.settings.health else None

    @cached_property
    def quoted(self) -> frozenset[str]:
        """The threads that feeds and whole-path pages quote."""
        feeds = (thread for feed in self.feeds for thread in feed.threads)
        return frozenset(chain(feeds, *(path.threads for path in self.library.paths.values())))

    @cached_property
    def feeds(self) -> tuple[Feed, ...]:
        """The site's feeds."""
        return tuple(plan_feeds(self.library, self.settings))

    @cached_property
    def say(self) -> Interface:
        """The texts of the interface in the site's language."""
        return interface(self.settings.language)

    @cached_property
    def cards(self) -> Cards:
        """Links to everything, and the cards that lists show."""
        return Cards(self.library, self.icons, has_boards=self.shows("boards"))

    def find_newest(self, threads: Iterable[str]) -> datetime.date | None:
        """Return the day of the newest of these threads."""
        days = (self.library.threads[id_].updated for id_ in threads)
        return max((day for day in days if day is not None), default=None)

    def describe(self, url: str, title: str, description: str) -> dict[str, Any]:
        """Return the fields of a page at the first level of the navigation."""
        return {
            "url": url,
            "shell": url,
            "title": title,
            "description": description,
            "canonical": url,
            "changed": self.find_newest(self.library.latest[:1]),
            "crumb": title,
        }

    def fill(self, pattern: str, *, file: str, id_: str, title: str, url: str) -> str:
        """Put what is known of a page into a pattern, quoted for use in an address."""
        if not pattern:
            return ""
        values = {
            "file": quote(file),
            "id": id_,
            "title": quote(title, safe=""),
            "url": quote(f"{self.settings.site_url}{url}", safe=""),
        }
        for name, value in values.items():  # braces are quoted, so no value holds a placeholder
            pattern = pattern.replace(f"{{{name}}}", value)
        return pattern

    def link_level(self, url: str, title: str) -> Link:
        """Return a link to a page at the first level of the navigation."""
        return Link(url.rstrip("/"), title, url)


class PageKind(NamedTuple):
    """A kind of page: which pages of it there are, and which shells they need.

    Without `entries`, the pages are woven into shared shells. The addresses of all pages begin with
    `place`. A preview plans only the page that is asked for: `near` is given the rest of its
    address and yields that page, perhaps with a few others. Without it, all pages are planned.
    A `section` is one of `settings.SECTIONS`: where it is switched off, there are no such pages.
    `located` says what the sitemap lists of the kind, where that is known without planning pages.
    """

    pages: Callable[[Planning], Iterable[Page]]
    entries: Callable[[Planning], Iterable[Entry]] = lambda _planning: ()
    place: str = addresses.HOME
    near: Callable[[Planning, str], Iterable[Page]] | None = None
    located: Callable[[Planning], Iterable[Located]] | None = None
    section: str = ""

    def find(self, planning: Planning, url: str) -> Page | None:
        """Return the page of this kind at an address."""
        if not url.startswith(self.place):
            return None
        rest = url.removeprefix(self.place)
        pages = self.pages(planning) if self.near is None else self.near(planning, rest)
        return next((page for page in pages if page.url == url), None)

    def locate(self, planning: Planning) -> Iterable[Located]:
        """Return what the sitemap lists of this kind, in the order of the pages."""
        if self.located is not None:
            return self.located(planning)
        found = (page.located for page in self.pages(planning))
        return [located for located in found if located is not None]

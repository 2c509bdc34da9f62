"""What templates receive: every value of every page, typed.

Addresses are relative to the site's root and begin without a slash (`threads/sign-late/`);
templates put `base` before them. Texts are plain text unless they are `Markup`.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup

from threadbook.health import Age, Figure, Month
from threadbook.model import LearningPath


class Link(NamedTuple):
    """A way to another page."""

    url: str
    title: str


class ThreadItem(NamedTuple):
    """A thread as lists show it."""

    url: str
    title: str
    summary: str
    board: Link
    topics: tuple[Link, ...]
    answers: int
    votes: int
    is_solved: bool
    is_obsolete: bool
    updated: datetime.date | None
    asked: datetime.date | None = None
    duplicate_of: Link | None = None
    id: str = ""
    fingerprint: str = ""


class BoardItem(NamedTuple):
    """A board as lists show it."""

    url: str
    title: str
    summary: str
    threads: int
    latest: tuple[Link, ...]


class TopicItem(NamedTuple):
    """A topic as lists and the life-cycle rail show it; `stage` is None off the life-cycle."""

    url: str
    title: str
    summary: str
    threads: int
    stage: int | None
    icon: Markup
    start_here: Link | None
    is_current: bool = False


class PathItem(NamedTuple):
    """A path as lists show it.

    `minutes` are for the steps that are not optional: as its editor said, or where `is_estimated`
    partly from how long its threads are. `needed` are the keys of these steps.
    """

    url: str
    title: str
    summary: str
    level: str
    steps: int
    minutes: int
    id: str = ""
    is_estimated: bool = False
    needed: tuple[str, ...] = ()

    @property
    def pdf(self) -> str:
        """Where the path is as a PDF, if the site has that."""
        return f"{self.url}{self.id}.pdf"


class TermItem(NamedTuple):
    """A word of the glossary; `thread` is the way to the thread that explains it."""

    term: str
    definition: str
    also: tuple[str, ...]
    anchor: str
    thread: Link | None


class Catalogue(NamedTuple):
    """Everything the site holds, for lists of it all; threads are sorted by id, no draft is in."""

    threads: tuple[ThreadItem, ...] = ()
    topics: tuple[TopicItem, ...] = ()
    boards: tuple[BoardItem, ...] = ()
    paths: tuple[PathItem, ...] = ()
    glossary: tuple[TermItem, ...] = ()


class Author(NamedTuple):
    """Who wrote a post."""

    name: str
    role: str


class Comment(NamedTuple):
    """A rendered comment; `source` is its Markdown."""

    author: Author | None
    at: datetime.date | None
    edited: datetime.date | None
    source: str
    body: Markup


class Post(NamedTuple):
    """A rendered question or answer; `id` is its anchor, `note` says whom the answer is for.

    `source` is its Markdown.
    """

    id: str
    author: Author | None
    at: datetime.date | None
    edited: datetime.date | None
    votes: int
    is_accepted: bool
    note: str | None
    source: str
    body: Markup
    comments: tuple[Comment, ...]


class Step(NamedTuple):
    """A thread's place in a path."""

    path: Link
    position: int
    length: int
    previous: Link | None
    next: Link | None


class Mentioned(NamedTuple):
    """A thread that links here: its page, and the sentence around the link as plain text."""

    url: str
    title: str
    before: str
    text: str
    after: str


class Surroundings(NamedTuple):
    """What a thread's page shows beside its posts, and the thread itself, sealed.

    `destinations` are the titles of the threads its Markdown links to, by id, and `people` the
    authors of its posts. `also_asked` are other ways people ask it, duplicates' titles included;
    `replaces` are the obsolete threads instead of which this one holds now. `language` is the
    site's; a thread may have one of its own. In `report_url` `{reason}` stands for what is wrong.
    """

    sealed: bytes
    id: str
    board: Link
    topics: tuple[Link, ...]
    related: tuple[Link, ...]
    backlinks: tuple[Mentioned, ...]
    replaces: tuple[Link, ...]
    also_asked: tuple[str, ...]
    steps: tuple[Step, ...]
    duplicate_of: Link | None
    replaced_by: Link | None
    destinations: dict[str, str]
    people: dict[str, Author]
    actions: tuple[Link, ...]
    answer_url: str
    report_url: str
    fingerprint: str = ""
    language: str = "en"


class Pager(NamedTuple):
    """Where a page stands in a list that fills several; pages count from 1."""

    number: int
    count: int  # type: ignore[assignment] # a page has a count; nobody counts in a tuple of it
    previous: str | None
    next: str | None


class Order(NamedTuple):
    """A list's page in another order."""

    url: str
    label: str
    is_current: bool


class HomeContext(NamedTuple):
    """Home."""

    stages: tuple[TopicItem, ...]
    paths: tuple[PathItem, ...]
    featured_topics: tuple[TopicItem, ...]
    featured_threads: tuple[ThreadItem, ...]
    latest: tuple[ThreadItem, ...]
    unanswered: tuple[ThreadItem, ...]
    threads: int
    solved: int


class BoardsContext(NamedTuple):
    """All boards."""

    boards: tuple[BoardItem, ...]


class TopicsContext(NamedTuple):
    """All topics: those of the life-cycle apart."""

    stages: tuple[TopicItem, ...]
    topics: tuple[TopicItem, ...]


class PathsContext(NamedTuple):
    """All paths; `order` are pairs of a path and one that comes after it, by their ids."""

    paths: tuple[PathItem, ...]
    order: tuple[tuple[str, str], ...] = ()


class ListContext(NamedTuple):
    """One page of a list of threads: a board, a topic, latest, or unanswered.

    `feed` is the address of the list's feed without its ending, empty if it has none.
    """

    heading: str
    summary: str
    empty: str
    shows_board: bool
    feed: str = ""
    orders: tuple[Order, ...] = ()
    total: int = 0
    threads: tuple[ThreadItem, ...] = ()
    pager: Pager = Pager(1, 1, None, None)


class TopicContext(NamedTuple):
    """The first page of a topic: its story, then its latest threads."""

    topic: TopicItem
    stages: tuple[TopicItem, ...]
    start_here: ThreadItem | None
    useful: tuple[ThreadItem, ...]
    unanswered: tuple[ThreadItem, ...]
    paths: tuple[PathItem, ...]
    neighbours: tuple[TopicItem, ...]
    latest: ListContext


class PathContext(NamedTuple):
    """One path; `threads` are its threads that have a page, by id.

    `destinations` are the titles of the threads its notes link to, by id.
    """

    path: LearningPath
    item: PathItem
    threads: dict[str, ThreadItem]
    prerequisites: tuple[Link, ...]
    destinations: dict[str, str]


class WholePathContext(NamedTuple):
    """A path with all its threads on one page; `threads` are what their pages show, by id."""

    path: LearningPath
    item: PathItem
    threads: dict[str, Surroundings]
    destinations: dict[str, str]


class LibraryContext(NamedTuple):
    """What a reader read, kept and finished; their browser fills it in."""

    paths: tuple[PathItem, ...]


class GlossaryContext(NamedTuple):
    """The glossary, in the alphabet's order."""

    terms: tuple[TermItem, ...]


class SearchContext(NamedTuple):
    """The page of search; without scripts it offers the stages and lists instead."""

    stages: tuple[TopicItem, ...]


class HealthItem(NamedTuple):
    """A thread that editors should look at; of a draft a public page says nothing.

    `path` is the path that `detail` speaks of, if any.
    """

    thread: Link | None
    path: Link | None
    detail: str
    edit_url: str


class HealthSection(NamedTuple):
    """A list of such threads; `total` may be more than its items."""

    id: str
    title: str
    about: str
    total: int
    items: tuple[HealthItem, ...]


class HealthPlot(NamedTuple):
    """A plot, and the same as a table: its head and its rows."""

    title: str
    svg: Markup
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class HealthContext(NamedTuple):
    """Content health, for editors; `nothing_in` are the titles of the lists that are empty."""

    today: datetime.date
    figures: tuple[Figure, ...]
    sections: tuple[HealthSection, ...]
    nothing_in: tuple[str, ...]
    months: tuple[Month, ...]
    ages: tuple[Age, ...]


class ComponentsContext(NamedTuple):
    """The page of components: what it shows of everything, and the names of the tokens."""

    stages: tuple[TopicItem, ...]
    topics: tuple[TopicItem, ...]
    paths: tuple[PathItem, ...]
    threads: tuple[ThreadItem, ...]
    list: ListContext
    posts: tuple[Post, ...]
    sizes: tuple[str, ...]
    colours: tuple[str, ...]
    spaces: tuple[str, ...]


Context = (
    GlossaryContext
    | LibraryContext
    | WholePathContext
    | HealthContext
    | ComponentsContext
    | SearchContext
    | HomeContext
    | BoardsContext
    | TopicsContext
    | PathsContext
    | ListContext
    | TopicContext
    | PathContext
    | Surroundings
)


class Page(NamedTuple):
    """One page to write: `url` is its folder, empty for home, and ends with a slash otherwise.

    `shell` is the address of the shell it is woven into. `canonical` is the address search
    engines should know it by, and `changed` the day its content last changed, where known.
    `trail` are the pages above it, from below home; `crumb` is its own name at their end.
    A page that is not indexed is kept from search engines and out of the sitemap.
    """

    url: str
    shell: str
    title: str
    description: str
    context: Context
    canonical: str
    changed: datetime.date | None
    trail: tuple[Link, ...] = ()
    crumb: str = ""
    is_indexed: bool = True


class Feed(NamedTuple):
    """A feed: its address without an ending, the page it belongs to, and its threads' pages.

    `entries` are the newest first.
    """

    url: str
    title: str
    description: str
    page: str
    entries: tuple[Page, ...]


@dataclass(frozen=True, slots=True)
class Shared:
    """What all pages know: the site's name and lead, its address, and the day of the build.

    `site_url` ends in a slash or is empty. `takes_answers` says whether readers can add answers.
    `has_twins` says whether threads, paths and topics are there as Markdown and JSON too. The same
    goes for `has_search` and the search index. Words of the `glossary` are explained where a thread
    first uses them. `has_pdf` says whether each path is there as a PDF. What readers say
    of a page's use goes to `feedback_url`, if there is one.
    """

    site_name: str
    site_description: str
    today: datetime.date
    site_url: str = ""
    language: str = "en"
    takes_answers: bool = False
    has_twins: bool = True
    has_search: bool = True
    glossary: tuple[TermItem, ...] = ()
    has_pdf: bool = False
    feedback_url: str = ""

"""Which pages the site has, what each shows, and the navigation that leads there."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from threadbook.health import Health
from threadbook.library import Backlink, Library, Outline, Reference
from threadbook.markdown import examine
from threadbook.model import LearningPath
from threadbook.pages.components import URL as COMPONENTS
from threadbook.pages.components import components_page
from threadbook.pages.contexts import (
    Author,
    BoardsContext,
    Catalogue,
    Feed,
    GlossaryContext,
    HomeContext,
    LibraryContext,
    Link,
    Mentioned,
    Page,
    PathContext,
    PathsContext,
    SearchContext,
    Step,
    Surroundings,
    TopicsContext,
    WholePathContext,
)
from threadbook.pages.feeds import feeds
from threadbook.pages.health import URL as HEALTH
from threadbook.pages.health import health_page
from threadbook.pages.items import Items
from threadbook.pages.lists import SHELLS, Lists
from threadbook.settings import Settings
from threadbook.translations import interface

_HOME_LATEST: Final = 6
_HOME_UNANSWERED: Final = 5
SEARCH: Final = "search/"
"""Where search is, if there is one."""

GLOSSARY: Final = "glossary/"
"""Where the glossary is, if there is one."""

LIBRARY: Final = "library/"
"""Where readers find what they read and kept."""

WHOLE: Final = "print/"
"""Where below its own page a path stands with all its threads."""


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


@dataclass(frozen=True, slots=True)
class Plan:
    """The shells the engine must render, the pages to weave into them, and all the site holds.

    `feeds` are made of pages that are woven, too. `redirects` lead from old addresses to pages.
    """

    entries: tuple[Entry, ...]
    pages: tuple[Page, ...]
    catalogue: Catalogue
    feeds: tuple[Feed, ...] = ()
    redirects: Mapping[str, str] = field(default_factory=dict)
    synonyms: tuple[tuple[str, ...], ...] = ()


def plan(  # noqa: PLR0913, PLR0917 - everything that pages are made of
    library: Library,
    sealed: Mapping[str, bytes],
    settings: Settings,
    icons: Mapping[str, str] = {},
    health: Health | None = None,
    related: Callable[[], Mapping[str, tuple[str, ...]]] | None = None,
) -> Plan:
    """Plan the whole site; `sealed` holds the threads, `icons` the SVG of the topics' icons.

    `related` tells each thread's related threads, and is asked late, when they may be found;
    without it, they are only those that editors named.
    Without `health` there is no page of it.
    """
    planner = _Planner(library, sealed, settings, icons, related or (lambda: library.related))
    pages = [*planner.pages()]
    if health is not None:
        pages.append(health_page(health, planner.items, planner.edit_url))
    if settings.components:
        pages.append(components_page())
    found = tuple(feeds(library, pages, settings))
    shells = tuple(entries(library, settings, has_health=health is not None))
    return Plan(
        shells, tuple(pages), planner.catalogue(), found, _redirects(library), library.synonyms
    )


def _redirects(library: Library) -> dict[str, str]:
    """Return where old addresses lead: those of duplicates to the thread that answers them."""
    return {
        redirect.path: f"threads/{_answering(outline, library)}/"
        for outline in library.threads.values()
        if outline.has_page
        for redirect in outline.redirects
    }


def _answering(outline: Outline, library: Library) -> str:
    """Return the last thread with a page that a duplicate leads to, over other duplicates."""
    last, seen = outline.id, {outline.id}
    while (after := library.threads[last].duplicate_of) and library.has_page(after):
        if after in seen:
            break
        seen.add(after)
        last = after
    return last


def entries(library: Library, settings: Settings, *, has_health: bool) -> Iterator[Entry]:
    """Yield the shells; they depend on the site and its paths, not on threads."""
    say = interface(settings.language)
    wide = ("navigation", "toc")
    yield Entry("", say("Home"), hide=wide)
    yield Entry("topics/", say("All topics"), (say("Topics"),))
    for topic in library.topics.values():
        yield Entry(f"topics/{topic.id}/", topic.title, (say("Topics"),))
    yield Entry("paths/", say("All learning paths"), (say("Learning paths"),))
    for id_, path in library.paths.items():
        yield Entry(f"paths/{id_}/", path.title, (say("Learning paths"),))
    yield Entry("boards/", say("All boards"), (say("Boards"),))
    for board in library.boards.values():
        yield Entry(f"boards/{board.id}/", board.title, (say("Boards"),))
    yield Entry("latest/", say("Latest"), hide=wide)
    yield Entry("unanswered/", say("Unanswered"), hide=wide)
    if settings.search:
        yield Entry(SEARCH, hide=wide)
    if library.glossary:
        yield Entry(GLOSSARY, say("Glossary"), hide=wide)
    yield Entry(LIBRARY, say("My library"), hide=wide)
    for depth, shell in SHELLS.items():
        yield Entry(shell, hide=wide if depth == min(SHELLS) else ("toc",))
    if has_health:
        yield Entry(HEALTH, hide=wide)
    if settings.components:
        yield Entry(COMPONENTS, hide=wide)


class _Planner:
    """Makes pages from the library."""

    def __init__(
        self,
        library: Library,
        sealed: Mapping[str, bytes],
        settings: Settings,
        icons: Mapping[str, str],
        related: Callable[[], Mapping[str, tuple[str, ...]]],
    ) -> None:
        self.library = library
        self.find_related = related
        self.sealed = sealed
        self.settings = settings
        self.items = Items(library, icons)
        self.say = interface(settings.language)
        self.lists = Lists(library, self.items, self.say)
        self.boards = Link("boards/", self.say("Boards"))
        self.paths = Link("paths/", self.say("Learning paths"))
        self.newest = self.lists.changed(library.latest[:1])

    def pages(self) -> Iterator[Page]:
        """Yield every page of the site."""
        items, library = self.items, self.library
        yield self._home()
        others = [topic for topic in library.topics.values() if topic.stage is None]
        yield self._page(
            "topics/",
            self.say("Topics"),
            self.say("What the questions are about."),
            TopicsContext(items.stages, items.topics(others)),
        )
        yield from self.lists.topics()
        yield self._page(
            "paths/",
            self.say("Learning paths"),
            self.say("Threads in the order somebody learns."),
            PathsContext(
                tuple(items.paths.values()),
                tuple(
                    (before, id_)
                    for id_, path in library.paths.items()
                    for before in dict.fromkeys(path.prerequisites)
                    if before in library.paths
                ),
            ),
        )
        for id_ in library.paths:
            yield self._path(id_)
        yield self._page(
            "boards/",
            self.say("Boards"),
            self.say("Where questions are asked."),
            BoardsContext(tuple(map(items.board, library.boards.values()))),
        )
        yield from self.lists.boards()
        yield from self.lists.latest()
        yield from self.lists.unanswered()
        if self.settings.search:
            yield self._page(
                SEARCH,
                self.say("Search"),
                self.say("Ask in your own words."),
                SearchContext(items.stages),
            )
        if library.glossary:
            yield self._page(
                GLOSSARY,
                self.say("Glossary"),
                self.say("Words you will meet, each in a sentence."),
                GlossaryContext(items.glossary),
            )
        mine = self.say("What you read, kept and finished, in this browser alone.")
        page = self._page(
            LIBRARY, self.say("My library"), mine, LibraryContext(tuple(items.paths.values()))
        )
        yield page._replace(is_indexed=False)
        related = self.find_related()
        for id_, path in library.paths.items():
            within = [thread for thread in path.threads if library.has_page(thread)]
            shown = {each: self._surroundings(library.threads[each], ()) for each in within}
            yield self._whole_path(id_, shown)
        for outline in library.threads.values():
            if outline.has_page:
                yield self._thread(outline, related.get(outline.id, ()))

    def catalogue(self) -> Catalogue:
        """Return everything the site holds."""
        items, library = self.items, self.library
        return Catalogue(
            threads=items.threads(id_ for id_ in sorted(library.threads) if library.has_page(id_)),
            topics=items.topics(library.topics.values()),
            boards=tuple(map(items.board, library.boards.values())),
            paths=tuple(items.paths.values()),
            glossary=items.glossary,
        )

    def _page(
        self,
        url: str,
        title: str,
        description: str,
        context: HomeContext
        | BoardsContext
        | TopicsContext
        | PathsContext
        | GlossaryContext
        | LibraryContext
        | SearchContext,
    ) -> Page:
        return Page(url, url, title, description, context, url, self.newest, (), title)

    def _home(self) -> Page:
        library, items = self.library, self.items
        featured = [library.topics[id_] for id_ in library.featured_topics if id_ in library.topics]
        paths = [id_ for id_ in library.featured_paths if id_ in library.paths]
        paths += [id_ for id_ in library.paths if id_ not in paths]
        context = HomeContext(
            stages=items.stages,
            paths=tuple(items.paths[id_] for id_ in paths),
            featured_topics=items.topics(featured),
            featured_threads=items.threads(library.featured_threads),
            latest=items.threads(library.latest[:_HOME_LATEST]),
            unanswered=items.threads(library.unanswered[:_HOME_UNANSWERED]),
            threads=len(library.latest),
            solved=sum(library.threads[id_].is_solved for id_ in library.latest),
        )
        return self._page("", self.settings.site_name, self.settings.site_description, context)

    def _path(self, id_: str) -> Page:
        path = self.library.paths[id_]
        cited = [step.check.cites for step in path.steps if step.check and step.check.cites]
        threads = {
            thread: self.items.thread(thread)
            for thread in (*path.threads, *cited)
            if self.library.has_page(thread)
        }
        prerequisites = tuple(
            Link(f"paths/{other}/", self.library.paths[other].title)
            for other in path.prerequisites
            if other in self.library.paths
        )
        context = PathContext(
            path, self.items.paths[id_], threads, prerequisites, self._linked(path)
        )
        url, changed = f"paths/{id_}/", self._changed(threads)
        return Page(
            url, url, path.title, path.summary, context, url, changed, (self.paths,), path.title
        )

    def _linked(self, path: LearningPath) -> dict[str, str]:
        """Return the titles of the threads that a path's notes link to."""
        return {
            link.thread: self.library.threads[link.thread].title
            for step in path.steps
            for link in examine(step.note or "").links
            if link.thread and self.library.has_page(link.thread)
        }

    def _changed(self, threads: Iterable[str]) -> datetime.date | None:
        days = (self.library.threads[thread].updated for thread in threads)
        return max((day for day in days if day is not None), default=None)

    def _whole_path(self, id_: str, threads: dict[str, Surroundings]) -> Page:
        """Return the page that has all of a path's threads on it."""
        path, item = self.library.paths[id_], self.items.paths[id_]
        url = f"{item.url}{WHOLE}"
        return Page(
            url,
            SHELLS[3],
            self.say("{path}, on one page", path=path.title),
            path.summary,
            WholePathContext(path, item, threads, self._linked(path)),
            url,
            self._changed(threads),
            (self.paths, Link(item.url, path.title)),
            self.say("On one page"),
            is_indexed=False,
        )

    def _with_page(self, id_: str | None) -> str | None:
        return id_ if id_ is not None and self.library.has_page(id_) else None

    def _thread(self, outline: Outline, related: Sequence[str]) -> Page:
        url = f"threads/{outline.id}/"
        surroundings = self._surroundings(outline, related)
        original = self._with_page(outline.duplicate_of)
        return Page(
            url,
            SHELLS[2],
            outline.title,
            outline.summary,
            surroundings,
            f"threads/{original or outline.id}/",
            outline.updated,
            (self.boards, surroundings.board),
            outline.title,
        )

    def _surroundings(self, outline: Outline, related: Sequence[str]) -> Surroundings:
        library, id_ = self.library, outline.id
        original = self._with_page(outline.duplicate_of)
        replacement = self._with_page(outline.replaced_by)
        steps = tuple(
            Step(
                path=Link(f"paths/{membership.path}/", library.paths[membership.path].title),
                position=membership.position,
                length=membership.length,
                previous=self.items.thread_link(membership.previous)
                if membership.previous
                else None,
                next=self.items.thread_link(membership.next) if membership.next else None,
            )
            for membership in library.memberships.get(id_, ())
        )
        return Surroundings(
            sealed=self.sealed[id_],
            id=id_,
            board=self.items.board_of(outline),
            topics=self.items.topics_of(outline),
            related=self.items.thread_links(related),
            backlinks=tuple(map(self._mentioned, library.backlinks.get(id_, ()))),
            replaces=self.items.thread_links(library.replaces.get(id_, ())),
            also_asked=self._also_asked(outline),
            steps=steps,
            duplicate_of=self.items.thread_link(original) if original else None,
            replaced_by=self.items.thread_link(replacement) if replacement else None,
            destinations={
                link: library.threads[link].title
                for link in outline.links
                if library.has_page(link)
            },
            people=self._people(outline.references),
            actions=self._actions(outline),
            answer_url=self._filled(self.settings.answer_url, outline),
            report_url=self._filled(self.settings.report_url, outline),
            fingerprint=outline.fingerprint,
            language=self.settings.language,
        )

    def _mentioned(self, backlink: Backlink) -> Mentioned:
        link, mention = self.items.thread_link(backlink.thread), backlink.mention
        text = mention.text or self.library.threads[mention.thread].title
        return Mentioned(link.url, link.title, mention.before, text, mention.after)

    def _also_asked(self, outline: Outline) -> tuple[str, ...]:
        """Return the other ways this is asked, and all ways its duplicates are."""
        repeats = (self.library.threads[id_] for id_ in self.library.repeats.get(outline.id, ()))
        asked = [ask.text for ask in outline.asks[1:]]
        asked += [ask.text for other in repeats for ask in other.asks]
        return tuple(dict.fromkeys(asked))

    def _people(self, references: Sequence[Reference]) -> dict[str, Author]:
        return {
            reference.target: self.items.authors[reference.target]
            for reference in references
            if reference.kind == "person" and reference.target in self.items.authors
        }

    def _actions(self, outline: Outline) -> tuple[Link, ...]:
        patterns = {
            self.say("Edit this page"): self.settings.edit_url,
            self.say("Report a problem"): self.settings.report_url.replace("{reason}", ""),
            self.say("Add an answer"): self.settings.answer_url,
        }
        return tuple(
            Link(self._filled(pattern, outline), label)
            for label, pattern in patterns.items()
            if pattern
        )

    def edit_url(self, id_: str) -> str:
        """Return where a thread is edited, nothing if that is not configured."""
        return self._filled(self.settings.edit_url, self.library.threads[id_])

    def _filled(self, pattern: str, outline: Outline) -> str:
        """Put a thread's particulars into a URL pattern, quoted."""
        if not pattern:
            return ""
        values = {
            "file": quote(outline.file),
            "id": outline.id,
            "title": quote(outline.title, safe=""),
            "url": quote(f"{self.settings.site_url}threads/{outline.id}/", safe=""),
        }
        for name, value in values.items():
            pattern = pattern.replace(f"{{{name}}}", value)
        return pattern

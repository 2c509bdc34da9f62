"""Which pages the site has, what each shows, and the navigation that leads there."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import quote

from markupsafe import Markup

from threadbook.link import Library
from threadbook.markdown import examine
from threadbook.model import Board, Outline, Reference, Topic
from threadbook.render.contexts import (
    Author,
    BoardItem,
    BoardsContext,
    HomeContext,
    Link,
    ListContext,
    Page,
    Pager,
    PathContext,
    PathItem,
    PathsContext,
    Step,
    Surroundings,
    ThreadItem,
    TopicContext,
    TopicItem,
    TopicsContext,
)
from threadbook.settings import Settings

PAGE_SIZE: Final = 50
"""How many threads a page of a list shows."""

THREAD_SHELL: Final = "threads/_shell/"
LIST_SHELL: Final = "boards/_shell/_shell/"
"""Shells that pages of one depth share; an underscore is in no id, so nothing else is there."""

_HOME_LATEST: Final = 8
_HOME_UNANSWERED: Final = 5
_USEFUL: Final = 5


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
    """The shells the engine must render, and the pages to weave into them."""

    entries: tuple[Entry, ...]
    pages: tuple[Page, ...]


def plan(
    library: Library,
    sealed: Mapping[str, bytes],
    settings: Settings,
    icons: Mapping[str, str] = {},
) -> Plan:
    """Plan the whole site; `sealed` holds the threads, `icons` the SVG of the topics' icons."""
    planner = _Planner(library, sealed, settings, icons)
    return Plan(tuple(entries(library)), tuple(planner.pages()))


def entries(library: Library) -> Iterator[Entry]:
    """Yield the shells; they depend on the site and its paths, not on threads."""
    wide = ("navigation", "toc")
    yield Entry("", "Home", hide=wide)
    yield Entry("topics/", "All topics", ("Topics",))
    for topic in library.topics.values():
        yield Entry(f"topics/{topic.id}/", topic.title, ("Topics",))
    yield Entry("paths/", "All learning paths", ("Learning paths",))
    for id_, path in library.paths.items():
        yield Entry(f"paths/{id_}/", path.title, ("Learning paths",))
    yield Entry("boards/", "All boards", ("Boards",))
    for board in library.boards.values():
        yield Entry(f"boards/{board.id}/", board.title, ("Boards",))
    yield Entry("latest/", "Latest", hide=wide)
    yield Entry("unanswered/", "Unanswered", hide=wide)
    yield Entry(THREAD_SHELL, hide=wide)
    yield Entry(LIST_SHELL)


class _Planner:
    """Makes contexts from the library; every thread's item is made once."""

    def __init__(
        self,
        library: Library,
        sealed: Mapping[str, bytes],
        settings: Settings,
        icons: Mapping[str, str],
    ) -> None:
        self.library = library
        self.sealed = sealed
        self.settings = settings
        self.icons = icons
        self.items: dict[str, ThreadItem] = {}
        self.topic_links = {
            topic.id: Link(f"topics/{topic.id}/", topic.title) for topic in library.topics.values()
        }
        self.board_links = {
            board.id: Link(f"boards/{board.id}/", board.title) for board in library.boards.values()
        }
        self.authors = {
            person.id: Author(person.name, person.role) for person in library.people.values()
        }

    def pages(self) -> Iterator[Page]:
        """Yield every page of the site."""
        yield self._home()
        yield self._page(
            "topics/",
            "Topics",
            "What the questions are about.",
            TopicsContext(self.stages, self._topics(self._other_topics())),
        )
        for topic in self.library.topics.values():
            yield from self._topic(topic)
        yield self._page(
            "paths/",
            "Learning paths",
            "Threads in the order somebody learns.",
            PathsContext(tuple(self.path_items.values())),
        )
        for id_ in self.library.paths:
            yield self._path(id_)
        yield self._page(
            "boards/",
            "Boards",
            "Where questions are asked.",
            BoardsContext(tuple(map(self._board_item, self.library.boards.values()))),
        )
        for board in self.library.boards.values():
            yield from self._board(board)
        yield from self._latest()
        yield from self._unanswered()
        for outline in self.library.threads.values():
            if outline.has_page:
                yield self._thread(outline)

    @cached_property
    def stages(self) -> tuple[TopicItem, ...]:
        return self._topics(self.library.stages)

    @cached_property
    def path_items(self) -> dict[str, PathItem]:
        return {id_: self._path_item(id_) for id_ in self.library.paths}

    @cached_property
    def newest(self) -> datetime.date | None:
        return self._changed(self.library.latest[:1])

    def _changed(self, threads: Sequence[str]) -> datetime.date | None:
        """Return the day of the newest of these threads, which come latest first."""
        return self.library.threads[threads[0]].updated if threads else None

    def _page(
        self,
        url: str,
        title: str,
        description: str,
        context: HomeContext | BoardsContext | TopicsContext | PathsContext | PathContext,
        changed: datetime.date | None = None,
    ) -> Page:
        return Page(url, url, title, description, context, url, changed or self.newest)

    def _home(self) -> Page:
        library = self.library
        featured = [library.topics[id_] for id_ in library.featured_topics if id_ in library.topics]
        paths = [id_ for id_ in library.featured_paths if id_ in library.paths]
        paths += [id_ for id_ in library.paths if id_ not in paths]
        context = HomeContext(
            stages=self.stages,
            paths=tuple(self.path_items[id_] for id_ in paths),
            featured_topics=self._topics(featured),
            featured_threads=self._threads(library.featured_threads),
            latest=self._threads(library.latest[:_HOME_LATEST]),
            unanswered=self._threads(library.unanswered[:_HOME_UNANSWERED]),
            threads=len(library.latest),
            solved=sum(library.threads[id_].is_solved for id_ in library.latest),
        )
        return self._page("", self.settings.site_name, self.settings.site_description, context)

    def _other_topics(self) -> list[Topic]:
        return [topic for topic in self.library.topics.values() if topic.stage is None]

    def _topics(self, topics: Sequence[Topic]) -> tuple[TopicItem, ...]:
        return tuple(self._topic_item(topic) for topic in topics)

    def _topic_item(self, topic: Topic) -> TopicItem:
        start = topic.start_here
        return TopicItem(
            url=f"topics/{topic.id}/",
            title=topic.title,
            summary=topic.summary,
            threads=len(self.library.by_topic.get(topic.id, ())),
            stage=topic.stage,
            icon=Markup(self.icons.get(topic.icon or "", "")),  # noqa: S704 - the theme's own SVG
            start_here=self._thread_link(start) if start and self.library.has_page(start) else None,
        )

    def _topic(self, topic: Topic) -> Iterator[Page]:
        library = self.library
        threads = library.by_topic.get(topic.id, ())
        outlines = [library.threads[id_] for id_ in threads]
        item = self._topic_item(topic)
        start = (
            topic.start_here if topic.start_here and library.has_page(topic.start_here) else None
        )
        useful = sorted(
            (outline for outline in outlines if outline.is_solved and outline.id != start),
            key=lambda outline: -outline.votes,
        )
        unanswered = [outline.id for outline in outlines if not outline.is_answered]
        first = TopicContext(
            topic=item,
            stages=tuple(stage._replace(is_current=stage.url == item.url) for stage in self.stages)
            if topic.stage is not None
            else (),
            start_here=self._thread_item(start) if start else None,
            useful=self._threads([outline.id for outline in useful[:_USEFUL]]),
            unanswered=self._threads(unanswered[:_USEFUL]),
            paths=tuple(self.path_items[path] for path in library.paths_through(threads)),
            threads=(),
            pager=Pager(1, 1, None, None, item.url),
        )
        for url, shell, members, pager in self._paged(item.url, threads, LIST_SHELL):
            context = (
                first
                if pager.number == 1
                else first._replace(start_here=None, useful=(), unanswered=(), paths=())
            )
            yield Page(
                url,
                shell,
                _numbered(topic.title, pager),
                topic.summary,
                context._replace(threads=members, pager=pager),
                url,
                self._changed(threads),
            )

    def _board_item(self, board: Board) -> BoardItem:
        threads = self.library.by_board.get(board.id, ())
        latest = tuple(self._thread_link(id_) for id_ in threads[:3])
        return BoardItem(f"boards/{board.id}/", board.title, board.summary, len(threads), latest)

    def _board(self, board: Board) -> Iterator[Page]:
        context = ListContext(
            heading=board.title,
            summary=board.summary,
            empty="Nobody has asked anything here yet.",
            parent=Link("boards/", "Boards"),
            total=0,
            threads=(),
            pager=Pager(1, 1, None, None, ""),
        )
        threads = self.library.by_board.get(board.id, ())
        yield from self._list(f"boards/{board.id}/", threads, LIST_SHELL, context)

    def _latest(self) -> Iterator[Page]:
        context = ListContext(
            heading="Latest",
            summary="Every thread, the newest activity first.",
            empty="There are no threads yet.",
            parent=None,
            total=0,
            threads=(),
            pager=Pager(1, 1, None, None, ""),
        )
        yield from self._list("latest/", self.library.latest, THREAD_SHELL, context)

    def _unanswered(self) -> Iterator[Page]:
        context = ListContext(
            heading="Unanswered",
            summary="Questions that still wait for an answer. Perhaps you know it?",
            empty="Every question has an answer.",
            parent=None,
            total=0,
            threads=(),
            pager=Pager(1, 1, None, None, ""),
        )
        yield from self._list("unanswered/", self.library.unanswered, THREAD_SHELL, context)

    def _list(
        self, url: str, threads: Sequence[str], shell: str, context: ListContext
    ) -> Iterator[Page]:
        changed = self._changed(threads)
        for address, page_shell, members, pager in self._paged(url, threads, shell):
            filled = context._replace(total=len(threads), threads=members, pager=pager)
            title = _numbered(context.heading, pager)
            yield Page(address, page_shell, title, context.summary, filled, address, changed)

    def _paged(
        self, url: str, threads: Sequence[str], shell: str
    ) -> Iterator[tuple[str, str, tuple[ThreadItem, ...], Pager]]:
        """Split a list into pages: the first has a shell of its own, the others share one."""
        count = max(1, -(-len(threads) // PAGE_SIZE))
        urls = [url, *(f"{url}page-{number}/" for number in range(2, count + 1))]
        for place, address in enumerate(urls):
            members = threads[place * PAGE_SIZE : (place + 1) * PAGE_SIZE]
            pager = Pager(
                number=place + 1,
                count=count,
                previous=urls[place - 1] if place else None,
                next=urls[place + 1] if place + 1 < count else None,
                first=url,
            )
            yield address, shell if place else url, self._threads(members), pager

    def _path_item(self, id_: str) -> PathItem:
        path = self.library.paths[id_]
        needed = [step for step in path.steps if not step.optional]
        untimed = any(step.minutes is None for step in needed if step.thread is not None)
        return PathItem(
            url=f"paths/{id_}/",
            title=path.title,
            summary=path.summary,
            level=path.level or "",
            steps=len(path.steps),
            minutes=0 if untimed else sum(step.minutes or 0 for step in needed),
        )

    def _path(self, id_: str) -> Page:
        path = self.library.paths[id_]
        cited = [step.check.cites for step in path.steps if step.check and step.check.cites]
        threads = {
            thread: self._thread_item(thread)
            for thread in (*path.threads, *cited)
            if self.library.has_page(thread)
        }
        prerequisites = tuple(
            Link(f"paths/{other}/", self.library.paths[other].title)
            for other in path.prerequisites
            if other in self.library.paths
        )
        destinations = {
            link.thread: self.library.threads[link.thread].title
            for step in path.steps
            for link in examine(step.note or "").links
            if link.thread and self.library.has_page(link.thread)
        }
        context = PathContext(path, self.path_items[id_], threads, prerequisites, destinations)
        days = [self.library.threads[thread].updated for thread in threads]
        changed = max((day for day in days if day is not None), default=None)
        return self._page(f"paths/{id_}/", path.title, path.summary, context, changed)

    def _threads(self, ids: Sequence[str]) -> tuple[ThreadItem, ...]:
        return tuple(map(self._thread_item, ids))

    def _thread_item(self, id_: str) -> ThreadItem:
        item = self.items.get(id_)
        if item is None:
            outline = self.library.threads[id_]
            item = self.items[id_] = ThreadItem(
                url=f"threads/{id_}/",
                title=outline.title,
                summary=outline.summary,
                board=self.board_links.get(outline.board, Link("boards/", outline.board)),
                topics=self._topic_links(outline),
                answers=outline.answers,
                votes=outline.votes,
                is_solved=outline.is_solved,
                is_obsolete=outline.status == "obsolete",
                updated=outline.updated,
            )
        return item

    def _topic_links(self, outline: Outline) -> tuple[Link, ...]:
        return tuple(
            self.topic_links[topic] for topic in outline.topics if topic in self.topic_links
        )

    def _thread_link(self, id_: str) -> Link:
        return Link(f"threads/{id_}/", self.library.threads[id_].title)

    def _thread_links(self, ids: Sequence[str]) -> tuple[Link, ...]:
        return tuple(map(self._thread_link, ids))

    def _with_page(self, id_: str | None) -> str | None:
        return id_ if id_ is not None and self.library.has_page(id_) else None

    def _thread(self, outline: Outline) -> Page:
        library, id_ = self.library, outline.id
        url = f"threads/{id_}/"
        original = self._with_page(outline.duplicate_of)
        replacement = self._with_page(outline.replaced_by)
        steps = tuple(
            Step(
                path=Link(f"paths/{membership.path}/", library.paths[membership.path].title),
                position=membership.position,
                length=membership.length,
                previous=self._thread_link(membership.previous) if membership.previous else None,
                next=self._thread_link(membership.next) if membership.next else None,
            )
            for membership in library.memberships.get(id_, ())
        )
        surroundings = Surroundings(
            sealed=self.sealed[id_],
            id=id_,
            board=self.board_links.get(outline.board, Link("boards/", outline.board)),
            topics=self._topic_links(outline),
            related=self._thread_links(library.related.get(id_, ())),
            backlinks=self._thread_links(library.backlinks.get(id_, ())),
            steps=steps,
            duplicate_of=self._thread_link(original) if original else None,
            replaced_by=self._thread_link(replacement) if replacement else None,
            destinations={
                link: library.threads[link].title
                for link in outline.links
                if library.has_page(link)
            },
            people=self._people(outline.references),
            actions=self._actions(outline),
            answer_url=self._filled(self.settings.answer_url, outline),
        )
        return Page(
            url,
            THREAD_SHELL,
            outline.title,
            outline.summary,
            surroundings,
            f"threads/{original or id_}/",
            outline.updated,
        )

    def _people(self, references: Sequence[Reference]) -> dict[str, Author]:
        return {
            reference.target: self.authors[reference.target]
            for reference in references
            if reference.kind == "person" and reference.target in self.authors
        }

    def _actions(self, outline: Outline) -> tuple[Link, ...]:
        patterns = {
            "Edit this page": self.settings.edit_url,
            "Report a problem": self.settings.report_url,
            "Add an answer": self.settings.answer_url,
        }
        return tuple(
            Link(self._filled(pattern, outline), label)
            for label, pattern in patterns.items()
            if pattern
        )

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


def _numbered(title: str, pager: Pager) -> str:
    return title if pager.number == 1 else f"{title}, page {pager.number}"

"""What lists show of threads, boards, topics and paths; each is made once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Final

from markupsafe import Markup

from threadbook.library import Library, Outline
from threadbook.model import Board, Step, Term, Topic
from threadbook.pages.contexts import (
    Author,
    BoardItem,
    Link,
    PathItem,
    TermItem,
    ThreadItem,
    TopicItem,
)

WORDS_A_MINUTE: Final = 200
"""How fast somebody reads who wants to remember it; Brysbaert (2019) found 238 for adults."""


class Items:
    """The library's members as links and list items; `icons` holds the SVG of topics' icons."""

    def __init__(self, library: Library, icons: Mapping[str, str]) -> None:
        self.library = library
        self.icons = icons
        self.topic_links = {
            topic.id: Link(f"topics/{topic.id}/", topic.title) for topic in library.topics.values()
        }
        self.board_links = {
            board.id: Link(f"boards/{board.id}/", board.title) for board in library.boards.values()
        }
        self.authors = {
            person.id: Author(person.name, person.role) for person in library.people.values()
        }
        self._threads: dict[str, ThreadItem] = {}

    @cached_property
    def stages(self) -> tuple[TopicItem, ...]:
        """The topics of the life-cycle, in its order."""
        return self.topics(self.library.stages)

    @cached_property
    def paths(self) -> dict[str, PathItem]:
        """Every path."""
        return {id_: self._path(id_) for id_ in self.library.paths}

    @cached_property
    def glossary(self) -> tuple[TermItem, ...]:
        """The glossary, in the alphabet's order."""
        ordered = sorted(self.library.glossary, key=lambda term: term.term.casefold())
        return tuple(map(self._term, ordered))

    def threads(self, ids: Iterable[str]) -> tuple[ThreadItem, ...]:
        """Return threads as lists show them."""
        return tuple(map(self.thread, ids))

    def thread(self, id_: str) -> ThreadItem:
        """Return a thread as lists show it."""
        item = self._threads.get(id_)
        if item is None:
            outline = self.library.threads[id_]
            item = self._threads[id_] = ThreadItem(
                url=f"threads/{id_}/",
                title=outline.title,
                summary=outline.summary,
                board=self.board_of(outline),
                topics=self.topics_of(outline),
                answers=outline.answers,
                votes=outline.votes,
                is_solved=outline.is_solved,
                is_obsolete=outline.status == "obsolete",
                updated=outline.updated,
                asked=outline.asked,
                duplicate_of=self._original(outline),
                id=id_,
                fingerprint=outline.fingerprint,
            )
        return item

    def _original(self, outline: Outline) -> Link | None:
        original = outline.duplicate_of
        return self.thread_link(original) if original and self.library.has_page(original) else None

    def thread_link(self, id_: str) -> Link:
        """Return the way to a thread."""
        return Link(f"threads/{id_}/", self.library.threads[id_].title)

    def thread_links(self, ids: Iterable[str]) -> tuple[Link, ...]:
        """Return the ways to threads."""
        return tuple(map(self.thread_link, ids))

    def board_of(self, outline: Outline) -> Link:
        """Return the way to a thread's board; a folder that site.yml does not name has no page."""
        return self.board_links.get(outline.board, Link("boards/", outline.board))

    def topics_of(self, outline: Outline) -> tuple[Link, ...]:
        """Return the ways to a thread's topics."""
        return tuple(
            self.topic_links[topic] for topic in outline.topics if topic in self.topic_links
        )

    def topics(self, topics: Iterable[Topic]) -> tuple[TopicItem, ...]:
        """Return topics as lists show them."""
        return tuple(map(self.topic, topics))

    def topic(self, topic: Topic) -> TopicItem:
        """Return a topic as lists and the life-cycle show it."""
        start = topic.start_here
        return TopicItem(
            url=f"topics/{topic.id}/",
            title=topic.title,
            summary=topic.summary,
            threads=len(self.library.by_topic.get(topic.id, ())),
            stage=topic.stage,
            icon=Markup(self.icons.get(topic.icon or "", "")),  # noqa: S704 - the theme's own SVG
            start_here=self.thread_link(start) if start and self.library.has_page(start) else None,
        )

    def board(self, board: Board) -> BoardItem:
        """Return a board as lists show it."""
        threads = self.library.by_board.get(board.id, ())
        latest = self.thread_links(threads[:3])
        return BoardItem(f"boards/{board.id}/", board.title, board.summary, len(threads), latest)

    def _term(self, term: Term) -> TermItem:
        thread = term.thread
        link = self.thread_link(thread) if thread and self.library.has_page(thread) else None
        return TermItem(term.term, term.definition, term.also, term.anchor, link)

    def _path(self, id_: str) -> PathItem:
        path = self.library.paths[id_]
        needed = [step for step in path.steps if not step.optional and self._is_there(step)]
        return PathItem(
            url=f"paths/{id_}/",
            title=path.title,
            summary=path.summary,
            level=path.level or "",
            steps=len(path.steps),
            minutes=sum(map(self._minutes, needed)),
            id=id_,
            is_estimated=any(step.thread and step.minutes is None for step in needed),
            needed=tuple(step.key for step in needed),
        )

    def _is_there(self, step: Step) -> bool:
        """Tell whether readers can take a step: of a draft they are told nothing."""
        return step.check is not None or self.library.has_page(step.thread or "")

    def _minutes(self, step: Step) -> int:
        """Return how long a step takes: as its editor said, else by its thread's length."""
        outline = self.library.threads.get(step.thread or "")
        if step.minutes is not None or outline is None:
            return step.minutes or 1
        return max(1, -(-outline.words // WORDS_A_MINUTE))
